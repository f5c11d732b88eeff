"""Whose notebooks lie in folders and zips, and which of them count.

The first folder, zip or file in a path that is not named as a lesson is ("03_shapes", "Week 2", "submitted") is the
student. Names begin further inside only in what holds a whole class: where most files lie below names of a platform's
form, or several names stand in a zip. Elsewhere such a form is a name like any other: students name what they like.

Notebooks that lie in one place and bear one student's name compete: for each lesson the newest counts. What lies
elsewhere, under whatever name, competes with none of them.
"""

import re
from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mode

from sepconv.grading.hand_in.files import files_at
from sepconv.grading.hand_in.read import Unreadable, read_notebook
from sepconv.grading.legible import one_line

_NO_NAMES = "my|notebook|lesson|exercise|assignment|homework|hw|week|submitted|submission"
_LESSON = re.compile(rf"\d\d_[a-z].*|({_NO_NAMES})s?[ _-]?\d*(\.zip|\.ipynb)?", re.IGNORECASE)
_MOST_OF_ONE = 100  # notebooks of a student; each may take two seconds
# How learning platforms name what they export: who handed it in, and when.
_FORMS = {
    # mod/assign/classes/downloader.php: NAME has no underscore; blind marking calls everybody "Participant".
    "Moodle": r"(?P<name>[^_]+)_(?P<id>\d{1,20})_assignsubmission_(?P<upload>).*",
    # lib/content_zipper.rb, lib/anonymity.rb: NAME has no blank; UPLOAD grows with each upload.
    "Canvas": r"(LATE_)?(?P<name>[^\s.-]+?)(_LATE)?_(?P<id>\d{1,20}|(?<=anon_)\w{5})_(?P<upload>\d{3,18})_.+",
}
Account = namedtuple("Account", "platform id name upload", defaults=("", "", "", 0))


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in.

    `student` and `name` hold nothing that a terminal or a page would obey; two students may be shown alike, and differ
    in `who`. `account` is the part of the path that names the student. `read` returns the bytes or raises `Unreadable`;
    a `problem` is why it does not count.
    """

    student: str
    name: str
    read: Callable[[], bytes]
    problem: str = ""
    who: int = 0
    account: str = ""


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, by student, and for each other file a sentence on what to do.

    "03_shapes.ipynb.txt" and "….ipynb.json" are notebooks, too. A link is followed only if it is a path itself; a path
    that does not exist is a `FileNotFoundError`.
    """
    paths = [Path(path) for path in paths]
    others, competing = [], defaultdict(list)
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
        root = f"{path if path.is_dir() else path.parent}/" if len(paths) > 1 else ""
        zips = defaultdict(list)  # what lies in none is one of them
        for file in sorted(files_at(path, others), key=lambda file: file.path):
            zips[re.match(r"(?is)(.+?\.zip/)?", file.path)[0]].append(file)
        for zip_path, files in zips.items():
            alone = len(zips) == len(paths) == 1
            for who, place, file in _by_student(files, root, zip_path, alone):
                competing[who, place].append(file)
    numbers = {who: number for number, who in enumerate(sorted({who for who, _ in competing}))}
    people = Counter(name for name, *_ in numbers)
    found = []
    for (who, _), files in competing.items():
        name, _, where = who
        shown = one_line(f"{name} ({where})" if where and people[name] > 1 else name)
        problems = _problems(files)
        for file in files:
            path, problem = one_line(file.path), one_line(problems.get(file, ""))
            found.append(Submission(shown, path, file.read, problem, numbers[who], file.owner))
    return sorted(found, key=lambda one: (one.who, one.name)), sorted(others)


def _by_student(files, root, zip_path, alone):
    """Yield each file of a zip, or of none, behind its student (the name, the platform, and where) and its place."""
    paths = [file.path.split("/") for file in files]
    names_from, forms_from = _levels(paths, zip_path, alone)
    for file, parts in zip(files, paths):
        named = [at for at, part in enumerate(parts) if not _LESSON.fullmatch(part)] or [0]
        at = next((at for at in named if at >= forms_from), 0)
        if not account_in(parts[at]).name:
            at = next((at for at in named if at >= names_from), named[0])
        account = account_in(parts[at])
        inside = zip_path if at >= zip_path.count("/") else ""  # the Ann in Eve's zip is not the other Ann
        name = account.name or re.sub(r"(?i)\.(zip|ipynb(\.txt|\.json)?)$", "", parts[at])
        where = f"{account.id} {inside}" if account.name else f"{root}{inside}"
        who = name, account.platform, where.rstrip(" /")
        yield who, (root, *parts[:at]), file._replace(owner=parts[at])


def _levels(paths, zip_path, alone):
    """Return how far inside of the paths names of students begin, and names of a platform's form."""
    if not all(map(_LESSON.fullmatch, zip_path.split("/")[:-2])):
        return 0, 0  # the folder that the zip lies in is the student
    names = [{name for name in level if not _LESSON.fullmatch(name)} for level in zip(*paths)]
    several = next((at for at, people in enumerate(names) if zip_path and len(people) > 1), 0)
    has_form = [[bool(account_in(part).name) for part in parts] for parts in paths]
    forms = [each.index(True) for each in has_form if any(each)]
    if 2 * len(forms) <= len(paths):
        return several, several
    return (several, min(forms)) if alone or not zip_path or 0 < several <= min(forms) else (0, 0)


def _problems(files):
    """Return a sentence for each of one student's notebooks that does not count."""
    by_age = sorted(files, key=_age_and_name, reverse=True) if len(files) > 1 else []
    too_many = f"It does not count: only the {_MOST_OF_ONE} newest notebooks of a student are read."
    problems, newest = dict.fromkeys(by_age[_MOST_OF_ONE:], too_many), {}
    for file in by_age[:_MOST_OF_ONE]:
        with suppress(Unreadable):
            exercises = read_notebook(file.read(), file.path).exercises
            lesson = mode(one.lesson for one in exercises)  # single answers may be copied from others
            other = newest.setdefault(lesson, file)
            if other is not file:
                is_newer = _age_and_name(other)[:2] > _age_and_name(file)[:2]
                why = "is newer" if is_newer else "is as old, and its name comes later"
                problems[file] = f"It does not count: {other.path} is about lesson {lesson}, too, and {why}."
    return problems


def account_in(part) -> Account:
    """Return the account that the name of a file or folder is made of; without one its platform is empty."""
    for platform, form in _FORMS.items():
        if match := re.fullmatch(form, part, re.DOTALL):
            return Account(platform, match["id"], match["name"], int(match["upload"] or 0))
    return Account()


def _age_and_name(file):
    """What the newest has most of. Of equally old ones it is the longest name: "03_shapes (1)", "03_shapes-Copy1"."""
    return account_in(file.owner).upload, file.changed, len(file.path), file.path
