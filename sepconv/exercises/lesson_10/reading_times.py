"""Read a printed table of counts and rates; tell what holds on every machine from what was measured on one."""

from sepconv.exercises.spec import Exercise, Misconception

_LAYERS = {
    "A": (115.6, 45),
    "B": (14.5, 35),
    "C": (51.4, 40),
    "D": (7.2, 2.5),
}  # million MACs, billion a second
_ORDER = "BCAD"


def _places(order):
    return dict(enumerate(order, 1))


def _explanation(layer, right):
    macs, rate = _LAYERS[layer]
    return (
        f"{macs} million MACs at {rate} billion a second: {f'{macs / rate:.2f} ms' if right else 'divide'}."
    )


EXERCISES = [
    Exercise(
        name="order_by_time",
        lesson=10,
        points=1,
        kind="choice",
        prompt="Which of the four layers takes the shortest time, which comes next, and so on?",
        answer=_places(_ORDER),
        misconceptions=[
            Misconception("M63", "the time was taken to go with the MACs", _places("DBCA"), ""),
            Misconception("S1026", "the highest rate was taken for the shortest time", _places("ACBD"), ""),
            Misconception("S1027", "the longest time was put first", _places("DACB"), ""),
        ],
        explanations={
            place: {layer: _explanation(layer, layer == right) for layer in _LAYERS}
            for place, right in _places(_ORDER).items()
        },
        hints=["Time is work divided by rate. Compute all four, in milliseconds."],
    ),
    Exercise(
        name="law_or_machine",
        lesson=10,
        points=1,
        kind="choice",
        prompt="Which of the statements are true on every machine?",
        answer={"A", "D", "F"},
        misconceptions=[
            Misconception(
                "M60", "fewer MACs were taken for as much less time", {"A", "B", "D", "F"}, "Look at B again."
            ),
            Misconception(
                "M63", "groups were taken to divide the time", {"A", "C", "D", "F"}, "Look at C again."
            ),
            Misconception(
                "M64", "more threads were taken to be always faster", {"A", "D", "E", "F"}, "Look at E again."
            ),
            Misconception("M65", "the batch was left out", {"A", "D", "F", "G"}, "Look at G again."),
            Misconception(
                "S1028",
                "fusing was taken to save MACs",
                {"A", "D"},
                "Each number of the middle map is still computed. What is no longer done with it?",
            ),
        ],
        explanations={
            "A": "A count: it follows from the two shapes.",
            "B": "MACs are counted, time is measured. The lesson's first race shows what becomes of the ratio.",
            "C": "groups=4 divides the MACs by 4. Whether the time follows depends on how well narrow groups run.",
            "D": "A count as well: 9 MACs for each output, and for that one number is read and one written, at least.",
            "E": "Threads must be started and must agree. For a small layer that may take longer than the layer.",
            "F": "The same products, the same sums. What is saved is writing the middle map and reading it again.",
            "G": "Each image needs its own products: a batch of 8 is eight times the work. Only the weights are shared.",
        },
        hints=["Ask of each: does it follow from shapes, or does it speak of time?"],
    ),
]
