"""Which notebooks lie in folders and zips, and whose they are. Nothing is unpacked to disk.

The first of these names in a path is the student:

- Moodle's ``NAME_ID_assignsubmission_file…`` (mod/assign/classes/downloader.php). NAME has no underscore; blind marking calls
  everybody "Participant". A person has another ID in each assignment.
- Canvas' ``NAME_ID_UPLOAD_…`` or ``NAME_LATE_ID_UPLOAD_…``; or, for NAME_ID, ``anon_`` and five letters or digits
  (lib/content_zipper.rb, lib/anonymity.rb). NAME keeps letters, marks, digits and underscores of any script. UPLOAD grows.
- a folder's, as in nbgrader's ``STUDENT/ASSIGNMENT/``, then a zip's, then the file's. The name of a lesson is passed over,
  and so is what holds several people's work (`_shells`).

Of one student's notebooks about one lesson the newest counts: the one with the greatest UPLOAD, then the latest time (to two
seconds, as zips keep it), then the highest "(1)", "-2" or "-Copy1", which browsers and Jupyter give to later copies.
"""

import os
import re
import stat
import time
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from sepconv.exercises import all_exercises
from sepconv.grading.hand_in.read import MOST_BYTES, Unreadable, read_notebook

_IGNORED = {".ipynb_checkpoints", "__macosx", ".git", "__pycache__", ".ds_store", "thumbs.db", "desktop.ini"}
_MOST_FILES = 20_000  # in a zip
_MOST_INNER = 100 * 2**20  # bytes of a zip in a zip
_MOST_OF_ONE = 100  # notebooks of a student
_PLATFORMS = [
    re.compile(r"(?P<name>[^_]+)(?:_(?P<id>\d+))?_assignsubmission_(?P<upload>)"),
    re.compile(r"(?:LATE_)?(?P<name>anon_[0-9A-Za-z]{5})(?P<id>)_(?P<upload>[1-9]\d{2,17})_."),
    re.compile(r"(?P<name>[^\s!-/:-@\[-^`{-~]+?)(?:_LATE)?_(?P<id>[1-9]\d*)_(?P<upload>[1-9]\d{2,17})_."),
]
_LESSON = re.compile(
    r"\d\d_[a-z].*|my|notebooks|(lesson|exercise|assignment|homework|hw|week)s?[ _-]?\d*", re.I
)
_COPY = re.compile(r"(?:[ _-]copy|[ -](?=\(?\d+\)?$))[ -]?\(?(\d*)\)?$", re.I)


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


@dataclass
class _File:
    parts: tuple[str, ...]
    time: float
    read: Callable[[], bytes]
    name: str = ""
    id: str = ""  # tells people of one name apart
    place: tuple[str, ...] = ()  # where nobody has two ids
    upload: int = 0
    student: str = ""
    problem: str = ""


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, and for each other file a sentence on what to do.

    "03_shapes.ipynb.txt" and "….ipynb.json" are notebooks, too. A link is followed only if it is a path itself.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    found, others = [], []
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: give notebooks, folders, or zip files")
        files = sorted(_below(path, others), key=lambda file: file.parts)
        shells = _shells([file.parts for file in files])
        for file in files:
            if path.is_dir() or _is_zip(path.name):
                _find_owner(file, shells, str(path))
            else:
                file.parts, file.name, file.id = path.parts, path.stem, str(path.parent)
        found += files
    _find_students(found)
    _find_problems(found)
    return [Submission(file.student, _shown(file.parts), file.read, file.problem) for file in found], others


def _shown(parts):
    """Show a path; U+FFFD stands for what a terminal or a page obeys."""
    joiners = "\u200c\u200d"  # Persian, the scripts of India, and emoji are written with them
    obeyed = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(
        "\ufffd" if unicodedata.category(sign) in obeyed and sign not in joiners else sign
        for sign in "/".join(parts).replace("//", "/")
    )


def _say(others, parts, what):
    others.append(f"{_shown(parts)} {what}: hand in the .ipynb itself.")
    return []


def _below(root, others):
    """Yield the notebooks of a path, however deep."""
    todo = [(root, (), root.stat())]
    while todo:
        path, parts, kind = todo.pop()
        if not stat.S_ISDIR(kind.st_mode):
            open_file = partial(open, path, "rb")
            yield from _sort(parts or (root.name,), kind.st_mode, kind.st_mtime, open_file, others)
            continue
        try:
            for entry in os.scandir(path):
                if not _is_ignored(entry.name):
                    todo.append((entry.path, (*parts, entry.name), entry.stat(follow_symlinks=False)))
        except OSError as error:
            _say(others, parts or (root.name,), f"is a folder that cannot be read ({error.strerror})")


def _is_ignored(name):
    return name.lower() in _IGNORED or name.startswith("._")


def _is_zip(name):
    return name.lower().endswith(".zip")


def _sort(parts, mode, changed, open_file, others, depth=0):
    """Return a file if it is a notebook, and the notebooks in it if it is a zip; else say what it is."""
    if not stat.S_ISREG(mode):
        return _say(others, parts, "is a link" if stat.S_ISLNK(mode) else "is no ordinary file")
    if _is_zip(parts[-1]):
        return _in_zip(parts, open_file, others, depth)
    if re.search(r"\.ipynb(\.txt|\.json)?$", parts[-1], re.I):
        return [_File(parts, changed, partial(_read, open_file))]
    is_archive = re.search(r"\.(rar|7z|tar|gz|tgz|bz2|xz)$", parts[-1], re.I)
    return _say(others, parts, "is an archive that is not opened" if is_archive else "is no notebook")


def _read(open_file, most=MOST_BYTES):
    """Read a byte more than allowed at most, whatever a zip says about the size: `read_notebook` refuses that."""
    try:
        with open_file() as file:
            return file.read(most + 1)
    except Exception as error:  # encrypted, damaged, compressed in a way that Python does not know
        why = getattr(error, "strerror", None) or error
        raise Unreadable(_shown([f"The file cannot be read: {why}"])[:300] + ".") from None


@contextmanager
def _open_entry(open_zip, entry):
    with open_zip() as file, zipfile.ZipFile(file) as archive, archive.open(entry) as inside:
        yield inside


def _open_inner_zip(open_file):
    data = _read(open_file, _MOST_INNER)
    if len(data) > _MOST_INNER:
        raise ValueError(f"more than {_MOST_INNER // 2**20} MB in a zip")
    return BytesIO(data)


def _in_zip(parts, open_file, others, depth):
    """Return the notebooks in a zip, and in the zips in it."""
    open_zip = partial(_open_inner_zip, open_file) if depth else open_file
    try:
        if depth > 1:
            raise ValueError("in a zip in a zip")
        with open_zip() as file, zipfile.ZipFile(file) as archive:
            entries, size = archive.infolist(), file.seek(0, 2)
        if any(entry.flag_bits & 1 for entry in entries):
            raise ValueError("it asks for a password")
        if len(entries) > _MOST_FILES or sum(entry.compress_size for entry in entries) > size:
            raise ValueError(f"more than {_MOST_FILES:,} files, or damaged")
    except Exception as error:
        return _say(others, parts, _shown([f"is a zip that is not opened ({error})"])[:300])
    found, before = [], len(others)
    for entry in entries:
        inside = [part for part in entry.filename.replace("\\", "/").split("/") if part not in (".", "..")]
        if inside and inside[-1] and not any(map(_is_ignored, inside)):
            path, open_entry = (*parts, *filter(None, inside)), partial(_open_entry, open_zip, entry)
            changed = 0.0
            with suppress(OverflowError):  # a month 0, where the system minds
                changed = time.mktime((*entry.date_time, 0, 0, -1))
            found += _sort(path, stat.S_IFREG, changed, open_entry, others, depth + 1)
    if not found and len(others) != before + 1:
        others[before:] = []
        _say(others, parts, "is a zip without a notebook")
    return found


def _stem(name):
    return re.sub(r"(\.ipynb)?\.(ipynb|zip|json|txt)$", "", name, flags=re.I)


def _is_lesson(name):
    return bool(_LESSON.fullmatch(_stem(name)))


def _shells(paths):
    """Return what holds several people's work: zips, folders in zips, and a folder "submitted" beside nothing else."""
    inside, shells = defaultdict(set), set()
    for parts in paths:
        for i in range(min(len(parts), 20)):
            inside[parts[:i]].add(parts[i])
    for outer in sorted(filter(None, inside), key=len, reverse=True):
        people = [(*outer, name) for name in inside[outer] if not _is_lesson(name)]
        is_alone = len(inside[outer[:-1]]) == 1
        may = is_alone and (_is_zip(outer[-1]) or outer[-1].lower() in ("submitted", "submissions"))
        holds = len(people) > 1 or any(one in inside and (may or one in shells) for one in people)
        if holds and (may or any(map(_is_zip, outer))):
            shells.add(outer)
    return shells


def _find_owner(file, shells, root):
    for i, part in enumerate(file.parts):
        for match in filter(None, (pattern.match(part) for pattern in _PLATFORMS)):
            file.name, file.id, file.place = match["name"], match["id"] or "", (root, *file.parts[:i])
            file.upload = int(match["upload"] or 0)
            return
    last = len(file.parts) - 1
    own = [i for i in range(last) if file.parts[: i + 1] not in shells] + [last]
    i = next((i for i in own if not _is_lesson(file.parts[i])), own[0])
    file.name, file.place = _stem(file.parts[i]), (root, *file.parts[:i])
    file.id = "/".join(
        filter(_is_zip, file.parts[:i])
    )  # anybody may put an Ann into a zip: this is not the other Ann


def _find_students(files):
    """Show each person's name, and the id with it where two people of one name would be taken for one."""
    ids, owners = defaultdict(set), {}
    without = {file.name for file in files if not file.id}
    for file in files:
        ids[file.name, file.place] |= {file.id, "" if file.name in without else file.id}
    twice = {name for (name, _), several in ids.items() if len(several) > 1}
    for file in files:
        is_apart = file.name in twice and file.id != ""
        owner = (file.name, file.id if is_apart else "")
        shown = _shown([f"{file.name} ({file.id})" if is_apart else file.name])
        file.student, count = shown, 1
        while owners.setdefault(file.student, owner) != owner:
            count += 1
            file.student = f"{shown} ({count})"


def _find_problems(files):
    """Let one notebook of a lesson count, and say so of the others."""
    of_person = defaultdict(list)
    for file in files:
        of_person[file.name, file.id].append(file)
    for several in of_person.values():
        counts = {}  # lesson: its newest notebook
        for i, file in enumerate(sorted(several, key=_age, reverse=True)):
            lessons = _lessons(file) if len(several) > 1 and i < _MOST_OF_ONE else []
            lesson = next(filter(counts.get, lessons), None)
            if i >= _MOST_OF_ONE:
                file.problem = (
                    f"It does not count: only the {_MOST_OF_ONE} newest of a student's notebooks are read."
                )
            elif lesson is not None:
                newest = counts[lesson]
                why = "is newer" if _age(newest)[:2] > _age(file)[:2] else "is, by its name, the later copy"
                rival = _shown(newest.parts)
                file.problem = f"It does not count: {rival} is about lesson {lesson}, too, and {why}."
            counts |= dict.fromkeys([] if file.problem else lessons, file)
            if file.problem:
                file.read = partial(_refuse, file.problem)


def _refuse(problem):
    raise Unreadable(problem)


def _age(file):
    copy = _COPY.search(_stem(file.parts[-1])[-20:])
    return file.upload, file.time // 2, int(copy[1] or 1) if copy else 0, file.parts


def _lessons(file):
    """Return the lessons that a notebook is about as a whole; an answer copied from another makes none."""
    with suppress(Unreadable):
        names = {exercise.name for exercise in read_notebook(file.read(), file.parts[-1]).exercises}
        left = {exercise.lesson for exercise in all_exercises() if exercise.name not in names}
        return sorted({exercise.lesson for exercise in all_exercises()} - left)
    return []
