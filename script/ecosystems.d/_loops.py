"""What the cases of training loops share: the digits of scikit-learn, a network, two epochs."""

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader, TensorDataset

from ncviz import Recorder
from ncviz.data.catalogue import load

EPOCHS = 2


class Network(nn.Module):
    """Two convolutions and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stage1 = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.stage2 = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2), nn.ReLU())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits."""
        logits: Tensor = self.fc(self.pool(self.stage2(self.stage1(images))).flatten(1))
        return logits


def digits() -> TensorDataset:
    """Return 500 images with their labels."""
    data = load("digits").train
    images = torch.tensor(data.pixels)[:500, None].float() / 255
    return TensorDataset(images, torch.tensor(data.labels)[:500])


def loop(
    network: nn.Module, loader: Any, optimizer: Any, recorder: Recorder, backward: Any = None
) -> None:
    """Train and record; `backward` is what a library has in the place of PyTorch's own."""
    with recorder:
        for epoch in range(1, EPOCHS + 1):
            for images, labels in loader:
                loss = nn.functional.cross_entropy(network(images), labels)
                optimizer.zero_grad()
                (backward or Tensor.backward)(loss)
                optimizer.step()
            recorder.record(epoch)


def in_one_of_two(rank: int, folder: str) -> None:
    """Train with another process, as DistributedDataParallel does."""
    os.environ.update(RANK=str(rank), WORLD_SIZE="2")
    torch.set_num_threads(1)
    where = f"file://{Path(folder) / 'meeting'}"
    distributed.init_process_group("gloo", init_method=where, rank=rank, world_size=2)
    torch.manual_seed(0)
    data = digits()
    network = nn.parallel.DistributedDataParallel(Network())
    sampler: Any = torch.utils.data.DistributedSampler(data)
    loader = DataLoader(data, 50, sampler=sampler)
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    loop(network, loader, optimizer, Recorder(Path(folder) / "run", network, data))
    distributed.destroy_process_group()
