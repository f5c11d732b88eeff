"""The table of counters: what needs no installation is counted again."""

import csv

import other_counters
import pytest

STORED = list(csv.DictReader(other_counters.STORED.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("counter", other_counters.COUNTERS[:2], ids=lambda counter: counter[0])
def test_the_stored_numbers_are_reproduced(counter):
    name, _, counted_by, _ = counter
    (row,) = [row for row in STORED if row["tool"] == name]
    found = {case: other_counters.numbers_of(case, counted_by)[0] for case in other_counters.CASES}
    assert found == {case: int(row[case]) for case in other_counters.CASES}


def test_every_counter_is_stored_with_its_version_and_its_words():
    assert [(row["tool"], row["word"]) for row in STORED] == [
        (name, word) for name, _, _, words in other_counters.COUNTERS for word in words
    ]
    assert all(row["version"] for row in STORED)
