"""The same layers and nets in the counters that people use. It writes what the lesson on MobileNet shows.

It installs nothing. The counters come from a folder of their own, since they bring packages that the course does not need:

    pip install --target FOLDER --no-deps fvcore iopath portalocker yacs termcolor ptflops thop torchinfo \\
        calflops transformers accelerate huggingface-hub safetensors tokenizers regex hf-xet httpx2 httpcore2 truststore \\
        deepspeed hjson py-cpuinfo msgpack einops pydantic pydantic-core annotated-types typing-inspection
    python tests/benchmarks/other_counters.py FOLDER [--write]

Without ``--write`` it says where its table differs from the stored one.
"""

import argparse
import contextlib
import csv
import io
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

import sepconv

STORED = Path(sepconv.__file__).parent / "data/other_counters.csv"
MAP = (1, 512, 14, 14)


class Functional(nn.Module):
    """A depthwise layer that is no module of PyTorch's, only its function."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(512, 1, 3, 3))

    def forward(self, x):
        return functional.conv2d(x, self.weight, padding=1, groups=512)


class Shifted(Functional):
    """A depthwise layer, written as a sum of nine shifted and scaled copies."""

    def forward(self, x):
        x, weight = functional.pad(x, (1, 1, 1, 1)), self.weight
        return sum(
            x[..., i : i + 14, j : j + 14] * weight[:, :, i, j, None] for i in range(3) for j in range(3)
        )


class FourTimes(nn.Module):
    """One layer that is called four times."""

    def __init__(self):
        super().__init__()
        self.layer = pointwise(bias=False)

    def forward(self, x):
        return self.layer(self.layer(self.layer(self.layer(x))))


class Attention(nn.Module):
    """Attention of 49 pixels to each other: 512 numbers each, in 8 heads."""

    def forward(self, x):
        return functional.scaled_dot_product_attention(x, x, x)


def without_weights(layer):
    """Give a layer a parameter that it does not use: some counters stop where there is none."""
    layer.unused = nn.Parameter(torch.zeros(1))
    return layer


def pointwise(bias):
    return nn.Conv2d(512, 512, 1, bias=bias)


def depthwise():
    return nn.Conv2d(512, 512, 3, padding=1, groups=512, bias=False)


CASES = {
    "standard": (lambda: nn.Conv2d(512, 512, 3, padding=1, bias=False), MAP),
    "depthwise": (depthwise, MAP),
    "pointwise": (lambda: pointwise(bias=False), MAP),
    "pointwise, bias": (lambda: pointwise(bias=True), MAP),
    "batch norm": (lambda: nn.BatchNorm2d(512), MAP),
    "ReLU": (lambda: without_weights(nn.ReLU()), MAP),
    "depthwise, transposed": (
        lambda: nn.ConvTranspose2d(512, 512, 4, stride=2, padding=1, groups=512, bias=False),
        MAP,
    ),
    "linear at each pixel": (lambda: nn.Linear(512, 512, bias=False), (1, 14, 14, 512)),
    "pointwise, called 4 times": (FourTimes, MAP),
    "F.conv2d, depthwise": (Functional, MAP),
    "shifted products": (Shifted, MAP),
    "attention": (lambda: without_weights(Attention()), (1, 8, 49, 64)),
    "MobileNetV1": (sepconv.mobilenet_v1, (1, 3, 224, 224)),
    "Conv MobileNet": (sepconv.mobilenet_v1_standard, (1, 3, 224, 224)),
    "MobileNetV2": (sepconv.mobilenet_v2, (1, 3, 224, 224)),
}


def with_fvcore(model, x):
    from fvcore.nn import FlopCountAnalysis

    analysis = FlopCountAnalysis(model, x).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    return [analysis.total()]


def with_ptflops(model, x):
    from ptflops import get_model_complexity_info

    options = {"as_strings": False, "print_per_layer_stat": False, "verbose": False}
    return [get_model_complexity_info(model, tuple(x.shape[1:]), **options)[0]]


def with_thop(model, x):
    from thop import profile

    return [profile(model, (x,), verbose=False)[0]]


def with_torchinfo(model, x):
    from torchinfo import summary

    return [summary(model, input_data=x, verbose=0).total_mult_adds]


def with_calflops(model, x):
    from calflops import calculate_flops

    return calculate_flops(model, args=[x], print_results=False, output_as_string=False)[:2]


def with_deepspeed(model, x):
    from deepspeed.profiling.flops_profiler import get_model_profile

    return get_model_profile(model, args=[x], print_profile=False, as_string=False, warm_up=0)[:2]


def with_pytorch(model, x):
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x)
    return [counter.get_total_flops()]


# The name in the table, the package, the function, and what the counter calls each number that it gives.
COUNTERS = [
    ("count", "sepconv", lambda model, x: [sepconv.count(model, tuple(x.shape)).macs], ["MACs"]),
    ("FlopCounterMode", "torch", with_pytorch, ["FLOPs"]),
    ("fvcore", "fvcore", with_fvcore, ["flops"]),
    ("ptflops", "ptflops", with_ptflops, ["MACs"]),
    ("thop", "thop", with_thop, ["MACs"]),
    ("torchinfo", "torchinfo", with_torchinfo, ["mult-adds"]),
    ("calflops", "calflops", with_calflops, ["FLOPs", "MACs"]),
    ("DeepSpeed", "deepspeed", with_deepspeed, ["FLOPs", "MACs"]),
]


def table():
    """Return the rows: a counter, its version, its word, and a number for each case."""
    rows = [["tool", "version", "word", *CASES]]
    for name, package, counted_by, words in COUNTERS:
        numbers = [numbers_of(case, counted_by) for case in CASES]
        rows += [
            [name, version(package).split("+")[0], word, *column]
            for word, *column in zip(words, *numbers, strict=True)
        ]
    return rows


def numbers_of(case, counted_by):
    """Return what a counter says of a case. An error is not caught: it may leave PyTorch's functions patched."""
    build, shape = CASES[case]
    torch.manual_seed(0)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        return [int(number) for number in counted_by(build().eval(), torch.zeros(shape))]


def as_text(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", help="where the counters were installed")
    parser.add_argument("--write", action="store_true", help="store the table for the lesson")
    options = parser.parse_args(arguments)
    sys.path.append(options.folder)  # after the course's own packages
    found = as_text(table())
    print(found)
    if options.write:
        STORED.write_text(found, encoding="utf-8")
    elif found != STORED.read_text(encoding="utf-8"):
        print(
            f"{STORED.name} says something else: run again with --write, and read lesson 11", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
