"""The left column of the Explore room: the run, its layers, its classes."""

import math

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.icons import icon
from ncviz.desktop.theme import mix
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.series import EpochSeries
from ncviz.scenes.palette import LIGHT, Theme, class_color
from ncviz.scenes.view import View
from ncviz.wording import three_digits

SHADOWS = {
    "simplex": ("all classes alike", "A fixed projection that treats all classes alike."),
    "best": ("widest spread", "The three axes along which the class means spread most."),
    "axes": (
        "three classes in full",
        "The space of the first three classes that are not hidden: their vertices in full length.",
    ),
    "tour": ("grand tour", "A journey through all dimensions."),
}


class LayerList(QWidget):
    """One row a layer: its name, D over the epochs as a small curve, D now.

    Signals
    -------
    chosen(int)
        The layer that was clicked.
    """

    chosen = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._curves: list[list[float]] = []
        self._now: list[float] = []
        self._layer = 0
        self._theme = LIGHT
        self._drawn: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setToolTip(
            "The separation fuzziness D of each layer over the epochs; click a layer to see it."
        )
        self.setAccessibleName("Layers")

    def sizeHint(self) -> QSize:
        wanted = max(1, len(self._names)) * round(1.25 * self.fontMetrics().height())
        return QSize(220, wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, max(1, len(self._names)) * self.fontMetrics().height())

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._drawn = None
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._drawn = None

    def set_layers(self, names: tuple[str, ...]) -> None:
        """List other layers."""
        self._names, self._curves, self._now = names, [], []
        self._drawn = None
        self.updateGeometry()
        self.update()

    def set_curves(self, series: EpochSeries) -> None:
        """Draw D over the epochs that have been computed."""
        self._curves = [series.fuzziness_of_layer(t) for t in range(len(self._names))]
        self._drawn = None
        self.update()

    def show_moment(self, fuzziness: list[float], layer: int) -> None:
        """Show the D of this moment, and which layer is in the scene."""
        if fuzziness != self._now or layer != self._layer:
            self._now, self._layer = fuzziness, layer
            self.update()

    def row_height(self) -> float:
        """Return the height of a row, pixels."""
        return self.height() / max(1, len(self._names))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y() / self.row_height())
        if 0 <= row < len(self._names):
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._layer + step < len(self._names):
            self.chosen.emit(self._layer + step)
        elif not step:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self.row_height()
        name_width = max(
            [self.fontMetrics().horizontalAdvance(name) for name in self._names], default=0
        )
        name_width = min(name_width + 22, int(self.width() * 0.5))
        for row, name in enumerate(self._names):
            box = QRectF(0, row * height, self.width(), height)
            if row == self._layer:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(self._theme.surface, self._theme.accent, 0.16)))
                painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 5, 5)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(
                box.adjusted(8, 0, 0, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, name_width - 10),
            )
            if row < len(self._now):
                painter.drawText(
                    box.adjusted(0, 0, -8, 0),
                    Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                    three_digits(self._now[row]),
                )
        if self._drawn is None:
            self._drawn = self._draw_curves(name_width)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()

    def _draw_curves(self, left: int) -> QPixmap:
        """Draw all curves once: hundreds of epochs would cost a frame each time."""
        ratio, height = self.devicePixelRatioF(), self.row_height()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = self._scale()
        for row, curve in enumerate(self._curves):
            area = QRectF(left, row * height + 4, self.width() - left - 68, height - 8)
            self._paint_curve(painter, curve, area, low, high)
        painter.end()
        return pixmap

    def _scale(self) -> tuple[float, float]:
        values = [math.log(v) for curve in self._curves for v in curve if 0 < v < math.inf]
        return (min(values), max(values)) if values else (0.0, 1.0)

    def _paint_curve(
        self, painter: QPainter, curve: list[float], area: QRectF, low: float, high: float
    ) -> None:
        known = [(i, math.log(v)) for i, v in enumerate(curve) if 0 < v < math.inf]
        if len(known) < 2 or high <= low or area.width() <= 0:
            return
        across, up = area.width() / (len(curve) - 1), area.height() / (high - low)
        points = [
            QPointF(area.left() + across * i, area.bottom() - up * (v - low)) for i, v in known
        ]
        painter.setPen(QPen(QColor(self._theme.quiet), 1.3))
        painter.drawPolyline(QPolygonF(points))


class ClassChips(QWidget):
    """One switch a class, in its hue.

    Signals
    -------
    toggled(int)
        The class that was clicked.
    """

    toggled = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        self.chips: list[QToolButton] = []

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Offer other classes."""
        for chip in self.chips:
            self._grid.removeWidget(chip)
            chip.deleteLater()
        self.chips = [self._chip(number, name) for number, name in enumerate(names)]
        columns = 2 if len(names) <= 20 else 4
        for number, chip in enumerate(self.chips):
            self._grid.addWidget(chip, number // columns, number % columns)

    def _chip(self, number: int, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setProperty("role", "chip")
        chip.setCheckable(True)
        chip.setText(name.replace("&", "&&"))
        chip.setIcon(_dot(class_color(number)))
        chip.setIconSize(QSize(12, 12))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        chip.setToolTip(f"Show or hide {name}; four classes at most are drawn without a shadow.")
        chip.clicked.connect(lambda _checked, k=number: self.toggled.emit(k))
        return chip

    def show_view(self, view: View) -> None:
        """Check the classes that are shown."""
        shown = view.shown_classes(len(self.chips))
        for number, chip in enumerate(self.chips):
            chip.setChecked(number in shown)
            color = class_color(number, view.palette)
            if color != chip.property("hue"):
                chip.setProperty("hue", color)
                chip.setIcon(_dot(color))


def _dot(color: str) -> QIcon:
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QRectF(2, 2, 20, 20))
    painter.end()
    return QIcon(pixmap)


class RunPanel(QWidget):
    """Which run is open, which layer and which classes are in the scene.

    Signals
    -------
    shadow_asked(str)
        Another kind of shadow for more than four classes.
    tour_asked(bool)
        Travel through all dimensions, or rest.
    """

    shadow_asked = pyqtSignal(str)
    tour_asked = pyqtSignal(bool)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__()
        self._explorer = explorer
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.facts = QLabel()
        self.facts.setProperty("role", "caption")
        self.facts.setWordWrap(True)
        self.layers = LayerList()
        self.classes = ClassChips()
        self.switches = {
            name: QCheckBox(text)
            for name, text in (
                ("show_samples", "Samples"),
                ("show_means", "Class means"),
                ("show_classifier", "Classifier"),
                ("show_etf", "Simplex ETF"),
                ("show_labels", "Names"),
                ("show_axes", "Axes"),
            )
        }
        self.shadow = QComboBox()
        for kind, (text, tip) in SHADOWS.items():
            self.shadow.addItem(text, kind)
            tip_role = Qt.ItemDataRole.ToolTipRole
            self.shadow.setItemData(self.shadow.count() - 1, tip, tip_role)
        self.shadow.setToolTip(
            "More than four classes need more than three dimensions: which shadow of them is drawn."
        )
        self.shadow.setAccessibleName("Shadow")
        self.shadow.activated.connect(
            lambda _index: self.shadow_asked.emit(self.shadow.currentData())
        )
        self.tour = QToolButton()
        self.tour.setCheckable(True)
        self.tour.setProperty("role", "quiet")
        self.tour.setToolTip("Travel through all dimensions, or rest here (G).")
        self.tour.setAccessibleName("Grand tour")
        self.tour.clicked.connect(self.tour_asked)
        self.shadow_row = QWidget()
        row = QHBoxLayout(self.shadow_row)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(QLabel("Shadow"))
        row.addWidget(self.shadow, 1)
        row.addWidget(self.tour)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 0)
        column.setSpacing(3)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addSpacing(4)
        column.addWidget(_heading("Layers", "D at this epoch"))
        column.addWidget(self.layers)
        column.addSpacing(4)
        column.addWidget(_heading("Classes", ""))
        column.addWidget(self.classes)
        column.addWidget(self.shadow_row)
        column.addSpacing(4)
        column.addWidget(_heading("Shown", ""))
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, switch in enumerate(self.switches.values()):
            grid.addWidget(switch, number // 2, number % 2)
        column.addLayout(grid)
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self.layers.set_theme(theme)
        self.tour.setIcon(icon("tour", theme.text))
        hues = {
            "show_samples": theme.quiet,
            "show_means": theme.means,
            "show_classifier": theme.classifier,
            "show_etf": theme.etf,
            "show_labels": theme.text,
            "show_axes": theme.line,
        }
        for name, hue in hues.items():
            self.switches[name].setIcon(_dot(hue))

    def show_run(self) -> None:
        """Show another run."""
        run = self._explorer.run
        if run is None:
            return
        manifest = run.manifest
        self.title.setText(manifest.title)
        self.layers.set_layers(tuple(layer.name for layer in manifest.layers))
        self.classes.set_classes(manifest.class_names)
        self.show_facts()

    def show_facts(self) -> None:
        """Bring the line under the title up to date."""
        run = self._explorer.run
        if run is None:
            return
        manifest, counts = run.manifest, run.manifest.train_counts
        state = {
            "running": "recording",
            "stopped": "stopped early",
            "failed": "broke off",
        }.get(manifest.state, "")
        missing = run.missing_epochs
        facts = [
            f"{manifest.classes} classes",
            f"{sum(counts):,} images" if counts else "",
            f"{len(run.epochs)} epochs",
            state,
            f"{len(missing)} missing" if missing else "",
        ]
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.facts.setToolTip(f"{run.path}\n{manifest.command}\n{manifest.message}".strip())

    def show_series(self) -> None:
        """Show the numbers computed so far."""
        if self._explorer.series is not None:
            self.layers.set_curves(self._explorer.series)

    def show_moment(self) -> None:
        """Show the view as it is now."""
        explorer = self._explorer
        if explorer.series is None:
            return
        self.layers.show_moment(
            explorer.series.fuzziness(explorer.nearest_epoch), explorer.view.layer
        )
        self.classes.show_view(explorer.view)
        shown = explorer.view.shown_classes(explorer.run.manifest.classes)
        self.shadow_row.setVisible(len(shown) > 4)
        self.shadow.setCurrentIndex(self.shadow.findData(explorer.view.shadow.kind))
        self.tour.setChecked(explorer.touring)
        for name, switch in self.switches.items():
            switch.setChecked(getattr(explorer.view, name))


def _heading(text: str, right: str) -> QWidget:
    row = QWidget()
    grid = QGridLayout(row)
    grid.setContentsMargins(0, 0, 8, 0)
    left_label, right_label = QLabel(text), QLabel(right)
    left_label.setProperty("role", "heading")
    right_label.setProperty("role", "caption")
    grid.addWidget(left_label, 0, 0)
    grid.addWidget(right_label, 0, 1, Qt.AlignmentFlag.AlignRight)
    return row
