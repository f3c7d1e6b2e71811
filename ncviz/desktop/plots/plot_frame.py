"""What every plot has around it: heading, numbers, legend and tools."""

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QResizeEvent,
)
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ncviz.charts.numbers import Measure
from ncviz.charts.rich_text import plain
from ncviz.desktop.certain import certain, the_application
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.plots.tool_strip import ToolStrip
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets import announcing
from ncviz.desktop.widgets.formula_card import show_formula
from ncviz.desktop.widgets.group import Group
from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.long_names import LongLabel
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.spoken_picture import SpokenPicture
from ncviz.desktop.widgets.still_words import StillWords
from ncviz.desktop.widgets.teaching import teach
from ncviz.desktop.widgets.words_at import link_at
from ncviz.explorer.answers import Answer, Light
from ncviz.language import tr
from ncviz.scenes.palette import Theme

if TYPE_CHECKING:
    from ncviz.explorer.explorer import Explorer


# Absolute: headings whose arrow follows the words are laid out from right to left.
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute


LEAST_WIDTH = 240  # pixels of a column, before it has its own
READABLE = 5  # lines of text, that a picture is high at least where others can be scrolled to
LARGE = 1.2  # text, from which on words and their numbers may be parted
_DIGIT = re.compile("[0-9]")
_even_digits: dict[str, bool] = {}  # whether those of a font are of one width
_TIED = re.compile("(?<![ ;])&nbsp;(?![ &])")  # not the gap between two of them


class PlotFrame(Group):
    """A picture with a heading, a line of numbers and tools, in the style of the house.

    Parameters
    ----------
    heading : str
        Rich text.
    tip : str
        Formula and source in a sentence, shown on hover.
    body : QWidget
        The picture itself.
    formulas : tuple of str
        Keys of `ncviz.formulas.FORMULAS`.

    Signals
    -------
    copied(str)
        What was put on the clipboard.
    """

    copied = pyqtSignal(str)

    needs: tuple[Measure, ...] = ()  # that it shows

    def __init__(
        self, heading: str, tip: str, body: QWidget, formulas: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.formulas = formulas
        self.card: QWidget | None = None
        self._body = body
        self._laid_out: object = None  # words of which shape, in which width
        self._parted = False
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.RichText)
        self.entitle(heading)
        self.heading.setProperty("role", "heading")
        self.heading.setWordWrap(True)
        self.heading.setToolTip(plain_tip(tip))
        self.samples = ""  # whose numbers are shown, where not those of the training
        self.gist = ""
        self.whose = LongLabel(role="caption")  # one of these, beside the heading
        self.whose.hide()
        self.run_names = LongLabel(role="caption"), LongLabel(role="caption")  # of a comparison
        self._both = QWidget()
        both = QHBoxLayout(self._both)
        both.setContentsMargins(0, 0, 0, 0)
        for side in self.run_names:
            both.addWidget(side, 1)
        self._both.hide()
        self.numbers = LinkedLabel()
        teach(self.numbers, lambda point: self.answer_of(link_at(self.numbers, point)))
        for words in (self.heading, self.whose):
            teach(words, lambda _point: self.answer_of_all())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self.heading)
        self._head.addWidget(self.whose, 1)
        column.addLayout(self._head)
        column.addWidget(self._both)
        # The width in which they have grown, and to what; their least and greatest height before.
        self._grown: tuple[int, int, int, int] | None = None
        self.numbers_room = StillWords(self.numbers)
        # Later: a layout that is placing things forgets what asks it for more room meanwhile.
        grow = one_shot(self, self._keep_whole)
        self.numbers_room.placed.connect(lambda: grow.start(0))
        column.addWidget(self.numbers_room)
        column.addWidget(body, 1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._spoken = SpokenPicture(body, self, self)
        self.strip = ToolStrip(self)
        if formulas:
            self.add_tool(
                "formula", "ƒ", tr("Show the formula and its source."), self.show_formulas
            )
        the_application().focusChanged.connect(self._focus_moved)

    def entitle(self, heading: str) -> None:
        """Write another heading, in rich text; it is what the plot is called, too."""
        self.heading.setText(heading)
        self.setAccessibleName(plain(heading))

    def set_heading(self, heading: QWidget) -> None:
        """Let another widget stand where the heading is."""
        self.heading.hide()
        self._head.insertWidget(0, heading, 0, LEFT)

    def say_whose(self, samples: str) -> None:
        """Say beside the heading whose numbers are shown; of the training what they tell."""
        self.samples = samples
        self.whose.setText(samples or self.gist)
        self.whose.setVisible(bool(samples or self.gist))

    # Lines of the run on the left, and of the one on the right where it is laid over.
    run_signs = ("—", "┈")

    def say_sides(self, names: tuple[str, str] | None) -> None:
        """Say which run is which while two are compared.

        Parameters
        ----------
        names : tuple of 2 str, or None
            Of the left and of the right one; None where one run is alone.
        """
        words = ("", "")
        if names is not None:
            left, right = self.run_signs
            first = tr("{name} (left)", name=names[0])
            second = tr("{name} (right)", name=names[1])
            words = f"{left} {first}".lstrip(), f"{right} {second}" if right else ""
        for side, word in zip(self.run_names, words, strict=True):
            side.setText(word)
            side.setVisible(bool(word))
        self._both.setVisible(any(words))

    def add_tool(self, name: str, text: str, tip: str, act: Callable[[], object]) -> None:
        """Add a word to the strip of tools."""
        self.strip.add(name, text, tip, act)

    def show_formulas(self) -> None:
        """Open the card with the formulas of what is shown."""
        self.card = show_formula(self, self.formulas)

    def table(self) -> str:
        """Return the data as tab-separated text with a header."""
        return ""

    def copy_data(self) -> None:
        """Put the data on the clipboard."""
        text = self.table()
        certain(QApplication.clipboard()).setText(text)
        self.copied.emit(text)

    def told(self) -> str:
        """Return in words what keys point at in the plot; empty for nothing."""
        return ""

    def picture(self) -> QImage:
        """Return the plot as it is seen, without its tools."""
        seen = self.strip.isVisible()
        self.strip.hide()
        image = self.grab().toImage()
        self.strip.setVisible(seen)
        return image

    @property
    def theme(self) -> Theme:
        """Return the colours in use."""
        return current_look().theme

    def follow_look(self) -> None:
        """Take other letters and colours; each plot does it at the end of its making, too."""
        self.numbers.setMinimumHeight(0)  # what larger type needed
        self._grown = None
        self._laid_out = None
        self._place_strip()

    def keep_readable(self) -> None:
        """Let the picture be no lower than can be read: what has no room then scrolls."""
        self._body.setMinimumHeight(READABLE * self.fontMetrics().height())

    def say(self, text: str) -> None:
        """Show numbers; laying out the same words again would cost time.

        In large type a word and its number may stand in two lines: tied, they would be wider
        than the column and push the plot out of it.
        """
        numbers = self.numbers
        shape = self._shape(text), numbers.width(), numbers.font().key(), self.isVisible()
        same, self._laid_out = shape == self._laid_out, shape
        if not same:
            self._parted = current_look().text_scale > LARGE or self._too_wide(text)
        numbers.setText(_TIED.sub(" ", text) if self._parted else text)
        if not same:
            self._keep_whole()

    def _shape(self, text: str) -> str:
        """Return words that need the same room: other digits, where these are of one width."""
        font = self.numbers.font()
        if font.key() not in _even_digits:
            advance = self.numbers.fontMetrics().horizontalAdvance
            _even_digits[font.key()] = len(set(map(advance, "0123456789"))) == 1
        return _DIGIT.sub("0", text) if _even_digits[font.key()] else text

    def _too_wide(self, text: str) -> bool:
        """Tell whether words that are tied have no room in a line, such as a split's long title."""
        bare = html.unescape(re.sub(r"<[^>]*>", "", text))
        widths = map(self.numbers.fontMetrics().horizontalAdvance, bare.split(" "))
        return max(widths) > max(self.numbers.width(), LEAST_WIDTH)

    def _keep_whole(self) -> None:
        """Let no number be cut off: where larger type wraps, the room grows.

        It shrinks again only in another width: plots stand still while numbers change.
        """
        numbers, width = self.numbers, self.numbers.width()
        if not self.isVisible():
            return
        least, most = numbers.minimumHeight(), numbers.maximumHeight()
        if self._grown is not None and self._grown[:2] != (width, least):
            if self._grown[1] == least:  # it was for a width that passed by
                least, most = self._grown[2:]
            self._grown = None
        needed = numbers.heightForWidth(width)
        if needed > least:
            before = (least, most) if self._grown is None else self._grown[2:]
            self._grown = (width, needed, *before)
            least, most = needed, max(needed, most)
        numbers.setMaximumHeight(most)
        numbers.setMinimumHeight(least)

    # What is said of all of it

    def describe(self) -> None:
        """Bring up to date what screen readers say of the plot."""
        whose = tr("Of the {samples}. ", samples=self.samples) if self.samples else ""
        whose += "".join(f"{side.text()}. " for side in self.run_names if side.text())
        self._spoken.describe(plain(self.heading.text()), whose + self.in_words())
        announcing.say_now(self.numbers, plain(self.numbers.text()))

    def in_words(self) -> str:
        """Return what is seen, in sentences."""
        return plain(self.numbers.text())

    # What is said of what one points at

    def answer_of(self, key: str) -> Answer | None:
        """Return what is said of a word in the line of numbers, by its link."""
        return None

    def answer_of_all(self) -> Answer:
        """Return what is said of the plot."""
        return Answer(plain(self.heading.text()), meaning=self.heading.toolTip())

    # What PlotColumn calls; each plot takes what it shows, of an `Explorer` or of a model's desk.

    def follow_run(self, explorer: Any) -> None:
        """Show another run."""

    def follow_series(self, explorer: Any) -> None:
        """Show more numbers of it."""

    def follow_moment(self, explorer: Any) -> None:
        """Show another epoch, layer or choice of classes."""

    def follow_other(self, explorer: "Explorer | None") -> None:
        """Lay another run over it, or none."""

    def light(self, light: Light) -> None:
        """Let what shows the pointed-at stand out; `NO_LIGHT` ends it."""

    def point_at(self, classes: tuple[int, ...]) -> None:
        """Let classes stand out that are pointed at elsewhere; none ends it."""

    # When the tools are seen

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._show_strip(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._show_strip(self._has_focus())
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place_strip()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        held = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        if not event.modifiers() & ~held and self.press(event.key()):
            event.accept()
            return
        super().keyPressEvent(event)

    def press(self, key: int) -> bool:
        """Do what a key asks for while the plot has the focus; return whether that is anything."""
        return False

    def rest(self) -> None:
        """End what keys point at: the focus goes on."""

    def let_go(self) -> None:
        """End what keys point at, and what they keep."""
        self.rest()

    def announce(self, words: str, *, at_rest: bool = False) -> None:
        """Say what keys point at to programs that read the screen aloud.

        Parameters
        ----------
        words : str
        at_rest : bool
            Once they change no more: time has changed them.
        """
        say = announcing.announce_at_rest if at_rest else announcing.announce
        say(self, words, plain(self.heading.text()))

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        if event is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.rest()
            self.announce("")

    def _focus_moved(self, _before: QWidget | None, _now: QWidget | None) -> None:
        shown = self._has_focus()
        if shown or self.strip.isVisible():
            self._show_strip(shown or self.underMouse())

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is self or (focus is not None and self.isAncestorOf(focus))

    def _show_strip(self, on: bool) -> None:
        if on:
            self._place_strip()
        self.strip.setVisible(on and bool(self.strip.buttons))

    def _place_strip(self) -> None:
        self.strip.ensurePolished()
        self.strip.stand_in(self.width(), 0)
