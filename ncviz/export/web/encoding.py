"""A page's payload as what its frame reads: names and numbers, and arrays beside them."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from ncviz.arrays.page_file import FORMAT
from ncviz.export.web.packing import Packing, in_steps
from ncviz.export.web.payload import (
    SampleCards,
    SceneLook,
    SceneParts,
    SceneState,
    Side,
    WebPage,
)


def encoded(page: WebPage, packing: Packing) -> dict[str, Any]:
    """Return what a page shows as JSON, its arrays in a packing."""
    sentences = _Sentences()
    sides = [_side(side, packing, sentences) for side in page.sides]
    return {
        "format": FORMAT,
        "title": page.title,
        "times": {
            "names": page.times.names,
            "digits": page.times.digits,
            "places": page.times.places,
            "label": page.times.label,
            "start": page.times.start,
            "between": page.times.between,
            "unit": page.times.unit,
            "values": page.times.values,
        },
        "layers": page.layers,
        "layer": page.layer,
        "sides": sides,
        "linked": page.linked,
        "oneLegend": page.one_legend,
        "sentences": list(sentences.known),
        "charts": [_without_notions(chart) for chart in page.charts],
        "theme": page.theme,
    }


def _side(side: Side, packing: Packing, sentences: "_Sentences") -> dict[str, Any]:
    return {
        "name": side.name,
        "times": side.times,
        "layers": side.layers,
        "looks": [_look(look, packing, sentences) for look in side.looks],
        "cards": None if side.cards is None else _cards(side.cards, packing),
        "matrix": side.matrix and _without_notions(side.matrix),
    }


def _without_notions(chart: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart without what its words mean, which stands at the end of the page."""
    return {name: value for name, value in chart.items() if name != "notions"}


class _Sentences:
    """Sentences by number, each once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def __call__(self, sentence: str) -> int:
        return self.known.setdefault(sentence, len(self.known))


def _look(look: SceneLook, packing: Packing, sentences: _Sentences) -> dict[str, Any]:
    states = [state for row in look.states for state in row]
    # A run beside another may stand still while that goes on: what is the same is kept once.
    kept = {id(state): _state(state, packing, sentences) for state in states}
    told = [kept[id(state)] for state in states]
    return {
        "name": look.name,
        "parts": [_parts(parts, packing) for parts in look.parts],
        "states": {
            name: [state[name] for state in told]
            for name in ("at", "parts", "step", "alphas", "notes")
        },
        "legend": [
            {"text": line.text, "colors": line.colors, "owner": line.owner, "shape": line.shape}
            for line in look.legend
        ],
        "captions": [[sentences(caption) for caption in row] for row in look.captions],
        "cameras": [[[aspect, dict(camera)] for aspect, camera in row] for row in look.cameras],
        "hidden": list(look.hidden),
    }


def _state(state: SceneState, packing: Packing, sentences: _Sentences) -> dict[str, Any]:
    whole, step = in_steps(state.points)
    return {
        "at": packing.add(whole, "i2")["at"],
        "parts": state.parts,
        "step": float(f"{step:.9g}"),
        "alphas": packing.add(state.alphas, "u1")["at"],
        "notes": sentences(state.note),
    }


def _parts(parts: SceneParts, packing: Packing) -> dict[str, Any]:
    def both(colors: Mapping[str, Any]) -> dict[str, Any]:
        return {theme: packing.add(array, "u1") for theme, array in colors.items()}

    def whose(owners: Any) -> dict[str, Any]:
        return packing.add(owners, "i2")

    shapes = parts.sample_shapes
    return {
        "samples": {
            "count": len(parts.sample_ids),
            "radii": packing.add(parts.sample_radii, "f4"),
            "colors": both(parts.sample_colors),
            "outlines": both(parts.sample_outlines),
            "shapes": None if shapes is None else packing.add(shapes, "f4"),
            "owners": whose(parts.sample_owners),
            "ids": packing.add(parts.sample_ids, "u4"),
        },
        "balls": {
            "count": len(parts.ball_radii),
            "radii": packing.add(parts.ball_radii, "f4"),
            "colors": both(parts.ball_colors),
            "cores": both(parts.ball_cores),
            "owners": whose(parts.ball_owners),
            "roles": list(parts.ball_roles),
        },
        "lines": {
            "count": len(parts.line_radii),
            "radii": packing.add(parts.line_radii, "f4"),
            "colors": both(parts.line_colors),
            "lit": packing.add(parts.line_lit, "u1"),
            "owners": whose(parts.line_owners),
        },
        "labels": {"texts": list(parts.labels), "owners": parts.label_owners.tolist()},
        "fog": parts.fog,
    }


def _cards(cards: SampleCards, packing: Packing) -> dict[str, Any]:
    kind = "image/png" if cards.images.startswith(b"\x89PNG") else "image/jpeg"
    images = base64.b64encode(cards.images).decode("ascii")
    table = cards.predicted
    return {
        "titles": {str(owner): title for owner, title in cards.titles.items()},
        "ids": list(cards.samples),
        "samples": list(cards.samples.values()),
        "predicted": None if table is None else packing.add(np.asarray(table), "u2"),
        "sentences": list(cards.sentences),
        "images": f"data:{kind};base64,{images}" if images else "",
        "columns": cards.columns,
        "size": list(cards.image_size),
        "texts": list(cards.texts),
    }
