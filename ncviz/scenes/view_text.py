"""A view as one short line of text that people can read, send and paste back."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.scenes import palette
from ncviz.scenes.camera import MAXIMUM_DISTANCE, MINIMUM_DISTANCE
from ncviz.scenes.view import View

HEAD = "ncviz:v1"
LONGEST_TEXT = 20_000
MOST_NUMBERS = 1000
SHADOWS = ("simplex", "best", "axes", "tour")

_WORD = re.compile(r'([a-z]+)=("(?:[^"\\]|\\.)*"|[^\s"]+)(?:\s+|$)')
_COLUMN = re.compile(r"[a-z0-9-]{1,200}", re.ASCII)
_SPLIT = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,25}(\.\d{1,25})?(e[-+]?\d{1,3})?", re.ASCII)


class _MisfitError(Exception):
    """Says in a few words what a value should have been."""


@dataclass(frozen=True)
class _Word:
    """One word of the text, such as `layer=7`.

    Parameters
    ----------
    name : str
    read : callable
        From text to value; raises `_MisfitError`.
    write : callable
        From value to text.
    get : callable
        From view to value.
    put : callable
        From view and value to view.
    """

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    get: Callable[[View], Any]
    put: Callable[[View, Any], View]


def view_to_text(view: View, run: str = "") -> str:
    """Return a view as text; what is as by default is left out.

    Parameters
    ----------
    view : View
        The sample under the pointer is no part of the text.
    run : str
        Title or path of the run, for people; empty to leave it out.

    Returns
    -------
    str
        One line, such as `ncviz:v1 epoch=46 layer=7 camera=30,18,5.6`.
    """
    parts = [HEAD]
    if run.strip():
        line = " ".join(run.split()).replace("\\", "\\\\").replace('"', '\\"')
        parts.append(f'run="{line}"')
    default = View()
    for word in _WORDS:
        value = word.get(view)
        if value != word.get(default):
            parts.append(f"{word.name}={word.write(value)}")
    return " ".join(parts)


def text_to_view(text: str) -> View:
    """Return the view that a text describes.

    Parameters
    ----------
    text : str
        As `view_to_text` writes it; words may come in any order.

    Raises
    ------
    UserError
        If it is no such text; names the word that does not fit.
    """
    view = View()
    for name, value in _words_of(text).items():
        if name == "run":
            continue
        word = _BY_NAME.get(name)
        if word is None:
            raise UserError(
                tr(
                    "The text of the view has the word '{name}', which this ncviz does not "
                    "know: remove it, or install a newer ncviz.",
                    name=_short(name),
                )
            )
        try:
            view = word.put(view, word.read(value))
        except _MisfitError as misfit:
            raise UserError(
                tr(
                    "The text of the view has '{short}': {name} should be {misfit}.",
                    short=_short(f"{name}={value}"),
                    name=name,
                    misfit=misfit,
                )
            ) from misfit
    return view


def _words_of(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise UserError(
            tr(
                "The text is too long to be a view: copy the one line that begins with {head}.",
                head=HEAD,
            )
        )
    head, _, rest = text.strip().partition(" ")
    if head != HEAD:
        if re.fullmatch(r"ncviz:v\d{1,6}", head, re.ASCII):
            raise UserError(
                tr(
                    "The text of the view is of version '{head}', this ncviz reads {head_2}: "
                    "install a newer ncviz.",
                    head=_short(head),
                    head_2=HEAD,
                )
            )
        raise UserError(
            tr(
                "The text begins with '{head}' and is no view: copy the one line that begins "
                "with {head_2}.",
                head=_short(head),
                head_2=HEAD,
            )
        )
    found: dict[str, str] = {}
    rest = rest.lstrip()
    at = 0
    while at < len(rest):
        match = _WORD.match(rest, at)
        if match is None:
            bad = rest[at : at + 60].split()[0]
            raise UserError(
                tr(
                    "The text of the view has '{bad}', which is not of the form name=value: "
                    "copy the whole line again.",
                    bad=_short(bad),
                )
            )
        name, value = match.groups()
        if name in found:
            raise UserError(
                tr("The text of the view has {name} twice: remove one of them.", name=name)
            )
        found[name] = value
        at = match.end()
    return found


def _short(word: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in word)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


# Values


def _number(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")


def _read_number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not low <= value <= high:
            raise _MisfitError(tr("a number from {low:g} to {high:g}", low=low, high=high))
        return value

    return read


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _MisfitError(tr("a whole number from 0 on"))
    return int(text)


def _read_wholes(most: int) -> Callable[[str], tuple[int, ...]]:
    def read(text: str) -> tuple[int, ...]:
        parts = text.split(",")
        numbers = tuple(int(part) for part in parts if _WHOLE.fullmatch(part))
        if len(numbers) != len(parts) or len(set(numbers)) != len(numbers) or len(parts) > most:
            raise _MisfitError(
                tr("at most {most} different whole numbers between commas", most=most)
            )
        return numbers

    return read


def _read_triple(*ranges: tuple[float, float]) -> Callable[[str], tuple[float, ...]]:
    def read(text: str) -> tuple[float, ...]:
        parts = text.split(",")
        if len(parts) != len(ranges):
            raise _MisfitError(tr("{count} numbers between commas", count=len(ranges)))
        return tuple(
            _read_number(low, high)(part) for part, (low, high) in zip(parts, ranges, strict=True)
        )

    return read


def _read_three(text: str) -> tuple[int, ...]:
    numbers = _read_wholes(3)(text)
    if len(numbers) != 3:
        raise _MisfitError(tr("three different whole numbers between commas"))
    return numbers


def _read_switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise _MisfitError(tr("on or off"))
    return text == "on"


def _read_one_of(choices: Callable[[], tuple[str, ...]]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices():
            raise _MisfitError(tr("one of {choices}", choices=", ".join(choices())))
        return text

    return read


def _read_column(text: str) -> str:
    if not _COLUMN.fullmatch(text):
        raise _MisfitError(tr("the name of a column such as predicted"))
    return text


def _read_split(text: str) -> str:
    if not _SPLIT.fullmatch(text):
        raise _MisfitError(tr("the name of a split such as test"))
    return "" if text == "train" else text


def _read_palette(text: str) -> str:
    return _read_one_of(lambda: tuple(palette.PALETTES))(palette.palette_named(text))


# Words


def _plain(name: str, field: str, read: Callable[[str], Any], write: Callable[[Any], str]) -> _Word:
    return _Word(
        name,
        read,
        write,
        lambda view: getattr(view, field),
        lambda view, value: replace(view, **{field: value}),
    )


def _switch(name: str, field: str) -> _Word:
    return _plain(name, field, _read_switch, lambda on: "on" if on else "off")


def _of_camera(name: str, read: Callable[[str], Any], *names: str) -> _Word:
    def get(view: View) -> tuple[float, ...]:
        return tuple(getattr(view.camera, each) for each in names)

    def put(view: View, values: tuple[float, ...]) -> View:
        changes: dict[str, Any] = dict(zip(names, values, strict=True))
        return replace(view, camera=replace(view.camera, **changes))

    return _Word(name, read, _join, get, put)


def _of_shadow(
    name: str, field: str, read: Callable[[str], Any], write: Callable[[Any], str]
) -> _Word:
    def put(view: View, value: Any) -> View:
        return replace(view, shadow=replace(view.shadow, **{field: value}))

    return _Word(name, read, write, lambda view: getattr(view.shadow, field), put)


def _join(values: tuple[float, ...]) -> str:
    return ",".join(_number(value) for value in values)


def _join_wholes(values: tuple[int, ...]) -> str:
    return ",".join(str(value) for value in values)


def _one(read: Callable[[str], float]) -> Callable[[str], tuple[float, ...]]:
    return lambda text: (read(text),)


_FAR = (-1e6, 1e6)
_TURNS = (-36_000.0, 36_000.0)
_WORDS = (
    _plain("epoch", "epoch", _read_number(0, 1e9), _number),
    _plain("layer", "layer", _read_whole, str),
    _plain("classes", "classes", _read_wholes(MOST_NUMBERS), _join_wholes),
    _plain("hidden", "hidden", _read_wholes(MOST_NUMBERS), _join_wholes),
    _of_camera(
        "camera",
        _read_triple(_TURNS, (-90, 90), (MINIMUM_DISTANCE, MAXIMUM_DISTANCE)),
        "azimuth",
        "elevation",
        "distance",
    ),
    _Word(
        "target",
        _read_triple(_FAR, _FAR, _FAR),
        _join,
        lambda view: view.camera.target,
        lambda view, point: replace(view, camera=replace(view.camera, target=point)),
    ),
    _of_camera("lens", _one(_read_number(0, 170)), "field_of_view"),
    _plain("theme", "theme", _read_one_of(lambda: tuple(palette.THEMES)), str),
    _switch("samples", "show_samples"),
    _switch("means", "show_means"),
    _switch("classifier", "show_classifier"),
    _switch("etf", "show_etf"),
    _switch("labels", "show_labels"),
    _switch("axes", "show_axes"),
    _of_shadow("shadow", "kind", _read_one_of(lambda: SHADOWS), str),
    _of_shadow("toward", "toward", _read_three, _join_wholes),
    _of_shadow("tour", "time", _read_number(-1e9, 1e9), _number),
    _switch("recorded", "recorded_only"),
    _plain("palette", "palette", _read_palette, str),
    _switch("shapes", "shapes"),
    _plain("color", "color_by", _read_column, str),
    _plain("split", "split", _read_split, str),
    _plain("pinned", "pinned", _read_wholes(MOST_NUMBERS), _join_wholes),
)
_BY_NAME = {word.name: word for word in _WORDS}
