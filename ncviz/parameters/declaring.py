"""Plans that are declared: their fields, and the values of these."""

import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from ncviz.language import tr
from ncviz.parameters.parameter import KEY, Facet, Parameter, Part
from ncviz.wording import upper_first, written_number

Plan = TypeVar("Plan")


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
    facet : Facet or None
        Where it lies, if that is in other fields.
    """

    name: str
    parameter: Parameter
    kind: type
    item: type | None
    optional: bool
    default: Any
    facet: Facet | None = None

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
        if isinstance(value, tuple):
            return ", ".join(map(self.words, value)) or self.parameter.empty
        return self.choices.get(value, str(value))

    def said(self, value: Any) -> str:
        """Return how a title says a value; empty if it does not."""
        template = self.parameter.said
        template = template(value) if callable(template) else template
        return template.replace("{}", self.words(value))

    @property
    def label(self) -> str:
        """Return the caption of its field in a form."""
        return self.parameter.label or tr(upper_first(self.name.replace("_", " ")))

    def caption(self, plan: Any) -> str:
        """Return the caption of its field in a form of a plan."""
        caption = self.parameter.caption
        return self.label if caption is None else caption(plan)

    def offered(self, plan: Any) -> dict[Any, str]:
        """Return those of its choices that it can have in a plan."""
        offered = self.parameter.offered
        possible = None if offered is None else offered(plan)
        return {
            value: words
            for value, words in self.choices.items()
            if possible is None or value in possible
        }

    @property
    def hangs(self) -> bool:
        """Return whether its range hangs on other values of the plan."""
        return callable(self.parameter.low) or callable(self.parameter.high)

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
    return dict(_declared_in(_shape(plan)))


# A type, and the shapes of its parts in their order; None of a part that has no fields.
Shape = tuple[type, tuple["Shape | None", ...]]


def _shape(plan: Any) -> Shape:
    kind = plan if isinstance(plan, type) else type(plan)
    parts = []
    for name, known in _items(kind):
        if isinstance(known, Part):
            if plan is not kind:
                inner = getattr(plan, name)
            else:
                chosen_by = known.chosen_by
                inner = known.kind(_own_of(kind)[chosen_by].default if chosen_by else None)
            parts.append(_shape(inner) if is_dataclass(inner) else None)
    return kind, tuple(parts)


@functools.cache
def _declared_in(shape: Shape) -> Mapping[str, Declared]:
    kind, parts = shape
    own, inside, found = _own_of(kind), iter(parts), dict[str, Declared]()
    for name, known in _items(kind):
        if isinstance(known, Parameter):
            found[name] = own[name]
        elif (part := next(inside)) is not None:
            found |= _declared_in(part)
    return found | {name: item for name, item in own.items() if item.facet is not None}


@functools.cache
def _items(kind: Any) -> tuple[tuple[str, Parameter | Part], ...]:
    """Return the names of a type's declared fields, with how they are declared."""
    known = ((item.name, item.metadata.get(KEY)) for item in fields(kind))
    return tuple((name, how) for name, how in known if isinstance(how, Parameter | Part))


@functools.cache
def _own(kind: Any) -> Mapping[str, Declared]:
    hints = typing.get_type_hints(kind)
    found = {
        item.name: _declared(item, hints[item.name])
        for item in fields(kind)
        if isinstance(item.metadata.get(KEY), Parameter)
    }
    for each in reversed(kind.__mro__):
        for name, lies in vars(each).items():
            if isinstance(lies, Facet) and getattr(kind, name) is lies:
                default = lies.get(kind)  # a type has the defaults of its fields
                found[name] = Declared(name, lies.parameter, lies.kind, None, False, default, lies)
    return found


def _own_of(kind: Any) -> Mapping[str, Declared]:
    return _own(kind)


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
        parameter=item.metadata[KEY],
        kind=kind,
        item=inside[0] if kind is tuple and inside else None,
        optional=types.NoneType in options,
        default=default,
    )


def settle(plan: Any) -> None:
    """Give each part the type that is chosen, with its defaults; call it in `__post_init__`.

    So `replace(recipe, network="other")` is whole, too: the choice decides, and a part of
    another type gives way.
    """
    for name, known in _items(plan.__class__):
        if isinstance(known, Part) and known.chosen_by:
            kind = known.kind(getattr(plan, known.chosen_by))
            if kind is not None and type(getattr(plan, name)) is not kind:
                object.__setattr__(plan, name, kind())


def values_of(plan: Any) -> dict[str, Any]:
    """Return the values of the declared fields by name, without facets."""
    known = declared(plan)
    return {
        name: getattr(holder, name) for name, holder in _holders(plan) if known[name].facet is None
    }


def value_of(plan: Any, name: str) -> Any:
    """Return the value of one declared field or facet."""
    return reader_of(plan)(name)


def reader_of(plan: Any) -> Callable[[str], Any]:
    """Return what gives the values of a plan's declared fields and facets, by name.

    Where the fields lie is looked for once: of a recipe, which has a hundred, each name would
    cost as much as all of them.
    """
    holders = dict(_holders(plan))
    return lambda name: getattr(holders[name], name)


def _holders(plan: Any) -> Iterator[tuple[str, Any]]:
    """Yield each name with the plan, or the part of it, that has it."""
    for name, known in _items(plan.__class__):
        value = getattr(plan, name)
        if isinstance(known, Parameter):
            yield name, plan
        elif is_dataclass(value):
            yield from _holders(value)
    yield from (
        (name, plan) for name, item in _own_of(type(plan)).items() if item.facet is not None
    )


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
    unknown = values.keys() - declared(made).keys()
    if unknown:
        raise TypeError(
            tr("{name} has no field {unknown!r}", name=type(plan).__name__, unknown=min(unknown))
        )
    return made


def fitting(plan: Plan, values: Mapping[str, Any]) -> Plan:
    """Return a plan with those of the values of which it has a field.

    Facets come last: what they say changes the fields in which they lie.
    """
    found: dict[str, Any] = {}
    for item in fields(typing.cast(Any, plan)):
        known, value = item.metadata.get(KEY), getattr(plan, item.name)
        if isinstance(known, Parameter):
            value = values.get(item.name, value)
        elif isinstance(known, Part):
            kind = known.kind(found.get(known.chosen_by)) if known.chosen_by else type(value)
            if kind is not None:
                value = value if type(value) is kind else kind()
                value = fitting(value, values) if is_dataclass(value) else value
        if item.init:
            found[item.name] = value
    made = type(plan)(**found)
    for name, own in _own_of(type(plan)).items():
        if own.facet is not None and name in values:
            made = own.facet.put(made, values[name])
    return made
