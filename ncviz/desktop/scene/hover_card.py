"""A quiet card beside the pointer: what is known about what lies under it."""

import math
import re

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.class_glyph import paint_glyph
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.explorer.direction_facts import DirectionFacts
from ncviz.explorer.pointing import SampleFacts, predicted_in_words
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.scenes.palette import DEFAULT_PALETTE, class_color
from ncviz.scenes.scene import SHAPES
from ncviz.wording import three_digits, upper_first

IMAGE = 84  # pixels, about: whole multiples of the image's own
OFFSET = 18  # from the pointer
WORDS, OF_TEXT = 208, 300  # width of the words at a desk; beside a text that was read
SLACK = 4  # pixels that a label takes beside its words
LONGEST_RUN = 24  # letters without a space, behind which a line may break


class _Glyph(QWidget):
    """The sign of a class."""

    def __init__(self) -> None:
        super().__init__()
        self.color, self.shape = "#808080", 0
        self.setFixedSize(16, 16)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, ground = QPointF(8, 8), current_look().theme.raised
        paint_glyph(painter, middle, 6.5, self.color, self.shape, ground=ground, filled=True)


class HoverCard(QWidget):
    """Shows the facts of a sample, a class mean or a classifier row near the pointer.

    It lets the mouse through.

    Parameters
    ----------
    over : QWidget
        The scene's native widget.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("hover-card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.facts: SampleFacts | DirectionFacts | None = None
        self.image = PlainLabel()
        self._glyph = _Glyph()
        self.title = PlainLabel(role="heading", wraps=True)
        self.text = PlainLabel(role="sentence", wraps=True)
        self.predicted, self.distance = PlainLabel(wraps=True), PlainLabel(wraps=True)
        self.agreement = PlainLabel(wraps=True)
        self.source = PlainLabel(role="caption", wraps=True)
        self._crowd = np.empty((0, 2))
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._glyph)
        head.addWidget(self.title, 1)
        table = QGridLayout()
        table.setHorizontalSpacing(8)
        table.setVerticalSpacing(2)
        self._captions = (
            PlainLabel(role="caption", wraps=True),
            PlainLabel(role="caption", wraps=True),
        )
        values = self.predicted, self.distance
        for row, (caption, value) in enumerate(zip(self._captions, values, strict=True)):
            caption.setWordWrap(False)
            caption.setContentsMargins(0, 2, 0, 0)  # down to the base line of the words beside
            table.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(value, row, 1)
        table.setColumnStretch(1, 1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(head)
        words.addWidget(self.text)
        words.addLayout(table)
        words.addWidget(self.agreement)
        words.addWidget(self.source)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 8, 8, 8)
        line.setSpacing(8)
        line.addWidget(self.image, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    def follow_look(self) -> None:
        """Take the room that the words need in other letters."""
        if self.isVisible():
            self._fit(self.pos())

    def show_facts(
        self,
        facts: SampleFacts | DirectionFacts,
        at: QPoint,
        palette: str = DEFAULT_PALETTE,
        *,
        shapes: bool = False,
        values: bool = True,
    ) -> None:
        """Show what is known about a sample, a class mean or a classifier row.

        Parameters
        ----------
        facts : SampleFacts or DirectionFacts
        at : QPoint
            The pointer, in pixels of the widget below: `SceneCanvas.pointer`.
        palette, shapes : str, bool
            Of the view.
        values : bool
            Whether to say what was measured: how far it is, and what lies nearest.
        """
        self.facts = facts
        self._glyph.color = class_color(facts.labels, current_look().theme, palette)
        self._glyph.shape = facts.label % len(SHAPES) if shapes else 0
        self._glyph.update()
        _write(self.title, facts.class_names[facts.label])
        moment = f"{shortened_layer(facts.layer)} · {facts.moment}"
        if isinstance(facts, SampleFacts):
            captions = tr("Predicted"), tr("To its mean")
            words = predicted_words(facts), distance_words(facts), agreement_words(facts)
            room = tr(
                "Distance in {dimensions} of {width} dimensions",
                dimensions=facts.dimensions,
                width=facts.width,
            )
            more = "".join(f"{upper_first(title)}: {said}\n" for title, said in facts.more)
            whose = tr(" of {samples}", samples=facts.samples) if facts.samples else ""
            source = tr(
                "{more}Sample {row}{whose} · {moment}\n{room}",
                more=more,
                row=facts.row,
                whose=whose,
                moment=moment,
                room=room,
            )
        else:
            captions = tr("Norm"), tr("Nearest")
            words = norm_words(facts), nearest_words(facts), alignment_words(facts)
            what = tr("Class mean") if facts.kind == "means" else tr("Classifier row")
            source = f"{what} · {moment}"
        measured = [self._captions[1], self.distance, self.agreement]
        if not isinstance(facts, SampleFacts):
            measured += [self._captions[0], self.predicted]
        elif not values:
            source = source.rsplit("\n", 1)[0]
        labels = *self._captions, self.predicted, self.distance, self.agreement, self.source
        for label, text in zip(labels, (*captions, *words, source), strict=True):
            _write(label, text if values or label not in measured else "")
            label.setVisible(bool(label.text()))
        self._show_image(facts.image if isinstance(facts, SampleFacts) else None)
        text = facts.text if isinstance(facts, SampleFacts) else ""
        self.text.setVisible(bool(text))
        _write(self.text, breakable(text))
        self.stand_beside(at)

    def _show_image(self, image: np.ndarray | None) -> None:
        self.image.setVisible(image is not None)
        if image is not None:
            self.image.setPixmap(magnified(image, self.devicePixelRatioF()))

    def words(self) -> str:
        """Return all that is written on the card, one line for each thing; first what it is of."""
        rows = zip(self._captions, (self.predicted, self.distance), strict=True)
        pairs = (f"{caption.text()}: {value.text()}" for caption, value in rows if value.text())
        text = self.facts.text if isinstance(self.facts, SampleFacts) else ""
        read = (text,) if text else ()
        said = self.title.text(), *read, self.source.text(), *pairs, self.agreement.text()
        return "\n".join(filter(None, said))

    def stand_beside(self, at: QPoint) -> None:
        """Appear beside a point of the widget below, with what was said last."""
        self.show()
        self.raise_()
        self._fit(at)

    def _fit(self, at: QPoint) -> None:
        """Take the size that the words need, beside the pointer and within the scene."""
        over, scale = self.parentWidget(), self.title.fontMetrics().height() / 20
        width = round((OF_TEXT if self.text.text() else WORDS) * max(1.0, scale))
        of_width = self.title, self.text, self.agreement, self.source
        values = self.predicted, self.distance
        for label in (*of_width, *values):
            label.ensurePolished()
            wide = width - (24 if label is self.title else 0)
            if label in values:  # of a table: as wide as its words, if these need no second line
                wide = min(wide, label.fontMetrics().horizontalAdvance(label.text()) + SLACK)
            label.setFixedWidth(wide)
            # The layout asks for fewer lines than there are.
            label.setMinimumHeight(max(0, label.heightForWidth(wide)))
        certain(self.layout()).activate()
        self.adjustSize()
        room = certain(over).width() - self.width(), certain(over).height() - self.height()
        places = [
            QRect(QPoint(x, y), self.size())
            for y in _places(at.y(), self.height(), room[1])
            for x in _places(at.x(), self.width(), room[0])
        ]
        free = [place for place in places if not place.contains(at)] or places
        self.move(min(free, key=self._covers).topLeft())

    def _covers(self, place: QRect) -> int:
        """Return how much of the scene would lie below the card."""
        x, y = self._crowd[:, 0], self._crowd[:, 1]
        across = (x > place.left()) & (x < place.right())
        return int((across & (y > place.top()) & (y < place.bottom())).sum())

    def keep_off(self, crowd: np.ndarray) -> None:
        """Cover as few of these points as possible from now on.

        Parameters
        ----------
        crowd : array, shape (n, 2)
            In pixels of the widget below, such as where samples are drawn.
        """
        self._crowd = crowd


def _places(at: int, size: int, room: int) -> list[int]:
    """Return where a card may begin: behind the pointer, before it, or about it."""
    wanted = (at + OFFSET, at - OFFSET - size, at - size // 2)
    return list(dict.fromkeys(max(0, min(place, room)) for place in wanted))


def norm_words(facts: DirectionFacts) -> str:
    """Say how long a class mean or a classifier row is."""
    if not math.isfinite(facts.relative_norm):
        return three_digits(facts.norm)
    return tr(
        "{norm}, {relative_norm} × the average",
        norm=three_digits(facts.norm),
        relative_norm=three_digits(facts.relative_norm),
    )


def nearest_words(facts: DirectionFacts) -> str:
    """Say which other class has the nearest direction, and what a simplex ETF would have."""
    if facts.nearest is None:
        return tr("none")
    name = facts.class_names[facts.nearest]
    ideal = facts.ideal_angle
    return tr("{name}, {angle:.1f}° away", name=name, angle=facts.angle) + (
        tr("; {ideal:.1f}° in a simplex ETF", ideal=ideal) if math.isfinite(ideal) else ""
    )


def alignment_words(facts: DirectionFacts) -> str:
    """Say whether class mean and classifier row agree (NC3)."""
    if len(facts.labels) > 1:
        cosine = (
            three_digits(facts.alignment) if math.isfinite(facts.alignment) else tr("undefined")
        )
        return tr("Cosine with the sum of its class means: {cosine} (NCm).", cosine=cosine)
    if not math.isfinite(facts.alignment):
        return tr("The classifier belongs to the last layer.")
    other = tr("classifier row") if facts.kind == "means" else tr("class mean")
    words = tr(
        "Cosine with its {other}: {alignment} (NC3).",
        other=other,
        alignment=three_digits(facts.alignment),
    )
    if facts.kind == "classifier" and math.isfinite(facts.in_picture):
        words += f" {in_picture_words(facts.in_picture)}"
    return words


def in_picture_words(share: float) -> str:
    """Say how much of a classifier row is seen."""
    seen = math.floor(100 * share + 0.5)
    if seen >= 100:
        return tr("All of its length lies in the picture.")
    return tr("{seen} % of its length lies in the picture.", seen=seen)


def predicted_words(facts: SampleFacts) -> str:
    """Say what the network takes the sample for."""
    return predicted_in_words(facts.class_names, facts.predicted, facts.is_right)


def distance_words(facts: SampleFacts) -> str:
    """Say how far the sample is from its class mean."""
    if not math.isfinite(facts.distance):
        return "unknown"
    if not math.isfinite(facts.relative_distance):
        return three_digits(facts.distance)
    return tr(
        "{distance}, {relative_distance} × the average of its class",
        distance=three_digits(facts.distance),
        relative_distance=three_digits(facts.relative_distance),
    )


def agreement_words(facts: SampleFacts) -> str:
    """Say whether nearest class mean and classifier agree (NC4)."""
    names = facts.class_names
    if facts.agree is None:
        return tr("Nearest class mean here: {names}.", names=names[facts.nearest_here])
    assert facts.nearest is not None
    if len(facts.labels) > 1:
        words = tr("The nearest mean is that of {names}.", names=names[facts.nearest])
    elif facts.agree:
        words = tr("Classifier and nearest class mean agree (NC4).")
    else:
        words = tr(
            "The nearest class mean says {names}: they disagree (NC4).", names=names[facts.nearest]
        )
    if facts.nearest_here != facts.nearest:
        words += tr(" In this layer {names} is nearest.", names=names[facts.nearest_here])
    return words


def breakable(text: str) -> str:
    """Return a text whose long runs without a space may be broken into lines."""
    return re.sub(rf"(\S{{{LONGEST_RUN}}})(?=\S)", "\\1\u200b", text)


def magnified(image: np.ndarray, pixel_ratio: float = 1.0) -> QPixmap:
    """Return a small image enlarged by a whole number, each pixel a crisp square.

    Parameters
    ----------
    image : array of uint8, shape (height, width) or (height, width, 3)
    pixel_ratio : float
        Device pixels for each of the widget's.
    """
    image = np.ascontiguousarray(image)
    height, width = image.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if image.ndim == 2 else QImage.Format.Format_RGB888
    bytes_per_line = width * (1 if image.ndim == 2 else 3)
    small = QImage(image.tobytes(), width, height, bytes_per_line, kind)
    room = IMAGE * pixel_ratio
    factor = max(1.0, room // max(width, height))
    if max(width, height) > room:  # a photograph: shrink it
        factor = room / max(width, height)
    size = QSize(max(1, round(factor * width)), max(1, round(factor * height)))
    how = (
        Qt.TransformationMode.FastTransformation
        if factor >= 1
        else Qt.TransformationMode.SmoothTransformation
    )
    large = QPixmap.fromImage(small.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how))
    large.setDevicePixelRatio(pixel_ratio)
    return large


def _write(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
