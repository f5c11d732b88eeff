"""Whole networks, images of 224×224, by each way to run them that is installed."""

import copy
import tempfile
from pathlib import Path

import torch
from block_ladder import in_words

from sepconv import fuse, mobilenet_v1, mobilenet_v1_standard, mobilenet_v2
from sepconv.measuring.timing import compare, pinned

NETS = {"MobileNetV1": mobilenet_v1, "MobileNetV2": mobilenet_v2}
# Seconds: several calls, so that each finds in the cache what its own last call left there.
SAMPLE = 0.1
HEAD = ["", "ms", "times faster than eager", "interval", "than ONNX Runtime", "interval"]


def tables(
    rounds, nets=NETS, batches=(1, 8), size=224, width=1.0, threads=None, compiled=True, sample=SAMPLE
):
    """Yield a table for each network, number of threads and batch, and one with the standard twin."""
    for number in threads or sorted({1, torch.get_num_threads()}):
        for name in nets:
            for batch in batches:
                torch.manual_seed(0)
                net, x = NETS[name](width).eval(), torch.randn(batch, 3, size, size)
                with pinned(number), torch.inference_mode():
                    functions, missing = ways(net, x, number, compiled)
                    timed = compare(functions, repeats=rounds, sample=sample)
                yield _table(
                    f"{name}, {batch}×3×{size}×{size}, {in_words(number)}", timed, net, sample, missing
                )
        yield twin(rounds, size, width, number, sample)


def _table(title, timed, net, sample, missing=()):
    rows = []
    for name in timed.names:
        row = [name, f"{1e3 * timed.medians[name]:.3g}"]
        for to in (timed.names[0], "ONNX Runtime"):
            there = to in timed.names
            row += (
                [f"{timed.ratio(name, to):.2f}", "{:.2f} to {:.2f}".format(*timed.interval(name, to))]
                if there
                else ["", ""]
            )
        rows.append(row)
    megabytes = sum(p.numel() * p.element_size() for p in net.parameters()) * len(timed.names) / 1e6
    foot = [
        f"Samples of at least {sample} s; about {megabytes:.0f} MB of weights in memory, those of all rows."
    ]
    if missing:
        foot.append("Left out: " + "; ".join(missing) + ".")
    return title, HEAD, rows, " ".join(foot)


def ways(net, x, threads, compiled):
    """Return the ways to run the network, {name: function}, after a look at whether they agree, and what is missing."""
    x_last = x.to(memory_format=torch.channels_last)
    last, fused = copy.deepcopy(net).to(memory_format=torch.channels_last), fuse(net)
    functions = {
        "eager": lambda: net(x),
        "eager, channels_last": lambda: last(x_last),
        "fuse": lambda: fused(x),
    }
    missing = []
    for name, build in (("torch.compile, freezing", with_compile), ("ONNX Runtime", with_onnxruntime)):
        if name.startswith("torch") and not compiled:
            continue
        try:
            functions[name] = build(copy.deepcopy(net), x, threads)
        except Exception as error:  # a compiler or a package that is not there is no reason to stop
            missing.append(f"{name} ({type(error).__name__}: {str(error).splitlines()[0][:100]})")
    for name, function in functions.items():
        torch.testing.assert_close(torch.as_tensor(function()), net(x), rtol=1e-3, atol=1e-3, msg=name)
    return functions, missing


def twin(rounds, size, width, threads, sample):
    """Compare MobileNetV1, eager and fused, with its twin of standard convolutions."""
    torch.manual_seed(0)
    net, standard, x = (
        mobilenet_v1(width).eval(),
        mobilenet_v1_standard(width).eval(),
        torch.randn(1, 3, size, size),
    )
    with pinned(threads), torch.inference_mode():
        fused = fuse(net)
        functions = {
            "the standard twin, eager": lambda: standard(x),
            "eager": lambda: net(x),
            "fuse": lambda: fused(x),
        }
        timed = compare(functions, repeats=rounds, sample=sample)
    title, head, rows, foot = _table(
        f"MobileNetV1 and its standard twin, {in_words(threads)}", timed, standard, sample
    )
    return title, [*head[:2], "times faster than the twin", head[3]], [row[:4] for row in rows], foot


def with_compile(net, x, threads):
    """Compile the network for as many threads as there are now, its weights taken as constants."""
    import torch._inductor.config as inductor

    torch._dynamo.reset()
    net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    with inductor.patch(freezing=True), torch.no_grad():
        compiled = torch.compile(net)
        compiled(x)

    def run():
        with torch.no_grad():
            return compiled(x)

    return run


def with_onnxruntime(net, x, threads):
    """Export the network, and load it into ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode(False):
        path = Path(folder) / "net.onnx"
        torch.onnx.export(net, (x.clone(),), path, dynamo=True, verbose=False)
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name, array = session.get_inputs()[0].name, x.numpy()
    return lambda: session.run(None, {name: array})[0]
