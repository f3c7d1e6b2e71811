"""What a recorder costs the training that it records.

A small convolutional network learns Fashion-MNIST in a plain PyTorch loop, and
every epoch is recorded. The time within `Recorder.record` is compared with the
time of the epochs themselves, in one process and one run, so that a drift of
the machine meets both alike.

    python benchmarks/recording.py [--epochs 5] [--images 10000] [--layers blocks]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

from ncviz import Recorder
from ncviz.data.catalogue import load

GOAL = 0.05  # of the training time


def network() -> nn.Module:
    """Return three convolutions and two linear layers, some 60,000 weights."""
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--layers", default="stages")
    asked = parser.parse_args()
    torch.manual_seed(0)
    data = load("fashion-mnist-subset").train
    order = torch.randperm(len(data))[: asked.images]
    x = torch.tensor(data.pixels)[order].float()[:, None] / 255
    y = torch.tensor(data.labels)[order]
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    trained, recorded = [], []
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "run", model, (x, y), layers=asked.layers)
        for epoch in range(1, asked.epochs + 1):
            began = time.perf_counter()
            for batch in torch.randperm(len(x)).split(128):
                loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            between = time.perf_counter()
            recorder.record(epoch, loss=loss)
            trained.append(between - began)
            recorded.append(time.perf_counter() - between)
        recorder.close()
    shares = [r / t for r, t in zip(recorded, trained, strict=True)]
    share = statistics.median(shares)
    print(f"an epoch of {len(x):,} images   {1e3 * statistics.median(trained):8.1f} ms")
    print(f"recording 1,000 of them  {1e3 * statistics.median(recorded):8.1f} ms")
    print(f"share of the training    {100 * share:8.2f} %   goal: at most {100 * GOAL:.0f} %")
    if share > GOAL:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
