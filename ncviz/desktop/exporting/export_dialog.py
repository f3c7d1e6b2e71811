"""Figures, films, tables and pages: what, how, where to, and how it goes."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.exporting.destination import Destination
from ncviz.desktop.exporting.figure_page import FigurePage
from ncviz.desktop.exporting.film_page import FilmPage
from ncviz.desktop.exporting.page import ExportPage
from ncviz.desktop.exporting.preview import Preview
from ncviz.desktop.exporting.table_page import TablePage, table_text
from ncviz.desktop.exporting.web_page_form import WebPageForm
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.form_parts import FieldError, caption, scrolled_page
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.desktop.widgets.slider import Slider
from ncviz.errors import UserError
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.runner import Runner
from ncviz.jobs.worker import call
from ncviz.language import tr
from ncviz.wording import duration, lower_first, saved_files, upper_first

FIGURE, FILM, TABLE, PAGE = "figure", "film", "table", "page"
REST_MILLISECONDS = 250  # after the last change, before a preview is drawn
FORM_WIDTH = 360
STEPS = 1000  # of the slider over a film
PREVIEW_LINES = 40
NO_COMMAND = tr("No command composes what you see here: save it with the button beside.")
NOTHING = tr("There is no preview until the field with the sign is set right.")


class ExportDialog(Dialog):
    """Stands beside the window, which stays usable.

    Parameters
    ----------
    window : QWidget
    see : callable
        Returns what the window shows now.
    work : Background
        Of an `Exporter`.

    Signals
    -------
    told(str)
        A sentence about the end of an export, for the window.
    busy(str)
        How far it is in a few words; '' at the end.
    """

    told = pyqtSignal(str)
    busy = pyqtSignal(str)

    def __init__(self, window: QWidget, see: Callable[[], Seen], work: Background) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Export"))
        self.setModal(False)
        self._see, self.work = see, work
        self.figure, self.film, self.table = FigurePage(), FilmPage(), TablePage()
        self.web = WebPageForm()
        pages: tuple[ExportPage, ...] = self.figure, self.film, self.table, self.web
        self.pages = dict(zip((FIGURE, FILM, TABLE, PAGE), pages, strict=True))
        self.kind = SegmentedButtons({name: page.kind for name, page in self.pages.items()})
        self.kind.setAccessibleName(tr("What is exported"))
        self.kind.set_value(FIGURE)
        self.preview = Preview()
        self.moment = Slider()
        self.moment.setRange(0, STEPS)
        self.moment.setValue(STEPS // 2)
        self.moment.means(
            lambda percent: tr("{percent:.0f} % of the film", percent=percent),
            lambda place: 100 * place / STEPS,
            lambda percent: round(percent * STEPS / 100),
        )
        self.moment.setMinimumHeight(20)  # its handle is taller than its groove
        self.moment.setAccessibleName(tr("Moment of the film"))
        self.moment.setToolTip(tr("Which moment of the film the preview shows."))
        self.under = caption()
        self.destination = Destination()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.status = PlainLabel(wraps=True)
        self.close_button, self.cancel = QPushButton(tr("Close")), QPushButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Break it off; nothing is kept."))
        self.copy = QPushButton(tr("Copy the command"))
        self.copy.setToolTip(tr("The same file in a terminal."))
        self.save = QPushButton()
        self.save.setProperty("role", "primary")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._copying = Background(self, lambda: Runner(WorkProcess("copying")))
        self._lay_out()
        self._connect()
        self.show_kind(FIGURE)

    # What is on the page

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        for page in self.pages.values():
            certain(page.layout()).setContentsMargins(0, 0, 12, 0)
            self.stack.addWidget(scrolled_page(page))
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, 1)
        right.addWidget(self.moment)
        right.addWidget(self.under)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(self.stack)
        middle.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.status, 1)
        for button in (self.copy, self.close_button, self.cancel, self.save):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.save.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.kind)
        column.addLayout(middle, 1)
        column.addWidget(self.destination)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        self._show_idle("")

    def _connect(self) -> None:
        self.kind.chosen.connect(self.show_kind)
        for page in self.pages.values():
            page.changed.connect(self._page_changed)
        self.film.keyframes.add_asked.connect(lambda: self.film.keyframes.put(self._see().view))
        self.table.copy_asked.connect(self.copy_table)
        self.moment.valueChanged.connect(lambda _: self._later())
        self._rest.timeout.connect(self.draw_preview)
        self.close_button.clicked.connect(self.close)
        self.cancel.clicked.connect(self._cancel)
        self.copy.clicked.connect(self.copy_command)
        self.save.clicked.connect(self.start)
        work = self.work
        work.answered.connect(self._previewed)
        work.unanswered.connect(self._preview_failed)
        work.told.connect(self._progressed)
        work.done.connect(self._saved)
        work.failed.connect(self._failed)
        work.cancelled.connect(lambda: self._ended(tr("Cancelled; nothing was kept.")))
        self._copying.done.connect(self._copied)
        self._copying.failed.connect(self._show_idle)

    @property
    def page(self) -> ExportPage:
        """Return the page that is seen."""
        return self.pages[str(self.kind.value)]

    def show_kind(self, kind: str) -> None:
        """Turn to figure, film, table or page."""
        self.kind.set_value(kind)
        self.stack.setCurrentIndex(list(self.pages).index(kind))
        self.moment.setVisible(kind == FILM)
        self.save.setText(self.page.verb)
        self.preview.show_words("")
        self.refresh()
        self._page_changed()

    def refresh(self) -> None:
        """Take up what the window shows now."""
        if self.work.is_running:
            return
        self.page.blockSignals(True)
        self.page.set_seen(self._see())
        self.page.blockSignals(False)
        self._show_plan()  # what was said of a file is still true

    def suit_text(self) -> None:
        """Suit the size of the text and of the screen."""
        _theme, scale = current_look()
        width = certain(self.screen() or QGuiApplication.primaryScreen()).availableSize().width()
        self.stack.setFixedWidth(min(round(FORM_WIDTH * scale), round(0.46 * width)))
        self.fit(1000, 680)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin with what is seen now."""
        super().showEvent(event)
        self.work.prepare()
        self.refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Let the background rest, unless it saves something."""
        super().hideEvent(event)
        self._rest.stop()
        if not self.work.is_running:
            self.work.close()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw the preview as large as it now may be."""
        super().resizeEvent(event)
        self._later()

    # The preview

    def _page_changed(self) -> None:
        self.destination.fault.say("")
        if not self.work.is_running:
            self.status.setText("")
        self._show_plan()

    def _show_plan(self) -> None:
        self.destination.show_page(self.page)
        self.page.clear_faults()
        self._show_under()
        self._later()

    def _later(self) -> None:
        if self.isVisible() and not self.work.is_running:
            self.preview.set_stale()
            self._rest.start()

    def draw_preview(self) -> None:
        """Ask for the preview of what is chosen now."""
        if self.work.is_running:
            return
        self.page.seen = self._see()
        try:
            if self.page is self.table:
                self.preview.show_lines(self._table_lines())
                return
            out = self.destination.out()
            plan = self.web.picture(out) if self.page is self.web else self.page.plan(out)
            if self.page is self.figure:  # its preview has fewer pixels: the size is looked at here
                self.figure.size_in_words(self.destination.out())
        except FieldError as error:
            error.field.fault.say(str(error))
            self.preview.show_words(NOTHING)
            return
        except UserError as error:
            self._preview_failed(str(error))
            return
        share = self.moment.value() / STEPS
        self.work.ask(plan, share, self.preview.longest_side)

    def _table_lines(self) -> tuple[str, ...]:
        if self.table.suffix == ".npz":
            return self.table.contents()
        return tuple(self.table.beginning().splitlines()[:PREVIEW_LINES])

    def _previewed(self, pixels: Any) -> None:
        if self.page is not self.table:
            self.preview.show_pixels(pixels)

    def _preview_failed(self, sentence: str) -> None:
        self.preview.show_words(NOTHING if self.page.blame(sentence) else sentence)

    def _show_under(self) -> None:
        """Say in words how large the result will be."""
        try:
            words = self.page.size_in_words(self.destination.out())
        except UserError:
            words = ""  # said at the field when the preview is drawn
        self.under.setText(words)

    # Saving

    def start(self) -> None:
        """Save what is chosen."""
        if self.work.is_running:
            return
        self.page.set_seen(self._see())
        plan = self._asked(self.destination.check)
        if plan is not None:
            self._rest.stop()
            self.work.start(plan)
            self._begin()

    def _asked(self, name: Callable[[], Path]) -> Any:
        """Return what is asked for; None where a field, or the name of the file, says why not."""
        self.page.clear_faults()
        self.destination.fault.say("")
        try:
            plan = self.page.plan(name())
            return replace(plan, with_path=self.destination.with_path.isChecked())
        except FieldError as error:
            error.field.fault.say(str(error))
            error.field.part.setFocus()
        except UserError as error:
            self._failed(str(error))
        return None

    def _begin(self) -> None:
        self._show_work(True)
        self.destination.replaces.hide()
        self.cancel.setEnabled(True)
        self.bar.setRange(0, STEPS)
        self.bar.setValue(0)
        self.preview.stale = False
        self.preview.update()
        measures = self.page is self.table or self.page is self.web
        self.status.setText(tr("Measuring …") if measures else tr("Drawing …"))
        self.busy.emit(tr("exporting a {value!s}", value=lower_first(self.page.kind)))
        self.cancel.setFocus()

    def _show_work(self, works: bool) -> None:
        resting = self.stack, self.kind, self.destination, self.moment, self.copy, self.save
        for part in resting:
            part.setEnabled(not works)
        self.close_button.setText(tr("Hide") if works else tr("Close"))
        self.cancel.setVisible(works)
        self.bar.setVisible(works and self.page in (self.film, self.web))

    def _show_idle(self, words: str) -> None:
        self._show_work(False)
        self.status.setText(words)

    def _progressed(self, progress: Any) -> None:
        share = progress.done / max(progress.total, 1)
        self.bar.setValue(round(STEPS * share))
        left = "" if math.isnan(progress.seconds_left) else duration(progress.seconds_left)
        left = tr(" · {left} left", left=left) if left else ""
        self.status.setText(f"{upper_first(progress.words)}{left}")
        # What is computed before its frames is no share of a film.
        early = progress.doing and self.page is self.film
        far = tr("getting ready") if early else f"{round(100 * share)} %"
        self.busy.emit(f"{lower_first(self.page.kind)} · {far}{left}")
        if progress.frame is not None:
            self.preview.show_pixels(progress.frame)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.status.setText(tr("Cancelling …"))
        self.work.cancel()

    def _saved(self, paths: Any) -> None:
        self._ended(saved_files(*paths))
        self.destination.keep(paths)

    def _failed(self, sentence: str) -> None:
        self._ended("", sentence)
        if not self.page.blame(sentence):
            self.destination.fault.say(sentence)

    def _ended(self, words: str, note: str = "") -> None:
        self._show_idle(words)
        self.busy.emit("")
        if not self.isVisible():
            self.told.emit(words or note)
            self.work.close()
        self._later()

    # Copying

    def copy_table(self) -> None:
        """Put the whole table on the clipboard."""
        plan = self._asked(self.destination.out)
        if plan is not None and not self._copying.is_running:
            self.status.setText(tr("Measuring …"))
            self._copying.start(call, table_text, plan.run, plan.file_format, plan.epochs)

    def _copied(self, text: str) -> None:
        certain(QGuiApplication.clipboard()).setText(text)
        self.status.setText(tr("{words:,} lines are on the clipboard.", words=text.count(chr(10))))

    def copy_command(self) -> None:
        """Put the command that makes the same file on the clipboard."""
        plan = self._asked(self.destination.out)
        if plan is None:
            return
        if command := plan.command():
            certain(QGuiApplication.clipboard()).setText(command)
        self.status.setText(tr("The command is on the clipboard.") if command else NO_COMMAND)

    # The end

    def close_all(self) -> None:
        """End what runs in the background; nothing half-written is left."""
        self._rest.stop()
        self._copying.close()
        self.work.close()
        self._show_idle("")
        self.hide()
