"""Gallery: where to begin, and the published experiments."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PyQt6.QtWidgets import QStackedWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.compare.compare_room import CompareRoom
from ncviz.desktop.rooms.gallery.gallery import Gallery
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.widgets.focus_ring import OWN_RING
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import sample
from ncviz.language import tr

if TYPE_CHECKING:
    # Which load solvers.
    from ncviz.desktop.rooms.gallery.experiment_work import ExperimentWork
    from ncviz.desktop.rooms.gallery.sweep_work import SweepWork
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom

START, EXPERIMENTS, SWEEP = "start", "experiments", "sweep"
PAGES = {START: tr("Start"), EXPERIMENTS: tr("Experiments")}
WITH_SWEEP = PAGES | {SWEEP: tr("Sweep")}  # on its own page, while one is open
TIPS = {
    START: tr("Samples, models and recent runs."),
    EXPERIMENTS: tr("Published experiments: what was claimed, and what ncviz finds."),
    SWEEP: tr("The sweep that is open: table, map, and a plot of each cell."),
}


class Neighbours(Protocol):
    """The rooms that the gallery leads to."""

    @property
    def compare(self) -> CompareRoom: ...

    @property
    def theory(self) -> "TheoryRoom": ...


class GalleryRoom(Room):
    """Samples, recent runs and models, or the experiments, over the whole window."""

    name = "Gallery"

    def __init__(self, window: RoomsWindow, rooms: Neighbours) -> None:
        super().__init__(window, window.run_panel, window.plots, 0)
        self._rooms = rooms
        self.gallery = Gallery(switch=self._switch(START))
        self.page = self.pages = QStackedWidget()
        self.pages.setProperty(OWN_RING, True)  # a ring around all of the window tells nothing
        self.pages.addWidget(self.gallery)
        self._work: ExperimentWork | None = None
        self._sweep: SweepWork | None = None
        self.gallery.open_sample.connect(self.open_sample)
        self.gallery.open_path.connect(lambda path: window.open(Path(path)))
        self.gallery.open_asked.connect(lambda: window.opening.ask_run())
        self.gallery.train.connect(lambda: window.enter("Train"))
        self.gallery.learn.connect(lambda: window.enter("Learn"))
        self.gallery.open_theory.connect(self.open_theory)

    def _switch(self, page: str) -> SegmentedButtons:
        """Return the buttons that lead from a page to the other."""
        switch = SegmentedButtons(WITH_SWEEP if page == SWEEP else PAGES, TIPS)
        switch.setAccessibleName(tr("Page of the Gallery"))
        switch.set_value(page)
        switch.chosen.connect(self._turn)
        switch.chosen.connect(lambda _: switch.set_value(page))
        return switch

    def _turn(self, page: Any) -> None:
        {START: self.show_start, EXPERIMENTS: self.show_experiments, SWEEP: self._look_anew}[page]()

    def entered(self) -> None:
        self.gallery.set_recent([Path(text) for text in self.window.settings.recent or []])
        if self.experiment:
            self.experiments.refresh()
        self._place_notes()

    def _place_notes(self) -> None:
        """Let notes appear over the page: the scene, over which they do elsewhere, is not seen."""
        if self._sweep is not None and self.pages.currentWidget() is self._sweep.page:
            self.window.note.lie_over(self._sweep.page.pages)
            return
        on_first = self._work is None or not self.experiment
        self.window.note.lie_over(self.gallery if on_first else certain(self._work).page.left)

    def left_behind(self) -> None:
        super().left_behind()
        self.window.note.lie_over(self.window.canvas.native)

    # Pages

    @property
    def experiments(self) -> "ExperimentWork":
        """Return the second page with what it does, made when it is first asked for."""
        if self._work is None:
            from ncviz.desktop.rooms.gallery.experiment_work import ExperimentWork

            switch, go_to = self._switch(EXPERIMENTS), self.show_experiments
            self._work = ExperimentWork(self.window, self._rooms, switch, go_to)
            self.pages.addWidget(self._work.page)
            self.window.panel_made(self._work.page)
        return self._work

    @property
    def experiment(self) -> str:
        """Return the experiment that is chosen on the second page; '' on the first one."""
        if self._work is None or self.pages.currentWidget() is not self._work.page:
            return ""
        return self._work.page.name or EXPERIMENTS

    def show_start(self) -> None:
        """Turn to the first page."""
        self.pages.setFocusProxy(None)
        self.pages.setCurrentWidget(self.gallery)
        self._look_anew()

    def show_experiments(self, name: str = "") -> None:
        """Turn to the experiments, and to one of them."""
        work = self.experiments
        if name and name != EXPERIMENTS and not work.page.choose(name):
            self.window.note.say(tr("There is no experiment {name!r} any more.", name=name))
        self.pages.setCurrentWidget(work.page)
        self.pages.setFocusProxy(work.page)
        work.refresh()
        self._look_anew()

    def show_experiment_file(self, path: Path) -> None:
        """Turn to the experiment of a file of one's own, or say why it is none."""
        try:
            name = self.experiments.add_file(path)
        except UserError as error:
            self.window.note.say_error(error)
            return
        self.show_experiments(name)

    def show_sweep(self, path: Path) -> None:
        """Turn to the page of a sweep: its file or its folder."""
        from ncviz.desktop.rooms.gallery.sweep_work import SweepWork
        from ncviz.sweeping.asked import read_asked
        from ncviz.sweeps.sweep import folder_beside

        try:
            sweep = read_asked(path)
        except UserError as error:
            self.window.note.say_error(error)
            return
        if self._sweep is None:
            self._sweep = SweepWork(self.window, self._rooms, self._switch(SWEEP))
            self.pages.addWidget(self._sweep.page)
            self.window.panel_made(self._sweep.page)
        self._sweep.show(sweep, folder_beside(path))
        self.pages.setCurrentWidget(self._sweep.page)
        self.pages.setFocusProxy(self._sweep.page)
        self._look_anew()

    @property
    def sweep(self) -> "SweepWork | None":
        """Return the page of the sweep with what it does; None before any is opened."""
        return self._sweep

    def take_experiment(self, name: str) -> None:
        self.show_experiments(name) if name else self.show_start()

    def _look_anew(self) -> None:
        if self.window.current is self:
            self._place_notes()
            certain(self.page).setFocus()
            self.window.presenter.wake("moment")  # a session keeps the page

    # What is opened

    def open_sample(self, key: str) -> None:
        """Open a run that ships with ncviz, and beside it the one it is compared with."""
        window = self.window
        try:
            chosen = sample(key)
            path = chosen.path
        except UserError as error:
            window.note.say_error(error)
            return
        if not window.open(path, remember=False):
            return
        if chosen.classes:
            window.explorer.choose_classes(chosen.classes)
        if chosen.beside:
            self._rooms.compare.open_second(sample(chosen.beside).path)

    def open_theory(self, key: str) -> None:
        """Go to one of the models."""
        self.window.enter("Theory")
        with self.window.doings.no_step():  # one only goes there
            self._rooms.theory.open_model(key)

    # The end

    def may_close(self) -> bool:
        return self._work is None or self._work.work.may_close()

    def close(self) -> None:
        if self._work is not None:
            self._work.close()
        if self._sweep is not None:
            self._sweep.close()
