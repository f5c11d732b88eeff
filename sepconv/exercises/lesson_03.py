"""Lesson 3: shapes. Stride, padding, dilation, and where two frameworks disagree."""

import numpy as np

from sepconv.exercises.inputs import Inputs, drawn
from sepconv.exercises.lesson_01 import conv2d_single
from sepconv.exercises.spec import Exercise, Misconception


def out_size(size, k, stride=1, padding=0, dilation=1):
    """Count the output pixels along one axis."""
    span = dilation * (k - 1) + 1
    return (size + 2 * padding - span) // stride + 1


def _by_counting(size, k, stride=1, padding=0, dilation=1):
    last = size + padding - dilation * (k - 1) - 1
    return len(range(-padding, last + 1, stride))


def _by_floor(size, k, stride=1, padding=0, dilation=1):
    return int(np.floor((size + 2 * padding - dilation * (k - 1) - 1) / stride + 1))


_SIZE_CASES = [
    (8, 3),
    (8, 3, 2),
    (4, 3, 2, 1),
    (3, 3, 2, 1),
    (7, 3, 1, 0, 2),
    (8, 3, 1, 0, 3),
    (9, 2, 1, 2, 1),
    (12, 5, 3, 2, 2),
    (10, 4, 4, 3, 3),
    (224, 7, 2, 3, 1),
]


def same_padding(k, dilation=1):
    """Split the zeros that keep the size at stride 1: fewer before, more after."""
    total = dilation * (k - 1)
    before = total // 2
    return before, total - before


def _same_by_search(k, dilation=1):
    total = next(t for t in range(1000) if out_size(1000 + t, k, 1, 0, dilation) == 1000)
    return total // 2, (total + 1) // 2


def fix_the_port(x, w, stride):
    """Convolve with TensorFlow's 'same' padding: ceil(H / stride) rows, the odd zero at the end."""
    pads = []
    for size, k in zip(x.shape, w.shape):
        out = -(-size // stride)
        total = max((out - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _port_by_loops(x, w, stride):
    (H, W), (kH, kW) = x.shape, w.shape
    rows, columns = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((rows - 1) * stride + kH - H, 0) // 2
    left = max((columns - 1) * stride + kW - W, 0) // 2
    y = np.zeros((rows, columns))
    for i, j, u, v in np.ndindex(rows, columns, kH, kW):
        a, c = i * stride + u - top, j * stride + v - left
        if 0 <= a < H and 0 <= c < W:
            y[i, j] += x[a, c] * w[u, v]
    return y


def _port_on_a_canvas(x, w, stride):
    out = [int(np.ceil(size / stride)) for size in x.shape]
    need = [max(o * stride - stride + k, n) for o, k, n in zip(out, w.shape, x.shape, strict=True)]
    canvas = np.zeros(need)
    at = [(room - n) // 2 for room, n in zip(need, x.shape, strict=True)]
    canvas[at[0] : at[0] + x.shape[0], at[1] : at[1] + x.shape[1]] = x
    return conv2d_single(canvas, w, stride)[: out[0], : out[1]]


def _symmetric(x, w, stride):
    return conv2d_single(np.pad(x, [(k // 2, k // 2) for k in w.shape]), w, stride)


def _as_for_stride_1(x, w, stride):
    return conv2d_single(np.pad(x, [same_padding(k) for k in w.shape]), w, stride)


def _odd_zero_first(x, w, stride):
    return fix_the_port(x[::-1, ::-1], w[::-1, ::-1], stride)[::-1, ::-1]


def _all_after(x, w, stride):
    out = [-(-n // stride) for n in x.shape]
    more = [max((o - 1) * stride + k - n, 0) for o, k, n in zip(out, w.shape, x.shape, strict=True)]
    return conv2d_single(np.pad(x, [(0, m) for m in more]), w, stride)


def _odd_zero_dropped(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads.append((total // 2, total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _rounded_down(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((size // stride - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads), w, stride)


def _axes_exchanged(x, w, stride):
    pads = []
    for size, k in zip(x.shape, w.shape):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    return conv2d_single(np.pad(x, pads[::-1]), w, stride)


def _not_padded(x, w, stride):
    return conv2d_single(x, w, stride)


def _cases_port(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[1.0, 2, 3, 4]]), np.ones((1, 3)), 2),
        (draw(4, 6), draw(3, 3), 2),
        (draw(4, 5), draw(2, 3), 1),
        (draw(5, 8), draw(2, 4), 2),
        (draw(7, 9), draw(5, 3), 3),
        (draw(6, 7), draw(1, 2), 3),
    ]


def receptive_field(layers):
    """Count the input pixels, along one axis, that one output pixel sees."""
    field = 1
    jump = 1
    for k, stride, dilation in layers:
        field += dilation * (k - 1) * jump
        jump *= stride
    return field


def _field_backwards(layers):
    field = 1
    for k, stride, dilation in reversed(layers):
        field = (field - 1) * stride + dilation * (k - 1) + 1
    return field


def _field_by_marking(layers):
    seen = {0}
    for k, stride, dilation in reversed(layers):
        seen = {pixel * stride + dilation * place for pixel in seen for place in range(k)}
    return max(seen) - min(seen) + 1


def _without_gaps(layers):
    seen = {0}
    for k, stride, dilation in reversed(layers):
        seen = {pixel * stride + dilation * place for pixel in seen for place in range(k)}
    return len(seen)


def _field(layers, step=lambda k, d: d * (k - 1), own_stride_first=False, strides=True):
    field, jump = 1, 1
    for k, stride, dilation in layers:
        if own_stride_first:
            jump *= stride
        field += step(k, dilation) * jump
        if strides and not own_stride_first:
            jump *= stride
    return field


_FIELD_CASES = [
    ([(3, 1, 1)],),
    ([(1, 1, 1), (1, 1, 1), (1, 1, 1)],),
    ([(3, 1, 1), (3, 1, 1), (3, 1, 1)],),
    ([(3, 2, 1), (3, 1, 1)],),
    ([(3, 1, 2), (1, 1, 1), (5, 1, 1)],),
    ([(7, 2, 1), (3, 2, 1), (3, 1, 2), (2, 3, 1)],),
    ([(3, 1, 2)],),
    ([(11, 4, 1), (5, 2, 1), (3, 1, 1), (3, 1, 1)],),
]


def _drawn_stacks(seed):
    draw = Inputs(seed).one_of
    kernels, steps = (1, 2, 3, 5, 7), (1, 2, 3)
    return [([(draw(kernels), draw(steps), draw(steps)) for _ in range(layers)],) for layers in (3, 4, 5)]


EXERCISES = [
    Exercise(
        name="warmup_03_1",
        lesson=3,
        points=0,
        kind="number",
        prompt="Lesson 2: how many weights does nn.Conv2d(5, 6, 3) have, without biases?",
        answer=270,
        misconceptions=[
            Misconception(
                "M06", "the filters were taken to be flat", 54, "Each filter is as deep as the input."
            )
        ],
        hints=["6 boxes; how many numbers in each?"],
    ),
    Exercise(
        name="warmup_03_2",
        lesson=3,
        points=0,
        kind="choice",
        prompt="Lesson 2: input channels 7, output channels 2. How many slices does one filter have?",
        answer="B",
        misconceptions=[Misconception("S01", "the filter was made as deep as the output", "A", "")],
        explanations={
            "A": "2 is the number of filters.",
            "B": "One slice for each input channel.",
            "C": "That is the number of slices of both filters together.",
        },
        hints=["A filter is as deep as what it reads."],
    ),
    Exercise(
        name="warmup_03_3",
        lesson=3,
        points=0,
        kind="number",
        prompt="Lesson 1: x = [5, 2, 7, 1], w = [1, −3]. What is y[1]?",
        answer=2 - 3 * 7,
        misconceptions=[
            Misconception("M43", "the kernel was flipped", -3 * 2 + 7, "The kernel is laid down as it is.")
        ],
        hints=["The window of y[1] begins at x[1]."],
    ),
    Exercise(
        name="out_size",
        lesson=3,
        points=2,
        kind="function",
        prompt="How many output pixels are there along one axis?",
        answer=out_size,
        cases=_SIZE_CASES,
        fresh=drawn(
            size=range(20, 100), k=range(2, 8), stride=range(1, 5), padding=range(4), dilation=range(1, 4)
        ),
        also_correct=[_by_counting, _by_floor],
        misconceptions=[
            Misconception(
                "M36",
                "the size was rounded up",
                lambda size, k, stride=1, padding=0, dilation=1: (
                    -(-(size + 2 * padding - dilation * (k - 1) - 1) // stride) + 1
                ),
                "The last window counts only if it fits completely. What becomes of the remainder?",
            ),
            Misconception(
                "M42",
                "a dilated kernel was taken to span k·dilation pixels",
                lambda size, k, stride=1, padding=0, dilation=1: (
                    (size + 2 * padding - k * dilation) // stride + 1
                ),
                "Draw a kernel of 3 with dilation 2: how many pixels is that, from its first number to its last?",
            ),
            Misconception(
                "S29",
                "the dilation was ignored",
                lambda size, k, stride=1, padding=0, dilation=1: (size + 2 * padding - k) // stride + 1,
                "Dilation spreads the numbers of the kernel apart, so the window becomes wider.",
            ),
            Misconception(
                "S30",
                "the padding was counted on one side",
                lambda size, k, stride=1, padding=0, dilation=1: (
                    (size + padding - dilation * (k - 1) - 1) // stride + 1
                ),
                "`padding` zeros go on each end.",
            ),
            Misconception(
                "S31",
                "the first window was forgotten",
                lambda size, k, stride=1, padding=0, dilation=1: (
                    (size + 2 * padding - dilation * (k - 1) - 1) // stride
                ),
                "The division counts the steps. With no step at all there is already one window.",
            ),
            Misconception(
                "S16",
                "the kernel's size was left out of the output's size",
                lambda size, k, stride=1, padding=0, dilation=1: (size + 2 * padding) // stride,
                "The last window must lie on the padded input completely. How far from the end can it begin?",
            ),
            Misconception(
                "S08",
                "the stride was ignored",
                lambda size, k, stride=1, padding=0, dilation=1: size + 2 * padding - dilation * (k - 1),
                "From one window to the next it is stride pixels.",
            ),
        ],
        hints=[
            "How wide is the window when the kernel's numbers lie dilation pixels apart? Draw k = 3, dilation = 2.",
            "How far can the window travel from its first place to its last? Divide by the stride, round down.",
            "Steps plus one are windows.",
        ],
    ),
    Exercise(
        name="same_padding",
        lesson=3,
        points=1,
        kind="function",
        prompt="How many zeros before and after keep the size, at stride 1?",
        answer=same_padding,
        cases=[(3,), (2,), (5,), (4,), (7,), (1,), (3, 2), (2, 3), (4, 3), (6, 2)],
        fresh=drawn(k=range(2, 10), dilation=range(1, 13)),
        also_correct=[
            _same_by_search,
            lambda k, dilation=1: [dilation * (k - 1) // 2, -(-dilation * (k - 1) // 2)],
        ],
        misconceptions=[
            Misconception(
                "M39",
                "k // 2 was put on both sides",
                lambda k, dilation=1: (k // 2, k // 2),
                "Try k = 2 on four pixels: k // 2 on both sides gives five. How many zeros are needed in total?",
            ),
            Misconception(
                "M39",
                "dilation·(k // 2) was put on both sides",
                lambda k, dilation=1: (dilation * (k // 2), dilation * (k // 2)),
                "Try k = 2 on four pixels: that gives five. How many zeros are needed in total?",
            ),
            Misconception(
                "S41",
                "the odd zero was dropped",
                lambda k, dilation=1: (dilation * (k - 1) // 2, dilation * (k - 1) // 2),
                "Where the total is odd, its halves do not make the whole: the rest goes after.",
            ),
            Misconception(
                "S29",
                "the dilation was ignored",
                lambda k, dilation=1: ((k - 1) // 2, k // 2),
                "A dilated kernel is wider, so more zeros are needed to keep the size.",
            ),
            Misconception(
                "M42",
                "a dilated kernel was taken to span k·dilation pixels",
                lambda k, dilation=1: ((k * dilation - 1) // 2, k * dilation // 2),
                "The span is from the first number to the last. How many gaps lie between k numbers?",
            ),
            Misconception(
                "S32",
                "the odd zero was put in front",
                lambda k, dilation=1: ((dilation * (k - 1) + 1) // 2, dilation * (k - 1) // 2),
                "Where the total is odd, PyTorch puts the extra zero at the end: before ≤ after.",
            ),
            Misconception(
                "S33",
                "all zeros were put on both sides",
                lambda k, dilation=1: (dilation * (k - 1), dilation * (k - 1)),
                "The zeros of both sides together make up for what the kernel takes away.",
            ),
        ],
        hints=[
            "Without padding the output is shorter by the kernel's span minus one. That is the total.",
            "Half of the total goes before, rounded down, and the rest after.",
        ],
    ),
    Exercise(
        name="same_with_stride",
        lesson=3,
        points=1,
        kind="choice",
        prompt="What does nn.Conv2d(3, 4, 3, stride=2, padding='same') do?",
        answer="C",
        misconceptions=[
            Misconception("M40", "padding='same' was taken to work with a stride", "A", ""),
            Misconception("S34", "'same' was taken to beat the stride", "B", ""),
            Misconception("S48", "the error was expected only when the layer is used", "D", ""),
        ],
        explanations={
            "A": "TensorFlow does that. PyTorch refuses.",
            "B": "With stride 2 the output cannot have as many rows as the input.",
            "C": "PyTorch raises ValueError: 'same' is for stride 1 only. A port needs its padding by hand.",
            "D": "Padding is decided when the layer is made, so the error comes before any input.",
        },
        hints=["Try it: it is one line."],
    ),
    Exercise(
        name="fix_the_port",
        lesson=3,
        points=3,
        kind="function",
        prompt="Reproduce TensorFlow's 'same' at any stride: ceil(H / stride) rows, the odd zero at the end.",
        answer=fix_the_port,
        cases=_cases_port,
        also_correct=[_port_by_loops, _port_on_a_canvas],
        misconceptions=[
            Misconception(
                "M41",
                "k // 2 zeros were put on both sides",
                _symmetric,
                "The shape is often right and the values are shifted. How many zeros are needed in total at this stride?",
            ),
            Misconception(
                "M40",
                "the padding for stride 1 was kept",
                _as_for_stride_1,
                "With a stride, the last window often ends before the input does, and fewer zeros are needed.",
            ),
            Misconception(
                "S32",
                "the odd zero was put in front",
                _odd_zero_first,
                "before = total // 2, and the rest comes after.",
            ),
            Misconception(
                "S41",
                "the odd zero was dropped",
                _odd_zero_dropped,
                "Where the total is odd, its halves do not make the whole: the rest goes after.",
            ),
            Misconception(
                "S42",
                "the output size was rounded down",
                _rounded_down,
                "TensorFlow rounds size / stride up, so that no pixel is left out.",
            ),
            Misconception(
                "S43",
                "the padding of rows and of columns was exchanged",
                _axes_exchanged,
                "np.pad takes the pair for the rows first.",
            ),
            Misconception(
                "S35",
                "all zeros were put at the end",
                _all_after,
                "Only the odd zero is one-sided: half of the total, rounded down, still goes in front.",
            ),
            Misconception(
                "S09",
                "the padding was ignored",
                _not_padded,
                "ceil(H / stride) windows must fit. How many zeros does that take?",
            ),
        ],
        hints=[
            "First the output size: ceil(H / stride). Then: where does the last window end, and how much is missing?",
            "total = max((out − 1)·stride + k − size, 0), for each axis on its own; before = total // 2.",
            "np.pad takes a pair for each axis: np.pad(x, [(top, bottom), (left, right)]).",
        ],
    ),
    Exercise(
        name="receptive_field",
        lesson=3,
        points=2,
        kind="function",
        prompt="How many input pixels does one output pixel of a stack of layers see, along one axis?",
        answer=receptive_field,
        cases=_FIELD_CASES,
        fresh=_drawn_stacks,
        also_correct=[_field_backwards, _field_by_marking],
        misconceptions=[
            Misconception(
                "M48",
                "a 1×1 layer was taken to widen the view",
                lambda layers: _field(layers, step=lambda k, d: max(d * (k - 1), 1)),
                "A 1×1 layer reads one pixel. How much wider does the view become?",
            ),
            Misconception(
                "S36",
                "the strides were ignored",
                lambda layers: _field(layers, strides=False),
                "After a layer with stride 2, one step is two input pixels.",
            ),
            Misconception(
                "S37",
                "a layer's own stride was applied to its own kernel",
                lambda layers: _field(layers, own_stride_first=True),
                "A layer's kernel lies on its input grid. Its stride matters to the layers after it.",
            ),
            Misconception(
                "S39",
                "the pixels in the gaps were left out",
                _without_gaps,
                "Count from the first pixel to the last. With dilation, some in between are not read; they count as well.",
            ),
            Misconception(
                "S46",
                "only a layer's own stride was used",
                lambda layers: 1 + sum(d * (k - 1) * s for k, s, d in layers),
                "How many input pixels one step is depends on the strides of all the layers before.",
            ),
            Misconception(
                "S29",
                "the dilation was ignored",
                lambda layers: _field(layers, step=lambda k, d: k - 1),
                "A dilated kernel's numbers lie further apart.",
            ),
            Misconception(
                "S38",
                "the kernel sizes were added up",
                lambda layers: sum(d * (k - 1) + 1 for k, _, d in layers),
                "The second 3×3 layer does not add three new pixels: windows overlap.",
            ),
        ],
        hints=[
            "One 3×3 layer sees 3. A second one on top sees 5, not 6: the view grows by k − 1.",
            "Keep two numbers: the view so far, and how many input pixels one step on the current grid is.",
        ],
    ),
    Exercise(
        name="parsons_shapes",
        lesson=3,
        points=2,
        kind="order",
        prompt="Put the lines in order so that the size after every layer is listed; three lines do not belong.",
        opening="def sizes(size, layers):",
        lines={
            "A": "        size = -(-(size + 2 * padding - span) // stride) + 1",
            "B": "    result = []",
            "C": "        span = dilation * (k - 1) + 1",
            "D": "    return result",
            "E": "        result.append(size)",
            "F": "        span = dilation * k",
            "G": "    for k, stride, padding, dilation in layers:",
            "H": "        size = (size + padding - span) // stride + 1",
            "I": "        size = (size + 2 * padding - span) // stride + 1",
        },
        answer="BGCIED",
        cases=[
            (8, [(3, 2, 0, 1)]),
            (28, [(5, 2, 2, 1), (3, 1, 1, 1), (3, 2, 1, 2)]),
            (13, [(2, 3, 1, 2), (2, 1, 0, 1)]),
            (20, [(3, 1, 0, 3)]),
        ],
        misconceptions=[
            Misconception(
                "M36",
                "the size was rounded up",
                "BGCAED",
                "A window that does not fit completely does not count.",
            ),
            Misconception(
                "M42",
                "a dilated kernel was taken to span k·dilation pixels",
                "BGFIED",
                "Between k numbers there are k − 1 gaps.",
            ),
            Misconception(
                "S30",
                "the padding was counted on one side",
                "BGCHED",
                "`padding` zeros go on each end.",
            ),
        ],
        hints=["Before the loop: an empty list. After it: return. Inside: first the span, then the size."],
    ),
]
