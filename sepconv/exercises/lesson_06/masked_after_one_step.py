"""A dense layer is given a grouped layer's weights and zeros. What is true of it after one training step?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer="C",
    misconceptions="""
        S218 a weight of 0 was taken to have no gradient
        = "A"

        M29 a masked dense layer was taken for a grouped one
        = "B"

        S219 the weights outside were taken to change the gradients inside at once
        = "D"
    """,
    explanations={
        "A": "A weight's gradient is made of what it reads and of its output's error. Is its own value part of that?",
        "B": "The two compute the same, but one of them has more weights that can move.",
        "C": "Before the step both layers make the same errors from the same inputs, so in the blocks the gradients agree. "
        "Outside, nothing holds the zeros in place.",
        "D": "The gradients are computed before anything moves. Up to then, do the two layers differ in any output?",
    },
    hints=["The lesson did this with 4 channels. Look at the gradients that it printed, and at its asserts."],
)
