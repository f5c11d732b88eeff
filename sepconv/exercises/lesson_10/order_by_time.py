"""Which of the four layers takes the shortest time, which comes next, and so on?"""

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


EXERCISE = Exercise(
    points=1,
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
)
