"""Five printed numbers of million MACs: with the classifier, without it, or do both fit?"""

from sepconv.exercises.spec import Exercise

_COUNTS = {  # with the classifier, and without
    418: (418_121_728, 417_097_728),
    290: (290_675_200, 289_651_200),
    149: (149_497_088, 148_985_088),
    4866: (4_867_293_184, 4_866_269_184),
    307: (307_323_392, 306_299_392),
}
_WITH_OR_WITHOUT = {418: "A", 290: "B", 149: "C", 4866: "B", 307: "A"}


def _explained(printed):
    """Explain the three options for a printed number: what each wrong one has not looked at."""
    with_it, without_it = _COUNTS[printed]
    right = _WITH_OR_WITHOUT[printed]
    one_of_two = "The count that you chose fits. Does the other one not?"
    says = {
        "A": one_of_two if right == "C" else f"Count it with its classifier and round. Is it {printed}?",
        "B": one_of_two
        if right == "C"
        else f"Take off what the classifier does, and round. Is it {printed}?",
        "C": f"Round each of the two counts to the nearest million. Are both {printed}?",
    }
    says[right] = f"With the classifier it is {with_it:,}, without it {without_it:,}."
    return says


EXERCISE = Exercise(
    points=2,
    answer=_WITH_OR_WITHOUT,
    misconceptions="""
        S1131 one convention was taken to hold for the whole paper
        = dict.fromkeys(right, "A")

        S1132 the classifier was taken to be never counted
        = dict.fromkeys(right, "B")

        S1133 the difference was taken to be too small to tell
        = dict.fromkeys(right, "C")

        S1134 the numbers were cut off and not rounded, or the classifier was taken to be in all of them but the twin's
        = right | {290: "A", 149: "A"}
    """,
    explanations={printed: _explained(printed) for printed in _WITH_OR_WITHOUT},
    hints=[
        "Count twice: `count(model, (1, 3, size, size)).macs`, and the same minus the MACs of the Linear.",
        "The Linear costs its weights once: 1024 · 1000 MACs at alpha = 1, half of that at alpha = 0.5.",
    ],
)
