"""What follows from the lesson's runs with and without something between depthwise and pointwise?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer="D",
    misconceptions="""
        M56 one experiment was taken for a rule
        = "A"

        S1244 a paper was taken for a rule
        = "B"

        M54 the two nets were taken to be able to compute the same functions
        = "C"

        S1245 the parameters were taken to explain the difference
        = "E"
    """,
    explanations={
        "A": "The runs are about one net on one set of images. Xception's authors ran another net on other images, and "
        "without anything between the two it came out better there.",
        "B": "Xception's runs say so about Xception. On the digits the other way round came out ahead, in a net "
        "where batch normalization went together with the ReLU.",
        "C": "Without anything between, a pair is one convolution of low rank (lesson 9). With a ReLU between it is none.",
        "D": "That is all that the runs show. For another net or other images the way to know is to run both.",
        "E": "The net without has 192 parameters fewer of 13,322, about a seventieth.",
    },
    hints=[
        "Which of these sentences would still be true if the runs on other images came out the other way round?"
    ],
)
