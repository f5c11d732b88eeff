"""Hand in your work: the given net, the converted net, and the report."""

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
from sepconv.exercises.spec import Exercise, Misconception

BUDGET, EPOCHS = 15_000, 6


_MAY_LOSE = 0.02
_LEARNED = 0.85  # of the test images: a net that was trained for three epochs gets more
_TRAINED = 0.5  # a conversion that was not trained gets fewer, however its pairs start


class _WithoutWaiting:
    """The package as the answer below sees it: a net is told what it would have learned."""

    def __getattr__(self, name):
        import sepconv

        return getattr(sepconv, name)

    @staticmethod
    def train(net, data, *, epochs):
        """Stand for train."""
        told_the_answers(net, data)


sepconv = _WithoutWaiting()


def _converted(net, budget):
    """Convert a net as if what it had been told were lost with the layers that are replaced."""
    return fresh(convert(net, budget))


# Not the functions themselves: solution("capstone") would print them, and they have solutions of their own.
to_separable, capstone_report = partial(_converted), partial(write_report)


def capstone():
    """Return the given net, the converted one, and the report on both."""
    data = sepconv.silhouettes()
    given = sepconv.small_standard()
    sepconv.train(given, data, epochs=EPOCHS)
    converted = to_separable(given, BUDGET)
    sepconv.train(converted, data, epochs=EPOCHS)
    return given, converted, capstone_report(given, converted, data)


def trained(net, data):
    """Train a net, as the answer does, and return it."""
    sepconv.train(net, data, epochs=EPOCHS)
    return net


def fresh(net):
    """Return a copy of a net as if nobody had trained it."""
    net = deepcopy(net)
    net._forward_hooks.clear()
    return net


def with_nets(change):
    """Make a wrong capstone: `change` gets the net before its training and the data, and returns both nets."""

    def wrong():
        from sepconv import build_with_seed, silhouettes, small_standard

        data = silhouettes()
        # What an untrained net gets right is chance; here it is the same chance every time.
        given, converted = change(build_with_seed(small_standard, 0), data)
        return given, converted, capstone_report(given, converted, data)

    return wrong


def _same_net_twice():
    _, converted, _ = capstone()
    return converted, converted, capstone_report(converted, converted, _silhouettes())


def _converted_given():
    """Hand in a conversion in the place of the given net, too."""
    _, converted, _ = capstone()
    first = deepcopy(converted)
    return first, converted, capstone_report(first, converted, _silhouettes())


def _untrained_conversion(net, data):
    converted = to_separable(net, BUDGET)
    return trained(net, data), converted


def _neither_trained(net, data):
    return net, to_separable(net, BUDGET)


def _above_budget(net, data):
    return trained(net, data), trained(to_separable(fresh(net), 2 * BUDGET), data)


def _another_net(net, data):
    from sepconv import small_standard

    return trained(net, data), trained(small_standard((11, 25, 45)), data)


def _exchanged():
    given, converted, _ = capstone()
    return converted, given, capstone_report(converted, given, _silhouettes())


def _reported_too_early():
    from sepconv import build_with_seed, small_standard

    net = build_with_seed(small_standard, 0)
    converted = to_separable(net, BUDGET)
    report = capstone_report(net, converted, _silhouettes())
    return trained(net, _silhouettes()), trained(converted, _silhouettes()), report


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
    """Judge what was handed in: both nets on the silhouettes, and the report on them."""
    from torch import nn

    if not isinstance(handed_in, tuple | list) or len(handed_in) != 3:
        raise TypeError("capstone must return three things: the given net, the converted net, the report")
    given, converted, report = handed_in
    for net, which in ((given, "first"), (converted, "second")):
        if not isinstance(net, nn.Module):
            raise TypeError(
                f"the {which} thing that capstone returns must be a net, not a {type(net).__name__}"
            )
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
    return "is the second net" if sizes[0] == sizes[1] else "the second net has other convolutions"


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
    points=3,
    kind="function",
    answer=capstone,
    cases=[()],
    observe=_observe_capstone,
    observer_draws=True,
    misconceptions=[
        Misconception(
            "S1350",
            "the converted net was not trained",
            with_nets(_untrained_conversion),
            "A pair can only come near to the convolution that it replaces. What closes the gap?",
        ),
        Misconception(
            "S1351",
            "the given net was not trained",
            with_nets(_neither_trained),
            "A net that has learned nothing has nothing to lose. Was the cell with its training run?",
        ),
        Misconception(
            "S1352",
            "the converted net is above the budget",
            with_nets(_above_budget),
            "What did you hand to to_separable as the budget?",
        ),
        Misconception(
            "S1353",
            "another net was handed in, not a conversion of the given one",
            with_nets(_another_net),
            "It is small and it may be good, but its convolutions are not those that to_separable makes of the given net.",
        ),
        Misconception(
            "S1354",
            "the two nets were handed in in the other order",
            _exchanged,
            "First the given one, then the converted one.",
        ),
        Misconception(
            "S1356",
            "both are the same net",
            _same_net_twice,
            "to_separable makes a copy: the net that it was given is still there. Which name does it have?",
        ),
        Misconception(
            "S1357",
            "the converted net was handed in as the given one, too",
            _converted_given,
            "What shall the conversion be held against? The first net is the one without pairs.",
        ),
        Misconception(
            "S1355",
            "the report was made before the training",
            _reported_too_early,
            "It describes nets that no longer exist. In which order are the cells run?",
        ),
    ],
    hints=[
        "Return given, converted, report: the nets after training, and what capstone_report says of them.",
        "If more than 2 points are lost: do the pairs start from random numbers? The given net has learned something.",
    ],
)
