"""Texts in the language that the user chose: English as it stands in the code, or a catalogue."""

import gettext
import json
import os
import re
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

from ncviz.user_folders import config_folder

ENGLISH = "en"
_COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
VARIABLE = "NCVIZ_LANGUAGE"
Value = TypeVar("Value")
CATALOGUES = Path(__file__).parent / "translations"


def languages() -> tuple[str, ...]:
    """Return the languages that there are, English first: each catalogue is one more."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.mo")))


def chosen_language() -> str:
    """Return the language of this process: that of the environment, else of the settings.

    Returns
    -------
    str
        One of `languages()`; English where nothing else is chosen or known.
    """
    said = os.environ.get(VARIABLE) or _of_settings()
    return said if said in languages() else ENGLISH


def _of_settings() -> str:
    """Return what the settings say; whatever else is in them is looked at by their own reader."""
    try:
        found = json.loads((config_folder() / "settings.json").read_bytes()[:1_000_000])
    except (OSError, ValueError, RecursionError):
        return ""
    said = found.get("language") if isinstance(found, dict) else None
    return said if isinstance(said, str) else ""


def catalogue_of(language: str) -> gettext.NullTranslations:
    """Return the translations of a language.

    Parameters
    ----------
    language : str
        One of `languages()`; English needs no file.
    """
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (CATALOGUES / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


LANGUAGE = chosen_language()
_CATALOGUE = catalogue_of(LANGUAGE)


def tr(text: str, /, **values: object) -> str:
    """Return a text in the language of this process.

    Texts are translated where they stand, also while modules are imported: another language is
    that of the next start.

    Parameters
    ----------
    text : str
        In English; with values it is a template of `str.format`, in which ``{n:sample|samples}`` is
        a count with what it counts: '1 sample', '1,200 samples'.
    **values
        What stands in its braces.
    """
    said = _CATALOGUE.gettext(text) if text else ""
    if values and "|" in said:
        said = _COUNTED.sub(lambda found: _in_number(found, values), said)
    return said.format(**values) if values else said


def _in_number(found: re.Match[str], values: Mapping[str, object]) -> str:
    """Return a count with what it counts, for `str.format`: '1 sample', '1,200 samples'."""
    name, one, many = found.groups()
    value = values[name]
    count = f"{value:,}" if isinstance(value, int) else str(value)
    words = one if count == "1" else many
    return f"{count} {words}".replace("{", "{{").replace("}", "}}")


def named(text: str) -> str:
    """Return a text as it is, for it is a key, too; where it is shown, `tr` is called with it."""
    return text


def translated(value: Value, names: Set[str]) -> Value:
    """Return a value whose texts of some names, however deep, are in the language of this process.

    Parameters
    ----------
    value : dataclass instance, tuple of them, or anything else, which is returned as it is
    names : set of str
        Fields that are texts, or tuples of texts, which people read.
    """
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return cast(Value, tuple(translated(each, names) for each in value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, object] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        new = _text_or_texts(old) if field.name in names else translated(old, names)
        if new is not old:
            changes[field.name] = new
    return replace(value, **changes) if changes else value


def _text_or_texts(value: object) -> object:
    if isinstance(value, str):
        return tr(value)
    return tuple(map(_text_or_texts, value)) if isinstance(value, tuple) else value
