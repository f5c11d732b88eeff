"""The command line: ``sepconv grade``."""

import argparse
import math
import os
import signal
import sys
import threading
from pathlib import Path


def main(arguments=None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the command line, if left out.

    Returns
    -------
    int
        The exit status: 2 for what the person at the keyboard can put right.
    """
    options = _read(sys.argv[1:] if arguments is None else arguments)
    if threading.current_thread() is threading.main_thread():
        # So that what runs is ended, and folders are removed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.folder:
            os.chdir(options.folder)
        return options.run(options)
    except KeyboardInterrupt:
        more = " What has been marked is kept: the same command goes on from there." if options.kept else ""
        print(f"\nStopped.{more}", file=sys.stderr)
        return 130
    except (ValueError, OSError) as error:
        print(f"sepconv: {error}", file=sys.stderr)
        return 2


def _read(arguments):
    parser = argparse.ArgumentParser(
        prog="sepconv", description="The helper of the separable-convolution course."
    )
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="work as if it had been started there")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    grade = commands.add_parser(
        "grade",
        help="mark notebooks",
        description="Without paths: a table of your own exercises. With paths: marks what was handed in.",
        allow_abbrev=False,
    )
    grade.add_argument(
        "paths", nargs="*", metavar="PATH", help="notebooks, folders (submitted/STUDENT/…), zip files"
    )
    grade.add_argument("--csv", type=Path, metavar="FILE", help="a line for each submission and exercise")
    grade.add_argument("--json", type=Path, metavar="FILE", help="everything")
    grade.add_argument(
        "--html", type=Path, metavar="FILE", help="a page, with a chart of the class's mistakes"
    )
    grade.add_argument(
        "--gradescope", type=Path, metavar="FILE", help="Gradescope's results.json, for one student"
    )
    grade.add_argument(
        "--feedback", type=Path, metavar="FOLDER", help="a page for each student, to hand back"
    )
    grade.add_argument(
        "--gradebook",
        type=Path,
        metavar="EXPORT.csv",
        help="Moodle's grading worksheet or Canvas' gradebook: points come into EXPORT.filled.csv",
    )
    grade.add_argument("--column", metavar="NAME", help="the assignment of Canvas' gradebook")
    grade.add_argument(
        "--jobs", type=_whole, default=0, metavar="N", help="submissions at a time (default: the cores)"
    )
    grade.add_argument(
        "--sandbox", choices=("auto", "bwrap", "none"), default="auto", help="bubblewrap, if it is there"
    )
    grade.add_argument(
        "--seconds", type=_positive, default=15.0, metavar="S", help="for one exercise or cell (15)"
    )
    grade.add_argument("--total", type=_positive, default=120.0, metavar="S", help="for one submission (120)")
    grade.add_argument("--memory", type=_positive, default=2.0, metavar="GB", help="for one submission (2)")
    grade.add_argument(
        "--dask",
        default="",
        metavar="ADDRESS",
        help="mark on the machines of a Dask cluster: tcp://HOST:8786",
    )
    grade.add_argument("--seed", type=_whole, metavar="N", help="draw the cases of an earlier run again")
    grade.set_defaults(run=_grade, kept=None)
    return parser.parse_args(arguments)


def _whole(text):
    if not text.isdecimal() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _positive(text):
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (number > 0 and math.isfinite(number)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def _grade(options):
    from sepconv.grading import run
    from sepconv.grading.hand_in.find import find_submissions
    from sepconv.grading.legible import legible, one_line
    from sepconv.grading.mark import Limits
    from sepconv.grading.report import text
    from sepconv.grading.report.outputs import try_outputs, write_outputs

    is_class = bool(options.paths)
    if not is_class and (progress := text.own_progress()):
        _print(progress)
    options.paths = options.paths or [_own_exercises()]
    submissions, remarks = find_submissions(options.paths)
    if not submissions:
        raise ValueError(f"there is no notebook in {', '.join(map(str, options.paths))}")
    options.kept = try_outputs(options)
    settings = run.Options(
        jobs=options.jobs,
        seed=options.seed,
        sandbox=options.sandbox,
        limits=Limits(options.seconds, options.total, int(options.memory * 2**30)),
        dask=options.dask,
        kept=options.kept,
    )
    result, kept = run.grade(submissions, settings)
    result = legible(result | {"remarks": remarks if is_class else []})
    sentences = write_outputs(options, result)
    kept.finish()
    table = text.for_instructor(result) if is_class else text.for_learner(result)
    _print("\n".join([table, *map(one_line, sentences)]))
    return 0


def _print(text):
    """Print, also where the terminal has not all the characters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def _own_exercises():
    """The learner's exercises: in the current folder, or in the course that this package belongs to; in my/, where that is."""
    beside = Path(__file__).resolve().parent.parent
    for folder in (Path("my/exercises"), Path("exercises"), beside / "my/exercises", beside / "exercises"):
        if folder.is_dir() and any(folder.glob("*.ipynb")):
            return folder
    raise ValueError(
        "there is no folder exercises/ here: run it in the course's folder, or name your notebooks"
    )


if __name__ == "__main__":
    sys.exit(main())
