"""Whose notebooks lie in folders and zips, and which of them count.

The first name of a platform's form in a path is the student. Without one it is the first folder, zip or file that
is not named as a lesson is ("03_shapes", "Week 2", "submitted"); but where several such names stand in a zip, at the
same level, each of these is a student.

Notebooks that lie in one place and bear one student's name compete: for each lesson the newest counts. What lies
elsewhere, under whatever name, competes with none of them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import mode

from sepconv.grading.hand_in.files import files_at
from sepconv.grading.hand_in.read import Unreadable, read_notebook
from sepconv.grading.legible import one_line
from sepconv.grading.platforms import account_in

_NO_NAMES = "my|notebook|lesson|exercise|assignment|homework|hw|week|submitted|submission"
_LESSON = re.compile(rf"\d\d_[a-z].*|({_NO_NAMES})s?[ _-]?\d*(\.zip|\.ipynb)?", re.IGNORECASE)
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


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, and for each other file a sentence on what to do.

    "03_shapes.ipynb.txt" and "….ipynb.json" are notebooks, too. A link is followed only if it is a path itself.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    paths = [Path(path) for path in paths]
    others, theirs = [], defaultdict(list)  # notebooks of each student
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
        root = f"{path if path.is_dir() else path.parent}/" if len(paths) > 1 else ""
        files = sorted(files_at(path), key=lambda file: file.path)
        others += sorted(file.problem for file in files if file.problem)
        for zip_path, some in groupby((file for file in files if not file.problem), _zip_of):
            for student, file in _by_student(list(some), root, zip_path):
                theirs[student].append(file)
    people = Counter(name for name, _ in {student[1:] for student in theirs})
    found = []
    for (_, name, id), files in theirs.items():
        shown = one_line(f"{name} ({id})" if id and people[name] > 1 else name)
        problems = _problems(files)
        for file in files:
            read = partial(_refuse, problems[file]) if file in problems else file.read
            found.append(Submission(shown, file.path, read, problems.get(file, "")))
    return found, others


def _refuse(problem):
    raise Unreadable(problem)


def _zip_of(file):
    return re.match(r"(.+?\.zip/)?", file.path, re.IGNORECASE)[0]


def _by_student(files, root, zip_path):
    """Yield each file of a zip, or of none, behind its student: the place of the name, the name, and an id."""
    paths = [file.path.split("/") for file in files]
    names = [{name for name in level if not _LESSON.fullmatch(name)} for level in zip(*paths)]
    several = next((at for at, people in enumerate(names) if zip_path and len(people) > 1), 0)
    in_zip = zip_path.count("/")
    for file, parts in zip(files, paths):
        at, _, match = account_in(parts)
        if match:
            yield ((root, *parts[:at]), match["name"], match["id"]), file
            continue
        at = next((at for at, part in enumerate(parts) if not _LESSON.fullmatch(part)), 0)
        if several and at >= in_zip - 1:  # no folder around the zip is the student
            at = several
        id = root + zip_path if at >= in_zip else root  # the Ann in Eve's zip is not the other Ann
        name = re.sub(r"\.(zip|ipynb(\.txt|\.json)?)$", "", parts[at], flags=re.IGNORECASE)
        yield ((root, *parts[:at]), name, id.rstrip("/")), file


def _problems(files):
    """Return a sentence for each of one student's notebooks that does not count."""
    by_age = sorted(files, key=_age, reverse=True) if len(files) > 1 else []
    too_many = f"It does not count: only the {_MOST_OF_ONE} newest notebooks of a student are read."
    problems, newest = dict.fromkeys(by_age[_MOST_OF_ONE:], too_many), {}
    for file in by_age[:_MOST_OF_ONE]:
        with suppress(Unreadable):
            exercises = read_notebook(file.read(), file.path).exercises
            lesson = mode(one.lesson for one in exercises)  # single answers may be copied from others
            if newest.setdefault(lesson, file) is not file:
                why = f"{newest[lesson].path} is about lesson {lesson}, too, and is newer, or has the longer name"
                problems[file] = f"It does not count: {why}."
    return problems


def _age(file):
    """What the newest has most of. Of equally old ones it is the longest name: "03_shapes (1)", "03_shapes-Copy1"."""
    match = account_in(file.path.split("/"))[2]
    return int(match["upload"] or 0) if match else 0, file.changed, len(file.path), file.path
