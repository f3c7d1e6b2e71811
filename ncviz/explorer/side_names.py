"""What the two sides of a comparison are called in plots, tables and captions."""

from ncviz.explorer.explorer import Explorer
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.panel_titles import BETWEEN, own_titles
from ncviz.wording import one_line

SHORT, LONGEST = 28, 48  # letters of what is told of a title, and of the whole
MOMENT = 1  # place in what `_looks` returns


def side_names(first: Explorer, second: Explorer, *, moments: bool = True) -> tuple[str, str]:
    """Return a short name for each side: what tells the runs apart, and how each is looked at.

    Samples, moment and layer are said where the sides differ in them.

    Parameters
    ----------
    first, second : Explorer
        Left and right, each with a run.
    moments : bool
        Whether the moment is said where the sides differ in it.
    """
    runs = first.run, second.run
    assert runs[0] is not None
    assert runs[1] is not None
    names = own_titles(runs[0], runs[1])
    same = runs[0].path == runs[1].path
    sides = [_looks(side, run) for side, run in zip((first, second), runs, strict=True)]
    differ = [here != there for here, there in zip(*sides, strict=True)]
    differ[MOMENT] = differ[MOMENT] and moments
    said = []
    for name, looks in zip(names, sides, strict=True):
        own = [look for look, differs in zip(looks, differ, strict=True) if differs]
        # One run twice is told apart by these alone.
        parts = own if same and own else [_shortened(name), *own]
        # Moment and layer are short, and what most misleads where it is missing.
        kept = sum(differ[MOMENT:])
        end = "".join(f", {part}" for part in parts[len(parts) - kept :])
        start = ", ".join(parts[: len(parts) - kept])
        text = f"{one_line(start, max(LONGEST - len(end), SHORT // 2))}{end}"
        said.append(text if start else end.removeprefix(", "))
    return said[0], said[1]


def _shortened(title: str) -> str:
    """Return the first parts of a title, as many as are short; each of them tells it apart."""
    shown, *rest = title.split(BETWEEN)
    for part in rest:
        if len(longer := f"{shown}{BETWEEN}{part}") > SHORT:
            break
        shown = longer
    return one_line(shown, SHORT)


def _looks(side: Explorer, run: Run | None) -> tuple[str, str, str]:
    assert run is not None
    layer = run.manifest.layers[side.view.layer % len(run.manifest.layers)].name
    moment = run.counting.named(side.nearest_epoch)
    return side.split.title, moment, shortened_layer(layer)
