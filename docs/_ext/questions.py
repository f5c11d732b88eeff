"""What a page needs to answer a guess or a question as the notebook does, taken out of the package when the site is built.

The script of the pages (course.js) reads it from a piece of JSON beside each of them. Verdicts are not computed there: all that
``check`` has to say of the values that have a name is asked of ``check`` here, and kept.
"""

import ast
import json
import re
from collections import defaultdict
from itertools import combinations, permutations

from order_table import order_table

from sepconv.checking.comparing import value_of_spec
from sepconv.checking.guessing import right_parts, wrong_parts
from sepconv.checking.line_sense import reading
from sepconv.checking.plain import is_number, plain
from sepconv.checking.search import wrong_values
from sepconv.checking.values import diagnose_value
from sepconv.checking.wording import describe_key, in_order
from sepconv.exercises.guesses import find_guess
from sepconv.exercises.slips import misconception_of

_LARGEST = 2**53  # a script knows no larger whole number exactly


def as_script(kind, data) -> str:
    """Return data as an element of HTML that shows nothing.

    Parameters
    ----------
    kind : str
        The element's class.
    data : object
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json" class="{kind}">{text}</script>'


# --- guesses


def guess_data(name, came_out, label) -> dict:
    """Return what is needed to answer a guess.

    Parameters
    ----------
    name : str
        That of the guess.
    came_out : object
        As the lesson has stored it.
    label : str
        What is asked for, in the lesson's words.
    """
    guess = find_guess(name)
    kinds, right = right_parts(guess, plain(came_out))
    return {
        "name": name,
        "lesson": guess.lesson,
        "label": label,
        "kinds": kinds,
        "choices": guess.choices,
        "right": list(map(_part, right)),
        "thoughts": [
            {
                "parts": list(map(_part, wrong_parts(guess, thought, kinds))),
                "key": thought.key,
                "says": f"{thought.name}. {thought.advice}".rstrip(),
            }
            for thought in guess.thoughts
        ],
    }


def _part(part):
    """A part of a guess: JSON does not tell 2.0 from 2, nor a set from a tuple."""
    if part is Ellipsis:
        return None
    if isinstance(part, float):
        return {"f": part}
    if isinstance(part, frozenset):
        return {"set": list(map(_part, in_order(part)))}
    return {"order": list(map(_part, part))} if isinstance(part, tuple) else part


# --- questions


def question(exercise, orders=order_table) -> dict | None:
    """Return what is needed to mark an answer, or None where only Python can.

    Parameters
    ----------
    exercise : Exercise
    orders : callable
        What makes the table of the orders of an exercise.
    """
    about = {"name": exercise.name, "lesson": exercise.lesson, "points": exercise.points}
    about |= {"startsAt": exercise.starts_at} if exercise.starts_at is not None else {}
    right = value_of_spec(exercise) if exercise.kind in ("number", "choice") else None
    if exercise.kind == "order":
        return about | _order(exercise, orders)
    if right is None or exercise.facts:
        return None
    if exercise.kind == "number":
        return about | _numbers(exercise, right)
    if isinstance(right, dict):
        return about | _choices(exercise, right)
    options = in_order(exercise.explanations)
    if isinstance(right, frozenset):
        subsets = [frozenset(some) for n in range(len(options) + 1) for some in combinations(options, n)]
        named = [value_of_spec(exercise, i) for i in range(len(exercise.misconceptions))]
        return (
            about | {"form": "set", "options": options} | _said(exercise, dict.fromkeys([*subsets, *named]))
        )
    return about | {"form": "choice", "options": options} | _said(exercise, options)


def _said(exercise, values) -> dict:
    """What check says of each of these values: the outcome, the mistake's id, and the numbers of its sentences."""
    sentences, said = {}, []
    for value in values:
        verdict = diagnose_value(exercise, value)
        says = [sentences.setdefault(text, len(sentences)) for text in verdict.paragraphs]
        mistake = verdict.misconception.id if verdict.misconception else ""
        said.append([_as_json(value), verdict.outcome, mistake, says])
    return {"said": said, "sentences": list(sentences)}


def _as_json(value):
    if isinstance(value, dict):
        return list(value.values())
    return in_order(value) if isinstance(value, frozenset) else value


def _numbers(exercise, right):
    keys = list(right) if isinstance(right, dict) else []
    values = [right, *(value_of_spec(exercise, i) for i in range(len(exercise.misconceptions)))]
    values += [value for level in wrong_values(exercise) for _, value in level] + _nearby(right)
    numbers = [right[key] for key in keys] if keys else [right]
    return {
        "form": "number",
        "keys": [[key, describe_key(key)] for key in keys],
        "tolerance": exercise.tolerance,
        "exact": all(isinstance(number, int) for number in numbers),
        "entries": _entries(exercise, right) if keys else [],
        "general": [[slip, _gets(slip)] for slip in ("result-scaled", "result-shifted")]
        if len(keys) > 2
        else [],
    } | _said(exercise, _telling(exercise, right, values))


def _gets(slip):
    mistake = misconception_of(slip)
    return f"That is what one gets when {mistake.name}. {mistake.advice}"


def _nearby(right):
    """What slips in a result make of a right number, or of each number of a dict."""
    changes = (
        lambda n: -n, abs, lambda n: max(n, 0), lambda n: max(n, 1), lambda n: 2 * n, lambda n: n / 2,
        lambda n: 4 * n, lambda n: 1 / n, lambda n: 1 - n, lambda n: 100 * n, lambda n: 100 * (n - 1), int,
        lambda n: round(n, 1), lambda n: round(n, 2), lambda n: round(n, 3), round,
    )  # fmt: skip
    if isinstance(right, dict):
        exchanged = [dict(zip(right, numbers)) for numbers in permutations(right.values())]
        return exchanged + [{key: change(n) for key, n in right.items()} for change in changes]
    return [change(right) for change in changes]


def _telling(exercise, right, values):
    """Those values, each once, of which check says something of their own."""
    found = {}
    for value in map(_whole, map(plain, values)):
        numbers = list(value.values()) if isinstance(value, dict) else [value]
        if isinstance(right, dict) and not (isinstance(value, dict) and value.keys() == right.keys()):
            continue
        if not all(is_number(n) and not isinstance(n, complex) and abs(n) < _LARGEST for n in numbers):
            continue
        found.setdefault(tuple(numbers), value)
    verdicts = ((value, diagnose_value(exercise, value)) for value in found.values())
    return [value for value, verdict in verdicts if verdict.outcome == "correct" or verdict.misconception]


def _whole(value):
    """Whole numbers as they are typed: 9 for 9.0."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _entries(exercise, right):
    """For each key the numbers that one mistake alone gives there, and its name."""
    entries = []
    for key in right:
        names = defaultdict(set)
        for which, mistake in enumerate(exercise.misconceptions):
            names[value_of_spec(exercise, which)[key]].add(mistake.name)
        entries.append([[value, *found] for value, found in names.items() if len(found) == 1])
    return entries


def _choices(exercise, right):
    """A dict of letters: too many of them to ask what is said of each, but it is said key by key."""
    named = [right, *(value_of_spec(exercise, i) for i in range(len(exercise.misconceptions)))]
    return {
        "form": "choices",
        "keys": [[key, describe_key(key)] for key in right],
        "options": [in_order(exercise.explanations[key]) for key in right],
        "explanations": [exercise.explanations[key] for key in right],
        "words": exercise.words,
        "right": list(right.values()),
        "named": [
            [list(value.values()), mistake.id, f"{mistake.name}. {mistake.advice}".strip()]
            for value, mistake in zip(named[1:], exercise.misconceptions)
        ],
    }


def _order(exercise, orders):
    return {
        "form": "order",
        "opening": exercise.opening,
        "lines": exercise.lines,
        "reads": {letter: reading(line) for letter, line in exercise.lines.items()}
        | {"": reading(exercise.opening)},
        "does": exercise.distractors,
        "searched": exercise.is_searched,
        "mistakes": [[m.id, f"The mistake: {m.name}. {m.advice}".strip()] for m in exercise.misconceptions],
        "orders": orders(exercise),
    }


def label_of(source) -> str | None:
    """Return the comment behind ``my_guess = "?"``, which says what is asked for, or None where there is no guess.

    Parameters
    ----------
    source : str
        A cell.
    """
    found = re.search(r'^my_guess = "\?"(?:\s*#\s*(.*))?$', source, re.MULTILINE)
    return found and (found[1] or "")


def only_guesses(source) -> bool:
    """Return whether a cell holds the line of a guess and nothing else.

    Parameters
    ----------
    source : str
    """
    return len(ast.parse(source).body) == 1
