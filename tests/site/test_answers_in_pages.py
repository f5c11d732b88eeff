"""What the pages' script says of guesses and answers, held against what the package says, in Chromium."""

import io
import json
import math
import sys
from contextlib import redirect_stdout, suppress

import numpy as np
import pytest
from jupyter_page import find_browser, open_browser
from notebook_files import ROOT, find_notebooks, read
from try_answers import run_cell

import sepconv
from sepconv.checking.diagnosis import mark
from sepconv.checking.guessing import reply_to, right_parts, wrong_parts
from sepconv.checking.plain import plain
from sepconv.checking.verdict import CORRECT
from sepconv.exercises import all_exercises, find
from sepconv.exercises.guesses import all_guesses, find_guess

sys.path.insert(0, str(ROOT / "docs/_ext"))
from order_table import order_table, sensible_orders
from questions import guess_data, question

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium; apt-get install chromium"),
]
LONG = "parsons_training"  # tens of thousands of orders that train a net
TYPED = [
    json.loads(line)
    for name in ("answers", "typed_first", "typed_second")
    for line in (ROOT / f"tests/checking/unplanned/{name}.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def script():
    """A function that calls a function of the pages' script."""
    with open_browser() as context:
        page = context.new_page()
        page.set_content("<!doctype html><html><body></body></html>")
        page.add_script_tag(path=ROOT / "docs/_static/course.js")
        yield lambda code, *arguments: page.evaluate(f"rows => rows.map(row => {code})", *arguments)


# --- guesses


def stored_guesses():
    """{name of a guess: what the lesson has stored as having come out}."""
    return {
        output.metadata["guess"]: output.metadata["came_out"]
        for path in find_notebooks(folders=["notebooks"])
        for cell in read(path).cells
        for output in cell.get("outputs", [])
        if "guess" in output.get("metadata", {})
    }


def as_typed(part):
    """A part of a guess as somebody types it into a field."""
    if isinstance(part, frozenset | tuple):
        return ", ".join(map(str, sorted(part, key=str) if isinstance(part, frozenset) else part))
    return str(part)


def guesses_typed(guess, came_out):
    """What may be typed for a guess: what is right, each thought, numbers around the right one, and nonsense."""
    kinds, right = right_parts(guess, came_out)
    rows = [right, *(wrong_parts(guess, thought, kinds) for thought in guess.thoughts)]
    rows = [
        [r if part is ... else part for part, r in zip(row, right)] for row in rows if len(row) == len(right)
    ]
    for times in (0.125, 0.95, 1.004, 1.05, 1.5, 3.3, 1000.5, -1):
        rows.append([part * times if isinstance(part, int | float) else part for part in right])
        rows.append([round(part * times) if isinstance(part, int | float) else "other" for part in right])
    typed = [[as_typed(part) for part in row] for row in rows]
    odd = [
        "x",
        "1/9",
        "2,304",
        "12 %",
        "≈ 4",
        "the same",
        "Standard.",
        "yes",
        "{0, 1}",
        "it's",
        "0.5, 2",
        "a and b",
        "1e3",
        "+7",
    ]
    return typed + [[text] * len(right) for text in odd]


def test_every_guess_is_answered_as_in_the_notebook(script):
    stored = stored_guesses()
    rows, wanted = [], []
    for name, came_out in stored.items():
        if came_out is None:  # nothing could be measured, so the page has no field
            continue
        guess = find_guess(name)
        data = guess_data(name, came_out, "")
        for typed in guesses_typed(guess, plain(came_out)):
            reply = reply_to(guess, typed[0] if len(typed) == 1 else tuple(typed), plain(came_out))
            rows.append([data, typed])
            wanted.append((reply.outcome, reply.text, reply.thought.key if reply.thought else ""))
    said = script("replyTo(...row)", json.loads(json.dumps(rows)))
    differing = [
        (row[0]["name"], row[1], given, want)
        for row, given, want in zip(rows, said, wanted)
        if (given["outcome"], given["text"], given["thought"]) != want
    ]
    assert differing == []
    assert len(rows) >= 20 * len(stored)
    assert stored.keys() <= {guess.name for guess in all_guesses()}


# --- questions


def in_page(exercise):
    """What the page knows of an exercise; of the long one no orders."""
    return question(exercise, (lambda _: []) if exercise.name == LONG else order_table)


def as_sent(value):
    """An answer as JSON knows it: a blank is null, a dict a list of pairs in a list of one."""
    value = plain(value)
    if value is ... or value is None:
        return None
    if isinstance(value, dict):
        return {"pairs": [[key, as_sent(item)] for key, item in value.items()]}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | frozenset):
        return [as_sent(item) for item in value]
    return value if isinstance(value, str | int | float) else {"object": type(value).__name__}


SENT = "mark(row[0], row[1]?.pairs ? new Map(row[1].pairs) : row[1])"


def answers():
    """Unplanned answers to what can be answered in the page: (exercise, what was answered)."""
    can = {
        exercise.name: exercise
        for exercise in all_exercises()
        if exercise.kind in ("number", "choice", "order")
    }
    rows = [(can[row["exercise"]], answer_of(row)) for row in TYPED if row["exercise"] in can]
    rows = [
        (exercise, answer) for exercise, answer in rows if exercise.facts is None and exercise.name != LONG
    ]
    return [row for row in rows if row[1] is not None]


def answer_of(row):
    """The answer that a cell binds by itself; one that needs the cells above it is left out here."""
    names = {"np": np, "math": math, "sepconv": sepconv}
    with suppress(Exception), redirect_stdout(io.StringIO()):
        run_cell(row["source"], names)
    return names.get(row["exercise"])


def is_explained(exercise, verdict):
    """Whether the page owes the same words as the notebook."""
    return verdict.outcome == CORRECT or own_mistake(exercise, verdict) != ""


def own_mistake(exercise, verdict):
    """The mistake's id that the page owes; what two at once make of an order, only running them tells."""
    two = exercise.kind == "order" and any(
        text.startswith("Two mistakes at once") for text in verdict.paragraphs
    )
    return "" if verdict.misconception is None or two else verdict.misconception.id


@pytest.mark.full
def test_every_unplanned_answer_gets_the_verdict_of_check_and_its_words_where_it_is_explained(script):
    rows = answers()
    known = {exercise: in_page(exercise) for exercise, _ in rows}
    said = script(
        SENT, json.loads(json.dumps([[known[exercise], as_sent(answer)] for exercise, answer in rows]))
    )
    differing, explained = [], 0
    for (exercise, answer), given in zip(rows, said):
        verdict = mark(exercise, answer)[0]
        wanted = [*verdict.paragraphs]
        if verdict.outcome == "noted":
            wanted.append(f"Lesson {exercise.starts_at} is about this.")
        explained += is_explained(exercise, verdict)
        if verdict.outcome != given["outcome"]:
            differing.append((exercise.name, answer, verdict.outcome, given["outcome"]))
        elif is_explained(exercise, verdict) and sorted(wanted) != sorted(given["says"]):
            differing.append((exercise.name, answer, wanted, given["says"]))
    assert differing == []
    assert len(rows) > 600
    assert explained > 450


@pytest.mark.full
def test_each_option_and_each_mistake_is_answered_as_in_the_notebook(script):
    rows = []
    for exercise in all_exercises():
        if exercise.kind in ("number", "choice") and exercise.facts is None:
            values = [exercise.answer, ..., *(m.wrong for m in exercise.misconceptions)]
            values += list(exercise.explanations) if isinstance(exercise.answer, str) else []
            rows += [(exercise, value) for value in values]
    known = {exercise: in_page(exercise) for exercise, _ in rows}
    said = script(
        SENT, json.loads(json.dumps([[known[exercise], as_sent(value)] for exercise, value in rows]))
    )
    for (exercise, value), given in zip(rows, said):
        verdict = mark(exercise, value)[0]
        assert (verdict.outcome, verdict.misconception.id if verdict.misconception else "") == (
            given["outcome"],
            given["mistake"],
        ), (exercise.name, value)


def test_right_orders_and_those_with_a_mistake_are_known_and_no_other_is_accepted(script):
    exercise = find("parsons_pointwise")
    known, orders = in_page(exercise), list(sensible_orders(exercise))
    assert len(orders) > 100
    said = script(SENT, [[known, order] for order in orders])
    for order, given in zip(orders, said):
        verdict = mark(exercise, order)[0]
        own = own_mistake(exercise, verdict)
        assert (verdict.outcome, own) == (given["outcome"], given["mistake"]), order


def test_what_only_python_can_mark_has_no_form():
    for exercise in all_exercises():
        if exercise.kind in ("function", "module") or exercise.facts:
            assert question(exercise) is None
