"""Stops Python code that does not end, as far as Python itself can."""

import contextlib
import signal
import threading

_AGAIN = 0.5  # seconds that code has to end in, once it was stopped
_LITTLE = 0.05  # second


class TooLong(BaseException):
    """Raised in code that takes too long; no ``except Exception`` catches it."""


def waited(process="self") -> float:
    """Return the seconds that a process has waited for a processor, as far as the system tells."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{process}/schedstat") as numbers:
        return int(numbers.read().split()[1]) / 1e9
    return 0.0


def call_within(seconds, act, more=lambda waited: waited):
    """Call a function; raise `TooLong` in it after some seconds, again and again until it ends, and then here, too.

    SIGALRM is taken for this. Code of C is not stopped before it comes back, and none is where there is no such signal
    (Windows), or in another thread than the main one.

    Parameters
    ----------
    seconds : float
    act : callable
    more : callable
        Says of the seconds that others had the processor meanwhile how many are added.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
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
        raise TooLong

    signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        act()
    finally:
        is_on = False  # before anything is called: it may ring at each call
        signal.setitimer(signal.ITIMER_REAL, 0)
    if rang:
        raise TooLong
