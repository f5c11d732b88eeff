"""How long a learner waits: for ``check``, and for ``import sepconv``.

Targets, for two ordinary cores: a formula 5 ms and a small tensor exercise 100 ms, after the first check of a
session; ``import sepconv`` 0.15 s.
"""

import subprocess
import sys

import pytest

from sepconv import NotYet, check
from sepconv.exercises import find

NAMES = ["out_size", "conv2d_multi", "parsons_loops"]


def refuse(name, answer):
    try:
        check(name, answer)
    except NotYet:
        return
    raise AssertionError(f"{name} accepted a wrong answer")


@pytest.mark.benchmark(group="check")
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer(benchmark, capsys, name):
    benchmark(check, name, find(name).answer)


@pytest.mark.benchmark(group="check")
@pytest.mark.parametrize("name", NAMES)
def test_a_named_mistake(benchmark, name):
    benchmark(refuse, name, find(name).misconceptions[0].wrong)


@pytest.mark.benchmark(group="check")
def test_a_mistake_without_a_name(benchmark):
    benchmark(refuse, "conv2d_multi", lambda x, w, b=None: find("conv2d_multi").answer(x, w, b) + 1)


@pytest.mark.benchmark(group="import, in a fresh interpreter")
@pytest.mark.parametrize("statement", ["pass", "import sepconv", "from sepconv import check"])
def test_importing(benchmark, statement):
    benchmark.pedantic(
        subprocess.run, ([sys.executable, "-c", statement],), {"check": True}, rounds=10, warmup_rounds=1
    )
