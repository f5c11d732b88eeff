"""Put the lines in order so that two functions are raced fairly; three lines do not belong."""

from sepconv.exercises.lesson_10.fair_timer import FakeClock, FakeFunction
from sepconv.exercises.spec import Exercise


def _race(rounds, slow, quick):
    clock = FakeClock()
    return FakeFunction(clock, *slow), FakeFunction(clock, *quick), rounds, clock


EXERCISE = Exercise(
    points=2,
    opening="def times_faster(slow, quick, rounds, clock):",
    lines={
        "A": "        quick()",
        "B": "    for _ in range(rounds):",
        "C": "        ratios.append((clock() - middle) / (middle - start))",
        "D": "    return np.median(ratios)",
        "E": "        start = clock()",
        "F": "    slow(), quick()",
        "G": "    return ratios[0]",
        "H": "        middle = clock()",
        "I": "        ratios.append((middle - start) / (clock() - middle))",
        "J": "    start = clock()",
        "K": "    ratios = []",
        "L": "        slow()",
    },
    answer="FKBELHAID",
    distractors={
        "C": "divides what has passed since middle by what passed before it",
        "G": "returns the ratio of the first round",
        "J": "reads the clock outside of the loop, once",
    },
    cases=[
        _race(1, (40, 6), (1, 2)),
        _race(3, (90, 9, 8, 4), (5, 2, 1, 4)),
        _race(4, (7, 3, 10, 6, 8), (3, 2, 1, 3, 1)),
    ],
    misconceptions="""
        S1015 nothing was called to warm up
        FK => K
        The first call is not like the others. Call each function once before the clock counts.

        S301 the ratio was turned upside down
        I => C
        If the first function takes three times as long, how many times faster is the second?

        S1023 the clock was read for the start only once
        BE => JB
        What has passed since the very beginning is not the time of one call.

        S1043 nothing was called between two readings of the clock
        ELHA => LEAH
        Then a difference of 0 is divided by. Which call should stand between which readings?

        S1029 only the first round was used
        D => G
        One round may be the one during which the machine was busy.
    """,
    hints=[
        "Before the loop: the warm-up and an empty list. After it: the return.",
        "Inside: read the clock, the first function, read the clock, the second function, then the ratio.",
    ],
)
