"""Typeset mathematics as outlines for SVG: each letter once, however often formulas write it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ncviz.rendering.matplotlib_settings import default_settings

EM = 200  # units of an outline: a twelfth of a pixel in letters of the usual size
_SCALE = 100.0  # at which matplotlib makes them
_MOVE, _LINE, _CURVE3, _CURVE4, _CLOSE = 1, 2, 3, 4, 79
_LETTERS = {_MOVE: "m", _LINE: "l", _CURVE3: "q", _CURVE4: "c"}
_POINTS = {_CURVE3: 2, _CURVE4: 3}


@dataclass(frozen=True)
class Placed:
    """A letter of a formula.

    Parameters
    ----------
    glyph : int
        Its number in `FormulaOutlines.glyphs`.
    x, y : float
        Where it stands, downward from the base line.
    scale : float
    """

    glyph: int
    x: float
    y: float
    scale: float


@dataclass(frozen=True)
class Outline:
    """A formula, `EM` units an em, downward from the base line.

    Parameters
    ----------
    letters : tuple of Placed
    rules : str
        Lines of fractions and roots, as the path of an SVG.
    box : tuple of 4 float
        Left, top, width, height.
    """

    letters: tuple[Placed, ...]
    rules: str
    box: tuple[float, float, float, float]


class FormulaOutlines:
    """Formulas whose letters are kept once."""

    def __init__(self) -> None:
        self.glyphs: list[str] = []  # paths of an SVG
        self._numbers: dict[str, int] = {}

    def outline(self, tex: str) -> Outline:
        """Return a formula in TeX's notation.

        Parameters
        ----------
        tex : str
            Without dollar signs; what matplotlib's mathtext understands.
        """
        # Imported here: it takes a moment.
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import text_to_path

        with default_settings({}):
            face = FontProperties(math_fontfamily="cm")
            found: Any = text_to_path.get_glyphs_mathtext(face, f"${tex}$")
        letters, shapes, rules = found
        placed, corners = [], list[tuple[float, float]]()
        for name, x, y, scale in letters:
            points, codes = shapes[name]
            if not len(points):
                continue
            if name not in self._numbers:
                self._numbers[name] = len(self.glyphs)
                self.glyphs.append(_path(points, codes))
            placed.append(Placed(self._numbers[name], _units(x), -_units(y), float(scale)))
            corners += [(x + scale * p[0], y + scale * p[1]) for p in points]
        for points, _ in rules:
            corners += [tuple(p) for p in points]
        left, right = (f(x for x, _ in corners) for f in (min, max))
        top, bottom = (-f(y for _, y in corners) for f in (max, min))
        box = _units(left), _units(top), _units(right - left), _units(bottom - top)
        lines = "".join(f"M0 0{_path(points, codes)}" for points, codes in rules)
        return Outline(tuple(placed), lines, box)


def _units(length: float) -> float:
    return float(length) * EM / _SCALE


def _path(points: Any, codes: Any) -> str:
    return "".join(_steps(points, codes))


def _steps(points: Any, codes: Any) -> Iterator[str]:
    """Return the steps of a path, each from where the last one ended: whole units, y down."""
    at, x, y, begun = 0, 0, 0, (0, 0)
    kinds = [int(code) for code in codes]
    while at < len(kinds):
        kind = kinds[at]
        count = _POINTS.get(kind, 1)
        if kind == _CLOSE:
            yield "z"
            x, y = begun
        elif kind in _LETTERS:
            pairs = [(round(_units(px)), round(-_units(py))) for px, py in points[at : at + count]]
            numbers = [str(each) for px, py in pairs for each in (px - x, py - y)]
            yield _LETTERS[kind] + " ".join(numbers).replace(" -", "-")
            x, y = pairs[-1]
            begun = (x, y) if kind == _MOVE else begun
        at += count
