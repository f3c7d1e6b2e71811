"""Ctrl+C copies what has the focus: a picture, numbers, or a sentence."""

from collections.abc import Callable

from PyQt6.QtCore import QMimeData, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.rooms.furnished_window import FurnishedWindow
from ncviz.desktop.scene.caption import Caption
from ncviz.desktop.widgets.words_at import document_of
from ncviz.language import tr
from ncviz.wording import cell


class Copying:
    """Puts what has the focus on the clipboard, and says what that is.

    Parameters
    ----------
    window : FurnishedWindow
    copy_picture : callable
        Copies the scene, where nothing has the focus.
    """

    def __init__(self, window: FurnishedWindow, copy_picture: Callable[[], None]) -> None:
        self._window = window
        self._copy_picture = copy_picture

    def copy(self) -> None:
        """Copy what has the focus; a control without anything to copy leaves it to the scene."""
        window, widget = self._window, QApplication.focusWidget()
        if window.scene_keys.points and widget is window.canvas.native:
            self._put(window.frame.card.words(), tr("What the card says"))
            return
        while widget is not None and widget is not window:
            if self._copy(widget):
                return
            widget = widget.parentWidget()
        if window.frame.has_scene and window.current.page is None:
            self._copy_picture()
        else:
            window.note.say(tr("There is nothing here to copy."))

    def _copy(self, widget: QWidget) -> bool:
        """Copy a widget, if there is anything of it to copy."""
        if isinstance(widget, PlotFrame):
            told, table = widget.told(), widget.table()
            if told:
                self._put(told, tr("What is pointed at"))
            elif table.count("\n") > 1:
                self._put(table, tr("The plot, as numbers and as a picture,"), picture_of=widget)
            return bool(told) or table.count("\n") > 1
        if isinstance(widget, QLabel):
            # All of a caption, also what its place is too small for.
            whole = isinstance(widget, Caption)
            text = widget.text() if whole else document_of(widget).toPlainText()
            self._put(text, tr("The sentence"))
            return bool(text)
        as_table = getattr(widget, "table_text", None)
        rows: str = _items_of(widget) if as_table is None else as_table()
        if rows:
            self._put(rows, tr("The table"))
        return bool(rows)

    def _put(self, text: str, what: str, picture_of: PlotFrame | None = None) -> None:
        data = QMimeData()
        data.setText(text)
        if picture_of is not None:
            data.setImageData(picture_of.picture())
        certain(QGuiApplication.clipboard()).setMimeData(data)
        self._window.note.say(tr("{what} is on the clipboard.", what=what))


def _items_of(widget: QWidget) -> str:
    """Return the rows of a list or a table that are selected, or all; one line each."""
    if not isinstance(widget, QAbstractItemView) or widget.model() is None:
        return ""
    model = certain(widget.model())
    chosen = {index.row() for index in widget.selectedIndexes()}
    lines = []
    for row in sorted(chosen) or range(model.rowCount()):
        cells = (model.index(row, column).data() for column in range(model.columnCount()))
        lines.append("\t".join("" if text is None else cell(str(text)) for text in cells))
    head = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    if model.columnCount() > 1 and all(isinstance(text, str) and text for text in head):
        lines.insert(0, "\t".join(cell(text) for text in head))
    return "".join(f"{line}\n" for line in lines)
