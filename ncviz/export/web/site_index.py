"""The index of a site: a card for each run, without a script and without a request."""

import base64
import html
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image

from ncviz.charts.numbers import Numbers
from ncviz.explorer.run_caption import say_moment
from ncviz.explorer.run_in_words import last_numbers, place_of_numbers, run_in_words
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import preview_figure
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.provenance import KEY, as_text
from ncviz.export.web.frame import FIELD, FOLDER, theme_colors
from ncviz.language import LANGUAGE, tr
from ncviz.runs.run import Run
from ncviz.scenes.compose import with_classes
from ncviz.scenes.palette import THEMES
from ncviz.scenes.view import View
from ncviz.wording import bytes_in_words

WIDTH = 480  # pixels of a card's picture
MILLIMETRES = 120.0, 75.0  # of the figure that it is
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


@dataclass(frozen=True)
class SiteCard:
    """What the index says of a page.

    Parameters
    ----------
    name : str
        Of the page's file.
    title : str
    sentence : str
        Of the last moment.
    rows : tuple of (str, str)
        What the run is.
    place : str
        Layer and moment of the numbers.
    numbers : tuple of (str, str)
    note : str
        The file's size, and what was left out.
    about : tuple of str
        What else is to be said of the run; of neighbours that share it, once above them.
    pictures : mapping of str to bytes
        By theme, as JPEG.
    """

    name: str
    title: str
    sentence: str
    rows: tuple[tuple[str, str], ...]
    place: str
    numbers: tuple[tuple[str, str], ...]
    note: str
    pictures: Mapping[str, bytes]
    about: tuple[str, ...] = ()


def card_of(
    run: Run, view: View, name: str, size: int, rule: str, about: tuple[str, ...] = ()
) -> SiteCard:
    """Return the card of a run.

    Parameters
    ----------
    run : Run
    view : View
        At the moment with which its page begins.
    name : str
        Of the page's file.
    size : int
        Its bytes.
    rule : str
        By which something was left out of it; '' where nothing was.
    about : tuple of str
        What else is to be said of the run, a paragraph each.

    Raises
    ------
    UserError
        If a snapshot cannot be read.
    """
    last = with_classes(replace(view, layer=len(run.manifest.layers) - 1), run)
    return SiteCard(
        name,
        run.manifest.title,
        say_moment(run, Numbers(run), last, run.epochs[-1]),
        run_in_words(run),
        place_of_numbers(run),
        last_numbers(run),
        " ".join(filter(None, (f"{bytes_in_words(size)}.", rule))),
        {theme: _picture(run, replace(last, theme=theme)) for theme in THEMES},
        about,
    )


def _picture(run: Run, view: View) -> bytes:
    width, height = MILLIMETRES
    figure = FigurePlan(
        Path("card.png"), run.path, view=view, theme=view.theme, width=width, height=height
    )
    pixels = preview_figure(figure_from_first_camera(run, figure), WIDTH)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def index_html(
    title: str, cards: Sequence[SiteCard], said: Mapping[str, Any], absent: Sequence[str] = ()
) -> str:
    """Return the index as one HTML file.

    Parameters
    ----------
    title : str
    cards : sequence of SiteCard
    said : mapping
        What made it.
    absent : sequence of str
        Why other runs have no page, a sentence each.
    """
    count = len(cards)
    fields = {
        "language": html.escape(LANGUAGE),
        "policy": html.escape(POLICY),
        "program": html.escape(str(said["program"])),
        "key": KEY,
        "said": html.escape(as_text(said)),
        "title": html.escape(title),
        "style": _style(),
        "count": html.escape(tr("{count:,} runs", count=count) if count != 1 else tr("1 run")),
        "cards": "\n".join(_group(*each) for each in groupby(cards, lambda card: card.about)),
        "absent": _absent(absent),
    }
    text = (FOLDER / "site.html").read_text(encoding="utf-8")
    return FIELD.sub(lambda found: fields[found[1]], text)


def _absent(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    rows = "".join(f'<li dir="auto">{html.escape(each)}</li>' for each in sentences)
    heading = html.escape(tr("Without a page"))
    return f"<section><h2>{heading}</h2><ul>{rows}</ul></section>"


def _style() -> str:
    """Return the style, light or dark as the browser likes it."""
    light, dark = (theme_colors(name) for name in ("light", "dark"))
    own = (FOLDER / "site.css").read_text(encoding="utf-8")
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{own}"


def _group(about: tuple[str, ...], cards: Iterable[SiteCard]) -> str:
    told = "".join(f'<p dir="auto">{html.escape(line)}</p>' for line in about)
    shown = "\n".join(map(_card, cards))
    return f'<section>{told}<div class="cards">\n{shown}\n</div></section>'


def _card(card: SiteCard) -> str:
    shown = {
        theme: f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}"
        for theme, content in card.pictures.items()
    }
    facts = " · ".join(f"{name}: {value}" for name, value in card.rows)
    numbers = "".join(
        f'<div><dt>{html.escape(name)}</dt><dd dir="auto">{html.escape(value)}</dd></div>'
        for name, value in card.numbers
    )
    place = html.escape(tr("At {place}", place=card.place)) if numbers else ""
    return (
        f'<article><a href="{html.escape(card.name)}"><picture>'
        f'<source srcset="{shown["dark"]}" media="(prefers-color-scheme: dark)">'
        f'<img src="{shown["light"]}" alt=""></picture>'
        f'<h2 dir="auto">{html.escape(card.title)}</h2></a>'
        f'<p dir="auto">{html.escape(card.sentence)}</p>'
        f'<p class="quiet" dir="auto">{html.escape(facts)}</p>'
        f'<p class="quiet" dir="auto">{place}</p><dl>{numbers}</dl>'
        f'<p class="quiet" dir="auto">{html.escape(card.note)}</p></article>'
    )
