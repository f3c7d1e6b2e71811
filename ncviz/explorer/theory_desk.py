"""The Layer-Peeled Model under its sliders; needs no window."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.class_shapes import FREE, TWO_GROUPS, Shape, preset_named, resized, shape_of
from ncviz.explorer.class_shapes import sizes_of as sizes_of_shape
from ncviz.explorer.model_desk import DeskMark, Number, RoleWords
from ncviz.explorer.peeled_optimum import (
    CURVE_RATIOS,
    MAXIMUM_RATIO,
    Optimum,
    curve_of_groups,
    optimum_of_groups,
    optimum_of_sizes,
    solution_of_groups,
)
from ncviz.explorer.peeled_points import PinnedCurve, RunPoint
from ncviz.explorer.peeled_words import (
    caption_of_groups,
    caption_of_power,
    caption_of_shape,
    class_names_of,
    note_of,
    numbers_of,
    roles_of,
)
from ncviz.explorer.player import Player
from ncviz.explorer.power_solver import PowerQuestion, PowerSaid, PowerSolver
from ncviz.explorer.shape_curve import ShapeCurve
from ncviz.runs.directions import class_groups
from ncviz.runs.measures import imbalance_ratio, minority_cosine
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose_model
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import MinorityCosineCurve, TwoGroupProblem, TwoGroupSolution
from ncviz.wording import three_digits

MAXIMUM_CLASSES = 20
BUDGETS = (0.1, 100.0)
POWERS = (1.1, 6.0)
MAXIMUM_PINS = 6
CURVE_SECONDS = 0.005  # of a frame
DECADES = (*(m * 10.0**e for e in range(4) for m in (1, 2, 5)), 1e4)

Floats = NDArray[np.float64]


class TheoryDesk:
    """State of the Layer-Peeled Model. The timeline runs over R, at equal ratios.

    Listeners are called with 'problem' (K, K_A, class sizes, the budget or q
    changed, or an answer came), 'ratio' or 'points' (what lies beside the curve).

    Attributes
    ----------
    problem : TwoGroupProblem
        K, K_A, R and E_H·E_W; K_A does not apply to other shapes of sizes.
    shape : tuple of float, optional
        Exponents of any class sizes, see `ncviz.explorer.class_shapes`; None
        for two groups.
    preset : str
        The name of the shape.
    q : float
        The power of the features' norm in the budget.
    points, pins : tuple
        Runs laid over the curve, and curves that stay.
    """

    def __init__(self) -> None:
        self.problem = TwoGroupProblem(classes=4, majority=2, ratio=1.0, budget=5.0)
        self.shape: Shape | None = None
        self.preset = TWO_GROUPS
        self.q = 2.0
        self.player = Player(stops=tuple(float(r) for r in np.geomspace(1, MAXIMUM_RATIO, 161)))
        self.player.ease = False
        self.points: tuple[RunPoint, ...] = ()
        self.pins: tuple[PinnedCurve, ...] = ()
        self._listeners: list[Callable[[str], None]] = []
        self._power = PowerSolver()
        self._shape_curve: ShapeCurve | None = None

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each change from now on."""
        self._listeners.append(listener)

    # What is asked

    def set_problem(self, **changes: float) -> None:
        """Change some of `classes`, `majority`, `budget`; R stays.

        The number of majority classes is kept below the number of classes.
        """
        values = {**vars(self.problem), **changes}
        classes = int(values["classes"])
        problem = TwoGroupProblem(
            classes=classes,
            majority=min(int(values["majority"]), classes - 1),
            ratio=float(values["ratio"]),
            budget=float(values["budget"]),
        )
        if problem == self.problem:
            return
        if self.shape is not None and len(self.shape) != classes:
            make = None if self.preset == FREE else preset_named(self.preset).shape
            self.shape = resized(self.shape, classes) if make is None else make(classes)
        self.problem = problem
        self._changed("problem")

    def set_ratio(self, ratio: float) -> None:
        """Change R."""
        ratio = min(max(ratio, 1.0), MAXIMUM_RATIO)
        if ratio != self.problem.ratio:
            self.problem = replace(self.problem, ratio=ratio)
            self._changed("ratio")

    def seek_ratio(self, ratio: float) -> None:
        """Change R and take the timeline along."""
        self._seek_player(ratio)
        self.set_ratio(ratio)

    def set_preset(self, name: str) -> None:
        """Take the class sizes of a preset."""
        preset = preset_named(name)
        self.preset = name
        self.shape = None if preset.shape is None else preset.shape(self.problem.classes)
        if name != TWO_GROUPS or self.problem.ratio == 1.0:
            self._seek_player(preset.ratio)
            self.problem = replace(self.problem, ratio=preset.ratio)
        self._changed("problem")

    def set_sizes(self, sizes: Sequence[float]) -> None:
        """Take any class sizes, as multiples of the smallest; as many as classes.

        Larger than `MAXIMUM_RATIO` times the smallest is clipped.
        """
        least = min(sizes)
        shape, ratio = shape_of([min(size / least, MAXIMUM_RATIO) for size in sizes])
        if ratio > 1 or self.shape is None:
            self.shape = shape
        self.preset = FREE
        self._seek_player(ratio)
        majority = min(self.problem.majority, len(shape) - 1)
        self.problem = replace(self.problem, classes=len(shape), majority=majority, ratio=ratio)
        self._changed("problem")

    def set_power(self, q: float) -> None:
        """Change q; other than 2, the optimum is sought on a thread."""
        before, self.q = self.q, min(max(q, POWERS[0]), POWERS[1])
        if self.q != before:
            self._changed("problem")

    @property
    def solved_share(self) -> float | None:
        """Return how much of the search for another q is done; None while there is none."""
        return self._power.share if self.solving else None

    def stop_solving(self) -> None:
        """Keep the best answer there is; without any, go back to q = 2."""
        self._power.ask(None)
        self.q = self.q if self._power.answered == self._question else 2.0
        self._tell("problem")

    @property
    def _question(self) -> PowerQuestion:
        return PowerQuestion(self.sizes, self.problem.budget, self.q)

    def renew(self) -> None:
        """Take up attributes that were put back from outside, R and its timeline too."""
        self._seek_player(self.problem.ratio)
        self._changed("problem")

    def pin(self) -> bool:
        """Keep the present curve for comparison; return whether there was room."""
        if len(self.pins) >= MAXIMUM_PINS:
            return False
        ratios, cosines = self.curve_points()
        if self.label() not in [pin.label for pin in self.pins] and np.isfinite(cosines).any():
            self.pins = (*self.pins, PinnedCurve(self.label(), ratios, cosines))
            self._tell("points")
        return True

    def unpin(self, number: int) -> None:
        """Remove a curve that was kept."""
        self.pins = (*self.pins[:number], *self.pins[number + 1 :])
        self._tell("points")

    def overlay(self, run: Run) -> bool:
        """Lay a run over the curve.

        Returns
        -------
        bool
            False if it has no two minority classes to compare.
        """
        cosine = minority_cosine(run, run.epochs[-1])
        if cosine is None:
            return False
        point = RunPoint(run.manifest.title, imbalance_ratio(run), cosine)
        self.points = (*(p for p in self.points if p != point), point)
        self._tell("points")
        return True

    def remove_point(self, number: int) -> None:
        """Take a run away that was laid over the curve."""
        self.points = (*self.points[:number], *self.points[number + 1 :])
        self._tell("points")

    def match(self, run: Run) -> None:
        """Set K, K_A and R to those of a run with two sizes of classes."""
        majority, minority = (len(group) for group in class_groups(run))
        if majority and minority and majority + minority <= MAXIMUM_CLASSES:
            self.shape, self.preset = None, TWO_GROUPS
            self.set_problem(classes=majority + minority, majority=majority)
            self.seek_ratio(imbalance_ratio(run))

    # Time

    @property
    def moving(self) -> bool:
        """Return whether `advance` would change anything."""
        curve = self._curve_of_shape()
        return self.player.moving or self._power.busy or not (curve is None or curve.complete)

    @property
    def solving(self) -> bool:
        """Return whether the picture still waits for the answer to another q."""
        return self._power.busy

    def advance(self, seconds: float) -> None:
        """Let the player's time pass and follow it with R; go on with what is computed."""
        if self.player.advance(seconds):
            self.follow_player()
        if self._power.poll():
            self._tell("problem")
        curve = self._curve_of_shape()
        if curve is not None and not curve.complete:
            curve.advance(CURVE_SECONDS)
            self._tell("problem")

    def follow_player(self) -> None:
        """Take R to where the player stands, after it was sought or stepped."""
        self.set_ratio(MAXIMUM_RATIO ** (self.player.position / self.player.last))

    def close(self) -> None:
        """End what runs in the background."""
        self._power.close()

    # What is answered

    @property
    def sizes(self) -> tuple[float, ...]:
        """Return the class sizes, as multiples of the smallest; at R = 1 all are 1."""
        shape = self.shape
        if shape is None:
            majority = self.problem.majority
            shape = (1.0,) * majority + (0.0,) * self.problem.minority
        return sizes_of_shape(shape, self.problem.ratio)

    @property
    def solution(self) -> TwoGroupSolution:
        """Return the optimum of the two groups at this R."""
        return solution_of_groups(self.problem)

    @property
    def optimum(self) -> Optimum:
        """Return what is seen: for q ≠ 2 the last answer that fits, else the certified one."""
        answer = self._power_answer()
        if answer is not None:
            return answer
        if self.shape is None:
            return optimum_of_groups(self.problem)
        return optimum_of_sizes(self.sizes, self.problem.budget)

    @property
    def cosine(self) -> float:
        """Return that of two minority classifiers, or of the two smallest classes'.

        NaN at any q where there is one minority class: it has no second one.
        """
        one = self.shape is None and self.problem.minority < 2
        return float("nan") if one else self.optimum.cosine

    @property
    def curve(self) -> MinorityCosineCurve:
        """Return the optima of two groups at `CURVE_RATIOS`, and R₀."""
        problem = self.problem
        return curve_of_groups(problem.classes, problem.majority, problem.budget)

    @property
    def critical_ratio(self) -> float:
        """Return R₀: from there on two classifiers are one; NaN while it is sought."""
        curve = self._curve_of_shape()
        return self.curve.critical_ratio if curve is None else curve.critical_ratio

    def curve_points(self) -> tuple[Floats, Floats]:
        """Return ratios and cosines of the curve, NaN where not yet computed."""
        curve = self._curve_of_shape()
        return (CURVE_RATIOS, self.curve.cosines) if curve is None else curve.points()

    def label(self) -> str:
        """Return in short what the curve is of."""
        p = self.problem
        groups = f"K_A = {p.majority}" if self.shape is None else self.preset
        return f"K = {p.classes}, {groups}, E = {three_digits(p.budget)}"

    def class_names(self) -> tuple[str, ...]:
        """Return names for the picture: majority classes A, minority classes B, else numbers."""
        return class_names_of(self.problem, two_groups=self.shape is None)

    def scene(self, view: View) -> Scene:
        """Describe the picture of features and classifiers at this R."""
        optimum = self.optimum
        scene = compose_model(optimum.features, optimum.weights, self.class_names(), view)
        return replace(scene, note=note_of(optimum, scene.note))

    def provenance(self) -> TwoGroupProblem | PowerQuestion | PowerSaid:
        """Return the parameters of what is seen, for a saved picture."""
        said = self._power.said() if self._power_answer() is not None else None
        if said is not None:
            return said
        if self.shape is None:
            return self.problem
        return PowerQuestion(self.sizes, self.problem.budget, 2.0)

    def moment(self) -> str:
        """Say where the timeline stands."""
        return f"R = {three_digits(self.problem.ratio)}"

    def longest_moment(self) -> str:
        """Return the longest text of `moment`, to keep room for."""
        return f"R = {three_digits(MAXIMUM_RATIO)}"

    def numbers(self) -> tuple[Number, ...]:
        """Return what is read at this R."""
        return numbers_of(self.optimum, self.cosine, two_groups=self.shape is None)

    def roles(self) -> tuple[RoleWords, ...]:
        """Return what the colours, spheres and sticks of the picture are."""
        return roles_of(two_groups=self.shape is None, square=self.q == 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return the decades of R and what lies between them."""
        return tuple((self.player.position_of(value), f"{value:g}") for value in DECADES)

    def marks(self) -> tuple[DeskMark, ...]:
        """Return R₀, if the timeline reaches it; it is known for q = 2 only."""
        critical = self.critical_ratio
        if self.q != 2 or not critical <= MAXIMUM_RATIO:
            return ()
        tip = f"Minority Collapse from R₀ = {three_digits(critical)} on."
        return (DeskMark(self.player.position_of(critical), "R₀", tip),)

    def caption(self) -> str:
        """Say in one sentence what is to be seen."""
        if self.q != 2:
            question = self._question
            if self._power.failure and not self.solving:
                return self._power.failure
            answered = self._power.answered if self._power_answer() is not None else None
            return caption_of_power(question, answered, self.optimum, self.solving)
        critical, optimum = self.critical_ratio, self.optimum
        if self.shape is None:
            return caption_of_groups(self.solution, critical, optimum, MAXIMUM_RATIO)
        return caption_of_shape(
            optimum, self.sizes, critical if critical <= MAXIMUM_RATIO else None
        )

    def _power_answer(self) -> Optimum | None:
        """Return the last answer to another q, if it is what is seen."""
        answer = self._power.answer
        if self.q == 2 or answer is None or len(answer.weights) != self.problem.classes:
            return None
        return answer

    def _curve_of_shape(self) -> ShapeCurve | None:
        if self.shape is None:
            return None
        key = self.shape, self.problem.budget
        if self._shape_curve is None or (self._shape_curve.shape, self._shape_curve.budget) != key:
            self._shape_curve = ShapeCurve(self.shape, self.problem.budget, MAXIMUM_RATIO)
        return self._shape_curve

    def _seek_player(self, ratio: float) -> None:
        share = math.log(max(ratio, 1.0)) / math.log(MAXIMUM_RATIO)
        self.player.seek(self.player.last * share)

    def _changed(self, what: str) -> None:
        self._power.ask(None if self.q == 2 else self._question)
        self._tell(what)

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)
