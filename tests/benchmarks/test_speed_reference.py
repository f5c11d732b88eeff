"""How long the NumPy reference takes beside PyTorch; a group is a shape, so that each table shows ratios.

Each takes the threads it likes; OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 in the environment compares one with one.
"""

import numpy as np
import pytest
import torch

from sepconv.reference import conv2d, conv2d_loops

SHAPES = {
    # name: (x, weight, options); the loops run on the small ones only
    "small 1x3x8x8->4": ((1, 3, 8, 8), (4, 3, 3, 3), {"padding": 1}),
    "small depthwise 1x4x8x8": ((1, 4, 8, 8), (4, 1, 3, 3), {"padding": 1, "groups": 4}),
    "middle 16x3x32x32->32": ((16, 3, 32, 32), (32, 3, 3, 3), {"padding": 1}),
    "middle grouped 16x32x32x32->32, 4 groups": (
        (16, 32, 32, 32),
        (32, 8, 3, 3),
        {"padding": 1, "groups": 4},
    ),
    "middle depthwise 16x32x32x32": ((16, 32, 32, 32), (32, 1, 3, 3), {"padding": 1, "groups": 32}),
}
CASES = [
    pytest.param(fn, shape, marks=pytest.mark.benchmark(group=shape), id=f"{fn}-{shape}")
    for shape in SHAPES
    for fn in ("torch", "conv2d", "conv2d_loops")
    if fn != "conv2d_loops" or shape.startswith("small")
]


@pytest.mark.parametrize(("fn", "shape"), CASES)
def test_speed(benchmark, fn, shape):
    x_shape, weight_shape, options = SHAPES[shape]
    random = np.random.default_rng(0)
    x = random.normal(size=x_shape).astype(np.float32)
    weight = random.normal(size=weight_shape).astype(np.float32)
    x_torch, weight_torch = torch.from_numpy(x), torch.from_numpy(weight)

    def with_torch():
        with torch.inference_mode():
            return torch.nn.functional.conv2d(x_torch, weight_torch, **options)

    functions = {
        "torch": with_torch,
        "conv2d": lambda: conv2d(x, weight, **options),
        "conv2d_loops": lambda: conv2d_loops(x, weight, **options),
    }
    y = benchmark(functions[fn])
    np.testing.assert_allclose(y, with_torch(), rtol=1e-3, atol=1e-4)
