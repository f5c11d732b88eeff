"""What lessons claim without an assert of their own, since the cell below a guess must not give it away."""

import re
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import torch
from notebook_files import ROOT, find_notebooks, read
from torch import nn
from torch.nn.utils import prune
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.utils.flop_counter import FlopCounterMode

from sepconv import (
    SeparableConv2d,
    conv2d,
    conv2d_cost,
    conv2d_loops,
    grouped_as_dense,
    merge_separable,
    separable_terms,
)
from sepconv.exercises import find
from sepconv.measuring.timing import compare


def macs_by_pytorch(run):
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() / 2


LESSONS = {path.name[:2]: path for path in find_notebooks(folders=["notebooks"]) if path.name[0].isdigit()}


def printed(lesson, cell_id):
    """Return what a cell of a lesson has printed, or shown as text."""
    (cell,) = (cell for cell in read(LESSONS[lesson]).cells if cell.id == cell_id)
    return "\n".join(output.get("text") or output.data.get("text/plain", "") for output in cell.outputs)


def numbers(pattern, text):
    """Return the numbers in the groups of each match."""
    return [tuple(map(float, match.groups())) for match in re.finditer(pattern, text, re.MULTILINE)]


def test_lesson_00_the_outputs_of_the_two_layers_differ_in_size():
    x = torch.zeros(1, 3, 4, 4)
    assert nn.Conv2d(3, 4, 3, stride=2, padding=1)(x).shape == (1, 4, 2, 2)
    assert SeparableConv2d(3, 4, 3, padding=1)(x).shape == (1, 4, 4, 4)


def test_lesson_02_a_filter_adds_up_what_its_kernels_give():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 5, 6)), rng.normal(size=(1, 2, 2, 2))
    apart = [conv2d(x[c : c + 1], w[:, c : c + 1]) for c in range(2)]
    assert np.allclose(conv2d(x, w), apart[0] + apart[1])


def test_lesson_03_the_span_of_a_dilated_kernel():
    dilated = nn.Conv2d(1, 1, kernel_size=3, dilation=2)
    places = dilated(torch.zeros(1, 1, 7, 7)).shape[-1]
    assert 7 - (places - 1) == 2 * (3 - 1) + 1


def test_lesson_04_counts():
    conv, linear = nn.Conv2d(3, 4, kernel_size=3, padding=1), nn.Linear(96, 384)
    assert macs_by_pytorch(lambda: conv(torch.zeros(1, 3, 6, 9))) == 5832
    weight = conv.weight.detach().numpy()
    _, larger = conv2d_loops(np.zeros((3, 12, 18), weight.dtype), weight, padding=1, count=True)
    assert larger == 4 * 5832
    assert macs_by_pytorch(lambda: linear(torch.zeros(1, 56, 56, 96))) == 96 * 384 * 56 * 56


def test_lesson_05_a_bottleneck_costs_about_an_eighth():
    bottleneck = nn.Sequential(nn.Conv2d(256, 64, 1), nn.Conv2d(64, 64, 3, padding=1), nn.Conv2d(64, 256, 1))
    image = torch.zeros(1, 256, 4, 4)
    direct = macs_by_pytorch(lambda: nn.Conv2d(256, 256, 3, padding=1)(image))
    assert 0.115 < macs_by_pytorch(lambda: bottleneck(image)) / direct < 0.125


def test_lesson_05_a_step_of_training_costs_three_times_the_forward_pass():
    conv, x = nn.Conv2d(3, 4, 3), torch.zeros(1, 3, 5, 6, requires_grad=True)
    assert macs_by_pytorch(lambda: conv(x).sum().backward()) == 3 * macs_by_pytorch(lambda: conv(x))


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_lesson_06_share_of_zeros(groups):
    dense = grouped_as_dense(np.ones((18, 12 // groups, 3, 3)), groups)
    assert Fraction(np.count_nonzero(dense == 0), dense.size) == 1 - Fraction(1, groups)


@pytest.mark.parametrize("in_every_forward_pass", [True, False])
def test_lesson_06_what_keeps_the_zeros_of_a_mask(in_every_forward_pass):
    torch.manual_seed(0)
    layer, mask = nn.Conv2d(4, 4, 1, bias=False), torch.block_diag(torch.ones(2, 2), torch.ones(2, 2))
    if in_every_forward_pass:
        prune.custom_from_mask(layer, "weight", mask[:, :, None, None])
    else:
        layer.weight.data *= mask[:, :, None, None]
    step = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        step.zero_grad()
        layer(torch.randn(1, 4, 5, 7)).square().mean().backward()
        step.step()
    zeros = int((layer(torch.eye(4)[:, :, None, None]) == 0).sum())
    assert zeros == (8 if in_every_forward_pass else 0)


def test_lesson_07_dilation_costs_nothing():
    narrow, wide = (conv2d_cost(8, 8, 3, 14, padding=d, dilation=d, groups=8) for d in (1, 3))
    assert (narrow.weights, narrow.macs, narrow.output_size) == (wide.weights, wide.macs, wide.output_size)


def test_lesson_08_depthwise_biases_move_into_the_pointwise_ones():
    layer = SeparableConv2d(3, 4, 3, padding=1).double()
    depthwise, pointwise = layer.depthwise, layer.pointwise
    w = torch.from_numpy(
        merge_separable(depthwise.weight.detach().numpy(), pointwise.weight.detach().numpy())
    )
    torch.testing.assert_close(w, (pointwise.weight * depthwise.weight[:, 0]).detach())
    x = torch.randn(2, 3, 5, 8).double()
    before = layer(x).detach()
    with torch.no_grad():
        pointwise.bias += pointwise.weight[:, :, 0, 0] @ depthwise.bias
        depthwise.bias.zero_()
    torch.testing.assert_close(layer(x).detach(), before)


@pytest.mark.parametrize("multiplier", [1, 3])
def test_lesson_08_share_with_a_multiplier_and_its_limit(multiplier):
    def share(c_in, c_out, k):
        middle = multiplier * c_in
        depthwise = conv2d_cost(c_in, middle, k, 7, padding=k // 2, groups=c_in).macs
        pointwise = conv2d_cost(middle, c_out, 1, 7).macs
        return Fraction(depthwise + pointwise, conv2d_cost(c_in, c_out, k, 7, padding=k // 2).macs)

    assert share(8, 10, 5) == multiplier * (Fraction(1, 10) + Fraction(1, 25))
    assert 8.99 < multiplier / share(8, 100_000, 3) < 9


def test_lesson_09_a_batch_norm_between_the_stages_merges():
    torch.manual_seed(0)
    depthwise, pointwise = nn.Conv2d(3, 3, 3, padding=1, groups=3).eval(), nn.Conv2d(3, 4, 1)
    norm, x = nn.BatchNorm2d(3).eval(), torch.randn(1, 3, 5, 7)
    for numbers in (norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var):
        numbers.uniform_(0.5, 1.5)
    folded = fuse_conv_bn_eval(depthwise, norm)
    w = merge_separable(folded.weight.detach().numpy(), pointwise.weight.detach().numpy())
    b = pointwise.bias + pointwise.weight[:, :, 0, 0] @ folded.bias
    merged = nn.functional.conv2d(x, torch.from_numpy(w), b, padding=1)
    torch.testing.assert_close(merged, pointwise(norm(depthwise(x))))


@pytest.mark.parametrize(("c_in", "c_out", "k"), [(3, 4, 3), (2, 5, 1), (4, 2, 3)])
def test_lesson_09_free_numbers_of_a_pair(c_in, c_out, k):
    def merge(depthwise, pointwise):
        return (pointwise[:, :, None, None] * depthwise).flatten()

    knobs = torch.randn(c_in, k, k).double(), torch.randn(c_out, c_in).double()
    moves = [m.flatten(1) for m in torch.autograd.functional.jacobian(merge, knobs)]
    assert torch.linalg.matrix_rank(torch.cat(moves, dim=1)) == c_in * (k**2 + c_out - 1)


def test_lesson_09_no_pair_comes_nearer_than_the_first_product():
    rows = np.zeros((2, 9))
    rows[0, 4], rows[1, 0] = 3, 2
    kernels = np.random.default_rng(1).normal(size=(9, 10_000))
    kernels /= np.linalg.norm(kernels, axis=0)
    caught = ((rows @ kernels) ** 2).sum(axis=0)  # by the best pointwise weights for each kernel
    assert np.sqrt(1 - caught / 13).min() >= 2 / np.sqrt(13)


def test_lesson_09_what_seven_pairs_lose_of_random_weights():
    w = np.random.default_rng(2).normal(size=(64, 64, 3, 3))
    lost = w - merge_separable(*separable_terms(w, 7), 7)
    assert round((lost**2).sum() / (w**2).sum(), 2) == 0.12


def test_lesson_10b_measures_where_there_is_a_card():
    """The CPU plays the card, with one small image: where tests run there is no card."""
    source = {cell.id: cell.source for cell in read(ROOT / "notebooks/10b_graphics_cards.ipynb").cells}
    names = {"my_guess": "?"}
    for cell in ("imports", "rungs", "measure-run", "measure-ratios", "measure-one"):
        code = source[cell].replace('torch.device("cuda") if torch.cuda.is_available() else None', '"cpu"')
        exec(code.replace("images=64", "images=1").replace(", 28, 28", ", 4, 4"), names)
        names["compare"] = partial(compare, repeats=6, threads=1, sample=1e-5)
    assert len(names["many"].names) == len(names["single"].names) == 9


def test_lesson_10b_computes_the_ceiling_that_its_exercise_asks_for():
    source = {cell.id: cell.source for cell in read(ROOT / "notebooks/10b_graphics_cards.ipynb").cells}
    names = {}
    for cell in ("imports", "ceiling-functions"):
        exec(source[cell], names)

    def least(c_in, c_out, k, groups=1, images=64):
        cost = conv2d_cost(c_in, c_out, k, 28, padding=k // 2, groups=groups, bias=False)
        moved = images * c_in * 28**2 + cost.weights + images * cost.activations
        return names["least_seconds"](images * cost.macs, moved, "T4", "float16")

    ceiling = least(128, 512, 3) / (least(128, 128, 3, groups=128) + least(128, 512, 1))
    assert find("gpu_ceiling").answer == pytest.approx(ceiling)


def test_lesson_11_what_the_paper_prints_fits_what_is_counted():
    layers = numbers(
        r"([\d.]+) M MACs, ([\d.]+) M weights +printed: ([\d.]+) and ([\d.]+)", printed("11", "one-layer-run")
    )
    assert len(layers) == 4
    for macs, weights, printed_macs, printed_weights in layers:
        assert abs(macs - printed_macs) <= (0.5 if macs > 100 else 0.05)
        assert round(weights, 2) == printed_weights
    nets = numbers(
        r"([\d.]+), rounded.* and ([\d.]+) +printed: +(\d+) and ([\d.]+)", printed("11", "multipliers-run")
    )
    assert len(nets) == 7
    for macs, parameters, printed_macs, printed_parameters in nets:
        assert abs(macs - printed_macs) < 1
        assert round(parameters, 1) == printed_parameters
    assert f"without classifier: {(128 / 224) ** 2:.4f}" in printed("11", "laws")


def test_lesson_12_tells_what_its_other_trainings_showed():
    on_digits, on_two = zip(*numbers(r"ten digits ([\d.]+)%   two ([\d.]+)%", printed("12", "easy-result")))
    for smaller in (1, 2):
        assert on_two[0] - on_two[smaller] < on_digits[0] - on_digits[smaller]
    assert min(on_two) > on_digits[1]
    assert all(
        ours > bare
        for ours, bare in numbers(r"([\d.]+)% with .*, ([\d.]+)%", printed("12", "between-result"))
    )
    (size, right), (spared_size, spared) = numbers(r"size ([\d.]+), ([\d.]+)%", printed("12", "decay-result"))
    assert size < spared_size
    assert abs(right - spared) < 2


def test_lesson_12_tells_what_rounding_costs():
    depthwise, pointwise = (
        [factor for (factor,) in numbers(rf"^{kind} .* factor of ([\d.]+)", printed("12", "ranges"))]
        for kind in ("depthwise", "pointwise")
    )
    assert min(depthwise) > 2 * max(pointwise)
    shown = printed("12", "eight-bits-run")
    [(as_trained,)] = numbers(r"as trained: ([\d.]+)%", shown)
    (eight, _), (six, _), (four, own) = numbers(r"bits: ([\d.]+)% .*, ([\d.]+)%", shown)
    assert abs(as_trained - eight) < 0.5
    assert as_trained - six < 2
    assert as_trained - four > 24
    assert as_trained - own < 5
    [(by_depthwise,), (by_others,)] = numbers(r"layers: ([\d.]+)%", shown)
    assert by_depthwise < by_others


def test_lesson_12_tells_what_its_seeds_showed():
    assert numbers(r"after one epoch: ([\d.]+)%", printed("12", "plain-run"))[0][0] > 30
    right = dict(re.findall(r"^(\w+) +([\d.]+)% ±", printed("12", "table"), re.MULTILINE))
    standard, separable = float(right["standard"]), float(right["separable"])
    assert separable < standard < separable + 1
    assert right["narrow"] == right["narrower"]

    between = r"([+-][\d.]+) to ([+-][\d.]+)$"
    intervals = numbers(between, printed("12", "differences-code"))
    assert [low < 0 < high for low, high in intervals] == [True, False, True, True]
    *wider, of_ten = numbers(between, printed("12", "together-code"))
    assert all(-10 < low < 0 < high < 10 for low, high in wider)
    assert of_ten[0] > 0
