"""Measure everything that is said of speed, side by side, and print it as Markdown.

    python tests/benchmarks/report.py [numpy] [blocks] [net] [course] [--rounds N]

Without a part: all of them; `blocks` and `course` take minutes. Let nothing else run meanwhile. Times are of one
machine; what to quote are the ratios, with the machine named. Each ratio is the median over the rounds of
:func:`sepconv.timing.compare`.
"""

import argparse
import os
import sys

import block_ladder
import numpy_ladder
import waiting
import whole_net

from sepconv.timing import machine

PARTS = {
    "numpy": numpy_ladder.tables,
    "blocks": block_ladder.tables,
    "net": whole_net.tables,
    "course": waiting.tables,
}
# What changes the speed of NumPy and PyTorch from outside.
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
    found += [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(VARIABLES)]
    return "Measured on: " + ", ".join(found) + "\n"


def main(arguments=None):
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="part", help=f"one or more of {', '.join(PARTS)}; default: all"
    )
    parser.add_argument("--rounds", type=int, default=15, help="at least 6; default: 15")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print(the_machine(), flush=True)
    for part in options.parts or PARTS:
        for table in PARTS[part](options.rounds):
            print(markdown(*table), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
