"""Whose notebooks lie in folders and zips, and which of them count.

A name of a platform's form says who the student is, wherever it stands in a path. Else it is the first folder, zip or file
that is not named as a lesson ("03_shapes", "Week 2", "submitted"); but in a zip, where several such names stand at one level
of the paths, each of them is a student.

Notebooks that lie in one place and bear one student's name compete: for each lesson the newest counts. What lies elsewhere,
under whatever name, competes with none of them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sepconv.exercises import all_exercises
from sepconv.grading.hand_in.files import files_at, is_zip
from sepconv.grading.hand_in.read import Unreadable, read_notebook
from sepconv.grading.legible import one_line

_LESSON = re.compile(
    r"\d\d_[a-z].*|(my|notebook|lesson|exercise|assignment|homework|hw|week|submitted|submission)s?[ _-]?\d*",
    re.IGNORECASE,
)
_PLATFORMS = [
    # Moodle (mod/assign/classes/downloader.php): NAME has no underscore; blind marking calls everybody "Participant".
    re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?P<upload>)"),
    # Canvas (lib/content_zipper.rb, lib/anonymity.rb): NAME has no blank; UPLOAD grows with each upload.
    re.compile(r"(LATE_)?(?P<name>[^\s.-]+?)(_LATE)?_(?P<id>\d+|(?<=anon_)\w{5})_(?P<upload>\d{3,18})_."),
]
_MOST_OF_ONE = 100  # notebooks of a student; each may take two seconds


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in.

    `student` and `name` hold nothing that a terminal or a page would obey. `read` returns the bytes or raises
    `Unreadable`. `problem` says why it does not count; `read` then raises the same.
    """

    student: str
    name: str
    read: Callable[[], bytes]
    problem: str = ""


class _Student(NamedTuple):
    place: tuple[str, ...]  # of the name
    name: str
    id: str  # tells people of one name apart


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, and for each other file a sentence on what to do.

    "03_shapes.ipynb.txt" and "….ipynb.json" are notebooks, too. A link is followed only if it is a path itself.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    paths = [Path(path) for path in paths]
    others, theirs = [], defaultdict(list)
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
        given = str(path if path.is_dir() else path.parent) if len(paths) > 1 else ""
        files = sorted(files_at(path), key=_path)
        others += [_sentence(file, path) for file in files if file.problem]
        notebooks = [file for file in files if not file.problem]
        levels = _levels(notebooks)
        for file in notebooks:
            theirs[_student(file.parts, given, levels)].append(file)
    names, found = _names(theirs), []
    for student, files in theirs.items():
        problems = _problems(files)
        for file in files:
            problem = problems.get(file, "")
            read = partial(_refuse, problem) if problem else file.read
            found.append(Submission(names[student], _path(file), read, problem))
    return found, others


def _path(file):
    return one_line("/".join(file.parts))


def _sentence(file, path):
    return one_line(f"{_path(file) or path} is not read ({file.problem[:200]}): hand in the .ipynb itself.")


def _refuse(problem):
    raise Unreadable(problem)


def _stem(name):
    return re.sub(r"\.(zip|ipynb(\.txt|\.json)?)$", "", name, flags=re.IGNORECASE)


def _is_lesson(name):
    return bool(_LESSON.fullmatch(_stem(name)))


def _levels(files):
    """Return for each zip of several people's work the level of the paths at which their names stand."""
    inside = defaultdict(list)
    for file in files:
        inside[_zip_of(file.parts)].append(file.parts)
    levels = {}
    for one, paths in inside.items():
        names = [{name for name in level if not _is_lesson(name)} for level in zip(*paths)]
        levels[one] = next((i for i, people in enumerate(names) if one and len(people) > 1), None)
    return levels


def _zip_of(parts):
    return next((parts[: i + 1] for i, part in enumerate(parts) if is_zip(part)), ())


def _student(parts, given, levels):
    level, match = _account(parts)
    if match:
        return _Student((given, *parts[:level]), match["name"], match["id"])
    own = next((i for i, part in enumerate(parts) if not _is_lesson(part)), 0)
    around = _zip_of(parts)
    if levels[around] is not None and own + 1 >= len(around):
        own = levels[around]
    # Anybody may put an Ann into a zip: that is not the other Ann.
    id = "/".join(filter(None, [given, *filter(is_zip, parts[:own])]))
    return _Student((given, *parts[:own]), _stem(parts[own]), id)


def _account(parts):
    """Return where the first name of a platform's form stands, and its match."""
    matches = ((i, form.match(part)) for i, part in enumerate(parts) for form in _PLATFORMS)
    return next((found for found in matches if found[1]), (0, None))


def _names(students):
    """Return what each student is called: the name, and what tells them apart where several have it."""
    ids = defaultdict(set)
    for student in students:
        ids[student.name].add(student.id)
    names = {}
    for student in students:
        is_alone = len(ids[student.name]) == 1 or not student.id
        names[student] = one_line(student.name if is_alone else f"{student.name} ({student.id})")
    return names


def _problems(files):
    """Return a sentence for each of one student's notebooks that does not count."""
    if len(files) == 1:
        return {}
    by_age = sorted(files, key=_age, reverse=True)
    why = f"It does not count: only the {_MOST_OF_ONE} newest notebooks of a student are read."
    problems, newest = dict.fromkeys(by_age[_MOST_OF_ONE:], why), {}
    for file in by_age[:_MOST_OF_ONE]:
        lessons = _lessons(file)
        for lesson in filter(newest.get, lessons):
            rival = f"{_path(newest[lesson])} is about lesson {lesson}, too"
            problems[file] = (
                f"It does not count: {rival}, and is newer or, by its longer name, the later copy."
            )
        if file not in problems:
            newest |= dict.fromkeys(lessons, file)
    return problems


def _age(file):
    """What the newest has most of; of equally old ones the longest name, as "03_shapes (1)" or "03_shapes-Copy1"."""
    match = _account(file.parts)[1]
    return int(match["upload"] or 0) if match else 0, file.changed, len(_path(file)), _path(file)


def _lessons(file):
    """Return the lessons that a notebook is about as a whole; an answer copied from another makes none."""
    try:
        found = read_notebook(file.read(), file.parts[-1]).exercises
    except Unreadable:
        return []
    count, whole = (Counter(one.lesson for one in some) for some in (found, all_exercises()))
    return [lesson for lesson in count if count[lesson] == whole[lesson]]
