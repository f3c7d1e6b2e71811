"""The recipe as a form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout

from ncviz.data.catalogue import data_sets
from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.declared_parts import FieldWidget
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.plan_form import PlanForm
from ncviz.desktop.widgets.switches import LESS, MORE, when_turned
from ncviz.desktop.widgets.tab_order import go_to_field
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import Declared, declared, values_of
from ncviz.training.recipe import Recipe
from ncviz.wording import bytes_in_words, written_number

ROWS = (
    ("dataset",),
    ("data_folder",),
    ("classes", "images_per_class", "image_size"),
    ("imbalance_ratio", "majority_classes", "seed"),
    ("class_sizes", "oversampling", "merged"),
    ("label_noise", "labels", "images"),
    ("two_label_images",),
    ("network",),
    ("depth", "width", "activation"),
    (),
    ("loss", "optimizer"),
    ("focusing", "smoothing", "target", "label_weight"),
    ("learning_rate", "schedule", "weight_decay"),
    ("drop_epochs", "decayed", "feature_decay"),
    ("batch_size", "epochs", "record"),
    ("phases", "seeds"),
    ("batch_norm", "measured"),
    ("measured_on",),
)


def seldom(recipe: Recipe) -> set[str]:
    """Return the fields that a form shows only if they are asked for or not as usual."""
    network = declared(recipe.architecture).items()
    parts = recipe.data, recipe.last_layer, recipe.regimen
    return {
        "classifier",
        *(name for part in parts for name in declared(part)),
        *(name for name, item in network if item.parameter.later),
    }


class RecipeForm(PlanForm):
    """All parameters of a recipe.

    Signals
    -------
    download_asked(str, object)
        Data set key, folder (None for the usual place).
    """

    download_asked = pyqtSignal(str, object)

    def __init__(self) -> None:
        self._unusual: set[str] = set()  # fields seldom chosen that were: they stay
        self._rate_brought = ""  # as it was written for the optimiser, until one chooses one
        self.browse, self.download = QPushButton(tr("Choose…")), QPushButton(tr("Download"))
        self.more = QPushButton(MORE)
        self.more.setCheckable(True)
        self.more.setToolTip(
            tr(
                "Fields that are seldom chosen: changes of the data, the last layer, phases, "
                "decays, seeds. Those that are not as usual are always shown."
            )
        )
        super().__init__(Recipe(), "recipe", ROWS, widths={"measured": 2, "phases": 2})
        certain(self.layout()).setSpacing(1)  # so that all rows fit a window of 1280 × 720
        self.more.setParent(self)  # until it is put somewhere
        self.more.hide()
        when_turned(self.more, self._unfold)
        self.browse.clicked.connect(self._browse)
        self.download.clicked.connect(
            lambda: self.download_asked.emit(self["dataset"].currentData(), self.chosen_folder())
        )
        self["learning_rate"].textEdited.connect(self._rate_chosen)
        self["learning_rate"].editingFinished.connect(self._rate_written)
        self.set_recipe(Recipe())

    def fill_cell(self, cell: QVBoxLayout, part: FieldWidget) -> None:
        """Put buttons beside the folder of a data set."""
        if part.item.name != "data_folder":
            super().fill_cell(cell, part)
            return
        row = QHBoxLayout()
        row.setSpacing(4)
        row.setContentsMargins(0, 4, 0, 0)
        for widget, stretch in ((part.widget, 1), (self.browse, 0), (self.download, 0)):
            row.addWidget(widget, stretch)
        cell.addLayout(row)

    def is_shown(self, item: Declared, plan: Any) -> bool:
        """Fold what is seldom chosen, as long as it was as usual.

        A 10 that is written begins as a 1: a field that is as usual again for a moment stays.
        """
        if self.more.isChecked() or item.name not in seldom(plan):
            return True
        if values_of(plan)[item.name] != item.default:
            self._unusual.add(item.name)
        return item.name in self._unusual

    def _unfold(self, on: bool) -> None:
        self._unusual.clear()
        self.more.setText(LESS if on else MORE)
        self._follow(self.read()[0])

    def heard(self, name: str) -> None:
        """Bring along what belongs to an optimiser, a depth or a data set."""
        if name in ("optimizer", "network", *values_of(self.read()[0].architecture)):
            self._bring_rate()
        if name == "dataset":
            self._offer_download()
        super().heard(name)

    # The learning rate

    def _bring_rate(self) -> None:
        """Write the published rate of the optimiser, unless another one was chosen."""
        recipe, _ = self.read()
        rate, optimizer = written_number(recipe.published_rate), self["optimizer"].currentText()
        network = recipe.architecture
        where = (
            tr("usual for {optimizer}", optimizer=optimizer)
            if network.rate(recipe.optimizer) is None
            else tr(
                "published for {optimizer} near {short}", optimizer=optimizer, short=network.short
            )
        )
        self["learning_rate"].setToolTip(
            plain_tip(
                tr(
                    "At the start of the training; {where}: {rate}, which an empty field brings "
                    "back.",
                    where=where,
                    rate=rate,
                )
            )
        )
        if self["learning_rate"].text() == self._rate_brought:
            self._rate_brought = rate
            self["learning_rate"].setText(rate)

    def _rate_chosen(self) -> None:
        self._rate_brought = ""

    def _rate_written(self) -> None:
        if not self["learning_rate"].text().strip():
            self._rate_brought = self["learning_rate"].text()
            self._bring_rate()

    # The data set

    def _offer_download(self) -> None:
        entry = data_sets()[self["dataset"].currentData()]
        self.download.setVisible(entry.downloadable)
        self.download.setToolTip(
            plain_tip(
                tr(
                    "Fetch {title} from the network, about {size}.",
                    title=entry.title,
                    size=bytes_in_words(entry.download_bytes),
                )
            )
        )

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Choose the folder of the data set"))
        if folder:
            self["data_folder"].setText(folder)

    def chosen_folder(self) -> Path | None:
        """Return the folder that was named, if any."""
        folder = self.parts["data_folder"].value()
        return Path(folder) if folder else None

    def value_of(self, part: FieldWidget) -> Any:
        """Refuse classes that the data set does not have."""
        value = super().value_of(part)
        if part.item.name == "classes":
            last = len(data_sets()[self["dataset"].currentData()].class_names) - 1
            beyond = [number for number in value if number > last]
            if beyond:
                raise UserError(
                    tr(
                        "The recipe's classes name {beyond}: this data set has 0 to {last}.",
                        beyond=beyond[0],
                        last=last,
                    )
                )
        return value

    # The whole

    def set_recipe(self, recipe: Recipe) -> None:
        """Show a recipe.

        Raises
        ------
        UserError
            If its data set is none of the catalogue.
        """
        known = data_sets()
        if recipe.dataset not in known:
            raise UserError(
                tr(
                    "The recipe's dataset is {dataset!r}: choose one of {known}.",
                    dataset=recipe.dataset,
                    known=", ".join(known),
                )
            )
        self._unusual.clear()
        self.show_plan(recipe)
        self._rate_brought = written_number(recipe.published_rate)
        self._bring_rate()
        self._offer_download()

    def go_to(self, name: str) -> None:
        """Give a field the focus, unfolded and scrolled into view."""
        if not self[name].isVisibleTo(self):
            self.more.setChecked(True)
        go_to_field(self[name])

    def recipe(self) -> Recipe:
        """Return the recipe of the form.

        Raises
        ------
        UserError
            Naming every field that does not fit.
        """
        recipe: Recipe = self.plan()
        return recipe

    def write(self, written: Mapping[str, Any]) -> list[str]:
        """Let the fields be filled in so: as `PlanForm.write`."""
        self._rate_brought = "\0"  # no field says so: no rate is brought meanwhile
        wrong = super().write(written)
        self._rate_brought = written_number(self.read()[0].published_rate)
        self._bring_rate()
        return wrong
