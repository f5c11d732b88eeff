"""Execute lessons and solutions in place, each in a fresh kernel.

    python tools/run_notebooks.py [PATHS]

Without paths: all notebooks of notebooks/ and solutions/. A notebook with a failing cell is left as it was, and
the exit status is 1.
"""

import argparse
import os
import sys
import time

import nbclient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from normalise_notebooks import normalise
from notebook_files import (
    EXECUTED_FOLDERS,
    NotebookError,
    display_name,
    dump,
    find_notebooks,
    is_exercise,
    read,
    write,
)

TIMEOUT_SECONDS = 300  # for one cell


def execute(notebook, folder, allow_errors=False):
    """Run all cells of a notebook in a fresh kernel; the outputs are stored in it.

    Parameters
    ----------
    notebook : NotebookNode
    folder : str or Path
        The kernel's working folder.
    allow_errors : bool
        Whether to go on after a cell that raises.

    Raises
    ------
    NotebookError
        If a cell raises, takes too long or kills the kernel; the message names the cell.
    """
    client = nbclient.NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        coalesce_streams=True,
        allow_errors=allow_errors,
        resources={"metadata": {"path": str(folder)}},
    )
    current = []
    client.on_cell_start = lambda cell, cell_index: current.append(cell.id)
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookError(f"cell {current[-1]!r} raised {error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise NotebookError(f"cell {current[-1]!r} ran longer than {TIMEOUT_SECONDS} s") from None
    except DeadKernelError:
        raise NotebookError(f"cell {current[-1]!r} killed the kernel") from None


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paths", nargs="*", help="notebooks or folders; default: all lessons and solutions")
    options = parser.parse_args(arguments)
    os.environ["SEPCONV_PROGRESS"] = "off"  # an author's own progress is neither shown nor changed
    failed = False
    for path in find_notebooks(options.paths, EXECUTED_FOLDERS):
        name = display_name(path)
        start = time.perf_counter()
        try:
            if is_exercise(path):
                raise NotebookError("exercises are committed clean; run the notebook of solutions/ instead")
            notebook = normalise(read(path), clean=True)
            execute(notebook, path.parent)
        except NotebookError as error:
            print(f"{name}: left as it was: {error}", flush=True)
            failed = True
            continue
        write(path, dump(normalise(notebook, clean=False)))
        print(f"{name}: {time.perf_counter() - start:.1f} s", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
