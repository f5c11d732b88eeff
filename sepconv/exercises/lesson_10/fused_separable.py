"""Convolve depthwise, then pointwise, row by row, without ever holding the whole middle map."""

import functools
import sys
import tracemalloc

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise, Misconception

# Numbers in x. In smaller maps, what NumPy takes for itself (einsum some 200 KB) would hide the difference.
_WATCHED_FROM = 30_000
# Of the bytes of x: a whole map in int16 takes a quarter of them, a few rows a tenth at most.
_FEW = 1 / 6


def fused_separable(x, depthwise, pointwise):
    """Convolve row by row, so that there are never more than a few rows of the middle map."""
    C, H, W = x.shape
    kernels = depthwise.reshape(C, 3, 3)
    y = np.empty((len(pointwise), H, W))
    for i in range(H):
        row = np.zeros((C, W))  # row i of the middle map
        for u in range(3):
            if 0 <= i + u - 1 < H:  # rows outside of the image are zeros and add nothing
                line = np.zeros((C, W + 2))
                line[:, 1:-1] = x[:, i + u - 1]
                for v in range(3):
                    row += kernels[:, u, v, None] * line[:, v : v + W]
        y[:, i] = pointwise @ row
    return y


def watch_memory(function):
    """Return a function that also says whether `function` ever held something as large as the middle map.

    Only asked where the numbers are right. `function` is called a second time, since what Python and NumPy
    need once for all shall not count.
    """

    @functools.wraps(function)
    def watched(x, depthwise, pointwise):
        y = function(x.copy(), depthwise.copy(), pointwise.copy())
        if x.size < _WATCHED_FROM or not _is_right(y, x, depthwise, pointwise):
            return y
        if _uses_torch(lambda: function(x[:, :4].copy(), depthwise.copy(), pointwise.copy())):
            return {
                "y": y,
                "held besides": "unknown, since the memory of torch is not watched",
            }
        # The result may be held twice: as a list of rows, and as the array that is made of it.
        held = _peak(lambda: function(x, depthwise, pointwise)) - 2 * len(pointwise) * x[0].nbytes
        return {
            "y": y,
            "held besides": "a large part of the middle map" if held > _FEW * x.nbytes else "a few rows",
        }

    return watched


def _uses_torch(function):
    """Return whether a call runs an operation of torch, which asks the system for memory by itself."""
    if "torch" not in sys.modules:
        return False
    from torch.utils._python_dispatch import TorchDispatchMode

    seen = []

    class Watching(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            seen.append(operation)
            return operation(*args, **(kwargs or {}))

    try:
        with Watching():
            function()
    except Exception:  # the first call told what is wrong with it
        return False
    return bool(seen)


def _is_right(y, x, depthwise, pointwise):
    right = fused_separable(x, depthwise, pointwise)
    try:
        y = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError):
        return False
    return y.shape == right.shape and np.allclose(y, right)


def _peak(function):
    """Return how many bytes a call asks for at most, at one time; somebody else's tracing goes on."""
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not was_tracing:
            tracemalloc.stop()


def middle_of(padded, depthwise):
    """Convolve an image that holds its padding already; the whole map at once."""
    height, width = padded.shape[1] - 2, padded.shape[2] - 2
    return sum(
        depthwise[:, 0, u, v, None, None] * padded[:, u : u + height, v : v + width]
        for u, v in np.ndindex(3, 3)
    )


def _whole(pad=((1, 1), (1, 1)), kernels=lambda d: d, mix=None, mode="constant"):
    """Build a wrong fused_separable that computes the whole middle map; each argument changes one thing."""

    def wrong(x, depthwise, pointwise):
        middle = middle_of(np.pad(x, ((0, 0), *pad), mode=mode), kernels(depthwise))
        return mix(middle, pointwise) if mix else np.tensordot(pointwise, middle, axes=1)

    return wrong


def _row_wraps(x, depthwise, pointwise):
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    padded[:, 0, 1:-1] = x[:, -1]
    return np.tensordot(pointwise, middle_of(padded, depthwise), axes=1)


def _last_term_only(x, depthwise, pointwise):
    (_, height, width), middle = x.shape, np.zeros_like(x)
    for i in range(height):
        u = 2 if i + 1 < height else 1
        middle[:, i, : width - 1] = depthwise[:, 0, u, 2, None] * x[:, i + u - 1, 1:]
    return np.tensordot(pointwise, middle, axes=1)


def _with_torch(x, depthwise, pointwise):
    import torch

    x, depthwise, pointwise = (torch.from_numpy(array) for array in (x, depthwise, pointwise))
    middle = torch.nn.functional.conv2d(x[None], depthwise, padding=1, groups=len(x))
    return torch.nn.functional.conv2d(middle, pointwise[:, :, None, None])[0].numpy()


def _cases_fused(seed):
    draw = Inputs(seed).integers
    return [
        (draw(1, 2, 3), draw(1, 1, 3, 3), draw(2, 1)),
        (draw(2, 4, 5), draw(2, 1, 3, 3), draw(3, 2)),
        (draw(4, 6, 3), draw(4, 1, 3, 3), draw(2, 4)),
        (draw(5, 1, 7), draw(5, 1, 3, 3), draw(5, 5)),
        (draw(128, 256, 8), draw(128, 1, 3, 3), draw(2, 128)),
    ]


EXERCISE = Exercise(
    points=3,
    answer=fused_separable,
    cases=_cases_fused,
    watch=watch_memory,
    misconceptions=[
        Misconception(
            "S1030",
            "a large part of the middle map was held at once",
            _whole(),
            "The numbers are right. But at some moment there was an array of nearly that size: the map itself, or a "
            "padded copy of x. How much of either does one row of the output need?",
        ),
        Misconception(
            "S1035",
            "torch was used, whose memory is not watched",
            _with_torch,
            "Use NumPy. The numbers are right, but what torch held in between, nobody has seen.",
        ),
        Misconception(
            "S1036",
            "of the nine terms only the last was kept",
            _last_term_only,
            "A row of the middle map is a sum. Does each term join the ones before it, or take their place?",
        ),
        Misconception(
            "S1037",
            "the image went on from the other side",
            _whole(mode="wrap"),
            "Around x there are zeros. np.roll and an index of −1 bring back what left on the other side.",
        ),
        Misconception(
            "S1038",
            "the edge was repeated around the image",
            _whole(mode="edge"),
            "Around x there are zeros. What does a row outside of the image add?",
        ),
        Misconception(
            "S09",
            "the padding was ignored",
            _whole(pad=((0, 0), (0, 0))),
            "The output has as many rows and columns as x: there are zeros around it.",
        ),
        Misconception(
            "S1031",
            "only the rows were padded",
            _whole(pad=((1, 1), (0, 0))),
            "There are zeros to the left and to the right, too.",
        ),
        Misconception(
            "S1032",
            "only the columns were padded",
            _whole(pad=((0, 0), (1, 1))),
            "There are zeros above the first row and below the last one, too.",
        ),
        Misconception(
            "S35",
            "all zeros were put at the end",
            _whole(pad=((0, 2), (0, 2))),
            "Row i of the output reads rows i − 1, i and i + 1.",
        ),
        Misconception(
            "S1033",
            "row −1 was read from the end of the image",
            _row_wraps,
            "An index of −1 is no error in Python: it is the last row. What stands above the first row?",
        ),
        Misconception(
            "M43",
            "the kernel was flipped",
            _whole(kernels=lambda d: d[:, :, ::-1, ::-1]),
            "Deep learning lays the kernel down as it is.",
        ),
        Misconception(
            "S05",
            "row and column were exchanged",
            _whole(kernels=lambda d: d.swapaxes(2, 3)),
            "depthwise[c, 0, u, v]: u goes with the rows of x, v with its columns.",
        ),
        Misconception(
            "S304",
            "the pointwise stage was left out",
            _whole(mix=lambda middle, pointwise: middle),
            "That is the middle map. Each of its rows must still be mixed.",
        ),
        Misconception(
            "M11",
            "the pointwise stage only scaled each channel",
            _whole(mix=lambda middle, pointwise: pointwise.sum(axis=0)[:, None, None] * middle),
            "An output channel is a sum over all the channels of the middle map.",
        ),
        Misconception(
            "S1034",
            "the kernel of the first channel was used for all",
            _whole(kernels=lambda d: np.broadcast_to(d[:1], d.shape)),
            "Each channel has a kernel of its own: depthwise[c, 0].",
        ),
    ],
    hints=[
        "A loop over the rows of the output. One row of the middle map needs three rows of x: i − 1, i and i + 1.",
        "A row of the middle map is a sum of nine terms: the kernels' number [u, v] times a row of x, moved by v.",
        "Then y[:, i] = pointwise @ row. To pad, pad the one row that you read, not all of x.",
    ],
)
