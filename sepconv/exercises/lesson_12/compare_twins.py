"""Train three nets from each seed and collect their accuracies."""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


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


def seeded_by_round(train, seeds):
    """Set the seed, then draw all three nets."""
    import torch

    from sepconv import small_separable, small_standard

    accuracies = {"standard": [], "separable": [], "narrow": []}
    for seed in seeds:
        torch.manual_seed(seed)
        accuracies["standard"].append(train(small_standard(), seed))
        accuracies["separable"].append(train(small_separable(), seed))
        accuracies["narrow"].append(train(small_standard((11, 25, 45)), seed))
    return accuracies


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
    misconceptions="""
        M71 nets were compared at equal widths only
        "narrow": lambda: small_standard((11, 25, 45)), => # no third net
        The standard net has many times the parameters. Which net shows what a standard one does with few?

        S1207 the net of equal MACs was taken
        (11, 25, 45) => (10, 24, 44)
        Two nets of the lesson are narrow. Which one has as many parameters as the separable net?

        S1208 one net was trained again and again
        [train(build_with_seed(build, seed), seed) for seed in seeds] => [train(net, seed) for net in [build_with_seed(build, seeds[0])] for seed in seeds]
        The second training begins where the first one ended. Each seed needs a net of its own.

        S1208 one net was trained again and again
        [train(build_with_seed(build, seed), seed) for seed in seeds] => [train(net, seed) for net in [build_with_seed(build, 1_000_003)] for seed in seeds]
        The second training begins where the first one ended. Each seed needs a net of its own.

        S1262 each net was trained twice
        train(build_with_seed(build, seed), seed) => [train(net, seed) for net in 2 * [build_with_seed(build, seed)]][1]
        train trains the net that it is given, and returns the accuracy. How often is it called for a net?

        S1209 the initial weights were not drawn from the seed at hand
        build_with_seed(build, seed) => build_with_seed(build, seed + 1_000_003)
        train seeds the order of the images. The weights are drawn earlier: when, and from which seed?

        S1263 the seed was set once for three nets
        = seeded_by_round
        Drawing the weights of a net moves the random numbers on: the next net draws others than those that come right after seeding.

        S1264 a seed was set only once, before all nets
        nets = { => import torch; torch.manual_seed(seeds[0]); nets = {
        build_with_seed(build, seed) => build()
        Each net is to begin with the weights that come right after seeding with its seed. How often must one seed, then, and when?

        S1264 a seed was set only once, before all nets
        nets = { => import torch; torch.manual_seed(0); nets = {
        build_with_seed(build, seed) => build()
        Each net is to begin with the weights that come right after seeding with its seed. How often must one seed, then, and when?

        S1265 train was given the seed 0 every time
        build_with_seed(build, seed), seed) => build_with_seed(build, seed), 0)
        The second argument of train is the seed that the images are ordered by, and the weights are seeded with the same number.

        S1210 every net began with the weights of the first seed
        build_with_seed(build, seed) => build_with_seed(build, seeds[0])
        A seed stands for the initial weights as well as for the order of the images.

        S1211 the places of the seeds were used as seeds
        for seed in seeds => for seed in range(len(seeds))
        Is the seed the item of `seeds`, or its number in the list?

        S1212 the first seed was used every time
        for seed in seeds => for seed in seeds[:1] * len(seeds)
        Runs from one and the same seed give one and the same number, and tell nothing about the spread.

        S1213 the mean was returned
        [train(build_with_seed(build, seed), seed) for seed in seeds] => sum(train(build_with_seed(build, seed), seed) for seed in seeds) / len(seeds)
        The mean hides how far the runs lie apart. Return all of them.

        S1214 the best run was returned
        [train(build_with_seed(build, seed), seed) for seed in seeds] => max(train(build_with_seed(build, seed), seed) for seed in seeds)
        The best of several runs is a matter of luck and of how many there were. Return all of them.
    """,
    hints=[
        "Two loops: over the nets, and over the seeds. Inside, a new net is made and trained.",
        "build_with_seed(small_separable, seed) makes a net with the initial weights of that seed.",
        "For the narrow net, pass a function: lambda: small_standard((11, 25, 45)).",
    ],
)
