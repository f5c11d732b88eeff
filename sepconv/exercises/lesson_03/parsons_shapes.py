"""Put the lines in order so that the size after every layer is listed; three lines do not belong."""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=2,
    opening="def sizes(size, layers):",
    lines={
        "A": "        size = -(-(size + 2 * padding - span) // stride) + 1",
        "B": "    result = []",
        "C": "        span = dilation * (k - 1) + 1",
        "D": "    return result",
        "E": "        result.append(size)",
        "F": "        span = dilation * k",
        "G": "    for k, stride, padding, dilation in layers:",
        "H": "        size = (size + padding - span) // stride + 1",
        "I": "        size = (size + 2 * padding - span) // stride + 1",
    },
    answer="BGCIED",
    distractors={
        "A": "rounds up",
        "F": "takes a kernel to span k·dilation pixels",
        "H": "counts the padding on one side",
    },
    cases=[
        (8, [(3, 2, 0, 1)]),
        (28, [(5, 2, 2, 1), (3, 1, 1, 1), (3, 2, 1, 2)]),
        (13, [(2, 3, 1, 2), (2, 1, 0, 1)]),
        (20, [(3, 1, 0, 3)]),
    ],
    misconceptions="""
        M36 the size was rounded up
        I => A
        A window that does not fit completely does not count.

        M42 a dilated kernel was taken to span k·dilation pixels
        C => F
        Between k numbers there are k − 1 gaps.

        S30 the padding was counted on one side
        I => H
        `padding` zeros go on each end.
    """,
    hints=["Before the loop: an empty list. After it: return. Inside: first the span, then the size."],
)
