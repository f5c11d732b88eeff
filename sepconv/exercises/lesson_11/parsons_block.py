"""Put the lines in order so that a block of MobileNetV2 is computed; three lines do not belong."""

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise


def _cases(seed):
    draw = Inputs(seed).integers

    def case(channels, expansion, h, w):
        middle = channels * expansion
        # Divided, so that some numbers stay between the two ends of a ReLU6 and are told apart.
        x, expand = draw(channels, h, w) / 4, draw(middle, channels) / 4
        return x, expand, draw(middle, 3, 3) / 16, draw(channels, middle) / 4

    return [case(2, 3, 3, 4), case(3, 2, 5, 2), case(1, 6, 4, 3)]


EXERCISE = Exercise(
    points=2,
    opening="def inverted_residual(x, expand, depthwise, project):",
    lines={
        "A": "    y = np.tensordot(project, y, axes=1)",
        "B": "    y = np.pad(y, ((0, 0), (1, 1), (1, 1)))",
        "C": "    return x + y",
        "D": '    y = np.einsum("chwij,kij->khw", windows, depthwise).clip(0, 6)',
        "E": "    windows = np.lib.stride_tricks.sliding_window_view(y, (3, 3), axis=(1, 2))",
        "F": "    y = np.tensordot(expand, x, axes=1).clip(0, 6)",
        "G": "    return y",
        "H": '    y = np.einsum("chwij,cij->chw", windows, depthwise).clip(0, 6)',
        "I": "    y = np.tensordot(project, y, axes=1).clip(0, 6)",
    },
    answer="FBEHAC",
    distractors={
        "D": "lays each kernel on all the channels",
        "G": "returns y without x",
        "I": "puts a ReLU6 behind the projection",
    },
    cases=_cases,
    misconceptions="""
        M56 the projection was given a ReLU6
        A => I
        The few channels at the end carry everything that the block has found. What would be lost of them below 0 and above 6?

        M34 each kernel was laid on all the channels
        H => D
        Read the letters of einsum: in a depthwise convolution the kernel's channel is the window's channel.

        S1126 the input was not added
        C => G
        The block is called a residual: stride 1, as many channels out as in. What happens to x at the end?
    """,
    hints=[
        "Few channels, many channels, few channels: which two lines change their number?",
        "To look around, the map first needs its border of zeros, then its windows, then the kernels.",
    ],
)
