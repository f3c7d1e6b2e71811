"""The dialogs on the pictures of docs/images that bring checkpoints in and exports out."""

import contextlib
import os
from pathlib import Path

from PyQt6.QtCore import QRect
from screenshot_stage import Stage

from ncviz.desktop.exporting.export_dialog import FIGURE, FILM, TABLE, ExportDialog
from ncviz.desktop.recording.checkpoint_table import EPOCH
from ncviz.desktop.recording.layers_step import BLOCKS
from ncviz.desktop.recording.record_dialog import LAYERS, MODEL, RecordDialog
from ncviz.desktop.widgets.form_parts import choose

MIDDLE = 46  # an epoch when the classes part, and are not yet points
EPOCHS = 10
DAMAGED = 7  # of the checkpoints, to show that it is named and skipped
DOCUMENTS = Path("/home/ada/Documents")  # what the dialogs show; nothing is written there


def _checkpoints(folder: Path) -> Path:
    """Return a folder of checkpoints of a ResNet-18, and a damaged one among them."""
    import torch

    from ncviz.torchvision import load_torchvision

    if not folder.is_dir():
        folder.mkdir()
        torch.manual_seed(0)
        first = folder / "epoch_1.pt"
        torch.save(load_torchvision().models.resnet18(num_classes=10).state_dict(), first)
        for epoch in range(2, EPOCHS + 1):
            os.link(first, folder / f"epoch_{epoch}.pt")
        damaged = folder / f"epoch_{DAMAGED}.pt"
        damaged.unlink()
        damaged.write_bytes(first.read_bytes()[:1_000_000])
    return folder


def _record_dialog(stage: Stage) -> RecordDialog:
    """Take up a folder of checkpoints, and wait until its files are read."""
    return _taken_up(stage, _checkpoints(stage.folder / "checkpoints"))


def record_files(stage: Stage) -> QRect:
    """Show what was found in the files."""
    return stage.part(_record_dialog(stage))


def _digits_network(stage: Stage, name: str, file: str, *entries: str) -> RecordDialog:
    """Take up a folder of six checkpoints of a small network, or of several in each file."""
    import torch

    folder = stage.folder / name
    if not folder.is_dir():
        folder.mkdir()
        weights = torch.nn.Sequential(torch.nn.Linear(64, 20), torch.nn.Linear(20, 10))
        state = weights.state_dict()
        for number in range(1, 7):
            content = dict.fromkeys(entries, state) or state
            torch.save(content, folder / file.format(number * 10, 1024 + number * 10))
    return _taken_up(stage, folder)


def _taken_up(stage: Stage, folder: Path) -> RecordDialog:
    stage.seek(MIDDLE)
    recording = stage.window.recording
    if recording.dialog is not None:  # what another picture showed
        recording.dialog.files.list.selectAll()
        recording.dialog.files.remove.click()
    with contextlib.chdir(folder.parent):  # short names, and no path of this machine
        recording.open((folder.name,))
        stage.wait(lambda: recording.dialog.files.looked is not None)
    return recording.dialog


def record_two_networks(stage: Stage) -> QRect:
    """Show the choice between the networks of a file, open."""
    dialog = _digits_network(stage, "self-taught", "checkpoint{:04}.pth", "student", "teacher")
    dialog.files.place.setFocus()
    dialog.files.place.showPopup()
    return stage.part(dialog)


def record_epochs(stage: Stage) -> QRect:
    """Show an epoch that is corrected in the list."""
    dialog = _digits_network(stage, "named", "digits_w48_{1}_e{0}.pt")
    view = dialog.files.list
    view.setCurrentIndex(dialog.files.table.index(3, EPOCH))
    view.edit(view.currentIndex())
    return stage.part(dialog)


def record_model(stage: Stage) -> QRect:
    """Show which model the names of the weights suggest."""
    dialog = _record_dialog(stage)
    dialog.go_to(MODEL)
    fields = stage.part(*dialog.rail, dialog.model.arguments_field, margin=24)
    return fields.intersected(stage.part(dialog))


def record_layers(stage: Stage) -> QRect:
    """Show the layers of the network, with a tick at each block."""
    dialog = _record_dialog(stage)
    dialog.layers.inspected = None
    dialog.layers.way.set_value(BLOCKS)
    dialog.go_to(LAYERS)
    stage.wait(lambda: dialog.layers.inspected is not None)
    return stage.part(dialog)


def _export_dialog(stage: Stage, kind: str) -> ExportDialog:
    stage.seek(MIDDLE)
    stage.settle()
    stage.window.exporting.open(kind)
    dialog = stage.window.exporting.dialog
    dialog.destination.folder = DOCUMENTS
    dialog.refresh()
    return dialog


def _with_preview(stage: Stage, dialog: ExportDialog) -> QRect:
    preview = dialog.preview
    stage.wait(lambda: not preview.stale and (preview.image is not None or bool(preview.lines)))
    return stage.part(dialog)


def export_figure(stage: Stage) -> QRect:
    """Show epochs side by side, on their way into a paper."""
    dialog = _export_dialog(stage, FIGURE)
    choose(dialog.figure.preset, "collapse")
    dialog.figure["moments"].setText("0, 5, 22, 600")
    return _with_preview(stage, dialog)


def export_film(stage: Stage) -> QRect:
    """Show a moment of a film, with the plot beside the scene."""
    dialog = _export_dialog(stage, FILM)
    dialog.film["theme"].set_value(stage.window.settings.theme)
    dialog.film["turn"].setValue(60)
    dialog.film["title"].setText("Neural collapse")
    dialog.film["plot"].setChecked(True)
    return _with_preview(stage, dialog)


def export_table(stage: Stage) -> QRect:
    """Show the beginning of a table."""
    return _with_preview(stage, _export_dialog(stage, TABLE))


DIALOGS = {
    "record-files": record_files,
    "record-two-networks": record_two_networks,
    "record-epochs": record_epochs,
    "record-model": record_model,
    "record-layers": record_layers,
    "export-figure": export_figure,
    "export-film": export_film,
    "export-table": export_table,
}
