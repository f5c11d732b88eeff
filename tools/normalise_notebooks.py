"""Give every notebook its one normal form, so that a difference between two commits is a difference in content.

    python tools/normalise_notebooks.py [--check] [PATHS]

Without paths: all notebooks of notebooks/, exercises/ and solutions/. With ``--check`` nothing is written; each
file that differs is named, with the command that repairs it, and the exit status is 1.

The normal form: notebook format 4.5, one kernel name, no versions of Python or of an editor, only the cell
metadata that somebody wrote on purpose, execution counts 1, 2, 3 …, the canonical bootstrap cell, sorted keys. In
a folder named exercises outputs and counts are cleared too. Cell ids are checked and never invented.
"""

import argparse
import sys

from bootstrap import CELL_ID, bootstrap_source
from nbformat import NotebookNode, from_dict
from notebook_files import NotebookError, display_name, dump, find_notebooks, is_exercise, parse, write

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
# Everything else in a cell's metadata is the trace of an editor: folding, scrolling, timings.
KEPT_METADATA = ("deletable", "editable", "mystnb", "nbgrader", "numbers_quoted_because", "tags")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normalise(notebook: NotebookNode, clean: bool) -> NotebookNode:
    """Return the notebook in its normal form; the argument is changed.

    Parameters
    ----------
    notebook : NotebookNode
        As `notebook_files.parse` returns it.
    clean : bool
        Whether outputs and execution counts are cleared (exercises).
    """
    notebook.metadata = from_dict(METADATA)
    count = 0
    for cell in notebook.cells:
        _reduce_metadata(cell)
        if cell.cell_type != "code":
            continue
        if cell.id == CELL_ID:
            cell.source = bootstrap_source()
        if clean:
            cell.outputs, cell.execution_count = [], None
        elif cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            _normalise_output(output, cell.execution_count)
        cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
    return notebook


def normalised_text(text: str, name: str, clean: bool) -> str:
    """Return the normal form of a notebook's text; ``name`` is for messages."""
    return dump(normalise(parse(text, name), clean))


def _reduce_metadata(cell):
    kept = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
    kept["tags"] = sorted(set(kept.get("tags", [])))
    if not kept["tags"]:
        del kept["tags"]
    if cell.id == CELL_ID or cell.metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}  # folded for the reader: the bootstrap is nobody's lesson
    cell.metadata = NotebookNode(kept)


def _normalise_output(output, count):
    if output.output_type == "execute_result":
        output.execution_count = count
    if "data" in output:
        # A view without the widget's state shows an error; the other forms, or the next output, stand in for it.
        output.data.pop(WIDGET_VIEW, None)


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paths", nargs="*", help="notebooks or folders; default: all of the course")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    options = parser.parse_args(arguments)
    failed = False
    for path in find_notebooks(options.paths):
        name = display_name(path)
        text = path.read_bytes().decode("utf-8")
        try:
            wanted = normalised_text(text, name, clean=is_exercise(path))
        except NotebookError as error:
            print(error)
            failed = True
            continue
        if text == wanted:
            continue
        if options.check:
            print(f"{name} is not in its normal form; repair: python tools/normalise_notebooks.py {name}")
            failed = True
        else:
            write(path, wanted)
            print(f"{name}: normalised")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
