"""Train three nets from each seed and collect their accuracies."""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


def compare_twins(train, seeds):
    """Return {name of the net: [accuracy for each seed]}."""
    from sepconv import build_with_seed, small_separable, small_standard

    nets = {
        "standard": small_standard,
        "separable": small_separable,
        "narrow": lambda: small_standard((11, 25, 45)),
    }
    return {
        name: [train(build_with_seed(build, seed), seed) for seed in seeds] for name, build in nets.items()
    }


# Parameters of each net, and what is taken for its accuracy.
_LEVELS = {94_186: 0.9, 13_322: 0.8, 13_321: 0.7, 12_360: 0.6}


class _Trainer:
    """Stands for a training: tells from a net what was done with it, and gives a made-up accuracy for that."""

    def __init__(self):
        self._trained = []

    def __call__(self, model, seed):
        import torch

        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"train takes a net and a seed, and got a {type(model).__name__} as its net")
        count = sum(p.numel() for p in model.parameters())
        accuracy = _LEVELS.get(count, 0.5) + self._of_seed(seed)
        if any(model is trained for trained in self._trained):
            accuracy += 0.03
        elif not self._is_seeded(model, seed):
            accuracy -= 0.05
        self._trained.append(model)
        return round(accuracy, 6)

    @staticmethod
    def _of_seed(seed):
        return (seed * 7 % 997) / 100_000

    @staticmethod
    def _is_seeded(model, seed):
        """Whether the first weights are those that come after torch.manual_seed(seed)."""
        import torch
        from torch import nn

        first = next(part for part in model.modules() if isinstance(part, nn.Conv2d))
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            return torch.equal(first.weight, nn.Conv2d(1, first.out_channels, 3, bias=False).weight)

    def __deepcopy__(self, memo):
        return type(self)()

    def __repr__(self):
        return "a stand-in that trains nothing and returns a made-up accuracy"


def _wrong(widths=(11, 25, 45), build=None, train_seed=lambda seed, place, seeds: seed, summary=list):
    """Make a wrong comparison; each argument changes one thing of the right one."""

    def compare(train, seeds):
        from sepconv import build_with_seed, small_separable, small_standard

        nets = {"standard": small_standard, "separable": small_separable}
        if widths:
            nets["narrow"] = lambda: small_standard(widths)
        make = build or build_with_seed
        return {
            name: summary(
                [
                    train(make(net, train_seed(seed, place, seeds)), train_seed(seed, place, seeds))
                    for place, seed in enumerate(seeds)
                ]
            )
            for name, net in nets.items()
        }

    return compare


def _one_net(train, seeds):
    accuracies = {}
    for name, build in _three_nets().items():
        model = _built(build, seeds[0])
        accuracies[name] = [train(model, seed) for seed in seeds]
    return accuracies


def _unseeded_net(train, seeds):
    return {
        name: [train(model, seed) for seed in seeds]
        for name, model in ((name, _not_seeded(build, seeds[0])) for name, build in _three_nets().items())
    }


def _three_nets():
    from sepconv import small_separable, small_standard

    return {
        "standard": small_standard,
        "separable": small_separable,
        "narrow": lambda: small_standard((11, 25, 45)),
    }


def _seeded_by_round(train, seeds):
    """Set the seed, then draw all three nets."""
    import torch

    accuracies = {name: [] for name in _three_nets()}
    for seed in seeds:
        torch.manual_seed(seed)
        for name, build in _three_nets().items():
            accuracies[name].append(train(build(), seed))
    return accuracies


def _seeded_once(first=None):
    """Make an answer that sets a seed once, before all: the first one, or a number of its own."""

    def compare(train, seeds):
        import torch

        torch.manual_seed(seeds[0] if first is None else first)
        return {name: [train(build(), seed) for seed in seeds] for name, build in _three_nets().items()}

    return compare


def _trained_with_zero(train, seeds):
    return {name: [train(_built(build, seed), 0) for seed in seeds] for name, build in _three_nets().items()}


def _twice(train, seeds):
    def trained(model, seed):
        train(model, seed)
        return train(model, seed)

    return compare_twins(trained, seeds)


def _not_seeded(build, seed):
    import torch

    torch.manual_seed(seed + 1_000_003)  # whatever the state was
    return build()


def _all_from_first(train, seeds):
    """Each net starts from the first seed's weights; only the order of the images changes."""
    return _wrong(build=lambda build, seed: _built(build, seeds[0]))(train, seeds)


def _built(build, seed):
    from sepconv import build_with_seed

    return build_with_seed(build, seed)


EXERCISE = Exercise(
    points=2,
    answer=compare_twins,
    cases=[(_Trainer(), [0, 1, 2]), (_Trainer(), [5, 3]), (_Trainer(), [4])],
    fresh=drawn(
        count=1,
        case=lambda first, second: (_Trainer(), [first, second]),
        first=range(10, 500),
        second=range(500, 1000),
    ),
    misconceptions=[
        Misconception(
            "M71",
            "nets were compared at equal widths only",
            _wrong(widths=None),
            "The standard net has many times the parameters. Which net shows what a standard one does with few?",
        ),
        Misconception(
            "S1207",
            "the net of equal MACs was taken",
            _wrong(widths=(10, 24, 44)),
            "Two nets of the lesson are narrow. Which one has as many parameters as the separable net?",
        ),
        *(
            Misconception(
                "S1208",
                "one net was trained again and again",
                wrong,
                "The second training begins where the first one ended. Each seed needs a net of its own.",
            )
            for wrong in (_one_net, _unseeded_net)
        ),
        Misconception(
            "S1262",
            "each net was trained twice",
            _twice,
            "train trains the net that it is given, and returns the accuracy. How often is it called for a net?",
        ),
        Misconception(
            "S1209",
            "the initial weights were not drawn from the seed at hand",
            _wrong(build=_not_seeded),
            "train seeds the order of the images. The weights are drawn earlier: when, and from which seed?",
        ),
        Misconception(
            "S1263",
            "the seed was set once for three nets",
            _seeded_by_round,
            "Drawing the weights of a net moves the random numbers on: the next net draws others than those that come "
            "right after seeding.",
        ),
        *(
            Misconception(
                "S1264",
                "a seed was set only once, before all nets",
                wrong,
                "Each net is to begin with the weights that come right after seeding with its seed. How often must one "
                "seed, then, and when?",
            )
            for wrong in (_seeded_once(), _seeded_once(0))
        ),
        Misconception(
            "S1265",
            "train was given the seed 0 every time",
            _trained_with_zero,
            "The second argument of train is the seed that the images are ordered by, and the weights are seeded with "
            "the same number.",
        ),
        Misconception(
            "S1210",
            "every net began with the weights of the first seed",
            _all_from_first,
            "A seed stands for the initial weights as well as for the order of the images.",
        ),
        Misconception(
            "S1211",
            "the places of the seeds were used as seeds",
            _wrong(train_seed=lambda seed, place, seeds: place),
            "Is the seed the item of `seeds`, or its number in the list?",
        ),
        Misconception(
            "S1212",
            "the first seed was used every time",
            _wrong(train_seed=lambda seed, place, seeds: seeds[0]),
            "Runs from one and the same seed give one and the same number, and tell nothing about the spread.",
        ),
        Misconception(
            "S1213",
            "the mean was returned",
            _wrong(summary=lambda values: sum(values) / len(values)),
            "The mean hides how far the runs lie apart. Return all of them.",
        ),
        Misconception(
            "S1214",
            "the best run was returned",
            _wrong(summary=max),
            "The best of several runs is a matter of luck and of how many there were. Return all of them.",
        ),
    ],
    hints=[
        "Two loops: over the nets, and over the seeds. Inside, a new net is made and trained.",
        "build_with_seed(small_separable, seed) makes a net with the initial weights of that seed.",
        "For the narrow net, pass a function: lambda: small_standard((11, 25, 45)).",
    ],
)
