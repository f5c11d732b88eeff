"""What a notebook of the course may look like: each rule returns the complaints about one notebook."""

import ast
import re
import statistics

from bootstrap import CELL_ID
from notebook_files import is_check, is_wordy, tags

PROSE_WORDS = 150
KNOWN_TAGS = {
    "hide-cell",
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "numbers-quoted",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
    "solution-only",
}
# Call-outs that only one viewer knows, or whose colors cannot be read on dark pages. A quotation (">") can, everywhere.
FORBIDDEN_IN_MARKDOWN = (
    "alert-",
    ":::",
    "[!NOTE]",
    "[!TIP]",
    "[!IMPORTANT]",
    "[!WARNING]",
    "[!CAUTION]",
)
FORBIDDEN_IN_CODE = ("plt.show(", "display(fig")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def opening(notebook):
    """The bootstrap stands first, the imports second."""
    ids = [cell.id for cell in code_cells(notebook)][:2]
    return (
        []
        if ids == [CELL_ID, "imports"]
        else [f"the first two code cells are {ids}, not bootstrap and imports"]
    )


def code_length(notebook):
    """Cells of a lesson: median at most 6 lines, 90th percentile at most 15, none over 25."""
    lengths = {cell.id: count_lines(cell.source) for cell in code_cells(notebook) if cell.id != CELL_ID}
    complaints = [
        f"cell {cell!r} has {lines} lines; at most 25" for cell, lines in lengths.items() if lines > 25
    ]
    if statistics.median(lengths.values()) > 6:
        complaints.append(f"the median code cell has {statistics.median(lengths.values())} lines; at most 6")
    within = sorted(lengths.values())[: -(-len(lengths) * 9 // 10)]
    if within[-1] > 15:
        complaints.append(f"the 90th percentile of code cells is {within[-1]} lines; at most 15")
    return complaints


def count_words(markdown):
    """Count what is read: not what is folded away, nor code, tags and the targets of links."""
    text = re.sub(r"<details>.*?</details>", " ", markdown, flags=re.DOTALL)
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    return len(re.findall(r"\w[\w'’-]*", re.sub(r"<[^>]+>|\]\([^)]*\)", " ", text)))


def prose_length(notebook):
    """At most 150 words between two code cells."""
    complaints, words, first = [], None, None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if words is not None and words > PROSE_WORDS:
                complaints.append(
                    f"{words} words before cell {cell.id!r}, from {first!r}; at most {PROSE_WORDS}"
                )
            words, first = 0, None
        elif words is not None:
            first = first or cell.id
            words += count_words(cell.source)
    return complaints


def ids(notebook):
    """Cell ids are words, each used once."""
    seen = [cell.get("id", "") for cell in notebook.cells]
    return [f"cell id {cell!r} is not made of words" for cell in seen if not is_wordy(cell)] + [
        f"cell id {cell!r} is used twice" for cell in sorted({c for c in seen if seen.count(c) > 1})
    ]


def forbidden_text(notebook):
    """No call-out that only one viewer knows, no picture past figures.show, no ';' at a cell's end (nbval)."""
    complaints = []
    for cell in notebook.cells:
        words = FORBIDDEN_IN_CODE if cell.cell_type == "code" else FORBIDDEN_IN_MARKDOWN
        complaints += [f"cell {cell.id!r} holds {word!r}" for word in words if word in cell.source]
        if cell.cell_type == "code" and cell.source.rstrip().endswith(";"):
            complaints.append(f"cell {cell.id!r} ends in ';': write `_ = …` instead")
    return complaints


def accidental_lists(notebook):
    """No paragraph begins like "24. A group": Markdown makes a list of it and may show another number."""
    return [
        f"cell {cell.id!r} begins a paragraph with {start[1]!r}, which Markdown takes for a list: write it another way"
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for start in re.finditer(r"(?:^|\n\s*\n)(\d+[.)]) ", cell.source)
        if start[1][:-1] != "1"
        and not re.search(rf"^{int(start[1][:-1]) - 1}[.)] ", cell.source, re.MULTILINE)
    ]


def known_tags(notebook, is_exercise):
    """A tag is one that some tool reads; check cells of exercises, and only they, may raise."""
    complaints = []
    for cell in notebook.cells:
        complaints += [
            f"cell {cell.id!r} has the unknown tag {tag!r}" for tag in set(tags(cell)) - KNOWN_TAGS
        ]
        if ("raises-exception" in tags(cell)) != (is_exercise and is_check(cell)):
            complaints.append(
                f"cell {cell.id!r}: raises-exception is for the check cells of exercises, and only them"
            )
        if "numbers-quoted" in tags(cell) and len(cell.metadata.get("numbers_quoted_because", "")) < 10:
            complaints.append(
                f"cell {cell.id!r}: numbers-quoted needs its reason in metadata numbers_quoted_because"
            )
    return complaints


def stored_outputs(notebook):
    """Executed in order, no stderr, no error, no SVG, and each picture with an alt text."""
    complaints = []
    for cell in code_cells(notebook):
        if cell.source.strip() and cell.execution_count is None:
            complaints.append(f"cell {cell.id!r} is not executed; run: python tools/run_notebooks.py")
        for output in cell.outputs:
            if output.get("name") == "stderr" or output.output_type == "error":
                complaints.append(f"cell {cell.id!r} stores an error or stderr")
            complaints += [
                f"cell {cell.id!r} {problem}" for problem in _picture_problems(output.get("data", {}))
            ]
    return complaints


def clean(notebook):
    """No outputs and no counts (exercises)."""
    return [
        f"cell {c.id!r} is not clean"
        for c in code_cells(notebook)
        if c.outputs or c.execution_count is not None
    ]


def checked_exercises(notebook):
    """Return (cell, name) for each `check("name", …)`; the name is None where it is not a literal."""
    found = []
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check":
                literal = node.args and isinstance(node.args[0], ast.Constant)
                found.append((cell, node.args[0].value if literal else None))
    return found


def check_cells(notebook, points_of):
    """Each check cell checks one exercise that exists, for the points that the exercise says.

    ``points_of`` maps a name to its points and raises KeyError for an unknown name.
    """
    complaints = []
    checked = checked_exercises(notebook)
    for cell in filter(is_check, notebook.cells):
        names = [name for where, name in checked if where is cell]
        if len(names) != 1:
            complaints.append(f"cell {cell.id!r} has {len(names)} calls of check; a check cell has one")
            continue
        try:
            points = points_of(names[0])
        except (KeyError, TypeError) as error:
            complaints.append(f"cell {cell.id!r}: {error}")
            continue
        if points != cell.metadata.nbgrader.points:
            complaints.append(
                f"cell {cell.id!r} gives {cell.metadata.nbgrader.points} points, the exercise {points}"
            )
    return complaints


def count_lines(source):
    """Count the lines that hold something."""
    return sum(bool(line.strip()) for line in source.split("\n"))


def _picture_problems(data):
    html = "".join(data.get("text/html", ""))
    problems = []
    if "image/svg+xml" in data:
        problems.append("stores SVG, which nbval compares byte for byte")
    if ("image/png" in data or "image/jpeg" in data) and "<img" not in html:
        problems.append("stores a picture without HTML: show it with figures.show")
    for image in re.findall(r"<img\b[^>]*>", html):
        alt = re.search(r"""\balt=(["'])(.*?)\1""", image, flags=re.DOTALL)
        if alt is None or len(alt[2]) < 20:
            problems.append("stores a picture whose alt text is shorter than 20 characters")
    return problems
