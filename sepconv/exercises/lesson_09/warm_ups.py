"""Three short questions on lessons 8, 6 and 3."""

from sepconv.exercises.spec import Exercise


def warmup_09_1():
    c_in, c_out, k = 5, 6, 3
    return k * k * c_in + c_in * c_out


def warmup_09_3():
    size, k, stride = 12, 4, 3
    return (size - k) // stride + 1


EXERCISES = [
    Exercise(
        prompt="Lesson 8: how many weights does a separable layer 5 → 6 with k = 3 have, without biases?",
        answer=warmup_09_1,
        misconceptions="""
        M13 the depthwise step was counted with the output channels
        k * k * c_in => k * k * c_out
        The depthwise stage has one kernel for each channel that it reads.

        S310 the standard layer was counted
        k * k * c_in + c_in * c_out => k * k * c_in * c_out
        In a separable layer no filter has both a kernel of 9 and all the channels.

        M15 the two parts were multiplied
        k * k * c_in + => k * k * c_in *
        The stages follow each other.
        """,
        hints=["5 kernels of 3×3, then 6 mixtures of 5 channels."],
    ),
    Exercise(
        name="warmup_09_2",
        prompt="Lesson 6: which input channels does output channel 4 of nn.Conv2d(6, 9, 3, groups=3) read?",
        answer={2, 3},
        misconceptions="""
        M27 the groups were taken to be interleaved
        = {1, 4}
        Groups are blocks.
        """,
        explanations={
            0: "Channel 0 is in the first group, which makes outputs 0, 1 and 2.",
            1: "Channel 1 is in the first group, which makes outputs 0, 1 and 2.",
            2: "Channel 2 begins the second group.",
            3: "Channel 3 is in the second group.",
            4: "Channel 4 is in the last group, which makes outputs 6, 7 and 8.",
            5: "Channel 5 is in the last group, which makes outputs 6, 7 and 8.",
        },
        hints=["Each group makes 3 outputs out of 2 inputs. In which group is output 4?"],
    ),
    Exercise(
        prompt="Lesson 3: 12 pixels, kernel 4, stride 3, no padding: how many output pixels?",
        answer=warmup_09_3,
        misconceptions="""
        S164 a window was lost
        // stride + 1 => // stride
        How many steps of 3 does the window make? And in how many places has it been then?

        M36 a window that does not fit was counted
        (size - k) // stride => -(-(size - k) // stride)
        A window that does not fit completely does not count.
        """,
        hints=["The windows begin at 0, 3, 6 … as long as all 4 pixels are there."],
    ),
]
