"""The canvas with what is written over it."""

from PyQt6.QtCore import QEvent, QObject, QPoint, QSize, pyqtSignal
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ncviz.desktop.scene.canvas import NAME, SceneCanvas
from ncviz.desktop.scene.caption import Caption
from ncviz.desktop.scene.claim_bar import ClaimBar
from ncviz.desktop.scene.hover_card import HoverCard
from ncviz.desktop.scene.legend import MARGIN as LEGEND_MARGIN
from ncviz.desktop.scene.legend import MOST_BELOW, MOVES, Legend
from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.notes import place_over
from ncviz.desktop.scene.role_legend import RoleLegend
from ncviz.desktop.scene.scene_tools import SceneTools
from ncviz.desktop.style.dressing import polish_anew
from ncviz.desktop.widgets.announcing import say_now
from ncviz.desktop.widgets.lesson_places import PlaceWithin, be_place
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.spoken_picture import SpokenPicture
from ncviz.desktop.widgets.term_links import teach_terms
from ncviz.explorer.spoken_words import MOST_NAMED
from ncviz.language import tr
from ncviz.lessons.places import VALUES
from ncviz.wording import listed

MARGIN = 16
GAP = 8  # around what stands below several panels
STEP = 40  # pixels in which the room for the moment grows
LEAST_LEGEND = 240  # pixels of width beside the words; with less it stands above them
NOTE, LEAST_NOTE = 0.38, 160  # of the scene's width, and pixels, that the note may take
MOST_LINES = 2  # of the note


class SceneFrame(QWidget):
    """The 3-D scene, the moment large and faint in a corner, a caption below.

    Attributes
    ----------
    moment, note, between : QLabel
        The moment, what must be said about the picture, and that it is interpolated.
    hint : QLabel
        Which keys the scene takes, while it has them.
    legend : Legend
    roles : RoleLegend
        Of a model's picture; hidden elsewhere.
    tools : SceneTools
    card : HoverCard
        Hidden until somebody shows the facts of a sample.
    caption : QLabel
    claim : ClaimBar
        Above the scene, while there is something to say.
    has_scene : bool
        Not where there is no OpenGL.

    Signals
    -------
    arranged()
        Several panels have more room now, or less.
    freed()
        More or less of a single scene is free of words.
    explained(str)
        A notion of the caption was asked for: a key of `ncviz.concepts.CONCEPTS`.
    """

    arranged = pyqtSignal()
    freed = pyqtSignal()
    explained = pyqtSignal(str)

    def __init__(self, canvas: SceneCanvas | NoCanvas) -> None:
        super().__init__()
        self.canvas = canvas
        self._widest_between = 0
        self._said = ""  # the whole note
        # Before legend and tools: of filters the first one installed comes last.
        canvas.native.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.claim = ClaimBar()
        column.addWidget(self.claim)
        column.addWidget(canvas.native, 1)
        self.moment = _over(canvas.native, "display", "moment")
        self.between = _over(canvas.native, "caption", "between")
        self.between.setToolTip(
            tr(
                "This moment was not recorded: positions are interpolated between two "
                "that were, and numbers are those of the nearer one."
            )
        )
        self.note = _over(canvas.native, "caption", "note")
        self.hint = _over(canvas.native, "caption", "hint")
        self.hint.hide()
        self.between.hide()
        self.has_scene = isinstance(canvas, SceneCanvas)
        self.legend = Legend(canvas.native)
        self.roles = RoleLegend(canvas.native)
        self.roles.explained.connect(self.explained)
        self.tools = SceneTools(canvas.native)
        self.card = HoverCard(canvas.native)
        self.tools.setVisible(self.has_scene)
        self.legend.installEventFilter(self)
        self._spoken = SpokenPicture(canvas.native, self, canvas.native)
        self._spoken.setVisible(self.has_scene)
        self._also = ""
        self.caption = Caption()
        self._values = PlaceWithin(self, VALUES, self.arranged.emit)
        for part, name in (
            (canvas.native, "scene"),
            (self.legend, "legend"),
            (self.caption, "caption"),
        ):
            be_place(part, name)
        self.caption.linkActivated.connect(self.explained)
        teach_terms(self.caption)
        column.addWidget(self.caption)
        self.follow_look()

    @property
    def tells_values(self) -> bool:
        """Return whether numbers of the run are told in the scene: a lesson may hide them."""
        return not self._values.isHidden()

    def follow_look(self) -> None:
        """Give the words the room that they need in other letters."""
        for label in (self.moment, self.note, self.between, self.hint):
            label.ensurePolished()
            label.adjustSize()
        self._place()

    def show_words(
        self,
        moment: str,
        note: str,
        caption: str,
        *,
        between: str = "",
        also: str = "",
    ) -> None:
        """Write what is seen.

        Parameters
        ----------
        moment, note, caption : str
        between : str, optional
            Between which recorded moments the picture lies.
        also : str, optional
            What is seen and written elsewhere, for who hears it.
        """
        self._also = also
        self.claim.look_again()
        _write(self.moment, moment)
        self._said = note
        _write(self.between, between)
        self.caption.say(caption)
        self._place()

    def describe(self) -> None:
        """Bring up to date what screen readers say of the scene."""
        between = "" if self.between.isHidden() else self.between.text()
        parts = self.moment.text(), self._said, between
        place = ", ".join(part.rstrip(".") for part in parts if part)
        panels = self.canvas.picture.panels
        titles = [f"{panel.title} {panel.numbers}".strip() for panel in panels if panel.title]
        sentences = (
            f"{place}." if place else "",
            self.caption.text(),
            self._also,
            tr("Side by side: {titles}.", titles=listed(titles, MOST_NAMED))
            if len(titles) > 1
            else "",
        )
        for label in (self.moment, self.between):
            say_now(label, label.text())
        say_now(self.note, self._said)
        if self.has_scene:
            self._spoken.describe(NAME, " ".join(part for part in sentences if part))

    def show_hint(self, *choice: str) -> None:
        """Say over the scene which keys it takes, in the first words that have room in a line.

        Parameters
        ----------
        *choice : str
            The longest words first; none, to say nothing.
        """
        native, metrics = self.canvas.native, self.hint.fontMetrics()
        room = native.width() - 2 * MARGIN - 12  # beside the letters on their plate
        fitting = [words for words in choice if metrics.horizontalAdvance(words) <= room]
        _write(self.hint, fitting[0] if fitting else choice[-1] if choice else "")
        if self._several:  # at the head are their titles
            left = (native.width() - self.hint.width()) // 2
            self.hint.move(left, native.height() - self.canvas.foot - GAP - self.hint.height())
        else:
            self.hint.move(place_over(native, self.hint))
        self.hint.raise_()
        self._tell_what_is_covered()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        resized = event is not None and event.type() == QEvent.Type.Resize
        if resized and watched is self.canvas.native:
            self._place()
            if self._several:
                self.arranged.emit()
        elif event is not None and watched is not self.canvas.native and event.type() in MOVES:
            self._tell_what_is_covered()
        return super().eventFilter(watched, event)

    @property
    def _several(self) -> bool:
        # One alone has a title, too, where a run has a single layer.
        panels = self.canvas.picture.panels
        return len(panels) > 1 or bool(panels and panels[0].title)

    def _place(self) -> None:
        role = "title" if self._several else "display"
        if self.moment.property("role") != role:  # panels have titles of their own
            self.moment.setProperty("role", role)
            polish_anew(self.moment)
            self.moment.adjustSize()
        room = self.canvas.native.width() - 2 * MARGIN
        if self._several:  # beside the buttons
            room -= self.tools.sizeHint().width()
        else:  # beside the names at the top, not across them
            room = max(round(NOTE * self.canvas.native.width()), LEAST_NOTE)
        _write(self.note, self._note_within(room))
        self.note.setWordWrap(False)
        if self.note.sizeHint().width() > room:
            self.note.setWordWrap(True)
            self.note.resize(room, self.note.heightForWidth(room))
        else:
            self.note.adjustSize()
        if self._several:
            self._place_at_foot()
        else:
            self._reserve_foot(0)
            self.tools.stand(None)
            self.legend.reserve(0)
            self._place_at_head()
        self._tell_what_is_covered()

    def _tell_what_is_covered(self) -> None:
        """Tell the canvas where words lie, so that neither names nor the scene go there."""
        native = self.canvas.native
        head = [part for part in (self.moment, self.note, self.between) if not part.isHidden()]
        legend = [] if self.legend.isHidden() or not self.legend.entries else [self.legend]
        roles = [] if self.roles.isHidden() else [self.roles]
        tools = [self.tools] if self.has_scene else []
        hint = [] if self.hint.isHidden() else [self.hint]
        # The words that come and go with the moment must not move the scene.
        above = max((part.geometry().bottom() + 1 for part in head[:2]), default=0)
        below = native.height() - min((p.y() for p in (*legend, *roles)), default=native.height())
        boxes = tuple(
            (place.left(), place.top(), place.right() + 1, place.bottom() + 1)
            for place in (part.geometry() for part in (*head, *legend, *roles, *tools, *hint))
        )
        several = self._several
        if self.canvas.cover((0, 0) if several else (above, below), () if several else boxes):
            self.freed.emit()

    def _note_within(self, room: int) -> str:
        """Return the note, without what follows its colon where it would take many lines.

        Large letters in a small window leave the names in the scene little room;
        which shadow it is stands beside the scene, too.
        """
        metrics = self.note.fontMetrics()
        needed = metrics.horizontalAdvance(self._said)
        return self._said if needed <= MOST_LINES * 0.9 * room else self._said.partition(":")[0]

    def _place_at_head(self) -> None:
        left = MARGIN - 6  # the plate is wider than the words
        self.moment.move(left, MARGIN // 2)
        below = MARGIN // 2 + self.moment.height() + 4
        self.note.move(left + 3, below)  # large letters stand a little further in
        beside = left + self.moment.width() + 8
        middle = MARGIN // 2 + (self.moment.height() - self.between.height()) // 2
        tools = self.tools.width() + 2 * GAP if self.has_scene else 0
        if beside + self.between.width() > self.canvas.native.width() - tools:
            beside, middle = left + 3, below + self.note.height() + 4
        self.between.move(beside, middle)

    def _place_at_foot(self) -> None:
        """Put legend, words and buttons into a strip below the panels, which cover nothing."""
        native = self.canvas.native
        tools = self.tools.sizeHint() if self.has_scene else QSize()
        right = native.width() - GAP - tools.width()
        moment = -(-self.moment.width() // STEP) * STEP  # stands still while digits come
        between = self.between.sizeHint().width() if self.between.text() else self._widest_between
        self._widest_between = between
        words_wide = max(self.note.width(), moment + between + GAP)
        note = 0 if self.note.isHidden() else self.note.height()
        row = max(self.moment.height() + note, tools.height())
        beside = native.width() - right + words_wide + GAP
        together = not self.legend.isHidden() and native.width() - beside >= LEAST_LEGEND
        self.legend.reserve(0, beside if together else 0, MOST_BELOW)
        if together and (self.legend.is_compact or self.legend.height() > 2 * row):
            # Names need more room than there is beside the words.
            together = False
            self.legend.reserve(0, 0, MOST_BELOW)
        chips = 0 if self.legend.isHidden() else self.legend.height()
        foot = (max(chips, row) if together else chips + row + GAP // 2) + 2 * GAP
        below = GAP if together else GAP + row + GAP // 2
        if together:
            below += (max(chips, row) - chips) // 2
        self.legend.reserve(below - LEGEND_MARGIN, beside if together else 0, MOST_BELOW)
        middle = native.height() - GAP - (max(chips, row) if together else row) / 2
        self.tools.stand(QPoint(right, round(middle - tools.height() / 2)))
        top = round(middle - (self.moment.height() + note) / 2)
        end = right - GAP
        self.moment.move(end - self.moment.width(), top)
        self.note.move(end - self.note.width(), top + self.moment.height())
        aside = top + (self.moment.height() - self.between.height()) // 2
        self.between.move(end - moment - GAP - self.between.width(), aside)
        self._reserve_foot(foot)

    def _reserve_foot(self, height: int) -> None:
        if height != self.canvas.foot:
            self.canvas.foot = height
            self.arranged.emit()


def _over(native: QWidget, role: str, name: str) -> QLabel:
    label = PlainLabel(role=role, parent=native)
    label.setObjectName(f"scene-{name}")
    return label  # it answers to pointing; what it does not take goes on to the scene


def _write(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
        label.adjustSize()
    if label.isHidden() == bool(text):
        label.setVisible(bool(text))
