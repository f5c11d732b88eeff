"""Lesson 1: one filter, one channel, one pixel at a time."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception

# The grid of the task pixel_by_hand, as the notebook shows it.
_X = np.array([[1, 0, 2, 5, 1], [3, 1, 0, 2, 4], [2, 4, 1, 3, 0], [0, 1, 5, 2, 6]])
_W = np.array([[1, 2, -1], [0, 3, 4]])


def _pixel(x, w, i, j):
    return int((x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum())


def conv2d_single(x, w, stride=1, padding=0):
    """Slide one kernel over one channel."""
    x = np.pad(x, padding)
    kH, kW = w.shape
    H_out = (x.shape[0] - kH) // stride + 1
    W_out = (x.shape[1] - kW) // stride + 1
    y = np.zeros((H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x[i * stride : i * stride + kH, j * stride : j * stride + kW]
            y[i, j] = (window * w).sum()
    return y


def _by_loops(x, w, stride=1, padding=0):
    (H, W), (kH, kW) = x.shape, w.shape
    y = []
    for top in range(-padding, H + padding - kH + 1, stride):
        y.append([])
        for left in range(-padding, W + padding - kW + 1, stride):
            total = 0.0
            for u in range(kH):
                for v in range(kW):
                    if 0 <= top + u < H and 0 <= left + v < W:
                        total += x[top + u, left + v] * w[u, v]
            y[-1].append(total)
    return y


def _by_windows(x, w, stride=1, padding=0):
    windows = sliding_window_view(np.pad(x, padding), w.shape)[::stride, ::stride]
    return np.einsum("ijuv,uv->ij", windows, w)


def _by_shifts(x, w, stride=1, padding=0):
    x = np.pad(x, padding)
    H, W = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = sum(w[u, v] * x[u : u + H, v : v + W] for u in range(w.shape[0]) for v in range(w.shape[1]))
    return y[::stride, ::stride]


def _flipped(x, w, stride=1, padding=0):
    return conv2d_single(x, w[::-1, ::-1], stride, padding)


def _rounded_up(x, w, stride=1, padding=0):
    x = np.pad(x, padding)
    sizes = [-(-(n - k) // stride) + 1 for n, k in zip(x.shape, w.shape, strict=True)]
    more = [(size - 1) * stride + k - n for size, n, k in zip(sizes, x.shape, w.shape, strict=True)]
    return conv2d_single(np.pad(x, [(0, max(m, 0)) for m in more]), w, stride)


def _edge_padded(x, w, stride=1, padding=0):
    return conv2d_single(np.pad(x, padding, mode="edge"), w, stride)


def _stride_ignored(x, w, stride=1, padding=0):
    return conv2d_single(x, w, 1, padding)


def _padding_ignored(x, w, stride=1, padding=0):
    return conv2d_single(x, w, stride)


def _padded_on_one_side(x, w, stride=1, padding=0):
    return conv2d_single(np.pad(x, (0, padding)), w, stride)


def _stride_in_size_only(x, w, stride=1, padding=0):
    right = conv2d_single(x, w, stride, padding)
    return conv2d_single(x, w, 1, padding)[: right.shape[0], : right.shape[1]]


def _transposed(x, w, stride=1, padding=0):
    return conv2d_single(x, w, stride, padding).T


def _cases_single(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[1.0, 2, 4, 8]]), np.array([[1.0, 0, -1]])),
        (draw(2, 3), draw(2, 2)),
        (draw(4, 6), draw(2, 3)),
        (draw(5, 6), draw(2, 3), 2),
        (draw(4, 6), draw(3, 2), 1, 1),
        (draw(5, 8), draw(3, 2), 3, 2),
        (draw(6, 7), draw(2, 3), 2, 1),
    ]


EXERCISES = [
    Exercise(
        name="pixel_by_hand",
        lesson=1,
        points=1,
        kind="number",
        prompt="Compute the output pixel y[1, 2] by hand.",
        answer=_pixel(_X, _W, 1, 2),
        misconceptions=[
            Misconception(
                "M43",
                "the kernel was flipped",
                _pixel(_X, _W[::-1, ::-1], 1, 2),
                "Mathematical convolution turns the kernel by 180 degrees first. nn.Conv2d lays it down as it is.",
            ),
            Misconception(
                "S05",
                "row and column were exchanged",
                _pixel(_X, _W, 2, 1),
                "In y[i, j] the first index counts rows from the top. Where does the window of y[1, 2] begin?",
            ),
            Misconception(
                "S06",
                "the first row and the first column were counted as 1",
                _pixel(_X, _W, 0, 1),
                "Indices start at 0: y[0, 0] is the window in the top left corner.",
            ),
            Misconception(
                "S07",
                "the window was added up without the kernel",
                int(_X[1:3, 2:5].sum()),
                "Each of the six pixels is multiplied by the kernel's number that lies on it, then they are added.",
            ),
        ],
        hints=[
            "The window of y[1, 2] begins at x[1, 2] and is as large as the kernel: two rows, three columns.",
            "Write the six pixels under the six kernel numbers, multiply in pairs, add the six products.",
        ],
    ),
    Exercise(
        name="conv2d_single",
        lesson=1,
        points=3,
        kind="function",
        prompt="Slide one kernel over one channel, with stride and padding.",
        answer=conv2d_single,
        cases=_cases_single,
        also_correct=[_by_loops, _by_windows, _by_shifts],
        misconceptions=[
            Misconception(
                "M43",
                "the kernel was flipped",
                _flipped,
                "Deep learning's convolution is a cross-correlation: x[i + u, j + v] meets w[u, v], with plus signs.",
            ),
            Misconception(
                "M36",
                "the output size was rounded up",
                _rounded_up,
                "A window that sticks out of the padded input does not count. How many windows fit completely?",
            ),
            Misconception(
                "M46",
                "the border was filled with copies of the edge pixels",
                _edge_padded,
                "Padding adds zeros, and zeros are not neutral: they pull the border of the output toward zero.",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                _stride_ignored,
                "From one output pixel to the next, the window moves by stride input pixels, in both directions.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _padding_ignored,
                "Before the kernel slides, the input gets padding rows and columns of zeros on each side.",
            ),
            Misconception(
                "S10",
                "the zeros were added on one side only",
                _padded_on_one_side,
                "padding=1 adds one row above and one below, one column left and one right.",
            ),
            Misconception(
                "S11",
                "the stride changed the size of the output but not the place of the window",
                _stride_in_size_only,
                "For output pixel (i, j), at which input pixel does the window begin?",
            ),
            Misconception(
                "S12",
                "rows and columns of the output were exchanged",
                _transposed,
                "y[i, j] belongs to the window whose first row is i and whose first column is j (times the stride).",
            ),
        ],
        hints=[
            "Do the zeros first: np.pad(x, padding). From then on the padding can be forgotten.",
            "Count the windows that fit completely in each direction, and make y of that size. Mind the stride.",
            "Two loops over the output pixels: cut the window out with a slice, multiply by w, sum.",
        ],
    ),
    Exercise(
        name="border_values",
        lesson=1,
        points=1,
        kind="number",
        prompt="A 4×4 image of ones, a 3×3 kernel of ones, padding 1: which values come out?",
        answer={"corner": 4, "edge": 6, "inside": 9},
        misconceptions=[
            Misconception(
                "M46",
                "the padding was taken to be neutral",
                {"corner": 9, "edge": 9, "inside": 9},
                "Draw the window at the corner: how many of its nine cells lie on padding, and what do those add?",
            ),
            Misconception(
                "S13",
                "at the corner only one side was cut off",
                {"corner": 6, "edge": 6, "inside": 9},
                "At a corner the window sticks out at two sides at once.",
            ),
            Misconception(
                "S44",
                "corner and edge were exchanged",
                {"corner": 6, "edge": 4, "inside": 9},
                "Where does more of the window stick out: at a corner, or at an edge?",
            ),
            Misconception(
                "S14",
                "the cells on the padding were counted instead of those on the image",
                {"corner": 5, "edge": 3, "inside": 9},
                "The padding cells are zeros: they add nothing. The cells that remain add one each.",
            ),
        ],
        hints=[
            "Every product is 1 on the image and 0 on the padding. So count cells: how many of the nine lie on the image?"
        ],
    ),
    Exercise(
        name="parsons_loops",
        lesson=1,
        points=2,
        kind="order",
        prompt="Put the lines of the loop version in order; three lines do not belong.",
        opening="def convolve(x, w, stride):",
        lines={
            "A": "            for u in range(w.shape[0]):",
            "B": "                    y[i, j] += x[i * stride - u, j * stride - v] * w[u, v]",
            "C": "    y = np.zeros((H_out, W_out))",
            "D": "                    y[i, j] += x[i * stride + u, j * stride + v] * w[u, v]",
            "E": "    H_out, W_out = [(n - k) // stride + 1 for n, k in zip(x.shape, w.shape)]",
            "F": "        for j in range(W_out):",
            "G": "                    y[i, j] = x[i * stride + u, j * stride + v] * w[u, v]",
            "H": "    return y",
            "I": "    H_out, W_out = [n // stride for n in x.shape]",
            "J": "                for v in range(w.shape[1]):",
            "K": "    for i in range(H_out):",
        },
        answer="ECKFAJDH",
        cases=lambda seed: [
            (Inputs(seed).integers(3, 4), Inputs(seed + 1).integers(2, 3), 1),
            (Inputs(seed + 2).integers(6, 8), Inputs(seed + 3).integers(2, 3), 2),
        ],
        misconceptions=[
            Misconception(
                "M43",
                "the kernel runs backwards over the input",
                "ECKFAJBH",
                "As u grows, which way should the input pixel move?",
            ),
            Misconception(
                "S15",
                "each product overwrites the one before",
                "ECKFAJGH",
                "An output pixel is the sum of all products under the window.",
            ),
            Misconception(
                "S16",
                "the kernel's size was left out of the output's size",
                "ICKFAJDH",
                "The last window must lie on the input completely. How far from the end can it begin?",
            ),
        ],
        hints=[
            "Sizes first, then room for the output, then the loops from the outside in.",
            "The indentation tells how deep a line sits. Of the three innermost lines only one is right.",
        ],
    ),
]
