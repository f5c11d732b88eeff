"""The explorer's arithmetic, run in Chromium, against PyTorch."""

import random
from itertools import pairwise

import pytest
import torch
from explorer_pages import chromium, in_chromium
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d
from torch.utils.flop_counter import FlopCounterMode

from sepconv import explore
from sepconv.data import photo
from sepconv.pictures.explorer.settings import LIMITS, VIEWS, checked_settings, sentence

pytestmark = in_chromium

SAMPLE, ALL = 150, 2400
ASK = """settings => settings.map(([s, output, input, weight]) => {
  const [conv, second] = m.stages(s), lit = at => m.lights(s, at), totals = m.formulas(s).filter(({ total }) => total);
  return {
    weights: m.stages(s).map(m.weightCount), macs: m.stages(s).map(m.macs), out: conv.out,
    totals: Object.fromEntries(totals.map(({ key, total }) => [key, total])),
    size: m.outputSize(s.input_size, s.kernel_size, s.stride, s.padding, s.dilation), transposed: m.transposedSize(s),
    reads: m.reads(second ?? conv, output), feeds: m.feeds(conv, input), unused: [...m.usedLines(conv)],
    products: m.products(conv, weight).map(({ input, output }) => [input, output]),
    readsLit: lit({ key: "output", cell: output }), feedsLit: lit({ key: "input", cell: input }),
  };
})"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("pages")) as browser, browser.module() as evaluate:
        yield evaluate


@pytest.fixture(autouse=True)
def one_thread():
    """Layers this small are slower on several threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def drawn_settings(number):
    """Draw legal settings, and a cell of the output, one of the input and a weight for each."""
    draw = random.Random(7)
    found = []
    while len(found) < number:
        s = {name: draw.randint(*LIMITS[name]) for name in LIMITS} | {"view": draw.choice(VIEWS)}
        s["in_channels"], s["out_channels"] = (draw.choice([1, 2, 3, 4, 6, 8, 9, 16]) for _ in range(2))
        if s["view"] != "two-stage":
            s["depth_multiplier"] = 1
            common = [g for g in range(1, 17) if s["in_channels"] % g == s["out_channels"] % g == 0]
            s["groups"] = draw.choice(common)
        else:
            s["groups"] = 1
        if python_takes(s):
            found.append((s, *_places(s, draw)))
    return found


def _places(s, draw):
    first, last = layers_of(s)[0], layers_of(s)[-1]
    out = first.to("meta")(torch.empty(s["in_channels"], *[s["input_size"]] * 2, device="meta")).shape[-1]
    output = [draw.randrange(last.out_channels), draw.randrange(out), draw.randrange(out)]
    source = [draw.randrange(s["in_channels"]), *(draw.randrange(s["input_size"]) for _ in range(2))]
    o, inside = draw.randrange(first.weight.shape[0]), draw.randrange(first.weight.shape[1])
    i = o // (first.weight.shape[0] // first.groups) * first.weight.shape[1] + inside
    return output, source, [o, i, *(draw.randrange(s["kernel_size"]) for _ in range(2))]


def layers_of(s):
    """Return PyTorch's layers with all weights 1, so that nothing cancels."""
    geometry = {name: s[name] for name in ("stride", "padding", "dilation")}
    c, d, k, m = (s[n] for n in ("in_channels", "out_channels", "kernel_size", "depth_multiplier"))
    if s["view"] == "one":
        layers = [nn.Conv2d(c, d, k, groups=s["groups"], bias=False, **geometry)]
    elif s["view"] == "transposed":
        layers = [nn.ConvTranspose2d(c, d, k, groups=s["groups"], bias=False, **geometry)]
    else:
        layers = [
            nn.Conv2d(c, c * m, k, groups=c, bias=False, **geometry),
            nn.Conv2d(c * m, d, 1, bias=False),
        ]
    for layer in layers:
        nn.init.ones_(layer.weight)
    return layers


def cells(tensor):
    """Return the places of a (channels, rows, columns) tensor that are not zero."""
    return {tuple(place) for place in tensor.nonzero().tolist()}


def as_set(places):
    result = {tuple(place) for place in places}
    assert len(result) == len(places), "a cell is named twice"
    return result


def check_counts(s, told, layers, x):
    weights = [layer.weight.numel() for layer in layers]
    y, flops = x, [0]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        for layer in layers:
            y = layer(y)
            flops.append(counter.get_total_flops())
    macs = [(after - before) // 2 for before, after in pairwise(flops)]
    assert (told["weights"], told["macs"]) == (weights, macs)
    assert (told["totals"]["weights"], told["totals"]["macs"]) == (sum(weights), sum(macs))
    sizes = (s["input_size"], "transposed") if s["view"] == "transposed" else (y.shape[-1], "size")
    assert (told["out"], told[sizes[1]]) == (sizes[0], y.shape[-2])
    assert f"{sum(weights):,} weights and {sum(macs):,} MACs" in sentence(s)


def check_reads(told, layers, x, output):
    """An output cell lights exactly those cells that its gradient reaches."""
    x = x.clone().requires_grad_()
    middle = [x]
    for layer in layers:
        middle.append(layer(middle[-1]))
        middle[-1].retain_grad()
    middle[-1][(0, *output)].backward()
    assert as_set(told["reads"]["cells"]) == cells(middle[-2].grad[0])
    assert len(told["reads"]["all"]) == layers[-1].weight[0].numel() == told["totals"]["reads"]
    lit = told["readsLit"]
    assert as_set(lit["input"]["near"] + lit["input"]["far"]) == cells(x.grad[0])
    names = ["weight"] if len(layers) == 1 else ["depthwise", "pointwise"]
    for name, layer in zip(names, layers):
        used = reached_weights(layer, output if layer is layers[-1] else None)
        assert {tuple(place) for place in lit[name]["near"] + lit[name]["far"]} == used
    if len(layers) == 2:
        assert as_set(lit["middle"]["near"]) == cells(middle[1].grad[0])


def reached_weights(layer, output):
    """Return the weights that an output cell reads through, zeros of the padding included, with absolute inputs."""
    o_each, i_each = layer.out_channels // layer.groups, layer.weight.shape[1]
    outputs = range(layer.out_channels) if output is None else [output[0]]
    k = layer.kernel_size[0]
    return {
        (o, o // o_each * i_each + i, a, b)
        for o in outputs for i in range(i_each) for a in range(k) for b in range(k)
    }  # fmt: skip


def check_feeds(told, layers, x, source):
    """An input cell lights exactly those cells that change with it."""
    x = torch.zeros_like(x)
    x[(0, *source)] = 1
    with torch.no_grad():
        steps = [x]
        for layer in layers:
            steps.append(layer(steps[-1]))
    assert as_set(told["feeds"]["cells"]) == cells(steps[1][0])
    lit = told["feedsLit"]
    assert as_set(lit["output"]["near"] + lit["output"]["far"]) == cells(steps[-1][0])
    if len(layers) == 2:
        assert as_set(lit["middle"]["near"]) == cells(steps[1][0])


def check_products(told, layer, x, weight):
    """With one weight 1 and all others 0, the output names the input cell of every product."""
    o, i, a, b = weight
    one = torch.zeros_like(layer.weight)
    one[o, i % layer.weight.shape[1], a, b] = 1
    names = torch.arange(1, x.numel() + 1, dtype=torch.float64).view_as(x)
    geometry = {name: getattr(layer, name) for name in ("stride", "padding", "dilation", "groups")}
    y = conv2d(names, one.double(), **geometry)[0]
    size = x.shape[-1]
    told_y = torch.zeros_like(y)
    for (channel, row, column), output in told["products"]:
        in_image = 0 <= row < size and 0 <= column < size
        told_y[tuple(output)] = names[0, channel, row, column] if in_image else 0
    assert torch.equal(told_y, y)
    assert as_set([output for _, output in told["products"]]) == {
        (o, row, column) for row in range(y.shape[1]) for column in range(y.shape[2])
    }


def check_transposed(told, layer, x, output, source, weight):
    """What a transposed convolution lights is what its gradients reach, what it changes, and what it cuts off."""
    x = x.clone().requires_grad_()
    layer(x)[(0, *output)].backward()
    assert as_set(told["readsLit"]["input"]["near"]) == cells(x.grad[0])
    i_each, o_each = layer.in_channels // layer.groups, layer.weight.shape[1]
    used = {(i, i // i_each * o_each + o, a, b) for i, o, a, b in layer.weight.grad.nonzero().tolist()}
    assert as_set(told["readsLit"]["weight"]["near"]) == used

    one, p = torch.zeros_like(x), layer.padding[0]
    one[(0, *source)] = 1
    lit = told["feedsLit"]["output"]
    with torch.no_grad():
        assert as_set(lit["near"]) == cells(layer(one)[0])
        geometry = {name: getattr(layer, name) for name in ("stride", "dilation", "groups")}
        uncut = cells(conv_transpose2d(one, layer.weight, **geometry)[0])
    assert as_set(lit["near"] + lit["zero"]) == {(o, row - p, column - p) for o, row, column in uncut}

    i, o, a, b = weight
    single = torch.zeros_like(layer.weight)
    single[i, o % o_each, a, b] = 1
    names = torch.arange(1, x.numel() + 1, dtype=torch.float64).view_as(x)
    y = conv_transpose2d(names, single.double(), padding=p, **geometry)[0]
    told_y = torch.zeros_like(y)
    for (channel, row, column), place in told["products"]:
        if 0 <= row < y.shape[1] and 0 <= column < y.shape[2]:
            told_y[channel, row, column] = names[(0, *place)]
    assert torch.equal(told_y, y)
    assert len(told["products"]) == x[0, 0].numel()


def check_all(ask, number):
    settings = drawn_settings(number)
    answers = ask(ASK, settings)
    assert len(answers) == number
    for (s, output, source, weight), told in zip(settings, answers):
        layers = layers_of(s)
        x = torch.ones(1, s["in_channels"], s["input_size"], s["input_size"])
        check_counts(s, told, layers, x)
        if s["view"] == "transposed":
            check_transposed(told, layers[0], x, output, source, weight)
            continue
        check_reads(told, layers, x, output)
        check_feeds(told, layers, x, source)
        check_products(told, layers[0], x, weight)
    return settings


def test_a_sample_agrees_with_pytorch(ask):
    check_all(ask, SAMPLE)


@pytest.mark.full
def test_more_than_two_thousand_settings_agree_with_pytorch(ask):
    settings = check_all(ask, ALL)
    assert len({tuple(s.values()) for s, *_ in settings}) >= 2000


def test_only_those_groups_are_legal_that_pytorch_takes(ask):
    told = ask(
        "() => [...Array(16).keys()].map(i => [...Array(16).keys()].map(o => m.legalGroups(i + 1, o + 1)))"
    )
    for c_in in range(1, 17):
        for c_out in range(1, 17):
            for choice in told[c_in - 1][c_out - 1]:
                assert (choice["why"] == "") == pytorch_takes(c_in, c_out, choice["value"])


def pytorch_takes(c_in, c_out, groups):
    try:
        nn.Conv2d(c_in, c_out, 1, groups=groups, device="meta")
    except ValueError:
        return False
    return True


def test_unused_cells_are_those_without_a_gradient(ask):
    for stride, dilation, padding, k in [
        (2, 1, 0, 3),
        (3, 1, 0, 1),
        (4, 2, 1, 2),
        (1, 3, 0, 2),
        (3, 1, 2, 2),
    ]:
        w = explore(1, 1, kernel_size=k, stride=stride, padding=padding, dilation=dilation, input_size=7)
        used = ask("s => [...m.usedLines(m.stages(s)[0])]", w.state())
        x = torch.ones(1, 1, 7, 7, requires_grad=True)
        layers_of(w.state())[0](x).sum().backward()
        assert {row for row in used if 0 <= row < 7} == {row for _, row, _ in cells(x.grad[0])}


@pytest.mark.parametrize("view", VIEWS)
def test_the_numbers_in_the_cells_are_those_of_python_and_of_pytorch(ask, view):
    w = explore(4, 6, groups=1 if view == "two-stage" else 2, stride=2, padding=1, input_size=5, view=view)
    for own in (False, True):
        if own:
            w.weights = changed(w.weights)
        told = ask(VALUES, w.state())
        assert told["input"] == w.inputs
        x = torch.tensor(w.inputs, dtype=torch.float64)
        if view == "one":
            y = conv2d(x, torch.tensor(w.weights, dtype=torch.float64), stride=2, padding=1, groups=2)
        elif view == "transposed":
            y = conv_transpose2d(x, torch.tensor(w.weights).double(), stride=2, padding=1, groups=2)
        else:
            depthwise, pointwise = (torch.tensor(w.weights[n]).double() for n in ("depthwise", "pointwise"))
            middle = conv2d(x, depthwise, stride=2, padding=1, groups=4)
            assert told["middle"] == middle.tolist()
            y = conv2d(middle, pointwise)
        assert told["output"] == y.tolist()


VALUES = """s => { const value = m.values(s), [conv] = m.stages(s);
  const grid = (key, channels, size) => [...Array(channels).keys()].map(c => [...Array(size).keys()].map(
    row => [...Array(size).keys()].map(column => value[key]([c, row, column]))));
  return { input: grid("input", s.in_channels, s.input_size), output: grid("output", s.out_channels, s.view === "transposed" ? conv.size : conv.out),
    middle: s.view !== "two-stage" ? null : grid("middle", conv.outputs, conv.out) }; }"""


def changed(weights):
    """Turn all small integers into others."""
    if isinstance(weights, dict):
        return {name: changed(part) for name, part in weights.items()}
    return [changed(part) for part in weights] if isinstance(weights, list) else 3 - weights


def test_the_photo_is_the_courses_and_its_shades_are_those_of_python(ask):
    digits = ask("() => m.PHOTO")
    gray = photo(gray=True)[:, 34:274].reshape(24, 10, 24, 10).mean((1, 3))
    assert digits == "".join(str(round(shade * 9)) for shade in gray.ravel())
    for size in (1, 5, 7, 12):
        w = explore(1, 1, kernel_size=1, input_size=size)
        w.picture = digits
        assert ask(VALUES, w.state())["input"] == w.inputs


def test_products_are_written_out_with_their_sum(ask):
    w = explore(2, 2, padding=1, input_size=3)
    lines = ask("s => m.writtenOut(s, { key: 'output', cell: [1, 0, 0] })", w.state())
    x, weight = torch.tensor(w.inputs).double(), torch.tensor(w.weights).double()
    y = conv2d(x, weight, padding=1)[1, 0, 0]
    assert len(lines) == 3
    assert lines[0].startswith("input 0: ")
    assert lines[0].count("·") == 9
    assert lines[-1].replace("−", "-").endswith(f"= {int(y)}")
    for line in lines[:2]:
        left, right = line.split(": ")[1].replace("−", "-").replace("·", "*").split(" = ")
        assert eval(left) == int(right)


def test_products_of_a_transposed_convolution_are_written_out(ask):
    w = explore(2, 2, stride=2, padding=1, input_size=3, view="transposed")
    x, weight = torch.tensor(w.inputs).double(), torch.tensor(w.weights).double()
    y = conv_transpose2d(x, weight, stride=2, padding=1)
    lines = ask("s => m.writtenOut(s, { key: 'output', cell: [1, 1, 1] })", w.state())
    assert [line.count("·") for line in lines] == [4, 4, 0]
    assert lines[-1].replace("−", "-").endswith(f"= {int(y[1, 1, 1])}")
    # What the first pixel gives, 1 row and 1 column of it cut off: 4 of 9 products for each output.
    lines = ask("s => m.writtenOut(s, { key: 'input', cell: [1, 0, 0] })", w.state())
    assert len(lines) == 8
    given = {line.split("[")[1].split("]")[0]: int(line.replace("−", "-").split(" = ")[1]) for line in lines}
    alone = torch.zeros_like(x)
    alone[1, 0, 0] = x[1, 0, 0]
    y = conv_transpose2d(alone, weight, stride=2, padding=1)
    assert given == {f"{o}, {r}, {c}": int(y[o, r, c]) for o in (0, 1) for r in (0, 1) for c in (0, 1)}


def test_limits_are_the_same_in_both_languages(ask):
    assert {name: tuple(ends) for name, ends in ask("() => m.LIMITS").items()} == LIMITS


def test_presets_and_changed_channels_leave_nothing_illegal(ask):
    for s, *_ in drawn_settings(60):
        for name, preset in ask(
            "s => Object.entries(m.PRESETS).map(([n, f]) => [n, m.settle({ ...s, ...f(s) }).settings])", s
        ):
            assert checked_settings(preset), (name, s)
        for new in ({"in_channels": 5}, {"out_channels": 7}, *({"view": view} for view in VIEWS)):
            assert checked_settings(ask("s => m.settle(s).settings", s | new))


def test_a_value_is_offered_just_if_python_takes_it(ask):
    for s, *_ in drawn_settings(60):
        hidden = "groups" if s["view"] == "two-stage" else "depth_multiplier"
        for name in LIMITS.keys() - {"in_channels", "out_channels", hidden}:
            for choice in ask("([s, name]) => m.choices(s, name)", [s, name]):
                legal = python_takes(s | {name: choice["value"]})
                assert legal == (choice["why"] == ""), (s, name, choice)


def python_takes(settings):
    try:
        checked_settings(settings)
    except ValueError:
        return False
    return True
