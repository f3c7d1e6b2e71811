"""The recipe as a form."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.data.catalogue import CATALOGUE
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.errors import UserError
from ncviz.training.naming import WORDS
from ncviz.training.recipe import (
    ACTIVATIONS,
    LOSSES,
    MEASURED,
    OPTIMIZERS,
    RANGES,
    SCHEDULES,
    Recipe,
    published_rate,
    recorded_epochs,
)
from ncviz.user_folders import expanded
from ncviz.wording import read_number, written_number


def _choice(values: tuple[str, ...]) -> QComboBox:
    box = Choice()
    for value in values:
        box.addItem(WORDS.get(value, value), value)
    return box


def _whole(name: str) -> NumberBox:
    return NumberBox(*RANGES[name])


class RecipeForm(QWidget):
    """All parameters of a recipe, in pairs.

    Signals
    -------
    download_asked(str, object)
        Data set key, folder (None for the usual place).
    changed()
        Another recipe is shown.
    """

    download_asked = pyqtSignal(str, object)
    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._rest = Recipe()
        self._rate_brought = ""  # as it was written for the optimiser, until one chooses one
        self.dataset = Choice()
        for key, entry in CATALOGUE.items():
            self.dataset.addItem(entry.title, key)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText("usual places")
        self.browse = QPushButton("Choose…")
        self.download = QPushButton("Download")
        self.classes = QLineEdit()
        self.classes.setPlaceholderText("all")
        self.images_per_class = _whole("images_per_class")
        self.image_size = _whole("image_size")
        self.imbalance_ratio = QLineEdit()
        self.majority_classes = _whole("majority_classes")
        self.depth = _whole("depth")
        self.width = _whole("width")
        self.batch_norm = QCheckBox("Batch norm")
        self.activation = _choice(ACTIVATIONS)
        self.loss = _choice(LOSSES)
        self.optimizer = _choice(OPTIMIZERS)
        self.learning_rate = QLineEdit()
        self.schedule = _choice(SCHEDULES)
        self.weight_decay = QLineEdit()
        self.batch_size = _whole("batch_size")
        self.epochs = _whole("epochs")
        self.record = QLineEdit()
        self.measured = _choice(MEASURED)
        self.seed = _whole("seed")
        self._lay_out()
        self._connect()
        self.set_recipe(Recipe())

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        place = QHBoxLayout()
        place.setSpacing(4)
        for widget, stretch in ((self.folder, 1), (self.browse, 0), (self.download, 0)):
            place.addWidget(widget, stretch)
        self._folder_row = QWidget()
        place.setContentsMargins(0, 4, 0, 0)
        self._folder_row.setLayout(place)
        tip = "What the network learns to tell apart."
        grid.addLayout(self._cell("Data set", self.dataset, tip), 0, 0, 1, 4)
        grid.addWidget(self._folder_row, 2, 0, 1, 4)
        rows: tuple[tuple[tuple[str, QWidget, str], ...], ...] = (
            (
                ("Classes", self.classes, "Numbers of the classes, such as 0, 1, 5; empty: all."),
                ("Images a class", self.images_per_class, "Training images of each class."),
                ("Pixels a side", self.image_size, "Images are shrunk to so many pixels a side."),
            ),
            (
                ("Imbalance R", self.imbalance_ratio, "Minority classes: R times fewer images."),
                ("Majority", self.majority_classes, "How many classes keep all images if R > 1."),
                ("Seed", self.seed, "The same seed gives the same run, bit for bit."),
            ),
            (
                ("Layers", self.depth, "Hidden layers plus the classifier (He & Su's count)."),
                ("Width", self.width, "Neurons in each hidden layer."),
                ("Activation", self.activation, "Nonlinearity of the hidden layers."),
            ),
            (
                ("Loss", self.loss, "What the training makes small."),
                ("Optimiser", self.optimizer, "Momentum is SGD with momentum 0.9."),
            ),
            (
                ("Learning rate", self.learning_rate, "At the start of the training."),
                ("Schedule", self.schedule, "÷10 at a third and ÷100 at two thirds, or otherwise."),
                ("Weight decay", self.weight_decay, "L2 penalty on all parameters."),
            ),
            (
                ("Batch", self.batch_size, "Images a step."),
                ("Epochs", self.epochs, "Passes over the training images."),
                ("Record", self.record, "default, all, every 10, or a list such as 0, 1, 10."),
            ),
        )
        for number, cells in enumerate(rows):
            columns = QHBoxLayout()
            columns.setSpacing(8)
            for caption, widget, tip in cells:
                columns.addLayout(self._cell(caption, widget, tip), 1)
            grid.addLayout(columns, 3 + number, 0, 1, 4)
        self.batch_norm.setToolTip("Normalise each hidden layer over the batch.")
        norm = QHBoxLayout()
        norm.setSpacing(8)
        norm.addWidget(self.batch_norm, 1, Qt.AlignmentFlag.AlignBottom)
        tip = "What batch norm uses while D and NC1–NC4 are measured; the training stays the same."
        norm.addLayout(self._cell("Measured with", self.measured, tip), 2)
        grid.addLayout(norm, 10, 0, 1, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)

    def _cell(self, text: str, widget: QWidget, tip: str) -> QVBoxLayout:
        caption = PlainLabel(text)
        caption.setProperty("role", "caption")
        caption.setBuddy(widget)
        widget.setToolTip(plain_tip(tip))
        widget.setAccessibleName(text)
        widget.setMinimumWidth(40)
        cell = QVBoxLayout()
        cell.setSpacing(0)
        cell.addWidget(caption)
        cell.addWidget(widget)
        cell.addStretch(1)
        return cell

    def _connect(self) -> None:
        self.dataset.currentIndexChanged.connect(self._show_folder)
        self.browse.clicked.connect(self._browse)
        self.download.clicked.connect(
            lambda: self.download_asked.emit(self.dataset.currentData(), self.data_folder())
        )
        self.optimizer.currentIndexChanged.connect(self._bring_rate)
        self.depth.valueChanged.connect(self._bring_rate)
        self.learning_rate.textEdited.connect(self._rate_chosen)
        self.learning_rate.editingFinished.connect(self._rate_written)
        for box in self.findChildren(NumberBox):
            box.valueChanged.connect(lambda _value: self.changed.emit())
            box.problem_changed.connect(lambda _problem: self.changed.emit())
        for line in (self.folder, self.classes, self.record, *self._decimals()):
            line.textChanged.connect(lambda _text: self.changed.emit())
        for choice in self.findChildren(QComboBox):
            choice.currentIndexChanged.connect(lambda _number: self.changed.emit())
        self.batch_norm.toggled.connect(lambda _on: self.changed.emit())
        self.changed.connect(self._mark)

    def _decimals(self) -> list[QLineEdit]:
        return [getattr(self, name) for name in _DECIMAL]

    # The learning rate

    def _bring_rate(self) -> None:
        """Write the published rate of the optimiser, unless another one was chosen."""
        optimizer, depth = self.optimizer.currentData(), int(self.depth.value())
        rate = written_number(published_rate(optimizer, depth))
        self.learning_rate.setToolTip(
            plain_tip(
                f"At the start of the training; published for {WORDS[optimizer]} near {depth} "
                f"layers: {rate}, which an empty field brings back."
            )
        )
        if self.learning_rate.text() == self._rate_brought:
            self._rate_brought = rate
            self.learning_rate.setText(rate)

    def _rate_chosen(self) -> None:
        self._rate_brought = ""

    def _rate_written(self) -> None:
        if not self.learning_rate.text().strip():
            self._rate_brought = self.learning_rate.text()
            self._bring_rate()

    def _show_folder(self) -> None:
        entry = CATALOGUE[self.dataset.currentData()]
        self._folder_row.setVisible(entry.needs_folder)
        self.download.setVisible(entry.downloadable)
        self.download.setToolTip(
            plain_tip(
                f"Fetch {entry.title} from the network, about {entry.download_bytes / 1e6:.0f} MB."
            )
        )

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose the folder of the data set")
        if folder:
            self.folder.setText(folder)

    def data_folder(self) -> Path | None:
        """Return the folder that was named, if any."""
        text = self.folder.text().strip()
        return expanded(Path(text)) if text else None

    def set_recipe(self, recipe: Recipe) -> None:
        """Show a recipe.

        Raises
        ------
        UserError
            If its data set is none of the catalogue.
        """
        if recipe.dataset not in CATALOGUE:
            raise UserError(
                f"The recipe's dataset is {recipe.dataset!r}: choose one of {', '.join(CATALOGUE)}."
            )
        self._rest = recipe
        self.dataset.setCurrentIndex(max(0, self.dataset.findData(recipe.dataset)))
        self.folder.setText(recipe.data_folder)
        self.classes.setText(", ".join(str(c) for c in recipe.classes))
        for name in _CHOSEN:
            box: QComboBox = getattr(self, name)
            box.setCurrentIndex(box.findData(getattr(recipe, name)))
        for name in _WHOLE:
            getattr(self, name).setValue(getattr(recipe, name))
        for name in _DECIMAL:
            getattr(self, name).setText(written_number(getattr(recipe, name)))
        published = published_rate(recipe.optimizer, recipe.depth)
        self._rate_brought = written_number(published)
        self._bring_rate()
        self.batch_norm.setChecked(recipe.batch_norm)
        self.record.setText(recipe.record)
        self._show_folder()

    def recipe(self) -> Recipe:
        """Return the recipe of the form.

        Raises
        ------
        UserError
            Naming every field that does not fit.
        """
        values, faults = self._read()
        if faults:
            raise UserError(" ".join(faults.values()))
        recipe = replace(self._rest, **values)
        recipe.check()  # what fits alone may not fit together
        return recipe

    def _read(self) -> tuple[dict[str, Any], dict[QWidget, str]]:
        """Return the value of each field that has one, and what is wrong with the others."""
        values: dict[str, Any] = {
            "dataset": self.dataset.currentData(),
            "data_folder": "",
            "batch_norm": self.batch_norm.isChecked(),
        }
        if CATALOGUE[values["dataset"]].needs_folder:
            values["data_folder"] = str(self.data_folder() or "")
        values |= {name: getattr(self, name).currentData() for name in _CHOSEN}
        faults: dict[QWidget, str] = {}
        for name in (*_WHOLE, *_DECIMAL, "classes"):
            try:
                values[name] = self._value_of(name)
                replace(Recipe(), **{name: values[name]}).check()
            except UserError as error:
                faults[getattr(self, name)] = str(error)
        values["record"] = self.record.text().strip() or "default"
        if self.epochs not in faults:
            try:
                recorded_epochs(values["record"], values["epochs"])
            except UserError as error:
                faults[self.record] = str(error)
        return values, faults

    def _value_of(self, name: str) -> object:
        """Return what a field says; raise a UserError if it cannot be understood."""
        field = getattr(self, name)
        if name in _WHOLE:
            if field.problem:
                raise UserError(f"{field.accessibleName()}: {field.problem}")
            return field.value()
        if name in _DECIMAL:
            return _decimal(name, field.text())
        classes = _classes(field.text())
        names = CATALOGUE[self.dataset.currentData()].class_names
        beyond = [c for c in classes if c >= len(names)]
        if beyond:
            last = len(names) - 1
            raise UserError(
                f"The recipe's classes name {beyond[0]}: this data set has 0 to {last}."
            )
        return classes

    def _mark(self) -> None:
        """Give every field that does not fit a thick frame."""
        faults = self._read()[1]
        for line in (self.classes, self.record, *self._decimals()):
            if bool(line.property("wrong")) != (line in faults):
                line.setProperty("wrong", line in faults)
                line.style().unpolish(line)
                line.style().polish(line)

    # What is taken back

    def state(self) -> tuple[object, ...]:
        """Return all that is written and chosen, as `put_back` takes it."""
        lines = tuple(line.text() for line in self._lines())
        chosen = tuple(box.currentData() for box in self._choices())
        return lines, chosen, self.batch_norm.isChecked(), self._rate_brought, self._rest

    def put_back(self, state: tuple[Any, ...]) -> None:
        """Write and choose what was there before."""
        lines, chosen, batch_norm, brought, self._rest = state
        self._rate_brought = "\0"  # no field says so: no rate is brought meanwhile
        for box, value in zip(self._choices(), chosen, strict=True):
            box.setCurrentIndex(box.findData(value))
        for line, text in zip(self._lines(), lines, strict=True):
            line.setText(text)
        for name in _WHOLE:
            getattr(self, name).interpretText()
        self.batch_norm.setChecked(batch_norm)
        self._rate_brought = brought

    def _lines(self) -> list[QLineEdit]:
        lines = [self.folder, self.classes, self.record, *self._decimals()]
        return lines + [getattr(self, name).lineEdit() for name in _WHOLE]

    def _choices(self) -> list[QComboBox]:
        return [self.dataset, *(getattr(self, name) for name in _CHOSEN)]


_WHOLE = (
    "images_per_class",
    "image_size",
    "majority_classes",
    "depth",
    "width",
    "batch_size",
    "epochs",
    "seed",
)
_CHOSEN = ("activation", "loss", "optimizer", "schedule", "measured")
_DECIMAL = ("imbalance_ratio", "learning_rate", "weight_decay")


def _decimal(name: str, text: str) -> float:
    try:
        return read_number(text)
    except ValueError as error:
        raise UserError(f"The recipe's {name}: {error}") from None


def _classes(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    if not words or words == ["all"]:
        return ()
    try:
        return tuple(int(word) for word in words)
    except ValueError:
        raise UserError(
            f"The recipe's classes are {text!r}: write numbers such as 0, 1, 5, or all."
        ) from None
