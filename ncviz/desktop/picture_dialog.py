"""Asks how large a picture to save, and where."""

from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ncviz.export.picture import LARGEST_SIDE

PRESETS = (
    ("Slide, 1920 × 1080", 1920, 1080),
    ("Square, 2000 × 2000", 2000, 2000),
    ("4K, 3840 × 2160", 3840, 2160),
    ("Print, 85 mm at 600 dpi", 2008, 2008),
    ("Own size", 0, 0),
)


@dataclass(frozen=True)
class PictureRequest:
    """What to save.

    Parameters
    ----------
    width, height : int
        Pixels.
    theme : str
        'light' or 'dark'.
    transparent : bool
        Without background.
    path : Path
    """

    width: int
    height: int
    theme: str
    transparent: bool
    path: Path


class PictureDialog(QDialog):
    """Size, theme and background of a picture."""

    def __init__(self, parent: QWidget, theme: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save picture")
        self.preset = QComboBox()
        for text, *_ in PRESETS:
            self.preset.addItem(text)
        self.width_box, self.height_box = QSpinBox(), QSpinBox()
        for box in (self.width_box, self.height_box):
            box.setRange(16, LARGEST_SIDE)
            box.valueChanged.connect(self._own_size)
        self.theme = QComboBox()
        self.theme.addItem("Light", "light")
        self.theme.addItem("Dark", "dark")
        self.theme.setCurrentIndex(self.theme.findData(theme))
        self.transparent = QCheckBox("Transparent background")
        self.preset.currentIndexChanged.connect(self._use_preset)
        self._lay_out()
        self._use_preset(0)

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.setSpacing(8)
        size.addWidget(self.width_box)
        size.addWidget(QLabel("×"))
        size.addWidget(self.height_box)
        size.addWidget(QLabel("pixels"))
        size.addStretch(1)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        form.addRow("For", self.preset)
        form.addRow("Size", size)
        form.addRow("Theme", self.theme)
        form.addRow("", self.transparent)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Save).setProperty("role", "primary")
        cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setProperty("role", "beside-primary")
        buttons.layout().setSpacing(8)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(24)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(420)

    def _use_preset(self, number: int) -> None:
        _, width, height = PRESETS[number]
        if width:
            for box, value in ((self.width_box, width), (self.height_box, height)):
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)

    def _own_size(self) -> None:
        self.preset.setCurrentIndex(len(PRESETS) - 1)

    def request(self, path: Path) -> PictureRequest:
        """Return what was chosen."""
        return PictureRequest(
            self.width_box.value(),
            self.height_box.value(),
            self.theme.currentData(),
            self.transparent.isChecked(),
            path,
        )


def ask_for_picture(parent: QWidget, theme: str, name: str) -> PictureRequest | None:
    """Ask size and file of a picture; None if the user changes their mind."""
    dialog = PictureDialog(parent, theme)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    request = dialog.request(Path())
    dialog.deleteLater()
    if not chosen:
        return None
    text, _ = QFileDialog.getSaveFileName(parent, "Save picture", f"{name}.png", "PNG (*.png)")
    if not text:
        return None
    path = Path(text)
    return replace(request, path=path if path.suffix else path.with_suffix(".png"))
