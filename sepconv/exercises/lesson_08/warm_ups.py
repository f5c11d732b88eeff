"""Three short questions on lessons 7, 5 and 2."""

from sepconv.exercises.spec import Exercise


def warmup_08_1():
    c_in, c_out, k, groups = 6, 12, 5, 6
    return c_out * (c_in // groups) * k * k


def warmup_08_2():
    bias = 5
    return 3 * 1 + 7 * -2 + 2 * 4 + bias


EXERCISES = [
    Exercise(
        prompt="Lesson 7: how many weights does nn.Conv2d(6, 12, 5, groups=6) have?",
        answer=warmup_08_1,
        misconceptions="""
        M25 a depthwise convolution was taken to keep the number of channels
        return c_out => return c_in
        Twelve channels come out of six: how many filters has each input channel?

        M34 each filter was taken to read all the channels
        c_in // groups => c_in
        With groups equal to the input channels, a filter reads one of them.
        """,
        hints=["How many filters are there, and how many channels does each one read?"],
    ),
    Exercise(
        prompt="Lesson 5: a pixel holds [3, 7, 2]; an output has the 1×1 weights [1, −2, 4] and the bias 5. What is it?",
        answer=warmup_08_2,
        misconceptions="""
        S23 the bias was left out
        2 * 4 + bias => 2 * 4
        The bias is added once, after the sum.

        S312 the channels were added up without the weights
        3 * 1 + 7 * -2 + 2 * 4 => 3 + 7 + 2
        Each channel is multiplied by its weight first.
        """,
        hints=["Three products, one sum, one bias."],
    ),
    Exercise(
        name="warmup_08_3",
        prompt="Lesson 2: what is the shape of nn.Conv2d(6, 8, 5).weight?",
        answer="B",
        misconceptions="""
        M05 input and output channels were exchanged
        = "A"

        M06 the filters were taken to be flat
        = "C"
        """,
        explanations={
            "A": "The constructor takes the input first. The weight is a list of filters: what does it begin with?",
            "B": "8 filters, each 6 channels deep, each slice 5 by 5.",
            "C": "A filter has a slice for each input channel.",
            "D": "Keras stores the kernel first. PyTorch stores a list of filters.",
        },
        hints=["weight[0] is the first filter."],
    ),
]
