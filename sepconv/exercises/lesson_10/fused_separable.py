"""Convolve depthwise, then pointwise, row by row, without ever holding the whole middle map."""

import functools
import sys
import tracemalloc

import numpy as np

from sepconv.exercises.cases import Inputs
from sepconv.exercises.spec import Exercise

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


def with_torch(x, depthwise, pointwise):
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
    misconceptions="""
        S1030 an array nearly as large as the middle map was held at once
        y = np.empty => padded = np.pad(x, ((0, 0), (1, 1), (1, 1))); y = np.empty
        line[:, 1:-1] = x[:, i + u - 1] => line = padded[:, i + u]
        The numbers are right. But at some moment there was an array of nearly that size: the map itself, or a padded copy of x. How much of either does one row of the output need?

        S1035 torch was used, whose memory is not watched
        = with_torch
        Use NumPy. The numbers are right, but what torch held in between was not watched.

        S1036 of the nine terms only the last was kept
        row += => row =
        A row of the middle map is a sum. Does each term join the ones before it, or take their place?

        S1037 the image went on from the other side
        0 <= i + u - 1 < H => True
        line[:, 1:-1] = x[:, i + u - 1] => line = np.pad(x[:, (i + u - 1) % H], ((0, 0), (1, 1)), mode="wrap")
        Around x there are zeros. np.roll and an index of −1 bring back what left on the other side.

        S1038 the edge was repeated around the image
        0 <= i + u - 1 < H => True
        line[:, 1:-1] = x[:, i + u - 1] => line = np.pad(x[:, min(max(i + u - 1, 0), H - 1)], ((0, 0), (1, 1)), mode="edge")
        Around x there are zeros. What does a row outside of the image add?

        S09 the padding was ignored
        C, H, W = x.shape => C, H, W = len(x), max(x.shape[1] - 2, 0), x.shape[2] - 2
        0 <= i + u - 1 < H => True
        line[:, 1:-1] = x[:, i + u - 1] => line = x[:, i + u]
        The output has as many rows and columns as x: there are zeros around it.

        S1031 only the rows were padded
        C, H, W = x.shape => C, H, W = len(x), x.shape[1], x.shape[2] - 2
        line[:, 1:-1] = x[:, i + u - 1] => line = x[:, i + u - 1]
        There are zeros to the left and to the right, too.

        S1032 only the columns were padded
        C, H, W = x.shape => C, H, W = len(x), max(x.shape[1] - 2, 0), x.shape[2]
        0 <= i + u - 1 < H => True
        x[:, i + u - 1] => x[:, i + u]
        There are zeros above the first row and below the last one, too.

        S35 all zeros were put at the end
        i + u - 1 => i + u
        line[:, 1:-1] => line[:, :-2]
        Row i of the output reads rows i − 1, i and i + 1.

        S1033 row −1 was read from the end of the image
        0 <= i + u - 1 < H => i + u - 1 < H
        An index of −1 is no error in Python: it is the last row. What stands above the first row?

        M43 the kernel was flipped
        kernels[:, u, v, None] => kernels[:, 2 - u, 2 - v, None]
        Deep learning lays the kernel down as it is.

        S05 row and column were exchanged
        kernels[:, u, v, None] => kernels[:, v, u, None]
        depthwise[c, 0, u, v]: u goes with the rows of x, v with its columns.

        S304 the pointwise stage was left out
        len(pointwise) => C
        pointwise @ row => row
        That is the middle map. Each of its rows must still be mixed.

        M11 the pointwise stage only scaled each channel
        len(pointwise) => C
        pointwise @ row => pointwise.sum(axis=0)[:, None] * row
        An output channel is a sum over all the channels of the middle map.

        S1034 the kernel of the first channel was used for all
        kernels[:, u, v, None] => kernels[:1, u, v, None]
        Each channel has a kernel of its own: depthwise[c, 0].
    """,
    hints=[
        "A loop over the rows of the output. One row of the middle map needs three rows of x: i − 1, i and i + 1.",
        "A row of the middle map is a sum of nine terms: the kernels' number [u, v] times a row of x, moved by v.",
        "Then y[:, i] = pointwise @ row. To pad, pad the one row that you read, not all of x.",
    ],
)
