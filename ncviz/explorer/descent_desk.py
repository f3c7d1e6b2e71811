"""A model that descends, its past kept so that time runs both ways; needs no window."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ncviz.errors import UserError
from ncviz.explorer.held_run import HeldRun
from ncviz.explorer.model_desk import DeskMark, RoleWords
from ncviz.explorer.model_run import model_manifest, model_probe, model_snapshot, record_model
from ncviz.explorer.player import Player
from ncviz.geometry.collapse import nc1, nc2_equiangular, nc2_equinorm, nc3
from ncviz.geometry.etf import has_simplex_etf
from ncviz.geometry.slabs import one_blas_thread
from ncviz.runs.snapshot import Snapshot
from ncviz.scenes.compose import compose, recorded_around
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import State, UnconstrainedFeatures, diverged
from ncviz.theory.unconstrained_optimum import known_optimum

DESCENT_SECONDS = 0.008  # of a frame
STOPS = 160
LONGEST_STRIDE = 8  # steps between two looks at the clock, of a small model
STRIDE_PRODUCTS = 400_000  # multiplications of logits between two such looks
FARTHEST = 1e12  # beyond, squares of squares no longer fit

History = dict[str, list[float]]


def stops_up_to(steps: int) -> tuple[int, ...]:
    """Return the steps that are recorded: all at first, then at equal ratios."""
    return tuple(np.unique(np.rint(np.geomspace(1, steps + 1, STOPS)).astype(int) - 1).tolist())


class DescentDesk:
    """State of a descending model.

    The timeline runs over recorded steps. Playing and seeking forward let the
    model descend as far as that, a few steps a frame; backwards it only shows
    what was recorded.

    Listeners are called with 'problem' (another model, or it diverged),
    'ratio' (another moment), 'points' (a run was kept, or could not be).

    Parameters
    ----------
    parameters : UnconstrainedFeatures
    steps : int
        Where the timeline ends.

    Attributes
    ----------
    history : dict of name to list of float
        Of each recorded step; see `_measure`.
    trouble : str
        A sentence why the model stopped; empty while all is well.
    kept : Path, optional
        The folder of the run that was kept last.
    keep_trouble : str
        A sentence why it could not be kept.
    left_at : float
        Where the timeline stood before the model began anew.
    """

    def __init__(self, parameters: UnconstrainedFeatures, steps: int) -> None:
        self.parameters = parameters
        self.steps = steps
        self.player = Player(ease=False)
        self.left_at = 0.0
        self.history: History = {}
        self.trouble = ""
        self.kept: Path | None = None
        self.keep_trouble = ""
        self._listeners: list[Callable[[str], None]] = []
        self._keeping: threading.Thread | None = None
        self._stop_keeping = threading.Event()
        self._begin()

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each change from now on."""
        self._listeners.append(listener)

    # What is asked

    def toggle_playing(self) -> None:
        """Play, from the start if at the end, or pause."""
        self.player.pause() if self.player.playing else self.player.play()
        self._tell("ratio")

    def step(self, stops: int = 1) -> None:
        """Go to a neighbouring recorded step."""
        self.player.step(stops)
        self._tell("ratio")

    def restart(self) -> None:
        """Begin anew, and go on playing if it plays."""
        playing = self.player.playing
        self._begin()
        if playing:
            self.player.play()
        self._tell("problem")

    def keep(self, folder: Path) -> bool:
        """Record the model as a run on a thread, up to where it has descended.

        Parameters
        ----------
        folder : Path
            Must not yet hold anything.

        Returns
        -------
        bool
            False if another is being kept, or nothing has descended yet.
        """
        if self._keeping is not None or len(self.run.epochs) < 2:
            return False
        self._stop_keeping.clear()
        self.kept, self.keep_trouble = None, ""
        self._keeping = threading.Thread(
            target=self._keep,
            args=(self.parameters, folder, self.run.epochs),
            name="keep a model",
            daemon=True,
        )
        self._keeping.start()
        self._tell("points")
        return True

    @property
    def keeping(self) -> bool:
        """Return whether a run is being written."""
        return self._keeping is not None

    def close(self) -> None:
        """End what runs in the background; what was written of a run stays."""
        self._stop_keeping.set()
        if self._keeping is not None:
            self._keeping.join()
            self._keeping = None

    # Time

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        return self.player.moving or self._behind or self.keeping

    def advance(self, seconds: float) -> None:
        """Let the player's time pass, and the model descend as far as that."""
        before = self.shown_step
        self.player.advance(seconds)
        if self._behind:
            self._descend(DESCENT_SECONDS)
            if self.player.playing:  # time waits for the model
                self.player.position = min(self.player.position, self.frontier)
        if self.shown_step != before:
            self._tell("ratio")
        self._look_after_keeping()

    @property
    def descended_share(self) -> float | None:
        """Return how much of the way to the timeline's moment is descended; None if all is."""
        return self.frontier / self.player.position if self._behind else None

    def stop_descending(self) -> None:
        """Stand where the model has come to."""
        self.player.pause()
        self.player.seek(self.frontier)
        self._tell("ratio")

    def follow_player(self) -> None:
        """Show where the player was put; the model follows with the frames to come."""
        self._tell("ratio")

    @property
    def frontier(self) -> float:
        """Return the position up to which steps are recorded."""
        return self.player.position_of(float(self.run.epochs[-1]))

    @property
    def shown_step(self) -> float:
        """Return the step that is seen, between two recorded ones while playing."""
        return min(self.player.value, float(self.run.epochs[-1]))

    def value(self, name: str) -> float:
        """Return a number of the recorded step nearest to what is seen."""
        before, after, share = recorded_around(self.run.epochs, self.shown_step)
        nearest = before if share < 0.5 else after
        return self.history[name][self.run.epochs.index(nearest)]

    @property
    def _behind(self) -> bool:
        return not self.trouble and self.player.position > self.frontier

    # What is answered

    @property
    def has_ideal(self) -> bool:
        """Return whether a simplex ETF is what these classes could become."""
        return has_simplex_etf(self.parameters.classes, self.parameters.dimension)

    def scene(self, view: View) -> Scene:
        """Describe the picture of features, class means and classifier at this step."""
        shown = replace(
            view,
            show_etf=view.show_etf and self.has_ideal,
            epoch=self.shown_step,
            layer=-1,
            classes=tuple(range(self.parameters.classes)),
            hidden=(),
            pinned=(),
            hovered=None,
        )
        return compose(self.run, shown)

    def provenance(self) -> UnconstrainedFeatures:
        """Return the parameters of what is seen, for a saved picture."""
        return self.parameters

    def moment(self) -> str:
        """Say where the timeline stands."""
        return f"step {round(self.shown_step):,}"

    def longest_moment(self) -> str:
        """Return the longest text of `moment`, to keep room for."""
        return f"step {self.steps:,}"

    def roles(self) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""
        ideal = RoleWords("etf", "green: simplex ETF, the best for equal classes", "simplex ETF")
        return (
            *([ideal] if self.has_ideal else []),
            RoleWords("means", "blue, thick: class means of the features", "class mean"),
            RoleWords("classifier", "red, thin: classifier, one row a class", "classifier"),
            RoleWords("samples", "small: features, in the hue of their class", "sample"),
        )

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return some recorded steps, at least a tenth of the timeline apart."""
        found: list[tuple[float, str]] = []
        for step in self.player.stops:
            position = self.player.position_of(step)
            if not found or position - found[-1][0] >= self.player.last / 10:
                found.append((position, f"{step:g}"))
        end = self.player.last, f"{self.player.stops[-1]:g}"
        if found[-1] != end:  # the end has its label, whatever stands near it
            if len(found) > 1 and end[0] - found[-1][0] < self.player.last / 14:
                found.pop()
            found.append(end)
        return tuple(found)

    def marks(self) -> tuple[DeskMark, ...]:
        """Return the start of the terminal phase, as far as the model has descended."""
        errors = self.history["train_error"]
        wrong = [place for place, error in enumerate(errors) if error > 0]
        start = wrong[-1] + 1 if wrong else 0
        if start >= len(errors):
            return ()
        tip = f"From step {self.run.epochs[start]:,} on the training error is zero."
        position = self.player.position_of(float(self.run.epochs[start]))
        return (DeskMark(position, "TPT", tip),)

    def caption(self) -> str:
        """Say in one sentence what is to be seen."""
        raise NotImplementedError

    # The model

    def _begin(self) -> None:
        self.trouble = ""
        self.optimum = _optimum(self.parameters)
        stops = stops_up_to(self.steps)
        self.player.pause()
        self.left_at = self.player.position
        self.player.stops = tuple(float(step) for step in stops)
        self.player.seek(0.0)
        self.run = HeldRun(model_manifest(self.parameters, stops), model_probe(self.parameters))
        self.history = {}
        self._path = self._states()
        self._record(next(self._path))

    def _states(self) -> Iterator[State]:
        stops = stops_up_to(self.steps)
        p = self.parameters
        products = sum(p.class_sizes) * p.dimension * p.classes
        stride = min(max(STRIDE_PRODUCTS // products, 1), LONGEST_STRIDE)
        wanted = sorted({*stops, *range(0, self.steps, stride)})
        return simulate(p, wanted)

    def _descend(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        try:
            with one_blas_thread():
                self._descend_until(end)
        except UserError as error:
            self._stop(str(error))

    def _descend_until(self, end: float) -> None:
        while self._behind:
            state = next(self._path)
            if state.step == self.player.stops[len(self.run.epochs)]:
                self._record(state)
            if time.perf_counter() >= end:
                return

    def _stop(self, sentence: str) -> None:
        self.trouble = sentence
        self.player.pause()
        self.player.seek(min(self.player.position, self.frontier))
        self.player.stops = tuple(float(step) for step in self.run.epochs)
        self._tell("problem")

    def _record(self, state: State) -> None:
        if not max(np.abs(state.H).max(), np.abs(state.W).max()) < FARTHEST:
            raise diverged(state.step)
        snapshot = model_snapshot(self.parameters, state)
        self.run.add(snapshot)
        for name, value in self._measure(state, snapshot).items():
            self.history.setdefault(name, []).append(value)

    def _measure(self, state: State, snapshot: Snapshot) -> dict[str, float]:
        """Return the numbers of a recorded step that are plotted."""
        statistics = snapshot.layers[0].statistics["train"]
        means, rows = statistics.centered_means, state.W - state.W.mean(axis=0)
        lengths = np.linalg.norm(rows, axis=1)
        return {
            "loss": state.loss,
            "objective": state.objective,
            "train_error": snapshot.scalars["train_error"],
            "nc1": nc1(statistics),
            "nc2_equinorm_means": nc2_equinorm(means),
            "nc2_equiangular_means": nc2_equiangular(means),
            "nc3": nc3(state.W, means),
            "norm": float(lengths.mean()),
            "least_norm": float(lengths.min()),
            "largest_norm": float(lengths.max()),
            "cosine": _mean_cosine(rows),
            "gradient_norm": state.gradient_norm,
        }

    def _keep(self, parameters: UnconstrainedFeatures, out: Path, steps: tuple[int, ...]) -> None:
        try:
            with one_blas_thread():
                record_model(parameters, out, steps, stopped=self._stop_keeping.is_set)
            self.kept = out
        except UserError as error:
            self.keep_trouble = str(error)
        except OSError as error:
            self.keep_trouble = f"{out} cannot be written: {error.strerror}."

    def _look_after_keeping(self) -> None:
        if self._keeping is not None and not self._keeping.is_alive():
            self._keeping = None
            self._tell("points")

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)


def _optimum(parameters: UnconstrainedFeatures) -> State | None:
    try:
        return known_optimum(parameters)
    except UserError:
        return None


def _mean_cosine(rows: np.ndarray) -> float:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.min() > 0:
        return float("nan")
    unit = rows / lengths
    return float((unit @ unit.T)[~np.eye(len(rows), dtype=bool)].mean())
