"""Which of these weights can refute the claim that every standard convolution is a separable pair?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer={"E", "F"},
    misconceptions="""
        M50 filters that are multiples of each other were taken to differ
        = {"D", "E", "F"}
        Filter 2 is 5 times any other filter. What does a pointwise stage do with such a factor?

        S361 only random weights were taken for a test
        = {"F"}
        Another one is nearly all ones, and still no pair makes it. Take the input channels one by one: are the rows multiples of each other?

        S362 random numbers were taken to be enough
        = {"B", "C", "E", "F"}
        Random or not, look at the size of the matrix w[:, c]: which rank can it have at most?

        S363 every bank with filters that differ was taken for a test
        = {"C", "D", "E", "F"}
        Filters may differ by a factor for each input channel. In which of these do they differ by more?
    """,
    explanations={
        "A": "All slices are equal, so the rank is 1: with ones in both stages, the pair gives the same outputs.",
        "B": "With one filter the matrix of an input channel has one row: its rank cannot exceed 1.",
        "C": "With 1×1 kernels the matrix of an input channel has one column: its rank cannot exceed 1.",
        "D": "Filter 2 is a multiple of the others: the pointwise weights can be 1, 1, 5, 1.",
        "E": "For input channel 2, the row of filter 1 is no multiple of the others: the rank is 2.",
        "F": "Four random rows of nine numbers have rank 4.",
    },
    hints=[
        "A test can refute the claim only if the claim fails on it.",
        "For each: one row for each filter, one column for each place of the kernel. Which have rank 2 or more?",
    ],
)
