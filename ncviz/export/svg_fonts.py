"""Puts the letters that an SVG uses into the file, so that it looks alike everywhere."""

import base64
import html
import importlib
import io
import logging
import re
import string
from functools import cache
from typing import Any

from ncviz.assets import asset

_FACES = ((400, "SourceSans3-Regular.ttf"), (600, "SourceSans3-Semibold.ttf"))
_USUAL = (
    string.printable.strip()
    + " \u00a0äöüÄÖÜßéαβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
    + "−–—…·×÷±²³⁰¹⁴⁻⁺°‖→←≤≥≠≈∞√∑∂∈’“”‘„₀₁₂₃₄₅₆₇₈₉µ•"
)


def font_faces(svg: str) -> str:
    """Return a style element with the fonts of a figure, cut down to the letters in use.

    Parameters
    ----------
    svg : str
        Its text elements are what counts.
    """
    texts = re.findall(r"<text([^>]*)>([^<]*)", svg)
    faces = []
    for weight, name in _FACES:
        letters = {
            letter
            for attributes, text in texts
            if ("600" in attributes) == (weight == 600)
            for letter in html.unescape(text)
        }
        if letters:
            data = base64.b64encode(_subset(name, "".join(sorted(letters)))).decode()
            faces.append(
                "@font-face{font-family:'Source Sans 3';"
                f"font-weight:{weight};src:url(data:font/ttf;base64,{data}) format('truetype')}}"
            )
    return f'<style type="text/css">{"".join(faces)}</style>' if faces else ""


def _subset(name: str, letters: str) -> bytes:
    # To read all of a font takes longer than to draw a figure; few of its letters are ever used.
    usual = set(letters) <= set(_USUAL)
    return _cut(io.BytesIO(_usual_letters(name)) if usual else _file(name), letters)


@cache
def _usual_letters(name: str) -> bytes:
    return _cut(_file(name), _USUAL)


def _file(name: str) -> str:
    return str(asset("fonts", name))


def _cut(file: str | io.BytesIO, letters: str) -> bytes:
    # Untyped; matplotlib brings them along.
    subset: Any = importlib.import_module("fontTools.subset")
    fonts: Any = importlib.import_module("fontTools.ttLib")

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(hinting=False, notdef_outline=True, recalc_timestamp=False)
    font = fonts.TTFont(file, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
