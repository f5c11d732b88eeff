"""Put the sources of the web edition together: the repository's own files, each at its own path.

The pages mirror the repository (``notebooks/06_groups.ipynb`` becomes ``notebooks/06_groups.html``), so the links
that work on GitHub and in JupyterLab work here as well. Nothing is kept twice in git: notebooks are copied at each
build, the pages of exercises are made from solutions/, and two pages from what the package knows.
"""

import re
import shutil
from pathlib import Path, PurePosixPath

from api_page import api_page
from bootstrap import CELL_ID, launch_ref
from exercise_pages import exercise_page
from mistakes import mistakes_page
from nbformat.v4 import new_markdown_cell
from notebook_files import HIDE_RESULTS, ROOT, dump, find_notebooks, read, tags, write
from order_table import order_table
from progress_page import progress_page
from questions import as_script, guess_data, label_of, only_guesses
from set_repository import WAITING, public_address

# Site path: file of the repository.
PAGES = {
    "index.md": "docs/index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "sepconv/grading/README.md": "sepconv/grading/README.md",
    **{
        f"docs/{name}.md": f"docs/{name}.md"
        for name in ("ways_in", "instructors", "jupyterhub", "maintaining", "releasing", "speed")
    },
}
GENERATED = {"docs/mistakes.md": mistakes_page, "docs/progress.md": progress_page, "docs/api.md": api_page}
# Parts of it are included in pages.
INCLUDED = ("README.md",)
PICTURES = ("docs/wrong_answer.png",)
_ON_THE_WEB = '<p class="guess-first" hidden>The results wait for your guesses. </p>'


def stage(folder: Path, root: Path = ROOT, orders=order_table) -> list[str]:
    """Write the sources of the web edition to an empty folder and return the pages' paths.

    Parameters
    ----------
    folder : Path
        Where the sources go.
    root : Path
        The repository.
    orders : callable
        What makes the table of the orders of an exercise; it runs thousands of them.
    """
    texts = {
        page: (root / file).read_text(encoding="utf-8")
        for page, file in PAGES.items()
        if (root / file).exists()
    }
    texts |= {file: (root / file).read_text(encoding="utf-8") for file in INCLUDED}
    texts |= {page: make() for page, make in GENERATED.items()}
    texts = {page: WAITING.sub("", text) for page, text in texts.items()}
    notebooks = {
        f"notebooks/{path.name}": lesson_page(read(path))
        for path in find_notebooks(folders=["notebooks"], root=root)
    }
    for path in find_notebooks(folders=["solutions"], root=root):
        name = f"exercises/{path.name}"
        notebooks[name] = exercise_page(read(path), name, orders)
        lesson = notebooks.get(f"notebooks/{path.name}")
        if lesson is not None:
            # Below its lesson in the table of contents, and next after it when one turns the pages.
            lesson.cells.append(
                new_markdown_cell(_toctree(f"Exercises <../exercises/{path.stem}>"), id="contents")
            )
    pages = [*texts, *notebooks]
    for page, text in texts.items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        write(folder / page, point_links(text, page, pages, root))
    for page, notebook in notebooks.items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = point_links(cell.source, page, pages, root)
        write(folder / page, dump(notebook))
    for picture in PICTURES:
        shutil.copy(root / picture, folder / picture)
    return sorted(set(pages) - set(INCLUDED))


def lesson_page(notebook):
    """Return a lesson as the web edition shows it; the argument is changed."""
    cells, waiting = [], None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(HIDE_RESULTS, _ON_THE_WEB)
        elif cell.source and label_of(cell.source) is not None:
            waiting = cell
        elif waiting is not None and (came_out := _taken_out(cell)):
            if came_out["came_out"] is None:  # where this course was measured there was no graphics card
                waiting = None
                cells.append(cell)
                continue
            if only_guesses(waiting.source):
                waiting.metadata["tags"] = [*tags(waiting), "in-form"]
            cell.metadata["tags"] = [*tags(cell), "reveals"]
            data = guess_data(came_out["guess"], came_out["came_out"], label_of(waiting.source))
            field = new_markdown_cell(as_script("course-guess", data), id=f"{waiting.id}-field")
            cells.insert(cells.index(waiting) + 1, field)
            waiting = None
        cells.append(cell)
    notebook.cells = cells
    hide_bootstrap(notebook)
    return notebook


def _taken_out(cell):
    """Take "Your guess: none yet." out of what a cell shows, and return what it says of the guess."""
    for output in cell.outputs:
        if "guess" in output.get("metadata", {}):
            cell.outputs.remove(output)
            return output.metadata
    return None


def hide_bootstrap(notebook):
    """Leave the cell out that makes a notebook run on Colab."""
    for cell in notebook.cells:
        if cell.id == CELL_ID:
            cell.metadata["tags"] = [*tags(cell), "remove-cell"]


def point_links(text: str, page: str, pages, root: Path = ROOT) -> str:
    """Let links to files that are no page of the site lead to the repository; without its address, name the file.

    Parameters
    ----------
    text : str
        Markdown.
    page : str
        Its path in the site, which is that in the repository (index.md: as if it lay at the top).
    pages : collection of str
        The paths of all pages.
    root : Path
        The repository.
    """

    def point(match):
        words, target, anchor = match[1], match[2], match[3] or ""
        path = _resolve(page, target)
        if path is None or path in pages or path in PICTURES or not (root / path).exists():
            return match[0]
        if address is None:
            return f"`{path}`" if words.strip("`") in path else f"{words} (`{path}`)"
        kind = "tree" if (root / path).is_dir() else "blob"
        return f"[{words}]({address}/{kind}/{launch_ref(root)}/{path}{anchor})"

    address = public_address(root)
    return re.sub(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)#:\s]+)(#[^)\s]*)?\)", point, text)


def _resolve(page, target):
    """Return the path in the repository that a relative link means, or None where it leads out of it."""
    parts = []
    for part in (PurePosixPath(page).parent / target).parts:
        if part == ".." and not parts:
            return None
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def _toctree(entry):
    return f"```{{toctree}}\n:hidden:\n\n{entry}\n```"
