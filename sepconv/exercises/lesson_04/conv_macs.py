"""How many multiply-accumulates does a layer do for one image of h rows and w columns?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def conv_macs(c_in, c_out, k, h, w, stride=1, padding=0):
    """Count the multiply-accumulates for one image of h rows and w columns."""
    # Where is a filter laid down? Once for each output pixel.
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    # What does one filter do at one place? One MAC for each of its weights.
    per_place = c_in * k * k
    # How many filters do that? One for each output channel.
    return c_out * per_place * rows * columns


def _macs_on(place):
    """Count with `place(size, k, stride, padding)` for the output size along one axis."""

    def wrong(c_in, c_out, k, h, w, stride=1, padding=0):
        rows, columns = (place(n, k, stride, padding) for n in (h, w))
        return c_out * c_in * k * k * rows * columns

    return wrong


def _macs_of(weights):
    """Count with `weights(c_in, c_out, k)` at each output pixel."""

    def wrong(c_in, c_out, k, h, w, stride=1, padding=0):
        return conv_macs(1, 1, 1, h + 2 * padding - k + 1, w + 2 * padding - k + 1, stride) * weights(
            c_in, c_out, k
        )

    return wrong


def _pairs_on_the_image(size, k, stride, padding):
    """Count (window, place in the kernel) along one axis where the place is no padding."""
    starts = range(-padding, size + padding - k + 1, stride)
    return sum(0 <= start + u < size for start in starts for u in range(k))


def _macs_without_padding_zeros(c_in, c_out, k, h, w, stride=1, padding=0):
    rows, columns = (_pairs_on_the_image(n, k, stride, padding) for n in (h, w))
    return c_out * c_in * rows * columns


_MACS_CASES = [
    (2, 3, 2, 3, 5),
    (3, 4, 3, 4, 4, 2, 1),
    (4, 6, 3, 6, 9, 2, 2),
    (2, 5, 3, 6, 11, 2, 2),
    (5, 2, 4, 10, 13, 3, 1),
    (3, 8, 1, 7, 5),
    (1, 6, 5, 9, 12, 1, 2),
    (2, 3, 2, 6, 9, 3),
    (3, 32, 3, 192, 224, 2, 1),
]


EXERCISE = Exercise(
    points=2,
    answer=conv_macs,
    cases=_MACS_CASES,
    fresh=drawn(
        c_in=range(2, 12),
        c_out=range(2, 12),
        k=range(1, 6),
        h=range(6, 20),
        w=range(6, 20),
        stride=(1, 2, 3),
        padding=range(3),
    ),
    misconceptions=[
        Misconception(
            "M08",
            "MACs were counted on the input pixels",
            _macs_on(lambda n, k, s, p: n),
            "Where is a filter laid down? Count the places at which it makes a number of the output.",
        ),
        Misconception(
            "M08",
            "MACs were counted on the pixels of the padded input",
            _macs_on(lambda n, k, s, p: n + 2 * p),
            "Padding makes room for windows, but not every padded pixel begins one.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            lambda *a, **b: 2 * conv_macs(*a, **b),
            "One multiplication and the addition of its product are one MAC.",
        ),
        Misconception(
            "M07",
            "each output pixel was taken to read the whole image",
            lambda c_in, c_out, k, h, w, stride=1, padding=0: (
                conv_macs(c_in, c_out, k, h, w, stride, padding) // (k * k) * h * w
            ),
            "One number of the output reads only what lies under one window.",
        ),
        Misconception(
            "S105",
            "the output pixels were left out",
            lambda c_in, c_out, k, h, w, stride=1, padding=0: c_out * c_in * k * k,
            "That is the number of weights. How often is each of them used?",
        ),
        Misconception(
            "S136",
            "only the numbers that the layer writes were counted",
            _macs_of(lambda c_in, c_out, k: c_out),
            "Each of these numbers is a sum. Of how many products?",
        ),
        Misconception(
            "S137",
            "rows and columns were added",
            lambda c_in, c_out, k, h, w, stride=1, padding=0: (
                c_out * c_in * k * k * sum((n + 2 * padding - k) // stride + 1 for n in (h, w))
            ),
            "How many pixels does an image of so many rows and so many columns have?",
        ),
        Misconception(
            "M06",
            "the filters were taken to be flat",
            _macs_of(lambda c_in, c_out, k: c_out * k * k),
            "A filter reads all input channels at each place.",
        ),
        Misconception(
            "S25",
            "one filter was counted",
            _macs_of(lambda c_in, c_out, k: c_in * k * k),
            "Every output channel has a filter of its own, and each filter visits every output pixel.",
        ),
        Misconception(
            "S26",
            "k was not squared",
            _macs_of(lambda c_in, c_out, k: c_out * c_in * k),
            "The kernel is k high and k wide.",
        ),
        Misconception(
            "S47",
            "^ was taken for a power",
            _macs_of(lambda c_in, c_out, k: c_out * c_in * (k ^ 2)),
            "In Python ^ works on bits. A power is written **.",
        ),
        Misconception(
            "S106",
            "adding the bias was counted as a MAC",
            _macs_of(lambda c_in, c_out, k: c_out * (c_in * k * k + 1)),
            "By convention a bias costs no MAC: nothing is multiplied.",
        ),
        Misconception(
            "S107",
            "the products with zeros of the padding were left out",
            _macs_without_padding_zeros,
            "They can be left out, but the convention counts them, as PyTorch computes them.",
        ),
        Misconception(
            "S104",
            "the image was taken to be square",
            lambda c_in, c_out, k, h, w, stride=1, padding=0: conv_macs(
                c_in, c_out, k, h, h, stride, padding
            ),
            "h and w differ. How many output columns are there?",
        ),
        Misconception(
            "S120",
            "the width was taken for both sides",
            lambda c_in, c_out, k, h, w, stride=1, padding=0: conv_macs(
                c_in, c_out, k, w, w, stride, padding
            ),
            "h and w differ. How many output rows are there?",
        ),
        Misconception(
            "M36",
            "the output size was rounded up",
            _macs_on(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
            "A window that does not fit completely does no work.",
        ),
        Misconception(
            "S121",
            "the output size was not rounded",
            _macs_on(lambda n, k, s, p: (n + 2 * p - k) / s + 1),
            "A filter is laid down at whole places only. What becomes of the remainder?",
        ),
        Misconception(
            "S08",
            "the stride was ignored",
            _macs_on(lambda n, k, s, p: n + 2 * p - k + 1),
            "From one window to the next it is stride pixels, along both axes.",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _macs_on(lambda n, k, s, p: (n - k) // s + 1),
            "Padding makes room for more windows.",
        ),
        Misconception(
            "S30",
            "the padding was counted on one side",
            _macs_on(lambda n, k, s, p: (n + p - k) // s + 1),
            "`padding` zeros go on each end.",
        ),
        Misconception(
            "S31",
            "the first window was forgotten",
            _macs_on(lambda n, k, s, p: (n + 2 * p - k) // s),
            "The division counts the steps. With no step at all there is already one window.",
        ),
        Misconception(
            "S123",
            "1 was added before the division",
            _macs_on(lambda n, k, s, p: (n + 2 * p - k + 1) // s),
            "Divide first: that counts the steps. The 1 is for the window that stands before the first step.",
        ),
        Misconception(
            "S16",
            "the kernel's size was left out of the output's size",
            _macs_on(lambda n, k, s, p: (n + 2 * p) // s),
            "The last window must lie on the padded input completely. How far from the end can it begin?",
        ),
        Misconception(
            "S111",
            "the image was divided by the stride",
            _macs_on(lambda n, k, s, p: n // s),
            "That holds for some kernels and paddings only. Take the formula of lesson 3.",
        ),
    ],
    hints=[
        "The given lines hold the work at one place and the number of filters. What is missing is the number of places.",
        "Use the formula of lesson 3 once for h and once for w.",
    ],
)
