"""Two runs side by side, under one camera and one clock; needs no window."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ncviz.counting import EPOCHS
from ncviz.explorer.answers import coinciding_of
from ncviz.explorer.comparison_note import note_on
from ncviz.explorer.comparison_numbers import (
    Numbers,
    minority_of_twin,
    numbers_at,
    tells_by_d,
    tip_of,
)
from ncviz.explorer.comparison_words import (
    MINORITY,
    compare_cosines,
    compare_fuzziness,
    compare_spreads,
)
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.moments_apart import differing_moments, why_unlike
from ncviz.explorer.side_names import side_names
from ncviz.language import tr
from ncviz.runs.directions import class_groups, default_classes
from ncviz.runs.minority_collapse import minority_collapse
from ncviz.runs.run import Run
from ncviz.scenes.beside import count_alike, matching_epoch, matching_layer, view_beside
from ncviz.scenes.cache import cache_of
from ncviz.scenes.compose import compose, compose_comparison
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.view import View

# What decides which part of a run is seen; the rest of a view is shared by both.
_OWN = ("epoch", "layer", "classes", "hidden", "pinned", "hovered", "split")


class Comparison:
    """State of the Compare room: the open run, and another one beside it.

    Listeners are called with 'second' (another run is beside), 'epochs' (it
    grew), 'view' (the second's), 'linked' (time) and 'camera' (linked or not).

    Parameters
    ----------
    first : Explorer
        The window's; while time is linked, its timeline is the clock of both.

    Attributes
    ----------
    second : Explorer
    linked : bool
        Whether the second run follows the clock of the first.
    camera_linked : bool
        Whether both are seen from the same place.
    """

    def __init__(self, first: Explorer) -> None:
        self.first = first
        self.second = Explorer()
        self.linked = self.camera_linked = True
        self._listeners: list[Callable[[str], None]] = []
        first.listen(lambda what: self.follow() if what in ("run", "view") else None)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each change from now on."""
        self._listeners.append(listener)

    @property
    def complete(self) -> bool:
        """Return whether there are two runs to compare."""
        return self.first.run is not None and self.second.run is not None

    @property
    def counts_alike(self) -> bool:
        """Return whether both runs count the same, be it epochs or steps."""
        first, second = self.first.run, self.second.run
        return first is None or second is None or count_alike(first, second)

    @property
    def moments_in_words(self) -> str:
        """Return what both moments are called: 'left epoch 3 and right step 500'; '' if alike."""
        left, right = differing_moments(self.first, self.second)
        return left and tr("left {left} and right {right}", left=left, right=right)

    @property
    def same(self) -> str:
        """Return what is the same while time is linked: 'Same epoch', 'Same share'."""
        run = self.first.run
        unit = (EPOCHS if run is None else run.counting).name
        return tr("Same {unit}", unit=unit) if self.counts_alike else tr("Same share")

    # What is compared

    def open_second(self, path: Path) -> None:
        """Put a run beside the first; what stood there stays if that fails.

        Raises
        ------
        UserError
            If it cannot be opened or its first picture cannot be drawn.
        """
        self.second.open(path)
        self._show_both_groups()
        view = replace(self.second.view, split=self.first.view.split)
        self.second.set_view(view.at(self.first.view.epoch))
        self.follow()
        self._set_clock()
        self._tell("second")

    def _show_both_groups(self) -> None:
        """Let a balanced run show the classes of an imbalanced one, unless some are chosen."""
        first, second = self.first.run, self.second.run
        if first is None or second is None or self.first.view.classes:
            return
        if first.manifest.class_names == second.manifest.class_names:
            self.first.choose_classes(default_classes(second))

    def close_second(self) -> None:
        """Compare no longer."""
        self.second = Explorer()
        self._tell("second")

    def swap(self) -> None:
        """Let the two runs change places.

        Raises
        ------
        UserError
            If one of them can no longer be opened; both stay where they are.
        """
        first, second = self.first.run, self.second.run
        if first is None or second is None:
            return
        compose(Run(first.path), self.first.view)  # fails now, while both are as they were
        epoch, view, other = self.first.view.epoch, self.first.view, self.second.view
        matching = matching_epoch(first, epoch, second)
        self.first.open(second.path)
        self.second.open(first.path)
        moved = self.second.view.at(epoch)
        self.second.set_view(replace(moved, pinned=view.pinned, split=view.split))
        # Each run keeps its layer, classes and pinned samples, both keep the moment.
        kept = {name: getattr(other, name) for name in _OWN}
        self.first.show(replace(view, **{**kept, "epoch": matching, "hovered": None}))
        self.follow()
        self._set_clock()
        self._tell("second")

    def refresh(self) -> None:
        """Take up what was recorded since in the second run, and its title.

        Raises
        ------
        UserError
            If it can no longer be read.
        """
        run = self.second.run
        before = () if run is None else (run.epochs, run.manifest)
        self.second.refresh()
        if self.second.run is not run:  # another one lies in its place
            self._set_clock()
            self._tell("second")
        self.follow()
        if run is not None and (run.epochs, run.manifest) != before:
            self._tell("epochs")

    # Time

    def link(self, on: bool) -> None:
        """Let the second run follow the clock of the first, or give it one of its own."""
        if on != self.linked:
            self.linked = on
            self.follow()
            self._set_clock()
            self._tell("linked")

    def link_camera(self, on: bool) -> None:
        """Look at both runs from the same place, or at each from its own."""
        if on != self.camera_linked:
            self.camera_linked = on
            self._tell("camera")

    def stand_at(self, epoch: float, *, linked: bool) -> None:
        """Let the second run stand as it did in a session.

        Parameters
        ----------
        epoch : float
            Where its own clock stands, if it has one.
        linked : bool
        """
        self.link(linked)
        if not linked and self.complete:
            self.seek(self.second.player.position_of(epoch))

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        return not self.linked and self.complete and self.second.player.moving

    def advance(self, seconds: float) -> None:
        """Let time pass on the second run's own clock, while it has one."""
        if not self.linked and self.complete:
            before = self.second.view
            self.second.player.advance(seconds)
            self.second.set_view(before.at(self.second.player.value))
            if self.second.view != before:
                self._tell("view")

    def seek(self, position: float) -> None:
        """Take the second run to a position of its own clock."""
        self.second.player.seek(position)
        self.advance(0.0)

    def toggle_playing(self) -> None:
        """Play the second run on its own clock, or pause it."""
        player = self.second.player
        player.settle() if player.playing or self.linked else player.play()
        self._tell("view")

    def pause(self) -> None:
        """Hold the second run where it is."""
        self.second.player.pause()

    def _set_clock(self) -> None:
        """Set the second run's own clock to the epoch that is seen."""
        if self.second.run is None:
            return
        player, first = self.second.player, self.first.player
        player.pause()
        player.ease, player.speed, player.at_end = False, first.speed, first.at_end
        player.seek(player.position_of(self.second.view.epoch))

    # Pointing at the second run

    def hover(self, row: int | None) -> None:
        """Point at a sample of the second run, or at none."""
        before = self.second.view
        self.second.hover(row)
        if self.second.view != before:
            self._tell("view")

    def pin(self, row: int) -> None:
        """Pin a sample of the second run, or let it go."""
        self.second.pin(row)
        self._tell("view")

    def set_pinned(self, rows: tuple[int, ...]) -> None:
        """Pin these samples of the second run, and no others."""
        self.set_samples(self.second.view.split, rows)

    def set_samples(self, split: str, pinned: tuple[int, ...] = ()) -> None:
        """See the samples of a split of the second run, and pin these of them and no others."""
        view = replace(self.second.view, split=split, pinned=pinned, hovered=None)
        if view != self.second.view:
            self.second.set_view(view)
            self._tell("view")

    def follow(self) -> None:
        """Take the second run to where the first one is."""
        if self.complete:
            before = self.second.view
            self.second.set_view(self.second_view(self.first.view))
            if self.second.view != before:
                self._tell("view")

    def second_view(self, view: View) -> View:
        """Return how to look at the second run while the first is seen in `view`.

        The same camera, colours and parts; the same epoch while time is
        linked (of runs that do not count alike the same share of what was
        recorded), clipped to what was recorded; the layer at the same share of
        the depth; the same classes where both runs have them.
        """
        first, second = self.first.run, self.second.run
        if first is None or second is None:
            return view
        return view_beside(first, view, second, self.second.view, linked=self.linked)

    def matching_layer(self, layer: int) -> int:
        """Return the second run's layer at the same share of the depth.

        Parameters
        ----------
        layer : int
            Of the first run.
        """
        first, second = self.first.run, self.second.run
        if first is None or second is None:
            return layer
        return matching_layer(first, layer, second)

    # What is seen

    def picture(self, view: View, aspect: float = 2.0) -> Picture:
        """Describe both scenes side by side.

        Parameters
        ----------
        view : View
            Of the first run.
        aspect : float
            Width over height of the picture.
        """
        first, second = self.first.run, self.second.run
        if first is None or second is None:
            return one_panel(Scene() if first is None else compose(first, view))
        return compose_comparison(first, view, second, self.second_view(view), aspect)

    def numbers(self) -> tuple[Numbers, Numbers]:
        """Return the numbers of both runs at this moment; empty for a run that is not there.

        Raises
        ------
        UserError
            If a snapshot that is needed cannot be read.
        """
        first, second = self.first, self.second
        return self._numbers_of(first, second.run), self._numbers_of(second, first.run)

    @property
    def has_numbers(self) -> bool:
        """Return whether the numbers take no time: those of many classes come from a thread."""
        sides = self.first, self.second
        return all(s.series is None or s.series.is_at_once(s.nearest_epoch) for s in sides)

    def tip(self, name: str) -> str:
        """Say what a number means, and of which classes it is where that is not plain.

        Parameters
        ----------
        name : str
            One of `NUMBERS`.
        """
        return tip_of(name, self.first.run, self.second.run)

    def note(self) -> str:
        """Say what must be known to compare; empty if there is nothing to say."""
        return note_on(self.first, self.second, linked=self.linked)

    def caption(self) -> str:
        """Name the two and compare them in one sentence."""
        if self.first.run is None:
            return tr("Open a run, then put another one beside it.")
        if self.second.run is None:
            return tr("Choose a second run to compare this one with.")
        sides = zip(
            (tr("Left"), tr("right")),
            differing_moments(self.first, self.second),
            side_names(self.first, self.second, moments=False),
            strict=True,
        )
        named = (f"{side}{when and f', {when}'}: {name}" for side, when, name in sides)
        return f"{'; '.join(named)}. {self._compared(self.first.run, self.second.run)}"

    def _compared(self, one: Run, other: Run) -> str:
        left, right = self.numbers()
        unlike = why_unlike(self.first, self.second)
        cosines = left[MINORITY], right[MINORITY]
        depth = len(one.manifest.layers)
        at_classifier = self.first.view.layer % depth == depth - 1  # elsewhere none is drawn
        if at_classifier and (cosines[0] is not None or cosines[1] is not None):
            runs = one, other
            twins = bool(minority_of_twin(*runs)), bool(minority_of_twin(*reversed(runs)))
            few = len(class_groups(runs[0])[1]), len(class_groups(runs[1])[1])
            sides = zip((self.first, self.second), runs, reversed(runs), strict=True)
            found = [
                minority_collapse(run, side.nearest_epoch, minority_of_twin(run, twin))
                for side, run, twin in sides
            ]
            return compare_cosines(
                *cosines,
                balanced=twins,
                minority=few,
                collapse=(found[0], found[1]),
                unlike=unlike,
            )
        layers = self.first.view.layer, self.second.view.layer
        if not tells_by_d((one, other), layers):
            return compare_spreads(self.first.spreads(), self.second.spreads(), unlike)
        coinciding = coinciding_of(self.first), coinciding_of(self.second)
        values = (left["D"], right["D"]), (left["NC1"], right["NC1"])
        return compare_fuzziness(*values, coinciding, unlike)

    def _numbers_of(self, explorer: Explorer, other: Run | None) -> Numbers:
        run, series = explorer.run, explorer.series
        if run is None or series is None:
            return {}
        epoch, layer = explorer.nearest_epoch, explorer.view.layer % len(run.manifest.layers)
        minority = () if other is None else minority_of_twin(run, other)
        return cache_of(run).recall(
            ("compared", epoch, layer, minority, series.split),
            lambda: numbers_at(run, series, epoch, layer, minority),
        )

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)
