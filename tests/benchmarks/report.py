"""Measure everything that is said of speed, side by side, and print it as Markdown.

    python tests/benchmarks/report.py [numpy] [blocks] [bands] [net] [course] [--rounds N] [--write]

Without a part: all of them; `blocks`, `net` and `course` take minutes. Let nothing else run meanwhile. Times are of one
machine; what to quote are the ratios, with the machine named. Each ratio is the median over the rounds of
:func:`sepconv.measuring.timing.compare`. With --write, docs/speed.md is written too.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import block_ladder
import fusing
import numpy_ladder
import waiting
import whole_net

from sepconv.convolution.fused import compiling
from sepconv.measuring.timing import _SAMPLE, machine

PARTS = {
    "numpy": numpy_ladder.tables,
    "blocks": block_ladder.tables,
    "bands": fusing.tables,
    "net": whole_net.tables,
    "course": waiting.tables,
}
# What changes the speed of NumPy and PyTorch from outside.
PAGE = Path(__file__).parents[2] / "docs" / "speed.md"
INTRODUCTION = """# Speed

Written by `python tests/benchmarks/report.py {arguments}`; do not edit. Medians of {rounds} rounds, in each of which all ways
run in turn; the intervals hold the true median 95 times in 100. A sample lasts at least {sample} s where a table says
nothing else. Times are those of one machine, and other machines give other ratios.
"""
VARIABLES = ("OPENBLAS_", "OMP_", "MKL_", "ONEDNN_", "ATEN_CPU_CAPABILITY", "NPY_DISABLE_CPU_FEATURES")


def markdown(title, head, rows, foot=""):
    """Write a table; its first column holds words, the others numbers."""
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |"]
    lines.append("|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|")
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([*lines, "", foot, ""] if foot else [*lines, ""])


def the_machine():
    """Say in one line what the times depend on."""
    found = [f"{key} {value}" for key, value in machine().items()]
    found.append(f"compiler {_compiler()}")
    found += [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(VARIABLES)]
    return "Measured on: " + ", ".join(found) + "\n"


def _compiler():
    """Say what compiled the fused kernel, in the compiler's own words."""
    if reason := compiling.why_not():
        return f"none ({reason})"
    command = [*compiling._compiler(), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def main(arguments=None):
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="part", help=f"one or more of {', '.join(PARTS)}; default: all"
    )
    parser.add_argument("--rounds", type=int, default=15, help="at least 6; default: 15")
    parser.add_argument("--write", action="store_true", help="write docs/speed.md as well")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    written = " ".join(sys.argv[1:] if arguments is None else arguments)
    introduction = INTRODUCTION.format(arguments=written, rounds=options.rounds, sample=_SAMPLE)
    pieces = [introduction, the_machine()]
    print(pieces[1], flush=True)
    for part in options.parts or PARTS:
        for table in PARTS[part](options.rounds):
            pieces.append(markdown(*table))
            print(pieces[-1], flush=True)
    if options.write:
        PAGE.write_text("\n".join(pieces).replace("\n### ", "\n## "), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
