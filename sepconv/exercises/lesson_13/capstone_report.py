"""Report on two nets: parameters, MACs, accuracy, and the images that the second one loses."""

from numbers import Real
from types import SimpleNamespace

from sepconv.exercises.spec import Exercise

_KEYS = ("parameters", "macs", "accuracy", "lost")


def capstone_report(given, converted, data):
    """Compare two nets: their size, their work, how often they are right, and what the second one loses."""
    import numpy as np

    from sepconv import count

    report, right = {"parameters": [], "macs": [], "accuracy": []}, []
    for net in (given, converted):
        costs = count(net, (1, *data.test_images.shape[1:]))
        report["parameters"].append(costs.parameters)
        report["macs"].append(costs.macs)
        right.append(is_right(net, data))
        report["accuracy"].append(float(right[-1].mean()))
    report["lost"] = np.flatnonzero(right[0] & ~right[1]).tolist()
    return report


def is_right(net, data):
    """Return for each test image whether a net gets it right."""
    import torch

    net.eval()
    with torch.no_grad():
        guesses = [net(images).argmax(dim=1) for images in data.test_images.split(250)]
    return (torch.cat(guesses) == data.test_labels).numpy()


def positions(lost):
    """Return positions in their order, however they were collected; None if it is no collection without repeats."""
    items = lost.tolist() if getattr(lost, "ndim", 0) == 1 else lost
    if not isinstance(items, tuple | list | set | frozenset):
        return None
    items = [item.item() if getattr(item, "ndim", None) == 0 else item for item in items]
    if not all(isinstance(item, Real) for item in items):
        return None
    return sorted(items) if len(set(items)) == len(items) else None


def _observe_report(report, given, converted, data):
    """Return what is compared: the keys that are asked for, and the lost images without regard to their order."""
    if not isinstance(report, dict):
        return report
    if missing := [key for key in _KEYS if key not in report]:
        raise TypeError(f"the report lacks {', '.join(map(repr, missing))}")
    kept = {key: report[key] for key in _KEYS}
    found = positions(report["lost"])
    return kept if found is None else kept | {"lost": found}


def _small_net(seed, separable):
    """Return a net for 6×9 pixels and 3 classes whose numbers are drawn with the seed."""
    import torch
    from torch import nn

    from sepconv import SeparableConv2d, build_with_seed

    def build():
        conv = (
            SeparableConv2d(4, 6, 3, padding=1, bias=False)
            if separable
            else nn.Conv2d(4, 6, 3, padding=1, bias=False)
        )
        stem = [nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()]
        head = [nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3)]
        return nn.Sequential(*stem, conv, *head)

    net = build_with_seed(build, seed)
    numbers = torch.Generator().manual_seed(seed)
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(
                torch.rand(tensor.shape, generator=numbers) * (2 if tensor.ndim > 1 else 1)
                - int(tensor.ndim > 1)
            )
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_var.add_(0.3)
    return net


def _data(given, converted, seed):
    """Return a few images with labels of which each net gets many right, and not the same ones."""
    import torch

    numbers = torch.Generator().manual_seed(100 + seed)
    images = torch.rand(54, 1, 6, 9, generator=numbers) * torch.linspace(0.1, 3, 54)[:, None, None, None]
    with torch.no_grad():
        guesses = [net.eval()(images).argmax(dim=1) for net in (given, converted)]
    turns = torch.arange(54) % 5
    labels = torch.where(turns < 3, guesses[0], torch.where(turns == 3, guesses[1], (guesses[0] + 1) % 3))
    for net in (given, converted):
        net.train()  # as a net is left by a training loop
    parts = {"train_images": images[:23], "train_labels": labels[:23]}
    return SimpleNamespace(**parts, test_images=images[23:], test_labels=labels[23:])


def _report_cases(seed):
    cases = []
    for number in range(3):
        nets = _small_net(10 * seed + number, False), _small_net(10 * seed + number + 5, True)
        cases.append((*nets, _data(*nets, 10 * seed + number)))
    return cases


EXERCISE = Exercise(
    seconds=900,
    points=3,
    answer=capstone_report,
    cases=_report_cases,
    observe=_observe_report,
    misconceptions="""
        M09 FLOPs were reported
        costs.macs => 2 * costs.macs
        A multiply-accumulate is two floating-point operations.

        M65 the MACs of all test images were reported
        costs.macs => costs.macs * len(data.test_labels)
        For one image: what stands first in the shape?

        M10 the buffers of batch normalization were counted as parameters
        costs.parameters => sum(tensor.numel() for tensor in net.state_dict().values())
        A running mean is measured, not learned. What does model.parameters() give?

        S1340 the training images were used
        is_right(net, data) => is_right(net, SimpleNamespace(test_images=data.train_images, test_labels=data.train_labels))
        What a net has seen says little about what it has understood.

        S1341 the nets were left in training mode
        net.eval() => net.train()
        Batch normalization then uses the images it is just shown. Which method of a module ends that?

        S1342 the two nets were exchanged
        in (given, converted) => in (converted, given)
        In every pair the given net comes first. An image is lost if the converted net is wrong.

        S1343 everything that the converted net gets wrong was listed
        right[0] & ~right[1] => ~right[1]
        An image that the given net gets wrong as well was not lost by the conversion.

        S1316 percentages were returned
        float(right[-1].mean()) => 100 * float(right[-1].mean())
        A share lies between 0 and 1.

        S1344 the number of lost images was returned
        np.flatnonzero(right[0] & ~right[1]).tolist() => int((right[0] & ~right[1]).sum())
        Which ones are they? Their positions let you look at them.
    """,
    hints=[
        "count(net, (1, 1, 28, 28)) has .parameters and .macs; take the shape from data.test_images.",
        "net.eval(), then inside torch.no_grad(): net(data.test_images).argmax(dim=1) == data.test_labels.",
        "lost: right by the first net, and not by the second. nonzero().flatten().tolist() turns a mask into positions.",
    ],
)
