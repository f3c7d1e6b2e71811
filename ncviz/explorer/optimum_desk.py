"""A model whose optimum is solved at each moment of its timeline; needs no window."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast

import numpy as np

from ncviz.charts.chart import Chart, Curve, Sign, Spot
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import rich
from ncviz.explorer.beside_curve import PinnedCurve, RunPoint, read_curves, read_points
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.model_search import AskedByName, ModelSearch
from ncviz.language import tr
from ncviz.models.model import P
from ncviz.models.optimum import GrowingCurve, OptimumModel, OptimumSoFar
from ncviz.models.span import Span
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose_model
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.wording import short_number, three_digits

MAXIMUM_PINS = 6
NUMERALS = "①②③④⑤⑥"
DASHES = ((6, 3), (2, 3), (8, 3, 2, 3), (4, 2), (1, 2), (10, 4))
CURVE_SECONDS = 0.005  # of a frame
FARTHEST = 1e12  # along, of what lies beside the curve


class OptimumDesk(ModelDesk[P]):
    """State of a model that is solved. The timeline runs over one parameter.

    Parameters
    ----------
    model : OptimumModel
    reach : tuple of 2 floats, optional
        Where the timeline begins and ends; by default as far as the parameter's slider goes.

    Attributes
    ----------
    points, pins : tuple
        Runs laid over the curve, and curves that stay.
    """

    model: OptimumModel[P]

    def __init__(self, model: OptimumModel[P], reach: tuple[float, float] | None = None) -> None:
        super().__init__(model)
        self._reach = reach
        self._span = self._span_of(self.parameters)
        self.player.stops = self._span.stops
        self.points: tuple[RunPoint, ...] = ()
        self.pins: tuple[PinnedCurve, ...] = ()
        self._was_asked = False
        self._search = ModelSearch(model.search, model.descents, model.shown_from)
        self._curve: tuple[P, GrowingCurve | None] | None = None
        self._solved: tuple[P, Any] | None = None
        self._seek_player()

    # What is asked

    def put(self, parameters: P) -> None:
        """Take these parameters exactly, and the timeline along."""
        before, self.parameters = self.parameters, parameters
        moved = self._at(before) != self._at(parameters)
        span = self._span_of(parameters)
        if span != self._span:
            self._span = span
            self.player.stops = span.stops
        if moved or self.player.position > self.player.last:
            self._seek_player()
        if replace(before, **{self.model.along: self._at(parameters)}) != parameters:
            self._changed("problem")
        elif moved:
            self._changed("ratio")

    def beside(self) -> dict[str, Any]:
        pins, points = [p.plain() for p in self.pins], [asdict(point) for point in self.points]
        return {"pins": pins, "points": points}

    def restore(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        wrong = [*super().restore(values)]
        ends = (1e-9 if self.model.logarithmic else 0.0, FARTHEST), self.model.heights
        try:
            if "pins" in values:
                self.pins = read_curves(values["pins"], *ends)[:MAXIMUM_PINS]
            if "points" in values:
                self.points = read_points(values["points"], *ends)
        except ValueError as error:
            wrong.append(
                tr(
                    "{title}: what lies beside its curve does not fit: {error}.",
                    title=self.model.title,
                    error=error,
                )
            )
        self._tell("points")
        return tuple(wrong)

    def choices(self) -> dict[str, Any]:
        return {**self.settings(), "pins": self.pins, "points": self.points}

    def put_back(self, choices: Mapping[str, Any]) -> None:
        own = dict(choices)
        self.pins, self.points = own.pop("pins", self.pins), own.pop("points", self.points)
        super().put_back(own)
        self._seek_player()
        self._changed("problem")

    def known(self) -> dict[str, Any]:
        search, beside = self._search, {"pins": self.pins, "points": self.points}
        return beside if search.answered is None else {**beside, "found": search.found}

    def take(self, known: Mapping[str, Any]) -> None:
        self.pins, self.points = known.get("pins", ()), known.get("points", ())
        if "found" in known:
            self._search.found = known["found"]

    def stop_computing(self) -> None:
        """Keep the best answer there is; without any, do without a search."""
        self._search.ask(None)
        if self._search.answered != self.model.question(self.parameters):
            self.put(self.model.without_search(self.parameters))
        self._tell("problem")

    def pin(self) -> bool:
        """Keep the present curve for comparison; return whether there was room."""
        if len(self.pins) >= MAXIMUM_PINS:
            return False
        ratios, cosines = self.answer.points
        if self.label() not in [pin.label for pin in self.pins] and np.isfinite(cosines).any():
            self.pins = (*self.pins, PinnedCurve(self.label(), ratios, cosines))
            self._tell("points")
        return True

    def unpin(self, number: int) -> None:
        """Remove a curve that was kept."""
        self.pins = (*self.pins[:number], *self.pins[number + 1 :])
        self._tell("points")

    def drag(self, number: int, height: float) -> None:
        """Drag a point of a chart to a height."""
        self.set(**self.model.dragged(self.parameters, number, height))

    def overlay(self, run: Run) -> bool:
        """Lay a run over the curve.

        Returns
        -------
        bool
            False if it has no place there.
        """
        place = self.model.place_of(run)
        if place is None:
            return False
        point = RunPoint(run.manifest.title, *place)
        self.points = (*(p for p in self.points if p != point), point)
        self._tell("points")
        return True

    def remove_point(self, number: int) -> None:
        """Take a run away that was laid over the curve."""
        self.points = (*self.points[:number], *self.points[number + 1 :])
        self._tell("points")

    def match(self, run: Run) -> None:
        """Take the parameters that a run has, as far as they are of this model."""
        self.set(**self.model.settings_of(run))

    # Time

    @property
    def moving(self) -> bool:
        curve = self.curve
        computing = curve is not None and not curve.complete
        return self.player.moving or self._search.busy or computing or self._is_new

    @property
    def solving(self) -> bool:
        """Return whether the picture still waits for an answer."""
        return self._search.busy

    @property
    def computed(self) -> float | None:
        return self._search.share if self.solving else None

    def advance(self, seconds: float) -> None:
        """Let the player's time pass and follow it; go on with what is computed."""
        if self._is_new:
            self._changed("problem")
        if self.player.advance(seconds):
            self.follow_player()
        if self._search.poll():
            self._tell("problem")
        curve = self.curve
        if curve is not None and not curve.complete:
            curve.advance(CURVE_SECONDS)
            self._tell("problem")

    def follow_player(self) -> None:
        """Take the model to where the player stands, after it was sought or stepped."""
        moment = self._span.value(self.player.position / (self.player.last or 1.0))
        if moment != self._at(self.parameters):
            self.parameters = replace(self.parameters, **{self.model.along: moment})
            self._changed("ratio")

    def seek(self, moment: float) -> None:
        self.set(**{self.model.along: moment})

    def search_elsewhere(self) -> None:
        self._search.go_elsewhere(AskedByName(self.model.name, "search"))

    def close(self) -> None:
        self._search.close()

    # What is answered

    @property
    def optimum(self) -> Any:
        """Return what is seen: the last answer that fits, else what is solved at once."""
        return self.answer.optimum

    @property
    def answer(self) -> OptimumSoFar:
        """Return what is seen, and what it is an answer to."""
        search, asked = self._search, self.parameters
        fits = search.answer is not None and self.model.fits(asked, search.answer)
        return OptimumSoFar(
            search.answer if fits else self._solution(asked),
            asked,
            search.answered if fits else None,
            search.busy,
            search.failure,
            self.curve,
            (self._span.low, self._span.high),
        )

    def _solution(self, asked: P) -> Any:
        """Solve once what picture, plots and words of a moment all ask for."""
        if self._solved is None or self._solved[0] is not asked:
            self._solved = asked, self.model.solve(asked)
        return self._solved[1]

    @property
    def seen(self) -> OptimumSoFar:
        return self.answer

    @property
    def longest(self) -> float:
        return float(np.linalg.norm(self.optimum.features, axis=1).max())

    @property
    def cosine(self) -> float:
        """Return the number of the optimum that the curve is of; NaN where there is none."""
        return self.model.cosine(self.parameters, self.optimum)

    @property
    def curve(self) -> GrowingCurve | None:
        """Return the number over the timeline."""
        span = self._span
        start = replace(self.parameters, **{self.model.along: span.low})
        if self._curve is None or self._curve[0] != start:
            self._curve = start, self.model.curve(start, (span.low, span.high))
        return self._curve[1]

    @property
    def critical(self) -> float:
        """Return from where on it is otherwise, such as R₀; NaN while it is sought."""
        return float("nan") if self.curve is None else self.curve.critical

    def chart(self, plot: Plot) -> Chart:
        """Return the curve, with those that were kept and the runs that were laid over it."""
        chart = plot.draw(self.parameters, self.answer)
        assert isinstance(chart, Chart)
        if plot != self.model.plots[0]:  # what is kept is of the curve, which the first one shows
            return chart
        kept = [self._kept(number, pin) for number, pin in enumerate(self.pins)]
        runs = [
            Spot(
                point.ratio,
                point.cosine,
                point.title,
                f"◆ {point.title}: {self.model.moment_text(point.ratio)}, "
                f"{self.model.height} {three_digits(point.cosine)}",
            )
            for point in self.points
        ]
        return replace(chart, curves=(*kept, *chart.curves), spots=(*runs, *chart.spots))

    def _kept(self, number: int, pin: PinnedCurve) -> Curve:
        # Each numeral at another place, so that those of close curves do not meet.
        place = self._span.value((number + 1) / (MAXIMUM_PINS + 1))
        return Curve(
            f"kept {number}",
            rich(f"{NUMERALS[number]} {pin.label}"),
            pin.cosines,
            "quiet",
            dash=DASHES[number],
            note=f"{NUMERALS[number]} {pin.label}",
            end="",
            makes_room=False,
            at=pin.ratios,
            sign=Sign(NUMERALS[number], place),
        )

    def label(self) -> str:
        """Return in short what the curve is of."""
        return self.model.label(self.parameters)

    def scene(self, view: View) -> Scene:
        """Describe the picture of features and classifiers at this moment."""
        optimum = self.optimum
        names = self.model.class_names(self.parameters)
        samples = self.model.samples(self.parameters, optimum)
        ghost = self.model.ghost(self.parameters)
        scene = compose_model(optimum.features, optimum.weights, names, view, samples, ghost)
        return replace(scene, note=self.model.note(optimum, scene.note))

    def said(self) -> dict[str, Any]:
        return {
            **self.model.said(self.parameters, self.answer),
            **super().said(),
            "moment": self.at,
        }

    def moment_text(self) -> str:
        return self.model.moment_text(self._at(self.parameters))

    def longest_moment(self) -> str:
        shares = np.linspace(0.0, 1.0, 9)
        return max((self.model.moment_text(self._span.value(x)) for x in shares), key=len)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        values = self.model.ticks_of(self.parameters)
        return tuple((self.player.position_of(value), short_number(value)) for value in values)

    @property
    def at(self) -> float:
        """Return where the timeline stands."""
        return self._at(self.parameters)

    def _at(self, parameters: P) -> float:
        return cast(float, getattr(parameters, self.model.along))

    def _span_of(self, parameters: P) -> Span:
        span = self.model.span(parameters)
        return (
            span if self._reach is None else replace(span, low=self._reach[0], high=self._reach[1])
        )

    def _seek_player(self) -> None:
        self.player.seek(self.player.last * self._span.share(self._at(self.parameters)))

    @property
    def _is_new(self) -> bool:
        """Return whether nothing was sought yet that is to be: a room asks once it is seen."""
        return not self._was_asked and self.model.search(self.parameters) is not None

    def _changed(self, what: str) -> None:
        self._was_asked = True
        sought = self.model.search(self.parameters) is not None
        self._search.ask(self.model.question(self.parameters) if sought else None)
        self._tell(what)
