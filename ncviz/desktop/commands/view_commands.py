"""The commands of rooms, views, the camera and the comparison."""

from collections.abc import Iterator

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.desktop.widgets.key_names import FULL_SCREEN
from ncviz.explorer.room_names import COMPARE, LEARN, ROOMS
from ncviz.language import named, tr
from ncviz.scenes.camera_moves import STANDARD_VIEWS
from ncviz.wording import upper_first


def view_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what leads from room to room, and changes what is seen, and how."""
    appearance, picture = window.appearance, window.picture
    rooms = [(name, tip) for name, tip in ROOMS.items() if name != LEARN]  # of its own menu
    for number, (name, tip) in enumerate(rooms, 1):
        yield Command(
            f"view.{name.lower()}",
            tr(name),
            tip,
            lambda name=name: window.rooms.go_to(name),
            f"Ctrl+{number}",
            group=named("Rooms"),
            words=tr("room go to"),
        )
    yield SEPARATOR
    for name, text, end, step in (
        ("up", tr("Previous layer"), tr("input"), -1),
        ("down", tr("Next layer"), tr("output"), 1),
    ):
        yield Command(
            f"view.layer.{name}",
            text,
            tr("One layer closer to the {end}.", end=end),
            lambda step=step: picture.step_layer(step),
            name.capitalize(),
            enabled=lambda: window.explorer.run is not None,
            needs=tr("Open a run first."),
        )
    yield Command(
        "view.tour",
        tr("Grand tour"),
        tr("Travel through all dimensions of more than four classes, or rest."),
        lambda: picture.tour(not window.explorer.touring),
        "G",
        icon="tour",
        enabled=lambda: window.explorer.run is not None,
        needs=tr("Open a run first."),
    )
    yield Command(
        "view.samples",
        tr("Samples…"),
        tr(
            "The samples in the scene as pictures, chosen and ordered by what is known of them; "
            "Ctrl and drag in the scene encloses some."
        ),
        lambda: picture.show_samples(),
        words=tr("contact sheet lasso select images table"),
        enabled=lambda: window.frame.has_scene and window.current.looks_at(0) is not None,
        needs=tr("Open a run first."),
    )
    yield SEPARATOR
    yield from _pointing_commands(window)
    yield SEPARATOR
    yield Command(
        "view.dark",
        tr("Dark theme"),
        tr("Light letters on dark."),
        lambda on: appearance.set_theme("dark" if on else "light"),
        "Ctrl+D",
        checked=False,
    )
    yield Command(
        "view.large",
        tr("Large text"),
        tr("For the last row of a lecture room."),
        appearance.set_large_text,
        "Ctrl+T",
        checked=False,
    )
    yield Command(
        "view.shapes",
        tr("Shapes"),
        tr("Tell classes apart by shapes too."),
        lambda on: appearance.set("shapes", on),
        "S",
        checked=False,
        words=tr("colour blind"),
    )
    yield Command(
        "view.motion",
        tr("Motion"),
        tr("Move to another moment instead of jumping there."),
        lambda on: appearance.set("motion", on),
        checked=appearance.moves,
    )
    yield SEPARATOR
    yield Command(
        "view.left",
        tr("Left column"),
        tr("Fold or unfold the left column."),
        window.left.setVisible,
        "F9",
        checked=True,
    )
    yield Command(
        "view.right",
        tr("Plots"),
        tr("Fold or unfold the plots."),
        window.right.setVisible,
        "F10",
        checked=True,
    )
    yield Command(
        "view.present",
        tr("Presentation"),
        tr("The picture alone on the full screen, in large type."),
        window.presentation.toggle,
        FULL_SCREEN,
        icon="full-screen",
        words=tr("full screen lecture"),
    )


def _pointing_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what points without a mouse."""
    keys = window.scene_keys
    yield Command(
        "view.scene",
        tr("Keys to the scene"),
        tr(
            "Let arrows turn the scene, or move what Tab chooses in it, or step through time and "
            "layers again."
        ),
        keys.toggle,
        "F6",
        words=tr("focus turn pan zoom keyboard"),
        enabled=lambda: window.frame.has_scene and window.current.page is None,
        needs=tr("There is no scene here."),
    )
    for name, text, tip, step, by_class, key in (
        (
            "next",
            tr("Next thing"),
            tr("Point at the next mean, classifier row or sample."),
            1,
            False,
            "N",
        ),
        ("back", tr("Thing before"), tr("Point at the one before."), -1, False, "Shift+N"),
        (
            "class",
            tr("Next class"),
            tr("Point at the first thing of the next class."),
            1,
            True,
            "C",
        ),
        ("class.back", tr("Class before"), tr("Point at the class before."), -1, True, "Shift+C"),
    ):
        yield Command(
            f"point.{name}",
            text,
            tip,
            lambda step=step, by_class=by_class: keys.step(step, by_class=by_class),
            key,
            words=tr("point hover card sample step keyboard"),
            enabled=lambda: window.frame.has_scene and window.current.looks_at(0) is not None,
            needs=tr("Open a run first: of a model there are no cards."),
        )


def camera_commands(window: CommandedWindow) -> Iterator[Command | None]:
    """Return what moves the camera."""
    picture = window.picture
    for number, name in enumerate(STANDARD_VIEWS, 1):
        yield Command(
            f"camera.{name}",
            tr("{name} view", name=upper_first(tr(name))),
            tr("Look from a standard direction."),
            lambda name=name: picture.standard_view(name),
            str(number),
            icon="cube",
        )
    yield SEPARATOR
    yield Command(
        "camera.turn",
        tr("Turntable"),
        tr("Turn the scene slowly."),
        picture.turn,
        "T",
        checked=False,
        icon="turntable",
        words=tr("auto rotate spin"),
    )
    yield Command(
        "camera.orthographic",
        tr("Orthographic"),
        tr("Leave out perspective: equal lengths look equal."),
        picture.set_orthographic,
        "O",
        checked=False,
        icon="orthographic",
    )
    yield Command(
        "camera.fit",
        tr("Fit everything"),
        tr("Bring all that is drawn into view."),
        window.framing.fit,
        "0",
        words=tr("zoom to fit frame all whole bring back"),
    )
    yield Command(
        "camera.reset",
        tr("Reset the camera"),
        tr("Look from the first direction again."),
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
        tr("Compare with…"),
        tr("Choose the run on the right."),
        lambda: _ask_second(window),
        words=tr("second other run beside"),
    )
    yield Command(
        "compare.swap",
        tr("Swap the two runs"),
        tr("Let left and right change places."),
        lambda: window.rooms.compare.swap(),
        enabled=complete,
        needs=tr("Put a second run beside this one first."),
    )
    yield SEPARATOR
    yield Command(
        "compare.link",
        tr("Same moment"),
        tr("Let the run on the right follow the timeline, or give it one of its own."),
        lambda on: window.comparison.link(on),
        checked=True,
        words=tr("link unlink time clock"),
        enabled=complete,
        needs=tr("Put a second run beside this one first."),
    )
    yield Command(
        "compare.camera",
        tr("Same camera"),
        tr("Look at both runs from the same place, or turn each by itself."),
        lambda on: window.comparison.link_camera(on),
        checked=True,
        words=tr("link unlink view turn"),
        enabled=complete,
        needs=tr("Put a second run beside this one first."),
    )
    yield Command(
        "compare.play",
        tr("Play the right run"),
        tr("Play the run on the right on its own timeline, or hold it."),
        lambda: window.comparison.toggle_playing(),
        enabled=unlinked,
        needs=tr("Unlink the time of both runs first."),
    )
