"""Which orders of lines are right, and which are a mistake with a name: worked out by running them.

Not all permutations are run. Orders grow line by line, and one that makes no sense so far is not grown further.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from notebook_files import ROOT

import sepconv
from sepconv.checking.calling import guarded
from sepconv.checking.comparing import outcomes_of_spec
from sepconv.checking.line_sense import no_sense
from sepconv.checking.orders import assemble
from sepconv.checking.plain import plain, same

# An order of which no more than this is wrong may still become a program.
_UNFINISHED = ("and nothing stands below it.", "None of these lines returns anything.")


def order_table(exercise) -> list[dict]:
    """Return the orders that come to something known, as a graph that a script walks letter by letter.

    Parameters
    ----------
    exercise : Exercise
        Of the kind "order".

    Returns
    -------
    list of dict
        The last node is the start. A node leads from each next letter to the number of a node; where an order ends that
        computes the right thing its ``"is"`` is -1, and where it computes what a mistake does, the mistake's number.
    """
    nodes: dict[tuple, int] = {}

    def add(orders, start):
        node = {}
        for letter in exercise.lines:
            inside = [(order, what) for order, what in orders if order[start : start + 1] == letter]
            if inside:
                node[letter] = add(inside, start + 1)
        for what in (what for order, what in orders if len(order) == start):
            node["is"] = what
        return nodes.setdefault(tuple(node.items()), len(nodes))

    add(list(known_orders(exercise)), 0)
    return [dict(node) for node in nodes]


def kept_order_table(exercise) -> list[dict]:
    """Return the same from a file in build/, unless the exercise, or how orders are run and compared, has changed since.

    Parameters
    ----------
    exercise : Exercise
    """
    package = Path(sepconv.__file__).parent
    task = package / f"exercises/lesson_{exercise.lesson:02}/{exercise.name}.py"
    depends_on = [Path(__file__), task, *sorted((package / "checking").glob("*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in depends_on)).hexdigest()[:16]
    file = ROOT / f"build/orders/{exercise.name}-{digest}.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(order_table(exercise)), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def known_orders(exercise) -> Iterator[tuple[str, int]]:
    """Yield each order that makes sense and computes the right thing, with -1, or what a mistake does, with its number.

    Parameters
    ----------
    exercise : Exercise
    """
    known = {-1: outcomes_of_spec(exercise)}
    known |= {i: outcomes_of_spec(exercise, i) for i in range(len(exercise.misconceptions))}
    with guarded():
        cases = exercise.draw_cases(0)
        for order in sensible_orders(exercise):
            what = _what_it_computes(assemble(exercise, order), cases, known, exercise.tolerance)
            if what is not None:
                yield order, what


def sensible_orders(exercise, begun="") -> Iterator[str]:
    """Yield the orders in which nothing is wrong that can be seen before they are run.

    Parameters
    ----------
    exercise : Exercise
    begun : str
        The letters with which they begin.
    """
    problem = no_sense(exercise, begun)
    if problem and not problem.endswith(_UNFINISHED):
        return
    if not problem:
        yield begun
    for letter in exercise.lines:
        if letter not in begun:
            yield from sensible_orders(exercise, begun + letter)


def _what_it_computes(function, cases, known, tolerance):
    possible = list(known)
    for number, case in enumerate(cases):
        came_to = _outcome(function, case)
        possible = [which for which in possible if _agree(known[which][number], came_to, tolerance)]
        if not possible:
            return None
    return possible[0]


def _outcome(function, case):
    """What a call gives, or the type of what it raises; less than `calling.call` notes, since there are thousands."""
    try:
        return plain(function(*copy.deepcopy(case)))
    except Exception as error:
        return type(error)


def _agree(outcome, came_to, tolerance):
    if outcome.raised or isinstance(came_to, type):
        return isinstance(came_to, type) and outcome.raised and outcome.raised.type_name == came_to.__name__
    return same(outcome.value, came_to, tolerance)
