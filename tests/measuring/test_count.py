"""count() against PyTorch's own counters, against formulas, and against what it must leave alone."""

import random
import subprocess
import sys
import threading
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_counting import layers
from torch import nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.utils import parametrizations
from torch.utils.flop_counter import FlopCounterMode

import sepconv
from sepconv.convolution.layers import ChannelShuffle, InvertedResidual, SeparableConv2d
from sepconv.convolution.nets import mobilenet_v1, mobilenet_v1_standard, mobilenet_v2
from sepconv.measuring.counting import conv2d_cost, count
from sepconv.measuring.counting.operations import cost

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning"),
    pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning"),
    pytest.mark.filterwarnings("ignore:TF32 acceleration on top of oneDNN:UserWarning"),
]


class Model(nn.Module):
    """A module whose forward is a function of itself and its inputs, and whose parts are named in the call."""

    def __init__(self, forward, **parts):
        super().__init__()
        self.function = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs):
        return self.function(self, *inputs)


def weight(*shape):
    return nn.Parameter(torch.randn(*shape))


def tensors(shapes):
    shapes = shapes if isinstance(shapes, list) else [shapes]
    return [shape if isinstance(shape, torch.Tensor) else torch.zeros(shape) for shape in shapes]


def oracle(model, shapes):
    """PyTorch's count, in MACs, with attention as matrix products and LSTMs as their steps."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with (
            torch.no_grad(),
            sdpa_kernel(SDPBackend.MATH),
            torch.backends.mkldnn.flags(enabled=False),
            FlopCounterMode(display=False) as counter,
        ):
            model.eval()(*tensors(shapes))
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


# --- the oracle --------------------------------------------------------------------------------------------------


def bottleneck(channels, middle, groups=1):
    """The residual block of ResNet, and of ResNeXt with groups."""
    path = nn.Sequential(
        nn.Conv2d(channels, middle, 1, bias=False),
        nn.BatchNorm2d(middle),
        nn.ReLU(inplace=True),
        nn.Conv2d(middle, middle, 3, padding=1, groups=groups, bias=False),
        nn.BatchNorm2d(middle),
        nn.ReLU(inplace=True),
        nn.Conv2d(middle, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
    )
    return Model(lambda self, x: functional.relu(x + self.path(x)), path=path)


def resnet(groups=1):
    stem = [nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return nn.Sequential(
        *stem, bottleneck(8, 12, groups), bottleneck(8, 12, groups), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)
    )  # fmt: skip


def convnext_block(channels):
    """Linear layers run at every pixel, on channels that come last."""

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.reduce(functional.gelu(self.expand(y)))).permute(0, 3, 1, 2)

    return Model(
        forward,
        depthwise=nn.Conv2d(channels, channels, 7, padding=3, groups=channels),
        norm=nn.LayerNorm(channels),
        expand=nn.Linear(channels, 4 * channels),
        reduce=nn.Linear(4 * channels, channels),
        scale=nn.Parameter(torch.ones(channels)),
    )


def attention(**options):
    return Model(
        lambda self, x: self.mha(x, x, x, need_weights=options.get("need_weights", True))[0],
        mha=nn.MultiheadAttention(12, 2, batch_first=options.get("batch_first", False)),
    )


def padded_encoder():
    padding = torch.tensor([[False, False, True], [False, True, True]])
    layer = nn.TransformerEncoderLayer(12, 2, 16, batch_first=True)
    return Model(
        lambda self, x: self.encoder(x, src_key_padding_mask=padding), encoder=nn.TransformerEncoder(layer, 2)
    )


def attention_by_hand():
    def forward(self, x):
        q, k, v = self.qkv(x).unflatten(-1, (3, 2, 6)).permute(2, 0, 3, 1, 4)
        return self.out(
            functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        )

    return Model(forward, qkv=nn.Linear(12, 36), out=nn.Linear(12, 12))


def decoder():
    return nn.Sequential(
        nn.ConvTranspose2d(8, 6, 4, stride=2, padding=1, groups=2),
        nn.ReLU(),
        nn.ConvTranspose2d(6, 6, 3, stride=2, padding=1, output_padding=1, groups=6, bias=False),
        nn.ConvTranspose2d(6, 3, 3, dilation=2),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.Conv2d(3, 1, (1, 3), padding="same"),
    )


def functional_net():
    def forward(self, x):
        x = functional.conv2d(x, self.dense, padding="same", dilation=2)
        x = torch.einsum("nchw,oc->nohw", x, self.mix)
        x = functional.conv_transpose2d(x, self.up, stride=2, groups=2)
        x = x.flatten(2) @ self.right
        x = torch.baddbmm(x, x, self.square.expand(len(x), -1, -1))
        x = torch.tensordot(x, self.square, dims=1)
        return functional.linear(x, self.mix[:, :1].expand(-1, x.shape[-1]), self.mix[:, 0])

    return Model(
        forward, dense=weight(4, 3, 2, 2), mix=weight(6, 4), up=weight(6, 2, 3, 3), right=weight(15 * 13, 4), square=weight(4, 4)
    )  # fmt: skip


def one_and_three_dimensions():
    def forward(self, signal, volume):
        return self.up(self.signal(signal)), self.volume(volume)

    return Model(
        forward,
        signal=nn.Conv1d(4, 6, 3, stride=2, groups=2, dilation=2),
        up=nn.ConvTranspose1d(6, 4, 5, stride=3),
        volume=nn.Conv3d(2, 4, (1, 2, 3), padding="same", groups=2),
    )


def called_three_times():
    return Model(lambda self, x: self.same(self.same(self.same(x))), same=nn.Conv2d(3, 3, 3))


def twice_in_a_sequence():
    shared = nn.Linear(5, 5)
    return nn.Sequential(shared, nn.ReLU(), shared)


def tied():
    model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 10))
    model[1].weight = model[0].weight
    return model


TOKENS = torch.tensor([[1, 2, 3], [4, 5, 6]])
MODELS = {
    "mobilenet_v1": (lambda: mobilenet_v1(0.25, 7), (1, 3, 64, 64)),
    "mobilenet_v1_standard": (lambda: mobilenet_v1_standard(0.25, 7), (1, 3, 64, 64)),
    "mobilenet_v2": (lambda: mobilenet_v2(0.35, 7), (1, 3, 64, 64)),
    "separable layers": (
        lambda: nn.Sequential(SeparableConv2d(4, 6, (3, 2), 2, 1, depth_multiplier=2), ChannelShuffle(3), InvertedResidual(6, 6)),
        (2, 4, 9, 8),
    ),
    "resnet": (resnet, (2, 3, 32, 40)),
    "resnext": (lambda: resnet(groups=4), (2, 3, 32, 40)),
    "convnext": (lambda: nn.Sequential(nn.Conv2d(3, 6, 4, 4), convnext_block(6), convnext_block(6)), (2, 3, 16, 24)),
    "attention": (attention, (5, 2, 12)),
    "attention, batch first": (lambda: attention(batch_first=True), (2, 5, 12)),
    "attention, fused": (lambda: attention(batch_first=True, need_weights=False), (2, 5, 12)),
    "attention by hand": (attention_by_hand, (2, 5, 12)),
    "encoder": (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 2, 16), 2), (5, 2, 12)),
    "encoder, batch first": (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 2, 16, batch_first=True), 2), (2, 5, 12)),
    "encoder, padded": (padded_encoder, (2, 3, 12)),
    "transformer": (lambda: nn.Transformer(8, 2, 1, 1, 16), [(5, 2, 8), (3, 2, 8)]),
    "decoder": (decoder, (2, 8, 5, 6)),
    "functional": (functional_net, (2, 3, 7, 6)),
    "one and three dimensions": (one_and_three_dimensions, [(2, 4, 20), (1, 2, 4, 5, 6)]),
    "unbatched": (lambda: nn.Conv2d(3, 4, 3, groups=1), (3, 6, 7)),
    "called three times": (called_three_times, (1, 3, 9, 9)),
    "twice in a sequence": (twice_in_a_sequence, (2, 3, 5)),
    "tied": (tied, TOKENS),
    "gru": (lambda: nn.GRU(4, 5, num_layers=2, bidirectional=True), (7, 3, 4)),
    "rnn": (lambda: nn.RNN(4, 5, batch_first=True), (3, 7, 4)),
    "lstm": (lambda: nn.LSTM(4, 5, num_layers=2, bidirectional=True), (7, 3, 4)),
    "lstm, batch first": (lambda: nn.LSTM(4, 5, bias=False, batch_first=True), (3, 7, 4)),
    "weight norm": (lambda: parametrizations.weight_norm(nn.Conv2d(3, 4, 3)), (1, 3, 6, 6)),
    "nothing to learn": (lambda: nn.Sequential(nn.AvgPool2d(2), nn.Softmax(1)), (1, 3, 6, 6)),
}  # fmt: skip


# PyTorch's counter does not see that the scale of a ConvNeXt block multiplies; count() says so.
NAMED = {"convnext": ("mul with a parameter in 1", "mul with a parameter in 2")}


@pytest.mark.parametrize("name", MODELS)
def test_it_agrees_with_pytorchs_counter_and_with_numel(name):
    build, shapes = MODELS[name]
    model = build()
    counted = count(model, shapes)
    assert counted.not_counted == NAMED.get(name, ())
    assert counted.flops == 2 * counted.macs == 2 * oracle(model, shapes)
    assert counted.parameters == sum(p.numel() for p in model.parameters())
    assert counted.parameters == counted.weights + counted.biases + counted.norm
    assert counted.buffers == sum(b.numel() for b in model.buffers())


SETTINGS = st.fixed_dictionaries(
    {
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 2),
        "dilation": st.integers(1, 2),
        "bias": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None)
@given(layers(), st.integers(1, 3))
def test_a_convolution_costs_what_the_formula_says(case, batch):
    arguments, size = case
    counted = count(nn.Conv2d(**arguments), (batch, arguments["in_channels"], *size))
    formula = conv2d_cost(**arguments, input_size=size)
    assert (counted.weights, counted.biases) == (formula.weights, formula.biases)
    assert (counted.macs, counted.activations) == (batch * formula.macs, batch * formula.activations)
    assert counted.rows[0].output_shapes == ((batch, arguments["out_channels"], *formula.output_size),)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [nn.Conv1d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d],
    ),
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    SETTINGS,
)
def test_convolutions_of_every_kind_cost_what_pytorch_counts(kind, sizes, options):
    groups, c_in, c_out, kernel_size = sizes
    model = kind(groups * c_in, groups * c_out, kernel_size, groups=groups, **options)
    shape = (2, groups * c_in, *range(7, 7 + int(kind.__name__[-2])))
    assert count(model, shape).macs == oracle(model, shape) > 0


# --- what other counters get wrong -------------------------------------------------------------------------------


def macs(model, shapes):
    return count(model, shapes).macs


def test_a_transposed_convolution_is_counted_on_its_input():
    assert macs(nn.ConvTranspose2d(8, 6, 4, stride=2), (1, 8, 5, 7)) == 8 * 5 * 7 * 6 * 16
    assert macs(nn.ConvTranspose2d(8, 6, 4, stride=2, groups=2), (1, 8, 5, 7)) == 8 * 5 * 7 * 3 * 16
    assert macs(nn.ConvTranspose2d(8, 8, 4, stride=2, groups=8), (1, 8, 5, 7)) == 8 * 5 * 7 * 1 * 16


def test_macs_and_activations_are_of_the_whole_batch_and_parameters_are_not():
    one, eight = (count(nn.Conv2d(3, 4, 3), (n, 3, 6, 9)) for n in (1, 8))
    assert (eight.macs, eight.activations) == (8 * one.macs, 8 * one.activations)
    assert eight.parameters == one.parameters == 112


def test_a_bias_adds_no_mac():
    for layer in (nn.Conv2d, nn.ConvTranspose2d):
        assert macs(layer(3, 4, 3, bias=True), (1, 3, 6, 9)) == macs(layer(3, 4, 3, bias=False), (1, 3, 6, 9))
    assert macs(nn.Linear(3, 4), (2, 3)) == macs(nn.Linear(3, 4, bias=False), (2, 3)) == 24


def test_a_linear_layer_costs_at_each_position():
    assert macs(nn.Linear(6, 24), (2, 5, 7, 6)) == 2 * 5 * 7 * 6 * 24


def test_normalization_activation_and_pooling_are_free():
    free = nn.Sequential(
        *[nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.LocalResponseNorm(2), nn.LayerNorm([8, 8])],
        *[nn.RMSNorm(8), nn.ReLU(), nn.ReLU6(), nn.GELU(), nn.SiLU(), nn.Hardswish(), nn.Hardsigmoid(), nn.PReLU()],
        *[nn.Mish(), nn.ELU(), nn.Softplus(), nn.LogSigmoid(), nn.RReLU(), nn.LeakyReLU(), nn.Tanhshrink()],
        *[nn.Softmax(1), nn.LogSoftmax(1), nn.Dropout(), nn.Dropout2d(), nn.GLU(1), nn.ReflectionPad2d(1)],
        *[nn.ReplicationPad2d(1), nn.ZeroPad2d(1), nn.CircularPad2d(1), nn.MaxPool2d(3, 1), nn.AvgPool2d(3, 1)],
        *[nn.LPPool2d(2, 2, 1), nn.AdaptiveAvgPool2d(6), nn.PixelUnshuffle(2), nn.PixelShuffle(2), nn.AdaptiveMaxPool2d(4)],
        *[nn.Upsample(scale_factor=2, mode=mode) for mode in ("nearest", "bilinear", "bicubic", "area")],
        *[nn.Unfold(3), nn.Fold((64, 64), 3), nn.Flatten(), nn.Unflatten(1, (2, -1))],
    )  # fmt: skip
    counted = count(free, (2, 4, 8, 8))
    assert (counted.macs, counted.activations, counted.not_counted) == (0, 0, ())


def test_tensor_gymnastics_are_free():
    def forward(self, x):
        x = torch.cat([x, x.flip(1)], 1).roll(1, 2).repeat(1, 1, 2, 1)[..., 1:].clone()
        x = torch.stack([*x.unbind(1)], 1).masked_fill(x > 0, 1.0).where(x < 1, x).clamp(0, 1).sort(2).values
        x[:, 0] = 0
        x = (
            x.index_select(1, torch.arange(2))
            .gather(2, torch.zeros(1, 2, 1, 2, dtype=torch.long))
            .to(torch.float64)
        )
        x = x - x.mean((2, 3), keepdim=True) / (x.var() + x.std() + x.norm() + x.amax() + 1).sqrt()
        return (
            x.cumsum(1).topk(1, 1).values.tril().contiguous() * torch.rand(2),
            x.argmax().item(),
            x.unique(),
        )

    counted = count(Model(forward), (1, 2, 3, 4))
    assert (counted.macs, counted.not_counted) == (0, ())


def test_attention_goes_by_its_formula_whatever_the_mask_and_the_sizes():
    def attend(self, q, k, v, *mask):
        return functional.scaled_dot_product_attention(q, k, v, *mask)

    heads, t_q, t_k, d_k, d_v = 3, 5, 7, 4, 6
    shapes = [(2, heads, t_q, d_k), (2, heads, t_k, d_k), (2, heads, t_k, d_v)]
    expected = 2 * heads * t_q * t_k * (d_k + d_v)
    assert macs(Model(attend), shapes) == macs(Model(attend), [*shapes, (t_q, t_k)]) == expected
    q, k, v = tensors(shapes)
    y = attend(None, q, k, v)
    for backend in ("flash_attention", "flash_attention_for_cpu", "efficient_attention", "cudnn_attention"):
        operation = getattr(torch.ops.aten, f"_scaled_dot_product_{backend}").default
        assert cost(operation, (q, k, v), (y, None)) == (expected, y.numel())
    self_attention = [(1, heads, t_q, d_k)] * 3
    for backend in (SDPBackend.MATH, SDPBackend.FLASH_ATTENTION):
        with sdpa_kernel(backend):
            assert macs(Model(attend), self_attention) == 2 * heads * t_q**2 * d_k


def test_matrix_products_of_every_kind():
    a, b, c = (3, 4), (4, 5), (3, 5)
    assert macs(Model(lambda _, a, b: a @ b), [a, b]) == 60
    assert macs(Model(lambda _, a, b, c: torch.addmm(c, a, b)), [a, b, c]) == 60
    assert macs(Model(lambda _, a, b, c: c.addmm_(a, b)), [a, b, c]) == 60
    assert macs(Model(lambda _, a, b: torch.mm(a, b, out=torch.empty(3, 5))), [a, b]) == 60
    assert macs(Model(lambda _, a, b: torch.bmm(a, b)), [(2, *a), (2, *b)]) == 120
    assert macs(Model(lambda _, a, b: a @ b), [(2, 1, *a), (7, *b)]) == 2 * 7 * 60
    assert macs(Model(lambda _, a, b, c: torch.baddbmm(c, a, b)), [(2, *a), (2, *b), c]) == 120
    assert macs(Model(lambda _, a, b, c: torch.addbmm(c, a, b)), [(2, *a), (2, *b), c]) == 120
    assert macs(Model(lambda _, a, v: a @ v), [a, (4,)]) == 12
    assert macs(Model(lambda _, a, v, w: torch.addmv(w, a, v)), [a, (4,), (3,)]) == 12
    assert macs(Model(lambda _, v: v @ v), (4,)) == 4
    assert macs(Model(lambda _, v: torch.vdot(v, v)), (4,)) == 4
    assert macs(Model(lambda _, a, b: torch.einsum("ij,jk->ik", a, b)), [a, b]) == 60


def test_operations_in_a_models_own_inference_mode_are_seen():
    def forward(self, x):
        with torch.inference_mode():
            return self.conv(x).flatten(1) @ self.right

    model = Model(forward, conv=nn.Conv2d(3, 4, 3), right=weight(16, 2))
    assert macs(model, (2, 3, 4, 4)) == 2 * (108 * 4 + 16 * 2)
    with torch.inference_mode():
        assert macs(model, (2, 3, 4, 4)) == 2 * (108 * 4 + 16 * 2)


# --- what is not counted is named --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "shapes", "names"),
    [
        (lambda: Model(lambda self, x: torch.fft.irfft(torch.fft.rfft(x))), (1, 3, 6, 6), ["fft_r2c", "fft_c2r"]),
        (lambda: Model(lambda self, x: x.to_sparse() @ x), (3, 3), ["to_sparse", "mm"]),
        (lambda: nn.Bilinear(3, 4, 5), [(2, 3), (2, 4)], ["trilinear"]),
        (lambda: nn.EmbeddingBag(10, 4), TOKENS, ["embedding_bag"]),
        (lambda: Model(lambda self, x: torch.cdist(x, x)), (1, 4, 3), ["cdist_forward"]),
        (lambda: Model(lambda self, x: torch.linalg.inv(x + torch.eye(3))), (2, 3, 3), ["linalg_inv_ex"]),
        (lambda: Model(lambda self, x: torch.sparse.mm(x.to_sparse(), x)), (3, 3), ["to_sparse", "sparse_addmm"]),
        (lambda: Model(lambda self, x: functional.grid_sample(x, torch.zeros(1, 2, 2, 2), align_corners=False)), (1, 3, 6, 6), ["grid_sampler_2d"]),
    ],
)  # fmt: skip
def test_an_operation_without_a_formula_is_named(build, shapes, names):
    counted = count(nn.Sequential(build()) if not isinstance(shapes, list) else build(), shapes)
    place = "(model)" if isinstance(shapes, list) else "0"
    assert counted.not_counted == tuple(f"{name} in {place}" for name in names)
    assert counted.macs == 0
    for name in names:
        assert f"not counted: {name} in {place}" in str(counted).splitlines()
        assert f"<p>not counted: {name} in {place}</p>" in counted._repr_html_()


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
def test_products_of_nested_tensors_are_named():
    def products(self, x):
        rows = torch.nested.as_nested_tensor([x, x[:2]])
        return torch.bmm(rows, torch.nested.as_nested_tensor([x.T, x.T]))

    counted = count(Model(products), (3, 4))
    assert "bmm in (model)" in counted.not_counted
    assert counted.macs == 0


def test_a_custom_operation_is_named_and_the_rest_is_counted():
    @torch.library.custom_op("sepconv_tests::heavy", mutates_args=())
    def heavy(x: torch.Tensor) -> torch.Tensor:
        return x.clone()

    mixer = Model(lambda self, x: heavy(self.conv(heavy(x))), conv=nn.Conv2d(3, 4, 3))
    counted = count(nn.Sequential(mixer, nn.Flatten()), (1, 3, 6, 6))
    assert counted.not_counted == ("heavy in 0",)
    assert counted.macs == 108 * 16
    assert [row.name for row in counted.rows] == ["0", "0.conv", "1"]


# --- one row for each call ---------------------------------------------------------------------------------------


def test_rows_add_up_and_say_where_each_number_is():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(216, 5)
    )
    counted = count(model, (2, 3, 6, 9))
    assert [(row.name, row.type, row.output_shapes) for row in counted.rows] == [
        ("0", "Conv2d", ((2, 4, 6, 9),)),
        ("1", "BatchNorm2d", ((2, 4, 6, 9),)),
        ("2", "ReLU", ((2, 4, 6, 9),)),
        ("3", "Flatten", ((2, 216),)),
        ("4", "Linear", ((2, 5),)),
    ]
    numbers = [(r.weights, r.biases, r.norm, r.buffers, r.macs, r.activations) for r in counted.rows]
    conv, linear = (108, 4, 0, 0, 2 * 108 * 54, 2 * 216), (1080, 5, 0, 0, 2 * 1080, 2 * 5)
    assert numbers == [conv, (0, 0, 8, 9, 0, 0), (0,) * 6, (0,) * 6, linear]
    assert [row.parameters for row in counted.rows] == [112, 8, 0, 0, 1085]
    for name in ("weights", "biases", "norm", "buffers", "parameters", "macs", "activations"):
        assert getattr(counted, name) == sum(getattr(row, name) for row in counted.rows)


def test_a_module_costs_at_each_call_and_learns_once():
    counted = count(called_three_times(), (1, 3, 9, 9))
    assert [row.output_shapes for row in counted.rows] == [((1, 3, 7, 7),), ((1, 3, 5, 5),), ((1, 3, 3, 3),)]
    assert [row.name for row in counted.rows] == ["same"] * 3
    assert [row.parameters for row in counted.rows] == [84, 0, 0]
    assert [row.macs for row in counted.rows] == [81 * 49, 81 * 25, 81 * 9]
    assert "counted where they first appear: parameters and buffers of same" in str(counted)


def test_tied_parameters_count_once():
    counted = count(tied(), TOKENS)
    assert [(row.type, row.weights, row.biases, row.macs) for row in counted.rows] == [
        ("Embedding", 40, 0, 0),
        ("Linear", 0, 10, 6 * 40),
    ]
    assert str(counted).endswith("counted where they first appear: parameters and buffers of 1")
    assert "first appear" not in str(count(nn.Linear(2, 2), (1, 2)))


def test_what_a_module_does_outside_of_its_children_is_its_own_row():
    counted = count(nn.Sequential(attention(), nn.Identity()), (5, 2, 12))
    rows = {row.name: row for row in counted.rows}
    assert list(rows) == ["0.mha", "1", "0.mha.out_proj"]
    assert (rows["0.mha"].weights, rows["0.mha"].biases, rows["0.mha.out_proj"].weights) == (432, 36, 144)
    assert rows["0.mha"].macs == counted.macs
    assert (rows["0.mha.out_proj"].output, rows["0.mha.out_proj"].called) == ("not called", False)
    convnext = {row.name: row for row in count(convnext_block(6), (1, 6, 8, 8)).rows}
    assert (convnext["(model)"].weights, convnext["(model)"].macs) == (6, 0)
    assert convnext["norm"].norm == 12


def test_a_module_kept_in_a_plain_list_is_seen_but_is_not_the_models():
    model = Model(lambda self, x: self.hidden[0](x), hidden=[nn.Conv2d(3, 4, 3)])
    counted = count(model, (1, 3, 6, 6))
    assert [(row.name, row.type, row.macs) for row in counted.rows if row.macs] == [
        ("(not registered)", "Conv2d", 1728)
    ]
    assert counted.parameters == sum(p.numel() for p in model.parameters()) == 0


def test_kinds_of_parameters():
    class MyRMSNorm(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = weight(4)

        def forward(self, x):
            return x * self.weight

    norms = [nn.LayerNorm(4), nn.RMSNorm(4), nn.GroupNorm(2, 4), MyRMSNorm()]
    assert count(nn.Sequential(*norms), (1, 4)).norm == 8 + 4 + 8 + 4
    gru = count(nn.GRU(4, 5), (1, 1, 4))
    assert (gru.weights, gru.biases) == (3 * 5 * (4 + 5), 2 * 3 * 5)
    normalized = count(parametrizations.weight_norm(nn.Linear(3, 4), "bias", dim=None), (1, 3))
    assert (normalized.weights, normalized.biases) == (12, 5)
    assert count(nn.Sequential(nn.Embedding(10, 4), nn.PReLU()), TOKENS).weights == 41


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (lambda x: x, "2×3"),
        (lambda x: {"a": x, "b": [x[0]]}, "2×3, 3"),
        (lambda x: (x.sum(), None), "a number"),
        (lambda x: [x] * 5, "2×3, 2×3, 3 more"),
        (lambda x: None, "no tensor"),
        (lambda x: "text", "no tensor"),
    ],
)
def test_outputs_of_every_kind(result, words):
    (row,) = count(Model(lambda self, x: result(x)), (2, 3)).rows
    assert row.output == words


def test_a_layer_that_raises_and_is_caught_does_not_disturb_the_rest():
    def forward(self, x):
        try:
            return self.first(x)
        except RuntimeError:
            return self.second(x) @ torch.ones(4, 2)

    model = Model(forward, first=nn.Sequential(nn.Conv2d(2, 4, 3)), second=nn.Conv2d(3, 4, 3))
    counted = count(model, (1, 3, 6, 6))
    assert [(row.name, row.macs, row.output) for row in counted.rows] == [
        ("(model)", 16 * 4 * 2, "1×4×4×2"),
        ("first.0", 0, "no tensor"),
        ("second", 1728, "1×4×4×4"),
    ]


def test_what_is_neither_called_nor_holds_anything_has_no_row():
    model = Model(lambda self, x: self.used(x), used=nn.Identity(), unused=nn.ReLU(), spare=nn.Linear(2, 3))
    assert [(row.name, row.output) for row in count(model, (1, 2)).rows] == [
        ("used", "1×2"),
        ("spare", "not called"),
    ]


def test_what_the_models_own_hooks_do_is_counted():
    model = nn.Conv2d(3, 4, 3)
    model.register_forward_hook(lambda module, args, y: y @ torch.ones(4, 2))
    (row,) = count(model, (1, 3, 6, 6)).rows
    assert row.macs == 1728 + 4 * 4 * 4 * 2


def test_a_model_with_a_call_of_its_own_is_counted():
    class Direct(nn.Module):
        def __init__(self):
            super().__init__()
            self.right, self.conv = weight(4, 2), nn.Conv2d(3, 4, 3)

        def __call__(self, x):
            return self.conv(x) @ self.right

    assert [(row.name, row.macs) for row in count(Direct(), (1, 3, 6, 6)).rows] == [
        ("conv", 1728),
        ("(model)", 4 * 4 * 4 * 2),
    ]


# --- inputs, devices and dtypes ----------------------------------------------------------------------------------


def test_several_inputs_and_tensors_in_the_place_of_shapes():
    model = Model(lambda self, tokens, x: self.table(tokens) @ x, table=nn.Embedding(10, 4))
    counted = count(model, [TOKENS, (4, 5)])
    assert (counted.macs, counted.input_shapes) == (6 * 4 * 5, ((2, 3), (4, 5)))
    assert count(nn.Linear(3, 4), [[2, 3]]).macs == count(nn.Linear(3, 4), torch.Size([2, 3])).macs == 24
    assert count(nn.Linear(3, 4), [2, 3]).macs == 24
    assert count(nn.Linear(3, 4), (np.int64(2), 3)).macs == 24
    assert count(nn.Conv2d(3, 4, 3), (0, 3, 6, 6)).macs == 0


def test_a_given_tensor_is_not_written_to():
    x = -torch.ones(2, 3)
    count(nn.ReLU(inplace=True), x)
    assert torch.equal(x, -torch.ones(2, 3))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_input_has_the_models_dtype(dtype):
    seen = []
    count(Model(lambda self, x: seen.append(x.dtype) or self.a(x), a=nn.Linear(3, 4, dtype=dtype)), (2, 3))
    assert seen == [dtype]


def test_a_model_without_memory_is_counted_without_memory():
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(10**6, 10**6), nn.BatchNorm1d(10**6))
    counted = count(model, (2, 10**6))
    assert (counted.macs, counted.parameters) == (2 * 10**12, 10**12 + 3 * 10**6)


def test_a_lazy_model_is_counted_and_stays_lazy():
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
    counted = count(model, (1, 3, 6, 6))
    assert (counted.macs, counted.parameters) == (1728 + 128, 112 + 8 + 130)
    assert model[0].has_uninitialized_params()
    assert type(model[0]) is nn.LazyConv2d
    model(torch.zeros(2, 3, 6, 6))
    assert counted.parameters == sum(p.numel() for p in model.parameters())


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.* is deprecated:DeprecationWarning")
def test_a_scripted_model_is_counted():
    model = torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))).train()
    counted = count(model, (1, 3, 6, 6))
    assert (counted.macs, counted.parameters) == (1728, 120)
    assert model.training


@pytest.mark.parametrize(
    ("model", "shape", "error", "message"),
    [
        (nn.Conv2d, (1, 3, 6, 6), TypeError, "model is of type type; it must be a torch.nn.Module"),
        (functional.relu, (1, 3), TypeError, "model is of type function; it must be a torch.nn.Module"),
        (nn.ReLU(), 3, TypeError, "input_shape=3 is of type int; it must be a tuple of ints, batch included"),
        (nn.ReLU(), None, TypeError, "input_shape=None is of type NoneType"),
        (nn.ReLU(), (), ValueError, "input_shape holds (), which is no shape"),
        (nn.ReLU(), [(1, 3), ()], ValueError, "input_shape holds (), which is no shape"),
        (nn.ReLU(), (1, (3, 6)), ValueError, "input_shape holds 1, which is no shape"),
        (nn.ReLU(), [[(1, 3)]], ValueError, "input_shape holds [(1, 3)], which is no shape"),
        (
            nn.ReLU(),
            (1, "3"),
            TypeError,
            "input_shape[1]='3' is of type str; it must be an int of at least 0",
        ),
        (nn.ReLU(), (1, 3.0), TypeError, "input_shape[1]=3.0 is of type float"),
        (nn.ReLU(), (1, -3), ValueError, "input_shape[1]=-3 must be at least 0"),
    ],
)
def test_bad_input_is_named(model, shape, error, message):
    with pytest.raises(error) as caught:
        count(model, shape)
    assert message in str(caught.value)


# --- the model is left as it was ---------------------------------------------------------------------------------


class Restless(nn.Module):
    """Changes everything that a forward can reach."""

    def __init__(self, fail):
        super().__init__()
        self.fail, self.calls, self.log, self.cache = fail, 0, ["built"], {}
        self.norm = nn.BatchNorm2d(3, momentum=0.5)
        self.conv = nn.Conv2d(3, 3, 3)
        self.replaced, self.renormed = weight(4), weight(4, 4)
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)
        self.table = nn.Embedding(4, 3, max_norm=0.1)
        for name, value in {"seen": 0, "mean": 1, "variance": 1, "written": 1, "swapped": 1}.items():
            self.register_buffer(name, torch.full((3,), float(value)))
        self.register_buffer("transient", torch.ones(2), persistent=False)

    def forward(self, x):
        self.calls += 1
        self.log.append("ran")
        self.cache["x"] = self.last = x
        self.extra = nn.Linear(2, 2)
        self.conv.register_forward_hook(lambda *_: None)
        self.seen += 1
        self.transient.mul_(2)
        self.written.copy_(torch.rand(3))
        self.written[1:].zero_()
        torch._foreach_add_([self.swapped, self.seen], 1)
        self.swapped = self.swapped + 1
        self.replaced.data = self.replaced.data * 2
        self.renormed.data.renorm_(2, 0, 0.1)
        self.frozen.requires_grad_(True)
        self.table(torch.arange(4))
        functional.batch_norm(x, self.mean, self.variance, training=True, momentum=0.5)
        self.norm.train()(x + torch.randn(1, 3, 6, 6))
        self.train()
        random.random(), np.random.random()
        if self.fail:
            raise ArithmeticError("on purpose")
        return self.conv(self.norm(x))


def snapshot(model):
    """All that can be seen of a model, and of the state of the world."""
    named = [*model.named_parameters(), *model.named_buffers()]
    return {
        "tensors": {name: (id(t), t.detach().clone(), t.data_ptr(), t.requires_grad) for name, t in named},
        "gradients": {name: None if p.grad is None else p.grad.clone() for name, p in model.named_parameters()},
        "modules": [(name, id(m), m.training, sorted(vars(m))) for name, m in model.named_modules()],
        "hooks": [(len(m._forward_hooks), len(m._forward_pre_hooks)) for m in model.modules()],
        "notes": {k: v for k, v in vars(model).items() if k in ("calls", "log", "cache", "fail")},
        "random": (torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()),
        "modes": (torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.backends.mha.get_fastpath_enabled()),
        "global hooks": (dict(nn.modules.module._global_forward_hooks), dict(nn.modules.module._global_forward_pre_hooks)),
    }  # fmt: skip


def assert_same(before, after):
    torch.testing.assert_close(after, before, rtol=0, atol=0) if isinstance(before, torch.Tensor) else None
    if isinstance(before, dict):
        assert list(before) == list(after)
        for key in before:
            assert_same(before[key], after[key])
    elif isinstance(before, (list, tuple)):
        assert len(before) == len(after)
        for old, new in zip(before, after):
            assert_same(old, new)
    elif isinstance(before, np.ndarray):
        np.testing.assert_array_equal(before, after)
    elif not isinstance(before, torch.Tensor):
        assert before == after


def copied(snapshot_of):
    return {
        **snapshot_of,
        "notes": {k: v.copy() if hasattr(v, "copy") else v for k, v in snapshot_of["notes"].items()},
    }


@pytest.mark.parametrize("inference", [False, True])
@pytest.mark.parametrize("fail", [False, True])
def test_a_restless_model_is_left_as_it_was(fail, inference):
    torch.manual_seed(0)
    model = Restless(fail)
    model.conv.eval()
    model.conv(torch.randn(1, 3, 6, 6)).sum().backward()
    model.conv.register_forward_hook(lambda *_: None)
    before = copied(snapshot(model))
    with torch.inference_mode(inference):
        if fail:
            with pytest.raises(ArithmeticError, match="on purpose"):
                count(model, (2, 3, 6, 6))
        else:
            assert count(model, (2, 3, 6, 6)).macs == 2 * 81 * 16
    assert_same(before, snapshot(model))


@pytest.mark.parametrize("name", ["mobilenet_v2", "encoder, batch first", "gru", "convnext", "weight norm"])
@pytest.mark.parametrize("training", [True, False])
def test_ordinary_models_are_left_as_they_were(name, training):
    build, shapes = MODELS[name]
    model = build().train(training)
    next(model.modules()).zero_grad()
    before = snapshot(model)
    count(model, shapes)
    assert_same(before, snapshot(model))


@pytest.mark.parametrize("enabled", [True, False])
def test_the_fast_path_of_attention_is_left_as_it_was(enabled):
    before = torch.backends.mha.get_fastpath_enabled()
    try:
        torch.backends.mha.set_fastpath_enabled(enabled)
        count(nn.Identity(), (1, 2))
        assert torch.backends.mha.get_fastpath_enabled() is enabled
        with pytest.raises(RuntimeError):
            count(nn.Linear(3, 4), (1, 2))
        assert torch.backends.mha.get_fastpath_enabled() is enabled
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def test_a_model_that_keeps_what_it_computed_is_counted_and_keeps_it():
    def forward(self, x):
        self.last = self.conv(x)
        self.log.append(self.last)
        return self.last

    model = Model(forward, conv=nn.Conv2d(3, 4, 3), log=[])
    last = model(torch.ones(1, 3, 6, 6))
    assert count(model, (2, 3, 6, 6)).macs == 2 * 1728
    assert model.last is last
    assert len(model.log) == 1


def test_what_was_empty_stays_empty_and_is_one_thing_to_all_that_share_it():
    def forward(self, x):
        self.conv.register_forward_hook(lambda *_: None)
        self.conv.register_buffer("passing", torch.ones(2), persistent=False)
        self.notes["x"] = x
        self.log.append(self.also is self.notes)
        seen.append((dict(self.also), list(self.log)))
        return self.conv(x)

    notes, seen = {}, []
    model = Model(forward, conv=nn.Conv2d(3, 4, 3), notes=notes, also=notes, log=[])
    before = copied(snapshot(model))
    count(model, (1, 3, 6, 6))
    [(shared, log)] = seen
    assert (list(shared), log) == (["x"], [True])
    assert_same(before, snapshot(model))
    assert (model.notes, model.also, model.log) == ({}, {}, [])
    assert model.also is model.notes is notes
    assert model.conv._non_persistent_buffers_set == set()


def test_a_model_that_cannot_be_copied_is_refused():
    model = Model(lambda self, x: self.conv(x), conv=nn.Conv2d(3, 4, 3), lock=threading.Lock())
    with pytest.raises(TypeError, match=r"model is a Model that cannot be copied, .* cannot pickle"):
        count(model, (1, 3, 6, 6))


def test_it_counts_in_evaluation_mode_without_gradients():
    seen = []

    def forward(self, x):
        seen.append((self.training, self.drop.training, torch.is_grad_enabled(), self.conv(x).requires_grad))
        return x

    count(Model(forward, drop=nn.Dropout(), conv=nn.Conv2d(3, 4, 3)).train(), (1, 3, 6, 6))
    assert seen == [(False, False, False, False)]


def test_counting_twice_gives_the_same():
    model = mobilenet_v1(0.25, 3)
    assert str(count(model, (1, 3, 32, 32))) == str(count(model, (1, 3, 32, 32)))


def test_big_weights_are_not_copied():
    model = nn.Linear(2000, 2000)
    copies = []

    class SeesCopies(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            result = operation(*args, **(kwargs or {}))
            if isinstance(result, torch.Tensor) and "clone" in str(operation):
                copies.append(result.shape)
            return result

    with SeesCopies():
        count(model, (1, 2000))
    assert torch.Size([2000, 2000]) not in copies


# --- how it shows ------------------------------------------------------------------------------------------------

EXPECTED = """\
Sequential on 2×3×6×9: 125 parameters; 12,096 MACs = 24,192 FLOPs; 540 activations

name   type       output   weights  biases  norm  buffers    MACs  activations
-----  ---------  -------  -------  ------  ----  -------  ------  -----------
0      Conv2d     2×4×6×9      108       4     0        0  11,664          432
1      GroupNorm  2×4×6×9        0       0     8        0       0            0
2      ReLU       2×4×6×9        0       0     0        0       0            0
3      Conv2d     2×1×6×9        4       1     0        0     432          108
-----  ---------  -------  -------  ------  ----  -------  ------  -----------
total                          112       5     8        0  12,096          540"""


def small():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.GroupNorm(2, 4), nn.ReLU(), nn.Conv2d(4, 1, 1))


def test_it_reads_well_as_text():
    counted = count(small(), (2, 3, 6, 9))
    assert str(counted) == repr(counted) == EXPECTED


class Table(HTMLParser):
    """Collects the cells of a table, row by row, as (tag, attributes, text)."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.caption, self.open = [], "", []
        self.feed(html)
        assert self.open == [], "a tag was not closed"

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "caption" in self.open:
            self.caption += data
        elif {"th", "td"} & set(self.open):
            self.rows[-1][-1][2] += data


def test_it_shows_as_a_table_that_a_screen_reader_can_read():
    counted = count(small(), (2, 3, 6, 9))
    html = counted._repr_html_()
    table, lines = Table(html), str(counted).splitlines()
    assert table.caption == lines[0]
    head, *body, total = table.rows
    assert [(tag, attributes["scope"]) for tag, attributes, _ in head] == [("th", "col")] * 9
    for row in [*body, total]:
        assert [tag for tag, _, _ in row] == ["th"] + ["td"] * 8
        assert row[0][1]["scope"] == "row"
        assert ["right" in attributes["style"] for _, attributes, _ in row] == [False] * 3 + [True] * 6
    in_text = [line.split() for line in lines[2:] if not line.startswith("-")]
    assert [[text for _, _, text in row if text] for row in table.rows] == in_text
    assert "color" not in html


def test_names_cannot_break_the_table():
    odd = type("<b>Odd&</b>", (nn.Module,), {"forward": lambda self, x: getattr(self, "a<td>")(x)})
    model = odd()
    model.add_module("a<td>", nn.EmbeddingBag(3, 4))
    html = count(model, torch.zeros(1, 2, dtype=torch.long))._repr_html_()
    table = Table(html)
    assert [text for _, _, text in table.rows[1][:2]] == ["a<td>", "EmbeddingBag"]
    assert html.endswith("<p>not counted: embedding_bag in a&lt;td&gt;</p>\n")
    assert table.caption.startswith("<b>Odd&</b> on 1×2")


def test_a_model_of_one_layer_is_called_model():
    assert str(count(nn.Linear(2, 3), (1, 2))).splitlines()[4].split()[:2] == ["(model)", "Linear"]


def test_the_formula_does_not_load_pytorch():
    code = "import sys, sepconv.measuring.counting; sepconv.measuring.counting.conv2d_cost(3, 4, 3); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
    assert sepconv.count is sepconv.measuring.counting.count is count
    with pytest.raises(
        AttributeError, match=r"module 'sepconv\.measuring\.counting' has no attribute 'cuont'"
    ):
        _ = sepconv.measuring.counting.cuont


def test_the_first_count_does_not_wait_for_torchs_compiler():
    code = (
        "import sys; from torch import nn; from sepconv import count; "
        "count(nn.Conv2d(1, 1, 1), (1, 1, 2, 2)); sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_compiled_model_is_counted_and_the_counting_is_not_compiled():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    compiled = torch.compile(model, backend="eager")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert count(compiled, (1, 3, 6, 9)).macs == count(model, (1, 3, 6, 9)).macs
    assert not [warning for warning in told if "sepconv" in str(warning.message)]
