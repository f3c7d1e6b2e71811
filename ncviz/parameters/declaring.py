"""The declaration of a field, and of a part whose fields lie flat beside those of the whole."""

import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from ncviz.wording import upper_first, written_number

Plan = TypeVar("Plan")
Choices = Mapping[Any, str] | Sequence[Any]
Limit = float | Callable[[Any], float]
Kinds = Callable[[], Mapping[Any, type]]

_KEY = "parameter"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What is known of one field.

    Parameters
    ----------
    tip : str
        One sentence for people, with its full stop.
    label : str
        Caption of its field in a form; by default its name.
    unit : str
        Such as 'px', after the number in a form.
    low, high : float or callable, optional
        Ends of the range of a number; or, given the plan, what they are there.
    above : bool
        Whether `low` itself is too low.
    choices : mapping, sequence or callable
        What it may be, with the words for each; or what returns that, such as of a catalogue.
    others : bool
        Whether it may be none of its choices, too; then these are only offered.
    when : callable, optional
        Given the plan, whether it means anything there: else a form leaves it at its default.
    check : callable, optional
        Given the value, refuses what cannot be with a sentence of its own.
    check_in : callable, optional
        The same, given the value and the plan.
    asked : str
        What a sentence asks for where nothing is said, such as 'a model such as resnet18';
        the field is required then.
    fits : str
        After 'choose' in a sentence, instead of what the range says: 'a positive number'.
    sentence : str or callable
        Instead of the usual one that refuses a value: '{value}', '{low}', '{high}' and
        '{choices}' stand for what they are; or, given the value and the plan, what returns it.
    domain : str
        As `fits`, in documents.
    meaning : str
        Instead of the tip in documents; may be Markdown.
    help : str, callable or None
        Instead of the tip at the option; None for no words there.
    option : str
        Instead of '--' and the name; '-' for none. One that begins with '--no-' turns off
        what is on by default.
    metavar : str
        What stands for the value in the help of the option. Of several choices it stands for
        them all, and a wrong one is refused by `check` rather than by argparse.
    split : str
        How a tuple or mapping is given at its option: in 'words' or with 'commas'.
    read, write : callable, optional
        From the text of an option (from the list of 'words') to the value, and back.
    said : str or callable
        How a title says another value than the default: 'width {}', where the value or the
        words for it stand between the braces; or, given the value, returns that. Empty: not.
    in_form : bool
        Whether a form shows it.
    later : bool
        Whether it came after files without it, which stay as they were: a run leaves it out
        where it is the default.
    empty : str
        What nothing, or the least number, means in a form where it means more than that: 'all'.
    choice_tips : mapping
        A sentence for some of the choices.
    step : float, optional
        Of a slider or a field for a number.
    logarithmic : bool
        Whether a slider's steps are factors.
    """

    tip: str = ""
    label: str = ""
    unit: str = ""
    low: Limit | None = None
    high: Limit | None = None
    above: bool = False
    choices: Choices | Callable[[], Choices] = ()
    others: bool = False
    when: Callable[[Any], bool] | None = None
    check: Callable[[Any], object] | None = None
    check_in: Callable[[Any, Any], object] | None = None
    asked: str = ""
    fits: str = ""
    sentence: str | Callable[[Any, Any], str] = ""
    domain: str = ""
    meaning: str = ""
    help: str | Callable[[], str] | None = ""
    option: str = ""
    metavar: str = ""
    split: str = ""
    read: Callable[[Any], Any] | None = None
    write: Callable[[Any], Any] | None = None
    said: str | Callable[[Any], str] = ""
    in_form: bool = True
    later: bool = False
    empty: str = ""
    choice_tips: Mapping[Any, str] = field(default_factory=dict)
    step: float | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class _Part:
    kinds: Kinds
    chosen_by: str

    def kind(self, choice: object) -> type | None:
        """Return the type of the part for a choice, None if that is none."""
        try:
            return self.kinds().get(choice)
        except TypeError:  # what cannot be a key is no choice either
            return None


def parameter(
    default: Any = MISSING,
    tip: str = "",
    *,
    factory: Any = MISSING,
    declares: type[Parameter] = Parameter,
    **known: Any,
) -> Any:
    """Declare a field of a plan.

    Parameters
    ----------
    default
    tip : str
    factory : callable, optional
        Makes the default, where one plan's must not be another's.
    declares : type
        `Parameter`, or a kind of it that knows more.
    **known
        As of `Parameter`.
    """
    metadata = {_KEY: declares(tip=tip, **known)}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def part(kind: type | None = None, *, kinds: Kinds | None = None, chosen_by: str = "") -> Any:
    """Declare a value of its own whose fields lie flat beside those of the whole.

    Parameters
    ----------
    kind : type, optional
        Where it is always of one type.
    kinds : callable, optional
        Returns the types by the values of the field `chosen_by`, such as from a catalogue. The
        plan calls `settle` in its `__post_init__`.
    chosen_by : str
        Name of a field before this one.
    """
    if kinds is None:
        assert kind is not None
        always = {None: kind}
        return field(default_factory=kind, metadata={_KEY: _Part(lambda: always, "")})
    return field(default=None, metadata={_KEY: _Part(kinds, chosen_by)})


def settle(plan: Any) -> None:
    """Give each part the type that is chosen, with its defaults; call it in `__post_init__`.

    So `replace(recipe, network="other")` is whole, too: the choice decides, and a part of
    another type gives way.
    """
    for item in fields(plan):
        known = item.metadata.get(_KEY)
        if isinstance(known, _Part) and known.chosen_by:
            kind = known.kind(getattr(plan, known.chosen_by))
            if kind is not None and type(getattr(plan, item.name)) is not kind:
                object.__setattr__(plan, item.name, kind())


@dataclass(frozen=True)
class Declared:
    """A field of a plan, or of one of its parts.

    Parameters
    ----------
    name : str
    parameter : Parameter
    kind : type
        What its values are: bool, int, float, str, Path, tuple or Mapping.
    item : type or None
        What the values of a tuple are.
    optional : bool
        Whether there may be None.
    default : object
        None where there is none.
    """

    name: str
    parameter: Parameter
    kind: type
    item: type | None
    optional: bool
    default: Any

    @property
    def choices(self) -> dict[Any, str]:
        """Return its choices with the words for each."""
        found = self.parameter.choices
        found = found() if callable(found) else found
        return dict(found) if isinstance(found, Mapping) else {each: str(each) for each in found}

    def words(self, value: Any) -> str:
        """Return a value for people, of a choice its words."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.choices.get(value) or written_number(value)
        return self.choices.get(value, str(value))

    def said(self, value: Any) -> str:
        """Return how a title says a value; empty if it does not."""
        template = self.parameter.said
        template = template(value) if callable(template) else template
        return template.replace("{}", self.words(value))

    @property
    def label(self) -> str:
        """Return the caption of its field in a form."""
        return self.parameter.label or upper_first(self.name.replace("_", " "))

    def limits(self, plan: Any) -> tuple[float | None, float | None]:
        """Return both ends of its range in a plan."""
        low, high = self.parameter.low, self.parameter.high
        return low(plan) if callable(low) else low, high(plan) if callable(high) else high

    def applies(self, plan: Any) -> bool:
        """Tell whether it means anything in a plan."""
        return self.parameter.when is None or self.parameter.when(plan)


def declared(plan: Any) -> dict[str, Declared]:
    """Return the declared fields by name, those of the parts among them.

    Parameters
    ----------
    plan : dataclass or its type
        Of a type, the parts are those of its defaults.
    """
    kind = plan if isinstance(plan, type) else type(plan)
    own, found = _own(kind), dict[str, Declared]()
    for item in fields(kind):
        known = item.metadata.get(_KEY)
        if isinstance(known, Parameter):
            found[item.name] = own[item.name]
        elif isinstance(known, _Part):
            if plan is not kind:
                inner = getattr(plan, item.name)
            else:
                inner = known.kind(own[known.chosen_by].default if known.chosen_by else None)
            found |= declared(inner) if is_dataclass(inner) else {}
    return found


@functools.cache
def _own(kind: Any) -> Mapping[str, Declared]:
    hints = typing.get_type_hints(kind)
    return {
        item.name: _declared(item, hints[item.name])
        for item in fields(kind)
        if isinstance(item.metadata.get(_KEY), Parameter)
    }


def _declared(item: "Field[Any]", hint: Any) -> Declared:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    bare = next(each for each in options if each is not types.NoneType)
    inside = typing.get_args(bare)
    default = item.default if item.default is not MISSING else None
    if item.default_factory is not MISSING:
        default = item.default_factory()
    kind = typing.get_origin(bare) or bare
    return Declared(
        name=item.name,
        parameter=item.metadata[_KEY],
        kind=kind,
        item=inside[0] if kind is tuple and inside else None,
        optional=types.NoneType in options,
        default=default,
    )


def values_of(plan: Any) -> dict[str, Any]:
    """Return the values of the declared fields by name, those of the parts among them."""
    return dict(_values(plan))


def _values(plan: Any) -> Iterator[tuple[str, Any]]:
    for item in fields(plan):
        known, value = item.metadata.get(_KEY), getattr(plan, item.name)
        if isinstance(known, Parameter):
            yield item.name, value
        elif isinstance(known, _Part) and is_dataclass(value):
            yield from _values(value)


def changed(plan: Plan, values: Mapping[str, Any] = MappingProxyType({}), **more: Any) -> Plan:
    """Return a plan with other values of declared fields, wherever among its parts they lie.

    Parameters
    ----------
    plan
    values : mapping, optional
        By name. A part for which another type is chosen begins with that type's defaults.
    **more
        Further ones.

    Raises
    ------
    TypeError
        If there is no such field.
    """
    values = {**values, **more}
    made = fitting(plan, values)
    unknown = values.keys() - values_of(made).keys()
    if unknown:
        raise TypeError(f"{type(plan).__name__} has no field {min(unknown)!r}")
    return made


def fitting(plan: Plan, values: Mapping[str, Any]) -> Plan:
    """Return a plan with those of the values of which it has a field."""
    found: dict[str, Any] = {}
    for item in fields(typing.cast(Any, plan)):
        known, value = item.metadata.get(_KEY), getattr(plan, item.name)
        if isinstance(known, Parameter):
            value = values.get(item.name, value)
        elif isinstance(known, _Part):
            kind = known.kind(found.get(known.chosen_by)) if known.chosen_by else type(value)
            if kind is not None:
                value = value if type(value) is kind else kind()
                value = fitting(value, values) if is_dataclass(value) else value
        if item.init:
            found[item.name] = value
    return type(plan)(**found)
