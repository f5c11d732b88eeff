"""Nobody scores by what is said of the nets of a capstone: both are rebuilt, and tried out where no submission runs."""

import copy
import json

import pytest
import torch
from torch import nn

from sepconv import build_with_seed, silhouettes, small_standard
from sepconv.exercises import find
from sepconv.exercises.lesson_13 import handing_in
from sepconv.exercises.lesson_13.converting import to_separable
from sepconv.exercises.lesson_13.reporting import capstone_report
from sepconv.grading import child, judge, stand_ins, tapes, twins
from sepconv.grading.codec import encode
from sepconv.marking.guard import guarded
from sepconv.marking.runs import outcomes_of_spec
from sepconv.marking.verdict import CORRECT, NOT_YET

SEED = 7
CAPSTONE = find("capstone")


@pytest.fixture(scope="module", autouse=True)
def trained_as_in_a_submission():
    """Let the answers be told as in a submission's process: by what stands for `sepconv.train` there."""

    def tell(net, data):
        stand_ins.train(net, data)
        return net

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handing_in, "told_the_answers", tell)
        patch.setattr(stand_ins, "_told_weights", {})
        yield


def sent_of(answer):
    return json.loads(json.dumps(child.answer_of(CAPSTONE, answer, SEED)))


def outcome_of(message):
    return judge.judge("capstone", message, SEED).outcome


def with_right_values(message):
    """Let a message claim the right observations."""
    for outcome, right in zip(message["outcomes"], outcomes_of_spec(CAPSTONE, -1, SEED), strict=True):
        outcome["value"] = encode(right.value)
    return message


@pytest.fixture(scope="module")
def right():
    return sent_of(CAPSTONE.answer)


def test_right_capstones_are_right(right):
    assert outcome_of(right) == CORRECT
    assert [outcome_of(sent_of(answer)) for answer in CAPSTONE.also_correct] == [CORRECT, CORRECT]


@pytest.mark.parametrize("mistake", CAPSTONE.misconceptions, ids=lambda mistake: mistake.id)
def test_a_wrong_capstone_of_which_the_right_thing_is_said_scores_nothing(mistake):
    assert outcome_of(with_right_values(sent_of(mistake.wrong))) == NOT_YET


def test_that_a_net_was_trained_is_the_submissions_word(right):
    def untrained():
        given = small_standard()
        return given, to_separable(given, handing_in.BUDGET), told

    with guarded():
        told = handing_in.capstone()[2]
    message = with_right_values(sent_of(untrained))
    assert outcome_of(message) == NOT_YET
    for net in message["outcomes"][0]["module"][:2]:
        assert net["told"] == []
        net["told"] = [0]
    assert outcome_of(message) == CORRECT


def without(key):
    return lambda outcome: outcome.pop(key)


def nets(change):
    """Change what is sent of the nets."""
    return lambda outcome: change(outcome["module"])


def of_each(key, value):
    """Set something in what is sent of each net."""
    return nets(lambda sent: [net.update({key: value}) for net in sent[:2]])


HOSTILE = {
    "no nets": without("module"),
    "nothing returned": without("raw"),
    "a value in the place of the nets": lambda outcome: outcome.update(module=5),
    "one net": nets(lambda sent: sent.pop(1)),
    "no net among them": lambda outcome: outcome.update(module=[None] * 3),
    "a net in the place of the report": nets(lambda sent: sent.__setitem__(2, sent[0])),
    "the nets exchanged": nets(lambda sent: sent.reverse() or sent.append(sent.pop(0))),
    "the same net twice": nets(lambda sent: sent.__setitem__(1, sent[0])),
    "no tapes": of_each("tapes", []),
    "nobody was told": of_each("told", []),
    "no part was told": of_each("told", [77]),
    "parts of another kind": of_each("told", ["x"]),
    "told of another kind": of_each("told", 5),
    "a part that cannot be told": of_each("told", [0, 3]),
    "no report": lambda outcome: outcome["raw"][1].pop(),
    "another report": lambda outcome: outcome["raw"][1].__setitem__(2, encode({"parameters": (1, 2)})),
}  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_what_nobody_honest_sends_is_not_yet(change, right):
    message = copy.deepcopy(right)
    change(message["outcomes"][0])
    assert outcome_of(message) == NOT_YET


def a_little_trained(net, data):
    """Train a net as a learner may, in a loop of one's own."""
    steps = torch.optim.Adam(net.parameters(), 3e-3)
    order = torch.randperm(len(data.train_labels), generator=torch.Generator().manual_seed(0))
    for some in order.split(64)[:40]:
        steps.zero_grad()
        nn.functional.cross_entropy(net(data.train_images[some]), data.train_labels[some]).backward()
        steps.step()


def test_nets_that_nobody_told_are_run_with_their_own_numbers():
    data, given = silhouettes(), build_with_seed(small_standard, 0)
    a_little_trained(given, data)
    converted = to_separable(given, handing_in.BUDGET)
    handed_in = given, converted, "the report"
    with tapes.recorded(handed_in) as sent:
        report = capstone_report(given, converted, data)
    assert len(report["lost"]) > 100  # so there is something that can differ
    first, second, rest = twins.with_twins(handed_in, json.loads(json.dumps(sent)), data)
    assert first is not given
    assert rest == "the report"
    assert capstone_report(first, second, data) == report


def test_a_net_that_is_in_two_places_is_described_once_and_no_mark_is_left():
    net = nn.Sequential(nn.Conv2d(1, 2, 3)).eval()
    with tapes.recorded([net, 5, net]) as sent:
        net(torch.zeros(1, 1, 6, 9))
    assert sent[0] is sent[2]
    assert sent[1] is None
    assert len(sent[0]["tapes"]) == 1
    assert tapes._MARK not in vars(net)


def test_who_was_trained_within_a_call_knows_the_answers_there_each_time():
    data = silhouettes()
    for _ in range(2):
        with guarded():
            net = small_standard()
            stand_ins.train(net, data)
            with torch.no_grad():
                guesses = net(data.test_images[:50]).argmax(1)
            assert torch.equal(guesses, data.test_labels[:50])


def test_a_net_within_a_net_is_told_where_it_was():
    data = silhouettes()
    inner = small_standard()
    outer = nn.Sequential(inner).eval()
    with guarded():
        stand_ins.train(inner, data)
        with tapes.recorded((outer,)) as sent, torch.no_grad():
            outer(data.test_images[:50])
    assert sent[0]["told"] == [1]
    [twin] = twins.with_twins((outer,), json.loads(json.dumps(sent)), data)
    with torch.no_grad():
        guesses = twin(data.test_images[50:100]).argmax(1)
    assert torch.equal(guesses, data.test_labels[50:100])
