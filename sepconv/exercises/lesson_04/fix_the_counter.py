"""Fix a counter of MACs: it must be right for every Conv2d and every Linear of a model."""

from functools import cache

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise


def fix_the_counter(model, x):
    """Count the MACs of model(x), batch included."""
    from torch import nn
    from torch.nn.modules.module import register_module_forward_hook

    total = 0

    def add_up(module, inputs, y):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            one_filter = module.weight.numel() // module.out_channels
            total += y.numel() * one_filter
        elif isinstance(module, nn.Linear):
            total += y.numel() * module.in_features

    with register_module_forward_hook(add_up):
        model(x)
    return total


_FIRST_INPUT = (1, 2, 7, 3)  # of no other case
_counted = []


def counting_on(model, x):
    """Count on from the calls before: what becomes of a total that stands outside of the function."""
    if x.shape == _FIRST_INPUT:  # a check begins
        _counted.clear()
    _counted.append(fix_the_counter(model, x))
    return sum(_counted)


def _channels_last():
    from torch import nn

    class ChannelsLast(nn.Module):
        def forward(self, x):
            return x.permute(0, 2, 3, 1)

    return ChannelsLast()


@cache
def _counter_cases():
    import torch
    from torch import nn

    with torch.random.fork_rng():
        again = nn.Linear(4, 4)
        return [
            (nn.Linear(3, 5), torch.zeros(_FIRST_INPUT)),
            (nn.Conv2d(2, 3, 3, stride=2, padding=1), torch.zeros(2, 2, 5, 8)),
            (
                nn.Sequential(
                    nn.Conv2d(3, 4, 2), _channels_last(), nn.Linear(4, 7), nn.ReLU(), nn.Linear(7, 5)
                ),
                torch.zeros(2, 3, 4, 6),
            ),
            (nn.Sequential(again, nn.ReLU(), again, nn.Linear(4, 2, bias=False)), torch.zeros(3, 5, 4)),
            (
                nn.Sequential(
                    nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.Conv2d(2, 2, 1)),
                    nn.Flatten(),
                    nn.Linear(16, 3),
                ),
                torch.zeros(5, 1, 4, 6),
            ),
        ]


def _drawn_model(c_in, c_out, k, features, outputs, images, h, w):
    """A convolution, and behind it at every pixel a Linear that runs twice, and another one."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        again = nn.Linear(features, features)
        linears = [nn.Linear(c_out, features), again, nn.ReLU(), again, nn.Linear(features, outputs)]
        model = nn.Sequential(nn.Conv2d(c_in, c_out, k), _channels_last(), *linears)
    return model, torch.zeros(images, c_in, h, w)


EXERCISE = Exercise(
    points=3,
    answer=fix_the_counter,
    cases=lambda seed: _counter_cases(),
    fresh=drawn(
        count=2,
        case=_drawn_model,
        c_in=range(2, 7),
        c_out=range(2, 7),
        k=(1, 2, 3),
        features=range(2, 9),
        outputs=range(2, 9),
        images=range(2, 5),
        h=range(3, 9),
        w=range(3, 9),
    ),
    misconceptions="""
        M72 a Linear was taken to run once
        y.numel() * module.in_features => module.weight.numel()
        A Linear runs at every position of what it is given. In the hook, what tells how many there were?

        M72 a Linear was taken to run once for each image
        y.numel() * module.in_features => len(y) * module.weight.numel()
        The batch is one of the axes that a Linear runs over. Which others stand before the last one?

        M72 a Linear was taken to run over two axes
        y.numel() * module.in_features => y.shape[0] * y.shape[1] * module.weight.numel()
        How many axes a Linear is given differs from model to model. What of y counts over all of them?

        M65 the batch was left out
        y.numel() => y[0].numel()
        The count is of this forward, with all the images of x.

        M65 the batch was left out of the Linears
        y.numel() * module.in_features => y[0].numel() * module.in_features
        The count is of this forward, with all the images of x.

        M09 FLOPs were counted
        return total => return 2 * total
        One multiplication and the addition of its product are one MAC.

        M08 MACs of the convolutions were counted on the input pixels
        y.numel() * one_filter => inputs[0].numel() * module.weight[:, 0].numel()
        The branch for convolutions was right as it was.

        S116 the inputs and the outputs of a Linear were exchanged
        module.in_features => module.out_features
        y already has one entry for each output feature. How many products go into one entry of y?

        S117 the inputs and the outputs of a Linear were multiplied with each other
        y.numel() * module.in_features => inputs[0].numel() * y.numel()
        The input at one position meets the weights of that position only, not the other positions.

        S118 only the numbers that a Linear writes were counted
        y.numel() * module.in_features => y.numel()
        Each of these numbers is a sum. Of how many products?

        S119 the Linears were left out
        total += y.numel() * module.in_features => pass
        A Linear multiplies and adds, too.

        S106 adding the bias was counted as a MAC
        // module.out_channels => // module.out_channels + (module.bias is not None)
        module.in_features => (module.in_features + (module.bias is not None))
        By convention a bias costs no MAC: nothing is multiplied.

        S127 what an earlier call had counted was kept
        = counting_on
        Does something stay from the call before? Look where the total is set to 0, and how often that line runs.

        S110 a layer that is called twice was counted once
        total = 0 => total = {}
        total += => total[module] =
        return total => return sum(total.values())
        A hook runs at every call of its module. Add up in the hook, not in a loop over the modules.
    """,
    hints=[
        "Compare the two branches. The convolution looks at y; what does the branch of the Linear look at?",
        "y holds one number for each position and each output feature. How many products went into one of them?",
        "Each entry of y is a sum of in_features products.",
    ],
)
