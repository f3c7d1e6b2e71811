"""What is said of one field: where a plan is written, each is declared by one of these."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from typing import Any

Choices = Mapping[Any, str] | Sequence[Any]
Limit = float | Callable[[Any], float]
Kinds = Callable[[], Mapping[Any, type]]

KEY = "parameter"


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
    caption : callable, optional
        Given the plan, the caption there, such as of what its run counts.
    low, high : float or callable, optional
        Ends of the range of a number; or, given the plan, what they are there.
    above : bool
        Whether `low` itself is too low.
    choices : mapping, sequence or callable
        What it may be, with the words for each; or what returns that, such as of a catalogue.
    offered : callable, optional
        Given the plan, those of the choices that it can have there: a form shows no others.
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
        what is on by default; one without a dash is known by its place.
    stated : bool
        Whether the command that repeats a plan says it even where it is the default.
    metavar : str
        What stands for the value in the help of the option. Of several choices it stands for
        them all, and a wrong one is refused by `check` rather than by argparse.
    split : str
        How a tuple or mapping is given at its option: in 'words' or with 'commas'.
    read, write : callable, optional
        From the text of an option (from the list of 'words') to the value, and back; in files,
        too, where these hold no such values.
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
    caption: Callable[[Any], str] | None = None
    unit: str = ""
    low: Limit | None = None
    high: Limit | None = None
    above: bool = False
    choices: Choices | Callable[[], Choices] = ()
    offered: Callable[[Any], Collection[Any]] | None = None
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
    stated: bool = False
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
class Part:
    """What is known of a part: its types by the values of the field that chooses among them."""

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
    metadata = {KEY: declares(tip=tip, **known)}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def one_or(one: str, many: str) -> Callable[[object], str]:
    """Return how a title says a count: the words for 1, and a template with {} for all others."""
    return lambda count: one if count == 1 else many


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
        return field(default_factory=kind, metadata={KEY: Part(lambda: always, "")})
    return field(default=None, metadata={KEY: Part(kinds, chosen_by)})


class Facet:
    """A value by another name: a size lies in a width and a height, an epoch in a view.

    As an attribute of a plan it is that value. Files hold the fields in which it lies, and take
    it as well.

    Parameters
    ----------
    parameter : Parameter
    kind : type
        As of a field.
    of : str
        A field in which it lies. Where that has an option, the command that repeats a plan says
        it with that.
    get : callable
        Given the plan, returns it.
    put : callable
        Given the plan and the value, returns the plan with it.
    """

    def __init__(
        self,
        parameter: Parameter,
        kind: type,
        of: str,
        get: Callable[[Any], Any],
        put: Callable[[Any, Any], Any],
    ) -> None:
        self.parameter, self.kind, self.of = parameter, kind, of
        self.get, self.put = get, put

    def __get__(self, plan: Any, _owner: type | None = None) -> Any:
        """Return what it is in a plan."""
        return self if plan is None else self.get(plan)


def facet(
    kind: type,
    get: Callable[[Any], Any],
    put: Callable[[Any, Any], Any],
    tip: str = "",
    *,
    of: str,
    **known: Any,
) -> Any:
    """Declare a value that lies in fields of a plan; see `Facet` and `Parameter`."""
    return Facet(Parameter(tip=tip, **known), kind, of, get, put)
