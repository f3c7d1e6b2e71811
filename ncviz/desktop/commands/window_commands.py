"""Every command of the window, and the menus they stand in."""

from collections.abc import Iterator

from PyQt6.QtWidgets import QMenu

from ncviz.desktop.certain import certain
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.commands.commands import SEPARATOR, Command
from ncviz.desktop.commands.edit_commands import edit_commands
from ncviz.desktop.commands.lesson_commands import lesson_commands
from ncviz.desktop.commands.time_commands import time_commands
from ncviz.desktop.commands.view_commands import (
    camera_commands,
    compare_commands,
    view_commands,
)
from ncviz.desktop.widgets.mnemonics import letter_menu
from ncviz.explorer.room_names import GALLERY
from ncviz.language import named, tr
from ncviz.viewer import VIEWER, is_viewer

Entry = Command | QMenu | None  # of a menu


def window_commands(window: CommandedWindow) -> dict[str, tuple[Entry, ...]]:
    """Return all commands of a window, menu by menu, with what separates them."""
    menus = {
        named("File"): _file,
        named("Edit"): edit_commands,
        named("View"): view_commands,
        named("Camera"): camera_commands,
        named("Time"): time_commands,
        named("Compare"): compare_commands,
        named("Learn"): lesson_commands,
        named("Train"): _train,
        named("Help"): _help,
    }
    return {title: tuple(entries(window)) for title, entries in menus.items()}


def _file(window: CommandedWindow) -> Iterator[Entry]:
    opening, sessions = window.opening, window.sessions
    yield Command(
        "file.open",
        tr("Open run…"),
        tr("Open a recorded run."),
        opening.ask_run,
        "Ctrl+O",
        icon="open",
    )
    yield opening.recent_menu
    yield Command(
        "file.demonstration",
        tr("Open the demonstration"),
        tr("Eight layers on Fashion-MNIST."),
        window.open_demonstration,
    )
    yield Command(
        "file.gallery",
        tr("Samples and recent runs"),
        tr("Where to begin."),
        lambda: _start(window),
        icon="gallery",
        words=tr("welcome start"),
    )
    yield Command(
        "file.experiments",
        tr("Published experiments"),
        tr("What was claimed, and what ncviz finds."),
        lambda: _experiments(window),
        words=tr("gallery literature papers figures reproduce"),
    )
    yield Command(
        "file.experiment",
        tr("Open experiment…"),
        tr("Show the row of an experiment of your own, a TOML file."),
        opening.ask_experiment,
        words=tr("toml entry own"),
    )
    yield Command(
        "file.sweep",
        tr("Open sweep…"),
        tr("Show a sweep of your own, a TOML file: as a table, a map, or a plot of each cell."),
        opening.ask_sweep,
        words=tr("grid seeds toml parameters heat map small multiples"),
    )
    yield Command(
        "file.rename",
        tr("Rename this run…"),
        tr("Give the open run another title."),
        opening.ask_rename,
        words=tr("title name"),
        enabled=lambda: window.explorer.run is not None,
        needs=tr("Open a run first."),
    )
    yield SEPARATOR
    yield Command(
        "file.session.open",
        tr("Open session…"),
        tr("Bring back runs, views and layout from a file."),
        sessions.ask_session,
    )
    yield Command(
        "file.session.save",
        tr("Save session…"),
        tr("Keep runs, views and layout in a file, e.g. for a lecture."),
        sessions.save_session,
        "Ctrl+Shift+S",
    )
    yield SEPARATOR
    yield Command(
        "file.record",
        tr("Record checkpoints…"),
        tr("Make a run of a model's checkpoints."),
        window.recording.open,
        words=tr("import weights pytorch lightning safetensors"),
        enabled=lambda: not is_viewer(),
        needs=VIEWER,
    )
    yield Command(
        "file.exported",
        tr("Open what a figure shows…"),
        tr("Bring back the run and the view of an exported picture, figure, film or page."),
        opening.ask_exported,
        words=tr("restore png"),
    )
    yield SEPARATOR
    yield Command(
        "file.figure",
        tr("Export figure…"),
        tr("What you see or any plot as PDF, SVG or PNG."),
        lambda: window.exporting.open("figure"),
        "Ctrl+E; Ctrl+S",
        icon="export",
        words=tr("save picture image pdf svg png paper"),
    )
    yield Command(
        "file.film",
        tr("Export film…"),
        tr("Over training, layers, R or a way of the camera, as MP4, GIF or PNG files."),
        lambda: window.exporting.open("film"),
        "Ctrl+Shift+E",
        words=tr("save movie video mp4 gif"),
    )
    yield Command(
        "file.table",
        tr("Export table…"),
        tr("Every metric as CSV, JSON or LaTeX; means and coordinates as npz."),
        lambda: window.exporting.open("table"),
        words=tr("save csv json latex npz"),
        enabled=lambda: window.explorer.run is not None,
        needs=tr("Open a run first."),
    )
    yield Command(
        "file.page",
        tr("Export page…"),
        tr("The scene that turns, the timeline and plots as one HTML file, for any browser."),
        lambda: window.exporting.open("page"),
        words=tr("save html web browser share"),
        enabled=lambda: window.explorer.run is not None,
        needs=tr("Open a run first."),
    )
    yield SEPARATOR
    yield Command("file.quit", tr("Quit"), tr("Close ncviz."), window.close, "Ctrl+Q")


def _start(window: CommandedWindow) -> None:
    window.enter(GALLERY)
    window.rooms.gallery.show_start()


def _experiments(window: CommandedWindow) -> None:
    window.enter(GALLERY)
    window.rooms.gallery.show_experiments()


def _train(window: CommandedWindow) -> Iterator[Entry]:
    room = window.training
    yield Command(
        "train.start",
        tr("Train this recipe"),
        tr("Start a training in the background."),
        room.start,
        "Ctrl+Return",
        enabled=lambda: not is_viewer(),
        needs=VIEWER,
    )
    yield Command(
        "train.resume",
        tr("Resume this training"),
        tr("Go on with the training of the open run, as if it had never been stopped."),
        room.resume,
        words=tr("continue stopped"),
        enabled=lambda: not is_viewer() and room.stopped_run is not None,
        needs=VIEWER if is_viewer() else tr("Open a run whose training was stopped."),
    )
    yield Command("train.open", tr("Open recipe…"), tr("Show a recipe file."), room.ask_recipe)
    yield Command(
        "train.save", tr("Save recipe…"), tr("Keep the recipe as a file."), room.save_recipe
    )


def _help(window: CommandedWindow) -> Iterator[Entry]:
    yield Command(
        "help.guide",
        tr("Guide"),
        tr("What there is to see and to do, with pictures; no network is needed."),
        window.guide,
        "Shift+F1",
        words=tr("help manual documentation handbook"),
    )
    yield Command(
        "help.palette",
        tr("Search…"),
        tr("Commands, notions, samples, plots, recipes, classes, recent runs and the guide."),
        window.find_command,
        "Ctrl+K",
        icon="search",
    )
    yield Command(
        "help.shortcuts",
        tr("Keyboard shortcuts"),
        tr("All keys at a glance."),
        window.shortcuts,
        "F1",
        icon="keyboard",
    )
    yield SEPARATOR
    yield Command("help.about", tr("About ncviz"), tr("Version and licence."), window.about)


def fill_menus(window: CommandedWindow) -> None:
    """Register all commands, and build the menu bar."""
    for title, entries in window_commands(window).items():
        menu = certain(certain(window.menuBar()).addMenu(tr(title)))
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(window.commands.refresh)
        menu.aboutToHide.connect(window.commands.release)
        for entry in entries:
            if isinstance(entry, Command):
                window.commands.add(entry)
                menu.addAction(window.commands[entry.key])
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addSeparator()
        letter_menu(menu)
    letter_menu(certain(window.menuBar()))
