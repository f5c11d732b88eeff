"""Mend a counter of MACs: it must be right for every Conv2d and every Linear of a model."""

from functools import cache

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise, Misconception


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


def _counter(conv=None, linear=None, each_once=False):
    """Count with other rules: `conv(module, x, y)` and `linear(module, x, y)` return MACs."""

    def wrong(model, x):
        from torch import nn
        from torch.nn.modules.module import register_module_forward_hook

        calls = []

        def add_up(module, inputs, y):
            if isinstance(module, nn.Conv2d):
                macs = (conv or _conv_right)(module, inputs[0], y)
            elif isinstance(module, nn.Linear):
                macs = (linear or _linear_right)(module, inputs[0], y)
            else:
                return
            calls.append((id(module), macs))

        with register_module_forward_hook(add_up):
            model(x)
        return sum(dict(calls).values()) if each_once else sum(macs for _, macs in calls)

    return wrong


_FIRST_INPUT = (1, 2, 7, 3)  # of no other case
_counted = []


def _with_calls_before(model, x):
    """Count on from the calls before: what becomes of a total that stands outside of the function."""
    if x.shape == _FIRST_INPUT:  # a check begins
        _counted.clear()
    _counted.append(fix_the_counter(model, x))
    return sum(_counted)


def _conv_right(module, x, y):
    return y.numel() * module.weight[0].numel()


def _linear_right(module, x, y):
    return y.numel() * module.in_features


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
                    nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.ReLU()), nn.Flatten(), nn.Linear(16, 3)
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
    misconceptions=[
        Misconception(
            "M72",
            "a Linear was taken to run once",
            _counter(linear=lambda module, x, y: module.weight.numel()),
            "A Linear runs at every position of what it is given. In the hook, what tells how many there were?",
        ),
        Misconception(
            "M72",
            "a Linear was taken to run once for each image",
            _counter(linear=lambda module, x, y: len(y) * module.weight.numel()),
            "The batch is one of the axes that a Linear runs over. Which others stand before the last one?",
        ),
        Misconception(
            "M72",
            "a Linear was taken to run over two axes",
            _counter(linear=lambda module, x, y: y.shape[0] * y.shape[1] * module.weight.numel()),
            "How many axes a Linear is given differs from model to model. What of y counts over all of them?",
        ),
        Misconception(
            "M65",
            "the batch was left out",
            _counter(
                conv=lambda module, x, y: _conv_right(module, x, y) // len(y),
                linear=lambda module, x, y: _linear_right(module, x, y) // len(y),
            ),
            "The count is of this forward, with all the images of x.",
        ),
        Misconception(
            "M65",
            "the batch was left out of the Linears",
            _counter(linear=lambda module, x, y: _linear_right(module, x, y) // len(y)),
            "The count is of this forward, with all the images of x.",
        ),
        Misconception(
            "M09",
            "FLOPs were counted",
            lambda model, x: 2 * fix_the_counter(model, x),
            "One multiplication and the addition of its product are one MAC.",
        ),
        Misconception(
            "M08",
            "MACs of the convolutions were counted on the input pixels",
            _counter(conv=lambda module, x, y: x.numel() * module.weight[:, 0].numel()),
            "The branch for convolutions was right as it was.",
        ),
        Misconception(
            "S116",
            "the inputs and the outputs of a Linear were exchanged",
            _counter(linear=lambda module, x, y: y.numel() * module.out_features),
            "y already has one entry for each output feature. How many products go into one entry of y?",
        ),
        Misconception(
            "S117",
            "the inputs and the outputs of a Linear were multiplied with each other",
            _counter(linear=lambda module, x, y: x.numel() * y.numel()),
            "The input at one position meets the weights of that position only, not the other positions.",
        ),
        Misconception(
            "S118",
            "only the numbers that a Linear writes were counted",
            _counter(linear=lambda module, x, y: y.numel()),
            "Each of these numbers is a sum. Of how many products?",
        ),
        Misconception(
            "S119",
            "the Linears were left out",
            _counter(linear=lambda module, x, y: 0),
            "A Linear multiplies and adds, too.",
        ),
        Misconception(
            "S106",
            "adding the bias was counted as a MAC",
            _counter(
                conv=lambda module, x, y: _conv_right(module, x, y) + y.numel() * (module.bias is not None),
                linear=lambda module, x, y: (
                    _linear_right(module, x, y) + y.numel() * (module.bias is not None)
                ),
            ),
            "By convention a bias costs no MAC: nothing is multiplied.",
        ),
        Misconception(
            "S127",
            "what an earlier call had counted was kept",
            _with_calls_before,
            "Does something stay from the call before? Look where the total is set to 0, and how often that line runs.",
        ),
        Misconception(
            "S110",
            "a layer that is called twice was counted once",
            _counter(each_once=True),
            "A hook runs at every call of its module. Add up in the hook, not in a loop over the modules.",
        ),
    ],
    hints=[
        "Compare the two branches. The convolution looks at y; what does the branch of the Linear look at?",
        "y holds one number for each position and each output feature. How many products went into one of them?",
        "Each entry of y is a sum of in_features products.",
    ],
)
