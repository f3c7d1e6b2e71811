"""The one frame of all pages: its parts put together around what a page shows."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ncviz.explorer.player import WHOLE_LENGTH_SECONDS
from ncviz.explorer.pointing import WITHIN_PIXELS
from ncviz.export.provenance import KEY, as_text
from ncviz.export.web.encoding import encoded
from ncviz.export.web.notions import Notion, of_sentences, spelled, typeset_html, written
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import Side, WebPage
from ncviz.export.web.shaders import shaders
from ncviz.language import LANGUAGE, tr
from ncviz.rendering.panels import BALL_GLOSS
from ncviz.rendering.sprites import SAMPLE_GLOSS
from ncviz.scenes import camera
from ncviz.scenes.palette import THEMES

FOLDER = Path(__file__).parent / "frame"
SCRIPTS = (
    "elements.js",
    "decode.js",
    "camera.js",
    "stage.js",
    "sketch.js",
    "terms.js",
    "charts.js",
    "legend.js",
    "pane.js",
    "page.js",
)  # in this order

# Nothing is fetched: no script, style, font or picture from elsewhere, no connection.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
FIELD = re.compile(r"\{\{(\w+)\}\}")
_METADATA = re.compile(r"<metadata.*?</metadata>", re.DOTALL)

# What the frame says itself.
WORDS = {
    "play": tr("Play"),
    "pause": tr("Pause"),
    "layer": tr("Layer"),
    "classes": tr("Classes"),
    "shown": tr("Shown"),
    "theme": tr("Light or dark"),
    "home": tr("Whole scene"),
    "hides": tr("Click hides a class and shows it again; Alt-click keeps it alone."),
    "find": tr("Find a class"),
    "found": tr("{shown} of {all} classes", shown="{shown}", all="{all}"),
    "turns": tr("Drag to turn, wheel or two fingers to zoom, arrow keys to turn, + and − to zoom."),
    "predicted": tr("Predicted"),
    "mean": tr("Class mean"),
    "row": tr("Classifier row"),
    "scene": tr("Scene"),
    "timeline": tr("Timeline"),
    "fallback": tr("This browser has no WebGL 2: balls are drawn as discs, the nearest last."),
    "scriptless": tr("Scripts are off here: this is a still picture."),
    "old": tr("This browser is too old: this is a still picture."),
    "failed": tr(
        "The viewer of this page failed ({reason}): this is a still picture. Reload the page, or "
        "open it in another browser.",
        reason="{reason}",
    ),
    "told": tr("In words"),
    "notions": tr("What words and symbols mean"),
    "made": tr("How this was made"),
    "command": tr("The command that makes the same file"),
    "broken": tr("What this file carries cannot be read: it is damaged."),
}


def page_html(page: WebPage, packing: Packing) -> str:
    """Return a page as one HTML file.

    Parameters
    ----------
    page : WebPage
    packing : Packing
        With the arrays that the page already names.
    """
    told = encoded(page, packing)
    meant = _notions(page, told)
    numbers = {key: number for number, key in enumerate(meant)}
    told |= {"notions": numbers, "spellings": spelled(meant)}
    data = packing.packed(told | _look_of_frame())
    fields = {
        "language": html.escape(LANGUAGE),
        "policy": html.escape(POLICY),
        "key": KEY,
        "said": html.escape(as_text(page.said)),
        "title": html.escape(page.title),
        "subtitle": html.escape(page.subtitle),
        "theme": html.escape(page.theme),
        "notes": _paragraphs(page.notes, "note"),
        "summary": _paragraphs(page.summary, ""),
        "facts": _facts(page.facts),
        "notions": written(meant),
        "command": _command(page.command),
        "program": html.escape(str(page.said.get("program", "ncviz"))),
        "count": str(len(page.sides)),
        "above": _CAPTION if len(page.sides) > 1 else "",
        "sides": "".join(_side(side, page) for side in page.sides),
        **parts_of_frame(),
        "data": data,
        **{f"word_{name}": html.escape(word) for name, word in WORDS.items()},
    }
    return FIELD.sub(lambda found: fields[found[1]], read_frame("page.html"))


def parts_of_frame() -> dict[str, str]:
    """Return what all pages have in common, by field of `page.html`."""
    return {
        "guard": read_frame("guard.js"),
        "style": themes_style() + read_frame("terms.css") + read_frame("page.css"),
        "script": "\n".join(map(read_frame, SCRIPTS)),
    }


def _notions(page: WebPage, told: Mapping[str, Any]) -> dict[str, Notion]:
    """Return what the words and symbols of a page mean, by key: those of its plots first."""
    found: dict[str, Notion] = {}
    sentences: list[str] = list(told["sentences"])
    for chart in (*page.charts, *(side.matrix for side in page.sides if side.matrix)):
        found |= chart["notions"]
        sentences += [*chart["words"], chart.get("gist", "")]
    legends = (look.legend for side in page.sides for look in side.looks)
    sentences += [line.text for lines in legends for line in lines if line.owner is None]
    return found | of_sentences(sentences)


_CAPTION = '<p id="caption" aria-live="polite" dir="auto"></p>'


def _side(side: Side, page: WebPage) -> str:
    """Return the place of a picture; of one alone the caption stands in it."""
    title = html.escape(side.title)
    named = f'<p class="side" dir="auto" title="{title}">{title}</p>'
    fields = {
        "heading": named if len(page.sides) > 1 else _CAPTION,
        "word_home": html.escape(WORDS["home"]),
        "picture": _picture(side.picture),
        "summarised": html.escape(" ".join(filter(None, (side.title, *page.summary)))),
    }
    return FIELD.sub(lambda found: fields[found[1]], read_frame("side.html"))


def _command(command: str) -> str:
    if not command:
        return ""
    words = html.escape(WORDS["command"])
    return f' {words}:</p><pre dir="auto">{html.escape(command)}</pre><p>'


def _look_of_frame() -> dict[str, Any]:
    """Return what the frame must know beside the page: shaders, colours, words."""
    return {
        "words": WORDS,
        "shaders": shaders(),
        "gloss": {"balls": BALL_GLOSS, "samples": SAMPLE_GLOSS},
        "themes": {
            name: {"background": theme.background, "text": theme.text, "quiet": theme.quiet}
            for name, theme in THEMES.items()
        },
        "moves": {
            "nearest": camera.MINIMUM_DISTANCE,
            "farthest": camera.MAXIMUM_DISTANCE,
            "perspective": camera.PERSPECTIVE,
            "degreesPerPixel": camera.DEGREES_PER_PIXEL,
            "degreesPerKey": camera.DEGREES_PER_KEY,
            "zoomPerNotch": camera.ZOOM_PER_NOTCH,
            "wholeLength": WHOLE_LENGTH_SECONDS,
            "withinPixels": WITHIN_PIXELS,
        },
    }


def read_frame(name: str) -> str:
    """Return the text of a file of the frame."""
    return (FOLDER / name).read_text(encoding="utf-8")


def themes_style() -> str:
    """Return the colours of both themes as variables of the style."""
    blocks = [f':root[data-theme="{name}"]{{{theme_colors(name)}}}' for name in THEMES]
    return "\n".join(blocks) + "\n"


def theme_colors(name: str) -> str:
    """Return the colours of a theme as variables of a style."""
    fields = ("background", "surface", "raised", "text", "quiet", "line", "accent")
    colors = "".join(f"--{field}:{getattr(THEMES[name], field)};" for field in fields)
    return f"color-scheme:{name};{colors}"


def _paragraphs(lines: Sequence[str], kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return "".join(f'<p{named} dir="auto">{typeset_html(line)}</p>' for line in lines)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = (
        f'<tr><th scope="row" dir="auto">{html.escape(name)}</th>'
        f'<td dir="auto">{html.escape(value)}</td></tr>'
        for name, value in facts
    )
    return "".join(rows)


def _picture(svg: str) -> str:
    """Return a picture as the address of an image, in which nothing can run."""
    if not svg or svg.startswith("data:"):
        return svg
    bare = _METADATA.sub("", svg)
    return "data:image/svg+xml;base64," + base64.b64encode(bare.encode()).decode("ascii")
