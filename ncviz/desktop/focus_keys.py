"""What the scene and the plots do with keys while they have the focus, for whoever says it."""

FOCUS_KEYS = {
    "In the scene": (
        ("Turn", "Arrows"),
        ("Move", "Shift+arrows"),
        ("Zoom", "+, −"),
        ("Another of several scenes", "Ctrl+arrows"),
        ("Pin, or open one of several", "Enter"),
        ("Give the arrows back", "Esc"),
    ),
}
