"""The theory model that a figure or a film is of: a plain value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ncviz.errors import UserError
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.plan_texts import read_ratios
from ncviz.language import tr
from ncviz.models.descent import DescentModel
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.model import Model, models, yielding
from ncviz.models.optimum import OptimumModel
from ncviz.parameters import changed, declared, facet, from_texts, parameter, values_of
from ncviz.parameters.plain import to_text
from ncviz.runs.directions import class_groups
from ncviz.runs.run import Run


def _titles() -> dict[str, str]:
    return {name: model.title for name, model in models().items()}


def _read_settings(words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if not all(name and sign for name, sign, _ in pairs):
        raise UserError(
            tr(
                "{words!r} sets nothing: write NAME=VALUE, such as classes=7.",
                words=" ".join(words),
            )
        )
    return {name: text for name, _, text in pairs}


def _written_settings(settings: Mapping[str, Any]) -> list[str]:
    return [f"{name}={to_text(value)}" for name, value in settings.items()]


def _setting(name: str, help: str, **known: Any) -> Any:
    """Declare a setting of the Layer-Peeled Model that has an option of its own."""

    def put(plan: Any, value: Any) -> Any:
        return plan.with_settings(**{name: value})

    item = declared(LAYER_PEELED.parameters)[name]
    get = lambda plan: getattr(plan.parameters, name, item.default)  # noqa: E731
    return facet(item.kind, get, put, of="settings", in_form=False, help=help, **known)


def _with_classes(plan: Any, classes: int) -> Any:
    return plan.with_settings(classes=classes, majority=max(classes // 2, 1))


def _with_ratios(plan: Any, text: str) -> Any:
    low, high, count = read_ratios(text)
    if count < 2:
        raise UserError(tr("A curve over R needs two ends: write --ratio 1:1000:200."))
    return replace(plan, first=low, last=high)


def _with_ends(plan: Any, text: str) -> Any:
    ends = text.split(":")
    try:
        if len(ends) != 2:
            raise ValueError(text)
        first, last = (float(end) if end else None for end in ends)
    except ValueError:
        raise UserError(tr("{words!r} is not FROM:TO: write 0:500.", words=text)) from None
    return replace(plan, first=first, last=last)


def _written_ends(plan: Any) -> str:
    ends = plan.first, plan.last
    words = ("" if end is None else f"{end:.17g}" for end in ends)
    return "" if ends == (None, None) else ":".join(words)


def _end(which: int) -> Any:
    """Declare an end of the part of the timeline that a film passes."""

    def caption(plan: "ModelPlan") -> str:
        model = plan.model
        named = model.symbol if isinstance(model, OptimumModel) else "step"
        return f"{('From', 'To')[which]} {named}"

    return parameter(
        None,
        caption=caption,
        low=lambda plan: timeline(plan)[0],
        high=lambda plan: timeline(plan)[1],
        option="-",
    )


@dataclass(frozen=True)
class ModelPlan:
    """A theory model, and the part of its timeline that a film passes and that charts show.

    Parameters
    ----------
    name : str
        Of `ncviz.models.model.models`.
    settings : mapping
        Of its parameters, values or texts that stand for them; others keep their defaults. What
        is solved is drawn in a figure as they say.
    first, last : float or None
        Steps, or values of what the model is solved along; None for the ends of its timeline.
        What descends is drawn in a figure as it is at the last.
    known : mapping
        What a desk need not compute anew, and what lies beside its curve; `ModelDesk.known`.
    """

    name: str = parameter(
        LAYER_PEELED.name,
        tr("A model of theory."),
        label=tr("Model"),
        choices=_titles,
        sentence=tr("There is no model {value}: choose one of {choices}."),
        help=tr("a model of theory, in place of a run; 'ncviz model' lists them"),
        option="--model",
        stated=True,
        metavar="NAME",
    )
    settings: Mapping[str, Any] = parameter(
        factory=dict,
        help=tr("its parameters, which 'ncviz model NAME --help' lists"),
        option="--set",
        metavar="NAME=VALUE",
        split="words",
        read=_read_settings,
        write=_written_settings,
        in_form=False,
    )
    first: float | None = _end(0)
    last: float | None = _end(1)
    known: Mapping[str, Any] = field(default_factory=dict, compare=False)

    between = facet(
        str,
        _written_ends,
        _with_ends,
        of="first",
        help=tr("of its timeline: steps, or R"),
        metavar="FROM:TO",
        in_form=False,
    )
    # What the Layer-Peeled Model is asked for more shortly.
    classes = facet(
        int,
        lambda plan: getattr(plan.parameters, "classes", 0),
        _with_classes,
        of="settings",
        help=tr("of the Layer-Peeled Model"),
        option="--model-classes",
        metavar="K",
        in_form=False,
    )
    majority = _setting("majority", tr("its majority classes"), metavar="K_A")
    budget = _setting("budget", "E_H·E_W; default 5", metavar="E")
    ratio = facet(
        str,
        lambda _plan: "",
        _with_ratios,
        of="settings",
        help=tr("of R"),
        metavar="FROM:TO:COUNT",
        in_form=False,
    )

    @property
    def model(self) -> Model[Any]:
        """Return the model.

        Raises
        ------
        UserError
            If there is none of the name.
        """
        if self.name not in models():
            known = ", ".join(models())
            raise UserError(
                tr(
                    "There is no model {name!r}: choose one of {known}.",
                    name=self.name,
                    known=known,
                )
            )
        return models()[self.name]

    @cached_property
    def parameters(self) -> Any:
        """Return the model's parameters.

        Raises
        ------
        UserError
            If a setting is none of them, or a text stands for no value.
        """
        texts = {name: text for name, text in self.settings.items() if isinstance(text, str)}
        rest = {name: value for name, value in self.settings.items() if name not in texts}
        of = tr("The model {name}", name=self.name)
        found, unknown = from_texts(self.model.parameters(), texts, of)
        unknown += sorted(rest.keys() - values_of(found).keys())
        if unknown:
            known = ", ".join(sorted(values_of(found)))
            raise UserError(
                tr(
                    "{of} has no parameter {unknown!r}: the known ones are {known}.",
                    of=of,
                    unknown=unknown[0],
                    known=known,
                )
            )
        return yielding(changed(found, rest), self.settings)

    def with_settings(self, **settings: Any) -> "ModelPlan":
        """Return a plan with other values of some parameters."""
        return replace(self, settings={**self.settings, **settings})


def timeline(plan: ModelPlan) -> tuple[float, float]:
    """Return where the model's whole timeline begins and ends."""
    model = plan.model
    if isinstance(model, OptimumModel):
        span = model.span(plan.parameters)
        return span.low, span.high
    assert isinstance(model, DescentModel)
    return 0.0, float(model.steps)


def ends(plan: ModelPlan) -> tuple[float, float]:
    """Return where the part of the timeline begins and ends."""
    low, high = timeline(plan)
    return low if plan.first is None else plan.first, high if plan.last is None else plan.last


def check_model(plan: ModelPlan) -> None:
    """Refuse a model that there is not, and a part of its timeline that it does not have.

    Raises
    ------
    UserError
    """
    model, (low, high), least = plan.model, ends(plan), timeline(plan)[0]
    solved = isinstance(model, OptimumModel)
    what = model.symbol if isinstance(model, OptimumModel) else tr("The steps")
    if not (least <= low < high or (least <= low == high and not solved)):
        raise UserError(
            tr(
                "{what} cannot go from {low:g} to {high:g}: let it begin at {least:g} or more "
                "and end higher.",
                what=what,
                low=low,
                high=high,
                least=least,
            )
        )
    model.check(plan.parameters)
    if isinstance(model, OptimumModel):
        model.check(replace(plan.parameters, **{model.along: high}))
    elif high > timeline(plan)[1]:
        words = tr(
            "{title} descends {plan:g} steps, not {high:g}",
            title=model.title,
            plan=timeline(plan)[1],
            high=high,
        )
        raise UserError(tr("{words}: choose fewer.", words=words))


def plan_of(desk: ModelDesk[Any]) -> ModelPlan:
    """Return the plan of what a desk shows; what descends goes as far as it has."""
    usual = values_of(desk.model.parameters())
    settings = {n: v for n, v in values_of(desk.parameters).items() if v != usual[n]}
    last = None if isinstance(desk, OptimumDesk) else float(desk.seen.steps[-1])
    return ModelPlan(desk.model.name, settings, last=last, known=desk.known())


def passing(plan: ModelPlan, first: float, last: float) -> ModelPlan:
    """Return the plan of a film between two moments, wherever the timeline stands now."""
    along = getattr(plan.model, "along", "")
    settings = {name: value for name, value in plan.settings.items() if name != along}
    return replace(plan, settings=settings, first=first, last=last)


def peeled_as(run: Run, plan: ModelPlan | None = None) -> ModelPlan:
    """Return the Layer-Peeled Model with as many classes, and majority classes, as a run has."""
    largest, classes = len(class_groups(run)[0]), run.manifest.classes
    majority = largest if largest < classes else max(classes // 2, 1)
    return (plan or ModelPlan()).with_settings(classes=classes, majority=majority)
