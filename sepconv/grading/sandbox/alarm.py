"""Stops Python code that does not end, as far as Python itself can."""

import signal
import threading

_AGAIN = 0.5  # seconds that code has to end in, once it was stopped


class TooLong(BaseException):
    """Raised in code that takes too long; no ``except Exception`` catches it."""


def call_within(seconds, act):
    """Call a function of no argument; raise `TooLong` in it after some seconds, and again and again until it ends.

    `TooLong` then comes out of it, too. SIGALRM is taken for this. Code of C is not stopped before it comes back, and
    none is where there is no such signal (Windows), or in another thread than the main one.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        act()
        return
    is_on, rang = True, 0

    def ring(*_):
        nonlocal rang
        if is_on:
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
