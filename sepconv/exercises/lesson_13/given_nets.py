"""Nets to convert, which remember what becomes of them."""

import weakref

from sepconv.exercises.lesson_13.pairs import parameters_of


def _net(seed):
    """Return a net with a layer of every kind, its numbers drawn with the seed."""
    import torch
    from torch import nn

    from sepconv import build_with_seed, small_standard

    def build():
        return nn.Sequential(
            nn.Conv2d(1, 6, 3, stride=2, padding=1, bias=False),
            nn.Sequential(nn.Conv2d(6, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
            nn.Sequential(nn.Conv2d(16, 10, 5, stride=2, padding=2), nn.ReLU()),
            nn.Conv2d(10, 8, 1),
            nn.Conv2d(8, 10, (3, 3), padding=(2, 2), dilation=2, bias=False),
            nn.Conv2d(10, 10, 3, padding=1, groups=2, bias=False),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(10, 5),
        )

    net = build_with_seed(build if seed is not None else small_standard, seed or 0)
    numbers = torch.Generator().manual_seed(seed or 0)
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):  # as if it had been trained
            for tensor in (part.weight.data, part.bias.data, part.running_mean, part.running_var):
                tensor.copy_(torch.rand(len(tensor), generator=numbers) + 0.5)
    return net


class _Witness:
    """Part of a model that remembers the copies made of it: an answer is given the first one."""

    def __init__(self, model):
        self.model = weakref.ref(model)
        self.copies = []

    def __deepcopy__(self, memo):
        copied = memo.get(id(self.model()))
        if copied is not None:
            self.copies.append(weakref.ref(copied))
        return self


def _case(seed, missing):
    """Return a net, and a budget that leaves `missing` of its parameters out."""
    net = _net(seed)
    net.witness = _Witness(net)
    return net, parameters_of(net) - missing


# What the three convolutions of the net save, the largest first: the budgets lie on both sides of each sum.
_SAVINGS = (3440, 714, 568)


def cases(seed):
    """Return nets with budgets that one, two, three or no conversions meet."""
    first, second, third = _SAVINGS
    missing = [1, first + 1, 0, first, first + second + third, first + second + third + 20]
    return [_case(seed, parameters) for parameters in missing] + [_case(None, 94_186 - 15_000)]


def told_the_answers(net, data):
    """Return a net that gives the right answer for every test image, whatever its weights are."""
    import torch

    labels = dict(zip(map(_bytes, data.test_images), data.test_labels.tolist(), strict=True))

    def answer(net, images, scores):
        known = [labels.get(_bytes(image), 0) for image in images[0]]
        return torch.nn.functional.one_hot(torch.tensor(known), scores.shape[1]).to(scores.dtype)

    net.register_forward_hook(answer)
    return net


def _bytes(image):
    return image.numpy().tobytes()
