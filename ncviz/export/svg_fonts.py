"""Puts the letters that an SVG uses into the file, so that it looks alike everywhere."""

import base64
import html
import importlib
import io
import logging
import re
from typing import Any

from ncviz.assets import asset

_FACES = ((400, "SourceSans3-Regular.ttf"), (600, "SourceSans3-Semibold.ttf"))


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
    # Untyped; matplotlib brings them along.
    subset: Any = importlib.import_module("fontTools.subset")
    fonts: Any = importlib.import_module("fontTools.ttLib")

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(hinting=False, notdef_outline=True, recalc_timestamp=False)
    font = fonts.TTFont(str(asset("fonts", name)), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
