"""Which layers are recorded, and how their outputs become vectors."""

from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.recording.dialog_step import DialogStep, in_fields
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields, caption
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.language import named, tr
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import FileProgress, Inspected, LayerNode, checkpoints

STAGES, BLOCKS, ALL, OWN = "stages", "blocks", "all", "own"
WAYS = {
    STAGES: tr("After each stage"),
    BLOCKS: tr("Each block"),
    ALL: tr("All"),
    OWN: tr("Own choice"),
}
AUTOMATIC, NONE = tr("found by itself"), "none"
LAYER, SHAPE, WIDTH = range(3)
_NODE = Qt.ItemDataRole.UserRole


class LayersStep(DialogStep):
    """A tree of the network's modules with ticks."""

    name = named("Layers")
    title = tr("Which layers?")

    def __init__(self) -> None:
        super().__init__()
        self.inspected: Inspected | None = None
        self.way = SegmentedButtons(WAYS, {BLOCKS: tr("As the law of equi-separation wants it.")})
        self.way.set_value(STAGES)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr("Layer"), tr("Output"), tr("Numbers")])
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(tr("Layers of the network"))
        header = certain(self.tree.header())
        header.setStretchLastSection(False)
        header.setSectionResizeMode(LAYER, QHeaderView.ResizeMode.Stretch)
        for column in (SHAPE, WIDTH):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setMinimumHeight(110)
        self.classifier, self.matrix = _open_choice(), _open_choice()
        self.summary = caption()
        self.way_field = self.field("layers", self.way)
        self.tree_field = Field("", self.tree)
        self.pool_field = self.field("pool")
        self.tokens_field = self.field("tokens")
        self.classifier_field = self.field("classifier", self.classifier)
        self.matrix_field = self.field("classifier_weight", self.matrix)
        rest = Fields()
        rest.add(self.pool_field, self.tokens_field, self.field("length"))
        rest.add(self.classifier_field, self.matrix_field)
        for field in (self.way_field, self.tree_field, self.summary, rest):
            self.add(field)
        self._column.setStretchFactor(self.tree_field, 1)
        self.blamed = {
            "tokens": self.tokens_field,
            "matrix": self.matrix_field,
            "does not explain": self.matrix_field,
            "classifier": self.classifier_field,
            "layer": self.tree_field,
        }
        self.follow_inputs(way=self.way, classifier=self.classifier, matrix=self.matrix)
        self.tree.itemChanged.connect(self._ticked)

    def _ticked(self) -> None:
        self.way.set_value(OWN)
        self.heard()

    def show_asking(self) -> None:
        """Say that the network is being built."""
        self.clear_faults()
        self.summary.setText(tr("Building the network from its first checkpoint …"))

    def show_reading(self, progress: FileProgress) -> None:
        """Show how far the files are read."""
        self.summary.setText(
            tr(
                "Reading {name} · {done:,} of {files:,}",
                name=progress.name,
                done=progress.done,
                files=progress.files,
            )
        )

    def show_failed(self, sentence: str) -> None:
        """Say precisely what does not fit."""
        self.inspected = None
        self.tree.clear()
        self.summary.setText("")
        self.tree_field.fault.say(in_fields(sentence))

    def show_inspected(self, inspected: Inspected) -> None:
        """Show the network with what would be recorded."""
        self.inspected = inspected
        self.clear_faults()
        opened = self._open_names()
        place = certain(self.tree.verticalScrollBar()).value()
        self.tree.blockSignals(True)
        self.tree.clear()
        linear: list[str] = []
        for node in inspected.tree:
            self.tree.addTopLevelItem(self._item(node, linear))
        for item in self._items():
            item.setExpanded(item.data(LAYER, _NODE) in opened or _leads_to_tick(item))
        self.tree.blockSignals(False)
        certain(self.tree.verticalScrollBar()).setValue(place)
        _offer(self.classifier, [*reversed(linear[-8:]), NONE])
        _offer(self.matrix, [inspected.classifier_weight, NONE])
        self._summarise(inspected)

    def _item(self, node: LayerNode, linear: list[str]) -> QTreeWidgetItem:
        note = f" · {node.note}" if node.note else ""
        shape = "×".join(map(str, node.shape))
        item = QTreeWidgetItem([f"{node.label}  {node.kind}{note}", shape, f"{node.width or ''}"])
        item.setData(LAYER, _NODE, node.name)
        item.setToolTip(LAYER, plain_tip(node.name))
        for column in (SHAPE, WIDTH):
            item.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        if node.shape:
            on = Qt.CheckState.Checked if node.chosen else Qt.CheckState.Unchecked
            item.setCheckState(LAYER, on)
        if node.kind in ("Linear", "Conv2d") and node.shape:
            linear.append(node.name)
        for child in node.children:
            item.addChild(self._item(child, linear))
        return item

    def _summarise(self, inspected: Inspected) -> None:
        widths = [f"{name} {width}" for name, width in inspected.layers]
        shown = ", ".join(widths[:6]) + (" …" if len(widths) > 6 else "")
        words = [
            tr(
                "{title} fits {count}",
                title=inspected.title,
                count=checkpoints(len(inspected.files)),
            ),
            tr("{count} layers: {shown}", count=len(inspected.layers), shown=shown),
            tr(
                "classifier {classifier}, its matrix {classifier_weight}",
                classifier=inspected.classifier or tr("not found"),
                classifier_weight=inspected.classifier_weight or tr("none: no NC3"),
            ),
            *map(in_fields, inspected.notes),
        ]
        if inspected.skipped:
            words.append(tr("{count} will be skipped", count=checkpoints(len(inspected.skipped))))
        self.summary.setText(" · ".join(words))

    def _items(self) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        waiting = [self.tree.topLevelItem(k) for k in range(self.tree.topLevelItemCount())]
        while waiting:
            item = certain(waiting.pop())
            found.append(item)
            waiting += [item.child(k) for k in range(item.childCount())]
        return found

    def _open_names(self) -> set[str]:
        return {item.data(LAYER, _NODE) for item in self._items() if item.isExpanded()}

    def ticked(self) -> tuple[str, ...]:
        """Return the names of the modules with a tick, in the network's order."""
        order = _names(self.inspected.tree) if self.inspected else []
        on = {
            item.data(LAYER, _NODE)
            for item in self._items()
            if item.checkState(LAYER) == Qt.CheckState.Checked
        }
        return tuple(name for name in order if name in on)

    def first(self) -> QWidget:
        """Return the tree."""
        return self.tree

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with the layers."""
        layers: tuple[str, ...] = (str(self.way.value),)
        if self.way.value == OWN:
            layers = self.ticked()
            if not layers:
                raise FieldError(tr("Tick at least one layer."), self.tree_field)
        return replace(
            plan,
            layers=layers,
            classifier=_written(self.classifier),
            classifier_weight=_written(self.matrix),
            **self.filled(),
        )


def _open_choice() -> QComboBox:
    """Return a list in which any name can be written."""
    box = Choice()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItem(AUTOMATIC)
    return box


def _offer(box: QComboBox, names: list[str]) -> None:
    """Offer names, and leave what is written."""
    text = box.currentText()
    box.blockSignals(True)
    box.clear()
    box.addItems([AUTOMATIC, *(name for name in dict.fromkeys(names) if name)])
    box.setEditText(text)
    box.blockSignals(False)


def _written(box: QComboBox) -> str:
    text = box.currentText().strip()
    return "" if text == AUTOMATIC else text


def _names(nodes: tuple[LayerNode, ...]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        found += [node.name, *_names(node.children)]
    return found


def _leads_to_tick(item: QTreeWidgetItem) -> bool:
    children = [item.child(k) for k in range(item.childCount())]
    return any(
        child.checkState(LAYER) == Qt.CheckState.Checked or _leads_to_tick(child)
        for child in children
        if child is not None
    )
