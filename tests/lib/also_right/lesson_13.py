"""Right answers of lesson 13 that no search tries."""

from copy import deepcopy

from sepconv.exercises.lesson_13.capstone import BUDGET, capstone, sepconv, to_separable
from sepconv.exercises.lesson_13.capstone_report import capstone_report
from sepconv.exercises.lesson_13.pairs import parameters_of, saving, separable_pair


def _with_random_pairs(model, budget):
    """Right, too: the pairs of the package, with random weights, found and put in by another loop."""
    from torch import nn

    from sepconv import SeparableConv2d

    class Pair(SeparableConv2d):
        def __init__(self, conv):
            rest = conv.kernel_size, conv.stride, conv.padding, conv.dilation
            super().__init__(conv.in_channels, conv.out_channels, *rest, bias=conv.bias is not None)
            self.depthwise.register_parameter("bias", None)

    new = deepcopy(model)
    while parameters_of(new) > budget:
        best = 0
        for parent in new.modules():
            for name, child in parent.named_children():
                if saving(child) > best and not isinstance(parent, Pair):
                    best, place = saving(child), (parent, name, child)
        if not best:
            raise ValueError("cannot be met")
        parent, name, child = place
        setattr(parent, name, Pair(child))
    return nn.Sequential(new)


def _planned_first(model, budget):
    """Right, too: first it is decided what to convert, then it is done."""
    order = sorted((saving(m), name) for name, m in model.named_modules() if saving(m))[::-1]
    missing, plan = parameters_of(model) - budget, []
    for saved, name in order:
        if missing > 0:
            plan.append(name)
            missing -= saved
    if missing > 0:
        raise ValueError
    new = deepcopy(model)
    for name in plan:
        new.set_submodule(name, separable_pair(new.get_submodule(name)))
    return new


def _by_torch(x, w):
    import torch

    x, w = torch.tensor(x), torch.tensor(w)
    y = torch.nn.functional.conv1d(x[None], w[:, None], padding=w.shape[1] - 1, groups=len(x))
    return y[0, :, : x.shape[1]]


def _by_helpers(given, converted, data):
    import torch

    from sepconv import accuracy, count

    nets = (given, converted)
    costs = [count(net, (1, *data.test_images[0].shape)) for net in nets]
    report = {"accuracy": tuple(accuracy(net, data) for net in nets)}
    report["macs"] = tuple(cost.macs for cost in costs)
    report["parameters"] = tuple(sum(p.numel() for p in net.parameters()) for net in nets)
    report["lost"] = []
    with torch.no_grad():
        for i, (image, label) in enumerate(zip(data.test_images, data.test_labels)):
            first, second = (net.eval()(image[None]).argmax().item() == label for net in nets)
            report["lost"] += [i] if first and not second else []
    return report


def _by_flop_counter(given, converted, data):
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    report = {"parameters": [], "macs": [], "accuracy": [], "lost": set(range(len(data.test_labels)))}
    for net in (given, converted):
        net.eval()
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            net(data.test_images[:1])
        wrong = (net(data.test_images).argmax(1) != data.test_labels).nonzero().flatten().tolist()
        report["parameters"].append(sum(p.numel() for p in net.parameters()))
        report["macs"].append(counter.get_total_flops() // 2)
        report["accuracy"].append(1 - len(wrong) / len(data.test_labels))
        report["lost"] &= set(wrong) if net is converted else report["lost"] - set(wrong)
    return report | {"lost": sorted(report["lost"])}


def _counted(c, h, w):
    from sepconv import conv2d_cost

    def macs(*sizes, **options):
        return conv2d_cost(*sizes, input_size=(h, w), **options).macs

    pointwise = macs(c, 4 * c, 1) + macs(4 * c, c, 1)
    depthwise = [macs(c, c, k, padding=k // 2, groups=c) for k in (3, 5, 7, 9, 11)]
    return dict(zip((3, 5, 7, 9, 11), (d / (d + pointwise) for d in depthwise), strict=True))


def _as_a_list():
    return list(capstone())


def _converted_first():
    given = sepconv.build_with_seed(sepconv.small_standard, 0)
    nets = given, to_separable(given, BUDGET)
    data, baseline = sepconv.silhouettes(), sepconv.small_separable((30, 60, 120), between=False)
    for net in (*nets, baseline):
        sepconv.train(net, data, epochs=3)
    return *nets, baseline, sepconv.fuse(nets[1].eval()), capstone_report(*nets, data)


RIGHT = {
    "to_separable": [_with_random_pairs, _planned_first],
    "capstone": [_as_a_list, _converted_first],
    "causal_depthwise": [_by_torch],
    "capstone_report": [_by_helpers, _by_flop_counter],
    "kernel_sweep": [_counted],
}
