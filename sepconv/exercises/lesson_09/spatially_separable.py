"""For each kernel: which layers can compute it exactly on one channel?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer={"scharr": "A", "sharpen": "B", "diagonal": "B", "ramp": "A"},
    misconceptions="""
        M49 depthwise was taken to mean k×1 then 1×k
        = right | {"sharpen": "C", "diagonal": "C"}
        A depthwise kernel has nine numbers of its own: what could it not hold?

        S372 zeros were taken to forbid it
        = right | {"scharr": "B", "ramp": "B"}
        A column or a row may hold zeros as well. Are the rows multiples of one row?

        S376 every kernel was taken to be a column times a row
        = right | {"sharpen": "A", "diagonal": "A"}
        Of a column times a row, every row is a multiple of one row.

        S371 symmetry was taken for the test
        = {"scharr": "B", "sharpen": "A", "diagonal": "A", "ramp": "B"}
        A column times a row makes rows that are multiples of one row; whether it looks the same from all sides does not matter.
    """,
    explanations={
        "scharr": {
            "A": "Its rows are 3, 10 and 3 times the row [−1, 0, 1].",
            "B": "Its rows are multiples of one row. How many independent rows are there, then?",
            "C": "A depthwise kernel can be anything.",
        },
        "sharpen": {
            "A": "Its first and its second row are no multiples of each other.",
            "B": "Two rows are independent, so the rank is 2; a depthwise kernel can be anything.",
            "C": "A depthwise kernel can be anything.",
        },
        "diagonal": {
            "A": "No row is a multiple of another one.",
            "B": "Three rows are independent, so the rank is 3; a depthwise kernel can be anything.",
            "C": "A depthwise kernel can be anything.",
        },
        "ramp": {
            "A": "Its rows are 1, 0 and −2 times the first row.",
            "B": "Compare the last row with the first; a row of zeros is 0 times it.",
            "C": "A depthwise kernel can be anything.",
        },
    },
    hints=[
        "A k×1 kernel followed by a 1×k kernel does what their product, column times row, does in one go.",
        "Of a column times a row every row is a multiple of one row: the k×k matrix has rank 1.",
    ],
)
