"""What a run found as one page: the class's mistakes as a chart, everybody's points, every row."""

from sepconv.grading.report.markup import document, listed, table, text
from sepconv.grading.report.students import by_student, mistakes, points_of
from sepconv.grading.report.tables import outcome_of

_MOST_BARS = 30


def as_page(result) -> str:
    """Return the whole report as HTML that needs nothing else."""
    rows = result["submissions"]
    students = by_student(rows)
    return document(
        "Marks",
        [
            f"<p>{len(rows)} submissions of {len(students)} students. Sandbox: {text(result['sandbox'])}. "
            f"Seed: {result['seed']}.</p>",
            listed(result.get("remarks")),
            "<h2>What to teach again</h2>",
            _chart(mistakes(rows), len(students)),
            *_problems(rows),
            "<h2>Points</h2>",
            table(
                "Points of each student",
                ("student", "points", "of", "share"),
                sorted(map(_points, students)),
                (1, 2, 3),
            ),
            "<h2>Every exercise</h2>",
            *map(_details, rows),
        ],
    )


def _chart(found, students):
    """The named mistakes as bars; what each bar shows stands beside it, so that nothing is told by length alone."""
    if not found:
        return "<p>No answer made a mistake that has a name.</p>"
    count, exercise, _, name = found[0]
    more = f" The {_MOST_BARS} most frequent are shown." if len(found) > _MOST_BARS else ""
    intro = (
        f"<p>{len(found)} different mistakes have a name here. The most frequent, in {text(exercise)}: "
        f"{text(name)} ({count} of {students} students).{more}</p>"
    )
    rows = [
        (text(name), _bar(count / students), f"{count} of {students}", text(f"{exercise}, {mistake}"))
        for count, exercise, mistake, name in found[:_MOST_BARS]
    ]
    heads = ("mistake", "share", "students", "exercise")
    return intro + table("Mistakes by the number of students who made them", heads, rows, (2,))


def _bar(share):
    bar = f'<div class="bar" style="width:{100 * share:.0f}%" aria-hidden="true"></div>'
    return f'<div class="share">{bar}{100 * share:.0f} %</div>'


def _problems(rows):
    unread = [
        [text(row[column]) for column in ("student", "file", "problem")] for row in rows if row["problem"]
    ]
    if unread:
        yield "<h2>Not read</h2>"
        yield table("Files that could not be marked", ("student", "file", "why"), unread)


def _points(rows):
    points, of = points_of(rows)
    return text(rows[0]["student"]), str(points), str(of), f"{100 * points // of} %" if of else ""


def _details(row):
    points, of = points_of([row])
    rows = [(text(one["exercise"]), f"{one['points']} of {one['of']}", said(one)) for one in row["exercises"]]
    heads = ("exercise", "points", "what is said of it")
    return (
        f"<details><summary>{text(row['student'])}, {text(row['file'])}: {points} of {of} points</summary>"
        + listed(row["remarks"])
        + table(f"{row['file']}, exercise by exercise", heads, rows, (1,))
        + "</details>"
    )


def said(exercise) -> str:
    """Return the outcome of an exercise and the words that the student is told, as HTML."""
    words = f"<pre>{text(exercise['says'])}</pre>" if exercise["says"] else ""
    return f"{text(outcome_of(exercise))}{words}"
