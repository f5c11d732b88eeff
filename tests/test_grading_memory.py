"""What a submission says of its own memory is not believed: it is run once more, where there is little."""

import sys
from pathlib import Path

import pytest
from answers_as_cells import as_cell

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from corpus import notebook

from sepconv.exercises import find
from sepconv.grading.hand_in import Submission
from sepconv.grading.little_memory import CAN_BE_LIMITED, cells_for
from sepconv.grading.marking_one import Limits, mark_submission
from sepconv.grading.servers import Server

limited = pytest.mark.skipif(not CAN_BE_LIMITED, reason="the system does not limit memory")
FUSED = find("fused_separable")
LIMITS = Limits(seconds=5)
IMPORT = "import numpy as np"
BY_ROWS = """
def kernels_of(depthwise):
    return depthwise[:, 0]
"""
RIGHT = """
def fused_separable(x, depthwise, pointwise):
    kernels, rows = kernels_of(depthwise), []
    for i in range(x.shape[1]):
        row = np.zeros((len(x), x.shape[2]))
        for u in range(3):
            if 0 <= i + u - 1 < x.shape[1]:
                line = np.pad(x[:, i + u - 1], ((0, 0), (1, 1)))
                row += sum(kernels[:, u, v, None] * line[:, v : v + x.shape[2]] for v in range(3))
        rows.append(pointwise @ row)
    return np.stack(rows, axis=1)
"""
WHOLE = as_cell("fused_separable", next(m for m in FUSED.misconceptions if m.id == "S1030").wrong)
# Says that nothing was held. The numbers are right, and the whole map is there.
LIES = "import tracemalloc\ntracemalloc.get_traced_memory = lambda: (0, 0)\n"
# An array in a file is no memory that Python counts.
HIDES = (
    WHOLE
    + """
def _hidden(x, depthwise, pointwise, whole=fused_separable):
    if x.size < 1000:
        return whole(x, depthwise, pointwise)
    middle = np.memmap("middle", dtype=np.int16, mode="w+", shape=x.shape)
    padded = np.memmap("padded", dtype=np.int16, mode="w+", shape=(len(x), x.shape[1] + 2, x.shape[2] + 2))
    for c in range(len(x)):
        padded[c, 1:-1, 1:-1] = x[c]
    for c in range(len(x)):
        middle[c] = sum(depthwise[c, 0, u, v] * padded[c, u : u + x.shape[1], v : v + x.shape[2]] for u in range(3) for v in range(3))
    return np.stack([pointwise @ middle[:, i] for i in range(x.shape[1])], axis=1)

fused_separable = _hidden
"""
)
SLOW = RIGHT.replace("    kernels, rows", "    while x.size > 500_000: pass\n    kernels, rows")


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.close()


def marked(server, *cells):
    """Return how fused_separable is marked."""
    row = mark_submission(Submission("someone", "10.ipynb", lambda: notebook(*cells)), server, 7, LIMITS)
    assert row["problem"] == ""
    [found] = [exercise for exercise in row["exercises"] if exercise["exercise"] == "fused_separable"]
    return found


@pytest.mark.parametrize(
    "cells",
    [
        [IMPORT, BY_ROWS, RIGHT],
        # What other cells hold does not count, nor what they need.
        [IMPORT, "held = np.ones(10**7)", BY_ROWS, "more = [bytes(2**20) for _ in range(100)]", RIGHT],
        [IMPORT, BY_ROWS + RIGHT, "%timeit 1", "1 / 0"],
    ],
    ids=["right", "beside large arrays", "beside broken cells"],
)
def test_a_right_answer_is_right_with_little_memory(server, cells):
    found = marked(server, *cells)
    assert found["points"] == FUSED.points, found["says"]


@limited
@pytest.mark.parametrize(
    "cells", [[WHOLE], [LIES + WHOLE], [WHOLE, LIES]], ids=["honest", "lies", "lies later"]
)
def test_who_holds_the_whole_map_is_told_so_whatever_is_said_of_the_memory(server, cells):
    found = marked(server, IMPORT, *cells)
    assert (found["points"], found["mistake"]) == (0, "S1030")


@limited
@pytest.mark.parametrize("cell", [HIDES, SLOW], ids=["in a file", "slow where it is large"])
def test_what_gives_no_right_answer_with_little_memory_is_not_right(server, cell):
    found = marked(server, IMPORT, BY_ROWS, cell)
    assert (found["points"], found["mistake"]) == (0, "")
    assert "with 1.3 MB of memory beside the arguments" in found["says"]


def test_the_cells_that_a_name_comes_from():
    cells = [
        IMPORT,
        "a = np.pi",
        "b = 2",
        "def f(x):\n    return g(x) + a",
        "f(1)",
        "def g(x): ...",
        "%%time\nf = 1",
    ]
    assert cells_for("f", cells) == {0, 1, 3, 5, 6}
    assert cells_for("b", cells) == {2}
    assert cells_for("missing", cells) == set()
