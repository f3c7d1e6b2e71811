"""Compare: two runs side by side, under one camera and one clock or apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QTimer

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.compare.compare_offers import Offer
from ncviz.desktop.rooms.compare.compare_panel import ComparePanel
from ncviz.desktop.rooms.room import WATCH_MILLISECONDS, SceneWords
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.run_room import RunRoom
from ncviz.desktop.settings.recent import recent_names
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.comparison import Comparison
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View
from ncviz.wording import upper_first


class CompareRoom(RunRoom):
    """The open run on the left, another one on the right."""

    name = "Compare"
    alone = frozenset(("linked", "camera_linked", "second_camera", "second_samples"))

    def __init__(self, window: RoomsWindow) -> None:
        self.comparison = Comparison(window.explorer)
        self.panel = ComparePanel(self.comparison)
        super().__init__(window, self.panel, 288)
        panel, comparison = self.panel, self.comparison
        panel.choose_first.connect(lambda: window.opening.ask_run())
        panel.choose_second.connect(self.ask_second)
        panel.first_chosen.connect(lambda path: window.opening.open(Path(path)))
        panel.offers_now = self._offers
        panel.swap.connect(self.swap)
        panel.samples[0].split_asked.connect(lambda split: window.picture.show_split(split))
        panel.samples[1].split_asked.connect(comparison.set_samples)
        panel.link_toggled.connect(comparison.link)
        panel.camera_link_toggled.connect(comparison.link_camera)
        panel.second_sought.connect(comparison.seek)
        panel.second_play_toggled.connect(comparison.toggle_playing)
        panel.layer_chosen.connect(lambda layer: window.picture.show_layer(layer))
        panel.offer_chosen.connect(lambda path: self.open_second(Path(path)))
        comparison.listen(self._changed)
        comparison.listen(window.doings.compared)
        self._watch = QTimer(window)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look_for_epochs)

    # What is compared

    def open_second(self, path: Path) -> bool:
        """Put a run on the right; say in a note why not."""
        try:
            self.comparison.open_second(path)
        except UserError as error:
            self.window.note.say_error(error)
            return False
        return True

    def ask_second(self) -> None:
        """Ask for the run on the right."""
        path = self.window.opening.ask_folder(tr("Choose the run on the right"))
        if path is not None:
            self.open_second(path)

    def swap(self) -> None:
        """Let the two runs change places, each with its camera."""
        with self.window.doings.one_step("compare", "view", "camera", "bookmarks"):
            self._swap()

    def put_left(self, path: Path | None) -> None:
        """Let the runs change places unless this one is on the left already."""
        run = self.comparison.first.run
        if run is not None and run.path != path:
            self._swap()

    def _swap(self) -> None:
        canvas = self.window.canvas
        left, right = canvas.cameras.first.goal, canvas.cameras.second.goal
        try:
            self.comparison.swap()
        except UserError as error:
            self.window.note.say_error(error)
            return
        if self.comparison.camera_linked:
            canvas.set_camera(left)
        else:
            canvas.cameras.second.jump(left)
            canvas.set_camera(right)

    def _changed(self, what: str) -> None:
        canvas, commands = self.window.canvas, self.window.commands
        commands["compare.link"].setChecked(self.comparison.linked)
        commands["compare.camera"].setChecked(self.comparison.camera_linked)
        if what == "camera" and not self.comparison.camera_linked:
            canvas.cameras.second.jump(canvas.cameras.first.goal)
        if self.window.current is not self:
            return
        if what == "camera":
            canvas.part_cameras(not self.comparison.camera_linked)
        if what == "second":
            self.window.picture.forget_pointer()
            self._show_other()
            self.window.framing.step_back()
        if what in ("second", "epochs"):
            self._watch.stop() if self.comparison.second.run is None else self._watch.start()
        # What moves every frame leaves the curves over all epochs alone.
        stale = ("scene", "moment") if what == "view" else ("scene", "moment", "series")
        self.window.presenter.wake(*stale)

    def _look_for_epochs(self) -> None:
        """Take up what has become of the run on the right: it grew, was resumed or renamed."""
        try:
            self.comparison.refresh()
        except UserError as error:
            self._watch.stop()
            self.window.note.say_error(error)

    def listen(self, listener: Callable[[], None]) -> None:
        self.comparison.listen(lambda _what: listener())

    def entered(self) -> None:
        super().entered()
        self.panel.set_offers(self._offers(self.window.explorer.run))
        self._look_for_epochs()  # what the right run has become meanwhile
        self.panel.show_cards()
        self._show_other()
        self.window.canvas.part_cameras(not self.comparison.camera_linked)
        self.comparison.follow()
        if self.comparison.second.run is not None:
            self._watch.start()

    def left_behind(self) -> None:
        super().left_behind()
        self._watch.stop()
        self.window.canvas.part_cameras(False)
        self.comparison.pause()
        self.comparison.hover(None)
        self.window.plots.show_other(None)

    def close(self) -> None:
        self._watch.stop()

    # Time

    @property
    def moving(self) -> bool:
        return super().moving or self.comparison.moving

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self.comparison.advance(seconds)

    def _show_other(self) -> None:
        complete = self.comparison.complete
        self.window.plots.show_other(self.comparison.second if complete else None)

    def _offers(self, run: Run | None) -> list[Offer]:
        """Return samples and recent runs other than one."""
        open_path = None if run is None else run.path.resolve()
        found = []
        for sample in SAMPLES:
            try:
                found.append(Offer(sample.title, sample.sentence, str(sample.path)))
            except UserError:  # a wheel without this sample offers the others
                continue
        recent = self.window.settings.recent or []
        found += [
            Offer(name, tr("Recent"), path)
            for name, path in zip(recent_names(recent), recent, strict=True)
        ]
        return [offer for offer in found if Path(offer.path).resolve() != open_path]

    # What is seen

    def scene(self, view: View) -> Scene:
        return self.picture(view).panels[0].scene

    def picture(self, view: View) -> Picture:
        self.comparison.follow()
        picture = self.comparison.picture(view, self.window.canvas.aspect)
        second = self.comparison.second
        scenes = [self._pointed_out(picture.panels[0].scene, view)]
        if len(picture.panels) > 1:
            scene = picture.panels[1].scene
            if self._same_classes or not self._names_classes:
                scene = self._stands_out(scene, certain(second.run), second.view, self._layer_of(0))
            scenes.append(scene)
        pairs = zip(picture.panels, scenes, strict=True)
        return Picture(tuple(replace(panel, scene=scene) for panel, scene in pairs))

    @property
    def _names_classes(self) -> bool:
        return bool(self._emphasized or self._light.classes)

    @property
    def _same_classes(self) -> bool:
        runs = self.comparison.first.run, self.comparison.second.run
        return (
            all(runs)
            and certain(runs[0]).manifest.class_names == certain(runs[1]).manifest.class_names
        )

    def prepare(self) -> bool:
        # Both, so that both are begun.
        sides = super().prepare(), self.comparison.second.prepare()
        return all(sides)

    def compute(self, seconds: float) -> bool:
        more = super().compute(seconds)
        second = self.comparison.second.series
        if more or second is None or second.complete:
            return more
        known = len(second.epochs)
        try:
            self.comparison.second.compute(seconds)
        except UserError as error:
            self.window.note.say_error(error)
        if len(second.epochs) != known or not second.is_slow:
            self.window.presenter.wake("series")
        return not second.complete

    def looks_at(self, panel: int) -> tuple[Run, View] | None:
        return self.beside if panel == 1 else super().looks_at(panel)

    @property
    def beside(self) -> tuple[Run, View] | None:
        second, camera = self.comparison.second, self.window.canvas.cameras.of(1).camera
        return None if second.run is None else (second.run, replace(second.view, camera=camera))

    @property
    def saved(self) -> Callable[[View], Scene | Picture] | None:
        return self.picture if self.comparison.complete else None

    def hover(self, panel: int, row: int | None) -> None:
        super().hover(0, row if panel == 0 else None)
        self.comparison.hover(row if panel == 1 else None)
        second = self.comparison.second
        if second.drawn is not None and second.view.hovered is not None:
            label = int(second.drawn.drawn_labels[second.view.hovered])
            self.window.plots.point_at((label,) if label < second.drawn.manifest.classes else ())

    def pin(self, panel: int, row: int) -> None:
        self.comparison.pin(row) if panel == 1 else super().pin(panel, row)

    def panel_opened(self, panel: int) -> None:
        """Both scenes stay as large as they are."""

    def _show_moment(self) -> None:
        super()._show_moment()
        self.panel.show_moment()

    def words(self) -> SceneWords:
        words, comparison = super().words(), self.comparison
        moment = upper_first(comparison.moments_in_words) or words.moment
        note = " · ".join(part for part in (self._place(), comparison.note()) if part)
        return SceneWords(moment, note, comparison.caption())

    def _place(self) -> str:
        comparison = self.comparison
        if comparison.first.run is None:
            return ""
        left, run = super()._place(), comparison.second.run
        layer = comparison.second.view.layer
        right = left if run is None else shortened_layer(run.manifest.layers[layer].name)
        return (
            left
            if left == right
            else tr("{left} on the left, {right} on the right", left=left, right=right)
        )
