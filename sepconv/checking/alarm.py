"""Stops Python code that does not end, as far as Python itself can."""

import contextlib
import signal
import threading
import time

_AGAIN = 0.5  # seconds that code has to end in, once it was stopped
_LITTLE = 0.05  # second


class TooLong(BaseException):
    """Raised in code that takes too long, with the seconds that it had; no ``except Exception`` catches it."""


def waited(process="self") -> float:
    """Return the seconds that a process has waited for a processor, as far as the system tells."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{process}/schedstat") as numbers:
        return int(numbers.read().split()[1]) / 1e9
    return 0.0


def call_within(seconds, act, more=lambda waited: waited):
    """Call a function of no argument; raise `TooLong` in it after some seconds, and again and again until it ends.

        SIGALRM is taken for this, and given back with what was left of an alarm that was set. Code of C is not stopped
    before it comes back, and none is where there is no such signal (Windows), or in another thread than the main one.

    Parameters
    ----------
    seconds : float or None
        Without them it is only called.
    act : callable
    more : callable, optional
        Where others had the processor for some seconds, ``more(seconds)`` says how many of these are added.

    Raises
    ------
    TooLong
        If it was stopped.
    """
    can_stop = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if seconds is None or not can_stop:
        act()
        return
    is_on, rang, start = True, 0, waited()

    def ring(*_):
        nonlocal rang, start
        if not is_on:
            return
        if not rang and (added := more(waited() - start)) > _LITTLE:
            start += added
            signal.setitimer(signal.ITIMER_REAL, added, _AGAIN)
            return
        rang += 1
        if rang > 1:
            # A loop that catches everything does so but for a microsecond behind each exception: meet that.
            signal.setitimer(signal.ITIMER_REAL, 1e-6 * 1.1 ** (rang % 60))
        raise TooLong(seconds)

    handler, began = signal.signal(signal.SIGALRM, ring), time.monotonic()
    left, again = 0, 0
    try:
        left, again = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        act()
    finally:
        is_on = False  # before anything is called: it may ring at each call
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1e-6), again)
    if rang:
        raise TooLong(seconds)
