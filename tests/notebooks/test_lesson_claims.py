"""What the lessons say and do not assert, since an assert below a guess would give it away."""

from functools import partial

import numpy as np
import pytest
import torch
from notebook_files import ROOT, read
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sepconv import merge_separable, separable_terms
from sepconv.measuring.timing import compare


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
