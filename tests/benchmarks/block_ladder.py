"""A depthwise-separable block in eager PyTorch, in channels_last and with fuse(), beside the standard layer."""

from copy import deepcopy
from statistics import geometric_mean

import torch
from torch import nn

from sepconv import conv2d_cost, fuse
from sepconv.measuring.timing import compare

# (batch, channels, size, output channels, stride); without a batch: both batches
MOBILENET = [
    (32, 112, 64, 1), (64, 112, 128, 2), (128, 56, 128, 1), (128, 56, 256, 2), (256, 28, 256, 1),
    (256, 28, 512, 2), (512, 14, 512, 1), (512, 14, 1024, 2), (1024, 7, 1024, 1),
]  # fmt: skip
TOYS = [(16, 3, 4, 4, 1), (16, 2, 64, 4, 1)]
HEAD = [
    "",
    "eager, ms",
    "channels_last",
    "fuse",
    "fuse, channels_last",
    "it : eager in that layout",
    "standard",
    "fuse : standard",
    "MACs",
]
FOOT = (
    "Times faster than the eager pair: larger is better. `standard`: the faster of the standard layer's two layouts; "
    "`fuse : standard`: the faster of the fused against it, beside `MACs`, how many times fewer they are."
)


def tables(rounds, shapes=MOBILENET, toys=TOYS, batches=(1, 8), threads=None):
    """Yield a table for each kind of block, number of threads and batch."""
    for real in (False, True):
        for number in threads or sorted({1, torch.get_num_threads()}):
            for batch in batches:
                rows, ends = zip(
                    *(measure(batch, *shape, real, number, rounds) for shape in shapes), strict=True
                )
                rows = list(rows)
                means = [
                    "geometric mean",
                    "",
                    *(geometric_mean(column) for column in list(zip(*rows, strict=True))[2:]),
                ]
                rows.append(means)
                if batch == batches[0]:
                    rows += [measure(*shape, real, number, rounds)[0] for shape in toys]
                kind = "depthwise, BN, ReLU, pointwise, BN, ReLU" if real else "depthwise, pointwise"
                written = [[cell if isinstance(cell, str) else f"{cell:.3g}" for cell in row] for row in rows]
                lowest = (f"{name} {min(end[name] for end in ends):.2f}" for name in ends[0])
                foot = f"{FOOT} Upper end of the lowest shape's interval, against eager: {', '.join(lowest)}."
                yield f"Block: {kind}; batch {batch}; {in_words(number)}", HEAD, written, foot


def in_words(threads):
    """Say how many threads."""
    return "one thread" if threads == 1 else f"{threads} threads"


def measure(batch, c_in, size, c_out, stride, real, threads, rounds):
    """Time the ways to compute one block; return a row of the table, and where intervals of the fused ones end."""
    x = torch.randn(batch, c_in, size, size)
    x_last = x.to(memory_format=torch.channels_last)
    pair, standard = build(c_in, c_out, stride, real)
    pair_last, standard_last = (build_last(module) for module in (pair, standard))
    fused = fuse(pair)
    functions = {
        "eager": lambda: pair(x),
        "channels_last": lambda: pair_last(x_last),
        "fuse": lambda: fused(x),
        "fuse, channels_last": lambda: fused(x_last),
        "standard": lambda: standard(x),
        "standard, channels_last": lambda: standard_last(x_last),
    }
    with torch.inference_mode():
        torch.testing.assert_close(fused(x), pair(x), rtol=1e-4, atol=1e-4)
        timed = compare(functions, repeats=rounds, threads=threads)
    best = {
        kind: min((n for n in functions if n.startswith(kind)), key=timed.medians.get)
        for kind in ("standard", "fuse")
    }
    fused_last = "fuse, channels_last"
    ratios = [timed.ratio(name) for name in ("channels_last", "fuse", fused_last)]
    ratios += [timed.ratio(fused_last, "channels_last"), timed.ratio(best["standard"])]
    name = f"{batch}×{c_in}×{size}×{size} → {c_out}" + (", stride 2" if stride == 2 else "")
    fewer = macs(c_in, c_out, size, stride)
    row = [name, 1e3 * timed.medians["eager"], *ratios, timed.ratio(best["fuse"], best["standard"]), fewer]
    return row, {name: timed.interval(name)[1] for name in ("fuse", fused_last)}


def build(c_in, c_out, stride, real):
    """Return the separable block and the standard one; `real` blocks have batch normalization and ReLUs."""

    def stage(*sizes, **options):
        layer = nn.Conv2d(*sizes, bias=not real, **options)
        return [layer, nn.BatchNorm2d(layer.out_channels), nn.ReLU()] if real else [layer]

    first = stage(c_in, c_in, 3, stride=stride, padding=1, groups=c_in)
    pair = nn.Sequential(*first, *stage(c_in, c_out, 1))
    return pair.eval(), nn.Sequential(*stage(c_in, c_out, 3, stride=stride, padding=1)).eval()


def build_last(module):
    """Copy a module into channels_last."""
    return deepcopy(module).to(memory_format=torch.channels_last)


def macs(c_in, c_out, size, stride):
    """Return how many times more multiply-accumulates the standard layer needs."""
    standard = conv2d_cost(c_in, c_out, 3, size, stride=stride, padding=1)
    depthwise = conv2d_cost(c_in, c_in, 3, size, stride=stride, padding=1, groups=c_in)
    return standard.macs / (depthwise.macs + conv2d_cost(c_in, c_out, 1, depthwise.output_size).macs)
