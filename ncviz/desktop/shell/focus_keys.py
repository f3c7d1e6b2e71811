"""What the scene and the plots do with keys while they have the focus, for whoever says it."""

from ncviz.desktop.widgets.key_names import with_native_keys

_KEYS = {
    "In the scene": (
        ("Turn", "Arrows"),
        ("Move", "Shift+arrows"),
        ("Zoom", "+, −"),
        ("Another of several scenes", "Ctrl+arrows"),
        ("Pin, or open one of several", "Enter"),
        ("Give the arrows back", "Esc"),
    ),
    "In a plot": (
        ("Read along a line", "Left, Right"),
        ("Another line", "Up, Down"),
        ("First, last point", "Home, End"),
        ("Zoom, show all", "+, −, 0"),
        ("To its tools", "Tab"),
    ),
    "In the cosine matrix": (
        ("From cell to cell", "Arrows"),
        ("Let its classes stand out", "Enter"),
        ("Point at none", "Esc"),
    ),
}

FOCUS_KEYS = {
    place: tuple((does, with_native_keys(keys)) for does, keys in rows)
    for place, rows in _KEYS.items()
}
