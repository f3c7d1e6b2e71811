"""Every command of the window, and the menus they stand in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QMenu

from ncviz.desktop.commands import Command
from ncviz.desktop.header import ROOMS
from ncviz.scenes.camera_moves import STANDARD_VIEWS

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow

# An empty key is a separator; 'recent' is the menu of recent runs.
MENUS: dict[str, tuple[str, ...]] = {
    "File": (
        "file.open",
        "recent",
        "file.demonstration",
        "file.gallery",
        "",
        "file.session.open",
        "file.session.save",
        "",
        "file.record",
        "file.exported",
        "",
        "file.picture",
        "file.figure",
        "file.film",
        "file.table",
        "",
        "file.quit",
    ),
    "Edit": (
        "edit.undo",
        "edit.redo",
        "",
        "edit.copy",
        "edit.paste",
        "",
        "edit.unpin",
        "edit.unhide",
        "edit.classes",
        "",
        "edit.preferences",
    ),
    "Time": (
        "play.toggle",
        "play.back",
        "play.forward",
        "play.home",
        "play.end",
        "",
        "play.slower",
        "play.faster",
        "play.loop",
        "play.pingpong",
        "play.follow",
        "view.recorded",
        "",
        "play.bookmark",
        "play.bookmark.previous",
        "play.bookmark.next",
    ),
    "View": (
        *(f"view.{name.lower()}" for name in ROOMS),
        "",
        "view.layer.up",
        "view.layer.down",
        "view.tour",
        "",
        "view.dark",
        "view.large",
        "view.shapes",
        "view.motion",
        "",
        "view.left",
        "view.right",
        "view.present",
    ),
    "Camera": (
        *(f"camera.{name}" for name in STANDARD_VIEWS),
        "",
        "camera.turn",
        "camera.orthographic",
        "camera.reset",
    ),
    "Train": ("train.start", "train.open", "train.save"),
    "Help": ("help.palette", "help.shortcuts", "help.about"),
}


def window_commands(window: "MainWindow") -> tuple[Command, ...]:
    """Return all commands of a window.

    Parameters
    ----------
    window : MainWindow
    """
    groups = (_file, _edit, _time, _rooms, _view, _camera, _train, _help)
    return tuple(command for group in groups for command in group(window))


def _file(window: "MainWindow") -> Iterator[Command]:
    opening, memory = window.opening, window.memory
    yield Command(
        "file.open", "Open run…", "Open a recorded run.", opening.ask_run, "Ctrl+O", icon="open"
    )
    yield Command(
        "file.demonstration",
        "Open the demonstration",
        "Eight layers on FashionMNIST.",
        window.open_demonstration,
    )
    yield Command(
        "file.gallery",
        "Samples and recent runs",
        "Where to begin.",
        lambda: window.enter("Gallery"),
        icon="gallery",
        words="welcome start",
    )
    yield Command(
        "file.session.open",
        "Open session…",
        "Bring back runs, views and layout from a file.",
        memory.ask_session,
    )
    yield Command(
        "file.session.save",
        "Save session…",
        "Keep runs, views and layout in a file, e.g. for a lecture.",
        memory.save_session,
        "Ctrl+Shift+S",
    )
    yield Command(
        "file.picture",
        "Save picture…",
        "Draw the scene at any size and save it as PNG.",
        window.ask_picture,
        "Ctrl+S",
        icon="save",
        words="export figure image",
    )
    yield Command(
        "file.table",
        "Export table…",
        "Every metric as CSV, JSON or LaTeX; means and coordinates as npz.",
        lambda: window.exporting.open("table"),
        words="save csv json latex npz",
    )
    yield Command(
        "file.figure",
        "Export figure…",
        "What you see or any plot as PDF, SVG or PNG.",
        lambda: window.exporting.open("figure"),
        "Ctrl+E",
        icon="export",
        words="save pdf svg png paper",
    )
    yield Command(
        "file.film",
        "Export film…",
        "Over epochs, layers, R or a way of the camera, as MP4, GIF or PNG files.",
        lambda: window.exporting.open("film"),
        "Ctrl+Shift+E",
        words="save movie video mp4 gif",
    )
    yield Command(
        "file.record",
        "Record checkpoints…",
        "Make a run of a model's checkpoints.",
        window.recording.open,
        words="import weights pytorch lightning safetensors",
    )
    yield Command(
        "file.exported",
        "Open what a figure shows…",
        "Bring back the run and the view of an exported picture, figure or film.",
        opening.ask_exported,
        words="restore png",
    )
    yield Command("file.quit", "Quit", "Close ncviz.", window.close, "Ctrl+Q")


def _edit(window: "MainWindow") -> Iterator[Command]:
    memory, picture = window.memory, window.picture
    yield Command(
        "edit.undo", "Undo", "Take the last change back.", memory.undo, "Ctrl+Z", icon="undo"
    )
    yield Command(
        "edit.redo",
        "Redo",
        "Make the change again.",
        memory.redo,
        "Ctrl+Shift+Z; Ctrl+Y",
        icon="redo",
    )
    yield Command(
        "edit.copy",
        "Copy view",
        "Put what you see on the clipboard, as a short text that pastes back.",
        memory.copy_view,
        "Ctrl+Shift+C",
        icon="copy",
    )
    yield Command(
        "edit.paste",
        "Paste view",
        "Look at the run as the text on the clipboard says.",
        memory.paste_view,
        "Ctrl+Shift+V",
    )
    yield Command(
        "edit.unpin", "Unpin all samples", "Let all pinned samples go.", picture.unpin_all, "U"
    )
    yield Command(
        "edit.unhide",
        "Show hidden classes",
        "Bring back what the legend has hidden.",
        picture.show_all_hidden,
        "H",
    )
    yield Command(
        "edit.classes",
        "All classes, or four",
        "Choose all classes of the run; again, the first four.",
        picture.all_classes,
        "A",
    )
    yield Command(
        "edit.preferences",
        "Preferences…",
        "Theme, text size, palette, frames, threads.",
        window.preferences,
        "Ctrl+,",
        icon="settings",
        words="settings options",
    )


def _time(window: "MainWindow") -> Iterator[Command]:
    transport = window.transport
    yield Command(
        "play.toggle", "Play or pause", "Let time run.", transport.toggle_playing, "Space"
    )
    yield Command(
        "play.back",
        "Step back",
        "To the recorded epoch before.",
        lambda: transport.step(-1),
        "Left",
    )
    yield Command(
        "play.forward",
        "Step forward",
        "To the next recorded epoch.",
        lambda: transport.step(1),
        "Right",
    )
    yield Command(
        "play.home", "To the start", "Before training.", lambda: transport.jump(False), "Home"
    )
    yield Command(
        "play.end", "To the end", "The last recorded epoch.", lambda: transport.jump(True), "End"
    )
    yield Command(
        "play.slower", "Slower", "Half the speed.", lambda: transport.change_speed(-1), "-"
    )
    yield Command(
        "play.faster", "Faster", "Twice the speed.", lambda: transport.change_speed(1), "+; ="
    )
    yield Command(
        "play.loop",
        "Loop",
        "Begin again at the end.",
        transport.set_looping,
        "L",
        checkable=True,
        icon="loop",
    )
    yield Command(
        "play.pingpong",
        "Back and forth",
        "Turn round at both ends.",
        transport.set_ping_pong,
        "Shift+L",
        checkable=True,
        icon="ping-pong",
    )
    yield Command(
        "play.follow",
        "Follow the newest epoch",
        "While the network trains.",
        transport.set_following,
        "F",
        checkable=True,
        icon="follow",
    )
    yield Command(
        "view.recorded",
        "Recorded epochs only",
        "Show nothing that lies between two recorded epochs.",
        lambda on: window.looks.set("recorded_only", on),
        "E",
        checkable=True,
        group="Time",
    )
    yield Command(
        "play.bookmark",
        "Bookmark this moment",
        "Mark the epoch on the timeline.",
        transport.add_bookmark,
        "B",
        icon="bookmark",
    )
    yield Command(
        "play.bookmark.previous",
        "Previous bookmark",
        "Go to the bookmark before.",
        lambda: transport.go_to_bookmark(-1),
        "Shift+Left",
    )
    yield Command(
        "play.bookmark.next",
        "Next bookmark",
        "Go to the next bookmark.",
        lambda: transport.go_to_bookmark(1),
        "Shift+Right",
    )


def _rooms(window: "MainWindow") -> Iterator[Command]:
    for number, (name, tip) in enumerate(ROOMS.items(), 1):
        yield Command(
            f"view.{name.lower()}",
            name,
            tip,
            lambda name=name: window.enter(name),
            f"Ctrl+{number}",
            group="Rooms",
            words="room go to",
        )


def _view(window: "MainWindow") -> Iterator[Command]:
    settings, looks, picture = window.settings, window.looks, window.picture
    yield Command(
        "view.layer.up",
        "Layer before",
        "One layer closer to the input.",
        lambda: picture.step_layer(-1),
        "Up",
    )
    yield Command(
        "view.layer.down",
        "Next layer",
        "One layer closer to the output.",
        lambda: picture.step_layer(1),
        "Down",
    )
    yield Command(
        "view.tour",
        "Grand tour",
        "Travel through all dimensions of more than four classes, or rest.",
        lambda: picture.tour(not window.explorer.touring),
        "G",
        icon="tour",
    )
    yield Command(
        "view.dark",
        "Dark theme",
        "Light letters on dark.",
        lambda on: looks.set_theme("dark" if on else "light"),
        "Ctrl+D",
        checkable=True,
    )
    yield Command(
        "view.large",
        "Large text",
        "For the last row of a lecture room.",
        looks.set_large_text,
        "Ctrl+T",
        checkable=True,
    )
    yield Command(
        "view.shapes",
        "Shapes",
        "Tell classes apart by shapes too.",
        lambda on: looks.set("shapes", on),
        "S",
        checkable=True,
        words="colour blind",
    )
    yield Command(
        "view.motion",
        "Motion",
        "Move to another epoch instead of jumping there.",
        lambda on: looks.set("motion", on),
        checkable=True,
        checked=settings.motion,
    )
    yield Command(
        "view.left",
        "Left column",
        "Fold or unfold the left column.",
        window.left.setVisible,
        "F9",
        checkable=True,
        checked=True,
    )
    yield Command(
        "view.right",
        "Plots",
        "Fold or unfold the plots.",
        window.right.setVisible,
        "F10",
        checkable=True,
        checked=True,
    )
    yield Command(
        "view.present",
        "Presentation",
        "The picture alone on the full screen, in large type.",
        window.presentation.toggle,
        "F11",
        icon="full-screen",
        words="full screen lecture",
    )


def _camera(window: "MainWindow") -> Iterator[Command]:
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
    yield Command(
        "camera.turn",
        "Turntable",
        "Turn the scene slowly.",
        picture.turn,
        "T",
        checkable=True,
        icon="rotate",
        words="auto rotate spin",
    )
    yield Command(
        "camera.orthographic",
        "Orthographic",
        "Leave out perspective: equal lengths look equal.",
        picture.set_orthographic,
        "O",
        checkable=True,
        icon="square",
    )
    yield Command(
        "camera.reset",
        "Reset the camera",
        "Look from the first direction again.",
        picture.reset_camera,
        "R",
    )


def _train(window: "MainWindow") -> Iterator[Command]:
    room = window.trainer
    yield Command(
        "train.start",
        "Train this recipe",
        "Start a training in the background.",
        room.start,
        "Ctrl+Return",
    )
    yield Command("train.open", "Open recipe…", "Show a recipe file.", room.ask_recipe)
    yield Command("train.save", "Save recipe…", "Keep the recipe as a file.", room.save_recipe)


def _help(window: "MainWindow") -> Iterator[Command]:
    yield Command(
        "help.palette",
        "Find a command…",
        "Every command, found by a few letters.",
        window.find_command,
        "Ctrl+K",
        icon="search",
    )
    yield Command(
        "help.shortcuts",
        "Keyboard shortcuts",
        "All keys at a glance.",
        window.shortcuts,
        "F1",
        icon="keyboard",
    )
    yield Command("help.about", "About ncviz", "Version and licence.", window.about)


def fill_menus(window: "MainWindow", recent: QMenu) -> None:
    """Build the menu bar.

    Parameters
    ----------
    window : MainWindow
    recent : QMenu
        Of recent runs.
    """
    for title, keys in MENUS.items():
        menu = window.menuBar().addMenu(title)
        menu.aboutToShow.connect(window.commands.refresh)
        for key in keys:
            if key == "recent":
                menu.addMenu(recent)
            elif key:
                menu.addAction(window.commands[key])
            else:
                menu.addSeparator()
