"""Preferences: what suits this user, applied at once."""

import os
from functools import partial
from pathlib import Path
from typing import cast

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.settings.settings import Settings, runs_path
from ncviz.desktop.style.system_look import system_theme
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.declared_parts import part_of
from ncviz.desktop.widgets.devices import DeviceChoice, Devices
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.desktop.widgets.slider import Slider
from ncviz.desktop.widgets.switches import show_turned, when_turned
from ncviz.language import tr
from ncviz.parameters import declared
from ncviz.scenes.palette import PALETTES
from ncviz.user_folders import expanded

STEPS = 20  # of the slider to a text scale of 1
SMALLEST, LARGEST = 1.0, 1.75
REST_MILLISECONDS = 180  # the whole window is dressed anew for each text size
SWATCHES = 7
_SWITCHES = ("shapes", "recorded_only", "formulas", "restore_session")
_SEGMENTS = ("contrast", "motion", "frame_limit")


class Preferences(Dialog):
    """Changes settings while one watches.

    Parameters
    ----------
    window : QWidget
    settings : Settings
        Changed in place, before `changed` is emitted.
    devices : Devices

    Signals
    -------
    changed(str, object)
        The name of a setting and its new value.
    """

    changed = pyqtSignal(str, object)

    def __init__(self, window: QWidget, settings: Settings, devices: Devices) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Preferences"))
        self.setModal(False)
        self._settings = settings
        self.theme = SegmentedButtons(
            {"light": tr("Light"), "dark": tr("Dark"), "system": tr("As the system")},
            {"system": tr("Light or dark, as the other windows of this computer are.")},
        )
        known = declared(Settings)
        self.contrast, self.motion, self.frame_limit = (
            cast(SegmentedButtons, part_of(known[name], segments=True).widget) for name in _SEGMENTS
        )
        self.text_size = Slider()
        self.text_size.setAccessibleName(known["text_scale"].label)
        self.text_size.setRange(round(SMALLEST * STEPS), round(LARGEST * STEPS))
        self.text_size.setPageStep(5)
        self.text_size.means(
            lambda percent: f"{percent:.0f} %",
            lambda place: 100 * place / STEPS,
            lambda percent: round(percent * STEPS / 100),
        )
        self.text_size.setToolTip(plain_tip(known["text_scale"].parameter.tip))
        self.percent = PlainLabel()
        self.palette_box = Choice()
        self.palette_box.setToolTip(plain_tip(known["palette"].parameter.tip))
        # Not that of a menu, whose marked row is as blue as some of the hues.
        self.palette_box.setItemDelegate(QStyledItemDelegate(self.palette_box))
        for name, text in known["palette"].choices.items():
            self.palette_box.addItem(text, name)
        self.language = Choice()
        self.language.setToolTip(plain_tip(known["language"].parameter.tip))
        for code, text in known["language"].choices.items():
            self.language.addItem(text, code)
        self.threads = cast(NumberBox, part_of(known["threads"]).widget)
        self.threads.setRange(0, max(1, os.cpu_count() or 1))
        self.threads.setToolTip(plain_tip(known["threads"].parameter.tip))
        self._devices = devices
        self.device = DeviceChoice(devices)
        self.switches = {
            name: cast(QAbstractButton, part_of(known[name]).widget) for name in _SWITCHES
        }
        self.folder = PlainLabel(role="sentence")
        self.choose_folder = QPushButton(tr("Choose…"))
        self.choose_folder.setToolTip(tr("Keep the runs that are trained from now on elsewhere."))
        self.default_folder = QPushButton(tr("Use the default"))
        self.default_folder.setToolTip(tr("Keep them in ncviz's own folder again."))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._lay_out()
        self.show_settings()
        self._connect()

    def _connect(self) -> None:
        self.theme.chosen.connect(self._choose_theme)
        for name in _SEGMENTS:
            part = getattr(self, name)
            part.chosen.connect(lambda value, name=name: self._keep(name, value))
        self.text_size.valueChanged.connect(self._slide)
        self._rest.timeout.connect(self._keep_text_size)
        self.palette_box.activated.connect(
            lambda _number: self._keep("palette", self.palette_box.currentData())
        )
        self.language.activated.connect(
            lambda _number: self._keep("language", self.language.currentData())
        )
        self.threads.valueChanged.connect(lambda value: self._keep("threads", value))
        for name, switch in self.switches.items():
            when_turned(switch, partial(self._keep, name))
        self.choose_folder.clicked.connect(self._ask_folder)
        self.default_folder.clicked.connect(lambda: self._keep_folder(""))

    # What is on the page

    def _lay_out(self) -> None:
        known = declared(Settings)
        page = QWidget()
        page.setObjectName("page")
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(24, 16, 24, 16)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        size = QHBoxLayout()
        size.setSpacing(16)
        size.addWidget(self.text_size, 1)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        size.addWidget(self.percent)
        size.addWidget(PlainLabel(known["language"].label))
        size.addWidget(self.language)
        self.language.setAccessibleName(known["language"].label)
        self._heading(tr("Look"))
        self._row(known["theme"].label, self.theme)
        self._row(known["contrast"].label, self.contrast)
        self._row(known["text_scale"].label, size)
        self._row(known["motion"].label, self.motion)
        self._heading(tr("Picture"))
        self._row(known["palette"].label, self.palette_box)
        shown = QHBoxLayout()
        shown.setSpacing(16)
        for name in ("shapes", "recorded_only", "formulas"):
            shown.addWidget(self.switches[name])
        shown.addStretch(1)
        self._row("", shown)
        self._row(known["frame_limit"].label, self.frame_limit)
        self._heading(tr("Training and files"))
        training = QHBoxLayout()
        training.setSpacing(8)
        training.addWidget(self.device, 3)
        training.addWidget(self.threads, 2)
        self.device.setAccessibleName(known["device"].label)
        self.threads.setAccessibleName(known["threads"].label)
        self._row(tr("Device and threads for training"), training)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.choose_folder)
        folder.addWidget(self.default_folder)
        self._row(known["runs_folder"].label, folder)
        self._row("", self.switches["restore_session"])
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        # Scrolls only where large text meets a low screen.
        self.scroller = QScrollArea()
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have the focus
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.scroller, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        hint = PlainLabel(
            tr("Changes apply at once."),
            "caption",
        )
        self.close_button = QPushButton(tr("Close"))
        self.close_button.clicked.connect(self.close)
        self.close_button.setAutoDefault(False)
        for button in (self.choose_folder, self.default_folder):
            button.setAutoDefault(False)
        foot.addWidget(hint, 1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    def _heading(self, text: str) -> None:
        label = PlainLabel(text, "title")
        line = self._grid.rowCount()
        label.setContentsMargins(0, 12 if line > 1 else 0, 0, 0)
        self._grid.addWidget(label, line, 0, 1, 2)

    def _row(self, text: str, part: QWidget | QHBoxLayout) -> None:
        line = self._grid.rowCount()
        if text:
            label = PlainLabel(text)
            self._grid.addWidget(label, line, 0)
            first = certain(part if isinstance(part, QWidget) else certain(part.itemAt(0)).widget())
            if first.focusPolicy() != Qt.FocusPolicy.NoFocus:
                label.setBuddy(first)
            if isinstance(part, QWidget):
                part.setAccessibleName(text)
        if isinstance(part, QWidget):
            self._grid.addWidget(part, line, 1)
        else:
            self._grid.addLayout(part, line, 1)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._devices.look()
        self.show_settings()
        self._fit()

    def _fit(self) -> None:
        """Make the dialog as large as its contents, if the screen is."""
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("175 %"))
        self.palette_box.setIconSize(QSize(SWATCHES * 12, 12))
        screen = certain(self.screen() or QGuiApplication.primaryScreen())
        room = screen.availableGeometry().size()
        page = certain(self.scroller.widget())
        certain(page.layout()).activate()
        wanted = page.sizeHint().expandedTo(page.minimumSizeHint())
        foot = certain(certain(self.layout()).itemAt(1)).sizeHint().height()
        bar = 12  # for a scroll bar, if it comes
        width = max(wanted.width() + bar, self.fontMetrics().averageCharWidth() * 72)
        height = wanted.height() + foot + 2
        self.resize(min(width, room.width() - 16), min(height, room.height() - 48))
        self.stay_on_screen()

    def show_settings(self) -> None:
        """Show what is set now; call it when something was changed elsewhere."""
        settings = self._settings
        self.theme.set_value("system" if settings.system_theme else settings.theme)
        self.contrast.set_value(settings.contrast)
        self.motion.set_value(settings.motion)
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))
        if not self._rest.isActive():
            self.text_size.show_value(round(settings.text_scale * STEPS))
        self._show_percent()
        for number in range(self.palette_box.count()):
            self.palette_box.setItemIcon(number, _swatches(self.palette_box.itemData(number)))
        self.palette_box.setCurrentIndex(max(0, self.palette_box.findData(settings.palette)))
        self.frame_limit.set_value(settings.frame_limit)
        self.threads.blockSignals(True)
        self.threads.setValue(settings.threads)
        self.threads.blockSignals(False)
        for name, switch in self.switches.items():
            show_turned(switch, getattr(settings, name))
        self._show_folder()

    def _show_percent(self) -> None:
        self.percent.setText(f"{round(100 * self.text_size.value() / STEPS)} %")

    def _show_folder(self) -> None:
        path = str(runs_path(self._settings))
        home = str(expanded(Path("~")))
        short = f"~{path[len(home) :]}" if path.startswith(home + os.sep) else path
        metrics = self.folder.fontMetrics()
        widest = metrics.averageCharWidth() * 36
        self.folder.setText(metrics.elidedText(short, Qt.TextElideMode.ElideMiddle, widest))
        self.folder.setToolTip(plain_tip(path))
        self.default_folder.setEnabled(bool(self._settings.runs_folder))

    # Changes

    def _keep(self, name: str, value: object) -> None:
        if getattr(self._settings, name) != value:
            self._settings.set(name, value)
            self.changed.emit(name, value)

    def _choose_theme(self, choice: str) -> None:
        self._keep("system_theme", choice == "system")
        self._keep("theme", system_theme() if choice == "system" else choice)

    def _slide(self) -> None:
        self._show_percent()
        self._rest.start()

    def _keep_text_size(self) -> None:
        if self.text_size.isSliderDown():
            # The window would grow under the pointer: wait until it is let go.
            self._rest.start()
            return
        self._keep("text_scale", self.text_size.value() / STEPS)
        if self.isVisible():
            self._fit()
            self._show_folder()

    def _ask_folder(self) -> None:
        start = str(runs_path(self._settings))
        folder = QFileDialog.getExistingDirectory(self, tr("Keep trained runs in"), start)
        if folder:
            self._keep_folder(folder)

    def _keep_folder(self, folder: str) -> None:
        self._keep("runs_folder", folder)
        self._show_folder()


def _swatches(name: str) -> QIcon:
    """Return the first hues of a palette side by side."""
    side = 24
    pixmap = QPixmap(SWATCHES * side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    hues = PALETTES[name][current_look().theme.name]
    for number, hue in enumerate(hues[:SWATCHES]):
        painter.setBrush(QColor(hue))
        painter.drawEllipse(number * side + 2, 2, side - 4, side - 4)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else the marked row is tinted
    return icon
