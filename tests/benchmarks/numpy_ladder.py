"""The NumPy convolutions of :mod:`sepconv.convolution.reference` beside PyTorch's, with one thread."""

from functools import partial

import numpy as np
import torch

from sepconv import reference
from sepconv.measuring.timing import compare

SHAPES = {
    # name: (x, weight, options)
    "standard 8×64×56×56 → 64": ((8, 64, 56, 56), (64, 64, 3, 3), {"padding": 1}),
    "4 groups 8×64×56×56 → 64": ((8, 64, 56, 56), (64, 16, 3, 3), {"padding": 1, "groups": 4}),
    "depthwise 8×64×56×56": ((8, 64, 56, 56), (64, 1, 3, 3), {"padding": 1, "groups": 64}),
    "pointwise 8×64×56×56 → 64": ((8, 64, 56, 56), (64, 64, 1, 1), {}),
    "depthwise, stride 2, 8×64×56×56": (
        (8, 64, 56, 56),
        (64, 1, 3, 3),
        {"padding": 1, "groups": 64, "stride": 2},
    ),
    "standard 16×3×32×32 → 32": ((16, 3, 32, 32), (32, 3, 3, 3), {"padding": 1}),
    "standard 1×3×8×8 → 4": ((1, 3, 8, 8), (4, 3, 3, 3), {"padding": 1}),
}
FORMULATIONS = ("conv2d_loops", "conv2d_windows", "conv2d_im2col", "conv2d")
MOST_FOR_LOOPS = 10_000  # multiplications: a million take a second


def tables(rounds, shapes=SHAPES):
    """Yield the table: for each shape, PyTorch's time, and that of each formulation as a multiple of it."""
    yield (
        "NumPy beside PyTorch, one thread",
        ["", "PyTorch, ms", *FORMULATIONS],
        [row(name, *shapes[name], rounds) for name in shapes],
        "Times as multiples of eager PyTorch's: smaller is better. The loops run on the smallest only.",
    )


def row(name, x_shape, weight_shape, options, rounds):
    """Time one shape, after a look at whether the results agree."""
    random = np.random.default_rng(0)
    x, weight = (random.normal(size=shape).astype(np.float32) for shape in (x_shape, weight_shape))
    x_torch, weight_torch = torch.from_numpy(x), torch.from_numpy(weight)

    @torch.inference_mode()
    def with_torch():
        return torch.nn.functional.conv2d(x_torch, weight_torch, **options)

    right = with_torch().numpy()
    functions = {"PyTorch": with_torch}
    for each in FORMULATIONS:
        if each != "conv2d_loops" or right.size * weight[0].size <= MOST_FOR_LOOPS:
            functions[each] = partial(getattr(reference, each), x, weight, **options)
            np.testing.assert_allclose(functions[each](), right, rtol=1e-3, atol=1e-4)
    timed = compare(functions, repeats=rounds, threads=1)
    multiples = [f"{1 / timed.ratio(each):.2f}" if each in functions else "" for each in FORMULATIONS]
    return [name, f"{1e3 * timed.medians['PyTorch']:.3g}", *multiples]
