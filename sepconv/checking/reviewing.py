"""``review``: up to three questions, with fresh numbers, on what went wrong."""

import textwrap
from functools import lru_cache

from sepconv.checking import record
from sepconv.exercises import UnknownExercise, all_exercises
from sepconv.exercises.guesses import all_guesses
from sepconv.exercises.review import families

__all__ = ["review"]

_PLACES = ("the first question", "the first two questions", "the three questions")
_WIDTH = 88


def review(lesson=None):
    """Ask up to three questions on what went wrong in earlier lessons; without a mistake there is nothing to ask.

    A mistake comes again in the next lesson, and once more three lessons later. Each question is checked by its name, for
    example ``check("review_1", 12)``.

    Parameters
    ----------
    lesson : int, optional
        The lesson that these questions open: they are then about what is due, and in place of its three. Without it,
        about anything that is still to be gone over.
    """
    entries = _still_asked(record.so_far(), lesson)
    if not entries:
        above = ": take the three questions above" if lesson else ""
        print(f"There is nothing to go over again{above}.")
        return
    place = f", in place of {_PLACES[len(entries) - 1]} above" if lesson else ""
    print(f"To go over again{place}:\n")
    for number, entry in enumerate(entries, 1):
        done = " (done)" if entry["done"] else ""
        asked = f"review_{number}{done}. {_question(number, *_about(entry)).prompt}"
        print(textwrap.fill(asked, _WIDTH, subsequent_indent="    ", break_long_words=False))
    print('\nWrite your answer into a check, in this cell or a new one: check("review_1", ...)')


def question(name):
    """Return the question of a review that is asked by that name, or None if the name is that of something else.

    Parameters
    ----------
    name : str

    Raises
    ------
    KeyError
        If none is asked by it.
    """
    if not isinstance(name, str) or not name.startswith("review_"):
        return None
    for number, entry in enumerate(record.so_far()["asked"], 1):
        if name == f"review_{number}" and entry["family"] in families():
            return _question(number, *_about(entry))
    raise UnknownExercise(f"no question is asked as {name!r}: review() shows those that are.")


@lru_cache
def _question(number, family, seed, lesson):
    return families()[family].question(seed, f"review_{number}", lesson)


def _about(entry):
    return entry["family"], entry["seed"], entry["lesson"]


def _still_asked(found, lesson):
    """The questions that were asked and are not all answered, or else new ones."""
    before = found["asked"]
    is_known = all(entry["family"] in families() for entry in before)
    if is_known and _is_left_of(before, lesson):
        return before
    seed = 1 + max((entry["seed"] for entry in before), default=0)
    if entries := _drawn(found, lesson, seed):
        record.asked(entries)
    return entries


def _is_left_of(entries, lesson):
    is_left = not all(entry["done"] for entry in entries)
    return is_left and lesson in (None, entries[0]["lesson"])


def _drawn(found, lesson, seed):
    """One question for each of the mistakes that have waited longest, none on what is not taught yet."""
    now = _reached(found) if lesson is None else lesson
    taught = now if lesson is None else lesson - 1
    due = {mistake: about["due"] for mistake, about in found["again"].items()}
    if lesson is not None:
        due = {mistake: when for mistake, when in due.items() if when <= lesson}
    entries = {}
    for mistake in sorted(due, key=due.get):
        about = [family for family in families().values() if mistake in family.about]
        fitting = [one.name for one in about if one.lesson <= taught and one.name not in entries]
        if fitting:
            name = fitting[seed % len(fitting)]
            entry = {"family": name, "seed": seed, "lesson": now, "mistake": mistake, "done": False}
            entries[name] = entry
    return list(entries.values())[: len(_PLACES)]


def _reached(found):
    """The last lesson of which something was guessed or checked."""
    exercises = (one.lesson for one in all_exercises() if one.name in found["checks"])
    guesses = (one.lesson for one in all_guesses() if one.name in found["guesses"])
    return max([*exercises, *guesses], default=0)
