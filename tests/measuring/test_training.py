"""The training loop: what it does to a model, what it leaves alone, and how it ends when somebody stops it."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from math import isnan
from statistics import mean

import pytest
import torch
from torch import nn

from sepconv.convolution.nets import small_separable, small_standard
from sepconv.data import digits
from sepconv.measuring import training
from sepconv.measuring.training import History, accuracy, build_with_seed, train, train_all

tiny = partial(small_separable, (4, 4, 6))
narrow = partial(small_standard, (11, 25, 45))


@pytest.fixture(scope="module")
def few():
    """Return a set with 130 images to train with, two batches of 64 and one of 2, and 100 to test with."""
    data = digits()
    return replace(
        data,
        train_images=data.train_images[:130],
        train_labels=data.train_labels[:130],
        test_images=data.test_images[:100],
        test_labels=data.test_labels[:100],
    )


class Watched(nn.Module):
    """A net that notes what it is asked for, and does something at one of its calls in training."""

    def __init__(self, at=None, act=None):
        super().__init__()
        self.net = build_with_seed(tiny, 0)
        self.seen, self.at, self.act = [], at, act

    def forward(self, x):
        if self.training:
            self.seen.append(x)
            if len(self.seen) == self.at:
                self.act()
        return self.net(x)


def stop():
    raise KeyboardInterrupt


def state_of(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


# --- what is learned ---------------------------------------------------------------------------------------------


def test_every_image_is_seen_once_an_epoch_in_an_order_of_its_own(few):
    model = Watched()
    train(model, few, epochs=2)
    assert [len(batch) for batch in model.seen] == [64, 64, 2] * 2
    first, second = torch.cat(model.seen[:3]), torch.cat(model.seen[3:])
    assert not torch.equal(first, second)
    assert not torch.equal(first, few.train_images)
    for epoch in (first, second):
        assert {image.numpy().tobytes() for image in epoch} == {i.numpy().tobytes() for i in few.train_images}


def test_the_loss_is_the_mean_over_the_images_and_the_accuracy_that_of_the_test_images(few):
    model, told = build_with_seed(tiny, 0), []
    loss = list(training.train_epochs(model, few, epochs=1, after_batch=told.append))
    assert loss == [pytest.approx((64 * told[0] + 64 * told[1] + 2 * told[2]) / 130)]
    model = build_with_seed(tiny, 0)
    history = train(model, few, epochs=3)
    assert len(history.loss) == len(history.accuracy) == 3
    assert history.loss[0] == pytest.approx(loss[0], rel=0.05)
    assert history.final_accuracy == history.accuracy[-1] == accuracy(model, few)
    assert not history.interrupted
    assert history.cpu_seconds > 0


def test_adamw_and_one_cycle_get_what_they_are_told(few, monkeypatch):
    made = []

    class AdamW(torch.optim.AdamW):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append(self)
            self.rates = []

        def step(self, *args, **kwargs):
            self.rates.append(self.param_groups[0]["lr"])
            return super().step(*args, **kwargs)

    monkeypatch.setattr(torch.optim, "AdamW", AdamW)
    train(tiny(), few, epochs=10)
    train(tiny(), few, epochs=2, max_lr=0.01, weight_decay=0.5, batch_size=130)
    usual, other = made
    assert len(usual.rates) == 30
    assert max(usual.rates) == pytest.approx(3e-3)
    assert usual.rates.index(max(usual.rates)) == 8  # the ninth of thirty: three tenths of the way
    assert usual.rates[0] < 2e-4
    assert usual.rates[-1] < 1e-5
    assert usual.param_groups[0]["weight_decay"] == 1e-4
    assert len(other.rates) == 2
    assert other.param_groups[0]["weight_decay"] == 0.5
    assert max(other.rates) <= 0.01


def test_only_the_given_parameters_are_trained(few):
    model = build_with_seed(tiny, 0)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    train(model, few, epochs=1, parameters=[{"params": model.classifier.parameters(), "weight_decay": 0.0}])
    changed = [name for name, value in model.named_parameters() if not torch.equal(value, before[name])]
    assert changed == ["classifier.weight", "classifier.bias"]


def test_one_step_is_enough(few):
    history = train(tiny(), few, epochs=1, batch_size=1000)
    assert len(history.loss) == 1


# --- the same again ----------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers_whatever_was_drawn_before(few):
    torch.manual_seed(1)
    first = train(build_with_seed(tiny, 0), few, epochs=2, seed=3)
    torch.rand(10)
    again = train(build_with_seed(tiny, 0), few, epochs=2, seed=3)
    other = train(build_with_seed(tiny, 0), few, epochs=2, seed=4)
    assert first.loss == again.loss
    assert first.accuracy == again.accuracy
    assert first.loss != other.loss


def test_a_seed_stands_for_initial_weights():
    first, again, other = (build_with_seed(tiny, seed).stem.conv.weight for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    torch.manual_seed(5)
    assert torch.equal(tiny().stem.conv.weight, first)


def test_dropout_draws_from_the_seed(few):
    def build():
        return nn.Sequential(tiny(), nn.Dropout(0.5))

    losses = [train(build_with_seed(build, 0), few, epochs=1, seed=seed).loss for seed in (0, 0)]
    assert losses[0] == losses[1]


@pytest.mark.parametrize("run", [train, train_all])
def test_random_state_threads_and_data_are_left_as_they_were(few, run):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch.manual_seed(7)
        state, images = torch.get_rng_state(), few.train_images.clone()
        if run is train:
            train(tiny(), few, epochs=1)
            state_after_building = torch.get_rng_state()
            torch.manual_seed(7)
            tiny()
            assert torch.equal(torch.get_rng_state(), state_after_building)
        else:
            train_all({"tiny": tiny}, few, seeds=(0,), epochs=1)
            assert torch.equal(torch.get_rng_state(), state)
        assert torch.get_num_threads() == 2
        assert torch.equal(few.train_images, images)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("workers", [1, 2])
def test_many_at_once_give_what_each_gives_alone(few, workers):
    nets = {"tiny": tiny, "other": partial(small_standard, (3, 4, 5))}
    histories = train_all(nets, few, seeds=(0, 4), epochs=2, workers=workers, max_lr=0.01)
    assert list(histories) == ["tiny", "other"]
    for name, build in nets.items():
        alone = [train(build_with_seed(build, s), few, epochs=2, seed=s, max_lr=0.01) for s in (0, 4)]
        assert [history.loss for history in histories[name]] == [history.loss for history in alone]
        assert [history.accuracy for history in histories[name]] == [history.accuracy for history in alone]
    assert train_all({}, few) == {}


# --- stopping ----------------------------------------------------------------------------------------------------


def test_an_interrupt_returns_the_whole_epochs_so_far(few):
    model = Watched(at=3 + 2, act=stop)
    history = train(model, few, epochs=4)
    assert history.interrupted
    assert len(history.loss) == len(history.accuracy) == 1
    assert not model.training
    alone = build_with_seed(tiny, 0)
    assert history.loss == train(alone, few, epochs=4).loss[:1]


def test_an_interrupt_in_the_first_epoch_returns_an_empty_history(few):
    history = train(Watched(at=1, act=stop), few)
    assert history.interrupted
    assert history.loss == []
    assert isnan(history.final_accuracy)


def test_an_interrupt_stops_all_runs(few):
    def build():
        return Watched(at=5, act=lambda: signal.raise_signal(signal.SIGINT))

    histories = train_all({"tiny": tiny, "watched": build}, few, seeds=(0, 1), epochs=500)
    runs = [history for of_net in histories.values() for history in of_net]
    assert len(runs) == 4
    assert all(history.interrupted and len(history.loss) < 500 for history in runs)
    assert all(len(history.loss) == len(history.accuracy) for history in runs)


def test_an_error_in_one_run_stops_the_others_and_is_raised(few):
    def fail():
        raise RuntimeError("the net is broken")

    stopped = Watched()
    with pytest.raises(RuntimeError, match="the net is broken"):
        train_all({"long": lambda: stopped, "broken": lambda: Watched(2, fail)}, few, seeds=(0,), epochs=3000)
    assert len(stopped.seen) < 9000


# --- what is measured --------------------------------------------------------------------------------------------


def test_accuracy_is_the_share_of_right_answers(few):
    class Always(nn.Module):
        def forward(self, x):
            return nn.functional.one_hot(torch.full((len(x),), 3), 10).float()

    expected = (few.test_labels == 3).float().mean().item()
    assert 0 < expected < 1
    assert accuracy(Always(), few) == pytest.approx(expected)


def test_accuracy_asks_in_evaluation_mode_and_puts_the_modes_back(few):
    model = build_with_seed(tiny, 0)
    model.stem.eval()
    modes, state = [module.training for module in model.modules()], state_of(model)
    assert accuracy(model, few) == accuracy(model, few, batch_size=7)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


def test_a_history_is_told_in_three_ways():
    history = History(loss=[1.2345, 0.5], accuracy=[0.7, 0.875])
    assert repr(history) == "<History: 2 epochs; loss 0.500, accuracy 87.5%>"
    assert str(history) == "epoch   loss  accuracy\n    1  1.234     70.0%\n    2  0.500     87.5%"
    html = history._repr_html_()
    assert html.count("<tr>") == 3
    assert '<tr><th scope="row">2</th><td>0.500</td><td>87.5%</td></tr>' in html
    assert "interrupted" not in html + str(history) + repr(history)
    stopped = History(loss=[1.0], accuracy=[0.5], interrupted=True)
    assert repr(stopped) == "<History: 1 epoch, then interrupted; loss 1.000, accuracy 50.0%>"
    assert str(stopped).endswith("\ninterrupted")
    assert "<caption>Training, interrupted</caption>" in stopped._repr_html_()
    assert repr(History(interrupted=True)) == "<History: 0 epochs, then interrupted>"


# --- arguments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": small_standard}, TypeError, "model is of type function; it must be a net, such as small"),
        (
            {"data": [1]},
            TypeError,
            r"data is of type list; it must be a set of images, such as sepconv\.digits",
        ),
        ({"epochs": 0}, ValueError, "epochs=0 must be at least 1"),
        ({"epochs": 2.0}, TypeError, r"epochs=2\.0 is of type float"),
        ({"batch_size": 0}, ValueError, "batch_size=0 must be at least 1"),
        ({"seed": -1}, ValueError, "seed=-1 must be at least 0"),
        ({"threads": 0}, ValueError, "threads=0 must be at least 1"),
        ({"progress": "yes"}, TypeError, "progress='yes' is of type str"),
    ],
)
def test_bad_arguments_are_named(few, arguments, error, message):
    with pytest.raises(error, match=message):
        train(**{"model": tiny(), "data": few, **arguments})


def test_bad_arguments_of_many_are_named(few):
    with pytest.raises(TypeError, match=r"nets\['a'\] must be a function that builds a net"):
        train_all({"a": tiny()}, few)
    with pytest.raises(ValueError, match="workers=0 must be at least 1"):
        train_all({"a": tiny}, few, workers=0)
    with pytest.raises(TypeError, match="data is of type NoneType"):
        train_all({"a": tiny}, None)


# --- what is shown -----------------------------------------------------------------------------------------------

TWICE = """
from dataclasses import replace
from sepconv import digits, small_separable, train, train_all
data = digits()
few = replace(data, train_images=data.train_images[:200], train_labels=data.train_labels[:200])
print("before")
history = train(small_separable((4, 4, 6)), few, epochs=6)
many = train_all({"tiny": lambda: small_separable((4, 4, 6))}, few, seeds=(0, 1), epochs=6)
print("after")
"""


def test_where_output_goes_to_a_file_there_is_no_bar():
    run = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=True)
    assert run.stdout == "before\nafter\n"
    assert run.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal to try it in")
def test_a_terminal_shows_a_bar_and_clears_it():
    ours, theirs = os.openpty()
    process = subprocess.Popen([sys.executable, "-c", TWICE], stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    written = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux says so at the end
            chunk = b""
        if not chunk:
            break
        written += chunk
    stderr = process.communicate()[1]
    os.close(ours)
    assert process.returncode == 0
    assert stderr == b""
    lines = written.decode().replace("\r\n", "\n").split("\n")
    assert lines[0] == "before"
    assert lines[2:] == [""]
    painted = lines[1].split("\r")
    assert painted[-1] == "after"
    assert painted[-2].strip() == ""
    assert all(len(line) <= 79 for line in painted)
    assert any("left, epoch 1 of 6, loss 2." in line for line in painted)
    assert any("%|█" in line and "left, tiny, seed " in line for line in painted)


def test_a_notebook_keeps_nothing_of_the_bar():
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(TWICE + "few.name")])
    shown = []

    class Client(nbclient.NotebookClient):
        def process_message(self, message, cell, cell_index):
            if message["msg_type"] == "update_display_data":
                shown.append(message["content"]["data"]["text/plain"])
            return super().process_message(message, cell, cell_index)

    Client(notebook, timeout=120, kernel_name="python3", coalesce_streams=True).execute()
    outputs = notebook.cells[0].outputs
    empty = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ""}}
    assert [output.output_type for output in outputs] == [
        "stream",
        "display_data",
        "display_data",
        "execute_result",
    ]
    assert (outputs[0].name, outputs[0].text) == ("stdout", "before\nafter\n")
    assert outputs[1] == outputs[2] == empty
    assert any("%|█" in line and "left, epoch " in line for line in shown)
    assert any("left, tiny, seed " in line for line in shown)
    assert not any("\r" in line for line in shown)


@pytest.mark.parametrize("place", ["submit", "__init__"])
def test_a_stop_before_a_run_begins_is_noted_in_its_history(few, monkeypatch, place):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(training.ThreadPoolExecutor, place, stopped)
    histories = training.train_all({"tiny": tiny}, few, seeds=(0, 1), epochs=2)
    assert [(history.loss, history.interrupted) for history in histories["tiny"]] == [([], True)] * 2


def test_a_stop_before_the_first_batch_is_noted(few, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_told", stopped)
    assert training.train(tiny(), few, epochs=2).interrupted


@pytest.mark.parametrize(
    "call", ["train(tiny(), data, epochs=500)", "train_all({'t': tiny}, data, epochs=500)['t'][0]"]
)
def test_the_stop_button_gives_the_history_so_far(call):
    manager = pytest.importorskip("jupyter_client.manager")
    kernel, client = manager.start_new_kernel(kernel_name="python3")
    before = "from sepconv import *; data = digits(); tiny = lambda: small_standard((2, 3, 4))"
    after = "print(history.interrupted, len(history.loss) < 500)"
    said, moved = [], []

    def hear(message):
        if message["msg_type"] == "update_display_data" and not moved:
            moved.append(True)
            kernel.interrupt_kernel()
        elif message["msg_type"] in ("stream", "error"):
            said.append(message["content"].get("text") or message["content"]["ename"])

    try:
        for code in (before, f"history = {call}", after):
            client.execute_interactive(code, timeout=120, output_hook=hear)
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert moved
    assert said == ["True True\n"]


# --- the comparison ----------------------------------------------------------------------------------------------

TRIO = {"standard": small_standard, "separable": small_separable, "narrow": narrow}


def test_four_epochs_give_the_order():
    histories = train_all(TRIO, digits(), seeds=(0,), epochs=4)
    standard, separable, narrow = (histories[name][0].final_accuracy for name in TRIO)
    assert standard > separable > narrow


@pytest.mark.full
def test_three_full_runs_give_the_margins():
    histories = train_all(TRIO, digits())
    means = {name: mean(history.final_accuracy for history in runs) for name, runs in histories.items()}
    assert means["standard"] - means["separable"] <= 0.020
    assert means["separable"] - means["narrow"] >= 0.010
