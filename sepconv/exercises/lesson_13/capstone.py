"""Hand in your work: the given net, the converted one, a baseline from scratch, the finished net, and the report."""

from copy import deepcopy
from functools import partial
from math import isclose
from numbers import Real
from types import SimpleNamespace

from sepconv.exercises.lesson_13.capstone_report import capstone_report as write_report
from sepconv.exercises.lesson_13.capstone_report import is_right, positions
from sepconv.exercises.lesson_13.given_nets import told_the_answers
from sepconv.exercises.lesson_13.observing import convolutions_called
from sepconv.exercises.lesson_13.pairs import parameters_of, sizes_of
from sepconv.exercises.lesson_13.to_separable import to_separable as convert
from sepconv.exercises.spec import Exercise

BUDGET, EPOCHS = 15_000, 6


_MAY_LOSE = 0.02
_LEARNED = 0.85  # of the test images: a net that was trained for three epochs gets more
_TRAINED = 0.5  # a conversion that was not trained gets fewer, however its pairs start
_ALIKE = (
    0.5  # cosine of a layer's weights before and after more training; of two nets from scratch it is near 0
)
_HANDED_IN = ("the given net", "the converted net", "the baseline", "the finished net")


class _WithoutWaiting:
    """The package as the answer below sees it: a net is told what it would have learned."""

    def __getattr__(self, name):
        import sepconv

        return getattr(sepconv, name)

    @staticmethod
    def train(net, data, *, epochs):
        """Stand for train: a net that was trained has other weights than before."""
        import torch

        with torch.no_grad():
            for weight in net.parameters():
                weight.mul_(1 + 2**-12)
        told_the_answers(net.eval(), data)


sepconv = _WithoutWaiting()


def _converted(net, budget):
    """Convert a net as if what it had been told were lost with the layers that are replaced."""
    converted = convert(net, budget)
    converted._forward_hooks.clear()
    return converted


# Not the functions themselves: solution("capstone") would print them, and they have solutions of their own.
to_separable, capstone_report = partial(_converted), partial(write_report)


def capstone():
    """Return the given net, the converted one, the baseline, the finished net, and the report."""
    data = sepconv.silhouettes()
    given = sepconv.small_standard()
    sepconv.train(given, data, epochs=EPOCHS)
    converted = to_separable(given, BUDGET)
    sepconv.train(converted, data, epochs=EPOCHS)
    baseline = sepconv.small_separable()
    sepconv.train(baseline, data, epochs=2 * EPOCHS)
    finished = sepconv.fuse(converted)
    return given, converted, baseline, finished, capstone_report(given, converted, data)


def _silhouettes():
    from sepconv import silhouettes

    return silhouettes()


def _about_drawn(net, draw):
    """Say what is on some test images, if the net can tell; half is far below what a net that has learned gets."""
    data = _silhouettes()
    places = [draw.one_of(range(2000)) for _ in range(40)]
    few = SimpleNamespace(test_images=data.test_images[places], test_labels=data.test_labels[places])
    if is_right(net, few).mean() < 0.5:
        return "the given net gets fewer than half of them right"
    return "most are right: " + ", ".join(data.classes[label] for label in few.test_labels[:12])


def _observe_capstone(handed_in, draw):
    """Judge what was handed in: the nets on the silhouettes, and the report on the first two."""
    from torch import nn

    if not isinstance(handed_in, tuple | list) or len(handed_in) != 5:
        raise TypeError(f"capstone must return five things: {', '.join(_HANDED_IN)}, the report")
    *nets, report = handed_in
    for net, which in zip(nets, _HANDED_IN, strict=True):
        if not isinstance(net, nn.Module):
            raise TypeError(f"{which} that capstone returns must be a net, not a {type(net).__name__}")
    given, converted, baseline, finished = nets
    true = capstone_report(given, converted, _silhouettes())
    before, after = true["accuracy"]
    return {
        "the given net": "has learned"
        if before >= _LEARNED
        else "gets fewer than 85 of 100 silhouettes right",
        "silhouettes that were drawn": _about_drawn(given, draw),
        "its conversion": _about_conversion(given, converted),
        "budget": "met" if parameters_of(converted) <= BUDGET else "the converted net is above it",
        "accuracy": _about_accuracy(before, after),
        "the baseline": _about_baseline(given, baseline),
        "the finished net": _about_finished(converted, finished),
        "report": _about_report(report, true),
    }


def _about_accuracy(before, after):
    """Say what the conversion lost; a net that was not trained at all is told from one that lost too much."""
    if after >= before - _MAY_LOSE:
        return "kept within 2 points"
    if after < _TRAINED:
        return "the converted net gets fewer than half of the silhouettes right"
    return (
        f"more than 2 points are lost: {before:.1%} → {after:.1%}. Was the converted net trained? If so: do its pairs "
        "start from random numbers? Then there is a better start"
    )


def _about_conversion(given, converted):
    """Say whether the second net has the convolutions that a conversion of the first one has."""
    import torch

    x = torch.zeros(1, 1, 28, 28)
    if given is converted:
        return "both are the same net"
    if parameters_of(converted) > parameters_of(given):
        return "the second net is larger than the first"
    if any(conv.groups > 1 for conv in convolutions_called(given, x)[0]):
        return "the first net has been converted, too"
    if parameters_of(given) <= BUDGET:
        return "the first net meets the budget as it is"
    try:
        wanted = convert(deepcopy(given), BUDGET)
    except ValueError:
        return "the first net cannot be converted within the budget"
    sizes = [[sizes_of(conv) for conv in convolutions_called(net, x)[0]] for net in (converted, wanted)]
    if sizes[0] != sizes[1]:
        return "the second net has other convolutions"
    return (
        "is the second net"
        if _goes_on_from(given, converted)
        else "the second net does not go on from what the first has learned"
    )


def _goes_on_from(given, net):
    """Whether the last layer of a net still resembles that of the given one, as it does after more training."""
    import torch

    one, other = map(_last_weights, (given, net))
    return one.shape == other.shape and torch.cosine_similarity(one, other, dim=0).item() > _ALIKE


def _last_weights(net):
    import torch

    weights = [weight.detach().flatten() for weight in net.parameters() if weight.ndim > 1]
    return weights[-1] if weights else torch.zeros(0)  # a fused net may keep them otherwise


def _about_baseline(given, baseline):
    """Say whether a net within the budget has learned from scratch."""
    if parameters_of(baseline) > BUDGET:
        return "is above the budget"
    if _goes_on_from(given, baseline):
        return "goes on from the given net, and is to begin from scratch"
    right = is_right(baseline, _silhouettes()).mean()
    return "has learned" if right >= _LEARNED else "gets fewer than 85 of 100 silhouettes right"


def _about_finished(converted, finished):
    """Say whether a net has no batch normalization left, and computes what the converted one does.

    Whether its pairs are fused cannot be asked: without a compiler nothing is.
    """
    import torch
    from torch import nn

    if any(isinstance(part, nn.BatchNorm2d) for part in finished.modules()):
        return "it has batch normalization in it"
    images = _silhouettes().test_images[:50]
    with torch.no_grad():
        found = finished.eval()(images)
        wanted = converted.eval().forward(images)  # its layers alone: it may have been told the answers
    close = 1e-4 * wanted.abs().max().item()
    same = wanted.shape == found.shape and torch.allclose(wanted, found, rtol=0, atol=close)
    return "is folded, and computes the same" if same else "it does not compute what the converted net does"


def _about_report(report, true):
    """Say which entries of a report do not agree with the nets; rounding may turn an image or two."""
    if not isinstance(report, dict) or not true.keys() <= report.keys():
        return f"it lacks one of the keys {', '.join(true)}"
    wrong = [key for key in ("parameters", "macs") if _listed(report[key]) != true[key]]
    accuracy, lost = _listed(report["accuracy"]), positions(report["lost"])
    if len(accuracy) != 2 or not all(map(partial(isclose, abs_tol=0.0015), accuracy, true["accuracy"])):
        wrong.append("accuracy")
    if lost is None or len(set(lost) ^ set(true["lost"])) > 3:
        wrong.append("lost")
    return f"it does not agree with these two nets: {', '.join(wrong)}" if wrong else "agrees with the nets"


def _listed(value):
    """Return a list of numbers as such, and anything else as an empty list."""
    numbers = isinstance(value, list | tuple) and all(isinstance(item, Real) for item in value)
    return list(value) if numbers else []


EXERCISE = Exercise(
    is_searched=False,
    seconds=900,
    points=3,
    kind="function",
    answer=capstone,
    cases=[()],
    observe=_observe_capstone,
    observer_draws=True,
    misconceptions="""
        S1350 the converted net was not trained
        sepconv.train(converted, data, epochs=EPOCHS) => pass
        A pair can only come near to the convolution that it replaces. What closes the gap?

        S1351 the given net was not trained
        sepconv.small_standard() => sepconv.build_with_seed(sepconv.small_standard, 0).eval()
        sepconv.train(given, data, epochs=EPOCHS) => pass
        sepconv.train(converted, data, epochs=EPOCHS) => pass
        A net that has learned nothing has nothing to lose. Was the cell with its training run?

        S1352 the converted net is above the budget
        given, BUDGET => given, 2 * BUDGET
        What did you hand to to_separable as the budget?

        S1353 another net was handed in, not a conversion of the given one
        to_separable(given, BUDGET) => sepconv.small_standard((11, 25, 45))
        sepconv.fuse(converted) => converted
        It is small and it may be good, but its convolutions are not those that to_separable makes of the given net.

        S1354 the two nets were handed in in the other order
        given, converted, baseline, finished, capstone_report(given, converted, data) => converted, given, baseline, finished, capstone_report(converted, given, data)
        First the given one, then the converted one.

        S1356 both are the same net
        given, converted, baseline, finished, capstone_report(given, converted, data) => converted, converted, baseline, finished, capstone_report(converted, converted, data)
        to_separable makes a copy: the net that it was given is still there. Which name does it have?

        S1357 the converted net was handed in as the given one, too
        given, converted, baseline, finished, capstone_report(given, converted, data) => deepcopy(converted), converted, baseline, finished, capstone_report(converted, converted, data)
        What shall the conversion be held against? The first net is the one without pairs.

        S1355 the report was made before the training
        given, converted, baseline, finished, capstone_report(given, converted, data) => given, converted, baseline, finished, report
        sepconv.small_standard() => sepconv.build_with_seed(sepconv.small_standard, 0)
        sepconv.train(given, data, epochs=EPOCHS) => pass
        sepconv.train(converted, data, epochs=EPOCHS) => report = capstone_report(given, converted, data); [sepconv.train(net, data, epochs=EPOCHS) for net in (given, converted)]
        It describes nets that no longer exist. In which order are the cells run?

        S1359 the second net did not go on from what the given one had learned
        to_separable(given, BUDGET) => sepconv.small_separable()
        A separable net from scratch may be as good, and it is the baseline. A conversion keeps the layers that it does not replace: what does to_separable return?

        S1360 the baseline learned too little
        sepconv.train(baseline, data, epochs=2 * EPOCHS) => pass
        Was it trained? It shows what the same training gives without a conversion: how many epochs did the other two have, together?

        S1361 the baseline does not start from scratch
        sepconv.small_separable() => deepcopy(converted)
        What would you have without the given net? Build a net of your own for it.

        S1362 the baseline is above the budget
        sepconv.small_separable() => sepconv.small_standard()
        A larger net may well be better. Which parameters does the converted one have to get by with?

        S1363 batch normalization was left in the finished net
        sepconv.fuse(converted) => converted
        What did lesson 12 do with a batch normalization after its training, and what does lesson 10 do with a pair?

        S1364 the finished net did not compute what the converted one does
        sepconv.train(converted, data, epochs=EPOCHS) => finished = sepconv.fuse(converted.eval()); sepconv.train(converted, data, epochs=EPOCHS)
        finished = sepconv.fuse(converted) => pass
        It is a copy. Was it made of `converted`, and after all of its training?
    """,
    hints=[
        "Return the four nets after their training, then what capstone_report says of the first two.",
        "If more than 2 points are lost: do the pairs start from random numbers? The given net has learned something.",
    ],
)
