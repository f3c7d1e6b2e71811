"""Plays a lesson in the window: listens to what is done, and tells the strip."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication

from ncviz.desktop.certain import certain
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.rooms.learn.lesson_strip import StripWords
from ncviz.desktop.rooms.learn.stage_setter import StageRooms, StageSetter
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.style.theme import is_dressing
from ncviz.desktop.widgets.formula_card import show_concept
from ncviz.desktop.widgets.lesson_places import Pointing, Veil, scroll_to
from ncviz.errors import UserError
from ncviz.explorer.room_names import THEORY
from ncviz.language import tr
from ncviz.lessons.facts import facts_of, numbers_as_facts
from ncviz.lessons.kinds import ASKED, CHOICE, CLASS, TO_DO, Guess
from ncviz.lessons.lesson import Lesson
from ncviz.lessons.places import TIME
from ncviz.lessons.playing import LessonStanding, Playing
from ncviz.lessons.staging import check_stages, names_of_classes, values_before

TIME_WAITS = tr("Guess first, or let the answer be shown: time waits until then.")
UNTIL_GUESSED, IN_THIS_STEP = tr("Hidden until you have guessed"), tr("Hidden in this step")
LOOK_MILLISECONDS = 120  # how often is looked whether what is to be done is done


class LessonWork:
    """One lesson in the window, from its first step to its last.

    Parameters
    ----------
    window : RoomsWindow
    rooms : StageRooms
    kept : callable
        Told of each change of how far one is.
    ended : callable
        Told that the lesson is left or finished.
    """

    def __init__(
        self,
        window: RoomsWindow,
        rooms: StageRooms,
        kept: Callable[[Lesson, LessonStanding], object],
        ended: Callable[[], object],
    ) -> None:
        self._window, self._rooms = window, rooms
        self._kept, self._ended = kept, ended
        self._playing: Playing | None = None
        self._first = window.state.view.camera
        self._pinned: tuple[int, ...] = ()
        self._classes: tuple[int, ...] = ()  # that a question asks to choose among
        self._before: dict[int, tuple[float, ...]] = {}  # of questions for a place
        self._counts: dict[int, dict[int, int]] = {}
        self._pointing = Pointing(window)
        self._veil = Veil(window)
        window.presentation.changed.connect(lambda _on: self._veil.hide_again())
        self._point_soon = one_shot(window, self._point_again)
        self._point_later = False
        self._pointing.moved.connect(lambda: self._point_soon.start(0))
        self._stages = StageSetter(window, rooms, self._model_came)
        self._look = QTimer(window)
        self._look.setInterval(LOOK_MILLISECONDS)
        self._look.timeout.connect(self._look_around)
        strip = window.lesson_strip
        strip.guessed.connect(self.guess)
        strip.passed.connect(self.pass_by)
        strip.stepped.connect(self.step)
        strip.again.connect(self.show_again)
        strip.left.connect(self.leave)
        strip.explained.connect(lambda notion: show_concept(strip, notion, free=True))

    @property
    def playing(self) -> Playing | None:
        """Return the lesson that is played; None for none."""
        return self._playing

    # From the first step to the last

    def begin(self, lesson: Lesson, standing: LessonStanding) -> None:
        """Play a lesson from where one was.

        Raises
        ------
        UserError
            If one of its steps cannot be shown.
        """
        truths = check_stages(lesson)
        steps = range(len(lesson.steps))
        self._before = {number: values_before(lesson, number) for number in steps}
        classes = {number: names_of_classes(lesson, number) for number in steps}
        self._playing = Playing(lesson, standing, truths, classes)
        self._counts = {}
        if self._window.note.isVisible():
            self._window.note.close_this()  # it would lie over what the lesson shows
        self.set_stage()

    def leave(self) -> None:
        """Leave the lesson where one is."""
        if self._playing is None:
            return
        self._playing = None
        self._look.stop()
        self._pointing.point(())
        self._veil.hide_parts({})
        self._window.playback.waits_for = ""
        self._stages.leave()
        self._window.presentation.lay_open(())
        self._window.frame.caption.stress("")
        self._window.lesson_strip.hide()
        self._ended()

    def step(self, by: int) -> None:
        """Go to the next step or the one before; after the last the lesson is done."""
        playing = self._playing
        if playing is None:
            return
        if by > 0 and playing.is_last:
            playing.finish()
            self._keep(playing)
            self.leave()
            return
        left = playing.step
        if not playing.go(by):
            return
        if not left.asks_for_pins:  # the trail of what was clicked is of no word that follows
            self._pin(())
        self._keep(playing)
        if playing.step.stage is not None or by < 0:
            self.set_stage()
        else:
            self._begin_step()

    def guess(self, guess: Guess) -> None:
        """Take a guess, or count it while an audience guesses."""
        playing = self._playing
        if playing is None or playing.phase != ASKED:
            return
        ask = certain(playing.step.ask)
        if self._window.lesson_strip.count.isChecked() and ask.kind in (CHOICE, CLASS):
            counts = self._counts.setdefault(playing.at, {})
            option = int(float(guess))
            counts[option] = counts.get(option, 0) + 1
            self._show()
            return
        playing.answer(self._class_of(guess) if ask.kind == CLASS else guess)
        self._keep(playing)
        self._show()

    def pass_by(self) -> None:
        """Go on without a guess, or with what most of an audience guessed; without the deed."""
        playing = self._playing
        if playing is None:
            return
        counts = self._counts.get(playing.at, {})
        if playing.phase == ASKED and counts:
            most = float(max(counts, key=lambda option: counts[option]))
            is_class = certain(playing.step.ask).kind == CLASS
            playing.answer(self._class_of(most) if is_class else most)
            self._keep(playing)
        elif playing.phase == ASKED:
            playing.pass_by()
        elif playing.phase == TO_DO:  # what is said of it would be true of nothing
            self.step(1)
        self._show()

    def _keep(self, playing: Playing) -> None:
        self._kept(playing.lesson, playing.standing)

    # The stage

    def show_again(self) -> None:
        """Show what the step began with, and wait for its deed again."""
        if self._playing is not None:
            self._playing.again()
        self.set_stage()

    def set_stage(self) -> None:
        """Show what the step began with."""
        playing = self._playing
        if playing is None:
            return
        try:
            self._stages.show(playing.lesson, playing.lesson.stage_of(playing.at))
        except UserError as error:
            self._window.note.say_error(error)
        # Not before: what loads meanwhile would let the page be seen half moved.
        self._window.lesson_strip.show()
        self._begin_step()

    def _begin_step(self) -> None:
        """Remember what a step begins with."""
        self._first = self._window.state.view.camera
        self._pinned = self._window.explorer.view.pinned
        self._show()
        if not self._window.isFullScreen():  # there keys are those of the remote control
            self._window.lesson_strip.write()

    def _model_came(self) -> None:
        """Hide and point anew: a model is shown, which may have waited for its solvers."""
        if self._playing is not None:
            self._stages.choose_plots(self._playing.lesson.stage_of(self._playing.at))
            self._show()

    # What is done

    def _look_around(self) -> None:
        playing = self._playing
        if playing is None:
            self._look.stop()
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # what is dragged is done when it is let go
        ask = playing.step.ask
        if playing.phase == ASKED and ask is not None and ask.kind == CLASS:
            self._look_for_pin()
        window = self._window
        if not window.presenter.shows_scene():
            return  # what is said then would speak of what is not seen yet
        facts = facts_of(window.state.read(), window.explorer.run, self._first)
        if not self._stages.is_trained_anew:
            facts["trained"] = 0.0
        if facts.get("room") == THEORY:
            desk = self._rooms.theory.desk
            facts = {**numbers_as_facts(desk), **facts, "step": float(desk.player.value)}
        if playing.look(facts):
            self._show()

    def _look_for_pin(self) -> None:
        """Take the class of a sample that was clicked for the guess."""
        pinned, explorer = self._window.explorer.view.pinned, self._window.explorer
        new = [row for row in pinned if row not in self._pinned]
        self._pinned = pinned
        if new and explorer.run is not None:
            labels = explorer.run.probe.labels
            label = int(labels[new[-1]]) if new[-1] < len(labels) else -1
            if label in self._classes:
                self._pinned = tuple(row for row in pinned if row not in new)
                self._pin(self._pinned)  # it was an answer, no pin
                self.guess(float(self._classes.index(label) + 1))

    def _pin(self, rows: tuple[int, ...]) -> None:
        explorer = self._window.explorer
        explorer.set_view(replace(explorer.view, pinned=rows))

    def _class_of(self, option: Guess) -> float:
        """Return the class that an option stands for, which counts from 1."""
        return float(self._classes[int(float(option)) - 1])

    # What is said

    def _show(self) -> None:
        playing = self._playing
        if playing is None:
            return
        step, phase = playing.step, playing.phase
        steps = len(playing.lesson.steps)
        text, reply = playing.words
        self._window.lesson_strip.show_words(
            StripWords(
                head=tr(
                    "{title} · step {at} of {steps}",
                    title=playing.lesson.title,
                    at=playing.at + 1,
                    steps=steps,
                ),
                text=text,
                reply=reply,
                phase=phase,
                question=step.ask if phase == ASKED else None,
                options=self._options() if phase == ASKED else (),
                before=self._before[playing.at],
                counts=self._counts.get(playing.at, {}),
                kept=playing.kept,
                is_first=playing.at == 0,
                is_last=playing.is_last,
                notes=step.notes,
            )
        )
        self._window.frame.caption.stress(f"{text} {reply}")
        self._window.presentation.lay_open(playing.lesson.speaks_of(playing.at))
        asked = step.veiled if phase == ASKED else ()
        self._window.playback.waits_for = TIME_WAITS if {*asked} & {*TIME} else ""
        if not self._window.playback.waits_for:
            self._window.note.take_back(TIME_WAITS)
        until_guessed = dict.fromkeys(asked, UNTIL_GUESSED)
        self._veil.hide_parts(until_guessed | dict.fromkeys(step.hides, IN_THIS_STEP))
        do = step.do
        shown = do.point if do is not None and (phase == TO_DO or do.until is None) else ()
        self._point(shown)
        waits = phase == TO_DO or (phase == ASKED and certain(step.ask).kind == CLASS)
        self._look.start() if waits else self._look.stop()

    def _options(self) -> tuple[str, ...]:
        ask = certain(certain(self._playing).step.ask)
        if ask.kind == CHOICE:
            return ask.options
        run = self._window.explorer.run
        if ask.kind != CLASS or run is None:
            return ()
        self._classes = self._window.explorer.view.shown_classes(run.manifest.classes)
        return tuple(run.manifest.class_names[k] for k in self._classes)

    def _point(self, names: tuple[str, ...]) -> None:
        scroll_to(self._window.lesson_strip)  # where a small window scrolls; then to what is meant
        self._pointing.point(names)
        if names:
            self._point_later = True
            self._point_soon.start(0)  # what is laid out in the next turn of events

    def _point_again(self) -> None:
        """Point at what was laid out meanwhile; and once more, where a page has grown by that."""
        if is_dressing():  # in letters of another size it stands elsewhere
            self._point_soon.start(LOOK_MILLISECONDS)
            return
        self._pointing.again()
        if self._point_later:
            self._point_later = False
            self._point_soon.start(LOOK_MILLISECONDS)

    def close(self) -> None:
        """End what looks around: the window closes."""
        self._look.stop()
