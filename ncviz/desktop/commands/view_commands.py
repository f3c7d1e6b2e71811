"""The commands of rooms, views, the camera and the comparison."""

from collections.abc import Iterator

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.desktop.widgets.key_names import FULL_SCREEN
from ncviz.explorer.room_names import COMPARE, LEARN, ROOMS
from ncviz.scenes.camera_moves import STANDARD_VIEWS


def view_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what leads from room to room, and changes what is seen, and how."""
    appearance, picture = window.appearance, window.picture
    rooms = [(name, tip) for name, tip in ROOMS.items() if name != LEARN]  # of its own menu
    for number, (name, tip) in enumerate(rooms, 1):
        yield Command(
            f"view.{name.lower()}",
            name,
            tip,
            lambda name=name: window.rooms.go_to(name),
            f"Ctrl+{number}",
            group="Rooms",
            words="room go to",
        )
    yield SEPARATOR
    for name, text, end, step in (
        ("up", "Previous layer", "input", -1),
        ("down", "Next layer", "output", 1),
    ):
        yield Command(
            f"view.layer.{name}",
            text,
            f"One layer closer to the {end}.",
            lambda step=step: picture.step_layer(step),
            name.capitalize(),
            enabled=lambda: window.explorer.run is not None,
            needs="Open a run first.",
        )
    yield Command(
        "view.tour",
        "Grand tour",
        "Travel through all dimensions of more than four classes, or rest.",
        lambda: picture.tour(not window.explorer.touring),
        "G",
        icon="tour",
        enabled=lambda: window.explorer.run is not None,
        needs="Open a run first.",
    )
    yield Command(
        "view.samples",
        "Samples…",
        "The samples in the scene as pictures, chosen and ordered by what is known of them; "
        "Ctrl and drag in the scene encloses some.",
        lambda: picture.show_samples(),
        words="contact sheet lasso select images table",
        enabled=lambda: window.frame.has_scene and window.current.looks_at(0) is not None,
        needs="Open a run first.",
    )
    yield SEPARATOR
    yield from _pointing_commands(window)
    yield SEPARATOR
    yield Command(
        "view.dark",
        "Dark theme",
        "Light letters on dark.",
        lambda on: appearance.set_theme("dark" if on else "light"),
        "Ctrl+D",
        checked=False,
    )
    yield Command(
        "view.large",
        "Large text",
        "For the last row of a lecture room.",
        appearance.set_large_text,
        "Ctrl+T",
        checked=False,
    )
    yield Command(
        "view.shapes",
        "Shapes",
        "Tell classes apart by shapes too.",
        lambda on: appearance.set("shapes", on),
        "S",
        checked=False,
        words="colour blind",
    )
    yield Command(
        "view.motion",
        "Motion",
        "Move to another moment instead of jumping there.",
        lambda on: appearance.set("motion", on),
        checked=appearance.moves,
    )
    yield SEPARATOR
    yield Command(
        "view.left",
        "Left column",
        "Fold or unfold the left column.",
        window.left.setVisible,
        "F9",
        checked=True,
    )
    yield Command(
        "view.right",
        "Plots",
        "Fold or unfold the plots.",
        window.right.setVisible,
        "F10",
        checked=True,
    )
    yield Command(
        "view.present",
        "Presentation",
        "The picture alone on the full screen, in large type.",
        window.presentation.toggle,
        FULL_SCREEN,
        icon="full-screen",
        words="full screen lecture",
    )


def _pointing_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what points without a mouse."""
    keys = window.scene_keys
    yield Command(
        "view.scene",
        "Keys to the scene",
        "Let arrows turn the scene, or step through time and layers again.",
        keys.toggle,
        "F6",
        words="focus turn pan zoom keyboard",
        enabled=lambda: window.frame.has_scene and window.current.page is None,
        needs="There is no scene here.",
    )
    for name, text, tip, step, by_class, key in (
        ("next", "Next thing", "Point at the next mean, classifier row or sample.", 1, False, "N"),
        ("back", "Thing before", "Point at the one before.", -1, False, "Shift+N"),
        ("class", "Next class", "Point at the first thing of the next class.", 1, True, "C"),
        ("class.back", "Class before", "Point at the class before.", -1, True, "Shift+C"),
    ):
        yield Command(
            f"point.{name}",
            text,
            tip,
            lambda step=step, by_class=by_class: keys.step(step, by_class=by_class),
            key,
            words="point hover card sample step keyboard",
            enabled=lambda: window.frame.has_scene and window.current.looks_at(0) is not None,
            needs="Open a run first: of a model there are no cards.",
        )


def camera_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what moves the camera."""
    picture = window.picture
    for number, name in enumerate(STANDARD_VIEWS, 1):
        yield Command(
            f"camera.{name}",
            f"{name.capitalize()} view",
            "Look from a standard direction.",
            lambda name=name: picture.standard_view(name),
            str(number),
            icon="cube",
        )
    yield SEPARATOR
    yield Command(
        "camera.turn",
        "Turntable",
        "Turn the scene slowly.",
        picture.turn,
        "T",
        checked=False,
        icon="turntable",
        words="auto rotate spin",
    )
    yield Command(
        "camera.orthographic",
        "Orthographic",
        "Leave out perspective: equal lengths look equal.",
        picture.set_orthographic,
        "O",
        checked=False,
        icon="orthographic",
    )
    yield Command(
        "camera.fit",
        "Fit everything",
        "Bring all that is drawn into view.",
        window.framing.fit,
        "0",
        words="zoom to fit frame all whole bring back",
    )
    yield Command(
        "camera.reset",
        "Reset the camera",
        "Look from the first direction again.",
        picture.reset_camera,
        "R",
    )


def _ask_second(window: CommandedWindow) -> None:
    window.enter(COMPARE)
    window.rooms.compare.ask_second()


def compare_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what compares two runs."""

    def complete() -> bool:
        # Asking for the room would make it, which no start waits for.
        return window.rooms.is_made(COMPARE) and window.comparison.complete

    def unlinked() -> bool:
        return complete() and not window.comparison.linked

    yield Command(
        "compare.second",
        "Compare with…",
        "Choose the run on the right.",
        lambda: _ask_second(window),
        words="second other run beside",
    )
    yield Command(
        "compare.swap",
        "Swap the two runs",
        "Let left and right change places.",
        lambda: window.rooms.compare.swap(),
        enabled=complete,
        needs="Put a second run beside this one first.",
    )
    yield SEPARATOR
    yield Command(
        "compare.link",
        "Same moment",
        "Let the run on the right follow the timeline, or give it one of its own.",
        lambda on: window.comparison.link(on),
        checked=True,
        words="link unlink time clock",
        enabled=complete,
        needs="Put a second run beside this one first.",
    )
    yield Command(
        "compare.camera",
        "Same camera",
        "Look at both runs from the same place, or turn each by itself.",
        lambda on: window.comparison.link_camera(on),
        checked=True,
        words="link unlink view turn",
        enabled=complete,
        needs="Put a second run beside this one first.",
    )
    yield Command(
        "compare.play",
        "Play the right run",
        "Play the run on the right on its own timeline, or hold it.",
        lambda: window.comparison.toggle_playing(),
        enabled=unlinked,
        needs="Unlink the time of both runs first.",
    )
