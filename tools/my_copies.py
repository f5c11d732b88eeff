"""Make my/, the learner's own copies of lessons and exercises, and bring what is new in the course into them.

    python tools/my_copies.py

`python course.py lab` does it before it starts JupyterLab. Lessons are copied without their results. my/.course/ holds
what the course last put into each copy: what differs from that is the learner's, and stays (see `merge_notebooks`).
"""

import copy
import os
import re
import sys
import warnings
from collections import defaultdict
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import course_environment as environment
from course_environment import git, say, write_atomically
from merge_notebooks import merge, says
from nbformat import NotebookNode, ValidationError, reader, validate
from nbformat.v4 import new_notebook
from nbformat.validator import normalize
from normalise_notebooks import METADATA
from notebook_files import HIDE_RESULTS, NotebookError, dump, lesson_number

FOLDERS = ("notebooks", "exercises")
NOTHING = new_notebook()
SENTENCES = {
    "made": "Your own copies are in my/, the lessons without their results. What you write there is yours.",
    "taken": "What you had written in {} is now in my/, too. Go on there.",
    "not taken": "{} cannot be read, so nothing of it was taken over into my/.",
    "updated": "What is new in the course came into my/: {}.",
    "beside": "You and the course both changed {}. Yours stays, and the course's is shown below it.",
    "deleted": "The course changed what you had deleted: {}. It stays deleted.",
    "renamed": "The course renamed a notebook, and so was yours: {}.",
    "removed": "The course no longer has {}. Yours stays.",
    "unreadable": "{} cannot be read and stays as it is. Rename it, and the next `course.py lab` gives you a clean one.",
    "waiting": "The course has news for {}. It comes in when you have stopped the JupyterLab that runs here, at the next start.",
}


def main() -> int:
    """Bring my/ up to date and say in a few lines what happened; return 1 where the system refused."""
    said, status = defaultdict(list), 0
    try:
        update(said)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(
            f"my/ is not up to date, since the system refused ({error.strerror}{where}). JupyterLab starts with what is there."
        )
        status = 1
    for kind, sentence in SENTENCES.items():
        if said[kind]:
            say(sentence.format(listed(said[kind])))
    return status


def listed(names):
    """Return names as a sentence takes them, the first ones of many."""
    return ", ".join([*names[:4], *([f"and {len(names) - 4} more"] if names[4:] else [])])


def update(said):
    """Bring my/ up to date; `said` gets for each kind of event what it happened to."""
    mine, course = environment.ROOT / "my", environment.ROOT / "my/.course"
    is_new = not any(mine.glob("*/*.ipynb"))
    names = course_notebooks()
    for last in sorted(course.glob("*/*.ipynb")):
        old = last.relative_to(course).as_posix()
        if old not in names:
            same_lesson = (
                new for new in names if not (course / new).exists() and lesson_of(new) == lesson_of(old)
            )
            follow(old, next(same_lesson, None), names, said)
    for name in names:
        bring(name, mine / name, course / name, said)
    if is_new:
        said["made"].append("my/")


def lesson_of(name) -> tuple[str, str]:
    """Return what stays of a notebook's path when it is renamed: the folder, and the lesson's number."""
    return Path(name).parent.name, lesson_number(name)


def course_notebooks() -> list[str]:
    """Return the paths of the course's notebooks that are copied, those that only git has among them."""
    folders = [f"{folder}/" for folder in FOLDERS]
    committed = git("ls-tree", "-z", "--name-only", "HEAD", *folders).stdout.decode().split("\0")
    on_disk = [path for folder in folders for path in (environment.ROOT / folder).glob("*.ipynb")]
    names = {*committed, *(path.relative_to(environment.ROOT).as_posix() for path in on_disk)}
    return sorted(name for name in names if name.endswith(".ipynb"))


def follow(old, new, names, said):
    """Rename a copy as the course renamed its notebook, or say that the course has it no more."""
    mine, course = environment.ROOT / "my", environment.ROOT / "my/.course"
    if not new or (mine / new).exists() or not (mine / old).exists():
        (course / old).unlink()
        said["removed"] += [old] if (mine / old).exists() else []
    elif server_runs_here():
        names.remove(new)
        said["waiting"].append(f"my/{old}")
    else:
        os.replace(mine / old, mine / new)
        os.replace(course / old, course / new)
        said["renamed"].append(f"my/{new}")


def bring(name, copied, last, said):
    """Make or update one copy; `last` is the file that holds what the course put there the last time."""
    given = None
    with suppress(NotebookError, FileNotFoundError):
        given = read(last, thoroughly=False)
    shipped = as_shipped(name)
    theirs = as_copy(shipped, shipped)
    if copied.exists() and (given == theirs or not theirs.cells):
        return
    if not copied.exists():
        mine = theirs if given else taken_over(name, shipped, said)
        if mine.cells:
            write(copied, mine)
    elif not merge_into(copied, f"my/{name}", given or NOTHING, theirs, said):
        return
    if theirs.cells:
        write(last, theirs)


def merge_into(copied, name, given, theirs, said) -> bool:
    """Bring what is new into the learner's notebook; return whether it is there now."""
    try:
        mine = read(copied)
    except NotebookError:
        said["unreadable"].append(name)
        return False
    if server_runs_here():
        said["waiting"].append(name)
        return False
    merged, told = merge(given, mine, theirs)
    if merged != mine:
        write(copied, merged)
        said["updated"].append(name)
    for kind in ("beside", "deleted"):
        if told[kind]:
            said[kind].append(f"{name} ({', '.join(told[kind])})")
    return True


def as_shipped(name) -> NotebookNode:
    """Return the course's notebook: git's, or the file where it is as the course ships it; else `NOTHING`."""
    shown = git("show", f"HEAD:./{name}")
    data = (environment.ROOT / name).read_bytes() if shown.returncode else shown.stdout
    with suppress(NotebookError, UnicodeDecodeError):
        shipped = parse(data.decode("utf-8"), thoroughly=False)
        ids = {cell.get("id") for cell in shipped.cells}
        # An editor notes its Python's version and more, so this is one in which nobody has written.
        if shipped.metadata == METADATA and len(ids - {None}) == len(shipped.cells):
            return shipped
    return NOTHING


def taken_over(name, shipped, said) -> NotebookNode:
    """Return what somebody wrote into the course's own file before there was a copy, or else a clean copy."""
    clean = as_copy(shipped, shipped)
    try:
        written = as_copy(read(environment.ROOT / name), shipped)
    except FileNotFoundError:
        return clean
    except NotebookError:
        said["not taken"].append(name)
        return clean
    if list(map(says, written.cells)) == list(map(says, clean.cells)):
        return clean
    said["taken"].append(name)
    return written


def as_copy(notebook, shipped) -> NotebookNode:
    """Return a notebook as it stands in my/.

    Parameters
    ----------
    notebook : NotebookNode
        The course's, or what somebody made of it.
    shipped : NotebookNode
        The course's. The results that it came with are cleared; others stay.
    """
    notebook = copy.deepcopy(notebook)
    results = {cell.id: cell.get("outputs") for cell in shipped.cells}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = re.sub(rf"\n*{re.escape(HIDE_RESULTS)}$|{re.escape(HIDE_RESULTS)} ", "", cell.source)
            # What is not copied lies one folder further up.
            cell.source = re.sub(rf"\]\(\.\./(?!{'|'.join(FOLDERS)})", "](../../", source)
        elif cell.cell_type == "code" and cell.outputs == results.get(cell.get("id")):
            cell.outputs, cell.execution_count = [], None
    return notebook


def read(path, thoroughly=True) -> NotebookNode:
    """Read a notebook that may have been written anywhere; `NotebookError` where it cannot be worked on."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), thoroughly)
    except UnicodeDecodeError as error:
        raise NotebookError(f"{path} is not in UTF-8: {error}") from None


def parse(text, thoroughly=True) -> NotebookNode:
    """Read a notebook's text as it is, with no ids made up; `NotebookError` where it is none in format 4."""
    try:
        notebook = reader.reads(text)
        if thoroughly:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _, repaired = normalize(notebook, relax_add_props=True)  # it gives ids to a copy
                validate(repaired, relax_add_props=True)
    except (ValueError, ValidationError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise NotebookError(f"not a notebook: {error}") from None
    if notebook.nbformat != 4:
        raise NotebookError(f"a notebook of format {notebook.nbformat}; it must be 4")
    return notebook


def write(path, notebook):
    """Write a notebook, with the folder that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, dump(notebook).encode())


@cache
def server_runs_here() -> bool:
    """Whether a Jupyter server runs in which somebody may have one of the copies open."""
    from jupyter_server.serverapp import list_running_servers  # takes as long as all the rest

    here = environment.ROOT / "my"
    return any(
        here.is_relative_to(root) or root.is_relative_to(here)
        for server in list_running_servers()
        if (root := Path(server.get("root_dir", "/"))) and answers(server["url"])
    )


def answers(url) -> bool:
    """Whether a server is there: after a crash, another program may have its process number."""
    try:
        urlopen(f"{url}api", timeout=2).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
