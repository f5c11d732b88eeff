"""What is said of a guess: right where it is right, and a known wrong thought by its name."""

import re

import pytest
from notebook_files import find_notebooks, read

from sepconv.checking.guessing import NEAR, NONE, OTHER, RIGHT, UNCLEAR, reply_to, reveal
from sepconv.checking.plain import plain
from sepconv.exercises import all_exercises
from sepconv.exercises.guesses import all_guesses, find_guess, read_guesses

LESSONS = [path for path in find_notebooks(folders=["notebooks"]) if path.stem != "glossary"]
CALL = re.compile(r'reveal\("(\w+)", my_guess,')


def stored_values():
    """What came out of each guess, as the lessons store it."""
    outputs = [output for path in LESSONS for cell in read(path).cells for output in cell.get("outputs", [])]
    about = [output.metadata for output in outputs if "guess" in output.get("metadata", {})]
    return {one["guess"]: one["came_out"] for one in about}


CAME_OUT = stored_values()
GUESSES = [pytest.param(guess, id=guess.name) for guess in all_guesses()]


def reply(table, guessed, came_out):
    [guess] = read_guesses(table)
    return reply_to(guess, plain(guessed), plain(came_out))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_guess_is_answered_once_below_it(path):
    asked, answered = 0, []
    for cell in read(path).cells:
        if cell.cell_type != "code":
            continue
        asked += cell.source.count('my_guess = "?"')
        answered += CALL.findall(cell.source)
        assert asked >= len(answered)
        assert asked - len(answered) <= 1, f"{cell.id}: the guess before is not answered"
        assert "print" not in next((line for line in cell.source.split("\n") if "my_guess" in line), "")
    assert asked == len(answered) == len({*answered})
    number = path.stem.split("_")[0]
    assert all(find_guess(name).name.startswith(number) for name in answered)


def test_no_guess_is_in_the_package_and_in_no_lesson():
    assert {guess.name for guess in all_guesses()} == CAME_OUT.keys()


@pytest.mark.parametrize("guess", GUESSES)
def test_what_came_out_is_called_right(guess):
    came_out = plain(CAME_OUT[guess.name])
    assert reply_to(guess, came_out, came_out).outcome == RIGHT


@pytest.mark.parametrize("guess", GUESSES)
def test_each_known_thought_is_named(guess):
    for thought in guess.thoughts:
        wrong = plain(thought.guess)
        came_out = plain(CAME_OUT[guess.name])
        if isinstance(wrong, tuple) and ... in wrong:
            wrong = tuple(o if w is ... else w for w, o in zip(wrong, came_out, strict=True))
        found = reply_to(guess, wrong, came_out)
        assert found.outcome in (NEAR, OTHER)
        assert found.thought is thought
        assert thought.name in found.text
        assert thought.advice in found.text


def test_a_thought_has_the_name_of_the_mistake_in_the_exercises():
    known = {(m.id, m.name) for exercise in all_exercises() for m in exercise.misconceptions}
    thoughts = [thought for guess in all_guesses() for thought in guess.thoughts]
    assert [(t.id, t.name) for t in thoughts if t.id and (t.id, t.name) not in known] == []


def test_two_thirds_of_the_guesses_have_a_known_thought():
    assert sum(bool(guess.thoughts) for guess in all_guesses()) * 3 >= 2 * len(all_guesses())


@pytest.mark.parametrize(
    ("form", "guessed", "came_out", "outcome"),
    [
        ("number", "?", 3, NONE),
        ("number", ..., 3, NONE),
        ("number", "3", 3, RIGHT),
        ("number", 3.0, 3, RIGHT),
        ("number", "1,024", 1024, RIGHT),
        ("number", 4, 3, OTHER),
        ("number", 0.33, 1 / 3, RIGHT),
        ("number", 1000, 1024, NEAR),
        ("number", "many", 3, UNCLEAR),
        ("number", [3], 3, RIGHT),
        ("number", (3, 4), 3, UNCLEAR),
        ("numbers", "3, 4", (3, 4), RIGHT),
        ("numbers", "3 and 4", (3, 4), RIGHT),
        ("numbers", [4, 3], (3, 4), OTHER),
        ("numbers", ((3, 9), (6, 7)), (3, 9, 6, 7), RIGHT),
        ("numbers", ((3, 9), 6), (3, 9, 6, 7), UNCLEAR),
        ("numbers", "4 × 3x3", (4, 3, 3), RIGHT),
        ("numbers", ((4, 1), 36), (4, 1, 36), RIGHT),
        ("factor", 5, 8.0, NEAR),
        ("factor", 8, 8.4, RIGHT),
        ("factor", "×8", 8.0, RIGHT),
        ("factor", 2, 8.0, OTHER),
        ("factor", 0, 8.0, OTHER),
        ("factor", "1/8", 0.118, RIGHT),
        ("share", 45, 0.45, RIGHT),
        ("share", "45 %", 0.45, RIGHT),
        ("share", "1 %", 0.01, RIGHT),
        ("share", 0.5, 0.45, NEAR),
        ("word: yes, no", True, "yes", RIGHT),
        ("word: yes, no", "Yes", True, RIGHT),
        ("word: same, different", "the same", "same", RIGHT),
        ("words", (None, 3), ("none", 3), RIGHT),
        ("word: yes, no", "perhaps", "yes", UNCLEAR),
        ("set", [1, 0], {0, 1}, RIGHT),
        ("set", "0, 1", {0, 1}, RIGHT),
        ("set", "0 and 1", {0, 1}, RIGHT),
        ("set", "a, b and c", {"a", "b", "c"}, RIGHT),
        ("set", 0, {0, 1}, OTHER),
        ("set", object(), {0, 1}, UNCLEAR),
        ("order", "a > b > c", ("a", "b", "c"), RIGHT),
        ("order", ["b", "a", "c"], ("a", "b", "c"), OTHER),
        ("number word: yes, no", "3, yes", (3, "yes"), RIGHT),
        ("number word: yes, no", (3, "no"), (3, "yes"), OTHER),
    ],
)
def test_forms_are_taken_kindly(form, guessed, came_out, outcome):
    [guess] = read_guesses(f"sample {form}")
    assert reply_to(guess, plain(guessed), plain(came_out)).outcome == outcome


def test_the_reply_says_how_far_off_and_which_thought():
    table = "sample number\n4: M06 the filters were taken to be flat. Each reads all channels."
    assert reply(table, 4, 12).text == (
        "Your guess: 4. It came out as 12: too low by a factor of 3.\n"
        "Your guess is what one gets when the filters were taken to be flat. Each reads all channels."
    )
    assert reply("sample number", 10, 12).text == "Your guess: 10. It came out as 12: too low by 2."
    assert (
        reply("sample set", {1, 2}, {1, 3}).text
        == "Your guess: {1, 2}. It came out as {1, 3}: without 2 and with 3."
    )
    assert (
        reply("sample numbers", (1, 2), (1, 3)).text
        == "Your guess: 1 and 2. It came out as 1 and 3: 1 of 2 right."
    )


def test_the_reply_says_how_many_were_asked():
    asked = "Your guess: 5. Asked was: 2 words (yes, no). It came out as yes and no."
    assert reply("sample words: yes, no", 5, (True, False)).text == asked
    asked = "Your guess: 5. Asked was: a number and a word (yes, no). It came out as 3 and no."
    assert reply("sample number word: yes, no", 5, (3, False)).text == asked


def test_a_thought_about_a_part_that_came_out_right_is_not_named():
    table = "sample words: fused, folded\nfused, ...: the first was taken for the best. Why?"
    assert reply(table, ("fused", "fused"), ("fused", "folded")).thought is None
    assert reply(table, ("fused", "fused"), ("folded", "folded")).thought is not None


def test_a_guess_that_nobody_knows_names_the_nearest():
    with pytest.raises(KeyError, match="did you mean '05_weights'"):
        reveal("05_weight", 1, 2)


@pytest.mark.parametrize("table", ["sample nombre", "sample", "sample number\nno thought"])
def test_a_table_that_is_none_is_refused(table):
    with pytest.raises(ValueError, match="a guess is a name, kinds"):
        read_guesses(table)
