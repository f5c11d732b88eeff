"""Each mistake that had a name before mistakes became edits has it still, and its advice.

``mistakes_before.txt`` holds a line for each: the exercise, the id, and a digest of the name and the advice.
"""

import hashlib
from collections import Counter
from pathlib import Path

from sepconv.exercises import all_exercises

BEFORE = (Path(__file__).parent / "mistakes_before.txt").read_text(encoding="utf-8").splitlines()
# "exercise id": why it is gone, or has another name or advice
CHANGED = {
    "weight_decay_groups S1223": "it said that all else was right, which is false where another mistake joins it",
    "warmup_02_1 M43": "the window before gives the same number",
    "with_or_without_fc S1134": "somebody who rounds nothing, and counts all but the twin with it, gives the same letters",
    "fused_separable S1030": "a padded copy of the input is as large, and is no part of the middle map",
    "which_are_depthwise M24": "who leaves out the pooling need not have looked at groups alone",
}
CHANGED |= {
    f"{name} M36": "a single number is one too many in other ways, too: 12 / 3, without any rounding"
    for name in ("placement_5", "warmup_04_1", "warmup_05_3", "warmup_06_2", "warmup_09_3")
}

REWORDED = """
    SeparableConv: M56
    activation_memory: M61
    all_ones_trap: M50
    best_separable: S365 S384
    does_it_merge: M55 S353 S354 S355
    fused_separable: S1035
    grouped_as_dense: S217
    is_separable: M49 M53 S359 S360
    merge_separable: M53 M54
    mixed_channels: S267 S268
    pointwise_first_params: M11
    separable_ratio: S300
    separable_share: S300
    warmup_09_1: M13 M15
    where_it_does_not_pay: M16 S26 S311 S313 S314 S315 S323
"""
CHANGED |= {
    f"{name.strip()} {id}": "said in the words of the lessons: stage, connection, tuple, activation function"
    for name, ids in (row.split(":") for row in REWORDED.strip().splitlines())
    for id in ids.split()
}


def line(exercise, mistake):
    words = f"{mistake.name}. {mistake.advice}".encode()
    return f"{exercise.name} {mistake.id} {hashlib.sha256(words).hexdigest()[:8]}"


def test_each_name_and_advice_is_there_or_its_change_has_a_reason():
    now = [line(exercise, mistake) for exercise in all_exercises() for mistake in exercise.misconceptions]
    lost = Counter(BEFORE) - Counter(now)
    assert {line.rpartition(" ")[0] for line in lost} == CHANGED.keys()
    assert len(BEFORE) == 934
    assert all(CHANGED.values())
