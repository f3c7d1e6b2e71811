"""A published experiment as one value: what was claimed, what is trained, what is expected."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ncviz.charts.plot import plots
from ncviz.charts.rich_text import plain
from ncviz.explorer.room_names import EXPLORE, ROOMS
from ncviz.language import named, tr
from ncviz.metrics.elasticity import OF_TRAINING
from ncviz.metrics.metric import Metric, metrics
from ncviz.parameters import changed, declared, parameter, value_of, values_of
from ncviz.recording.fine_tuning import FineTuning
from ncviz.runs.splits import TEST, TRAIN, TWO_LABELS, Split
from ncviz.scenes.view_text import text_to_view
from ncviz.training.further_splits import read_further
from ncviz.training.recipe import Recipe
from ncviz.training.two_label_splits import two_label_title
from ncviz.wording import three_digits, upper_first, written_number

# What people read of an experiment's file.
PROSE = frozenset(("title", "group", "claim", "scaled", "differs", "published", "figure", "then"))
SMALL, PUBLISHED = "small", "published"
LAST = -1  # layer or epoch

# What a number has to be beside what was published.
ABOUT, AT_LEAST, AT_MOST = "about", "at least", "at most"
SMALLER, LARGER = "smaller", "larger"  # than another variant's
# Over variants, layers or epochs.
FALLS, RISES, STAYS, TURNS = "falls", "rises", "stays", "falls, then rises"
LINEAR, GEOMETRIC = "linear", "geometric"  # on a line, as it is or in the logarithm
OF_VALUE, OF_ANOTHER = (ABOUT, AT_LEAST, AT_MOST), (SMALLER, LARGER)
STRAIGHT = LINEAR, GEOMETRIC
OF_MANY = FALLS, RISES, STAYS, TURNS, *STRAIGHT
VARIANTS, LAYERS, EPOCHS = named("variants"), named("layers"), named("epochs")
# Numbers beside the metrics.
OF_SPLIT = {"error": tr("Share of mistakes"), "loss": tr("Mean loss")}
OF_RECIPE = {"parameters": tr("Trained parameters")}
BESIDE_METRICS = OF_SPLIT | OF_RECIPE | {name: words for name, (words, _) in OF_TRAINING.items()}


@dataclass(frozen=True)
class Publication:
    """Where something was published."""

    authors: str = parameter("", asked=tr("who published it"))
    year: int = parameter(0, low=1900, high=2100)
    where: str = parameter(
        "", tr("Journal, conference or archive."), asked=tr("where it was published")
    )
    figure: str = parameter(
        "", tr("Figure, table or theorem."), asked=tr("the figure, table or theorem")
    )

    @property
    def words(self) -> str:
        """Return it as one cites it."""
        return f"{self.authors}, {self.where} {self.year}, {self.figure}"


@dataclass(frozen=True)
class ModelProblem:
    """A theory model with its parameters, at a step of its descent.

    Parameters
    ----------
    model : str
        Its name.
    parameters : dataclass
        The model's own.
    step : float, optional
        Of a descent; by default the last.
    """

    model: str
    parameters: Any
    step: float | None = None


Trained = Recipe | FineTuning  # what is trained, a run a seed
Subject = Trained | ModelProblem


@dataclass(frozen=True)
class Variant:
    """One of the things that an experiment compares.

    Parameters
    ----------
    name : str
        Empty where there is one alone.
    small, published : Recipe, FineTuning or ModelProblem
        What is trained or solved on an ordinary computer, and as it was published.
    """

    name: str
    small: Subject
    published: Subject


@dataclass(frozen=True)
class Expected:
    """A number, and what it has to be."""

    number: str = parameter(
        "",
        tr(
            "A metric, 'error', 'loss', 'parameters', one of all moments together, or of the model."
        ),
        asked=tr("which number"),
    )
    published: str = parameter(
        "", tr("What was published of it, in words or digits."), asked=tr("what was published")
    )
    relation: str = parameter(
        ABOUT, tr("What ours has to be."), choices=(*OF_VALUE, *OF_ANOTHER, *OF_MANY)
    )
    value: float | None = parameter(
        None,
        tr(
            "For 'about', 'at least' and 'at most'; of 'linear' and 'geometric' the least "
            "correlation."
        ),
    )
    tolerance: float = parameter(
        0.0,
        tr(
            "How far from the value; by what share of it what falls or rises may step back, what "
            "stays may move, and by what share of the least what falls, then rises has to do both."
        ),
        low=0.0,
        high=1e12,
    )
    variant: str = parameter("", tr("Of which variant; by default the first."))
    count: int = parameter(
        0, tr("So many of the variants at least, in the place of one."), low=0, high=100
    )
    than: str = parameter("", tr("The variant that it is smaller or larger than."))
    factor: float = parameter(
        1.0, tr("Smaller or larger than so many times the other."), low=0.0, high=1e12, above=True
    )
    over: str = parameter(
        "", tr("What it falls or rises over."), choices=("", VARIANTS, LAYERS, EPOCHS)
    )
    layer: int = parameter(
        LAST,
        tr("Number from 0, the input; −1 is the last. Over layers the first one, by default 0."),
        low=-1,
        high=5000,
    )
    epoch: int = parameter(LAST, tr("A recorded one; −1 is the last."), low=-1, high=10**9)
    split: str = parameter("train", tr("train, test, or one of `measured_on`."))

    @property
    def reading(self) -> str:
        """Return what is read off a run, as files of results name it in every language."""
        layer = "" if self.layer == LAST else f" layer {self.layer}"
        epoch = "" if self.epoch == LAST else f" epoch {self.epoch}"
        over = f" over {self.over}" if self.over in (LAYERS, EPOCHS) else ""
        return f"{self.number}{layer}{epoch} {self.split}{over}"

    def words(self, split: str) -> str:
        """Return which number it is, for people.

        Parameters
        ----------
        split : str
            What its split is called.
        """
        known = metrics().get(self.number)
        beside = BESIDE_METRICS.get(self.number, self.number)
        name = beside if known is None else _name_of(known)
        start = tr("from ") if self.over == LAYERS else ""
        place = (
            []
            if self.layer == LAST
            else [tr("{start}layer {layer}", start=start, layer=self.layer)]
        )
        place += (
            []
            if self.epoch == LAST or self.over == EPOCHS
            else [tr("epoch {epoch}", epoch=self.epoch)]
        )
        place += [] if self.split == TRAIN.name else [split]
        place += [self.variant] if self.variant and self.over != VARIANTS else []
        return f"{name} ({', '.join(place)})" if place else name

    @property
    def wanted(self) -> str:
        """Return what it has to be, for people."""
        number = three_digits(self.value)
        of = tr(" in at least {count} of the variants", count=self.count) if self.count else ""
        allowed = tr(
            ", steps back of up to {tolerance:.3g} % allowed", tolerance=100 * self.tolerance
        )
        back = allowed if self.tolerance else ""
        times = (
            "" if self.factor == 1 else tr("{factor} times ", factor=written_number(self.factor))
        )
        return {
            ABOUT: f"{number} ± {three_digits(self.tolerance)}{of}",
            AT_LEAST: f"≥ {number}{of}",
            AT_MOST: f"≤ {number}{of}",
            SMALLER: tr("below {times}that of {than}", times=times, than=self.than),
            LARGER: tr("above {times}that of {than}", times=times, than=self.than),
            FALLS: tr("falls over the {over}{back}", over=tr(self.over), back=back),
            RISES: tr("rises over the {over}{back}", over=tr(self.over), back=back),
            STAYS: tr(
                "stays over the {over}, ± {tolerance:.3g} %",
                over=tr(self.over),
                tolerance=100 * self.tolerance,
            ),
            TURNS: tr("falls, then rises over the {over}", over=tr(self.over)),
            LINEAR: tr(
                "on a line over the {over}, |r| ≥ {number}", over=tr(self.over), number=number
            ),
            GEOMETRIC: tr(
                "its logarithm on a line over the {over}, |r| ≥ {number}",
                over=tr(self.over),
                number=number,
            ),
        }[self.relation]


def _check_plots(names: tuple[str, ...]) -> None:
    for name in names:
        if name not in plots():
            raise ValueError(
                tr("plots has {name!r}: choose among {plots}", name=name, plots=", ".join(plots()))
            )


def _name_of(metric: Metric) -> str:
    """Return what a metric is called; what shares its notion with others, by its label."""
    alone = [each.key for each in metrics().values()].count(metric.key) == 1
    return metric.notion.name if alone else upper_first(plain(metric.label))


@dataclass(frozen=True)
class Shown:
    """How the window shows it."""

    room: str = parameter(EXPLORE, choices=tuple(ROOMS))
    view: str = parameter("ncviz:v1", tr("The text of a view."), check=text_to_view)
    plots: tuple[str, ...] = parameter((), tr("From top to bottom."), check=_check_plots)
    variant: str = parameter("", tr("Which one; by default the first."))
    beside: str = parameter("", tr("The variant on the right of the comparison."))
    plays: bool = parameter(False, tr("Whether time runs from the first epoch on: a film."))


@dataclass(frozen=True)
class Knob:
    """A field to turn, and what happens then."""

    field: str = parameter("", asked=tr("the field to turn"))
    to: object = parameter(None, tr("What it is turned to."))
    then: str = parameter("", asked=tr("what happens then"))
    variant: str = parameter("", tr("Of which variant; by default the first."))


@dataclass(frozen=True)
class Experiment:
    """A published experiment.

    Parameters
    ----------
    name : str
        Of its file.
    source : Publication
    variants : tuple of Variant
        What is trained or solved, at least one.
    expected : tuple of Expected
        At least one.
    shown : Shown
    knob : Knob, optional
    """

    name: str = ""
    title: str = parameter("", asked=tr("what it is called"))
    group: str = parameter(
        "", tr("The topic that it belongs to."), asked=tr("the topic it belongs to")
    )
    order: int = parameter(1000, tr("Place in lists."), low=0, high=10**6)
    claim: str = parameter("", tr("What was claimed, a sentence."), asked=tr("what was claimed"))
    scaled: str = parameter("", tr("What the small form scales down, a sentence."))
    differs: str = parameter(
        "", tr("Why not all that is expected holds, as far as known: a few sentences.")
    )
    source: Publication = field(default_factory=Publication)
    variants: tuple[Variant, ...] = ()
    expected: tuple[Expected, ...] = ()
    shown: Shown = field(default_factory=Shown)
    knob: Knob | None = None

    def variant(self, name: str = "") -> Variant:
        """Return the variant of a name, by default the first."""
        return next((each for each in self.variants if each.name == name), self.variants[0])

    def words_of(self, expected: Expected) -> str:
        """Return which number is expected, for people, its split by the title that runs give it."""
        return expected.words(_title(self.variant(expected.variant).small, expected.split))

    @property
    def has_published_form(self) -> bool:
        """Return whether the published form is another than the small one."""
        return any(variant.small != variant.published for variant in self.variants)

    @property
    def is_drawn(self) -> bool:
        """Return whether a seed decides what comes out: not of what is solved exactly."""
        return any("seed" in values_of(_of(each.small)) for each in self.variants)

    @property
    def start(self) -> object:
        """Return where the knob stands before it is turned."""
        assert self.knob is not None
        return value_of(_of(self.variant(self.knob.variant).small), self.knob.field)


def _of(subject: Subject) -> Any:
    return subject if isinstance(subject, Trained) else subject.parameters


def _title(subject: Subject, split: str) -> str:
    """Return what a split is called, as its runs do."""
    known = [TRAIN, TEST]
    if isinstance(subject, Recipe):
        known += [Split(name, two_label_title(of)) for of, name in TWO_LABELS.items()]
        known += [Split(e.name, e.title) for e in read_further(subject.data.measured_on)]
    return next((each for each in known if each.name == split), Split(split, split)).title


def with_values(subject: Subject, **values: Any) -> Subject:
    """Return what is trained or solved with other values of some of its fields."""
    if isinstance(subject, Trained):
        return changed(subject, values)
    return replace(subject, parameters=changed(subject.parameters, values))


def subject_of(variant: Variant, form: str, seed: int, data_folder: str = "") -> Subject:
    """Return what is trained or solved.

    Parameters
    ----------
    variant : Variant
    form : str
        'small' or 'published'.
    seed : int
        Where there is one.
    data_folder : str, optional
        Where a full data set lies.
    """
    subject = variant.small if form == SMALL else variant.published
    seeds = {"seed": seed} if "seed" in declared(_of(subject)) else {}
    folder = {"data_folder": data_folder} if data_folder and isinstance(subject, Recipe) else {}
    return with_values(subject, **seeds, **folder)


def mark_of(subject: Subject) -> str:
    """Return what tells a subject from others, wherever its data lie."""
    if isinstance(subject, Recipe):
        said: Mapping[str, Any] = {**subject.to_dict(), "data_folder": ""}
    elif isinstance(subject, FineTuning):
        said = subject.to_dict()
    else:
        said = {
            "model": subject.model,
            "step": subject.step,
            **values_of(subject.parameters),
        }
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
