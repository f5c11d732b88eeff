"""Try answers that somebody typed: print what check says of each, and count.

    python tools/try_answers.py FILE.jsonl [--exercise NAME] [--show] [--write]

A row is a line of JSON with exercise, kind ("wrong" or "right"), mistake, source, perhaps id; its source runs below the
cells that its notebook gives. A ! stands where a wrong answer passed, or a right one did not. With --write a file beside
FILE that ends in .must keeps what is said of each, in a word, and tests/checking/test_unplanned.py holds check to it.
"""

import argparse
import io
import json
import linecache
import os
import re
import time
from collections import Counter
from contextlib import redirect_stdout, suppress
from functools import cache
from pathlib import Path

import numpy as np
from notebook_files import find_notebooks

from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET, Verdict
from sepconv.exercises import find

IMPORTS = "import math, numpy as np, torch, torch.nn.functional as F\nfrom torch import nn\nimport sepconv"


@cache
def _names_above(name):
    """Return what the cells above an exercise's check bind; in the place of an answer cell, the right answer."""
    for path in find_notebooks(folders=["exercises"]):
        above, names = [IMPORTS], {"__name__": "__main__"}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or cell["id"] == "bootstrap" or cell["id"].endswith("-try"):
                continue
            checks = re.search(r'\bcheck\("(\w+)"', source)
            if checks and checks[1] == name:
                for source in above:
                    run_cell(source, names)
                return names
            if checks:
                above.append(f"{checks[1]} = sepconv.exercises.find({checks[1]!r}).answer")
            elif "# your answer" not in source and "hint(" not in source:
                above.append(source)
    raise ValueError(f"no notebook checks {name}")


def run_cell(source, names):
    """Run a cell, whose source can be had afterwards, as in a notebook."""
    linecache.cache["<cell 1>"] = (len(source), None, source.splitlines(keepends=True), "<cell 1>")
    exec(compile(source, "<cell 1>", "exec"), names)


def answer_in(row):
    """Return the answer that a row's cell binds, or None where it stops."""
    names = dict(_names_above(row["exercise"]))
    with suppress(Exception), redirect_stdout(io.StringIO()):
        run_cell(row["source"], names)
    return names.get(row["exercise"])


def in_a_word(exercise, verdict) -> str:
    """Return accepted, or remark where something else is said, named and the mistake's id, told, or another outcome."""
    if verdict.outcome == CORRECT:
        is_remark = verdict.paragraphs and exercise.kind != "choice" and not exercise.facts
        return "remark" if is_remark else "accepted"
    if verdict.misconception:
        return f"named {verdict.misconception.id}"
    return "told" if verdict.outcome == NOT_YET else verdict.outcome


def main(arguments=None):
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--exercise", default="", help="only the answers to this one")
    parser.add_argument("--show", action="store_true", help="all that check says, and not its first line")
    parser.add_argument("--write", action="store_true", help="keep a word for each row beside the file")
    options = parser.parse_args(arguments)
    os.environ.setdefault("SEPCONV_QUICK", "1")
    kept, seconds, counts = "", [], Counter()
    for number, line in enumerate(options.file.read_text(encoding="utf-8").splitlines(), start=1):
        row = {"id": number} | json.loads(line)
        if options.exercise not in ("", row["exercise"]):
            continue
        exercise, answer, start = find(row["exercise"]), answer_in(row), time.perf_counter()
        verdict = mark(exercise, answer)[0] if answer is not None else Verdict("no answer")
        seconds.append(time.perf_counter() - start)
        word = in_a_word(exercise, verdict)
        counts[row["kind"], "named" if verdict.misconception else word] += 1
        kept += f"{row['id']} {word}\n"
        flag = " " if (row["kind"] == "right") == (verdict.outcome == CORRECT) else "!"
        print(f"{flag} {row['id']} {exercise.name}, {row['kind']} ({row['mistake']}): {word}")
        said = "\n".join(verdict.paragraphs).split("\n")[: None if options.show else 1]
        print("".join(f"      {line}\n" for line in said if line), end="", flush=True)
    print(*(f"{kind}, {word}: {count}" for (kind, word), count in sorted(counts.items())), sep="\n")
    print("time: median {:.2f} s, 99th percentile {:.2f} s".format(*np.percentile(seconds, [50, 99])))
    if options.write and not options.exercise:
        options.file.with_suffix(".must").write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    main()
