"""Time functions side by side: warm up, take turns, return the median of each."""

import functools
import statistics
import time

from numpy.random import default_rng

from sepconv.exercises.spec import Exercise

_NOT_READ = "times of another clock"


class FakeClock:
    """A clock that stands still until a function says how long it took; in a slow stretch everything takes longer."""

    def __init__(self, slow=(0, 0)):
        self.now, self.calls, self.slow, self.reads = 0.0, 0, slow, 0

    def __call__(self):
        """Return the time."""
        self.reads += 1
        return self.now

    def pass_by(self, seconds):
        """Let a call take so long."""
        first, end = self.slow
        self.now += seconds + (50.0 if first <= self.calls < end else 0.0)
        self.calls += 1

    def __repr__(self):
        first, end = self.slow
        busy = f"; the machine is busy from call {first + 1} to call {end}" if end else ""
        return f"a clock that only calls move{busy}"


class FakeFunction:
    """A function whose calls take these seconds: the first, then the others in turn, over and over."""

    def __init__(self, clock, first, *others):
        self.clock, self.first, self.others, self.calls = clock, float(first), others, 0

    def __call__(self):
        """Move the clock."""
        later = self.others[(self.calls - 1) % len(self.others)]
        self.clock.pass_by(float(later) if self.calls else self.first)
        self.calls += 1

    def __repr__(self):
        others = ", ".join(map(str, self.others))
        return f"<takes {self.first:g} s at first, then {others} s{' in turn' if ',' in others else ''}>"


def fair_timer(functions, repeats=7, clock=time.perf_counter):
    """Time functions in turns, and return the median time of each."""
    seconds = {name: [] for name in functions}
    for function in functions.values():
        function()  # warm up
    for _ in range(repeats):
        for name, function in functions.items():
            start = clock()
            function()
            seconds[name].append(clock() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def watch_the_clock(function):
    """Return a function that also says when the clock was never read: a time of another clock is new at each call."""

    @functools.wraps(function)
    def watched(functions, repeats, clock):
        result = function(functions, repeats, clock)
        return result if clock.reads or not any(made.calls for made in functions.values()) else _NOT_READ

    return watched


def _cases_timer(seed):
    rng = default_rng(seed)

    def case(repeats, slow=(0, 0), **functions):
        clock, scale = FakeClock(slow), int(rng.integers(1, 6))
        made = {
            name: FakeFunction(clock, *(scale * value for value in values))
            for name, values in functions.items()
        }
        return made, repeats, clock

    return [
        case(1, a=(30, 4), b=(2, 7)),
        case(3, conv=(9, 5, 1, 2), relu=(20, 8, 3, 6)),
        case(5, a=(70, 2, 2, 6, 6, 6), b=(8, 9, 1, 1, 9, 1), c=(3, 4, 4, 7, 7, 4)),
        case(4, a=(11, 1, 9, 2, 4), b=(5, 3, 8, 6, 3)),
        case(
            7,
            (8, 14),
            standard=(90, 2, 5, 5, 5, 5, 5, 9),
            separable=(60, 1, 3, 3, 3, 3, 3, 4),
            relu=(9, 2, 2, 1, 2, 2, 2, 3),
        ),
    ]


EXERCISE = Exercise(
    points=3,
    answer=fair_timer,
    cases=_cases_timer,
    watch=watch_the_clock,
    known=lambda functions, repeats, clock: (
        f"Under {' and '.join(map(repr, functions))} stands the median of the counted calls. In this case the clock "
        "moves by whole seconds, and only while a function is called."
    ),
    misconceptions="""
        M60 a single first call was trusted
        function()  # warm up => pass
        range(repeats) => range(1)
        The first call of anything builds caches and asks for memory. Which calls should count, and how many?

        S1015 nothing was called to warm up
        function()  # warm up => pass
        The first call is not like the others. Call each function once before the clock counts.

        S1016 the warm-up call was kept among the times
        function()  # warm up => pass
        range(repeats) => range(repeats + 1)
        A warm-up call is made so that it does not count.

        S1041 an untimed call was made in every round
        function()  # warm up => pass
        start = clock() => function(); start = clock()
        Warm up once, before the rounds. From then on every call counts.

        S1041 an untimed call was made in every round
        start = clock() => function(); start = clock()
        Warm up once, before the rounds. From then on every call counts.

        S1042 the clock that is passed in was not read
        clock() => time.perf_counter()
        A time of any other clock cannot be checked. `clock` is an argument: what does clock() return?

        S1029 only the first round was used
        range(repeats) => range(1)
        One round may be the one during which the machine was busy. Does `return` stand inside the loop?

        S1017 each function had all its calls in a row
        for name, function in functions.items(): => for __ in range(repeats):
        for _ in range(repeats): => for name, function in functions.items():
        If the machine is busy for a while, it should hit all the functions alike. Who is called after whom?

        S1017 each function had all its calls in a row
        = lambda functions, repeats, clock: {name: fair_timer({name: f}, repeats, clock)[name] for name, f in functions.items()}
        If the machine is busy for a while, it should hit all the functions alike. Who is called after whom?

        S1018 the mean was taken
        statistics.median => statistics.mean
        One call during which the machine was busy moves a mean. Which value in the middle does not care?

        S1019 the best time was taken
        statistics.median => min
        A lucky call is as rare as an unlucky one. Asked is the median.

        S1020 the times were added up
        statistics.median => sum
        Asked is what one call takes.

        S1021 the last time was taken
        statistics.median(times) => times[-1]
        Keep the times of all the rounds. Does each round overwrite the one before?

        S1022 `repeats` was not used
        range(repeats) => range(7)
        The number of rounds is an argument.

        S1023 the clock was read for the start only once
        for _ in range(repeats): => for start in [clock()] * repeats:
        start = clock() => pass
        What has passed since the very beginning is not the time of one call.

        S1024 the clock was read for the start once in each round
        for _ in range(repeats): => for start in (clock() for _ in range(repeats)):
        start = clock() => pass
        Then the second function is charged for the first as well.

        S1025 the larger of the two middle times was taken
        statistics.median => statistics.median_high
        With an even number of times there are two in the middle. The median lies halfway between them.
    """,
    hints=[
        "First a loop that calls each function once. Then rounds, and inside each round a loop over the functions.",
        "Around each call read the clock twice. The difference goes into the list of that function.",
        "statistics.median(list) gives the median. Build a dict of lists first: {name: [] for name in functions}.",
    ],
)
