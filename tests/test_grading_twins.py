"""Nobody scores by what is said of a module, and no tape stops the judge: twins are made of data, within limits."""

import contextlib
import copy
import json
import time

import pytest
import torch

from sepconv.exercises import find
from sepconv.grading import child, judge, twins
from sepconv.grading.codec import encode
from sepconv.grading.limits import OPERATIONS, work_of
from sepconv.marking.runs import outcomes_of_spec
from sepconv.marking.verdict import CORRECT, NOT_YET

SEED = 7
NAMES = ("ffn_as_pointwise", "SeparableConv", "mobilenet_v1", "init_depthwise_", "to_separable")
# What an answer did besides is on its word: what became of its arguments, and whether it raised: (exercise, mistake).
ON_ITS_WORD = {
    *(("to_separable", "S1328"), ("to_separable", "S1329"), ("init_depthwise_", "S1254")),
    # Those make a module where the budget cannot be met, and are right where it can.
    *(("to_separable", "S1325"), ("to_separable", "S1326"), ("to_separable", "S1327")),
}
EACH_MISTAKE = [(name, number) for name in NAMES for number in range(len(find(name).misconceptions))]


def sent_of(name, answer):
    """Return what a submission's process sends of an answer."""
    return json.loads(json.dumps(child.answer_of(find(name), answer, SEED)))


def with_right_values(message, name):
    """Let a message claim the right observations."""
    for outcome, right in zip(message["outcomes"], outcomes_of_spec(find(name), -1, SEED), strict=True):
        outcome["value"] = encode(right.value)
        outcome.pop("raised", None)
    return message


@pytest.fixture(scope="module")
def right():
    """What is sent of the right SeparableConv."""
    message = sent_of("SeparableConv", find("SeparableConv").answer)
    assert judge.judge("SeparableConv", message, SEED).outcome == CORRECT
    return message


@pytest.mark.parametrize(
    ("name", "number"), EACH_MISTAKE, ids=[f"{n}-{find(n).misconceptions[i].id}-{i}" for n, i in EACH_MISTAKE]
)
def test_a_wrong_module_of_which_the_right_thing_is_said_scores_nothing(name, number):
    mistake = find(name).misconceptions[number]
    message = with_right_values(sent_of(name, mistake.wrong), name)
    on_its_word = (name, mistake.id) in ON_ITS_WORD
    assert judge.judge(name, message, SEED).outcome == (CORRECT if on_its_word else NOT_YET)


def by_heart(message):
    """Let each tape give the result that is right for the observer's input, whatever the input is."""
    for outcome, seen in zip(
        message["outcomes"], outcomes_of_spec(find("SeparableConv"), -1, SEED), strict=True
    ):
        tape = outcome["module"]["tapes"][0]
        tape["constants"] = [[99, encode(seen.value["output"]), seen.value["output"].size]]
        tape["result"] = {"tensor": 99}
    return message


def test_a_tape_that_knows_the_result_by_heart_scores_nothing(right, monkeypatch):
    message = by_heart(copy.deepcopy(right))
    assert judge.judge("SeparableConv", message, SEED).outcome == NOT_YET
    judge._right_for_other_inputs.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(twins, "other_inputs", lambda secret: contextlib.nullcontext())
        assert judge.judge("SeparableConv", message, SEED).outcome == CORRECT  # but for the other inputs
    judge._right_for_other_inputs.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_are_right_for_whatever_other_inputs(name, monkeypatch):
    exercise = find(name)
    sent = [sent_of(name, answer) for answer in (exercise.answer, *exercise.also_correct)]
    for secret in range(4):
        monkeypatch.setattr(judge, "_SECRET", secret)
        judge._right_for_other_inputs.cache_clear()
        assert [judge.judge(name, message, SEED).outcome for message in sent] == [CORRECT] * len(sent)
    judge._right_for_other_inputs.cache_clear()


# --- what nobody honest sends ------------------------------------------------------------------------------------


def do(name, *args, gives=(), **kwargs):
    return {"do": name, "args": list(args), "kwargs": kwargs, "gives": list(gives)}


def steps(*which):
    """Put steps in front of each tape."""

    def change(module):
        for tape in module["tapes"]:
            tape["steps"][:0] = which

    return change


def setting(path, value):
    """Set something far inside a module: path is keys with slashes between them."""

    def change(module):
        *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        for key in way:
            module = module[key]
        module[last] = value

    return change


def nested(depth):
    step = {"call": 1, "args": [], "kwargs": {}, "steps": [], "result": None}
    for _ in range(depth):
        step = {"call": 1, "args": [], "kwargs": {}, "steps": [step], "result": None}
    return step


def many_paths(module):
    """Parts that hold the next ones twice: a walk through all of them would not end."""
    parts = module["parts"]
    for i in range(3, 63):
        parts.append(parts[0] | {"children": {"a": i + 1, "b": i + 1}, "tensors": {}})
    parts.append(parts[0] | {"children": {}, "tensors": {}})
    parts[0]["children"]["more"] = 3


X, HUGE = {"tensor": 0}, [2**20, 2**20]
WIDE, HIGH = (
    do("aten.full.default", [1, 2**22], 1.0, gives=[50]),
    do("aten.full.default", [2**22, 1], 1.0, gives=[51]),
)
ONE = do("aten.full.default", [1, 1], 1.0, gives=[50])
SQUARE = do("aten.full.default", [4000, 4000], 1.0, gives=[50])
LONG = do("aten.full.default", [1, 1, 2000, 2000], 1.0, gives=[50])
HOSTILE = {
    "a file": steps(do("aten.from_file.default", "/etc/passwd", False, 10)),
    "another storage": steps(do("aten.set_.source_Tensor", X, X)),
    "another size": steps(do("aten.resize_.default", X, HUGE)),
    "by strides": steps(do("aten.as_strided.default", X, [9], [2**40])),
    "an output": steps(do("aten.add.out", X, X, out=X)),
    "places that are not looked at": steps(do("aten._reshape_alias.default", X, [9], [2**40])),
    "a norm of too few": steps(do("aten.native_batch_norm.default", X, None, None, None, None, False, 0.1, 1e-5)),
    "a norm of other channels": steps(
        do("aten.native_batch_norm.default", X, X, X, X, X, True, 0.1, 1e-5, gives=[50, 51, 52])
    ),
    "an operation that gives work back": steps(do("aten.zeros.default", [-(2**40)], gives=[50])),
    "no operation of torch": steps(do("os.system.default", "touch /tmp/forged")),
    "no overload": steps(do("aten.add.__class__", X)),
    "another library": steps(do("prims.add.default", X, X)),
    "a name of another kind": steps(do(5, X)),
    "huge zeros": steps(do("aten.zeros.default", HUGE, gives=[50])),
    "huge copies": steps(do("aten.repeat.default", X, [2**15, 2**15, 1, 1], gives=[50])),
    "huge sum of all": steps(ONE, do("aten.expand.default", {"tensor": 50}, HUGE, gives=[51]), do("aten.sum.default", {"tensor": 51})),
    "a huge view for a result": lambda module: [
        tape.update(steps=[do("aten.full.default", [1, 1], 1.0, gives=[50]), do("aten.expand.default", {"tensor": 50}, HUGE, gives=[50])], result={"tensor": 50})
        for tape in module["tapes"]
    ],
    "the whole as a layer": setting("parts/0", {"kind": "Conv2d", "settings": {"in_channels": 2, "out_channels": 2, "kernel_size": 1}, "is_layer": True, "training": True, "children": {}, "tensors": {}}),
    "huge sum": steps(WIDE, HIGH, do("aten.add.Tensor", {"tensor": 50}, {"tensor": 51}, gives=[52])),
    "huge product": steps(WIDE, HIGH, do("aten.mm.default", {"tensor": 51}, {"tensor": 50}, gives=[52])),
    "long product": steps(SQUARE, do("aten.mm.default", {"tensor": 50}, {"tensor": 50}, gives=[51])),
    "long convolution": steps(
        LONG,
        do(
            "aten.convolution.default",
            *({"tensor": 50}, {"tensor": 50}, None, [1, 1], [1000, 1000], [1, 1], False, [0, 0], 1),
            gives=[51],
        ),
    ),
    "long pooling": steps(
        LONG, do("aten.max_pool2d_with_indices.default", {"tensor": 50}, [999, 999], [1, 1], gives=[51, 52])
    ),
    "huge border": steps(do("aten.constant_pad_nd.default", X, [2**20] * 4, gives=[50])),
    "huge range": steps(do("aten.arange.start_step", 0, 1, 1e-12, gives=[50])),
    "many steps": steps(*[do("aten.add.Tensor", X, 1, gives=[50])] * 110_000),
    "a lot of steps that are allowed": steps(*[do("aten.full.default", [2**20], 1.0, gives=[50])] * 4000),
    "steps in steps": steps(nested(300)),
    "steps in steps, too deep": steps(nested(3000)),
    "the module in itself": steps({"call": 0, "args": [X], "kwargs": {}, "gives": [50]}),
    "no such part": steps({"call": 77, "args": [X], "kwargs": {}, "gives": [50]}),
    "no such tensor": steps(do("aten.add.Tensor", {"tensor": 70}, 1, gives=[50])),
    "a tensor of no part": steps(do("aten.add.Tensor", {"tensor": [9, "weight"]}, 1, gives=[50])),
    "no tensor": steps(do("aten.add.Tensor", {"file": "/etc/passwd"}, 1, gives=[50])),
    "more results than there are": steps(do("aten.add.Tensor", X, 1, gives=[50, 51])),
    "an unknown layer": setting("parts/1/kind", "LSTM"),
    "no layer": setting("parts/1/kind", "__class__"),
    "an unknown setting": setting("parts/1/settings/__init__", 1),
    "a huge setting": setting("parts/1/settings/in_channels", 2**60),
    "a setting of another kind": setting("parts/1/settings/padding", {"a": 1}),
    "a huge tensor": setting("tensors/0/shape", HUGE),
    "a tensor of less than nothing": setting("tensors/0/shape", [-1]),
    "a tensor of objects": setting("tensors/0/values", ["a", "O", [1], "AAAA"]),
    "another type": setting("tensors/0/dtype", "os"),
    "a part in itself": setting("parts/0/children/again", 0),
    "no child": setting("parts/0/children/again", "x"),
    "many paths": many_paths,
    "many parts": lambda module: module["parts"].extend([module["parts"][1]] * 5000),
    "another name for what a module is": setting("also/forward", 1),
    "no parts": setting("parts", []),
    "parts of another kind": setting("parts", {"a": 1}),
    "tapes of another kind": setting("tapes", "ab"),
    "no tapes": setting("tapes", []),
    "steps of another kind": setting("tapes/0/steps", [[[[]]]]),
    "no result": setting("tapes/0/result", {"tensor": 12345}),
    "a result that is no tensor": setting("tapes/0/result", 1),
    "constants of another kind": setting("tapes/0/constants", [[50, ["a", "<f8", [2**40], ""], 1]]),
}  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_what_nobody_honest_sends_is_one_row_that_is_not_yet(change, right):
    message = copy.deepcopy(right)
    for outcome in message["outcomes"]:
        change(outcome["module"])
    start = time.monotonic()
    assert judge.judge("SeparableConv", message, SEED).outcome == NOT_YET
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("module", [None, 5, [], {}, "x", {"parts": None}])
def test_what_is_no_module_at_all_is_not_yet(module, right):
    message = copy.deepcopy(right)
    message["outcomes"][2]["module"] = module
    assert judge.judge("SeparableConv", message, SEED).outcome == NOT_YET
    del message["outcomes"][2]["module"]
    assert judge.judge("SeparableConv", message, SEED).outcome == NOT_YET


def test_the_work_of_an_operation_is_known_before_it_is_done():
    x, weight, a = torch.zeros(2, 4, 9, 8), torch.zeros(6, 2, 3, 3), torch.zeros(5, 7)
    aten = torch.ops.aten
    convolution = (x, weight, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 2)
    assert aten.convolution.default(*convolution).numel() == 2 * 6 * 5 * 4
    assert work_of(aten.convolution.default, convolution, {}) == (2 * 6 * 5 * 4, 2 * 6 * 5 * 4 * 18)
    assert work_of(aten.mm.default, (a, torch.zeros(7, 3)), {}) == (15, 105)
    for operation, args in [
        (aten.add.Tensor, (x[:, :1], x[..., :1])),
        (aten.cat.default, ([x, x], 1)),
        (aten.repeat.default, (x, [1, 2, 3, 1])),
        (aten.index.Tensor, (x, [None, torch.tensor([[0], [1]]), torch.tensor([[1, 2, 3]])])),
        (aten.constant_pad_nd.default, (x, [1, 2, 3, 4])),
        (aten.im2col.default, (x, [3, 3], [1, 1], [1, 1], [1, 1])),
        (aten.arange.start_step, (0, 10, 3)),
        (aten.eye.default, (5,)),
        (aten.index_select.default, (x, 1, torch.tensor([0, 0, 1, 2, 3]))),
    ]:
        assert operation(*args).numel() <= work_of(operation, args, {})[0] <= 10 * operation(*args).numel()


def test_every_operation_of_the_list_is_there():
    assert [name for name in OPERATIONS if not hasattr(torch.ops.aten, name)] == []
