"""Compare: two runs side by side under one camera and one clock."""

from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.desktop.compare_panel import ComparePanel, Offer
from ncviz.desktop.rooms.room import Words
from ncviz.desktop.rooms.run_room import RunRoom
from ncviz.errors import UserError
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.pointing import SampleFacts, sample_facts
from ncviz.explorer.samples import SAMPLES
from ncviz.scenes.palette import Theme
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow


class CompareRoom(RunRoom):
    """The open run on the left, another one on the right."""

    name = "Compare"

    def __init__(self, window: "MainWindow") -> None:
        self.comparison = Comparison(window.explorer)
        self.panel = ComparePanel(self.comparison)
        super().__init__(window, self.panel, 288)
        panel, comparison = self.panel, self.comparison
        panel.choose_first.connect(lambda: window.opening.ask_run())
        panel.choose_second.connect(self._ask_second)
        panel.swap.connect(self._swap)
        panel.link_toggled.connect(comparison.link)
        panel.layer_chosen.connect(lambda layer: window.picture.show_layer(layer))
        panel.offer_chosen.connect(lambda path: self.open_second(Path(path)))
        comparison.listen(self._changed)

    # What is compared

    def open_second(self, path: Path) -> bool:
        """Put a run on the right; say in a note why not."""
        try:
            self.comparison.open_second(path)
        except UserError as error:
            self.window.note.say(str(error))
            return False
        return True

    def _ask_second(self) -> None:
        path = self.window.opening.ask_folder("Choose the run on the right")
        if path is not None:
            self.open_second(path)

    def _swap(self) -> None:
        try:
            self.comparison.swap()
        except UserError as error:
            self.window.note.say(str(error))

    def _changed(self, what: str) -> None:
        if self.window.current is not self:
            return
        if what == "second":
            self._show_other()
        self.window.presenter.wake("scene", "moment", "series")

    def entered(self) -> None:
        self.panel.set_offers(self._offers())
        self._show_other()
        self.comparison.follow()

    def left_behind(self) -> None:
        super().left_behind()
        self.window.plots.show_other(None)

    def _show_other(self) -> None:
        complete = self.comparison.complete
        self.window.plots.show_other(self.comparison.second if complete else None)

    def _offers(self) -> list[Offer]:
        """Return samples and recent runs other than the open one."""
        run = self.window.explorer.run
        open_path = None if run is None else run.path.resolve()
        found = []
        for sample in SAMPLES:
            try:
                found.append(Offer(sample.title, sample.sentence, str(sample.path)))
            except UserError:  # a wheel without this sample offers the others
                continue
        found += [Offer(Path(p).name, "Recent", p) for p in self.window.settings.recent or []]
        return [offer for offer in found if Path(offer.path).resolve() != open_path]

    # What is seen

    def scene(self, view: View) -> Scene:
        return self.picture(view).panels[0].scene

    def picture(self, view: View) -> Picture:
        self.comparison.follow()
        return self.comparison.picture(view)

    def compute(self, seconds: float) -> bool:
        more = super().compute(seconds)
        second = self.comparison.second.series
        if more or second is None or second.complete:
            return more
        try:
            self.comparison.second.compute(seconds)
        except UserError as error:
            self.window.note.say(str(error))
        self.window.presenter.wake("series")
        return not second.complete

    def facts(self, panel: int, row: int) -> SampleFacts | None:
        if panel == 0:
            return super().facts(panel, row)
        second = self.comparison.second
        if second.run is None:
            return None
        return sample_facts(second.run, second.view.epoch, second.view.layer, row)

    def hover(self, panel: int, row: int | None) -> None:
        if panel == 0:
            super().hover(panel, row)

    def pin(self, panel: int, row: int) -> None:
        if panel == 0:
            super().pin(panel, row)

    def panel_opened(self, panel: int) -> None:
        """Both scenes stay as large as they are."""

    def _show_moment(self) -> None:
        super()._show_moment()
        self.panel.show_moment()

    def words(self) -> Words:
        words = super().words()
        note = self.comparison.note() or self._place()
        return Words(words.moment, note, self.comparison.caption())

    def set_theme(self, theme: Theme, scale: float) -> None:
        self.panel.set_theme(theme)
