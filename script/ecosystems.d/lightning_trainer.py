"""The callback for Lightning, in a Trainer."""

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from _loops import EPOCHS, Network, digits
from torch import nn
from torch.utils.data import DataLoader

from ncviz.torchvision import load_torchvision

MADE_BY = "lightning"
NEEDS = ("lightning",)


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return the one case."""
    return {"`Trainer` with the callback": _called_back}


def _called_back(folder: Path) -> Path:
    load_torchvision()  # which torchmetrics imports, whatever its build
    library = importlib.import_module("lightning.pytorch")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    callback = importlib.import_module("ncviz.lightning").NeuralCollapseRecorder

    class Module(library.LightningModule):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = Network()

        def training_step(self, batch: Any, _number: int) -> Any:
            images, labels = batch
            loss = nn.functional.cross_entropy(self.model(images), labels)
            self.log("train_loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    torch.manual_seed(0)
    trainer = library.Trainer(
        max_epochs=EPOCHS,
        accelerator="cpu",
        devices=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[callback(folder / "run", model="model")],
    )
    trainer.fit(Module(), DataLoader(digits(), 50, shuffle=True))
    return folder / "run"
