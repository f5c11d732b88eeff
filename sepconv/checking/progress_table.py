"""``progress``: what was guessed and solved, lesson by lesson, what is next, and which thoughts came back."""

import sys
from collections import defaultdict
from functools import cache
from html import escape

from sepconv.checking import record
from sepconv.checking.wording import listed
from sepconv.exercises import all_exercises
from sepconv.exercises.guesses import all_guesses
from sepconv.exercises.slips import SLIPS, misconception_of

__all__ = ["progress"]

_HEAD = ("Lesson", "Guesses", "Exercises")
_MOST_THOUGHTS, _MOST_PLACES = 8, 3


def progress(keep_in=None, *, forget=False):
    """Show your progress, or say where it is kept, or forget it.

    It is kept on this machine, in ``my/progress.json`` of the course's folder; without one, as on Colab, it lasts until the
    kernel ends.

    Parameters
    ----------
    keep_in : str or Path, optional
        A file to keep it in from now on, such as "/content/drive/MyDrive/progress.json".
    forget : bool
        Whether to forget everything, at once and for good.

    Raises
    ------
    OSError
        If the file cannot be removed.
    """
    if forget:
        record.forget()
        print("All of your progress is forgotten.")
        return
    if keep_in is not None:
        record.keep_in(keep_in)
    found, kept = record.so_far(), f"\n{_where_kept()}"
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(as_text(found) + kept)
        return
    shown = {"text/plain": as_text(found) + kept, "text/html": _as_html(found, _where_kept())}
    ipython.display.display(shown, raw=True)


def as_text(found, next_too=True) -> str:
    """Return a record as a table of text, and sentences below it.

    Parameters
    ----------
    found : dict
    next_too : bool
        Whether to say what is next.
    """
    rows = [_HEAD, *_rows(found)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["   ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join(["Your progress", "", *lines, "", *_sentences(found)[0 if next_too else 1 :]]).rstrip()


def _as_html(found, kept):
    head = "".join(f'<th scope="col">{word}</th>' for word in _HEAD)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{text}</td>" for text in others)}</tr>\n'
        for first, *others in _rows(found)
    )
    below = "".join(f"<p>{escape(sentence)}</p>\n" for sentence in [*_sentences(found), kept])
    return (
        "<table>\n<caption>Your progress</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{below}"
    )


def _rows(found):
    guesses, exercises = defaultdict(list), defaultdict(list)
    for guess in all_guesses():
        guesses[guess.lesson].append(found["guesses"].get(guess.name, {}).get("outcome", ""))
    for exercise in _of_the_course():
        exercises[exercise.lesson].append(_is_solved(found, exercise))
    return [
        (str(lesson), _guesses_in_words(guesses[lesson]), _solved_in_words(exercises[lesson]))
        for lesson in sorted(guesses.keys() | exercises.keys())
    ]


def _guesses_in_words(outcomes):
    made = sum(map(bool, outcomes))
    if not outcomes:
        return "no guesses"
    counts = f": {outcomes.count('right')} right, {outcomes.count('near')} near" if made else ""
    return f"{made} of {len(outcomes)} made{counts}"


def _solved_in_words(solved):
    return f"{sum(solved)} of {len(solved)} solved" if solved else "no exercises with points"


def _of_the_course():
    """The exercises that count: warm-ups and placement questions have no points."""
    return [exercise for exercise in all_exercises() if exercise.points]


def _is_solved(found, exercise):
    return found["checks"].get(exercise.name, {}).get("solved", False)


def _sentences(found):
    again = ["review() asks about what went wrong, with fresh numbers."] if found["again"] else []
    return [_what_is_next(found), *again, *_what_came_back(found)]


def _what_is_next(found):
    """What was begun comes first, then what follows on it."""
    left = [exercise for exercise in _of_the_course() if not _is_solved(found, exercise)]
    begun = {exercise.lesson for exercise in _of_the_course() if exercise.name in found["checks"]}
    begun |= {guess.lesson for guess in all_guesses() if guess.name in found["guesses"]}
    if not left:
        return "Every exercise is solved."
    first = min(left, key=lambda one: (one.name not in found["checks"], one.lesson < max(begun, default=0)))
    if first.name in found["checks"]:
        return f"Next: {first.name}, an exercise of lesson {first.lesson}."
    return f"Next: {'the exercises of ' if first.lesson in begun else ''}lesson {first.lesson}."


def _what_came_back(found):
    """A line for each thought that was met more than once: its name, how often, and where."""
    met = defaultdict(dict)
    for name, guess in found["guesses"].items():
        met[guess["thought"]][name] = 1
    for name, check in found["checks"].items():
        for mistake, times in check["mistakes"].items():
            met[mistake][name] = times
    often = [(sum(places.values()), key, places) for key, places in met.items()]
    often = sorted((one for one in often if one[0] > 1 and one[1] in _names()), key=lambda one: -one[0])
    lines = [f"  {_name_of(key, places)}: {n} times, in {_in_short(places)}" for n, key, places in often]
    return ["Thoughts that came back:", *lines[:_MOST_THOUGHTS]] if lines else []


def _in_short(places):
    guesses = {guess.name for guess in all_guesses()}
    shown = [f"the guess {name}" if name in guesses else name for name in list(places)[:_MOST_PLACES]]
    more = len(places) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def _name_of(key, places):
    """The name where it was met: a mistake is said with the words of its exercise."""
    return next((_names()[place, key] for place in places if (place, key) in _names()), _names()[key])


@cache
def _names():
    """The name of each mistake and thought, by its place and its key, and by its key alone."""
    names = {slip: misconception_of(slip).name for slip in SLIPS}
    for exercise in all_exercises():
        for mistake in exercise.misconceptions:
            names[exercise.name, mistake.id] = mistake.name
            names.setdefault(mistake.id, mistake.name)
    for guess in all_guesses():
        for thought in guess.thoughts:
            names[guess.name, thought.key] = thought.name
            names.setdefault(thought.key, thought.name)
    return names


def _where_kept():
    if path := record.place():
        return f"It is kept in {path}, on this machine only. To forget it: progress(forget=True)."
    return 'It lasts until the kernel ends. To keep it in a file: progress("PATH.json").'
