"""Small networks, their data, and trainings that may be recorded."""

import copy

import numpy as np
import torch
from torch import nn

from ncviz import Recorder
from ncviz.runs.run import Run

LAST = 2  # the layer of the classifier's input: after the raw input and one linear layer


class Net(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5))
        self.neck = nn.Sequential(nn.Linear(8, 6), nn.ReLU())
        self.head = nn.Linear(6, classes)

    def forward(self, x):
        return self.head(self.neck(self.body(x)))


def thirty_samples():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(30) % 3
    return torch.rand(30, 4, generator=generator) + labels[:, None], labels


def steps_of(model, data, record=lambda epoch, loss: None, forward=None):
    """Train a little, with dropout and shuffled batches; return all that a step decides."""
    forward = model if forward is None else forward
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    losses = []
    for epoch in (1, 2):
        for some in torch.randperm(30).split(10):
            loss = nn.functional.cross_entropy(forward(data[0][some]), data[1][some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        record(epoch, loss)
    return losses


def compare(model, data, tmp_path, wrap=lambda model: model):
    """See that a training in which a wrapped model is recorded takes the same steps as without."""
    other = copy.deepcopy(model)
    torch.manual_seed(2)
    alone = steps_of(other, data, forward=wrap(other))
    torch.manual_seed(2)
    wrapped = wrap(model)
    with Recorder(tmp_path / "run", wrapped, data) as recorder:
        assert steps_of(model, data, recorder.record, wrapped) == alone
    run = Run(tmp_path / "run")
    assert run.epochs == (1, 2)
    assert [layer.name for layer in run.manifest.layers][-1] == "features"
    return run


X = torch.rand(60, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(60) % 3
X += Y[:, None]  # so that a mistaken label shows in the class means
MEANS = np.stack([X[k == Y].double().mean(dim=0).numpy() for k in range(3)])


def network(classes=3):
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, classes))


def recorded(tmp_path, data, model=None, **options):
    with Recorder(tmp_path / "run", model or network(), data, **options) as recorder:
        assert recorder.record(0)
        notes = recorder.notes
    return Run(tmp_path / "run"), notes


def assert_all_read(run):
    """See that each class's samples came with their own labels."""
    statistics = run.snapshot(0).statistics(0, "train")
    assert statistics.counts.tolist() == [20, 20, 20]
    np.testing.assert_allclose(statistics.means, MEANS, rtol=1e-6)
