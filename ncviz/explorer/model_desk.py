"""A theory model under its controls: its parameters, its timeline, its picture; no window."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Generic

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.plot import Plot
from ncviz.errors import UserError
from ncviz.explorer.player import Player
from ncviz.language import tr
from ncviz.models.model import Mark, Model, Number, P, RoleWords, clipped
from ncviz.parameters import changed, check, declared, from_plain, values_of
from ncviz.scenes.layout import VANISHED
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.wording import upper_first

NOTHING = tr("All class means are shorter than 10⁻¹², which is drawn as nothing.")
FRAME, PAUSE = 0.1, 0.01  # seconds between two looks at what is computed, and where nothing came


class ModelDesk(Generic[P]):
    """State of a model.

    Listeners are called with 'problem' (another model: everything is out of
    date), 'ratio' (another moment of the same) or 'points' (what lies beside
    its curves).

    Attributes
    ----------
    parameters : dataclass
        What is asked, of the model's own kind.
    player : Player
        Its timeline.
    keeping : bool
        Whether a run of it is being written.
    """

    keeping = False

    def __init__(self, model: Model[P]) -> None:
        self.model = model
        self.parameters = model.parameters()
        self.player = Player(ease=False)
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each change from now on."""
        self._listeners.append(listener)

    # What is asked

    def set(self, **changes: Any) -> None:
        """Change some parameters: clipped to their ranges, and what has no room gives way.

        Raises
        ------
        TypeError
            If there is no such parameter.
        UserError
            If a value cannot be, such as what is no number.
        """
        after = clipped(
            self.model.settled(self.parameters, changed(self.parameters, changes), changes)
        )
        check(after, "model")
        self.put(after)

    def put(self, parameters: P) -> None:
        """Take these parameters exactly."""
        raise NotImplementedError

    # What is kept of it

    def settings(self) -> dict[str, Any]:
        """Return what the user has set, as names and values."""
        return values_of(self.parameters)

    def restore(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Bring back what was set.

        Parameters
        ----------
        values : mapping of str to object
            Of a file, which may be of another version or edited by hand; unknown names are
            those of another version.

        Returns
        -------
        tuple of str
            A sentence for each value that cannot be; it is left at its default.
        """
        found = self.model.parameters()
        left = [name for name in declared(found) if name in values]
        while True:
            refused = dict[str, str]()
            for name in left:
                try:
                    found = from_plain(found, {name: values[name]}, "model")
                except UserError as error:
                    refused[name] = f"{self.model.title}: {error}"
            if len(refused) == len(left):
                break
            left = list(refused)  # the range of one may hang on another that came after it
        self.put(found)
        return tuple(refused.values())

    def plain(self) -> dict[str, Any]:
        """Return what a session keeps, as JSON can hold it; `restore` brings it back."""
        return {**self.settings(), **self.beside()}

    def beside(self) -> dict[str, Any]:
        """Return what lies beside its curves, as JSON can hold it."""
        return {}

    def choices(self) -> dict[str, Any]:
        """Return what can be taken back: what was set, and what lies beside the curves."""
        return self.settings()

    def put_back(self, choices: Mapping[str, Any]) -> None:
        """Bring some of these choices back exactly; the rest stays."""
        self.put(changed(self.parameters, choices))

    # Time

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        raise NotImplementedError

    def advance(self, seconds: float) -> None:
        """Let time pass: play, and go on with what is being computed."""
        raise NotImplementedError

    def follow_player(self) -> None:
        """Take the model to where the player was put."""
        raise NotImplementedError

    def seek(self, moment: float) -> None:
        """Take the model and its timeline to a step, or to a value of what it runs over."""
        self.player.seek(self.player.position_of(moment))
        self.follow_player()

    @property
    def computed(self) -> float | None:
        """Return how much of what is awaited is computed, in 0…1; None while nothing is."""
        return None

    def stop_computing(self) -> None:
        """Make do with what there is."""

    def finish(self) -> None:
        """Wait until all that is awaited is computed; nothing must play."""
        for _ in self.computing():
            pass

    def computing(self) -> Iterator[float]:
        """Wait as `finish`, and yield now and then how much of it is computed, in 0…1."""
        while self.moving:
            before = self.computed
            yield before or 0.0
            self.advance(FRAME)
            if self.computed == before:  # what a thread works on comes sooner if it is let
                time.sleep(PAUSE)

    def known(self) -> dict[str, Any]:
        """Return what another desk of these parameters need not compute or ask for anew."""
        return {}

    def take(self, known: Mapping[str, Any]) -> None:
        """Take up what a desk of these parameters knows, before anything is asked of this one."""

    # What is answered

    def chart(self, plot: Plot) -> Chart:
        """Return the chart of one of the model's plots, as it is now."""
        raise NotImplementedError

    @property
    def charted(self) -> Moment | None:
        """Return what charts over the steps of a descent are of; None for what is solved."""
        return None

    @property
    def seen(self) -> Any:
        """Return what is seen at this moment, as the model speaks of it."""
        raise NotImplementedError

    def scene(self, view: View) -> Scene:
        """Describe the picture at this moment."""
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """Return what a saved picture says of the model and of the moment."""
        return {"parameters": asdict(self.parameters), "moment": self.player.value}

    def moment_text(self) -> str:
        """Say where the timeline stands, e.g. 'R = 12.2'."""
        raise NotImplementedError

    def moment_in_words(self) -> str:
        """Say it to begin a line with: 'Step 3', but 't = 3', as letters of formulas stay."""
        text = self.moment_text()
        return text if " = " in text else upper_first(text)

    def longest_moment(self) -> str:
        """Return the longest text of `moment`, to keep room for."""
        raise NotImplementedError

    def caption(self) -> str:
        """Say in one sentence what is to be seen, and in another if there is nothing."""
        sentence = self.model.caption(self.parameters, self.seen)
        return sentence if self.longest >= VANISHED else f"{sentence} {NOTHING}"

    @property
    def longest(self) -> float:
        """Return how long the longest class mean is, which the picture enlarges to its size."""
        raise NotImplementedError

    def numbers(self) -> tuple[Number, ...]:
        """Return what is read at this moment."""
        return self.model.numbers(self.parameters, self.seen)

    def roles(self) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""
        return self.model.roles(self.parameters)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return positions of the timeline with their labels."""
        raise NotImplementedError

    def marks(self) -> tuple[Mark, ...]:
        """Return the moments to mark on the timeline."""
        return self.model.marks(self.parameters, self.seen)

    def search_elsewhere(self) -> None:
        """Search in a process what takes long, where a window must not be held up."""

    def close(self) -> None:
        """End what runs in the background."""

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)
