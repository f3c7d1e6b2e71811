"""The run that is open and how it is looked at."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.class_spreads import spreads_of_drawn
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.explorer.fitting import MOST_PINNED, fitting_view, leaving_one
from ncviz.explorer.player import Player
from ncviz.explorer.preparing import is_heavy
from ncviz.explorer.run_caption import say_depth, say_moment
from ncviz.language import tr
from ncviz.runs.directions import default_classes
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run, RunReplacedError
from ncviz.runs.splits import TRAIN, Split
from ncviz.scenes.compose import compose
from ncviz.scenes.layout import nearest_recorded, recorded_around
from ncviz.scenes.placements import can_tour, dimensions_of
from ncviz.scenes.scene import Scene
from ncviz.scenes.shadows import TOUR, kind_that_applies
from ncviz.scenes.view import ShadowChoice, View

Listener = Callable[[str], None]

TOUR_RATE = 0.04  # turns of its fastest plane in a second
LONGEST_FRAME_SECONDS = 0.25  # of the grand tour; a later frame does not make it jump


class Explorer:
    """State of the Explore and Train rooms; needs no window.

    Listeners are called with what changed: 'run' (another run is open),
    'epochs' (it grew), 'view', 'series' (more numbers were computed),
    'bookmarks'.
    """

    def __init__(self) -> None:
        self.run: Run | None = None
        self.view = View()
        self.player = Player()
        self._series: dict[str, EpochSeries] = {}  # by the split whose numbers they are
        self.touring = False
        self.tour_rate = TOUR_RATE
        self._told_count = 0
        self._bookmarks: dict[Path, Bookmarks] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with each change from now on."""
        self._listeners.append(listener)

    def open(self, path: Path, *, follow: bool = False) -> None:
        """Open a run; what was open stays open if that fails.

        Parameters
        ----------
        path : Path
            Folder of the run, or of repeats, whose median run it is.
        follow : bool
            Stay with its newest epoch.

        Raises
        ------
        UserError
            If it cannot be opened or its first picture cannot be drawn.
        """
        run = open_run(path)
        view = self._view_of_next(run)
        if not is_heavy(run, view):
            compose(run, view)  # fails now, while the other run is still open
        self.run = run
        self.view = view
        self._series = {}
        self._told_count = 0
        self.player = replace(
            self.player,
            stops=tuple(float(e) for e in run.epochs),
            counting=run.counting,
            position=0.0,
            playing=False,
            following=False,
            _target=None,
            _forward=True,
        )
        self.player.follow(follow)
        self._tell("run")

    def refresh(self) -> None:
        """Take up epochs that were recorded since.

        Raises
        ------
        UserError
            If the run can no longer be read.
        """
        if self.run is None:
            return
        try:
            if not self.run.refresh():
                return
        except RunReplacedError:
            self.open(self.run.path, follow=self.player.following)
            return
        self.player.set_stops(tuple(float(e) for e in self.run.epochs))
        self._tell("epochs")

    def set_view(self, view: View) -> None:
        """Look at the run in another way; a grand tour ends where there is too much to turn."""
        if view.shadow.kind == TOUR and not self.can_tour(view):
            view, self.touring = replace(view, shadow=ShadowChoice()), False
        if view != self.view:
            before, self.view = self.series, view
            if self.series is not before:
                self._told_count = 0
                self._tell("series")
            self._tell("view")

    def show(self, view: View) -> None:
        """Look at the run in a view from elsewhere, a pasted one or a session's.

        What the run does not have (layers, classes, samples, epochs) is left
        out, and the timeline goes to the view's epoch.
        """
        if self.run is not None:
            view = fitting_view(view, self.run)
            self.player.pause()
            self.player.seek(self.player.position_of(view.epoch))
            view = view.at(self.player.value)
        self.touring = self.touring and view.shadow.kind == "tour"
        self.set_view(view)

    def go_to(self, epoch: float) -> None:
        """Take the timeline to an epoch, such as a bookmark's."""
        self.player.glide(epoch)
        self._tell("view")  # so that whoever shows the player lets its time pass

    def toggle_class(self, number: int) -> None:
        """Show a class or take it out of the picture; two at least stay."""
        if self.run is not None:
            shown = set(self.view.shown_classes(self.run.manifest.classes))
            self.choose_classes(shown ^ {number})

    def choose_classes(self, numbers: Iterable[int]) -> None:
        """Show these classes and no others; fewer than two are no choice."""
        if self.run is None:
            return
        manifest = self.run.manifest
        classes = tuple(sorted({k for k in numbers if 0 <= k < manifest.classes}))
        if len(classes) >= 2:
            hidden = leaving_one(self.view.hidden, manifest.with_sets(classes))
            self.set_view(replace(self.view, classes=classes, hidden=hidden))

    def hide_class(self, number: int) -> None:
        """Hide a shown class or bring it back, the picture stays; one at least is visible."""
        shown = self._drawn_classes()
        hidden = set(self.view.hidden).intersection(shown) ^ {number}
        if number in shown and len(hidden) < len(shown):
            self.set_view(replace(self.view, hidden=tuple(sorted(hidden))))

    def keep_alone(self, number: int) -> None:
        """Hide all classes but one; asked again, bring them back."""
        shown = set(self._drawn_classes())
        if number in shown:
            others = shown - {number}
            alone = others == shown.intersection(self.view.hidden)
            self.set_view(replace(self.view, hidden=() if alone else tuple(sorted(others))))

    def hover(self, row: int | None) -> None:
        """Point at a sample of the probe, or at none."""
        self.set_view(replace(self.view, hovered=row if self._has_sample(row) else None))

    def pin(self, row: int) -> None:
        """Pin a sample of the probe, or let it go; the ninth takes the place of the first."""
        if not self._has_sample(row):
            return
        kept = tuple(pinned for pinned in self.view.pinned if pinned != row)
        if row not in self.view.pinned:
            kept = (*kept, row)[-MOST_PINNED:]
        self.set_view(replace(self.view, pinned=kept))

    def set_shadow(self, shadow: ShadowChoice) -> None:
        """Look at another shadow of more than three dimensions; any but the tour ends the tour."""
        self.touring = self.touring and shadow.kind == "tour"
        self.set_view(replace(self.view, shadow=shadow))

    def tour(self, on: bool) -> None:
        """Set out on the grand tour, or rest where it is; time may stand still meanwhile."""
        if on == self.touring:
            return
        self.touring = on
        if on and self.view.shadow.kind != "tour":
            self.view = replace(self.view, shadow=ShadowChoice("tour", self.view.shadow.toward))
        self._tell("view")

    def can_tour(self, view: View) -> bool:
        """Return whether the classes of a view have a grand tour; true of four classes, too."""
        return self.run is None or can_tour(self.run, self._shown_classes(view))

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        return self.player.moving or (self.touring and self._has_tour)

    def advance(self, seconds: float) -> None:
        """Let the player's time pass, and the tour's, and follow both with the view."""
        self.player.advance(seconds)
        view = self.view.at(self.player.value)
        if self.touring and self._has_tour:
            turned = self.tour_rate * min(max(seconds, 0.0), LONGEST_FRAME_SECONDS)
            view = replace(view, shadow=replace(view.shadow, time=view.shadow.time + turned))
        self.set_view(view)

    @property
    def split(self) -> Split:
        """Return whose numbers are shown: of the split that the view asks for, if there are any."""
        return TRAIN if self.run is None else self.run.measured_on(self.view.split)

    @property
    def series(self) -> EpochSeries | None:
        """Return the numbers of that split over the epochs; those of other splits stay known."""
        if self.run is None:
            return None
        split = self.split.name
        if split not in self._series:
            self._series[split] = EpochSeries(self.run, split)
        return self._series[split]

    @property
    def drawn(self) -> Run | None:
        """Return the run with the samples drawn that the view asks for."""
        return None if self.run is None else self.run.drawn_of(self.view.split)

    @property
    def _has_tour(self) -> bool:
        """Tell whether there are dimensions to travel through."""
        if self.run is None:
            return False
        dimensions = dimensions_of(self.run, self.view.layer, self._shown_classes())
        return kind_that_applies(self.view.shadow, dimensions) == TOUR

    def _shown_classes(self, view: View | None = None) -> tuple[int, ...]:
        run = self.run
        return () if run is None else (view or self.view).shown_classes(run.manifest.classes)

    def _drawn_classes(self) -> tuple[int, ...]:
        return () if self.run is None else self.view.drawn_classes(self.run.manifest)

    def _has_sample(self, row: int | None) -> bool:
        return (
            row is not None and self.drawn is not None and 0 <= row < len(self.drawn.probe.labels)
        )

    def _view_of_next(self, run: Run) -> View:
        """Return how to look at a run that takes the place of this one."""
        view, before = self.view, self.run
        same_classes = before is not None and (
            before.manifest.class_names == run.manifest.class_names
        )
        if not same_classes:
            view = replace(view, classes=(), hidden=())
        if not view.classes:
            view = replace(view, classes=default_classes(run))
        # The same samples stay pinned, e.g. where only the recipe differs.
        was = None if before is None else before.drawn_of(view.split).probe.labels
        if was is None or not np.array_equal(was, run.drawn_of(view.split).probe.labels):
            view = replace(view, pinned=())
        last = len(run.manifest.layers) - 1
        view = replace(view, epoch=float(run.epochs[0]), layer=last, hovered=None)
        return fitting_view(view, run)

    # Bookmarks

    @property
    def bookmarks(self) -> Bookmarks:
        """Return the bookmarks of the open run."""
        if self.run is None:
            return Bookmarks()
        return replace(self.bookmarks_of(self.run.path), counting=self.run.counting)

    def bookmarks_of(self, path: Path) -> Bookmarks:
        """Return the bookmarks of a run, open or not."""
        return self._bookmarks.get(path.resolve(), Bookmarks())

    def set_bookmarks(self, bookmarks: Bookmarks) -> None:
        """Keep other bookmarks with the open run."""
        if self.run is not None and bookmarks != self.bookmarks:
            self._bookmarks[self.run.path.resolve()] = bookmarks
            self._tell("bookmarks")

    def add_bookmark(self, name: str = "") -> None:
        """Mark this moment, or name it anew.

        Raises
        ------
        UserError
            If there are too many.
        """
        # The view follows the timeline with the next frame only.
        self.set_bookmarks(self.bookmarks.add(self.player.value, name))

    def go_to_bookmark(self, steps: int) -> bool:
        """Go to the next bookmark, or to the one before; return whether there is one."""
        find = self.bookmarks.after if steps > 0 else self.bookmarks.before
        mark = find(self.view.epoch)
        if mark is not None:
            self.go_to(mark.epoch)
        return mark is not None

    # Numbers

    def prepare(self) -> bool:
        """Return whether the numbers of the moment take no time; else begin with them in a thread.

        Raises
        ------
        UserError
            If a snapshot turned out to be damaged: once.
        """
        return self.series is None or self.series.prepare(self.nearest_epoch)

    def compute(self, seconds: float) -> None:
        """Compute missing numbers for about so long."""
        if self.series is None:
            return
        if self.series.complete and self.series.count == self._told_count:
            return
        added = True  # also before an error: what was computed until then is to be seen
        try:
            added = self.series.advance(seconds)
        finally:
            # An epoch that a plot asked for out of turn is news to the curves, too.
            if added or self.series.count != self._told_count:
                self._told_count = self.series.count
                self._tell("series")

    @property
    def nearest_epoch(self) -> int:
        """Return the recorded epoch that is nearest to the view's."""
        if self.run is None:
            return 0
        return nearest_recorded(self.run.epochs, self.view.epoch)

    @property
    def around(self) -> tuple[int, int] | None:
        """Return the recorded epochs between which the picture lies; None at one of them."""
        if self.run is None or self.view.recorded_only:
            return None
        low, high, share = recorded_around(self.run.epochs, self.view.epoch)
        return (low, high) if share > 0 else None

    @property
    def moment_in_words(self) -> str:
        """Return what the moment is called that is seen; between two, as none that was recorded."""
        if self.run is None:
            return ""
        counting = self.run.counting
        if self.around is None:
            return counting.named(self.nearest_epoch)
        return f"{counting.name} {counting.between(self.view.epoch, *self.around)}"

    @property
    def between_in_words(self) -> str:
        """Return between which two the picture lies, as in 'between epochs 2 and 3'; else ''."""
        if self.run is None or self.around is None:
            return ""
        return tr("between {around}", around=self.run.counting.named_all(self.around))

    def scene_in(self, view: View) -> Scene:
        """Describe the picture of the run in a view."""
        return Scene() if self.run is None else compose(self.run, view)

    def caption(self) -> str:
        """Say in a sentence or two what is to be seen."""
        if self.run is None or self.series is None:
            return ""
        return say_moment(self.run, self.series, self.view, self.nearest_epoch)

    def caption_of_depth(self) -> str:
        """Say in a sentence what all layers do at this moment."""
        if self.run is None or self.series is None:
            return ""
        return say_depth(self.run, self.series, self.view, self.nearest_epoch)

    def spreads(self) -> tuple[float, ...]:
        """Return how far each class shown spreads against the gap to the next one."""
        if self.run is None:
            return ()
        run, epoch = self.run.drawn_of(self.view.split), self.nearest_epoch
        return spreads_of_drawn(run, epoch, self.view.layer, self._shown_classes())

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)
