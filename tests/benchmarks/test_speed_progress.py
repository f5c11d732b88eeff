"""What keeping a progress file adds to a check and to a comparison; the target is 5 ms."""

import itertools

import pytest

from sepconv.checking import record
from sepconv.checking.guessing import NEAR, Reply
from sepconv.checking.verdict import not_yet
from sepconv.exercises import all_exercises
from sepconv.exercises.guesses import all_guesses


@pytest.fixture
def path(monkeypatch, tmp_path):
    """A file as it is at the end of the course: every guess and every exercise is in it."""
    path = tmp_path / "progress.json"
    monkeypatch.setattr(record, "_waiting", [])
    for exercise in all_exercises():
        record.checked(exercise, not_yet("no"))
    for guess in all_guesses():
        record.guessed(guess, Reply(NEAR, ""))
    monkeypatch.setenv("SEPCONV_PROGRESS", str(path))
    record.so_far()
    assert path.exists()
    return path


@pytest.mark.benchmark(group="progress")
def test_noting_a_check(benchmark, path):
    exercises = itertools.cycle(all_exercises())
    benchmark(lambda: record.checked(next(exercises), not_yet("no")))


@pytest.mark.benchmark(group="progress")
def test_noting_a_guess(benchmark, path):
    guesses = itertools.cycle(all_guesses())
    benchmark(lambda: record.guessed(next(guesses), Reply(NEAR, "")))


@pytest.mark.benchmark(group="progress")
def test_noting_in_memory(benchmark, path, monkeypatch):
    monkeypatch.setenv("SEPCONV_PROGRESS", "off")
    benchmark(lambda: record.checked(all_exercises()[0], not_yet("no")))
