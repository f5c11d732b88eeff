"""fuse(): the same numbers in one pass, and a reason where there is nothing to fuse."""

import copy
import ctypes
import pickle
import platform
import subprocess
import sys
import warnings
from math import inf

import pytest
import torch
from torch import nn

from sepconv import SeparableConv2d, fuse, mobilenet_v1, mobilenet_v2
from sepconv.convolution.fused import FusedSeparable, compiling
from sepconv.convolution.layers import ConvBNReLU, InvertedResidual

WITHIN = 2e-6  # relative to the largest output, against float64


@pytest.fixture(autouse=True)
def _needs_a_compiler(request):
    if "without_a_compiler" not in request.fixturenames and (reason := compiling.why_not()):
        pytest.skip(reason)


@pytest.fixture
def without_a_compiler(monkeypatch, tmp_path):
    """A machine on which nothing can be compiled."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    compiling.kernel.cache_clear()
    compiling.why_not.cache_clear()
    yield
    compiling.kernel.cache_clear()
    compiling.why_not.cache_clear()


@pytest.fixture(params=[1, 2])
def threads(request):
    """Run with one thread and with two."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def randomized(module, seed=0):
    """Give batch normalization statistics that matter, and return the module in evaluation mode."""
    torch.manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.normal_(part.bias)
    return module.eval()


def error_of(fused, module, x):
    """Return the largest error relative to the largest output of the module in float64."""
    with torch.inference_mode():
        right = copy.deepcopy(module).double()(x.double())
        got = fused(x)
    assert got.shape == right.shape
    assert got.dtype == torch.float32
    return float((got - right).abs().max() / right.abs().max().clamp_min(1e-30))


def random_setting(number):
    """Draw a separable layer and an input; the number says which."""
    torch.manual_seed(number)

    def draw(*choices):
        return choices[int(torch.randint(len(choices), ()))]

    c, c_out = draw(1, 2, 3, 7, 15, 16, 17, 31, 32, 40, 64, 70), draw(1, 3, 5, 16, 31, 64, 65, 96, 130)
    stride = draw(1, 1, 2, 2, 3, (1, 2), (2, 1))
    padding = draw(0, 1, 1, 1, 2, (0, 1), (2, 0), "valid")
    bias = draw(True, False)
    parts = [nn.Conv2d(c, c, 3, stride, padding, groups=c, bias=bias)]
    pointwise = nn.Conv2d(c, c_out, 1, bias=draw(True, False))
    if draw(True, False):
        parts += [nn.BatchNorm2d(c), draw(nn.ReLU(), nn.ReLU6())]
        parts += [pointwise, nn.BatchNorm2d(c_out), draw(nn.ReLU(), nn.ReLU6())]
    else:
        parts += [pointwise]
    x = torch.randn(draw(1, 2, 3, 5), c, draw(3, 4, 5, 8, 13, 33), draw(3, 4, 7, 16, 17, 50))
    x = draw(x, x.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last))
    return randomized(nn.Sequential(*parts), number), x


@pytest.mark.parametrize("numbers", [range(60), pytest.param(range(60, 600), marks=pytest.mark.full)])
def test_equals_float64_on_any_shape(numbers, threads):
    for number in numbers:
        module, x = random_setting(number)
        fused = fuse(module)
        assert isinstance(fused, FusedSeparable)
        assert error_of(fused, module, x) <= WITHIN, (number, module, x.shape, x.stride())


@pytest.mark.parametrize("option", ["-mno-avx512f", "-mno-avx"])
def test_equals_float64_on_an_older_cpu(option, monkeypatch, threads):
    if platform.machine() != "x86_64":
        pytest.skip("an option of compilers for x86")
    width = compiling.kernel().panel_width()
    monkeypatch.setenv("CXX", f"{compiling._compiler()[0]} {option}")
    monkeypatch.setattr(compiling, "LEAST", 0)  # beside a torch.mm that uses all of this CPU
    compiling.kernel.cache_clear()
    try:
        assert compiling.kernel().panel_width() <= width
        test_equals_float64_on_any_shape(range(700, 725), threads)
    finally:
        compiling.kernel.cache_clear()


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("channels", [3, 16, 40])
def test_the_result_has_the_layout_of_the_input(channels, memory_format):
    x = torch.randn(2, channels, 6, 9).to(memory_format=memory_format)
    y = fuse(SeparableConv2d(channels, 8, 3))(x)
    if channels >= 16:
        assert y.is_contiguous(memory_format=memory_format)


@pytest.mark.parametrize(
    "view",
    [lambda x: x[..., ::2], lambda x: x.transpose(2, 3), lambda x: x[1:], lambda x: x[:, :, 1:-1, 2:]],
)
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_reads_views_right(view, memory_format):
    layer = SeparableConv2d(20, 6, 3, padding=1)
    x = view(torch.randn(3, 20, 9, 12).to(memory_format=memory_format))
    assert error_of(fuse(layer), layer, x) <= WITHIN


def test_an_empty_batch_and_an_image_without_a_batch():
    layer = SeparableConv2d(20, 6, 3)
    fused = fuse(layer)
    assert fused(torch.zeros(0, 20, 5, 7)).shape == (0, 6, 3, 5)
    assert error_of(fused, layer, torch.randn(20, 5, 7)) <= WITHIN


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("special", [torch.nan, inf, -inf, -0.0, 1e-40, -3e-39, 3e38])
def test_special_numbers_go_where_they_go_in_torch(special, memory_format):
    block = randomized(
        nn.Sequential(*ConvBNReLU(16, 16, 3, groups=16), *ConvBNReLU(16, 8, 1), *ConvBNReLU(8, 8, 3))
    )
    x = torch.zeros(1, 16, 9, 9).to(memory_format=memory_format)
    x[0, 3, 4, 4] = special
    with torch.inference_mode():
        torch.testing.assert_close(fuse(block)(x), block(x), rtol=1e-5, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_denormals_are_not_flushed(memory_format):
    layer = SeparableConv2d(16, 4, 3, padding=1, bias=False)
    for stage in (layer.depthwise, layer.pointwise):
        nn.init.ones_(stage.weight)
    x = torch.full((1, 16, 9, 9), 1e-42).to(memory_format=memory_format)
    y = fuse(layer)(x)
    assert 0 < float(y.min()) < float(y.max()) < torch.finfo(torch.float32).tiny
    torch.testing.assert_close(y, layer(x), rtol=0, atol=1e-43)


@pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.system() != "Linux", reason="reads x86's flags"
)
def test_leftovers_in_memory_are_not_computed_with():
    """Lanes beyond the last pixel are multiplied too; denormal numbers left in them would be many times slower."""
    before, underflow = torch.get_num_threads(), 0x10
    torch.set_num_threads(1)
    layer, filler = (fuse(SeparableConv2d(256, c_out, 3, padding=1, bias=False)) for c_out in (256, 1))
    filler.depthwise_weight.fill_(1.0)
    flags = ctypes.CDLL("libm.so.6")
    try:
        with torch.inference_mode():
            filler(torch.full((1, 256, 16, 16), 1e-41))
            flags.feclearexcept(underflow)
            layer(torch.ones(1, 256, 9, 9))
            assert not flags.fetestexcept(underflow)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("net", "pairs"),
    [(mobilenet_v1(0.5), 13), (mobilenet_v2(0.5), 17), (InvertedResidual(16, 16), 1)],
    ids=["mobilenet_v1", "mobilenet_v2", "inverted residual"],
)
def test_a_whole_network_gives_the_same(net, pairs):
    net = randomized(net)
    before = copy.deepcopy(net.state_dict())
    fused = fuse(net)
    x = torch.randn(2, 16 if pairs == 1 else 3, 64, 64)
    assert sum(isinstance(part, FusedSeparable) for part in fused.modules()) == pairs
    assert not any(isinstance(part, nn.BatchNorm2d) for part in fused.modules())
    assert error_of(fused, net, x) <= 10 * WITHIN  # through 27 layers; PyTorch's own float32 is as far away
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_same_padding_and_nested_sequentials():
    chain = nn.Sequential(
        nn.Sequential(nn.Conv2d(5, 5, 3, padding="same", groups=5)), nn.Conv2d(5, 4, 1), nn.GELU()
    )
    fused = fuse(chain)
    assert [type(part) for part in fused] == [FusedSeparable, nn.GELU]
    assert error_of(fused, chain, torch.randn(1, 5, 6, 7)) <= WITHIN


def test_a_module_that_is_there_twice_is_called_twice():
    relu = nn.ReLU()
    chain = nn.Sequential(nn.Conv2d(5, 5, 3, groups=5), relu, nn.Conv2d(5, 4, 1), relu)
    fused = fuse(chain)
    assert fused.limits == (0, inf)
    assert error_of(fused, chain, torch.randn(1, 5, 6, 7)) <= WITHIN


def test_what_cannot_be_fused_stays_beside_what_can():
    wide = SeparableConv2d(6, 6, 5, padding=2)
    net = randomized(nn.Sequential(wide, nn.BatchNorm2d(6), SeparableConv2d(6, 4, 3)))
    fused = fuse(net)
    assert [type(part) for part in fused] == [nn.Conv2d, nn.Conv2d, FusedSeparable]
    assert error_of(fused, net, torch.randn(1, 6, 8, 9)) <= WITHIN


def test_copies_and_pickles_work():
    fused = fuse(randomized(mobilenet_v1(0.25)))
    x = torch.randn(1, 3, 32, 32)
    with torch.inference_mode():
        right = fused(x)
        for other in (copy.deepcopy(fused), pickle.loads(pickle.dumps(fused))):
            assert torch.equal(other(x), right)


def test_new_weights_are_used():
    first, second = fuse(SeparableConv2d(16, 8, 3)), fuse(SeparableConv2d(16, 8, 3))
    x = torch.randn(1, 16, 5, 5)
    first(x), second(x)
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(x), second(x))


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        ("x", TypeError, "module='x' is of type str"),
        (SeparableConv2d(4, 2, 3).double(), TypeError, "depthwise.weight is torch.float64 on cpu"),
        (mobilenet_v1(0.25), ValueError, r"stem.norm \(BatchNorm2d\) is in training mode.*module.eval\(\)"),
        (nn.Linear(3, 4), ValueError, "nothing to fuse in this Linear"),
        (SeparableConv2d(4, 2, 5), ValueError, r"kernel_size=\(5, 5\); only \(3, 3\)"),
        (SeparableConv2d(4, 2, 3, dilation=2), ValueError, r"dilation=\(2, 2\)"),
        (SeparableConv2d(4, 2, 3, depth_multiplier=2), ValueError, "out_channels=8 is not in_channels=4"),
        (nn.Sequential(nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 2, 3)), ValueError, "no pointwise"),
        (nn.Sequential(nn.Conv2d(4, 4, 3, groups=4, padding_mode="reflect"), nn.Conv2d(4, 2, 1)), ValueError, "padding_mode='reflect'"),
    ],
)  # fmt: skip
def test_says_what_it_refuses(module, error, message):
    with pytest.raises(error, match=message):
        fuse(module)


def test_refuses_to_lose_a_hook():
    layer = SeparableConv2d(4, 2, 3)
    layer.depthwise.register_forward_hook(lambda *_: None)
    with pytest.raises(ValueError, match="depthwise has a hook"):
        fuse(layer)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (torch.zeros(1, 7, 5, 5), ValueError, r"x has shape \(1, 7, 5, 5\); it must be \(N, 8, H, W\)"),
        (torch.zeros(8, 5), ValueError, "it must be"),
        (torch.zeros(1, 8, 2, 5), ValueError, "2×5 pixels.*no 3×3 kernel fits"),
        (torch.zeros(1, 8, 5, 5, dtype=torch.float64), TypeError, "x is torch.float64"),
        (torch.zeros(1, 8, 5, 5, device="meta"), TypeError, "on meta"),
        (torch.zeros(1, 8, 5, 5, requires_grad=True), ValueError, "x.requires_grad is True"),
    ],
)
def test_says_what_is_wrong_with_the_input(x, error, message):
    with pytest.raises(error, match=message):
        fuse(SeparableConv2d(8, 5, 3))(x)


def test_without_a_compiler_it_says_so_and_computes_the_same(without_a_compiler):
    net = randomized(mobilenet_v1(0.25))
    with pytest.warns(UserWarning, match=r"no C\+\+ compiler"):
        fused = fuse(net)
    assert not any(isinstance(part, FusedSeparable | nn.BatchNorm2d) for part in fused.modules())
    assert error_of(fused, net, torch.randn(1, 3, 32, 32)) <= 10 * WITHIN


def test_a_compiler_that_fails_is_quoted(without_a_compiler, monkeypatch, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho 'no such option' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CXX", str(broken))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "cannot compile the kernel: no such option" in compiling.why_not()
    assert not list(tmp_path.glob("sepconv/*.so"))


def test_compiles_once_and_keeps_it(monkeypatch, tmp_path):
    program = "from sepconv.convolution.fused.compiling import kernel; print(kernel()._name)"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert names[0] == names[1]
    assert [str(path) for path in tmp_path.glob("sepconv/*")] == [names[0]]


def test_limits_of_relu6_are_kept():
    block = nn.Sequential(
        nn.Conv2d(1, 1, 3, groups=1, bias=False), nn.ReLU6(), nn.Conv2d(1, 1, 1, bias=False)
    )
    nn.init.ones_(block[0].weight)
    nn.init.ones_(block[2].weight)
    with warnings.catch_warnings(action="error"):
        fused = fuse(block)
    assert fused.middle_limits == (0, 6)
    assert fused.limits == (-inf, inf)
    assert fused(torch.full((1, 1, 3, 3), 5.0)).item() == 6
