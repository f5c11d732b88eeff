"""What a learner waits for: a check, an import, a lesson from its first cell to its last."""

import contextlib
import io
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))  # as pytest does

from notebook_files import NotebookError, read
from run_notebooks import execute
from test_speed_check import NAMES, refuse

from sepconv import check
from sepconv.exercises import find

ROOT = Path(__file__).parents[2]
STATEMENTS = ("pass", "import sepconv", "from sepconv import check")


def tables(rounds, names=NAMES, lessons=None):
    """Yield a table of the short waits, and one of the lessons."""
    yield "Check and import", ["", "median, ms", "slowest, ms"], [*checks(rounds, names), *imports(rounds)]
    lessons = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")) if lessons is None else lessons
    yield (
        "Run All of each lesson, in a fresh kernel",
        ["", "s"],
        [[path.stem, run(path)] for path in lessons],
    )


def checks(rounds, names):
    """Time each check with a right answer and with a mistake that has a name; the first call of each is left out."""
    for name in names:
        exercise = find(name)
        for kind, fn, answer in (
            ("right", check, exercise.answer),
            ("named mistake", refuse, exercise.misconceptions[0].wrong),
        ):
            with contextlib.redirect_stdout(io.StringIO()):
                times = [timed(fn, name, answer) for _ in range(rounds + 1)][1:]
            yield [f"check {name}, {kind}", *in_ms(times)]


def imports(rounds):
    """Time statements in a fresh interpreter."""
    for statement in STATEMENTS:
        times = [
            timed(subprocess.run, [sys.executable, "-c", statement], check=True) for _ in range(rounds + 1)
        ][1:]
        yield [f"python -c '{statement}'", *in_ms(times)]


def run(path):
    """Execute a copy of a notebook; return the seconds it took, or why it stopped."""
    try:
        return f"{timed(execute, read(path), path.parent):.1f}"
    except NotebookError as error:  # one lesson that fails leaves the times of the others
        return str(error)


def timed(fn, *arguments, **options):
    """Return the seconds of one call."""
    start = time.perf_counter()
    fn(*arguments, **options)
    return time.perf_counter() - start


def in_ms(times):
    """Write the median and the longest of some times."""
    return f"{1e3 * statistics.median(times):.1f}", f"{1e3 * max(times):.1f}"
