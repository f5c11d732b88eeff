"""Warm-ups of lesson 7: weights of a grouped layer, MACs, one output with padding."""

from sepconv.exercises.spec import Exercise


def warmup_07_1():
    c_in, c_out, k, groups = 15, 20, 3, 5
    return c_out * (c_in // groups) * k * k


def warmup_07_2():
    c_in, c_out, k, stride, padding, h, w = 2, 5, 3, 2, 1, 7, 9
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    return rows * columns * c_out * c_in * k * k


def warmup_07_3():
    return 0 * 1 + 4 * 2


EXERCISES = [
    Exercise(
        prompt="Lesson 6: how many weights does nn.Conv2d(15, 20, 3, groups=5) have, without its biases?",
        answer=warmup_07_1,
        misconceptions="""
        M03 one group was counted
        return c_out => return (c_out // groups)
        There are 5 such groups.

        S233 the number of groups was taken for the depth of a filter
        c_in // groups => groups
        A filter is as deep as its group has input channels. How many are there?

        S250 the groups were left out of the count
        (c_in // groups) => c_in
        That is the standard convolution. How many channels does one filter read with 5 groups?
        """,
        hints=["How deep is one filter? How many filters are there?"],
    ),
    Exercise(
        prompt="Lesson 4: how many MACs does nn.Conv2d(2, 5, 3, stride=2, padding=1) cost on 7 × 9 pixels?",
        answer=warmup_07_2,
        misconceptions="""
        M08 the MACs were counted on the input's pixels
        rows * columns => h * w
        A filter is laid down once for each output pixel. How many of those are there?

        M09 FLOPs were counted
        return rows => return 2 * rows
        A MAC is one multiplication together with its addition.
        """,
        hints=["First the output: how many rows and columns? Each of its pixels costs all the weights once."],
    ),
    Exercise(
        prompt="Lesson 1: x = [4, 1, 3], w = [1, 2], padding 1. What is y[0]?",
        answer=warmup_07_3,
        misconceptions="""
        M43 the kernel was flipped
        = 0 * 2 + 4 * 1
        The kernel is laid down as it is.

        S09 the padding was ignored
        = 4 * 1 + 1 * 2
        A zero stands in front of the 4, and the first window begins there.
        """,
        hints=["With its padding the row is [0, 4, 1, 3, 0]."],
    ),
]
