"""Build the network of Table 1, with the width multiplier alpha."""

from sepconv.exercises.cases import drawn
from sepconv.exercises.spec import Exercise
from sepconv.exercises.trying_out import cannot_learn, fill, output_and_gradients


def mobilenet_v1(alpha=1.0, classes=1000):
    """Build MobileNetV1 as Table 1 means it."""
    from torch import nn

    from sepconv import ConvBNReLU

    # Output channels and stride of each block; the last stride is the misprint, mended.
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    blocks += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    c_in = int(alpha * 32)
    layers = [ConvBNReLU(3, c_in, kernel_size=3, stride=2)]
    for channels, stride in blocks:
        c_out = int(alpha * channels)
        layers.append(ConvBNReLU(c_in, c_in, 3, stride, groups=c_in))
        layers.append(ConvBNReLU(c_in, c_out, 1))
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c_in, classes))


def with_bias(layer):
    """Give the convolution of a layer a bias."""
    from torch import nn

    layer.conv.bias = nn.Parameter(layer.norm.bias.detach().clone())
    return layer


def _steady(model):
    """Put a model into a mode in which numbers of any size go through it."""
    from torch import nn

    model.eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.train()  # brings each channel to its spread: the numbers neither fade nor explode
            part.eps = 1e-5  # Keras has 1e-3, which is no mistake


def _macs(model, size):
    """Count the MACs of one image, by hooks where they see everything, which is quicker than watching operations."""
    import torch
    from torch import nn

    from sepconv.measuring.counting import count

    layers = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    macs = dict.fromkeys(layers, 0)

    def note(layer, _inputs, y):
        channels = y.shape[1 if isinstance(layer, nn.Conv2d) else -1]
        macs[layer] += layer.weight.numel() * (y.numel() // channels)

    handles = [layer.register_forward_hook(note) for layer in layers]
    try:
        with torch.no_grad():
            model.eval()(torch.zeros(1, 3, size, size))
    finally:
        for handle in handles:
            handle.remove()
    seen = sum(parameter.numel() for layer in layers for parameter in layer.parameters())
    others = sum(p.numel() for p in model.parameters() if p.ndim > 1) - seen
    if not layers or others > 0 or not all(macs.values()):  # some weights are used past their module
        return count(model, (1, 3, size, size)).macs
    return sum(macs.values())


_UNIT = 1 / 16  # so small that behind a batch normalization nothing reaches the 6 where a ReLU6 cuts
# The name of what is seen says what to compare where the parameters fit and the output does not.
_OUTPUT = "output (it shows the order, ReLUs, padding, pooling, and what follows the Linear)"
_TOO_SMALL = (
    "a window that does not fit. The check uses 128×128, too, where the last map is 4×4, and 40×56, where it is 2×2: "
    "average over the whole map, whatever its size."
)


def _observe_network(model, draw, alpha=1.0, classes=1000):
    """Return what is seen of the network, or a sentence if its pooling wants a map of one size."""
    try:
        return _seen(model, draw, alpha)
    except RuntimeError as problem:
        if "Output size is too small" in str(problem):
            return _TOO_SMALL
        raise


def _seen(model, draw, alpha):
    """Return what the network learns; at full width what it costs, at a small one what comes out of it."""
    import torch

    seen = {"parameters": sum(parameter.numel() for parameter in model.parameters())}
    if alpha == 1:
        seen["MACs for 128×128"] = _macs(model, 128)
        return seen
    if problem := cannot_learn(model, torch.zeros(2, 3, 40, 56)):
        raise TypeError(problem)
    fill(model.parameters(), draw, _UNIT)
    _steady(model.double())
    x = torch.from_numpy(draw.integers(2, 3, 40, 56))
    seen[_OUTPUT], seen["gradients"] = output_and_gradients(model, x)
    return seen


EXERCISE = Exercise(
    is_searched=False,
    points=3,
    answer=mobilenet_v1,
    cases=[(), (0.25, 10), (0.3, 7)],
    fresh=drawn(count=1, alpha=[n / 1000 for n in range(200, 350)], classes=range(3, 100)),
    observe=_observe_network,
    observer_draws=True,
    misconceptions="""
        S1101 the printed stride of the last depthwise convolution was kept
        (1024, 1)] => (1024, 2)]
        Table 1 prints which map comes out of that layer. Does it, with this stride?

        M44 the stride was put on the pointwise convolution
        3, stride, groups=c_in => 3, groups=c_in
        c_out, 1) => c_out, 1, stride)
        The numbers that come out are the same, but the depthwise stage computes pixels that nobody reads.

        S307 the stride was put on both convolutions
        c_out, 1) => c_out, 1, stride)
        Two strides of 2 make 4. Which of the two rows in Table 1 says s2?

        M34 the 3×3 convolution of a block was left without groups
        3, stride, groups=c_in => 3, stride
        Its filter shape in Table 1 has three numbers, not four: each filter reads a single channel.

        M57 a block was made of one grouped convolution
        c_in, c_in, 3, stride => c_in, c_out, 3, stride
        layers.append(ConvBNReLU(c_in, c_out, 1)) => pass
        Nothing mixes the channels here. Which row follows each 'Conv dw' in Table 1?

        M20 the blocks were made of standard convolutions
        layers.append(ConvBNReLU(c_in, c_in, 3, stride, groups=c_in)) => pass
        c_out, 1) => c_out, 3, stride)
        That is the network's twin, the Conv MobileNet of Table 4. Which two rows make up a block of Table 1?

        M53 the pointwise convolution was put first
        c_in, c_out, 1) => c_out, c_out, 3, stride, groups=c_out)
        c_in, c_in, 3, stride, groups=c_in) => c_in, c_out, 1)
        Read the rows of Table 1 in their order: which of the two meets the input channels?

        M69 the convolutions were given a bias
        *layers => *map(with_bias, layers)
        The batch normalization behind a convolution shifts its channels anyway. What is left for a bias to do?

        M10 batch normalization was left out
        *layers => *[nn.Sequential(layer.conv, layer.activation) for layer in layers]
        In the paper every convolution is followed by two things before the next one comes.

        M56 nothing was put between the two convolutions of a block
        groups=c_in)) => groups=c_in).conv)
        Some networks do so. In this one each of the two is followed by batch normalization and ReLU.

        S1102 the ReLUs were left out
        *layers => *[nn.Sequential(layer.conv, layer.norm) for layer in layers]
        In the paper every convolution is followed by two things before the next one comes.

        S1103 the first convolution was not made narrower
        c_in = int(alpha * 32) => c_in = 32
        The width multiplier thins every layer, also the one before the blocks.

        S1104 the widths were rounded to the nearest integer
        int(alpha => round(alpha
        The task says int(alpha · c), which cuts off.

        S1105 a softmax was put at the end
        nn.Linear(c_in, classes)) => nn.Linear(c_in, classes), nn.Softmax(dim=1))
        Return what the Linear gives: in PyTorch the softmax belongs to the loss.

        S1138 a ReLU was put behind the Linear
        nn.Linear(c_in, classes)) => nn.Linear(c_in, classes), nn.ReLU())
        Table 1 has one row below the Linear. Is anything cut off at 0 there?

        S1136 a fixed window was averaged at the end
        nn.AdaptiveAvgPool2d(1) => nn.AvgPool2d(7)
        What size has the last map if the image is 224 pixels wide, and what size if it is 128?

        S1137 the largest value of each map was taken at the end
        nn.AdaptiveAvgPool2d(1) => nn.AdaptiveMaxPool2d(1)
        Read the name of the pooling in Table 1.

        S1151 the Linear was applied at every pixel
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c_in, classes) => nn.Conv2d(c_in, classes, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        The numbers that come out are the same. How often does the Linear run if the average comes first?
    """,
    hints=[
        "Begin with the stem, keep the number of channels in a variable, and let a loop over `blocks` add two layers "
        "at a time.",
        "The depthwise layer goes from c_in to c_in with groups=c_in and takes the stride; the pointwise layer goes "
        "from c_in to c_out. Afterwards c_in is c_out.",
        "At the end: nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c_in, classes). And look at the last stride.",
    ],
)
