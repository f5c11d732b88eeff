"""A progress bar that looks right in a notebook and in a terminal, and is gone when the work is done."""

import sys
from shutil import get_terminal_size

from tqdm import tqdm

from sepconv._arguments import true_or_false


class _Bar(tqdm):
    monitor_interval = 0  # no thread that repaints: in a notebook it would not know which cell it belongs to


class _NotebookLine:
    """A file that shows what was last written to it, in one output of the running cell.

    A notebook that is saved keeps every character of a text stream, also those painted over; this output keeps the
    last line only, and the bar's last line is empty.
    """

    encoding = "utf-8"  # tqdm asks for it before it draws blocks

    def __init__(self):
        from IPython.display import display

        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text):
        self._handle.update({"text/plain": text.strip("\r").rstrip()}, raw=True)

    def flush(self):
        pass


def progress_bar(total, shown=True):
    """Return a bar for `total` steps, to be used in a ``with`` block.

    It is drawn in a notebook and in a terminal, on standard output. Where standard output goes to a file, nothing
    is drawn.

    Parameters
    ----------
    total : int
    shown : bool

    Returns
    -------
    tqdm.tqdm
        ``bar.update(steps)`` moves it, ``bar.set_description_str(text, refresh=False)`` says what is going on.
    """
    true_or_false("progress", shown)
    ipython = sys.modules.get("IPython")
    notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    # What tqdm finds out itself is (0, 0) in some containers, and then it draws nothing.
    columns, lines = (None, None) if notebook else get_terminal_size()
    return _Bar(
        total=total,
        file=_NotebookLine() if shown and notebook else sys.stdout,
        disable=None if shown else True,  # None: only where the file is no terminal
        leave=False,
        miniters=1,
        ncols=columns and columns - 1,
        nrows=lines,
        bar_format="{percentage:3.0f}%|{bar:16}| {remaining} left, {desc}",
    )
