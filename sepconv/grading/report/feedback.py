"""One page for each student, in a folder that Moodle and Canvas take back as a zip file."""

import re
import unicodedata
from itertools import groupby
from pathlib import PurePath

from sepconv.exercises import find
from sepconv.grading.report.markup import document, exercise_table, listed, text
from sepconv.grading.report.students import account_of, best_of, by_student, points_of
from sepconv.marking.verdict import NOT_YET

MADE_BY = '<meta name="generator" content="sepconv grade --feedback">'
_NO_FILE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com.|lpt.)", re.IGNORECASE)  # to Windows, also as con.html
_MOST_BYTES = 180  # a name may have 255 on most file systems


def pages(rows) -> dict[str, list]:
    """Return the file name of each student's page, and the rows that it is about."""
    named, taken = {}, set()
    for theirs in by_student(rows):
        stem = _stem(theirs[0])
        tries = (f"{stem}{again}.html" for again in ("", *(f" ({n})" for n in range(2, len(rows) + 2))))
        name = next(name for name in tries if name.casefold() not in taken)
        taken.add(name.casefold())
        named[name] = theirs
    return named


def _stem(row):
    """The name that the student's platform takes back, or else the student's own, fit for any file system."""
    account = account_of(row)
    if account is None:
        return _safe(row["student"])
    if account.platform == "Moodle":  # reads NAME_ID_TYPE_PLUGIN_, and takes what follows for the file's name
        return _safe(account.part.split("_")[0]) + f"_{account.id}_assignsubmission_file_feedback"
    return _safe(PurePath(account.part).stem)  # Canvas reads NAME_ID_ATTACHMENT_, and takes any file's name


def _safe(name):
    name = _NO_FILE.sub("_", unicodedata.normalize("NFC", name)).strip(" .~-") or "student"
    name = name.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(" .")
    return f"_{name}" if _DEVICES.fullmatch(name.split(".")[0].rstrip()) else name


def as_feedback(rows) -> str:
    """Return one student's page: points, what was said of each exercise, and a hint where it is not right yet."""
    points, of = points_of(rows)
    body = [
        f"<p>{points} of {of} points.</p>",
        listed([f"{row['file']}: {row['problem']}" for row in rows if row["problem"]]),
        listed([remark for row in rows for remark in row["remarks"]]),
    ]
    exercises = sorted(best_of(rows), key=lambda exercise: exercise["lesson"])
    for lesson, some in groupby(exercises, key=lambda exercise: exercise["lesson"]):
        lines = exercise_table(f"Lesson {lesson}, exercise by exercise", some, _hint)
        body.append(f"<h2>Lesson {lesson}</h2>{lines}")
    return document(f"Feedback for {rows[0]['student']}", body, MADE_BY)


def _hint(exercise):
    if exercise["outcome"] != NOT_YET:
        return ""
    hints = find(exercise["exercise"]).hints
    return f"<p>{text(f'Hint 1 of {len(hints)}: {hints[0]}')}</p>" if hints else ""
