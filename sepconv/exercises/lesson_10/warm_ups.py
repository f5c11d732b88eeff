"""Three short questions on lessons 8, 9 and 3."""

from sepconv.exercises.spec import Exercise


def warmup_10_1():
    c_in, c_out, k, h, w = 12, 20, 3, 6, 5
    depthwise = k * k * c_in
    pointwise = c_in * c_out
    return h * w * (depthwise + pointwise)


def warmup_10_2():
    ranks = [2, 4, 1]
    return max(ranks)


def warmup_10_3():
    layers = [(3, 2), (5, 1)]
    field, jump = 1, 1
    for k, stride in layers:
        field += (k - 1) * jump
        jump *= stride
    return field


EXERCISES = [
    Exercise(
        prompt="Lesson 8: a separable layer, 12 → 20 channels, kernel 3, keeps 6×5 pixels. How many MACs?",
        answer=warmup_10_1,
        misconceptions="""
        S303 the depthwise stage was left out
        depthwise + pointwise => pointwise
        That is the 1×1 convolution. What does the stage before it do at each pixel?

        S304 the pointwise stage was left out
        depthwise + pointwise => depthwise
        That is the stage that looks around. Which stage mixes the channels?

        S310 the standard layer was counted
        depthwise + pointwise => k * k * c_in * c_out
        In a separable layer no filter has both a kernel of 9 and all the channels.

        M13 the depthwise filters were counted by the output channels
        k * k * c_in => k * k * c_out
        The depthwise stage has a kernel for each channel that it reads.

        S105 the output pixels were left out
        h * w * (depthwise + pointwise) => depthwise + pointwise
        That is the work at one pixel. How many pixels are written?
        """,
        hints=["At each pixel: 9 MACs for each input channel, then one for each pair of channels."],
    ),
    Exercise(
        prompt="Lesson 9: the matrices w[:, c] of three input channels have the ranks 2, 4, 1. How many pairs are exact?",
        answer=warmup_10_2,
        misconceptions="""
        S1000 the ranks were added up
        max(ranks) => sum(ranks)
        One pair has a product column × row for each input channel, all at once.

        S1001 the smallest rank was taken
        max(ranks) => min(ranks)
        Every input channel must come out exactly. Which of them needs the most?

        S1002 the input channels were counted
        max(ranks) => len(ranks)
        How many products column × row does the most complicated of the three matrices need?
        """,
        hints=["A pair gives each input channel one product column × row. Which channel needs the most?"],
    ),
    Exercise(
        prompt="Lesson 3: first 3×3 with stride 2, then 5×5 with stride 1. How many input pixels, in a row, does an output see?",
        answer=warmup_10_3,
        misconceptions="""
        S36 the strides were ignored
        jump *= stride => pass
        After a layer with stride 2, one step is two input pixels.

        S38 the kernel sizes were added up
        field, jump = 1, 1 => field, jump = 0, 1
        (k - 1) * jump => k
        Windows of neighbors overlap.

        S37 a layer's own stride was applied to its own kernel
        (k - 1) * jump => (k - 1) * jump * stride
        A layer's kernel lies on its input grid. Its stride matters to the layers after it.
        """,
        hints=["The first layer sees 3. The second adds 4 steps: how many input pixels is one step there?"],
    ),
]
