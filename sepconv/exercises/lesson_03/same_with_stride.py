"""What does nn.Conv2d(3, 4, 3, stride=2, padding='same') do?"""

from sepconv.exercises.spec import Exercise

EXERCISE = Exercise(
    points=1,
    answer="C",
    misconceptions="""
        M40 padding='same' was taken to work with a stride
        = "A"

        S34 'same' was taken to beat the stride
        = "B"

        S48 the error was expected only when the layer is used
        = "D"
    """,
    explanations={
        "A": "TensorFlow does that. PyTorch refuses.",
        "B": "With stride 2 the output cannot have as many rows as the input.",
        "C": "PyTorch raises ValueError: 'same' is for stride 1 only. A port needs its padding by hand.",
        "D": "Padding is decided when the layer is made, so the error comes before any input.",
    },
    hints=["Try it: it is one line."],
)
