"""Build the web edition: `python3 course.py docs` runs this in .venv.

    python docs/build.py [--output build/site] [--links]

No notebook is executed and nothing is fetched. The folder that is given is emptied first if it holds an earlier
build, and refused if it holds something else. With --links nothing is built: every page of other people that the
course links to is asked whether it is still there.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tools")]

from notebook_files import ROOT  # noqa: E402
from offline import leave_out, write_worker  # noqa: E402
from order_table import kept_order_table  # noqa: E402
from sphinx.cmd.build import build_main  # noqa: E402
from staging import stage  # noqa: E402


def build(output: Path) -> int:
    """Build the site into a folder; return Sphinx's exit status, which is not 0 after a warning.

    Parameters
    ----------
    output : Path
        The folder of the site.
    """
    holds_something = output.is_file() or (output.is_dir() and any(output.iterdir()))
    if holds_something and not (output / ".buildinfo").exists():
        print(f"{output} is not empty and holds no earlier build: give another folder", file=sys.stderr)
        return 2
    shutil.rmtree(output, ignore_errors=True)
    status = _run_sphinx(output, "-W", "--keep-going", "-q")
    if status == 0:
        _give_notebooks_for_download(output)
        leave_out(output)
        write_worker(output)
    return status


def check_links() -> int:
    """Print which links to other people's pages are dead; return Sphinx's exit status."""
    with tempfile.TemporaryDirectory(prefix="links-") as found:
        return _run_sphinx(found, "-b", "linkcheck", "-q")


def _run_sphinx(output, *options):
    with tempfile.TemporaryDirectory(prefix="web-edition-") as temporary:
        source, doctrees = Path(temporary) / "source", Path(temporary) / "doctrees"
        source.mkdir()
        stage(source, orders=kept_order_table)
        return build_main([*options, "-c", str(HERE), "-d", str(doctrees), str(source), str(output)])


def _give_notebooks_for_download(output):
    """Put the course's own notebooks in the place of the staged ones, which hold what only a page needs."""
    for path in (output / "_sources").glob("*/*.ipynb"):
        shutil.copy(ROOT / path.parent.name / path.name, path)


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--output", type=Path, default=ROOT / "build/site", help="the folder of the site")
    parser.add_argument(
        "--links", action="store_true", help="ask for the pages that are linked to, and build nothing"
    )
    options = parser.parse_args(arguments)
    return check_links() if options.links else build(options.output.resolve())


if __name__ == "__main__":
    sys.exit(main())
