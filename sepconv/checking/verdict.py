"""What can be said of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sepconv.exercises.spec import Misconception

CORRECT, NOT_YET, NOT_ATTEMPTED, ROUTED = "correct", "not yet", "not attempted", "noted"


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    Parameters
    ----------
    outcome : {"correct", "not yet", "not attempted", "noted"}
        ``"noted"`` is a placement question answered wrongly: it routes and does not fail.
    paragraphs : sequence of str
        The explanation; a paragraph that starts with two spaces is shown as code.
    misconception : Misconception, optional
        The mistake, where it has a name.
    """

    outcome: str
    paragraphs: Sequence[str] = ()
    misconception: Misconception | None = None


def not_yet(*paragraphs):
    """Return a "not yet" without a name.

    Parameters
    ----------
    *paragraphs : str

    Returns
    -------
    Verdict
    """
    return Verdict(NOT_YET, paragraphs)


def named(misconception, *more):
    """Return a verdict that names the mistake.

    Parameters
    ----------
    misconception : Misconception
    *more : str
        Paragraphs behind its name and its advice.

    Returns
    -------
    Verdict
    """
    first = f"The mistake: {misconception.name}. {misconception.advice}".strip()
    return Verdict(NOT_YET, (first, *more), misconception)


def first_hint(exercise):
    """Return the first hint as a paragraph: said at once where nothing else leads on.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    list of str
    """
    return [f"A hint: {exercise.hints[0]}"] if exercise.hints else []
