"""The page of all mistakes that have a name, from sepconv.exercises."""

import ast
import html
import re
from collections import Counter
from difflib import unified_diff
from itertools import groupby
from textwrap import dedent
from types import FunctionType

from notebook_files import find_notebooks, is_check, is_part, read

from sepconv.checking.orders import program
from sepconv.exercises import all_exercises
from sepconv.exercises.mistakes import source_of

_OPENING = """\
# Mistakes with a name

A wrong answer is told *which* mistake it is. These are the {mistakes} that have a name, in {exercises} exercises. Folded
behind each is what `check` says of it, and how the wrong program differs from a right one: lines that
begin with − are right, lines that begin with + stand in their place. A test gives each wrong program to its check
and wants it refused by its own name, and wants no two of them to look alike on the cases. Teachers can read here what
to look for; learners will find pieces of answers, and may want to try first.

M ids are mistakes that were seen in public (forums, issues, papers); S ids are slips. The same id is the same mistake,
wherever it turns up. Warm-ups are at the end of their lesson.

<p class="course-find" role="search" hidden></p>
"""


def mistakes_page() -> str:
    """Return the page as Markdown."""
    headings = _headings()
    place = {name: number for number, name in enumerate(headings)}
    exercises = sorted(
        (exercise for exercise in all_exercises() if exercise.misconceptions),
        key=lambda exercise: (exercise.lesson, exercise.is_warmup, place.get(exercise.name, 0)),
    )
    total = sum(len(exercise.misconceptions) for exercise in exercises)
    parts = [_OPENING.format(mistakes=total, exercises=len(exercises)), _most_frequent(exercises)]
    for lesson, of_lesson in groupby(exercises, key=lambda exercise: exercise.lesson):
        stem, title = lessons()[lesson]
        parts.append(f"## {title}")
        for exercise in of_lesson:
            parts.append(_exercise(exercise, stem, headings.get(exercise.name, {})))
    return "\n\n".join(parts) + "\n"


def _most_frequent(exercises):
    """Say which mistakes turn up in most exercises: they are what a lecture should come back to."""
    where = Counter(id for e in exercises for id in {m.id for m in e.misconceptions})
    names = {m.id: m.name for e in reversed(exercises) for m in e.misconceptions}
    rows = "\n".join(
        f"<tr><td>{id}</td><td>{with_code(names[id])}</td><td>{times}</td></tr>"
        for id, times in where.most_common(8)
    )
    return (
        "## Those that turn up most often\n\n"
        '<table class="table mistakes-most"><thead><tr><th scope="col">id</th><th scope="col">in its first exercise</th>'
        f'<th scope="col">exercises</th></tr></thead><tbody>\n{rows}\n</tbody></table>'
    )


def _exercise(exercise, stem, heading):
    link = f'<a href="../exercises/{stem}.html#{heading["anchor"]}">Go to the exercise</a>' if heading else ""
    label = html.escape(heading.get("title", exercise.name))
    rows = "\n".join(
        f'<li><span class="mistake-id">{m.id}</span> {_mistake(exercise, m)}</li>'
        for m in exercise.misconceptions
    )
    return (
        f"### {exercise.name}\n\n<p>{with_code(exercise.prompt)} {link}</p>\n\n"
        f'<ul class="mistakes" aria-label="{label}">\n{rows}\n</ul>'
    )


def _mistake(exercise, mistake):
    name, said = with_code(mistake.name), with_code(what_is_said(exercise, mistake))
    inside = f"<p>{said}</p>" if said else ""
    if lines := as_diff(exercise, mistake):
        rows = "\n".join(map(_row, lines))
        # No pre: the theme's script measures each of them, and lays out what is folded for it.
        inside += f'<code class="edit">{rows}</code>'
    if not inside:
        return f'<span class="mistake">{name}</span>'
    return f"<details><summary>{name}</summary>{inside}</details>"


def _row(line):
    element = {"−": "del", "+": "ins"}.get(line[0], "span")
    return f"<{element}>{html.escape(line, quote=False)}</{element}>"


def as_diff(exercise, mistake) -> list[str]:
    """Return the lines that tell a wrong program, or a wrong value, from the right one, and those around them.

    Parameters
    ----------
    exercise : Exercise
    mistake : Misconception

    Returns
    -------
    list of str
        Each begins with − (right), + (wrong) or a space (both); … stands for what is left out. Empty where the mistake is
        a single letter.
    """
    lines = []
    for before, after in _right_and_wrong(exercise, mistake):
        found = unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
        shown = ["…" if line.startswith("@@") else line for line in list(found)[2:]]
        lines += [line for line in shown if line.strip()]  # an empty one would end the page's block of HTML
    code = dedent("\n".join(line[1:] for line in lines)).split("\n")
    return [f"{line[0].replace('-', '−')} {rest}".rstrip() for line, rest in zip(lines, code)][1:]


def _right_and_wrong(exercise, mistake):
    """Return pairs of texts: what is right, and what stands in its place."""
    change, wrong = mistake.given, mistake.wrong
    if exercise.kind == "order":
        return [(program(exercise, exercise.answer), program(exercise, wrong))]
    if change.edits:
        return change.sources().values()
    if isinstance(wrong, FunctionType):
        return [(source_of(change.right), _named(wrong, change.expression, exercise.name))]
    if change.is_working and "right" not in change.expression:
        working = f"def {exercise.name}():\n    return {change.expression}"
        return [(source_of(change.right), working)]
    return [] if isinstance(wrong, str) else [(_in_lines(exercise.answer), _in_lines(wrong))]


def _named(function, expression, name):
    """Return the source of a program of its own under the name of the exercise; a lambda as a def."""
    if function.__name__ != "<lambda>":
        return source_of(function).replace(f"def {function.__name__}(", f"def {name}(", 1)
    made = ast.parse(expression, mode="eval").body
    return f"def {name}({ast.unparse(made.args)}):\n    return {ast.unparse(made.body)}"


def _in_lines(value):
    return (
        "\n".join(f"{key!r}: {item!r}" for key, item in value.items())
        if isinstance(value, dict)
        else repr(value)
    )


def what_is_said(exercise, misconception) -> str:
    """Return what a learner with this mistake is told: its advice, or what is said of the option that was chosen."""
    chosen = misconception.wrong
    explained = exercise.explanations.get(chosen, "") if isinstance(chosen, str) else ""
    return misconception.advice or (explained if isinstance(explained, str) else "")


def with_code(plain: str) -> str:
    """Return plain words as HTML, with code where they have backticks.

    Parameters
    ----------
    plain : str
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(plain, quote=False))


def lessons() -> dict[int, tuple[str, str]]:
    """Return for the number of each lesson its file's stem and its title."""
    found = {}
    for path in find_notebooks(folders=["notebooks"]):
        if path.stem[:2].isdecimal() and not is_part(path):
            title = read(path).cells[0].source.split("\n")[0].removeprefix("# ")
            found[int(path.stem[:2])] = path.stem, title
    return found


def _headings():
    """Return {exercise: the anchor and the title of its task} from the solution notebooks."""
    found = {}
    for path in find_notebooks(folders=["solutions"]):
        task = None
        for cell in read(path).cells:
            if cell.cell_type == "markdown" and cell.id.endswith("-task") and cell.source.startswith("#"):
                task = {"anchor": cell.id, "title": cell.source.split("\n")[0].lstrip("# ")}
            elif is_check(cell) and task:
                found[re.search(r"""check\(\s*["'](\w+)["']""", cell.source)[1]] = task
    return found
