"""What the words and symbols of a page mean: the window's own notions, written at its end."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ncviz.charts.chart import Chart, Curve, Level, Reading
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain, typeset
from ncviz.concepts import CONCEPTS, spellings
from ncviz.export.web.formula_in_words import formula_in_words
from ncviz.formulas import FORMULAS
from ncviz.rendering.formula_outlines import EM, FormulaOutlines, Outline
from ncviz.terms import stretches_of
from ncviz.wording import QUOTED

Notions = Mapping[str, "Notion"]
_QUOTED = re.compile(f"({QUOTED})")


@dataclass(frozen=True)
class Notion:
    """What a word or a symbol means.

    Parameters
    ----------
    name : str
    meaning : str
        A sentence or two.
    formulas : tuple of str
        Keys of `ncviz.formulas.FORMULAS`.
    """

    name: str
    meaning: str
    formulas: tuple[str, ...] = ()


def of_concept(key: str) -> Notion:
    """Return a notion of `ncviz.concepts.CONCEPTS`."""
    concept = CONCEPTS[key]
    return Notion(plain(concept.name), concept.meaning, (concept.formula,) * bool(concept.formula))


def of_words(name: str, meaning: str) -> dict[str, Notion]:
    """Return a notion that no other place has, by key; nothing where nothing is said of it."""
    return {f"{name}. {meaning}": Notion(name, meaning)} if name and meaning else {}


def key_of_plot(plot: Plot) -> str:
    """Return the key of what a plot shows."""
    return f"plot {plot.name}"


def of_plot(plot: Plot, title: str) -> dict[str, Notion]:
    """Return what a plot shows, by key.

    Parameters
    ----------
    plot : Plot
    title : str
        As it stands above it.
    """
    return {key_of_plot(plot): Notion(title, plot.tip, plot.formulas)}


def of_charts(plot: Plot, title: str, charts: Sequence[Chart]) -> dict[str, Notion]:
    """Return what a plot and all its words at all moments mean, by key.

    The plot itself has those formulas that none of its words has.
    """
    heading, found = of_plot(plot, title), dict[str, Notion]()
    for chart in charts:
        for curve in chart.curves:
            found |= of_curve(curve, chart)
        for level in chart.levels:
            found |= of_level(level)
        for reading in chart.readings:
            found |= of_reading(reading, chart)
    known = {key for notion in found.values() for key in notion.formulas}
    own = tuple(key for key in plot.formulas if key not in known)
    return {key: replace(notion, formulas=own) for key, notion in heading.items()} | found


def of_curve(curve: Curve, chart: Chart) -> dict[str, Notion]:
    """Return what a curve means, by key; nothing where nothing is said of it."""
    if curve.concept in CONCEPTS:
        return {curve.concept: of_concept(curve.concept)}
    word = next((each for each in chart.legend if each.key == curve.key), None)
    return (
        of_words(word.title, word.meaning) if word else of_words(plain(curve.label), curve.meaning)
    )


def of_level(level: Level) -> dict[str, Notion]:
    """Return what a level means, by key; nothing where nothing is said of it."""
    return of_words(plain(level.label), level.meaning)


def of_reading(reading: Reading, chart: Chart) -> dict[str, Notion]:
    """Return what a number above a plot means, by key; nothing where nothing is said of it."""
    if reading.meaning:
        return of_words(plain(reading.title), reading.meaning)
    curve = chart.curve(reading.key)
    names = reading.concept, reading.key, curve.concept if curve else ""
    key = next((name for name in names if name in CONCEPTS), "")
    return {key: of_concept(key)} if key else {}


def only_key(notions: Notions) -> str:
    """Return the key of the one notion there is; '' where there is none."""
    return next(iter(notions), "")


def of_sentences(sentences: Iterable[str], *, common: bool = False) -> dict[str, Notion]:
    """Return the notions that sentences speak of, by key."""
    stretches = (part for text in set(sentences) for part in stretches_of(text, common=common))
    found = {part.key for part in stretches if part.key}
    return {key: of_concept(key) for key in CONCEPTS if key in found}


def spelled(notions: Notions, *, common: bool = False) -> list[tuple[str, str]]:
    """Return how sentences write notions, and the key of each, the longest first."""
    return [(text, key) for text, key in spellings(common) if key in notions]


def written(notions: Notions) -> str:
    """Return all notions as a list of definitions, their formulas drawn; numbered in order."""
    formulas = _Formulas()
    parts = [
        f'<div id="notion-{number}"><dt dir="auto">{typeset_html(notion.name)}</dt>'
        f'<dd><p dir="auto">{typeset_html(notion.meaning)}</p>'
        f"{''.join(map(formulas.of, notion.formulas))}</dd></div>"
        for number, notion in enumerate(notions.values())
    ]
    return f"{formulas.letters()}<dl>{''.join(parts)}</dl>"


def typeset_html(text: str) -> str:
    """Return text as HTML, the indices of letters lowered; not in the names of classes."""
    parts = _QUOTED.split(text)
    return "".join(
        html.escape(p) if k % 2 else typeset(html.escape(p)) for k, p in enumerate(parts)
    )


class _Formulas:
    """Formulas of a page, each letter and each line once."""

    def __init__(self) -> None:
        self._outlines = FormulaOutlines()
        self._lines: dict[str, Outline] = {}

    def of(self, key: str) -> str:
        """Return a formula of `ncviz.formulas.FORMULAS` with its source."""
        formula = FORMULAS[key]
        source = html.escape(formula.source)
        lines = "".join(map(self._line, formula.lines))
        return f'{lines}<p class="quiet" dir="auto">{source}</p>'

    def _line(self, tex: str) -> str:
        if tex not in self._lines:
            self._lines[tex] = self._outlines.outline(tex)
        left, top, wide, high = self._lines[tex].box
        return (
            f'<svg class="formula" role="img" aria-label="{html.escape(formula_in_words(tex))}" '
            f'viewBox="{left:.0f} {top:.0f} {wide:.0f} {high:.0f}" '
            f'style="width:{wide / EM:.2f}em"><use href="#f{list(self._lines).index(tex)}"/></svg>'
        )

    def letters(self) -> str:
        """Return what all lines are put together from."""
        letters = [f'<path id="l{k}" d="{path}"/>' for k, path in enumerate(self._outlines.glyphs)]
        lines = [f'<g id="f{k}">{_drawn(line)}</g>' for k, line in enumerate(self._lines.values())]
        return (
            f'<svg class="letters" aria-hidden="true"><defs>{"".join(letters + lines)}</defs></svg>'
        )


def _drawn(outline: Outline) -> str:
    letters = (
        f'<use href="#l{each.glyph}" x="{each.x:.0f}" y="{each.y:.0f}"/>'
        if each.scale == 1
        else f'<use href="#l{each.glyph}" transform="translate({each.x:.0f} {each.y:.0f})'
        f'scale({each.scale:.2g})"/>'
        for each in outline.letters
    )
    return "".join(letters) + (f'<path d="{outline.rules}"/>' if outline.rules else "")
