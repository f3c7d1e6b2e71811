"""A field for one number: both decimal marks are understood, and nothing is cut silently."""

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PyQt6.QtWidgets import QAbstractSpinBox, QToolTip

from ncviz.desktop.certain import certain
from ncviz.desktop.style.dressing import polish_anew
from ncviz.desktop.widgets.spoken_number import SpokenNumber
from ncviz.language import tr
from ncviz.wording import read_number, written_number


class NumberBox(SpokenNumber):
    """Holds a number within a range; what is typed and does not fit stays, and is said.

    Qt's own boxes read numbers by the system's locale, where a point may separate
    thousands, and drop the digits that leave the range.

    Parameters
    ----------
    low, high : float, optional
        The range.
    value : float, optional
        At first; by default the lowest.
    whole : bool, optional
        Whole numbers only, as ints.

    Signals
    -------
    valueChanged(object)
        An int or a float.
    problem_changed(str)
        What is wrong with what is written, as soon as typing more cannot mend it;
        '' when it is well again.
    """

    valueChanged = pyqtSignal(object)  # noqa: N815 - named as Qt's boxes name it
    problem_changed = pyqtSignal(str)

    def __init__(
        self, low: float = 0, high: float = 99, value: float | None = None, *, whole: bool = True
    ) -> None:
        super().__init__()
        self._whole = whole
        self._low, self._high = low, high
        self._step: float = 1
        self._suffix = self._special = self._said = ""
        self._value: float = low
        self.problem = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        # Not `textEdited`: what a screen reader writes is not edited.
        certain(self.lineEdit()).textChanged.connect(self._edited)
        self.editingFinished.connect(self._finished)
        self.setValue(low if value is None else value)

    # The number

    def value(self) -> int | float:
        """Return the number, or the last good one while what is written does not fit."""
        return int(self._value) if self._whole else self._value

    def setValue(self, value: float) -> None:
        """Show a number, or the end of the range that is nearest to it."""
        self._take(min(max(value, self._low), self._high))
        self._write()
        self._say("", "")

    def minimum(self) -> float:
        """Return the smallest number there may be."""
        return self._low

    def maximum(self) -> float:
        """Return the largest number there may be."""
        return self._high

    def setRange(self, low: float, high: float) -> None:
        """Allow the numbers from `low` to `high`."""
        self._low, self._high = low, high
        self.setValue(self._value)

    def setSingleStep(self, step: float) -> None:
        """Change by so much with the arrow keys and the wheel."""
        self._step = step

    def setSuffix(self, suffix: str) -> None:
        """Write a unit behind the number."""
        self._suffix = suffix
        self._write()

    def setSpecialValueText(self, text: str | None) -> None:
        """Write these words in place of the smallest number."""
        self._special = text or ""
        self._write()

    def _take(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.tell(value, self._low, self._high)
            self.valueChanged.emit(self.value())

    def _write(self) -> None:
        special = self._special and self._value == self._low
        text = self._special if special else written_number(self._value) + self._suffix
        if certain(self.lineEdit()).text() != text:
            certain(self.lineEdit()).blockSignals(True)
            certain(self.lineEdit()).setText(text)
            certain(self.lineEdit()).blockSignals(False)
        self.tell(self._value, self._low, self._high)

    def told(self, value: float) -> None:
        self.setValue(round(value) if self._whole else value)

    # What is typed

    def _edited(self, text: str) -> None:
        problem, hopeless = self._read(text)
        self._say(problem, problem if hopeless else "")

    def _read(self, text: str) -> tuple[str, bool]:
        """Take up what is written; return what is wrong, and whether more digits cannot mend it."""
        # A digit may have been typed behind the words for the smallest number.
        bare = text.strip().removeprefix(self._special).removesuffix(self._suffix)
        if self._special and not bare.strip():
            bare = written_number(self._low)
        if not bare.strip():
            return tr("Nothing is written: write a number {range}.", range=self._range()), False
        try:
            number = read_number(bare, whole=self._whole)
        except ValueError as error:
            return str(error), False
        if not self._low <= number <= self._high:
            there = tr("above") if number > self._high else tr("below")
            end = self._high if number > self._high else self._low
            ways_off = abs(number) > max(abs(self._low), abs(self._high))
            what = tr(
                "{bare} is {there} {end}", bare=bare.strip(), there=there, end=written_number(end)
            )
            return tr("{what}: choose a number {range}.", what=what, range=self._range()), ways_off
        self._take(number)
        return "", False

    def _range(self) -> str:
        return tr(
            "from {low} to {high}", low=written_number(self._low), high=written_number(self._high)
        )

    def _finished(self) -> None:
        problem, _ = self._read(certain(self.lineEdit()).text())
        if not problem:
            self._write()
        self._say(problem, problem)

    def interpretText(self) -> None:
        """Take up what is written, as leaving the field does."""
        self._finished()

    def holds(self) -> bool:
        """Return whether what is written can be; if not, say so once more, with the focus there."""
        self._finished()
        if self.problem:
            self.setFocus()  # first: a bubble ends where the focus goes
            self._said = ""
            self._say(self.problem, self.problem)
        return not self.problem

    def _say(self, problem: str, aloud: str) -> None:
        self.problem = problem
        if aloud == self._said:
            return
        self._said = aloud
        self.setProperty("wrong", bool(aloud))
        polish_anew(self)
        if self.receivers(self.problem_changed):
            self.problem_changed.emit(aloud)
        elif aloud and self.isVisible():
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), aloud, self)

    # What Qt asks

    def validate(self, text: str | None, position: int) -> tuple[QValidator.State, str, int]:
        # Whatever is typed may stand there: it is judged, never dropped.
        return QValidator.State.Acceptable, text or "", position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value > self._low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self._value < self._high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return flags

    def stepBy(self, steps: int) -> None:
        self.setValue(self._value + steps * self._step)
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if self._special and self._value == self._low:
            self.selectAll()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        # Who scrolls past a field does not mean to change it.
        assert event is not None
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
