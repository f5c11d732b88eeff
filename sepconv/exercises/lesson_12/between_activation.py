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
        "B": "Xception's runs say so about Xception. On the digits the net with something between came out "
        "ahead, and there it was batch normalization together with the ReLU.",
        "C": "With nothing between, a pair is one convolution of low rank (lesson 9). With a ReLU between, it is no convolution.",
        "D": "That is all that the runs show. For another net or other images the way to know is to run both.",
        "E": "The net with nothing between has 192 fewer of 13,322 parameters, about a seventieth.",
    },
    hints=[
        "Which of these sentences would still be true if the runs on other images came out the other way round?"
    ],
)
