"""Learn: lessons of half an hour, alone or in front of a class."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog

from ncviz.desktop.rooms.learn.learn_page import LearnPage
from ncviz.desktop.rooms.learn.lesson_work import LessonWork
from ncviz.desktop.rooms.learn.stage_setter import StageRooms
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.scene.offscreen_canvas import opengl_of_drawers
from ncviz.desktop.settings.shared_file import SharedFile
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.busy_words import LESSON
from ncviz.errors import UserError
from ncviz.explorer.room_names import LEARN
from ncviz.language import tr
from ncviz.lessons.catalogue import catalogue_name, lesson_named, lessons
from ncviz.lessons.lesson import Lesson
from ncviz.lessons.lesson_saver import lesson_saver
from ncviz.lessons.places import FILM, HANDOUT, PAGE
from ncviz.lessons.playing import LessonStanding
from ncviz.lessons.progress import from_json, key_of, progress_path, to_json

NEEDS = tr("Begin a lesson first, in the Learn room.")
BUSY = tr("A lesson is being saved: wait for its end, or give it up in the menu Learn.")
GIVEN_UP = tr("Given up: nothing was saved.")
FAREWELL = tr("A lesson is being saved: give it up, and close?")
SAVED = {
    HANDOUT: (tr("Save the lesson as pages to print"), "PDF (*.pdf)"),
    FILM: (tr("Save the lesson as a film"), "MP4 (*.mp4)"),
    PAGE: (tr("Save the lesson as a page for a browser"), "HTML (*.html)"),
}


class LearnRoom(Room):
    """The lessons as cards over the whole window; a lesson that is played leads to other rooms."""

    name = LEARN

    def __init__(self, window: RoomsWindow, rooms: StageRooms) -> None:
        super().__init__(window, window.run_panel, window.plots, 0)
        self.page = self.cards = LearnPage()
        self.work = LessonWork(window, rooms, self._keep, self._ended)
        self.saving = Background(window, lambda: lesson_saver(opengl_of_drawers()), FAREWELL)
        self.saving.told.connect(self._tell_saved)
        self.saving.done.connect(lambda out: self._saved(tr("Saved {out}.", out=out)))
        self.saving.failed.connect(lambda sentence: self._saved(sentence, trouble=True))
        self.saving.cancelled.connect(lambda: self._saved(GIVEN_UP))
        self._own: dict[str, Lesson] = {}  # files of one's own, by their progress' names
        self._file = SharedFile(progress_path())
        self._standings = self._read()
        self.cards.chosen.connect(self.begin)
        self.cards.open_asked.connect(self.ask_file)

    def entered(self) -> None:
        self.work.leave()
        self._show()
        self.window.note.lie_over(self.cards)

    def left_behind(self) -> None:
        super().left_behind()
        self.window.note.lie_over(self.window.canvas.native)

    def _show(self) -> None:
        known = [(key_of(each, ships=True), each) for each in lessons().values()]
        known += list(self._own.items())
        self.cards.show_lessons(known, self._standings)

    # A lesson

    def begin(self, name: str) -> None:
        """Play a lesson, from where one was."""
        lesson = self._own.get(name)
        try:
            if lesson is None:
                lesson = lesson_named(name)
            else:  # as it is now: who writes one tries it again
                lesson = self._own[name] = lesson_named(str(lesson.path))
            self.work.begin(lesson, self._standings.get(name, LessonStanding()))
        except UserError as error:
            self.window.note.say_error(error)

    def begin_file(self, path: Path) -> None:
        """Play a lesson of one's own, or say why it is none."""
        try:
            lesson = lesson_named(str(path))
            name = key_of(lesson, ships=False)
            self._own[name] = lesson
            self.work.begin(lesson, self._standings.get(name, LessonStanding()))
        except UserError as error:
            self.window.enter(LEARN)
            self.window.note.say_error(error)

    def ask_file(self) -> None:
        """Ask for the file of a lesson, and play it."""
        text, _ = QFileDialog.getOpenFileName(
            self.window, tr("Open a lesson"), "", "Lessons (*.toml)"
        )
        if text:
            self.begin_file(Path(text))

    # Saved

    def ask_to_save(self, suffix: str) -> None:
        """Ask where to save the lesson that is played, in the format of an ending."""
        playing = self.work.playing
        if playing is None or self.saving.is_running:
            self.window.note.say(BUSY if playing else NEEDS)
            return
        title, kinds = SAVED[suffix]
        name = f"{playing.lesson.name}{suffix}"
        text, _ = QFileDialog.getSaveFileName(self.window, title, name, kinds)
        if not text:
            return
        out = Path(text)
        out = out if out.suffix.lower() == suffix else out.with_name(f"{out.name}{suffix}")
        self.window.busy.say(LESSON, tr("saving the lesson"))
        theme = current_look().theme.name
        self.saving.start(catalogue_name(playing.lesson), out, theme)

    def _tell_saved(self, share: object) -> None:
        if isinstance(share, float):
            self.window.busy.say(LESSON, tr("saving the lesson · {share:.0f} %", share=100 * share))

    def _saved(self, sentence: str, *, trouble: bool = False) -> None:
        self.window.busy.say(LESSON, "")
        self.window.note.say(sentence, stays=trouble)

    def may_close(self) -> bool:
        return self.saving.may_close()

    def _ended(self) -> None:
        if self.window.current is not self:
            self.window.enter(LEARN)

    # How far one is

    def _read(self) -> dict[str, LessonStanding]:
        try:
            values = self._file.read()
        except UserError:
            return {}  # it begins anew; the file is written with the first step
        self._file.saw(values)
        return {name: from_json(value) for name, value in values.items()}

    def _keep(self, lesson: Lesson, standing: LessonStanding) -> None:
        ships = lessons().get(lesson.name) is lesson
        self._standings[key_of(lesson, ships=ships)] = standing
        try:
            self._file.write({name: to_json(each) for name, each in self._standings.items()})
        except (UserError, OSError) as error:
            self.window.note.say_error(
                error if isinstance(error, UserError) else UserError(f"{error}.")
            )

    def close(self) -> None:
        self.work.close()
        self.saving.close()
