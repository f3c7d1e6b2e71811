"""What the larger dialogs are built of: captioned fields, faults at the field, paths."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.style.icons import drawn_icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.errors import UserError
from ncviz.in_english import in_english
from ncviz.language import tr
from ncviz.user_folders import path_of


class Fault(QWidget):
    """One sentence with a sign before it: what is wrong with a field; hidden while all is well."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = ""
        self.sign = PlainLabel()
        self.text = PlainLabel(wraps=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(6)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self.hide()

    @property
    def sentence(self) -> str:
        """Return what is said; empty while all is well."""
        return self._sentence

    def say(self, sentence: str) -> None:
        """Show a sentence, or with '' nothing."""
        if sentence:
            theme, scale = current_look()
            side = round(18 * scale)
            drawn = drawn_icon(f"warning-{theme.name}", theme.text)
            self.sign.setPixmap(drawn.pixmap(QSize(side, side)))
        self._sentence = sentence
        self.text.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


def breakable(sentence: str) -> str:
    """Return a sentence whose paths may be broken over lines."""
    return sentence.replace("/", "/\u200b")


class Field(QWidget):
    """A caption, what is filled in below it, and a fault where there is one.

    Parameters
    ----------
    caption : str
        Empty for none.
    part : QWidget
    tip : str, optional
        One sentence.
    """

    def __init__(self, caption: str, part: QWidget, tip: str = "") -> None:
        super().__init__()
        self.part = part
        self.fault = Fault()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._label = PlainLabel(caption, "caption") if caption else None
        if self._label is not None:
            self._label.setBuddy(part)
            if part.focusProxy() is not None:  # else its letter would lead nowhere
                part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            column.addWidget(self._label)
            part.setAccessibleName(caption)
        part.setToolTip(plain_tip(tip))
        column.addWidget(part)
        column.addWidget(self.fault)
        self.numbers = [
            box for box in (part, *part.findChildren(NumberBox)) if isinstance(box, NumberBox)
        ]
        for box in self.numbers:
            box.problem_changed.connect(self.fault.say)

    def set_caption(self, caption: str) -> None:
        """Call what is filled in by another name, where it has one."""
        if self._label is not None:
            self._label.setText(caption)
        self.part.setAccessibleName(caption)


class FieldError(UserError):
    """What is written in a field cannot be."""

    def __init__(self, sentence: str, field: Field) -> None:
        super().__init__(sentence)
        self.field = field


class Fields(QWidget):
    """Fields below one another, some of them in pairs.

    Attributes
    ----------
    blamed : dict
        Words of a sentence in English, and the field that it is about; the first that fits counts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.blamed: dict[str, Field] = {}

    def add(self, *fields: QWidget) -> None:
        """Add a line of fields that share its width."""
        if len(fields) == 1:
            self._column.addWidget(fields[0])
            return
        row = QGridLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(8)
        for number, field in enumerate(fields):
            row.addWidget(field, 0, number, Qt.AlignmentFlag.AlignTop)
            row.setColumnStretch(number, 1)
        self._column.addLayout(row)

    def end(self) -> None:
        """Leave what height is left below the last line."""
        self._column.addStretch(1)

    def check_numbers(self) -> None:
        """Refuse what is written in a field for a number and is none, or not within its range.

        Raises
        ------
        FieldError
        """
        for field in self.findChildren(Field):
            for box in field.numbers:
                if box.problem and box.isVisibleTo(self):
                    raise FieldError(box.problem, field)

    def clear_faults(self) -> None:
        """Say nothing at any field."""
        for field in self.findChildren(Field):
            field.fault.say("")

    def blame(self, sentence: str) -> bool:
        """Say a sentence at the field that it is about; return whether there is one."""
        lowered = in_english(sentence).lower()
        for words, field in self.blamed.items():
            if words in lowered and field.isVisibleTo(self):
                field.fault.say(sentence)
                return True
        return False


class PathField(QWidget):
    """A path that is typed or chosen.

    Parameters
    ----------
    ask : callable
        Given the text so far, shows a file dialog and returns the choice, or ''.
    placeholder : str, optional

    Signals
    -------
    changed(str)
    """

    changed = pyqtSignal(str)

    def __init__(self, ask: Callable[[str], str], placeholder: str = "") -> None:
        super().__init__()
        self._ask = ask
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self.changed)
        self.browse.clicked.connect(self._choose)

    def setAccessibleName(self, name: str | None) -> None:
        """Name the field for those who hear the screen."""
        self.line.setAccessibleName(name)
        self.browse.setAccessibleName(tr("Choose: {name}", name=name))

    @property
    def text(self) -> str:
        """Return what is written, without spaces around it."""
        return self.line.text().strip()

    @property
    def path(self) -> Path:
        """Return it as a path."""
        return path_of(self.text)

    def set_text(self, text: str) -> None:
        """Write a path."""
        self.line.setText(text)

    def _choose(self) -> None:
        found = self._ask(self.text)
        if found:
            self.line.setText(found)


def ask_for_folder(parent: QWidget, title: str) -> Callable[[str], str]:
    """Return what asks for a folder that exists."""
    return lambda text: QFileDialog.getExistingDirectory(parent, title, text)


def ask_for_file(parent: QWidget, title: str, kinds: str) -> Callable[[str], str]:
    """Return what asks for a file that exists."""
    return lambda text: QFileDialog.getOpenFileName(parent, title, text, kinds)[0]


def choice(words: Mapping[Any, str]) -> QComboBox:
    """Return a list of values with their words."""
    box = Choice()
    for value, word in words.items():
        box.addItem(word, value)
    # Else the longest word decides how wide the whole dialog is.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box


def choose(box: QComboBox, value: object) -> None:
    """Choose a value of a list, if it has it."""
    number = box.findData(value)
    if number >= 0:
        box.setCurrentIndex(number)


def offer(box: QComboBox, words: Mapping[Any, str], tips: Mapping[Any, str]) -> None:
    """Let a list have these values, and tell nobody; what was chosen stays where it is one."""
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    for number, (value, word) in enumerate(words.items()):
        box.addItem(word, value)
        box.setItemData(number, plain_tip(tips.get(value, "")), Qt.ItemDataRole.ToolTipRole)
    choose(box, before)
    box.blockSignals(False)


def caption(text: str = "") -> QLabel:
    """Return small quiet words that may take several lines."""
    label = PlainLabel(text, "caption", wraps=True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def scrolled_page(page: QWidget) -> QScrollArea:
    """Let a page scroll where large text leaves it too little height."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    for widget in (area.viewport(), page):
        certain(widget).setAutoFillBackground(False)
    return area
