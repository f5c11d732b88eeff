"""What a learner did, kept in one small file of their own: guesses, checks, hints, and which mistakes to go over again.

An event is a change of the record. It waits in memory until it is in the file, so whatever is wrong with the file (it is
locked, damaged, not to be written, of a newer version of the course) stops no check and loses nothing while the kernel runs.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

VERSION = 1
COUNTED = ("right", "near", "other")  # the outcomes of a guess that are kept
_AGAIN = 3  # lessons after a mistake was gone over, it comes again once more
_PATIENCE, _PAUSE = 0.5, 0.002  # seconds for the lock: in all, and between two tries
_MOST_BYTES, _MOST_BRACKETS, _MOST_ITEMS, _MOST = 1_000_000, 20_000, 2000, 1_000_000
_CHECK = {"attempts": int, "solved": bool, "mistakes": {str: int}, "hints": int, "solution": bool}
_FORM = {
    "version": int,
    "guesses": {str: {"outcome": str, "thought": str}},
    "checks": {str: _CHECK},
    "again": {str: {"due": int, "times": int}},
    "asked": [{"family": str, "seed": int, "lesson": int, "mistake": str, "done": bool}],
}

_waiting: list[Callable[[dict], None]] = []
_said: set[str] = set()
_chosen: list[Path] = []  # by `keep_in`, the last one


class Newer(ValueError):
    """A newer version of the course has written the file."""


def guessed(guess, reply):
    """Note a guess: the first one, since a second is made with what came out in view.

    Parameters
    ----------
    guess : Guess
    reply : Reply
    """
    if reply.outcome not in COUNTED:
        return
    key, lesson = reply.thought.key if reply.thought else "", guess.lesson

    def change(record):
        if guess.name not in record["guesses"]:
            record["guesses"][guess.name] = {"outcome": reply.outcome, "thought": key}
            _go_over_again(record, key, lesson)

    _note(change)


def checked(exercise, verdict):
    """Note what a check said of an answer.

    Parameters
    ----------
    exercise : Exercise
        Of the course, or a question of a review.
    verdict : Verdict
        One on an answer that was attempted.
    """
    mistake, is_right = verdict.misconception and verdict.misconception.id, verdict.outcome == "correct"

    def change(record):
        check = _check(record, exercise)
        check["attempts"] += 1
        check["solved"] |= is_right
        if mistake:
            check["mistakes"][mistake] = check["mistakes"].get(mistake, 0) + 1
            _go_over_again(record, mistake, exercise.lesson)
        if is_right and exercise.is_review:
            _has_gone_over(record, exercise)

    _note(change)


def helped(exercise, hints=0, solution=False):
    """Note that hints were read, or a solution.

    Parameters
    ----------
    exercise : Exercise
    hints : int
        So many of them.
    solution : bool
    """

    def change(record):
        check = _check(record, exercise)
        check["hints"] = max(check["hints"], hints)
        check["solution"] |= solution

    _note(change)


def asked(questions):
    """Note the questions of a review, in the place of those before.

    Parameters
    ----------
    questions : list of dict
        As the record keeps them.
    """
    _note(lambda record: record.update(asked=questions))


def _check(record, exercise):
    name = "review" if exercise.is_review else exercise.name
    empty = {key: {} if isinstance(kind, dict) else kind() for key, kind in _CHECK.items()}
    return record["checks"].setdefault(name, empty)


def _go_over_again(record, mistake, lesson):
    if mistake:
        record["again"][mistake] = {"due": lesson + 1, "times": 0}


def _has_gone_over(record, question):
    """The question is done, and what was due and could have gone wrong in it comes in three lessons, or no more."""
    ids = {m.id for m in question.misconceptions}
    for number, entry in enumerate(record["asked"], 1):
        if question.name == f"review_{number}":
            entry["done"] = True
            ids.add(entry["mistake"])
    for mistake in ids & record["again"].keys():
        about = record["again"].pop(mistake)
        if about["due"] > question.lesson:
            record["again"][mistake] = about
        elif not about["times"]:
            record["again"][mistake] = {"due": question.lesson + _AGAIN, "times": 1}


def so_far() -> dict:
    """Return the record, with what is not in its file yet."""
    _settle()
    record = _empty()
    try:
        if (path := place()) and path.exists():
            record = read_record(path.read_bytes())
    except Exception as error:  # said by `_settle` already
        _say(error)
    for change in _waiting:
        change(record)
    return record


def place() -> Path | None:
    """Return where the record is kept, or None if in memory only."""
    if _chosen:
        return _chosen[-1]
    named = os.environ.get("SEPCONV_PROGRESS")
    if named is None:
        return _in_my()
    return None if named.strip().lower() in ("", "off") else Path(named).expanduser()


@cache  # where the notebook lies; a learner may change the folder later
def _in_my():
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "course.py").is_file() and (folder / "my").is_dir():
            return folder / "my" / "progress.json"
    return None


def keep_in(path):
    """Keep the record in that file from now on, together with what this kernel had in memory only.

    Parameters
    ----------
    path : str or Path
    """
    _chosen.append(Path(path).expanduser().absolute())
    _settle()


def forget():
    """Remove the record, and damaged ones beside it.

    Raises
    ------
    OSError
        If a file cannot be removed.
    """
    _waiting.clear()
    if path := place():
        for file in (path, *path.parent.glob(f"{path.stem}.damaged*{path.suffix}")):
            file.unlink(missing_ok=True)


def _note(change):
    _waiting.append(change)
    _settle()


def _settle():
    """Bring into the file what waits for it; what cannot be is tried again with the next event."""
    try:
        if (path := place()) and (_waiting or path.exists()):
            _write(path.resolve())
    except Exception as error:  # nothing that is wrong with a file may stop a check
        _say(error)


def _write(path):
    from filelock import FileLock, Timeout

    try:
        with FileLock(f"{path}.lock").acquire(timeout=_PATIENCE, poll_interval=_PAUSE):
            record = _mended(path)
            changes = list(_waiting)
            for change in changes:
                change(record)
            if changes:
                new = path.with_name(f".{path.name}.new")
                new.write_text(json.dumps(record, separators=(",", ":"), sort_keys=True), encoding="utf-8")
                os.replace(new, path)
                del _waiting[: len(changes)]
    except Timeout:
        pass


def _mended(path):
    """The record in a file, which is put aside if it is damaged; what can be read of it goes on."""
    if not path.exists():
        return _empty()
    data = path.read_bytes()
    try:
        record = read_record(data)
        if record == json.loads(data):
            return record
    except Newer:
        raise
    except (ValueError, RecursionError):
        record = _empty()
    names = (path.with_name(f"{path.stem}.damaged{n or ''}{path.suffix}") for n in range(1000))
    aside = next(name for name in names if not name.exists())
    os.replace(path, aside)
    _waiting.insert(0, lambda record: None)  # so that what could be read is written
    _say(f"The record of your progress was damaged. It is kept as {aside.name}, and a new one begins.")
    return record


def _empty():
    return {"version": VERSION, "guesses": {}, "checks": {}, "again": {}, "asked": []}


def _say(why):
    """Say it once, however often it happens."""
    if isinstance(why, Exception):
        reason = getattr(why, "strerror", None) or why
        why = f"Your progress is kept until the kernel ends, and not in its file ({place()}): {reason}."
    if why not in _said:
        _said.add(why)
        print(why)


def read_record(data: bytes) -> dict:
    """Return a record as far as it has the right form, whoever wrote it.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    Newer
        If it is of a newer version.
    ValueError
        If there is no record in it.
    RecursionError
        If it is nested deeper than any record.
    """
    if len(data) > _MOST_BYTES or data.count(b"[") + data.count(b"{") > _MOST_BRACKETS:
        raise ValueError("it is larger than any record of progress")
    found = json.loads(data.decode("utf-8"))
    if isinstance(found, dict) and type(found.get("version")) is int and found["version"] > VERSION:
        raise Newer("a newer version of the course has written it, and it stays as it is")
    if (record := _fitting(found, _FORM)) is None:
        raise ValueError("it is no record of progress")
    return record


def _fitting(data, form):
    """What of the data has the form, or None where nothing has."""
    if isinstance(form, type):
        fits = type(data) is form and (len(data) <= 200 if form is str else 0 <= data <= _MOST)
        return data if fits else None
    if isinstance(form, list):
        items = [_fitting(item, form[0]) for item in data[:_MOST_ITEMS]] if isinstance(data, list) else None
        return items and [item for item in items if item is not None]
    if not isinstance(data, dict):
        return None
    if str in form:
        items = {key: _fitting(item, form[str]) for key, item in list(data.items())[:_MOST_ITEMS]}
        return {key: item for key, item in items.items() if item is not None and len(key) <= 200}
    found = {key: _fitting(data.get(key), part) for key, part in form.items()}
    return None if None in found.values() else found
