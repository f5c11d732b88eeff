"""Which of the four layers takes the shortest time, which comes next, and so on?"""

from sepconv.exercises.spec import Exercise

_LAYERS = {
    "A": (115.6, 45),
    "B": (14.5, 35),
    "C": (51.4, 40),
    "D": (7.2, 2.5),
}  # million MACs, billion a second
_RIGHT = {1: "B", 2: "C", 3: "A", 4: "D"}


def _explanation(layer, right):
    macs, rate = _LAYERS[layer]
    return (
        f"{macs} million MACs at {rate} billion a second: {f'{macs / rate:.2f} ms' if right else 'divide'}."
    )


EXERCISE = Exercise(
    points=1,
    answer=_RIGHT,
    misconceptions="""
        M63 the time was taken to go with the MACs
        = {1: "D", 2: "B", 3: "C", 4: "A"}

        S1026 the highest rate was taken for the shortest time
        = {1: "A", 2: "C", 3: "B", 4: "D"}

        S1027 the longest time was put first
        = {1: "D", 2: "A", 3: "C", 4: "B"}
    """,
    explanations={
        place: {layer: _explanation(layer, layer == right) for layer in _LAYERS}
        for place, right in _RIGHT.items()
    },
    hints=["Time is work divided by rate. Compute all four, in milliseconds."],
)
