"""What fusion saves, apart from what a good kernel saves; and how near the kernel's product comes to the CPU's peak."""

import ctypes
import subprocess
import tempfile
from math import inf
from pathlib import Path
from statistics import geometric_mean

import torch
from block_ladder import MOBILENET, build, in_words
from torch import nn

from sepconv import fuse
from sepconv.convolution.fused import calling, compiling
from sepconv.convolution.fused.layer import FusedConv2d
from sepconv.measuring.timing import compare

HEAD = [
    "",
    "channels_last, ms",
    "faster than in one band",
    "interval",
    "usual layout, ms",
    "faster",
    "interval",
]
FOOT = (
    "The same kernel, the middle map in bands that stay in the cache against the whole middle map at once: more than 1 "
    "is what fusion itself saves. With two threads there are at least two bands."
)
_WHOLE = 2**62  # floats of a band that no map fills


def tables(rounds, shapes=MOBILENET, batches=(1, 8), threads=None):
    """Yield what bands save, for each number of threads and batch, and then the product's share of the peak."""
    for number in threads or sorted({1, torch.get_num_threads()}):
        for batch in batches:
            rows = [bands(batch, *shape, number, rounds) for shape in shapes]
            means = [f"{geometric_mean(float(row[at]) for row in rows):.3g}" for at in (2, 5)]
            rows.append(["geometric mean", "", means[0], "", "", means[1], ""])
            yield f"Bands; batch {batch}; {in_words(number)}", HEAD, rows, FOOT
    yield (
        "The product alone beside the peak, one thread",
        ["", "GFLOP/s", "of the peak"],
        list(products(rounds, shapes)),
        "The peak is that of a loop of multiply-adds whose sums stay in registers, in turn with the product.",
    )


def bands(batch, c_in, size, c_out, stride, threads, rounds):
    """Time one layer in bands and in one band, in both layouts; return a row of the table."""
    layer, x = fuse(build(c_in, c_out, stride, real=False)[0]), torch.randn(batch, c_in, size, size)
    row = [f"{batch}×{c_in}×{size}×{size} → {c_out}" + (", stride 2" if stride == 2 else "")]
    for memory_format in (torch.channels_last, torch.contiguous_format):
        arranged = x.contiguous(memory_format=memory_format)
        ways = {
            "one band": lambda arranged=arranged: in_one_band(layer, arranged),
            "bands": lambda arranged=arranged: layer(arranged),
        }
        with torch.inference_mode():
            timed = compare(ways, repeats=rounds, threads=threads)
        interval = "{:.2f} to {:.2f}".format(*timed.interval("bands"))
        row += [f"{1e3 * timed.medians['bands']:.3g}", f"{timed.ratio('bands'):.3g}", interval]
    return row


def in_one_band(layer, x):
    """Call a layer with the whole middle map at once."""
    before, calling.BAND = calling.BAND, _WHOLE
    try:
        return layer(x)
    finally:
        calling.BAND = before


def products(rounds, shapes):
    """Yield for each shape the speed of the pointwise product, without Python around it, and its share of the peak."""
    loop = peak()
    for c_in, size, c_out, stride in shapes:
        pixels = size // stride
        stage = FusedConv2d(nn.Conv2d(c_in, c_out, 1), (-inf, inf))
        plan = calling.Plan([stage], [None], False, pixels, pixels)
        x = torch.randn(1, c_in, pixels, pixels).to(memory_format=torch.channels_last)
        y = torch.empty(1, c_out, pixels, pixels)
        ways = {"peak": loop, "product": lambda plan=plan, x=x, y=y: calling.compute(plan, x, y)}
        timed = compare(ways, repeats=rounds, threads=1)
        macs = {"peak": loop(), "product": pixels**2 * c_in * c_out}
        share = timed.ratio("product") * macs["product"] / macs["peak"]
        rate = 2e-9 * macs["product"] / timed.medians["product"]
        yield [f"{pixels}×{pixels} pixels, {c_in} → {c_out}", f"{rate:.3g}", f"{share:.0%}"]


def peak():
    """Return a function that multiplies and adds in registers for a fraction of a millisecond, and says how often."""
    source, kernel = Path(__file__).with_name("peak.cpp"), Path(compiling.__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "peak.so"
        command = [*compiling._compiler(), *compiling._OPTIONS, compiling._this_cpu(), f"-I{kernel}", source]
        subprocess.run([*command, "-o", library], check=True)
        loop = ctypes.CDLL(str(library)).peak
    loop.restype, loop.argtypes = ctypes.c_long, [ctypes.c_long, ctypes.c_void_p]
    sums = torch.full((64,), 0.5)
    return lambda: loop(20_000, sums.data_ptr())
