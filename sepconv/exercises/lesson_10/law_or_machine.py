"""Which of the statements are true on every machine?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer={"A", "D", "F"},
    misconceptions="""
        M60 fewer MACs were taken for as much less time
        = {"A", "B", "D", "F"}
        Look at B again.

        M63 groups were taken to divide the time
        = {"A", "C", "D", "F"}
        Look at C again.

        M64 more threads were taken to be always faster
        = {"A", "D", "E", "F"}
        Look at E again.

        M65 the batch was left out
        = {"A", "D", "F", "G"}
        Look at G again.

        S1028 fusing was taken to save MACs
        = {"A", "D"}
        Each number of the middle map is still computed. What is no longer done with it?
    """,
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
)
