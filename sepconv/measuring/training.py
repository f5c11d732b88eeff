"""Training of small nets: one short loop, and a way to run it for several nets and seeds at once."""

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil, nan
from threading import Event
from time import thread_time

import torch
from torch.nn.functional import cross_entropy

from sepconv._arguments import whole_number
from sepconv._progress import progress_bar
from sepconv.measuring.timing import pinned


@dataclass(repr=False)
class History:
    """What happened in training, epoch by epoch.

    Attributes
    ----------
    loss : list of float
        The mean cross-entropy of the epoch's batches.
    accuracy : list of float
        The share of the test images that were right after the epoch, from 0 to 1.
    cpu_seconds : float
        Computing time of the thread that trained. With one thread that is all of it, and it does not grow because
        other programs are busy.
    interrupted : bool
        Whether the training was stopped early. Only whole epochs are listed.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    interrupted: bool = False

    @property
    def final_accuracy(self):
        """The accuracy after the last epoch; nan if there was none."""
        return self.accuracy[-1] if self.accuracy else nan

    def __repr__(self):
        epochs = f"{len(self.loss)} epoch{'' if len(self.loss) == 1 else 's'}"
        stopped = ", then interrupted" if self.interrupted else ""
        end = f"; loss {self.loss[-1]:.3f}, accuracy {self.final_accuracy:.1%}" if self.loss else ""
        return f"<History: {epochs}{stopped}{end}>"

    def __str__(self):
        lines = ["epoch   loss  accuracy"]
        for epoch, (loss, right) in enumerate(zip(self.loss, self.accuracy), start=1):
            lines.append(f"{epoch:5}  {loss:5.3f}  {right:8.1%}")
        return "\n".join(lines + ["interrupted"] * self.interrupted)

    def _repr_html_(self):
        rows = "".join(
            f'<tr><th scope="row">{epoch}</th><td>{loss:.3f}</td><td>{right:.1%}</td></tr>'
            for epoch, (loss, right) in enumerate(zip(self.loss, self.accuracy), start=1)
        )
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("epoch", "loss", "accuracy"))
        caption = "Training, interrupted" if self.interrupted else "Training"
        head = f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        return f"<table>{head}<tbody>{rows}</tbody></table>"


def train(
    model,
    data,
    epochs=10,
    seed=0,
    *,
    max_lr=3e-3,
    weight_decay=1e-4,
    batch_size=64,
    parameters=None,
    threads=1,
    progress=True,
):
    """Train a model with AdamW and a one-cycle learning rate, and return what happened.

    The stop button, or Ctrl-C, ends it early: what was learned stays in the model, and the history holds the epochs
    so far.

    Parameters
    ----------
    model : torch.nn.Module
        From images (N, 1, 28, 28) to one score per class, (N, classes). It is trained in place, its weights are
        laid out "channels last", which is faster, and it is left in evaluation mode.
    data : sepconv.data.ImageSet
        Such as ``sepconv.digits()``.
    epochs : int
        How often each image is seen.
    seed : int
        Of the order in which they are seen. With the same model, seed and threads on the same machine, all numbers
        come out the same. PyTorch's own random state is left as it was.
    max_lr : float
        The learning rate rises to this in the first three tenths of the steps, and then falls to nearly nothing.
    weight_decay : float
    batch_size : int
    parameters : iterable, optional
        What the optimizer is given: parameters or dicts of them, as in :class:`torch.optim.AdamW`. Default: all.
    threads : int
        PyTorch's threads while it trains, whatever their number before and after. On a busy machine a second one
        makes nets as small as these several times slower.
    progress : bool
        Whether to show a bar while it trains.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> from sepconv import build_with_seed, digits, small_separable
    >>> train(build_with_seed(small_separable, 0), digits(), epochs=4)  # doctest: +SKIP
    <History: 4 epochs; loss 0.365, accuracy 91.2%>
    """
    _check_data(data)
    if not isinstance(model, torch.nn.Module):
        raise TypeError(
            f"model is of type {type(model).__name__}; it must be a net, such as small_standard()"
        )
    seed = whole_number("seed", seed, least=0)
    steps = _steps(data, epochs, batch_size)
    history = History()
    try:
        with pinned(threads), _own_randomness(seed), progress_bar(steps, progress) as bar:

            def after_batch(loss):
                bar.set_description_str(_told(history, epochs, loss), refresh=False)
                bar.update()

            bar.set_description_str(_told(history, epochs))
            options = {"max_lr": max_lr, "weight_decay": weight_decay, "batch_size": batch_size}
            options |= {"parameters": parameters, "after_batch": after_batch}
            _record(history, model, data, epochs, seed, **options)
    except KeyboardInterrupt:  # before the first batch
        history.interrupted = True
    return history


def train_epochs(
    model,
    data,
    epochs=10,
    seed=0,
    *,
    max_lr=3e-3,
    weight_decay=1e-4,
    batch_size=64,
    parameters=None,
    after_batch=None,
):
    """Train a model epoch by epoch: the loop inside :func:`train`.

    Parameters
    ----------
    model, data, epochs, seed, max_lr, weight_decay, batch_size, parameters
        As in :func:`train`.
    after_batch : callable, optional
        ``after_batch(loss)`` is called after each step.

    Yields
    ------
    float
        After each epoch the mean loss of its images.
    """
    model.to(memory_format=torch.channels_last)
    images, labels = data.train_images, data.train_labels
    order = torch.Generator().manual_seed(seed)
    trained = model.parameters() if parameters is None else parameters
    optimizer = torch.optim.AdamW(trained, max_lr, weight_decay=weight_decay)
    steps = _steps(data, epochs, batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=steps)
    for _ in range(epochs):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(labels), generator=order).split(batch_size):
            loss = cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
            if after_batch:
                after_batch(loss.item())
        yield total / len(labels)


def _steps(data, epochs, batch_size=64):
    """Say how many batches there are in all epochs."""
    epochs, batch_size = whole_number("epochs", epochs), whole_number("batch_size", batch_size)
    return epochs * ceil(len(data.train_labels) / batch_size)


def _record(history, model, data, *arguments, **options):
    """Train and write into the history; KeyboardInterrupt, from wherever it comes, ends it."""
    start = thread_time()
    try:
        for loss in train_epochs(model, data, *arguments, **options):
            right = accuracy(model, data)
            history.loss.append(loss)
            history.accuracy.append(right)
    except KeyboardInterrupt:
        history.interrupted = True
    model.eval()
    history.cpu_seconds = thread_time() - start


def accuracy(model, data, batch_size=250):
    """Return the share of the test images that a model gets right, from 0 to 1.

    Parameters
    ----------
    model : torch.nn.Module
        From images (N, 1, 28, 28) to one score per class, (N, classes). It is asked in evaluation mode, and put
        back into the mode it was in.
    data : sepconv.data.ImageSet
    batch_size : int
        Images at a time. It changes nothing but the time and the memory.

    Returns
    -------
    float
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = 0
    try:
        with torch.no_grad():
            for images, labels in zip(data.test_images.split(batch_size), data.test_labels.split(batch_size)):
                right += (model(images).argmax(dim=1) == labels).sum().item()
    finally:
        for module, training in modes:
            module.training = training
    return right / len(data.test_labels)


def build_with_seed(build, seed):
    """Return ``build()`` with the initial weights of that seed, and leave PyTorch's random state as it was.

    Parameters
    ----------
    build : callable
        Takes nothing and returns a module, such as ``sepconv.small_standard``.
    seed : int

    Returns
    -------
    torch.nn.Module

    Raises
    ------
    TypeError, ValueError
        If `seed` is no int of at least 0.
    """
    with _own_randomness(whole_number("seed", seed, least=0)):
        return build()


def train_all(nets, data, seeds=(0, 1, 2), epochs=10, *, workers=2, progress=True, **options):
    """Train each net from each seed, `workers` of them at a time, and return their histories.

    A seed stands for initial weights and an order of the images, so nets of one seed see the same order. Each
    worker is one thread; the numbers do not depend on how many there are, unless a net draws random numbers while
    it runs, as dropout does. The stop button, or Ctrl-C, ends all: each history holds its epochs so far.

    Parameters
    ----------
    nets : dict of str to callable
        For each name a function that takes nothing and returns a new net.
    data : sepconv.data.ImageSet
    seeds : sequence of int
    epochs : int
    workers : int
    progress : bool
    **options
        max_lr, weight_decay, batch_size, as in :func:`train`.

    Returns
    -------
    dict of str to list of History
        For each net one history per seed.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Examples
    --------
    >>> from sepconv import digits, small_separable, small_standard
    >>> nets = {"standard": small_standard, "separable": small_separable}
    >>> histories = train_all(nets, digits())  # doctest: +SKIP
    """
    _check_data(data)
    for name, build in nets.items():
        if isinstance(build, torch.nn.Module) or not callable(build):
            raise TypeError(f"nets[{name!r}] must be a function that builds a net, such as small_standard")
    runs = [_Run(name, seed, build_with_seed(build, seed)) for seed in seeds for name, build in nets.items()]
    steps = len(runs) * _steps(data, epochs, options.get("batch_size", 64))
    stop = Event()
    try:
        with (
            pinned(1),
            progress_bar(steps, progress) as bar,
            ThreadPoolExecutor(whole_number("workers", workers)) as pool,
        ):
            try:
                futures = [pool.submit(run.carry_out, data, epochs, stop, options) for run in runs]
                _watch(runs, futures, epochs, bar)
            finally:
                stop.set()
    except KeyboardInterrupt:
        for run in runs:  # some may not have begun
            run.history.interrupted = len(run.history.loss) < epochs
    return {name: [run.history for run in runs if run.name == name] for name in nets}


@dataclass
class _Run:
    """One net on its way from one seed."""

    name: str
    seed: int
    model: torch.nn.Module
    history: History = field(default_factory=History)
    batches: int = 0

    def carry_out(self, data, epochs, stop, options):
        """Train until the end, or until a signal comes.

        Parameters
        ----------
        data, epochs, options
            As in :func:`train_all`.
        stop : threading.Event
            The signal.
        """

        def after_batch(_):
            self.batches += 1
            if stop.is_set():
                raise KeyboardInterrupt

        _record(self.history, self.model, data, epochs, self.seed, after_batch=after_batch, **options)


def _watch(runs, futures, epochs, bar):
    """Move the bar until all runs are through, or raise what the first of them raised.

    Only the main thread draws: what another thread prints may end up in another cell.
    """
    while futures:
        done, futures = wait(futures, timeout=0.1, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        run = max(runs, key=lambda run: 0 < len(run.history.loss) < epochs)
        bar.set_description_str(f"{run.name}, seed {run.seed}: {_told(run.history, epochs)}", refresh=False)
        bar.update(sum(run.batches for run in runs) - bar.n)


def _told(history, epochs, loss=None):
    """Say where a training is: epoch 3 of 10, loss 0.321, accuracy 94.1%."""
    past = len(history.accuracy)
    if loss is None and past:
        loss = history.loss[-1]
    words = [f"epoch {min(past + 1, epochs)} of {epochs}"]
    if loss is not None:
        words.append(f"loss {loss:.3f}")
    if past:
        words.append(f"accuracy {history.final_accuracy:.1%}")
    return ", ".join(words)


def _check_data(data):
    if not hasattr(data, "train_images"):
        raise TypeError(
            f"data is of type {type(data).__name__}; it must be a set of images, such as sepconv.digits()"
        )


@contextmanager
def _own_randomness(seed):
    """Seed PyTorch's random numbers, and put them back as they were."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
