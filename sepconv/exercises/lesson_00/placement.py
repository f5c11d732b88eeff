"""Lesson 0: six questions that find the lesson to start with."""

from sepconv.exercises.spec import Exercise

EXERCISES = [
    Exercise(
        name="placement_1",
        prompt="How many numbers does nn.Conv2d(3, 8, 5) learn?",
        answer="C",
        misconceptions="""
        M01 the biases were left out
        = "A"

        M06 a filter was taken for a flat 5×5 matrix
        = "B"
        """,
        explanations={
            "A": "600 are the weights, 8 filters of 3×5×5. The layer also learns one bias for each filter.",
            "B": "200 would be 8 flat filters of 5×5. Each filter reaches through all 3 input channels.",
            "C": "8 filters of 3×5×5 weights, and 8 biases.",
            "D": "Every filter has weights for every input channel, so the count grows with both channel numbers.",
        },
        starts_at=4,
    ),
    Exercise(
        name="placement_2",
        prompt="What is the shape of one filter of a layer with 3 input and 8 output channels, kernel 5×5?",
        answer="D",
        misconceptions="""
        M06 a filter was taken for a flat 5×5 matrix
        = "A"

        S01 the filter was made as deep as the output
        = "B"
        """,
        explanations={
            "A": "Drawings are flat, filters are not: a filter is as deep as the input.",
            "B": "8 is how many filters there are. The depth of each is the number of input channels.",
            "C": "Each output channel has a filter of its own; 3 filters would give 3 output channels.",
            "D": "A filter is a box as deep as the input.",
        },
        starts_at=2,
    ),
    Exercise(
        name="placement_3",
        prompt="A depthwise-separable layer replaces a standard 3×3 layer, 64 → 128. What share of the weights is left?",
        answer="B",
        misconceptions="""
        M14 the ratio was built with the input channels
        = "A"

        M15 the two parts were multiplied
        = "C"
        """,
        explanations={
            "A": "Write the two counts down and divide: one of the two channel numbers cancels, and it is 64.",
            "B": "64·9 + 64·128 weights, divided by 64·128·9.",
            "C": "The two steps come one after the other, so their weights add up.",
            "D": "1/9 is the share of the pointwise step alone.",
        },
        starts_at=8,
    ),
    Exercise(
        name="placement_4",
        prompt="Which groups does nn.Conv2d(12, 18, 3, groups=...) accept?",
        answer="A",
        misconceptions="""
        M22 groups was only asked to fit one of the two channel numbers
        = "C"

        S02 any number up to the input channels was taken
        = "D"
        """,
        explanations={
            "A": "Both channel numbers are cut into equal parts, so groups divides both.",
            "B": "The input channels are cut into equal parts, and so are the output channels: 12 does not divide 18.",
            "C": "The output channels are cut into equal parts, and so are the input channels: 9 does not divide 12.",
            "D": "5 groups would cut 12 channels into unequal parts; PyTorch refuses.",
        },
        starts_at=6,
    ),
    Exercise(
        name="placement_5",
        prompt="8 pixels, kernel 3, stride 2, no padding: how many output pixels?",
        answer="B",
        misconceptions="""
        M36 a window that does not fit was counted
        = "C"

        S03 the stride was left out
        = "D"
        """,
        explanations={
            "A": "The kernel fits at 0, 2 and one more place.",
            "B": "It fits at pixels 0, 2 and 4; at 6 it would stick out, so the size is rounded down.",
            "C": "A fourth window would start at pixel 6 and need a pixel 8 that is not there.",
            "D": "6 windows fit with stride 1. Stride 2 takes every other one.",
        },
        starts_at=3,
    ),
    Exercise(
        name="placement_6",
        prompt="Can a trained standard convolution be rewritten as depthwise, then pointwise, with the same outputs?",
        answer="D",
        misconceptions="""
        M50 the factorization was taken to be exact for every convolution
        = "A"

        S04 the two were taken to have nothing in common
        = "B"
        """,
        explanations={
            "A": "The separable pair has far fewer weights; it cannot reach every standard convolution.",
            "B": "Some standard convolutions are separable pairs in disguise.",
            "C": "Without an activation function between its two stages the pair is linear as well; that is not what is missing.",
            "D": "For each input channel, the kernels of all filters must be multiples of one kernel.",
        },
        starts_at=9,
    ),
]
