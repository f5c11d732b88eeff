"""What count() says of the backward pass, and of products that it does not count.

The oracle: a grouped convolution is as many dense ones, each on its own channels, side by side; in two dimensions it is
also a batch of matrix products. PyTorch counts the gradients of dense convolutions and of matrix products rightly.
"""

import pytest
import torch
from test_count import Model, weight
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode

import sepconv
from sepconv import output_size
from sepconv.convolution import blocks
from sepconv.convolution.layers import InvertedResidual, SeparableConv2d
from sepconv.measuring.counting import count


class Groups(nn.Module):
    """A grouped convolution, transposed or not, as dense ones side by side, with the same number of multiplications."""

    def __init__(self, layer):
        super().__init__()
        self.groups, options = (
            layer.groups,
            {"stride": layer.stride, "dilation": layer.dilation, "bias": False},
        )
        options["padding"] = layer.padding
        sizes = layer.in_channels // self.groups, layer.out_channels // self.groups, layer.kernel_size
        self.layers = nn.ModuleList(type(layer)(*sizes, **options) for _ in range(self.groups))

    def forward(self, x):
        parts = x.chunk(self.groups, dim=1)
        return torch.cat([layer(part) for layer, part in zip(self.layers, parts, strict=True)], dim=1)


class MatrixProducts(nn.Module):
    """A grouped convolution in two dimensions, as one matrix product for each group."""

    def __init__(self, layer):
        super().__init__()
        self.geometry = {
            name: getattr(layer, name) for name in ("kernel_size", "stride", "padding", "dilation")
        }
        self.weight = nn.Parameter(layer.weight.detach().reshape(layer.groups, -1, layer.weight[0].numel()))

    def forward(self, x):
        windows = functional.unfold(x, **self.geometry).unflatten(1, (len(self.weight), -1))
        return (self.weight @ windows).reshape(len(x), -1, *output_size(tuple(x.shape[2:]), **self.geometry))


def dense(module):
    """Replace every grouped convolution in a module."""
    if getattr(module, "groups", 1) > 1 and hasattr(module, "kernel_size"):
        return MatrixProducts(module) if isinstance(module, nn.Conv2d) else Groups(module)
    for name, child in module.named_children():
        setattr(module, name, dense(child))
    return module


def flops_of_a_step(model, x):
    """PyTorch's count of a forward pass, and of the backward pass after it."""
    with FlopCounterMode(display=False) as forward:
        y = model.eval()(x)
    with FlopCounterMode(display=False) as backward:
        (y[0] if isinstance(y, tuple) else y).sum().backward()
    return forward.get_total_flops(), backward.get_total_flops()


LAYERS = {
    "standard": (lambda: nn.Conv2d(3, 4, 3), (2, 3, 6, 9)),
    "stride, padding, dilation": (lambda: nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2)), (1, 4, 9, 7)),
    "padding as large as the kernel": (lambda: nn.Conv2d(2, 3, 3, padding=2), (1, 2, 4, 5)),
    "grouped": (lambda: nn.Conv2d(4, 6, 3, groups=2), (2, 4, 7, 6)),
    "grouped, stride": (lambda: nn.Conv2d(6, 9, 3, 2, 1, groups=3), (1, 6, 8, 7)),
    "depthwise": (lambda: nn.Conv2d(6, 6, 3, padding=1, groups=6), (2, 6, 5, 8)),
    "depthwise, 512 channels": (lambda: nn.Conv2d(512, 512, 3, padding=1, groups=512), (1, 512, 14, 14)),
    "depthwise, multiplier 3": (lambda: nn.Conv2d(4, 12, 3, groups=4), (1, 4, 6, 5)),
    "depthwise, 7×7, dilated": (lambda: nn.Conv2d(5, 5, 7, padding=6, dilation=2, groups=5), (1, 5, 9, 8)),
    "pointwise": (lambda: nn.Conv2d(5, 7, 1), (2, 5, 4, 6)),
    "pointwise, grouped": (lambda: nn.Conv2d(6, 4, 1, groups=2), (1, 6, 4, 5)),
    "no bias": (lambda: nn.Conv2d(3, 2, 5, bias=False), (1, 3, 8, 9)),
    "separable": (lambda: SeparableConv2d(4, 6, 3, 2, 1, depth_multiplier=2), (2, 4, 9, 8)),
    "inverted residual": (lambda: InvertedResidual(4, 4), (1, 4, 6, 7)),
    "one dimension": (lambda: nn.Conv1d(4, 6, 3, 2, groups=2, dilation=2), (3, 4, 20)),
    "one dimension, depthwise": (lambda: nn.Conv1d(8, 8, 4, padding=3, groups=8), (2, 8, 11)),
    "three dimensions": (lambda: nn.Conv3d(4, 4, (1, 2, 3), groups=2), (1, 4, 4, 5, 6)),
    "transposed": (lambda: nn.ConvTranspose2d(4, 6, 3, 2), (1, 4, 5, 6)),
    "transposed, grouped": (lambda: nn.ConvTranspose2d(4, 6, 4, 2, 1, groups=2), (2, 4, 5, 6)),
    "transposed, depthwise": (lambda: nn.ConvTranspose2d(6, 6, 3, 2, groups=6), (1, 6, 4, 5)),
    "linear": (lambda: nn.Linear(7, 5), (4, 7)),
    "linear at each pixel": (lambda: nn.Linear(7, 5, bias=False), (2, 3, 4, 7)),
    "attention": (lambda: Model(lambda self, x: self.mha(x, x, x)[0], mha=nn.MultiheadAttention(12, 2)), (5, 2, 12)),
    "gru": (lambda: nn.GRU(4, 5), (7, 3, 4)),
    "ConvNeXt block": (lambda: blocks.ConvNeXtBlock(8), (1, 8, 9, 8)),
    "Conformer convolution": (lambda: blocks.ConformerConv(8, 5), (2, 8, 12)),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_layers_cost_what_their_gradients_cost(name):
    """Twice: as the first layer, which needs no gradient of its input, and after another one."""
    build, shape = LAYERS[name]
    layer = build()
    first, later = layer, nn.Sequential(Model(lambda self, x: x + self.shift, shift=weight(1)), layer)
    counted = [count(model, shape, backward=True) for model in (first, later)]
    plain = dense(layer)
    later[1] = plain
    for model, found in zip((plain, later), counted, strict=True):
        assert (2 * found.macs, 2 * found.backward_macs) == flops_of_a_step(model, torch.zeros(shape))
    if hasattr(layer, "weight"):
        assert [found.backward_macs // found.macs for found in counted] == [1, 2]


NETS = {
    "mobilenet_v1": (sepconv.mobilenet_v1, (1, 3, 224, 224)),
    "mobilenet_v1_standard": (sepconv.mobilenet_v1_standard, (1, 3, 224, 224)),
    "mobilenet_v2": (sepconv.mobilenet_v2, (1, 3, 224, 224)),
    "small_standard": (sepconv.small_standard, (5, 1, 28, 28)),
    "small_separable": (sepconv.small_separable, (5, 1, 28, 28)),
    "small_pointwise_first": (sepconv.small_pointwise_first, (5, 1, 28, 28)),
}


@pytest.mark.parametrize("name", NETS)
def test_nets_cost_what_their_gradients_cost(name):
    build, shape = NETS[name]
    with torch.device("meta"):
        model, x = build(), torch.zeros(shape)
    counted = count(model, shape, backward=True)
    stem = next(row.macs for row in counted.rows if row.macs)
    assert counted.backward_macs == 2 * counted.macs - stem  # of the image no gradient is taken
    assert (2 * counted.macs, 2 * counted.backward_macs) == flops_of_a_step(dense(model), x)
    assert counted.not_counted == ()


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_gradients_by_hand(groups):
    """Go through every product of the forward pass, and use it for both gradients; padding has products too."""
    c_in, c_out, k, stride = 4, 8, 3, 2
    x = torch.randn(1, c_in, 5, 6, dtype=torch.float64, requires_grad=True)
    layer = nn.Conv2d(c_in, c_out, k, stride, 1, groups=groups, bias=False, dtype=torch.float64)
    y = layer(x)
    y.backward(dy := torch.randn_like(y))
    padded, w = functional.pad(x.detach(), (1, 1, 1, 1))[0], layer.weight.detach()
    d_padded, d_w, macs_of_x, macs_of_w = torch.zeros_like(padded), torch.zeros_like(w), 0, 0
    for o, row, column in torch.cartesian_prod(*map(torch.arange, y.shape[1:])).tolist():
        group = o // (c_out // groups)
        for i, u, v in torch.cartesian_prod(*map(torch.arange, w.shape[1:])).tolist():
            place = group * (c_in // groups) + i, stride * row + u, stride * column + v
            d_padded[place] += dy[0, o, row, column] * w[o, i, u, v]
            macs_of_x += 1
            d_w[o, i, u, v] += dy[0, o, row, column] * padded[place]
            macs_of_w += 1
    torch.testing.assert_close(x.grad[0], d_padded[:, 1:-1, 1:-1])
    torch.testing.assert_close(layer.weight.grad, d_w)
    after_another = Model(
        lambda self, x: self.layer(x * 1 + self.shift), shift=weight(1), layer=layer.float()
    )
    assert count(after_another, (1, c_in, 5, 6), backward=True).backward_macs == macs_of_x + macs_of_w
    assert count(layer, (1, c_in, 5, 6), backward=True).backward_macs == macs_of_w


def test_pytorchs_own_counter_does_not_divide_by_the_groups():
    """The lesson warns of it. When this fails, PyTorch was mended: change the warning."""
    x = torch.zeros(1, 512, 14, 14, requires_grad=True)
    layer = nn.Conv2d(512, 512, 3, padding=1, groups=512, bias=False)
    assert flops_of_a_step(layer, x) == (2 * 903_168, 2 * 513 * 903_168)


def backward_macs(model, shape=(2, 3)):
    return count(model, shape, backward=True).backward_macs


def test_what_needs_no_gradient_has_none():
    frozen = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5))
    assert backward_macs(frozen) == 2 * (3 * 4 + 2 * 4 * 5)
    frozen[0].requires_grad_(False)
    assert backward_macs(frozen) == 2 * 4 * 5
    assert backward_macs(frozen.requires_grad_(False)) == 0
    assert backward_macs(nn.Softmax(1)) == 0

    def cut_off(self, x):
        with torch.no_grad():
            y = self.first(x)
        self.third(y)  # goes nowhere
        return self.second(self.third(x).detach() + y)

    parts = {name: nn.Linear(3, 3) for name in ("first", "second", "third")}
    assert backward_macs(Model(cut_off, **parts)) == 2 * 3 * 3


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        return x @ w

    @staticmethod
    def backward(ctx, dy):
        return dy, None


def test_gradients_written_by_hand_are_named():
    model = Model(lambda self, x: self.last(Doubled.apply(x, self.w)), w=weight(3, 3), last=nn.Linear(3, 2))
    counted = count(model, (2, 3), backward=True)
    assert counted.macs == 2 * (9 + 6)
    assert counted.backward_macs == 2 * 2 * 6
    assert counted.not_counted == ("DoubledBackward in (model)",)
    assert count(model, (2, 3)).not_counted == ()


def test_what_is_computed_again_is_counted_once():
    model = Model(lambda self, x: checkpoint(self.layer, x, use_reentrant=False), layer=nn.Linear(3, 4))
    assert backward_macs(model) == 2 * 3 * 4


def test_outputs_of_every_kind_and_callers_without_gradients():
    layer = nn.Linear(3, 4)
    assert backward_macs(Model(lambda self, x: {"a": [self.layer(x)], "b": 1}, layer=layer)) == 24
    with torch.no_grad():
        assert backward_macs(layer) == 24
    with torch.inference_mode():
        assert backward_macs(layer) == 24
        assert torch.is_inference_mode_enabled()
    assert layer.weight.grad is None
    for function in (lambda self, x: self.layer(x).argmax(), lambda self, x: None):
        with pytest.raises(ValueError, match="backward=True, but the output of Model has no gradient"):
            count(Model(function, layer=layer), (2, 3), backward=True)
    with pytest.raises(TypeError, match="backward='yes'"):
        count(layer, (2, 3), backward="yes")


def test_the_backward_pass_has_a_column_if_it_was_asked_for():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5))
    counted, plain = count(model, (2, 3), backward=True), count(model, (2, 3))
    assert "64 MACs = 128 FLOPs; 104 backward MACs; 18 activations" in str(counted)
    assert [row.backward_macs for row in counted.rows] == [24, 80]
    assert str(counted).splitlines()[-1].split() == ["total", "32", "9", "0", "0", "64", "104", "18"]
    assert "backward MACs</th>" in counted._repr_html_()
    assert plain.backward_macs is None
    assert "backward" not in str(plain) + plain._repr_html_()


# --- products with parameters -------------------------------------------------------------------------------------


def shifted(self, x):
    """A depthwise layer, written as a sum of shifted copies."""
    (height, width), x = x.shape[2:], functional.pad(x, (1, 1, 1, 1))
    return sum(
        self.w[:, i, j, None, None] * x[:, :, i : i + height, j : j + width]
        for i in range(3)
        for j in range(3)
    )


def added(self, x):
    return torch.zeros_like(x).addcmul_(x, self.w[:, :1, :1])


def changed_weights(self, x):
    return x * self.w.softmax(0).flip(1)[:, 0, 0].clone()[:, None, None]


def kept_in_a_buffer(self, x):
    self.buffer[:] = x[0]
    return self.buffer * self.w[:, :1, :1]


NAMED = {"mul": [shifted, changed_weights, kept_in_a_buffer], "addcmul": [added]}


@pytest.mark.parametrize(("name", "function"), [(name, f) for name, fs in NAMED.items() for f in fs])
@pytest.mark.parametrize("backward", [False, True])
def test_a_product_with_a_parameter_is_named(name, function, backward):
    model = Model(function, w=weight(4, 3, 3), other=nn.Conv2d(4, 4, 1))
    model.register_buffer("buffer", torch.zeros(4, 6, 7))
    model.buffer.requires_grad_(False)
    counted = count(model, (1, 4, 6, 7), backward)
    assert counted.not_counted == (f"{name} with a parameter in (model)",)
    assert f"not counted: {name} with a parameter in (model)" in str(counted)
    assert (counted.macs, counted.activations) == (0, 0)


def test_a_layer_scale_is_named():
    assert count(blocks.ConvNeXtBlock(8), (1, 8, 9, 9)).not_counted == (
        "mul with a parameter in stages.scale",
    )


class HomemadeNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = weight(4)

    def forward(self, x):
        return x * x.pow(2).mean(-1, keepdim=True).rsqrt() * self.gain


def masked(self, x):
    return functional.linear(x, self.w * self.mask * 2)


def gated(self, x):
    return x * self.mask[0] * functional.linear(x, self.w).sigmoid()


@pytest.mark.parametrize(
    "model", [HomemadeNorm(), nn.RMSNorm(4), Model(masked, w=weight(4, 4)), Model(gated, w=weight(4, 4))]
)
def test_other_products_are_free(model):
    model.register_buffer("mask", torch.ones(4, 4))
    assert count(model, (2, 4)).not_counted == ()
