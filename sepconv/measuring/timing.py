"""Fair timing: several functions side by side in one run, and what this machine can do at best.

Times depend on the machine and on what else it is doing; ratios that were measured side by side depend on it less.
So nothing here is said of a single time: :func:`compare` runs the functions in turn, again and again, and reports how
many times faster than the first each of them is, with an interval.
"""

import os
import platform
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import version
from math import comb
from pathlib import Path

import torch
from threadpoolctl import threadpool_info, threadpool_limits

from sepconv._arguments import whole_number

_SAMPLE = 0.002  # seconds that a sample takes at least: a shorter one would measure the clock
_CONFIDENCE = 0.95
_FEWEST = 6  # rounds: the median of 5 lies outside of all 5 ratios in 2 / 2**5 of the cases, over 5 %
_WIDE = 1.3  # an interval whose ends differ by more than this factor says little


def compare(functions, repeats=15, threads=None, sample=_SAMPLE):
    """Time functions side by side.

    Each is called once or more to warm up. Then come the rounds: in each round every function is timed once, in turn,
    and every second round in the reverse order, so that what slows the machine down for a while slows all of them down.

    Parameters
    ----------
    functions : dict of str to callable
        Called without arguments. The first is what the others are compared with.
    repeats : int
        Number of rounds, at least 6: with fewer, even the smallest and the largest ratio make no interval of 95 %.
    threads : int, optional
        How many threads PyTorch and NumPy may use while this runs; without it, as many as now. Restored at the end.
    sample : float
        Seconds that one sample takes at least; a quick function is called several times in it.

    Returns
    -------
    Comparison
        Shows as a table.

    Raises
    ------
    TypeError, ValueError
        If `functions` is no dict of callables, or a number is out of range.
    """
    if not isinstance(functions, dict) or not functions:
        raise TypeError(f'functions={functions!r} must be a dict such as {{"standard": f, "separable": g}}')
    for name, function in functions.items():
        if not callable(function):
            raise TypeError(
                f"functions[{name!r}]={function!r} must be callable without arguments, such as lambda: layer(x)"
            )
    repeats = whole_number("repeats", repeats, least=_FEWEST)
    with pinned(threads):
        calls = {name: _calls_in_a_sample(function, sample) for name, function in functions.items()}
        seconds = {name: [] for name in functions}
        for number in range(repeats):
            for name in functions if number % 2 else reversed(functions):
                seconds[name].append(_time(functions[name], calls[name]))
        return Comparison({name: tuple(times) for name, times in seconds.items()}, machine())


@contextmanager
def pinned(threads):
    """Let PyTorch and NumPy use so many threads inside of a ``with`` block.

    Parameters
    ----------
    threads : int or None
        None leaves them as they are.
    """
    if threads is None:
        yield
        return
    threads = whole_number("threads", threads)
    before = torch.get_num_threads()
    with threadpool_limits(limits=threads):
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _wait_for_gpu():
    """A GPU works on after the call has returned; the clock must not."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()


def _time(function, calls):
    _wait_for_gpu()
    start = time.perf_counter()
    for _ in range(calls):
        function()
    _wait_for_gpu()
    return (time.perf_counter() - start) / calls


def _calls_in_a_sample(function, sample):
    """Warm up, and return how many calls fill a sample."""
    _time(function, 1)  # builds caches, asks the system for memory
    return max(1, round(sample / max(min(_time(function, 1) for _ in range(2)), 1e-9)))


def machine():
    """Return what a time depends on: the CPU, the threads, the versions, and the library behind NumPy's products.

    Returns
    -------
    dict of str to str or int
    """
    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "CPU": _cpu_name(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "PyTorch": torch.__version__,
        "vectors": torch.backends.cpu.get_cpu_capability(),
        "NumPy": version("numpy"),
        "BLAS of NumPy": ", ".join(
            f"{pool['internal_api']} {pool['architecture']}" for pool in blas if "architecture" in pool
        ),
        "Python": platform.python_version(),
        "system": platform.system(),
    }


def _cpu_name():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[0] if names else platform.processor() or platform.machine()


@dataclass(frozen=True, repr=False)
class Comparison:
    """What :func:`compare` measured.

    Attributes
    ----------
    seconds : dict of str to tuple of float
        Of each function, seconds a call, one entry a round.
    machine : dict
        As :func:`machine` returns it.
    """

    seconds: dict
    machine: dict = field(default_factory=dict)

    @property
    def names(self):
        """The functions' names; the first is what the others are compared with."""
        return list(self.seconds)

    @property
    def medians(self):
        """Seconds a call, the median of the rounds."""
        return {name: statistics.median(times) for name, times in self.seconds.items()}

    def ratio(self, name, to=None):
        """Return how many times faster one function is than another: the median over the rounds.

        Parameters
        ----------
        name : str
        to : str, optional
            What it is compared with; the first, if left out.

        Returns
        -------
        float

        Raises
        ------
        KeyError
            If one of them was not timed.
        """
        return statistics.median(self._ratios(name, to))

    def interval(self, name, to=None):
        """Return two numbers between which the true median of that ratio lies, at least 95 times in 100.

        Parameters
        ----------
        name, to : str
            As in :meth:`ratio`.

        Returns
        -------
        (float, float)

        Notes
        -----
        The k-th smallest and k-th largest of n ratios, where k follows from the binomial distribution alone: whether
        a ratio lies above the true median is the toss of a coin (the interval of the sign test). It takes 6 rounds or more,
        as :func:`compare` makes: with fewer, the smallest and the largest ratio hold the median less often.
        """
        ratios = sorted(self._ratios(name, to))
        skipped = _skipped(len(ratios))
        return ratios[skipped], ratios[-1 - skipped]

    def verdict(self, name, to=None):
        """Return what the interval says of that ratio.

        Parameters
        ----------
        name, to : str
            As in :meth:`ratio`.

        Returns
        -------
        {"faster", "slower", "about the same", "too noisy to tell"}
        """
        low, high = self.interval(name, to)
        if low > 1:
            return "faster"
        if high < 1:
            return "slower"
        return "about the same" if high / low < _WIDE else "too noisy to tell"

    def _ratios(self, name, to):
        to = self.names[0] if to is None else to
        for each in (name, to):
            if each not in self.seconds:
                raise KeyError(f"{each!r} was not timed; there are {', '.join(map(repr, self.seconds))}")
        return [base / own for base, own in zip(self.seconds[to], self.seconds[name], strict=True)]

    def _rows(self):
        for name, median in self.medians.items():
            beside = "1", "", ""
            if name != self.names[0]:
                low, high = self.interval(name)
                beside = f"{self.ratio(name):.2f}", f"{low:.2f} to {high:.2f}", self.verdict(name)
            yield name, _time_in_words(median), *beside

    def _head(self):
        return "", "time", f"times faster than {self.names[0]}", "interval", ""

    def _caption(self):
        return f"Medians of {len(next(iter(self.seconds.values())))} rounds, side by side."

    def _foot(self):
        return ", ".join(f"{key} {value}" for key, value in self.machine.items() if value not in ("", "none"))

    def __repr__(self):
        rows = [self._head(), *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if column in (0, 4) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, f"{self._caption()} {self._foot()}"])

    def _repr_html_(self):
        # A heading without a word is none.
        head = "".join(
            f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in self._head()
        )
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for name, *cells in self._rows()
        )
        caption = f"<caption>{self._caption()}</caption>"
        table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f"{table}<p>{escape(self._foot())}</p>"


def _skipped(n):
    """Return how many ratios are left out at either end so that the rest still holds the median with confidence."""
    outside, skipped = 0.0, 0
    while True:
        outside += 2 * comb(n, skipped) / 2**n
        if outside > 1 - _CONFIDENCE:
            return max(skipped - 1, 0)
        skipped += 1


def _time_in_words(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


@dataclass(frozen=True)
class Roofline:
    """What this machine can do at best: see :func:`roofline`.

    Attributes
    ----------
    macs_per_second : dict of int to float
        For each number of threads: multiply-accumulates of a large matrix product.
    bytes_per_second : dict of int to float
        For each number of threads: bytes read and written by a copy that no cache holds.
    machine : dict
    """

    macs_per_second: dict
    bytes_per_second: dict
    machine: dict = field(default_factory=dict)

    def ridge(self, threads=1):
        """Return the MACs per byte from which on the arithmetic is the limit.

        Parameters
        ----------
        threads : int
            One of the measured numbers.

        Returns
        -------
        float
        """
        return self.macs_per_second[threads] / self.bytes_per_second[threads]

    def attainable(self, macs_per_byte, threads=1):
        """Return the MACs per second that a layer can reach at best.

        Parameters
        ----------
        macs_per_byte : float
            The layer's multiply-accumulates for each byte that it reads or writes.
        threads : int
            One of the measured numbers.

        Returns
        -------
        float
        """
        return min(self.macs_per_second[threads], macs_per_byte * self.bytes_per_second[threads])


def roofline(size=1536, megabytes=64, repeats=5):
    """Measure the roofline of this machine: its arithmetic and its memory, for one thread and for all.

    Parameters
    ----------
    size : int
        Edge of the square float32 matrices that are multiplied, by PyTorch and by NumPy; the faster counts.
    megabytes : int
        Size of the array that is copied. It must not fit into a cache.
    repeats : int
        The best of so many is kept: here the question is what the machine can do.

    Returns
    -------
    Roofline

    Notes
    -----
    Source: Williams, Waterman, Patterson, "Roofline: an insightful visual performance model", 2009. There the ordinate is
    FLOP per second and the abscissa FLOP per byte; here both count MACs, of which each is two FLOP.
    """
    size, repeats = whole_number("size", size), whole_number("repeats", repeats)
    a, b = torch.randn(2, size, size)
    source = torch.ones(whole_number("megabytes", megabytes) * 2**20 // 4)
    target = torch.empty_like(source)
    products = (lambda: torch.mm(a, b), lambda: a.numpy() @ b.numpy())
    macs, moved = {}, {}
    for threads in sorted({1, torch.get_num_threads()}):
        with pinned(threads):
            macs[threads] = size**3 / min(_best(product, repeats) for product in products)
            moved[threads] = 2 * 4 * source.numel() / _best(lambda: target.copy_(source), repeats)
    return Roofline(macs, moved, machine())


def _best(function, repeats):
    _time(function, 1)
    return min(_time(function, 1) for _ in range(repeats))
