"""MobileNetV1, an image of 224×224 at a time, by each way to run it that is installed."""

import copy
import tempfile
from pathlib import Path

import torch

from sepconv import fuse, mobilenet_v1, mobilenet_v1_standard
from sepconv.timing import compare, pinned


def tables(rounds, size=224, alpha=1.0, threads=None, compiled=True):
    """Yield a table for each number of threads."""
    for number in threads or sorted({1, torch.get_num_threads()}):
        missing = []
        with pinned(number), torch.inference_mode():
            functions = ways(size, alpha, number, missing, compiled)
            timed = compare(functions, repeats=rounds)
        rows = [
            [
                name,
                f"{1e3 * timed.medians[name]:.3g}",
                f"{timed.ratio(name):.2f}",
                "{:.2f} to {:.2f}".format(*timed.interval(name)),
            ]
            for name in functions
        ]
        foot = "Left out: " + "; ".join(missing) + "." if missing else ""
        title = f"MobileNetV1, 1×3×{size}×{size}, {number} thread{'s' * (number > 1)}"
        yield title, ["", "ms", "times faster than eager", "interval"], rows, foot


def ways(size, alpha, threads, missing, compiled):
    """Return the ways to run the network, {name: function}, after a look at whether they agree."""
    torch.manual_seed(0)
    net, standard = mobilenet_v1(alpha).eval(), mobilenet_v1_standard(alpha).eval()
    x = torch.randn(1, 3, size, size)
    x_last = x.to(memory_format=torch.channels_last)
    last, fused = copy.deepcopy(net).to(memory_format=torch.channels_last), fuse(net)
    functions = {
        "eager": lambda: net(x),
        "eager, channels_last": lambda: last(x_last),
        "fuse": lambda: fused(x),
        "the standard twin, eager": lambda: standard(x),
    }
    for name, build in (("torch.compile, freezing", with_compile), ("ONNX Runtime", with_onnxruntime)):
        if name.startswith("torch") and not compiled:
            continue
        try:
            functions[name] = build(copy.deepcopy(net), x, threads)
        except Exception as error:  # a compiler or a package that is not there is no reason to stop
            missing.append(f"{name} ({type(error).__name__}: {str(error).splitlines()[0][:100]})")
    for name, function in functions.items():
        if name != "the standard twin, eager":
            torch.testing.assert_close(torch.as_tensor(function()), net(x), rtol=1e-3, atol=1e-3, msg=name)
    return functions


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
