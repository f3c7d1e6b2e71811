"""What the scene and the plots do with keys while they have the focus, for whoever says it."""

from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.language import tr

_KEYS = {
    tr("In the scene"): (
        (tr("Turn"), tr("Arrows")),
        (tr("Move"), tr("Shift+arrows")),
        (tr("Zoom"), "+, −"),
        (tr("Another of several scenes"), tr("Ctrl+arrows")),
        (tr("Pin, or open one of several"), tr("Enter")),
        (tr("Give the arrows back"), tr("Esc")),
    ),
    tr("In a plot"): (
        (tr("Read along a line"), tr("Left, Right")),
        (tr("Another line"), tr("Up, Down")),
        (tr("First, last point"), tr("Home, End")),
        (tr("Zoom, show all"), "+, −, 0"),
        (tr("To its tools"), tr("Tab")),
    ),
    tr("In the cosine matrix"): (
        (tr("From cell to cell"), tr("Arrows")),
        (tr("Let its classes stand out"), tr("Enter")),
        (tr("Point at none"), tr("Esc")),
    ),
}

FOCUS_KEYS = {
    place: tuple((does, with_native_keys(keys)) for does, keys in rows)
    for place, rows in _KEYS.items()
}
