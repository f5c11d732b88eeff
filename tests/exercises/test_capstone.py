"""The capstone of lesson 13: conversions that compute something else are refused, and nets of every kind told apart."""

from copy import deepcopy
from types import FunctionType

import pytest
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sepconv import fuse, silhouettes, small_separable
from sepconv.checking.diagnosis import mark
from sepconv.checking.verdict import CORRECT, NOT_YET
from sepconv.exercises import find
from sepconv.exercises.lesson_13.capstone import BUDGET, capstone
from sepconv.exercises.lesson_13.capstone_report import capstone_report
from sepconv.exercises.lesson_13.pairs import parameters_of, saving, separable_pair
from sepconv.exercises.lesson_13.to_separable import to_separable


def with_pair(pair):
    """Make a conversion that puts other pairs in."""
    return FunctionType(to_separable.__code__, to_separable.__globals__ | {"separable_pair": pair})


def with_between(*layers):
    """Make a conversion whose pairs have these layers between their stages."""

    def pair(conv):
        first, second = separable_pair(conv)
        return nn.Sequential(first, *(layer(conv.in_channels) for layer in layers), second)

    return with_pair(pair)


def with_pairs(change):
    """Make a conversion whose pairs are changed."""
    return with_pair(lambda conv: change(separable_pair(conv)))


def reflecting(pair):
    old = pair[0]
    sizes = (
        old.in_channels,
        old.out_channels,
        old.kernel_size,
        old.stride,
        old.padding,
        old.dilation,
        old.groups,
    )
    return nn.Sequential(nn.Conv2d(*sizes, bias=False, padding_mode="reflect"), pair[1])


def zeroed(pair):
    for stage in pair:
        nn.init.zeros_(stage.weight)
    return pair


def said(name, answer):
    verdict = mark(find(name), answer)[0]
    assert verdict.outcome == NOT_YET
    return "\n".join(verdict.paragraphs)


@pytest.mark.parametrize(
    "layers",
    [
        [lambda c: nn.ReLU()],
        [lambda c: nn.BatchNorm2d(c, affine=False)],
        [lambda c: nn.Dropout(0.1)],
        [lambda c: nn.Dropout(0.1), lambda c: nn.Tanh()],
    ],
)
def test_nothing_stands_between_the_stages(layers):
    assert "between" in said("to_separable", with_between(*layers))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pair: nn.Sequential(pair, nn.ReLU()), "after the pair"),
        (lambda pair: nn.Sequential(pair, nn.Tanh()), "neither the given layers nor the pairs"),
        (lambda pair: pair.requires_grad_(False), "the pairs cannot learn"),
        (zeroed, "zeros only"),
        (reflecting, "padding_mode reflect"),
    ],
)
def test_the_pairs_are_as_the_task_says(change, words):
    assert words in said("to_separable", with_pairs(change))


def test_another_exception_than_a_value_error_is_told_as_such():
    def refuses_otherwise(model, budget):
        try:
            return to_separable(model, budget)
        except ValueError:
            raise RuntimeError("no way") from None

    words = said("to_separable", refuses_otherwise)
    assert "RuntimeError (no way); a ValueError is wanted" in words
    assert "The mistake" not in words


def test_the_case_that_differs_is_shown_and_not_the_one_that_is_rightly_refused():
    def too_much(model, budget):
        return to_separable(model, max(budget - 60, 2100))

    words = said("to_separable", too_much)
    assert "stops with" not in words
    assert "The smallest case that differs:\n  too_much(model, budget=6273)" in words


def test_a_name_with_a_dot_is_seen_without_counting_again():
    def by_arithmetic(model, budget):
        new, missing = deepcopy(model), parameters_of(model) - budget
        for name, layer in sorted(model.named_modules(), key=lambda item: -saving(item[1])):
            if missing > 0 and saving(layer):
                setattr(new, name, separable_pair(layer))
                missing -= saving(layer)
        if missing > 0:
            raise ValueError
        return new

    assert "with a dot in it" in said("to_separable", by_arithmetic)


def test_too_much_lost_is_not_called_untrained():
    def lost_some():
        given, converted, *rest = capstone()
        converted.register_forward_hook(lambda net, images, y: y if len(y) == 1 else _spoiled(y))
        return given, converted, *rest

    words = said("capstone", lost_some)
    assert "more than 2 points are lost: 100.0% → 9" in words
    assert "was not trained" not in words


def _spoiled(y):
    """Move every twentieth answer to the next class."""
    y = y.clone()
    y[::20] = y[::20].roll(1, dims=1)
    return y


def test_a_converted_net_is_no_given_net():
    _, converted, *rest = capstone()
    assert "both are the same net" in said("capstone", lambda: (converted, converted, *rest))
    assert "the first net" in said("capstone", lambda: (deepcopy(converted), converted, *rest))
    halfway = to_separable(capstone()[0], 4 * BUDGET)
    assert "the first net has been converted, too" in said("capstone", lambda: (halfway, converted, *rest))


@pytest.mark.parametrize("between", [True, False])
def test_a_net_from_scratch_is_no_conversion(between):
    given, _, baseline, _, _ = capstone()
    scratch = small_separable(between=between).eval()
    handed_in = given, scratch, baseline, fuse(scratch), capstone_report(given, scratch, silhouettes())
    assert "does not go on from what the first has learned" in said("capstone", lambda: handed_in)


def test_the_finished_net_computes_what_the_converted_one_does():
    given, converted, baseline, _, report = capstone()
    folded = fold_batch_norms(converted)
    handed_in = given, converted, baseline, folded, report
    assert mark(find("capstone"), lambda: handed_in)[0].outcome == CORRECT
    with torch.no_grad():
        folded.classifier.weight.mul_(1.01)
    assert "did not compute what the converted one does" in said("capstone", lambda: handed_in)


def fold_batch_norms(net):
    """Fold as by hand, without fusing: where there is no compiler, fuse() does no more."""
    folded = deepcopy(net)
    folded._forward_hooks.clear()  # what it was told
    for block in [part for part in folded.modules() if hasattr(part, "norm")]:
        *_, conv = [part for part in block.conv.modules() if isinstance(part, nn.Conv2d)]
        fused = fuse_conv_bn_eval(conv, block.norm)
        conv.weight, conv.bias, block.norm = fused.weight, fused.bias, nn.Identity()
    return folded


@pytest.mark.parametrize("kind", [set, tuple, lambda lost: lost[::-1], lambda lost: torch.tensor(lost)])
def test_lost_images_come_in_any_order(kind):
    *nets, report = capstone()
    handed_in = *nets, report | {"lost": kind(report["lost"]), "more": 1}
    assert mark(find("capstone"), lambda: handed_in)[0].outcome == CORRECT


@pytest.mark.parametrize("value", [8.35, 8.348, 24576 / 2944])
def test_three_digits_of_the_intensity_will_do(value):
    assert mark(find("warmup_13_2"), value)[0].outcome == CORRECT


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_rounded_shares_are_told_as_such(digits):
    exact = find("kernel_sweep").answer
    words = said("kernel_sweep", lambda c, h, w: {k: round(s, digits) for k, s in exact(c, h, w).items()})
    assert "the shares were rounded" in words
