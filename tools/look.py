"""Open notebooks in a real JupyterLab, run all cells, and save a picture of every screenful.

    python tools/look.py NOTEBOOK… [--theme light|dark|both] [--narrow] [--no-run] [--out looked/]

The notebooks are copied: the files stay as they are. Problems are printed: error outputs, stderr, page errors,
requests to other hosts, pictures without pixels or without alt text. The exit status is 1 if there is one;
error outputs of exercises, which wait for their answers, do not count.
"""

import argparse
import sys
from pathlib import Path

from jupyter_page import THEMES, LabServer, find_browser, open_browser, run_notebook
from notebook_files import display_name, find_notebooks, is_exercise


def look(browser, server, path, theme, options) -> bool:
    """Look at one notebook in one theme, print what was found, and return whether it is all right."""
    size = "-narrow" if options.narrow else ""
    pictures = Path(options.out) / path.resolve().parent.name / path.stem / f"{theme}{size}"
    report = run_notebook(
        browser, server, server.add(path), run=not options.no_run, theme=theme, pictures=pictures
    )
    ran = "not run" if report.seconds is None else f"{report.seconds:.1f} s, {report.kernel_megabytes:.0f} MB"
    print(f"{display_name(path)} ({theme}{size}): {ran}; pictures: {pictures}-*.png", flush=True)
    for cell_id, name, message in report.errors:
        first_line = message.strip().partition("\n")[0]
        print(f"  cell {cell_id!r} raised {name}: {first_line[:300]}")
    for problem in report.problems:
        print(f"  {problem}")
    return not report.problems and (is_exercise(path.resolve()) or not report.errors)


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("notebooks", nargs="+", metavar="NOTEBOOK", help="notebooks, or folders of notebooks")
    parser.add_argument("--theme", choices=[*THEMES, "both"], default="light")
    parser.add_argument("--narrow", action="store_true", help="a window of 480 instead of 1280 pixels")
    parser.add_argument("--no-run", action="store_true", help="only open: what a reader sees before running")
    parser.add_argument("--out", default="looked", help="folder of the pictures")
    options = parser.parse_args(arguments)
    if find_browser() is None:
        parser.error("no Chromium or Chrome found; on Debian or Ubuntu: apt-get install chromium")
    try:
        paths = find_notebooks(options.notebooks)
    except FileNotFoundError as error:
        parser.error(str(error))
    themes = list(THEMES) if options.theme == "both" else [options.theme]
    with LabServer() as server, open_browser(options.narrow) as browser:
        results = [look(browser, server, path, theme, options) for path in paths for theme in themes]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
