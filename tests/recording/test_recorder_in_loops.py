"""A recorder in loops as people write them: it takes part in none of them."""

import copy
import itertools

import numpy as np
import pytest
import torch
import torch.nn.utils.prune
from loop_parts import LAST, Net, compare, thirty_samples
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz import Recorder
from ncviz.runs.run import Run


@pytest.fixture
def data():
    return thirty_samples()


@pytest.fixture
def model():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        yield Net()


def normalised(model):
    nn.utils.parametrizations.spectral_norm(model.head)
    return model


def pruned(model):
    nn.utils.prune.l1_unstructured(model.neck[0], "weight", 0.3)
    return model


def frozen(model):
    for parameter in model.body.parameters():
        parameter.requires_grad_(False)
    model.body[1].eval()
    return model


def watched(model):
    model.seen = []  # a network that keeps what its own hook sees
    model.neck.register_forward_hook(lambda _module, _inputs, output: output * 1.5)
    return model


def compiled_in_place(model):
    model.compile(backend="eager")
    return model


def with_a_compiled_part(model):
    model.body = torch.compile(model.body, backend="eager")
    return model


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: model,
        normalised,
        pruned,
        frozen,
        watched,
        lambda model: torch.compile(model, backend="eager"),
        compiled_in_place,
        with_a_compiled_part,
        nn.DataParallel,
        lambda model: nn.DataParallel(torch.compile(model, backend="eager")),
    ],
    ids=[
        "plain",
        "normalised",
        "pruned",
        "frozen",
        "watched",
        "compiled",
        "in place",
        "a part",
        "parallel",
        "parallel and compiled",
    ],
)
def test_wrapped_and_compiled_networks(model, data, tmp_path, wrap):
    run = compare(model, data, tmp_path, wrap)
    if wrap in (normalised, pruned, watched):
        return  # it computes something else than a plain one
    # It is read as it was written: the same layers at the same numbers.
    plain = Net()
    state = {name.replace("_orig_mod.", ""): v for name, v in model.state_dict().items()}
    plain.load_state_dict(state)
    with Recorder(tmp_path / "plain", plain, data) as recorder:
        recorder.record(2)
    expected = Run(tmp_path / "plain").snapshot(2).statistics(LAST, "train").means
    np.testing.assert_array_equal(run.snapshot(2).statistics(LAST, "train").means, expected)


def accumulating(model, loader, record):
    """Two batches a step in half precision, with the loss scaled; recorded between the two."""
    optimizer, scaler = torch.optim.AdamW(model.parameters(), 0.01), torch.amp.GradScaler("cpu")
    for number, (x, y) in enumerate(loader):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = nn.functional.cross_entropy(model(x), y) / 2
        scaler.scale(loss).backward()
        record(number, loss=loss, lr=optimizer.param_groups[0]["lr"])
        if number % 2:
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()


def by_events(model, loader, record):
    """As Ignite, fastai and Keras do: the loop calls back."""
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    handlers = {"epoch completed": [lambda state: record(state["epoch"], loss=state["output"])]}
    for epoch in range(2):
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
        for handler in handlers["epoch completed"]:
            handler({"epoch": epoch, "output": loss.item()})


def by_steps(model, loader, record):
    """Without epochs, on a loader that begins anew for ever."""
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
    for step, (x, y) in zip(range(6), itertools.cycle(loader), strict=False):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y, label_smoothing=0.1).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rate.step()
        if step % 3 == 2:
            record(torch.tensor(step // 3), lr=rate.get_last_lr())


def closing_over(model, loader, record):
    """LBFGS calls the network several times a step, within a closure."""
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=2)
    for epoch, (x, y) in enumerate(loader):

        def closure(x=x, y=y):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), nn.functional.one_hot(y, 3).float())
            loss.backward()
            return loss

        record(epoch, loss=optimizer.step(closure), learning_rate=None)


def without_modules(model, loader, record):
    """Functional calls with weights of one's own, as in meta-learning."""
    weights = {name: p.detach().clone().requires_grad_() for name, p in model.named_parameters()}
    for epoch, (x, y) in enumerate(loader):
        loss = nn.functional.cross_entropy(torch.func.functional_call(model, weights, (x,)), y)
        gradients = torch.autograd.grad(loss, list(weights.values()))
        with torch.no_grad():
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                weight -= 0.1 * gradient
                model.get_parameter(name).copy_(weight)
        record(epoch, loss)


@pytest.mark.parametrize("loop", [accumulating, by_events, by_steps, closing_over, without_modules])
def test_loops_of_many_kinds_take_the_same_steps(model, data, tmp_path, loop):
    ends = []
    for recorded in (False, True):
        network = copy.deepcopy(model)
        torch.manual_seed(4)
        loader = DataLoader(TensorDataset(*data), 10, shuffle=True)
        if recorded:
            with Recorder(tmp_path / "run", network, loader) as recorder:
                loop(network, loader, recorder.record)
        else:
            loop(network, loader, lambda *_, **__: None)
        ends.append({name: value.clone() for name, value in network.state_dict().items()})
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])
    run = Run(tmp_path / "run")
    assert len(run.epochs) >= 2
    assert run.manifest.train_counts == (10, 10, 10)
