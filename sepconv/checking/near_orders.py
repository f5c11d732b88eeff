"""How far a wrong order of lines is from a right one: what one change would mend is said, and not which change it is."""

from collections.abc import Iterator

from sepconv.checking.calling import call, guarded
from sepconv.checking.comparing import agrees, outcomes_of_spec
from sepconv.checking.line_sense import no_sense
from sepconv.checking.orders import assemble


def neighbors(exercise, letters) -> Iterator[tuple[str, str, str]]:
    """Yield the orders that are one change away: how it was changed, the letter that was, and the order.

    Parameters
    ----------
    exercise : Exercise
    letters : str
    """
    places = range(len(letters))
    others = [letter for letter in exercise.lines if letter not in letters]
    for i in places:
        yield "left out", letters[i], letters[:i] + letters[i + 1 :]
    for i in places:
        rest = letters[:i] + letters[i + 1 :]
        for j in places:
            if i != j:
                yield "moved", letters[i], rest[:j] + letters[i] + rest[j:]
    for i in places:
        for j in places[i + 1 :]:
            between, after = letters[i + 1 : j], letters[j + 1 :]
            yield "exchanged", letters[i], letters[:i] + letters[j] + between + letters[i] + after
    for i in places:
        for other in others:
            yield "replaced", letters[i], letters[:i] + other + letters[i + 1 :]
    for other in others:
        for i in range(len(letters) + 1):
            yield "added", other, letters[:i] + other + letters[i:]


def right_neighbors(exercise, letters, seed, changes) -> Iterator[tuple[str, str]]:
    """Yield those neighbors that are right: how they were changed, and the letter that was.

    Parameters
    ----------
    exercise : Exercise
    letters : str
    seed : int
        What the cases are drawn with.
    changes : collection of str
        The changes that are tried.
    """
    right, tried = outcomes_of_spec(exercise, -1, seed), set()
    with guarded():
        cases = exercise.draw_cases(seed)
        for change, letter, order in neighbors(exercise, letters):
            if change not in changes or order in tried or no_sense(exercise, order):
                continue
            tried.add(order)
            function = assemble(exercise, order)
            if all(agrees(r, call(function, case), exercise.tolerance) for r, case in zip(right, cases)):
                yield change, letter


def how_far(exercise, letters, seed) -> str:
    """Say how far a wrong order is from a right one, or else what its first line does that does not belong.

    Parameters
    ----------
    exercise : Exercise
    letters : str
    seed : int
        What the cases are drawn with.

    Returns
    -------
    str
        A sentence or two, or nothing.
    """
    does = {
        letter: f"Line {letter} {what}." for letter, what in exercise.distractors.items() if letter in letters
    }
    change, letter = next(right_neighbors(exercise, letters, seed, _SAID), ("", ""))
    if change:
        return f"{does.get(letter, '')} {_SAID[change]}".strip().format(letter)
    return does[min(does, key=letters.index)] if does else ""


_SAID = {
    "left out": "Without line {} this order would compute the right thing.",
    "moved": "If one of these lines stood in another place, this order would compute the right thing.",
    "exchanged": "If two of these lines changed places, this order would compute the right thing.",
    "replaced": "With another line in the place of line {} this order would compute the right thing.",
    "added": "One line is missing: with it, this order would compute the right thing.",
}
