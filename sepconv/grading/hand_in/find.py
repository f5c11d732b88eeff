"""Whose notebooks lie in folders and zips, and which of them count.

The first folder, zip or file in a path that is not named as a lesson is ("03_shapes", "Week 2", "submitted") is the
student. Names begin further inside only in what holds a whole class: where most files lie below names of a platform's
form, or several names stand in a zip. Elsewhere such a form is a name like any other: students name what they like.

Notebooks that lie in one place and bear one student's name compete: for each lesson the newest counts. What lies
elsewhere, under whatever name, competes with none of them. Nothing is unpacked to disk.
"""

import re
import stat
import time
from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import mode
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sepconv.grading.hand_in.read import MOST_BYTES, Unreadable, read_notebook
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
_NOTEBOOK = (".ipynb", ".ipynb.txt", ".ipynb.json")  # browsers and mail programs add the second ending
_IGNORED = re.compile(
    r"(?i)\._.*|\.ipynb_checkpoints|\.course|__MACOSX|\.git|__pycache__|\.DS_Store|Thumbs\.db|desktop\.ini"
)
_MOST_FILES = 20_000  # in a zip
_MOST_UNPACKED = 100 * 2**20  # bytes of a file in a zip, which may be a zip again
Account = namedtuple("Account", "platform id name upload", defaults=("", "", "", 0))


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in. What is shown of it holds nothing that a terminal or a page would obey."""

    student: str  # as it is shown; another one may be shown alike
    name: str  # the path, as it is shown
    read: Callable[[], bytes]  # or raises `Unreadable`
    problem: str = ""  # why it does not count
    who: int = 0  # which of them it is
    account: str = ""  # the part of the path that names the student


class _File(NamedTuple):
    """What is a notebook by its name."""

    path: str  # from what was searched, through zips
    changed: tuple[int, ...]  # local time, as zips keep it
    read: Callable[[], bytes]
    account: str = ""


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, by student, and for each other file a sentence on what to do.

    A link is followed only if it is a path itself; a path that does not exist is a `FileNotFoundError`.
    """
    paths = [Path(path) for path in paths]
    others, competing = [], defaultdict(list)
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
        root = f"{path if path.is_dir() else path.parent}/" if len(paths) > 1 else ""
        zips = defaultdict(list)  # what lies in none is one of them
        for file in sorted(_files_at(path, others), key=lambda file: file.path):
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
            found.append(Submission(shown, path, file.read, problem, numbers[who], file.account))
    return sorted(found, key=lambda one: (one.who, one.name)), sorted(others)


def _files_at(path, others):
    """Yield the notebooks at or below a path; `others` gets a sentence on each other file, or link below the path."""
    todo = [("" if path.is_dir() else path.name, (), path.resolve())]
    while todo:
        shown, changed, place, *entries = todo.pop()  # entries lead to a file in a zip, or in a zip in a zip
        try:
            status = place.lstat()
            if stat.S_ISDIR(status.st_mode):
                inside = [inner for inner in place.iterdir() if not _IGNORED.fullmatch(inner.name)]
                todo += [(f"{shown}/{inner.name}".lstrip("/"), (), inner) for inner in inside]
            elif not stat.S_ISREG(status.st_mode):
                raise ValueError("a link, or no ordinary file")
            elif shown.lower().endswith(_NOTEBOOK):
                changed = changed or time.localtime(status.st_mtime)[:6]
                yield _File(shown, changed, partial(_read, place, *entries))
            elif shown.lower().endswith(".zip"):
                todo += _inside(shown, place, *entries)
            else:
                raise ValueError("no notebook")
        except Exception as error:  # there is no end to what a damaged zip raises
            why = getattr(error, "strerror", None) or str(error)[:200]
            said = f"{shown or path} is not read ({why}): put the .ipynb itself in its place."
            others.append(one_line(said))


def _inside(shown, path, *entries):
    """Yield what a zip holds, as it goes on the list."""
    with _open(path, *entries) as file, ZipFile(file) as archive:
        inside = [one for one in archive.infolist() if not one.filename.endswith(("/", "\\"))]
    if not 0 < len(inside) <= _MOST_FILES or len(entries) > 1:  # there are zips that hold themselves
        raise ValueError(f"it is empty, has over {_MOST_FILES:,} files, or is in a zip in a zip")
    for entry in inside:
        names = [name for name in re.split(r"[/\\]", entry.filename) if name.strip(".")]
        if not any(map(_IGNORED.fullmatch, names)):
            yield "/".join([shown, *names]), entry.date_time, path, *entries, entry


def _open(path, *entries):
    """Open a file, in zips or not. No more is unpacked than allowed, whatever a zip says of its size."""
    if not entries:
        return open(path, "rb")
    *outer, entry = entries
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError("compressed in a rare way")  # which is unpacked without a limit
    with _open(path, *outer) as file, ZipFile(file) as archive, archive.open(entry) as inside:
        return BytesIO(inside.read(_MOST_UNPACKED))  # a larger zip is no zip any more


def _read(path, *entries):
    try:
        with _open(path, *entries) as file:
            return file.read(MOST_BYTES + 1)  # one more than `read_notebook` takes
    except Exception as error:  # encrypted, damaged, not allowed
        why = getattr(error, "strerror", None) or error
        raise Unreadable(one_line(f"The file cannot be read: {why}"[:300])) from None


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
        yield who, (root, *parts[:at]), file._replace(account=parts[at])


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
    return account_in(file.account).upload, file.changed, len(file.path), file.path
