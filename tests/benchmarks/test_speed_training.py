"""How long the digits take to load, and an epoch of each small net of lesson 12 with one thread."""

from functools import partial

import pytest

from sepconv.convolution.nets import small_pointwise_first, small_separable, small_standard
from sepconv.data import digits, silhouettes
from sepconv.measuring.training import build_with_seed, train

NETS = {
    "standard": small_standard,
    "separable": small_separable,
    "separable, nothing between": partial(small_separable, between=False),
    "pointwise first": small_pointwise_first,
    "narrow, equal parameters": partial(small_standard, (11, 25, 45)),
    "narrow, equal MACs": partial(small_standard, (10, 24, 44)),
}


@pytest.mark.parametrize("load", [digits, silhouettes])
def test_loading(benchmark, load):
    benchmark.group = "loading"
    benchmark(load)


@pytest.mark.parametrize("name", NETS)
def test_an_epoch_of_digits(benchmark, name):
    benchmark.group = "an epoch"
    data = digits()
    benchmark.pedantic(
        lambda model: train(model, data, epochs=1),
        setup=lambda: ((build_with_seed(NETS[name], 0),), {}),
        rounds=3,
    )
