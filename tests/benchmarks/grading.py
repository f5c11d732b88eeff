"""Mark the same submissions with nbgrader and with the course's grader, in one run, and print the times as Markdown.

    python tests/benchmarks/grading.py [--sets 60] [--without-nbgrader] [--write]

First 20 submissions of three exercises of lesson 8, one of them a module: 6 are right, 12 have one mistake with a name, one returns text, one is
untouched. Then whole sets of solutions: one, and as many as --sets says. Let nothing else run meanwhile: times are of one
machine; what to quote are the ratios, with the machine named.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sepconv.exercises import find
from sepconv.measuring.timing import machine

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = {
    "separable_share": "ex-separable-share",
    "separable_ratio": "ex-separable-ratio",
    "SeparableConv": "ex-separable-conv",
}
TEXT = "def separable_share(*arguments):\n    return 'few'\n"
# Runs a command of ours in a process that then says how much memory it itself has had at most.
MEASURED = (
    "import resource, sys; from sepconv import cli; status = cli.main(sys.argv[1:]); "
    "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(status)"
)


def assignment(name):
    """Return the notebook of three exercises, as `solutions/` or `exercises/` has them."""
    whole = json.loads((ROOT / name / "08_separable.ipynb").read_text(encoding="utf-8"))
    ids = {f"{begin}-{part}" for begin in EXERCISES.values() for part in ("answer", "check")}
    cells = [cell for cell in whole["cells"] if cell["id"] in ids | {"bootstrap", "imports"}]
    if len(cells) != len(ids) + 2:
        raise SystemExit(f"{name}/08_separable.ipynb lacks one of the cells {', '.join(sorted(ids))}")
    return whole | {"cells": cells}


def submissions():
    """Yield 20 students with {exercise: source of a wrong answer}; what is not in it is right."""
    for number in range(6):
        yield f"right_{number}", {}
    sys.path.insert(0, str(ROOT / "tests/lib"))
    from answers_as_cells import as_cell

    for number in range(12):
        name = list(EXERCISES)[number % 3]
        mistake = find(name).misconceptions[number // 3]
        yield f"mistake_{number:02}", {name: as_cell(name, mistake.wrong)}
    yield "text", {"separable_share": TEXT}
    yield "untouched", None


def hand_in(folder, released, solved):
    """Write what 20 students hand in, in the folders that both graders read."""
    answers = {cell["id"]: cell["source"] for cell in solved["cells"] if cell["id"].endswith("-answer")}
    for student, wrong in submissions():
        theirs = {f"{EXERCISES[name]}-answer": source for name, source in (wrong or {}).items()}
        theirs = {} if wrong is None else answers | theirs
        cells = [cell | {"source": theirs.get(cell["id"], cell["source"])} for cell in released["cells"]]
        target = folder / "submitted" / student / "pair"
        target.mkdir(parents=True)
        (target / "pair.ipynb").write_text(json.dumps(released | {"cells": cells}), encoding="utf-8")


def nbgrader(folder, *arguments):
    """Run nbgrader; return the seconds that it took."""
    variables = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=variables, check=True, capture_output=True)
    return time.perf_counter() - start


def ours(folder, *arguments):
    """Run the course's grader; return the seconds that it took and the megabytes that it itself had at most."""
    command = [sys.executable, "-c", MEASURED, "grade", *arguments]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    peak = int(done.stderr.split("peak ")[1].split()[0])  # in KB, on macOS in bytes
    return seconds, peak / (1024 if sys.platform == "linux" else 2**20)


def marks_of_nbgrader(folder):
    """Return {student: points} of what it exports."""
    nbgrader(folder, "export")
    with open(folder / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["raw_score"] or 0) for row in csv.DictReader(file)}


def marks_of_ours(path):
    """Return {student: points} of our table; only the three exercises are in these notebooks."""
    points = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            points[row["student"]] = points.get(row["student"], 0) + float(row["points"] or 0)
    return points


def side_by_side(folder, with_nbgrader):
    """Yield the rows of the first table."""
    shutil.copy(ROOT / "tools/nbgrader_config.py", folder)
    (folder / "source/pair").mkdir(parents=True)
    solved = assignment("solutions")
    (folder / "source/pair/pair.ipynb").write_text(json.dumps(solved), encoding="utf-8")
    if with_nbgrader:
        nbgrader(folder, "generate_assignment", "pair", "--create")
        released = json.loads((folder / "release/pair/pair.ipynb").read_text(encoding="utf-8"))
    else:
        released = assignment("exercises")
    hand_in(folder, released, solved)
    seconds, _ = ours(folder, "submitted", "--csv", "ours.csv", "--sandbox", "none")
    theirs = None
    if with_nbgrader:
        theirs = nbgrader(folder, "autograde", "pair")
        if marks_of_nbgrader(folder) != marks_of_ours(folder / "ours.csv"):
            raise SystemExit("the marks differ")
        yield "nbgrader 0.9.6 autograde", f"{theirs:.1f}", "1"
    again, _ = ours(folder, "submitted", "--csv", "ours.csv", "--sandbox", "none")
    seconds = min(seconds, again)
    times = (lambda s: f"{theirs / s:.0f}") if theirs else (lambda s: "")
    yield "sepconv grade", f"{seconds:.1f}", times(seconds)
    if shutil.which("bwrap"):
        boxed, _ = ours(folder, "submitted", "--csv", "boxed.csv", "--sandbox", "bwrap")
        yield "sepconv grade --sandbox bwrap", f"{boxed:.1f}", times(boxed)
    for number in range(4):
        for student in list((folder / "submitted").iterdir()):
            if "_again" not in student.name:
                shutil.copytree(student, student.with_name(f"{student.name}_again{number}"))
    hundred, _ = ours(folder, "submitted", "--csv", "hundred.csv", "--sandbox", "none")
    yield "sepconv grade, 100 submissions", f"{hundred:.1f}", ""
    yield "each further submission", f"{(hundred - seconds) / 80:.3f}", ""


def whole_sets(folder, sets):
    """Yield the rows of the second table."""
    seconds, peak = ours(ROOT, "solutions", "--csv", str(folder / "one.csv"), "--sandbox", "none")
    yield "1", f"{seconds:.1f}", f"{seconds:.2f}", f"{peak:.0f}"
    if sets < 2:
        return
    for number in range(sets):
        shutil.copytree(ROOT / "solutions", folder / f"sets/{number:03}", ignore=shutil.ignore_patterns(".*"))
    many, peak = ours(folder, "sets", "--csv", "many.csv", "--sandbox", "none")
    each = (many - seconds) / (sets - 1)
    yield f"{sets}", f"{many:.1f}", f"{many / sets:.2f}", f"{peak:.0f}"
    yield "300, extrapolated", f"{seconds + 299 * each:.0f}", f"{each:.2f}", ""


def table(title, head, rows):
    """Yield the lines of a table of Markdown; each row as it comes."""
    yield from (f"| {' | '.join((title, *head))} |", "|---|" + "---:|" * len(head))
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def write(lines):
    """Put the lines between their marks in the page for instructors."""
    page = ROOT / "docs/instructors.md"
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- times -->\n")
    _, mark, after = rest.partition("<!-- end of times -->")
    page.write_text(f"{before}<!-- times -->\n\n{chr(10).join(lines)}\n{mark}{after}", encoding="utf-8")


def main():
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sets", type=int, default=60, help="whole sets of solutions (60)")
    parser.add_argument("--without-nbgrader", action="store_true", help="measure the course's grader alone")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/instructors.md, too")
    options = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as name:
        for line in measured(Path(name), options):
            print(line, flush=True)
            lines.append(line)
    if options.write:
        write(lines)


def measured(folder, options):
    """Yield all lines."""
    yield "Measured on " + ", ".join(f"{key} {value}" for key, value in machine().items()) + ":"
    yield ""
    rows = side_by_side(folder, not options.without_nbgrader)
    yield from table("20 submissions of three exercises", ("seconds", "times faster"), rows)
    (folder / "all").mkdir()
    head = ("seconds", "seconds a set", "MB of the grader itself")
    yield from table("sets of all 14 notebooks", head, whole_sets(folder / "all", options.sets))


if __name__ == "__main__":
    main()
