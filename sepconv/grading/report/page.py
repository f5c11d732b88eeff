"""Two pages that need nothing else: the class's, for the instructor, and one student's, to hand back."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from sepconv.checking.verdict import NOT_YET
from sepconv.exercises import find
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of

_FOLDER = FileSystemLoader(Path(__file__).parent)
_PAGE = Environment(loader=_FOLDER, autoescape=True, trim_blocks=True).get_template("page.html")


def as_page(result) -> str:
    """Return the page of a class: its mistakes as a chart, what was said of files, everybody's points."""
    rows = result["submissions"]
    about = f"Submissions: {len(rows)}. Sandbox: {result['sandbox']}. Seed: {result['seed']}."
    students = [(_points(theirs), _exercises(theirs)) for theirs in by_student(rows)]
    said = {"sentences": [about, *result["remarks"]], "mistakes": mistakes(rows), "students": students}
    said |= {"guesses": result.get("guesses", [])}
    return _PAGE.render(title="Marks", rows=rows, **said)


def as_feedback(rows) -> str:
    """Return one student's page: points, what was said of each exercise, and a hint where it is not right yet."""
    exercises = [one | {"hint": _hint(one)} for one in _exercises(rows)]
    return _PAGE.render(title=_points(rows), rows=rows, exercises=exercises)


def _points(rows):
    points, of = points_of(rows)
    return f"{points} of {of} points: {rows[0]['student']}"


def _exercises(rows):
    return sorted(best_of(rows), key=lambda one: (not one["of"], one["lesson"]))  # warm-ups have no points


def _hint(exercise):
    hints = find(exercise["exercise"]).hints if exercise["outcome"] == NOT_YET else ()
    return f"Hint 1 of {len(hints)}: {hints[0]}" if hints else ""
