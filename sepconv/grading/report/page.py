"""Two pages that need nothing else: the class's, for the instructor, and one student's, to hand back."""

from html import escape

from sepconv.checking.verdict import NOT_YET
from sepconv.exercises import find
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of

_HEAD = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin-bottom: 2rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid #8886; }
thead th { overflow-wrap: normal; }
tbody th { font-weight: 400; min-width: 5rem; }
pre, td p { white-space: pre-wrap; margin: 0; }
</style>
"""


def as_page(result) -> str:
    """Return the page of a class: its mistakes as a chart, what was said of files, everybody's points."""
    rows = result["submissions"]
    students = by_student(rows)
    about = f"Submissions: {len(rows)}. Sandbox: {result['sandbox']}. Seed: {result['seed']}."
    sections = [
        ("What to teach again", _chart(mistakes(rows), len(students))),
        ("Files", _files(rows)),
        ("Points", "\n".join(map(_folded, students))),
    ]
    return _document("Marks", [about, *result["remarks"]], sections)


def as_feedback(rows) -> str:
    """Return one student's page: points, what was said of each exercise, and a hint where it is not right yet."""
    return _document(_points(rows), [], [("Files", _files(rows)), ("Exercises", _exercises(rows, _hint))])


def _points(rows):
    points, of = points_of(rows)
    return f"{points} of {of} points: {rows[0]['student']}"


def _chart(found, students):
    """The named mistakes as bars; what each shows stands beside it, so that nothing is told by length alone."""
    lines = []
    for count, exercise, id, name in found:
        bar = f'<div style="background:#0072b2;height:1em;width:{100 * count / students:.0f}%"></div>'
        lines.append((_text(name) + bar, f"{count} of {students}", _text(f"{exercise}, {id}")))
    return _table(("mistake", "students", "exercise"), lines)


def _files(rows):
    said = [(row, sentence) for row in rows for sentence in (row["problem"], *row["remarks"]) if sentence]
    lines = [(_text(row["student"]), _text(row["file"]), _text(sentence)) for row, sentence in said]
    return _table(("student", "file", "what is said of it"), lines)


def _folded(rows):
    return f"<details><summary>{_text(_points(rows))}</summary>{_exercises(rows)}</details>"


def _exercises(rows, more=lambda exercise: ""):
    lines = []
    for one in sorted(best_of(rows), key=lambda exercise: exercise["lesson"]):
        said = f"{one['points']} of {one['of']} points: {one['outcome']}<pre>{_text(one['says'])}</pre>{more(one)}"
        lines.append((_text(f"{one['exercise']}, lesson {one['lesson']}"), said))
    return _table(("exercise", "what is said of it"), lines)


def _hint(exercise):
    hints = find(exercise["exercise"]).hints if exercise["outcome"] == NOT_YET else ()
    return f"<p>{_text(f'Hint 1 of {len(hints)}: {hints[0]}')}</p>" if hints else ""


def _text(value):
    """A text as HTML; whatever it holds, it turns nothing round that stands beside it."""
    return f"<bdi>{escape(value)}</bdi>"


def _table(heads, lines):
    """A table, if it has lines; cells are HTML, and the first one names its line."""
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = [f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>"]
    for first, *others in lines:
        cells = "".join(f"<td>{cell}</td>" for cell in others)
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return "\n".join([*body, "</tbody>\n</table>"])


def _document(title, sentences, sections):
    """A page of sentences, and of those sections, (heading, HTML), that hold something."""
    lines = [f"{_HEAD}<title>{escape(title)}</title>", f"<main>\n<h1>{_text(title)}</h1>"]
    lines += [f"<p>{_text(sentence)}</p>" for sentence in sentences]
    lines += [f"<h2>{heading}</h2>\n{content}" for heading, content in sections if content]
    return "\n".join([*lines, "</main>\n"])
