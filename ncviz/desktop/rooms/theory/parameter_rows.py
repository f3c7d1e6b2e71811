"""Sliders, lists and boxes for the declared parameters of a model, one row each or two beside."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLayout, QPushButton, QVBoxLayout, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.theory.theory_sliders import ParameterSlider, in_one_row, labelled
from ncviz.desktop.widgets.class_sizes import ClassSizesEditor
from ncviz.desktop.widgets.declared_parts import part_of
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.lessons.places import SLIDER
from ncviz.models.model import Model
from ncviz.models.model_parameters import DRAGGED, SIZES, ModelParameter
from ncviz.parameters import Declared, declared, values_of

Show = Callable[[Any, Any], None]  # of a value, and the parameters that it is of


class ParameterRows(QWidget):
    """The parameters of a model, those that are rarely turned in a part that unfolds.

    Signals
    -------
    chosen(str, object)
        A parameter was given a value.
    sizes_chosen(object)
        Bars of class sizes were dragged.

    Attributes
    ----------
    fields : dict of str to QWidget
        By name: a slider with its words, a list, a box or bars.
    rare : QWidget
        Those that are rarely turned; hidden at first.
    """

    chosen = pyqtSignal(str, object)
    sizes_chosen = pyqtSignal(object)

    def __init__(self, model: Model[Any]) -> None:
        super().__init__()
        self._model = model
        be_place(self, "sliders")
        self._known = declared(model.parameters)
        self._show: dict[str, Show] = {}
        self._parts: dict[str, tuple[QWidget, ...]] = {}
        self.fields: dict[str, Any] = {}
        rows = {name: self._row(item) for name, item in self._known.items()}
        self.rare = QWidget()
        _stack(self, self._laid_out(rows, rare=False))
        _stack(self.rare, self._laid_out(rows, rare=True))
        self.rare.hide()

    def show_values(self, parameters: Any) -> None:
        """Bring everything up to date; what does not apply is hidden or greyed."""
        values = values_of(self._model.effective(parameters))
        for name, item in self._known.items():
            applies, live = item.applies(parameters), _control(item).live(parameters)
            for part in self._parts[name]:
                if part.isVisibleTo(part.parentWidget()) != applies:
                    part.setVisible(applies)
            self.fields[name].setEnabled(live)
            self._show[name](values[name], parameters)

    def _laid_out(
        self, rows: dict[str, QWidget | QLayout], *, rare: bool
    ) -> Iterator[QWidget | QLayout]:
        names = [name for name, item in self._known.items() if _control(item).rare == rare]
        for place, name in enumerate(names):
            after = names[place + 1] if place + 1 < len(names) else ""
            if _control(self._known[name]).beside and place > 0:
                continue
            if after and _control(self._known[after]).beside:
                yield in_one_row(cast(QWidget, rows[name]), cast(QWidget, rows[after]))
            else:
                yield rows[name]

    def _row(self, item: Declared) -> QWidget | QLayout:
        name = item.name
        if _control(item).editor == SIZES:
            bars = ClassSizesEditor()
            bars.changed.connect(self.sizes_chosen)
            self._show[name] = lambda _value, plan: bars.show_sizes(plan.sizes)
            return self._keep(name, bars)
        if _control(item).editor == DRAGGED:
            forget = QPushButton(item.label)
            forget.setToolTip(plain_tip(item.parameter.tip))
            forget.clicked.connect(lambda: self.chosen.emit(name, ()))
            self._show[name] = lambda _value, _plan: None
            return self._keep(name, forget)
        if item.choices or item.kind is bool:
            return self._part(item)
        row = ParameterSlider(item, self._model.parameters())
        row.chosen.connect(lambda value: self.chosen.emit(name, value))
        self._show[name] = lambda value, plan: row.show_number(
            value, self._model.words(plan, name), plan
        )
        return self._keep(name, row)

    def _part(self, item: Declared) -> QWidget | QLayout:
        part = part_of(item)
        widget: Any = part.widget
        # A choice that is made again counts: it brings what belongs to it.
        told = widget.toggled if item.kind is bool else widget.activated
        told.connect(lambda _: self.chosen.emit(item.name, part.value()))

        def show(value: object, _plan: object) -> None:
            blocked = part.widget.blockSignals(True)
            part.show(value)
            part.widget.blockSignals(blocked)

        self._show[item.name] = show
        if item.kind is bool:
            return self._keep(item.name, part.widget)
        row = labelled(item.label, part.widget, item.parameter.tip)
        self._keep(item.name, part.widget, certain(certain(row.itemAt(0)).widget()))
        return row

    def _keep(self, name: str, field: QWidget, *others: QWidget) -> QWidget:
        self.fields[name], self._parts[name] = field, (field, *others)
        be_place(field, f"{SLIDER}{name}")
        return field


def _control(item: Declared) -> ModelParameter:
    known = item.parameter
    assert isinstance(known, ModelParameter), f"{item.name} is declared by `control`"
    return known


def _stack(page: QWidget, parts: Iterator[QWidget | QLayout]) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
