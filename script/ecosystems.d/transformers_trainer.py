"""The callback for the Trainer of transformers."""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from _loops import EPOCHS, Network, digits
from torch import Tensor, nn

from ncviz.torchvision import load_torchvision

MADE_BY = "transformers"
NEEDS = ("transformers",)


class Classifier(nn.Module):
    """A network as the Trainer calls it."""

    def __init__(self) -> None:
        super().__init__()
        self.net = Network()

    def forward(self, pixel_values: Tensor, labels: Tensor | None = None) -> Mapping[str, Tensor]:
        """Return logits, and a loss where there are labels."""
        logits = self.net(pixel_values)
        if labels is None:
            return {"logits": logits}
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return the one case."""
    return {"`Trainer` with the callback": _called_back}


def _called_back(folder: Path) -> Path:
    load_torchvision()
    library: Any = importlib.import_module("transformers")
    callback = importlib.import_module("ncviz.huggingface").NeuralCollapseRecorder
    torch.manual_seed(0)
    images, labels = digits().tensors
    rows = [{"pixel_values": x, "labels": y} for x, y in zip(images, labels, strict=True)]
    arguments = library.TrainingArguments(
        str(folder / "out"),
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=50,
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
    )
    callbacks = [callback(folder / "run")]
    trainer = library.Trainer(Classifier(), arguments, train_dataset=rows, callbacks=callbacks)
    trainer.train()
    return folder / "run"
