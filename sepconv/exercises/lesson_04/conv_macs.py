"""How many multiply-accumulates does a layer do for one image of h rows and w columns?"""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def conv_macs(c_in, c_out, k, h, w, stride=1, padding=0):
    """Count the multiply-accumulates for one image of h rows and w columns."""
    # Where is a filter laid down? Once for each output pixel.
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    # What does one filter do at one place? One MAC for each of its weights.
    per_place = c_in * k * k
    # How many filters do that? One for each output channel.
    return c_out * per_place * rows * columns


def _pairs_on_the_image(size, k, stride, padding):
    """Count (window, place in the kernel) along one axis where the place is no padding."""
    starts = range(-padding, size + padding - k + 1, stride)
    return sum(0 <= start + u < size for start in starts for u in range(k))


def without_products_with_zeros(c_in, c_out, k, h, w, stride=1, padding=0):
    rows, columns = (_pairs_on_the_image(n, k, stride, padding) for n in (h, w))
    return c_out * c_in * rows * columns


EXERCISE = Exercise(
    points=2,
    answer=conv_macs,
    cases=[
        (2, 3, 2, 3, 5),
        (3, 4, 3, 4, 4, 2, 1),
        (4, 6, 3, 6, 9, 2, 2),
        (2, 5, 3, 6, 11, 2, 2),
        (5, 2, 4, 10, 13, 3, 1),
        (3, 8, 1, 7, 5),
        (1, 6, 5, 9, 12, 1, 2),
        (2, 3, 2, 6, 9, 3),
        (3, 32, 3, 192, 224, 2, 1),
    ],
    fresh=drawn(
        c_in=range(2, 12),
        c_out=range(2, 12),
        k=range(1, 6),
        h=range(6, 20),
        w=range(6, 20),
        stride=(1, 2, 3),
        padding=range(3),
    ),
    misconceptions="""
        M08 MACs were counted on the input pixels
        rows * columns => h * w
        Where is a filter laid down? Count the places at which it makes a number of the output.

        M08 MACs were counted on the pixels of the padded input
        rows * columns => (h + 2 * padding) * (w + 2 * padding)
        Padding makes room for windows, but not every padded pixel begins one.

        M09 FLOPs were counted
        return c_out => return 2 * c_out
        One multiplication and the addition of its product are one MAC.

        M07 each output pixel was taken to read the whole image
        c_in * k * k => c_in * h * w
        One number of the output reads only what lies under one window.

        S105 the output pixels were left out
        c_out * per_place * rows * columns => c_out * per_place
        That is the number of weights. How often is each of them used?

        S136 only the numbers that the layer writes were counted
        c_out * per_place => c_out
        Each of these numbers is a sum. Of how many products?

        S137 rows and columns were added
        rows * columns => (rows + columns)
        How many pixels does an image of so many rows and so many columns have?

        M06 the filters were taken to be flat
        c_in * k * k => k * k
        A filter reads all input channels at each place.

        S25 one filter was counted
        c_out * per_place => per_place
        Every output channel has a filter of its own, and each filter visits every output pixel.

        S26 k was not squared
        k * k => k
        The kernel is k high and k wide.

        S47 ^ was taken for a power
        k * k => (k ^ 2)
        In Python ^ works on bits. A power is written **.

        S106 adding the bias was counted as a MAC
        k * k => k * k + 1
        By convention a bias costs no MAC: nothing is multiplied.

        S107 the products with zeros of the padding were left out
        = without_products_with_zeros
        They can be left out, but the convention counts them, as PyTorch computes them.

        S104 the image was taken to be square
        (w + 2 => (h + 2
        h and w differ. How many output columns are there?

        S120 the width was taken for both sides
        (h + 2 => (w + 2
        h and w differ. How many output rows are there?

        M36 the output size was rounded up
        - k) // stride => - k + stride - 1) // stride
        A window that does not fit completely does no work.

        S121 the output size was not rounded
        // stride => / stride
        A filter is laid down at whole places only. What becomes of the remainder?

        S08 the stride was ignored
        // stride + 1 => + 1
        From one window to the next it is stride pixels, along both axes.

        S09 the padding was ignored
        + 2 * padding - k => - k
        Padding makes room for more windows.

        S30 the padding was counted on one side
        2 * padding => padding
        `padding` zeros go on each end.

        S31 the first window was forgotten
        // stride + 1 => // stride
        The division counts the steps. With no step at all there is already one window.

        S123 1 was added before the division
        - k) // stride + 1 => - k + 1) // stride
        Divide first: that counts the steps. The 1 is for the window that stands before the first step.

        S16 the kernel's size was left out of the output's size
        padding - k) // stride + 1 => padding) // stride
        The last window must lie on the padded input completely. How far from the end can it begin?

        S111 the image was divided by the stride
        rows * columns => (h // stride) * (w // stride)
        That holds for some kernels and paddings only. Take the formula of lesson 3.
    """,
    hints=[
        "The given lines hold the work at one place and the number of filters. What is missing is the number of places.",
        "Use the formula of lesson 3 once for h and once for w.",
    ],
)
