"""The columns at both sides of the scene."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ncviz.desktop.certain import certain

BAR = 8  # pixels of a scroll bar, as the style sheet has it
LEAST_PAGE = QSize(480, 270)


class _Column(QScrollArea):
    """Always keeps the room of its scroll bar: the panel is as wide with it as without.

    A bar that came and went would change the width, with it the height of what
    wraps, and so whether a bar is needed. One with nothing to scroll is not seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what lies in it has the focus
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = certain(self.verticalScrollBar())
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)


class PageLayout(QVBoxLayout):
    """Of the whole page: it scrolls where its least height is not there, not its preferred one."""

    def hasHeightForWidth(self) -> bool:
        return False


class WholePage(QScrollArea):
    """Holds all of the window below its menus: where a screen is too small, the page scrolls.

    Parameters
    ----------
    page : QWidget
        Fills the window, unless it needs more.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(page)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        event.ignore()  # arrows that no control took step through time and layers

    def sizeHint(self) -> QSize:
        return certain(self.widget()).sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least that is of use: a window is never larger than a small screen."""
        return LEAST_PAGE.boundedTo(certain(self.widget()).minimumSizeHint())


class StackedPage(QWidget):
    """A page of a stack, turned to by `turn_to`: while another is seen it needs no height."""

    def heightForWidth(self, width: int) -> int:
        return -1 if self.isHidden() else super().heightForWidth(width)


def turn_to(pages: QStackedWidget, page: QWidget) -> None:
    """Show one page of a stack: no other may make the column higher than that needs."""
    pages.setCurrentWidget(page)
    for number in range(pages.count()):
        other = certain(pages.widget(number))
        kept = QSizePolicy.Policy.Preferred if other is page else QSizePolicy.Policy.Ignored
        other.setSizePolicy(QSizePolicy.Policy.Preferred, kept)
    pages.updateGeometry()


def scrolled(panel: QWidget) -> QScrollArea:
    """Let a panel scroll where large text leaves it too little height."""
    area = _Column()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    for widget in (area.viewport(), panel):
        certain(widget).setAutoFillBackground(False)
    return area


def least_width(column: QWidget) -> int:
    """Return the least width of a scrolled column that cuts no word, in pixels."""
    for pages in column.findChildren(QStackedWidget):
        pages.updateGeometry()  # a page that was hidden tells nobody of a new size of text
    return column.minimumSizeHint().width() + BAR


def stack_in(column: QWidget, *widgets: QWidget) -> None:
    """Stack widgets that share the height of a column."""
    layout = QVBoxLayout(column)
    layout.setContentsMargins(16, 8, 12, 0)
    layout.setSpacing(12)
    for widget in widgets:
        layout.addWidget(widget, 1)
