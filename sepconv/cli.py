"""The command line: ``sepconv grade``."""

import argparse
import math
import os
import sys
from pathlib import Path

__all__ = ["main"]


def main(arguments=None) -> int:
    """Run a command; return the exit status: 2 for what the person at the keyboard can put right."""
    options = _read(sys.argv[1:] if arguments is None else arguments)
    try:
        if options.folder:
            os.chdir(options.folder)
        return options.run(options)
    except KeyboardInterrupt:
        more = (
            " What has been marked is kept: the same command goes on from there." if _outputs(options) else ""
        )
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
    grade.set_defaults(run=_grade)
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


def _outputs(options):
    from sepconv.grading import page, report

    writers = {
        "csv": report.as_csv,
        "json": report.as_json,
        "html": page.as_page,
        "gradescope": report.as_gradescope,
    }
    return {getattr(options, kind): write for kind, write in writers.items() if getattr(options, kind)}


def _grade(options):
    from sepconv.grading import report, run
    from sepconv.grading.hand_in import find_submissions
    from sepconv.grading.marking_one import Limits

    own = not options.paths
    submissions, others = find_submissions(options.paths or [_own_exercises()])
    for sentence in [] if own else others:
        print(sentence, file=sys.stderr)
    if not submissions:
        raise ValueError(f"there is no notebook in {', '.join(map(str, options.paths)) or 'exercises/'}")
    outputs = _outputs(options)
    for path in outputs:
        if not path.absolute().parent.is_dir():
            raise ValueError(f"{path} cannot be written: there is no folder {path.parent}")
    first = next(iter(outputs), None)
    settings = run.Options(
        jobs=options.jobs,
        seed=options.seed,
        sandbox=options.sandbox,
        limits=Limits(options.seconds, options.total, int(options.memory * 2**30)),
        dask=options.dask,
        kept=first and first.with_name(f"{first.name}.unfinished"),
    )
    result, kept = run.grade(submissions, settings)
    for path, write in outputs.items():
        run.write_atomically(path, write(result))
    kept.finish()
    print(report.for_learner(result) if own else report.for_instructor(result))
    return 0


def _own_exercises():
    """The learner's exercises: in the current folder, or in the course that this package belongs to."""
    here = Path("exercises")
    beside = Path(__file__).resolve().parent.parent / "exercises"
    for folder in (here, beside):
        if folder.is_dir() and any(folder.glob("*.ipynb")):
            return folder
    raise ValueError(
        "there is no folder exercises/ here: run it in the course's folder, or name your notebooks"
    )


if __name__ == "__main__":
    sys.exit(main())
