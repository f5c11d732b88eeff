"""What a run found as one page: the class's mistakes as a chart, everybody's points, every row."""

from sepconv.grading.report.markup import document, exercise_name, exercise_table, listed, table, text
from sepconv.grading.report.students import by_student, mistakes, points_of

_MOST_BARS = 30


def as_page(result) -> str:
    """Return the whole report as HTML that needs nothing else."""
    rows = result["submissions"]
    students = by_student(rows)
    about = f"Sandbox: {text(result['sandbox'])}. Seed: {result['seed']}."
    points = table(
        "Points of each student", ("student", "points", "of", "share"), sorted(map(_points, students))
    )
    body = [
        f"<p>{len(rows)} submissions of {len(students)} students. {about}</p>",
        listed(result.get("remarks")),
        _chart(mistakes(rows), len(students)),
        _unread([row for row in rows if row["problem"]]),
        f"<h2>Points</h2>{points}<h2>Every exercise</h2>",
        *map(_details, rows),
    ]
    return document("Marks", body)


def _chart(found, students):
    """The named mistakes as bars; what each bar shows stands beside it, so that nothing is told by length alone."""
    title = "<h2>What to teach again</h2>"
    if not found:
        return f"{title}<p>No answer made a mistake that has a name.</p>"
    rows = []
    for count, exercise, id, name in found[:_MOST_BARS]:
        share = f"{100 * count / students:.0f}"
        bar = f'<div class="share"><div class="bar" style="width:{share}%" aria-hidden="true"></div>{share}&nbsp;%</div>'
        rows.append((text(name), bar, f"{count} of {students}", f"{exercise_name(exercise)}, {id}"))
    count, exercise, _, name = found[0]
    intro = (
        f"<p>{len(found)} different mistakes have a name here. The most frequent, in {text(exercise)}: "
        f"{text(name)} ({count} of {students} students).</p>"
    )
    caption = f"Mistakes by the number of students who made them, up to {_MOST_BARS}"
    return title + intro + table(caption, ("mistake", "share", "students", "exercise"), rows)


def _unread(rows):
    lines = [[text(row[column]) for column in ("student", "file", "problem")] for row in rows]
    caption = "Files that could not be marked"
    return f"<h2>Not read</h2>{table(caption, ('student', 'file', 'why'), lines)}" if rows else ""


def _points(rows):
    points, of = points_of(rows)
    return text(rows[0]["student"]), points, of, f"{100 * points // of} %" if of else ""


def _details(row):
    points, of = points_of([row])
    title = f"{text(row['student'])}, {text(row['file'])}: {points} of {of} points"
    exercises = exercise_table(f"{row['file']}, exercise by exercise", row["exercises"])
    return f"<details><summary>{title}</summary>{listed(row['remarks'])}{exercises}</details>"
