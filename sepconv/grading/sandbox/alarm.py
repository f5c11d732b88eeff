"""Stops Python code that does not end, as far as Python itself can."""

import signal

_AGAIN = 0.5  # seconds that code has to end in, once it was stopped


class TooLong(BaseException):
    """Raised in code that takes too long; no ``except Exception`` catches it."""


def ends_within(seconds, act) -> bool:
    """Call a function of no argument; return whether it ended by itself.

    SIGALRM is taken for it, and ignored afterwards. Code that waits in a library of C is not stopped before it
    comes back, and nothing is stopped where there is no such signal (Windows).

    Parameters
    ----------
    seconds : float
        After them `TooLong` is raised in what runs, and again and again until it gives up.
    act : callable
    """
    if not hasattr(signal, "setitimer"):
        act()
        return True
    alarm = _Alarm()
    signal.signal(signal.SIGALRM, alarm.ring)
    alarm.is_on = True
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        act()
    except TooLong:
        pass
    finally:
        alarm.is_on = False  # before anything is called: it may ring at each call
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
    return alarm.rang == 0


class _Alarm:
    is_on, rang = False, 0

    def ring(self, *_):
        if self.is_on:
            self.rang += 1
            if self.rang > 1:
                # A loop that catches everything does so but for a microsecond behind each exception: meet that.
                signal.setitimer(signal.ITIMER_REAL, 1e-6 * 1.1 ** (self.rang % 60))
            raise TooLong
