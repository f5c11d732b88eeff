"""Which notebooks lie in folders and zip files, and whose they are. Nothing is unpacked to disk.

The first of these names in a path is the student:

- Moodle's (mod/assign/classes/downloader.php): ``NAME_ID_assignsubmission_file…``. NAME has no underscore, and is
  "Participant" for all in blind marking. A person has another ID in each assignment.
- Canvas' (lib/content_zipper.rb, lib/anonymity.rb): ``NAME_ID_UPLOAD_…``, ``NAME_LATE_ID_UPLOAD_…``, or, for NAME_ID, ``anon_``
  and five letters or digits. NAME keeps letters, marks, digits and underscores of any script. UPLOAD grows.
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
from typing import NamedTuple

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

    Parameters
    ----------
    student, name : str
        Whose it is and where it lay, without anything that a terminal or a page would obey.
    read : callable
        Returns its bytes, or raises `Unreadable`.
    problem : str
        Why it does not count; `read` then raises the same.
    """

    student: str
    name: str
    read: Callable[[], bytes]
    problem: str = ""


class _File(NamedTuple):
    parts: tuple[str, ...]
    time: float
    read: Callable[[], bytes]
    person: tuple[str, str] = ("", "")  # name and id
    place: tuple[str, ...] = ()  # where nobody has two ids
    upload: int = 0


def find_submissions(paths) -> tuple[list[Submission], list[str]]:
    """Return the notebooks below paths, and for each other file a sentence on what to do.

    A text or JSON file that holds a notebook is one, such as "03_shapes.ipynb.txt". Links are followed only if given as a path.

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
        if not path.is_dir() and [file.parts for file in files] == [(path.name,)]:
            owner = {"parts": path.parts, "person": (path.stem, str(path.parent))}
            found.append(files[0]._replace(**owner))
        else:
            shells = _shells(file.parts for file in files)
            found += [file._replace(**_owner(file.parts, shells, str(path))) for file in files]
    students, problems = _students(found), _problems(found)
    return [
        Submission(
            students[file.person],
            _shown(file.parts),
            partial(_refuse, problems[i]) if i in problems else file.read,
            problems.get(i, ""),
        )
        for i, file in enumerate(found)
    ], others


def _refuse(problem):
    raise Unreadable(problem)


def _shown(parts):
    """Show a path; U+FFFD stands for what a terminal or a page obeys."""
    joiners = "\u200c\u200d"  # Persian, the scripts of India, and emoji are written with them
    return "".join(
        "\ufffd"
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in joiners
        else sign
        for sign in "/".join(parts).replace("//", "/")
    )


def _below(root, others):
    """Yield the notebooks of a path, however deep."""
    todo = [(root, (), root.stat())]
    while todo:
        path, parts, kind = todo.pop()
        if stat.S_ISDIR(kind.st_mode):
            try:
                inside = [(entry, entry.stat(follow_symlinks=False)) for entry in os.scandir(path)]
            except OSError as error:
                _say(others, (root.name, *parts), f"is a folder that cannot be read ({error.strerror})")
                continue
            todo += [
                (entry.path, (*parts, entry.name), kind)
                for entry, kind in inside
                if not _is_ignored(entry.name)
            ]
        else:
            parts, open_file = parts or (root.name,), partial(open, path, "rb")
            yield from _sorted_out(parts, kind.st_mode, kind.st_mtime, open_file, others)


def _is_ignored(name):
    return name.lower() in _IGNORED or name.startswith("._")


def _say(others, parts, what):
    others.append(f"{_shown(parts)} {what}: hand in the .ipynb itself.")
    return ()


def _sorted_out(parts, mode, changed, open_file, others, depth=0):
    """Return a file if it is a notebook, and the notebooks in it if it is a zip; else say what it is."""
    name, read = parts[-1].lower(), partial(_read, open_file)
    if stat.S_ISLNK(mode):
        return _say(others, parts, "is a link")
    if not stat.S_ISREG(mode):
        return _say(others, parts, "is no ordinary file")
    if _is_zip(name):
        return _in_zip(parts, open_file, others, depth)
    if name.endswith(".ipynb") or (name.endswith((".json", ".txt")) and _holds_notebook(read)):
        return (_File(parts, changed, read),)
    is_archive = name.endswith((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"))
    return _say(others, parts, "is an archive that is not opened" if is_archive else "is no notebook")


def _holds_notebook(read):
    with suppress(Unreadable):
        return b'"nbformat"' in read()
    return False


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


def _read_zip(open_file):
    data = _read(open_file, _MOST_INNER)
    if len(data) > _MOST_INNER:
        raise ValueError(f"more than {_MOST_INNER // 2**20} MB in a zip")
    return BytesIO(data)


def _in_zip(parts, open_file, others, depth):
    """Return the notebooks in a zip, and in the zips in it."""
    if depth == 1:
        open_file = partial(_read_zip, open_file)
    try:
        if depth > 1:
            raise ValueError("in a zip in a zip")
        with open_file() as file, zipfile.ZipFile(file) as archive:
            entries, size = archive.infolist(), file.seek(0, 2)
        if any(entry.flag_bits & 1 for entry in entries):
            raise ValueError("it asks for a password")
        if len(entries) > _MOST_FILES or sum(entry.compress_size for entry in entries) > size:
            raise ValueError(f"more than {_MOST_FILES:,} files, or damaged")
    except Exception as error:
        return _say(others, parts, _shown([f"is a zip that is not opened ({error})"])[:300])
    found, before = [], len(others)
    for entry in entries:
        name = entry.filename
        if not entry.flag_bits & 0x800:  # macOS writes UTF-8 and does not say so
            with suppress(UnicodeError):
                name = name.encode("cp437").decode()
        inside = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", ".", ".."))
        if not inside or name.endswith(("/", "\\")) or any(map(_is_ignored, inside)):
            continue
        mode = entry.external_attr >> 16
        mode = mode if stat.S_ISLNK(mode) else stat.S_IFREG
        changed = time.mktime((*entry.date_time, 0, 0, -1))
        opened = partial(_open_entry, open_file, entry)
        found += _sorted_out((*parts, *inside), mode, changed, opened, others, depth + 1)
    if not found and len(others) - before != 1:
        others[before:] = []
        _say(others, parts, "is a zip without a notebook")
    return found


def _is_zip(name):
    return name.lower().endswith(".zip")


def _stem(name):
    return re.sub(r"\.(ipynb|zip|json|txt)$", "", name, flags=re.IGNORECASE)


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
        holds = len(people) > 1 or (len(people) == 1 and people[0] in inside and (may or people[0] in shells))
        if holds and (may or any(map(_is_zip, outer))):
            shells.add(outer)
    return shells


def _owner(parts, shells, root):
    """Return whose a file is, as fields of `_File`."""
    for i, part in enumerate(parts):
        for match in filter(None, (pattern.match(part) for pattern in _PLATFORMS)):
            person, upload = (match["name"], match["id"] or ""), int(match["upload"] or 0)
            return {"person": person, "place": (root, *parts[:i]), "upload": upload}
    own = [i for i in range(len(parts) - 1) if parts[: i + 1] not in shells]
    last = len(parts) - 1
    i = next((i for i in [*own, last] if not _is_lesson(parts[i])), [*own, last][0])
    # An Ann in one zip and an Ann in another may be two people, and a zip's maker may call anybody Ann.
    return {"person": (_stem(parts[i]), "/".join(filter(_is_zip, parts[:i]))), "place": (root, *parts[:i])}


def _students(files):
    """Return {person: name to show}: with the id where two people in one place have one name."""
    ids = defaultdict(set)
    for file in files:
        ids[file.person[0], file.place].add(file.person[1])
    twice = {name for (name, _), several in ids.items() if len(several) > 1}
    shown, owners = {}, {}
    for name, number in dict.fromkeys(file.person for file in files):
        is_apart = name in twice and number
        owner = (name, number) if is_apart else name
        first = again = _shown([f"{name} ({number})" if is_apart else name])
        count = 1
        while owners.setdefault(again, owner) != owner:
            count += 1
            again = f"{first} ({count})"
        shown[name, number] = again
    return shown


def _problems(files):
    """Return {place in the list: why that notebook does not count}."""
    of_person, problems = defaultdict(list), {}
    for i, file in enumerate(files):
        of_person[file.person].append(i)
    for several in of_person.values():
        for i in several[_MOST_OF_ONE:]:
            problems[i] = (
                f"It is not read: this student handed in {len(several)} notebooks; {_MOST_OF_ONE} are read."
            )
        counts = {}  # lesson: the notebook that counts
        for i in sorted(several[:_MOST_OF_ONE], key=lambda i: _age(files[i]), reverse=True):
            lessons = _lessons(files[i]) if len(several) > 1 else ()
            if rivals := [(lesson, counts[lesson]) for lesson in lessons if lesson in counts]:
                lesson, newest = rivals[0]
                is_newer = _age(files[newest])[:2] > _age(files[i])[:2]
                why = "is newer" if is_newer else "is as old and is the later copy by its name"
                rival = _shown(files[newest].parts)
                problems[i] = f"It does not count: {rival} is about lesson {lesson}, too, and {why}."
            else:
                counts |= dict.fromkeys(lessons, i)
    return problems


def _age(file):
    copy = _COPY.search(_stem(file.parts[-1])[-20:])
    return file.upload, file.time // 2, int(copy[1] or 1) if copy else 0, file.parts


def _lessons(file):
    """Return the lessons that a notebook is about as a whole; an answer copied from another makes none."""
    try:
        names = {exercise.name for exercise in read_notebook(file.read(), file.parts[-1]).exercises}
    except Unreadable:
        return []
    left = {exercise.lesson for exercise in all_exercises() if exercise.name not in names}
    return sorted({exercise.lesson for exercise in all_exercises()} - left)
