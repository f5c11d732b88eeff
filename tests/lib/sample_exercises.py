"""Exercises of the kinds that lessons 0 to 3 do not have yet, to prove that checks can mark them."""

import numpy as np

from sepconv.exercises.spec import Exercise, Misconception


def _separable(c_in, c_out, k, bias=True, swapped=False, late_stride=False):
    from torch import nn

    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            strides = (1, 2) if late_stride else (2, 1)
            self.depthwise = nn.Conv2d(c_in, c_in, k, strides[0], padding=k // 2, groups=c_in, bias=bias)
            self.pointwise = nn.Conv2d(c_in, c_out, 1, strides[1], bias=bias)

        def forward(self, x):
            return self.pointwise(self.depthwise(x))

    return Separable()


def _observe(module, c_in, c_out, k):
    import torch

    with torch.no_grad():
        for number, tensor in enumerate(module.state_dict().values()):
            tensor.copy_((torch.arange(tensor.numel()) * (number + 3) % 7 - 2).reshape(tensor.shape))
        x = (torch.arange(c_in * 35.0) % 5).reshape(1, c_in, 5, 7)
        middle = module.depthwise(x)
        return {
            "output": module(x),
            "middle": tuple(middle.shape),
            "parameters": sum(p.numel() for p in module.parameters()),
        }


MODULE = Exercise(
    name="sample_module",
    lesson=8,
    points=3,
    kind="module",
    prompt="Build it.",
    answer=lambda c_in, c_out, k: _separable(c_in, c_out, k),
    cases=[(2, 4, 3), (3, 5, 5)],
    observe=_observe,
    misconceptions=[
        Misconception(
            "M44", "the stride sits on the pointwise", lambda *a: _separable(*a, late_stride=True), "Where?"
        ),
        Misconception("S99", "the biases are missing", lambda *a: _separable(*a, bias=False), "Count them."),
    ],
)

DICT = Exercise(
    name="sample_dict",
    lesson=4,
    points=2,
    kind="function",
    prompt="Count.",
    answer=lambda n: {"weights": n * n, "biases": n},
    cases=[(3,), (5,), (7,)],
    misconceptions=[Misconception("S98", "added", lambda n: {"weights": n + n, "biases": n}, "Area.")],
)

CHOICES = Exercise(
    name="sample_choices",
    lesson=6,
    points=2,
    kind="choice",
    prompt="Match.",
    answer={1: "B", 2: "A"},
    explanations={
        1: {"A": "This one has another cause.", "B": "This is the cause."},
        2: {"A": "This is the cause.", "B": "This one has another cause."},
    },
    misconceptions=[Misconception("S97", "mixed up", {1: "A", 2: "B"}, "Read both.")],
)

TENSOR = Exercise(
    name="sample_tensor",
    lesson=7,
    points=1,
    kind="function",
    prompt="Double it.",
    answer=lambda x: 2 * x,
    cases=lambda seed: [(_range(6),), (_range(3),)],
    misconceptions=[Misconception("S96", "squared", lambda x: x * x, "Twice.")],
)


def _range(n):
    import torch

    return torch.arange(n, dtype=torch.float32) + 1


def _observe_in_place(value, x):
    x *= 0
    return value


WRITES = Exercise(
    name="sample_observer_that_writes",
    lesson=7,
    points=1,
    kind="module",
    prompt="Double it.",
    answer=lambda x: 2 * x,
    cases=[(np.arange(3.0) + 1,)],
    observe=_observe_in_place,
)

NAN = Exercise(
    name="sample_nan",
    lesson=7,
    points=1,
    kind="function",
    prompt="Take the root.",
    answer=np.sqrt,
    cases=[(np.array([-1.0, 4.0]),)],
)

LOOSE = Exercise(
    name="sample_loose",
    lesson=7,
    points=1,
    kind="function",
    prompt="Double it.",
    answer=lambda x: 2 * x,
    cases=[(np.arange(6.0),), (np.arange(2.0),), (np.arange(4.0),)],
    tolerance=1e-3,
    misconceptions=[
        Misconception("S95", "two more", lambda x: 2 * x + 2, "Not that."),
        Misconception(
            "S94", "two more, but not for six", lambda x: 2 * x + (2 if x.size < 6 else 5), "Nor that."
        ),
    ],
)

ARRAY = Exercise(
    name="sample_array",
    lesson=7,
    points=1,
    kind="function",
    prompt="Double it.",
    answer=lambda x: 2 * x,
    cases=[(np.arange(6.0).reshape(2, 3),), (np.arange(3.0) + 1,)],
    misconceptions=[Misconception("S96", "squared", lambda x: x * x, "Twice.")],
)

COUNTS = Exercise(
    name="sample_counts",
    lesson=4,
    points=1,
    kind="number",
    prompt="What grows?",
    answer={"weights": 4, "biases": 2, "macs": 8},
    misconceptions=[
        Misconception(
            "S93", "the image was taken to matter", {"weights": 8, "biases": 4, "macs": 8}, "Where is it?"
        ),
        Misconception("S92", "all was doubled", {"weights": 2, "biases": 4, "macs": 2}, "Not all."),
    ],
)

PAIR = Exercise(
    name="sample_pair",
    lesson=4,
    points=1,
    kind="function",
    prompt="Count twice.",
    answer=lambda n: (n**2, n**3),
    cases=[(3,), (5,)],
)

BANKS = Exercise(
    name="sample_banks",
    lesson=8,
    points=1,
    kind="function",
    prompt="Return two arrays.",
    answer=lambda n: (np.ones(n), np.ones((2, n))),
    cases=[(3,)],
)

ARGUMENTS = Exercise(
    name="sample_arguments",
    lesson=6,
    points=1,
    kind="function",
    prompt="Count them.",
    answer=len,
    cases=[([{"k": 1}, {"k": 2}, [3, 4]],)],
)

TRUTH = Exercise(
    name="sample_truth",
    lesson=9,
    points=1,
    kind="function",
    prompt="Is it more than 3?",
    answer=lambda n: n > 3,
    cases=[(3,), (4,)],
)


def _observe_split(value, n):
    if not isinstance(value, tuple):
        return value
    if value[0] == 0:
        raise ValueError("the first must not be 0")
    return {
        "sum": value[0] + value[1],
        "shape": tuple(map(round, value)),
        "differs by": abs(value[0] - value[1]),
        "product": value[0] * n,
    }


SPLIT = Exercise(
    name="sample_split",
    lesson=9,
    points=1,
    kind="function",
    prompt="Split it.",
    answer=lambda n: (n, n),
    cases=[(3,)],
    observe=_observe_split,
)

TWO_LINES = Exercise(
    name="sample_two_lines",
    lesson=3,
    points=1,
    kind="order",
    prompt="Put them in order.",
    answer="AB",
    cases=[(3,)],
    opening="def total(n):",
    lines={
        "A": "    total = [0] * n\n    total.append(n)",
        "B": "    return total[n]",
        "X": "    total.pop()",
    },
)
