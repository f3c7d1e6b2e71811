"""Views from elsewhere, without what a run does not have."""

from dataclasses import replace

from ncviz.runs.directions import default_classes
from ncviz.runs.run import Run
from ncviz.scenes.view import View

MOST_PINNED = 8


def fitting_view(view: View, run: Run) -> View:
    """Return a view without what a run does not have."""
    classes, layers = run.manifest.classes, len(run.manifest.layers)
    samples = len(run.drawn_of(view.split).probe.labels)
    chosen = tuple(k for k in dict.fromkeys(view.classes) if 0 <= k < classes)
    fitting = replace(
        view,
        epoch=float(min(max(view.epoch, run.epochs[0]), run.epochs[-1])),
        layer=view.layer if 0 <= view.layer < layers else layers - 1,
        classes=chosen if len(chosen) >= 2 else default_classes(run),
        pinned=tuple(row for row in dict.fromkeys(view.pinned) if 0 <= row < samples)[:MOST_PINNED],
        hovered=None,
    )
    return replace(fitting, hidden=leaving_one(view.hidden, fitting.drawn_classes(run.manifest)))


def leaving_one(hidden: tuple[int, ...], shown: tuple[int, ...]) -> tuple[int, ...]:
    """Return the hidden classes among those shown; none if nothing would be left to see."""
    kept = tuple(sorted(set(hidden) & set(shown)))
    return kept if len(kept) < len(shown) else ()
