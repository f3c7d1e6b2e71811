"""Opens runs, recipes and what is dropped on the window."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QMenu

from ncviz.assets import asset
from ncviz.desktop.certain import certain
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.rooms.room import WATCH_MILLISECONDS
from ncviz.desktop.settings.recent import recent_names
from ncviz.desktop.shell.adding_columns import AddingColumns
from ncviz.desktop.shell.importing import Importing
from ncviz.desktop.widgets.long_names import shortened_middle
from ncviz.desktop.widgets.plain_text import plain_button, plain_tip
from ncviz.errors import UserError
from ncviz.experiments.entry_lines import is_experiment
from ncviz.explorer.chosen_seed import choose_seed
from ncviz.explorer.room_names import GALLERY
from ncviz.explorer.session import SUFFIX as SESSION_SUFFIX
from ncviz.export.plan_texts import SHOWING
from ncviz.language import tr
from ncviz.lessons.lesson_lines import is_lesson
from ncviz.rendering.typefaces import note_on_names
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.repeats import is_of_repeats, rename_repeats, repeats_of
from ncviz.runs.run import Run
from ncviz.runs.writer import rename_run
from ncviz.sweeps.sweep_lines import is_sweep, is_sweep_folder

UNKNOWN = tr(
    "is nothing that ncviz opens: choose the folder of a run, a recipe or an experiment (.toml), a "
    "session, checkpoints, arrays, a table of samples, or a figure or film that ncviz made."
)


class Opening:
    """Every way into the window for a run."""

    def __init__(self, window: CommandedWindow) -> None:
        self._window = window
        self.recent_menu = QMenu(tr("Open recent"), window)
        self.recent_menu.setToolTipsVisible(True)
        certain(self.recent_menu.menuAction()).setToolTip(
            tr("Open one of the runs that were opened last.")
        )
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.importing = Importing(window)
        self.adding = AddingColumns(window)
        self._watch = QTimer(window)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look_for_epochs)

    def open(
        self, path: Path, *, follow: bool = False, remember: bool = True, stay: bool = False
    ) -> bool:
        """Open a run; say in a note why not; return whether it is open.

        Parameters
        ----------
        path : Path
        follow : bool
            Stay with its newest epoch.
        remember : bool
            Put it among the recent runs.
        stay : bool
            Stay in a room where the run is not seen.
        """
        window = self._window
        if is_sweep_folder(path) or (path.suffix == ".toml" and is_sweep(path)):
            self.open_sweep(path)
            return False
        try:
            window.explorer.open(path, follow=follow)
        except UserError as error:
            window.note.say_error(error)
            window.settings.forget(str(path))
            return False
        window.explorer.player.ease = window.appearance.moves
        run = certain(window.explorer.run)
        repeats = repeats_of(run)
        if remember:
            window.settings.remember(
                run.path if repeats is None or is_of_repeats(path) else repeats.path
            )
        if not (stay or window.current.shows_run):
            window.enter("Explore")
        if run.missing_epochs:
            shown = ", ".join(map(run.counting.digits, run.missing_epochs[:5]))
            more = " …" if len(run.missing_epochs) > 5 else ""
            window.note.say(
                tr(
                    "{name} lacks {count} of its snapshots "
                    "({unit} {shown}{more}): the others are shown.",
                    name=run.path.name,
                    count=len(run.missing_epochs),
                    unit=run.counting.name,
                    shown=shown,
                    more=more,
                )
            )
        elif repeats is not None and repeats.absent:
            window.note.say(
                tr(
                    "{name} has {count_in_words}; {said_of_absent}.",
                    name=repeats.path.name,
                    count_in_words=repeats.count_in_words,
                    said_of_absent=repeats.said_of_absent,
                )
            )
        elif note := note_on_names(run.manifest.class_names):
            window.note.say(note)
        return True

    def choose_seed(self, seed: int) -> None:
        """Show the run of another seed of the open repeats."""
        window = self._window
        try:
            with window.doings.one_step("seed"):
                choose_seed(window.explorer, seed)
        except UserError as error:
            window.note.say_error(error)
        window.doings.look_anew()  # its place in the comparison and its bookmarks are no steps

    def open_demonstration(self, *, stay: bool = False) -> None:
        """Open the run that ships with ncviz."""
        try:
            self.open(asset("demonstration"), remember=False, stay=stay)
        except UserError as error:
            self._window.note.say_error(error)

    def open_dropped(self, names: Sequence[str]) -> None:
        """Open what was dropped: checkpoints together, the rest one after the other."""
        # Imported here: what tells files apart, for which the first picture need not wait.
        from ncviz.desktop.shell.arrivals import MANY, checkpoints_among

        if not names:
            self._window.note.say(
                tr("What was dropped is no file: save it first, then drop the file.")
            )
        checkpoints = checkpoints_among(names)
        known = set(checkpoints)
        rest = [name for name in names if name not in known]
        if len(names) > MANY and rest:
            self._window.note.say(
                tr(
                    "{count:,} of the {count_2:,} files are no checkpoints: they were left out.",
                    count=len(rest),
                    count_2=len(names),
                )
            )
            rest = []
        for name in rest:
            self.open_anything(Path(name))
        if checkpoints:
            self._window.recording.open(checkpoints)

    def open_anything(self, path: Path) -> None:
        """Open a run, a recipe, an experiment, a lesson, a session, arrays or an exported file."""
        from ncviz.desktop.shell.arrivals import are_arrays

        window = self._window
        if path.suffix == ".toml" and is_experiment(path):
            self.open_experiment(path)
        elif path.suffix == ".toml" and is_sweep(path):
            self.open_sweep(path)
        elif path.suffix == ".toml" and is_lesson(path):
            window.rooms.learn.begin_file(path)
        elif path.suffix == ".toml":
            window.enter("Train")
            window.training.open_recipe(path)
        elif path.suffix == SESSION_SUFFIX:
            window.sessions.open_session(path)
        elif path.suffix.lower() in SHOWING:
            window.exporting.restore(path)
        elif self.adding.takes(path):
            self.adding.add(path)
        elif are_arrays(path):
            self.importing.open(path)
        elif path.is_file() and path.name != MANIFEST:
            window.note.say(f"{path} {UNKNOWN}", stays=True)
        else:
            self.open(path)

    def ask_run(self) -> None:
        """Ask for the folder of a run."""
        folder = self.ask_folder(tr("Open the folder of a run"))
        if folder is not None:
            self.open(folder)

    def open_experiment(self, path: Path) -> None:
        """Show the row of an experiment's file."""
        self._window.enter(GALLERY)
        self._window.rooms.gallery.show_experiment_file(path)

    def open_sweep(self, path: Path) -> None:
        """Show the page of a sweep: its file or its folder."""
        self._window.enter(GALLERY)
        self._window.rooms.gallery.show_sweep(path)

    def ask_sweep(self) -> None:
        """Ask for the file of a sweep, and show its page."""
        text, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open a sweep"), "", "Sweeps (*.toml)"
        )
        if text:
            self.open_sweep(Path(text))

    def ask_experiment(self) -> None:
        """Ask for the file of an experiment, and show its row."""
        text, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open an experiment"), "", "Experiments (*.toml)"
        )
        if text:
            self.open_experiment(Path(text))

    def ask_exported(self) -> None:
        """Ask for an exported file and bring back what it shows."""
        kinds = " ".join(f"*{suffix}" for suffix in SHOWING)
        text, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Open what a figure shows"),
            "",
            tr("Figures, films and pages ({kinds})", kinds=kinds),
        )
        if text:
            self._window.exporting.restore(Path(text))

    def add_columns(self, path: Path, run: Run) -> None:
        """Add the columns of a table to what is known of a run's samples."""
        self.adding.add(path, run)

    def import_arrays(self, path: Path) -> None:
        """Make a run of a file of arrays, and open it."""
        self.importing.open(path)

    def ask_folder(self, title: str) -> Path | None:
        """Ask for a run's folder."""
        runs = self._window.training.folder
        start = str(runs) if runs.is_dir() else ""
        folder = QFileDialog.getExistingDirectory(self._window, title, start)
        return Path(folder) if folder else None

    def ask_rename(self) -> None:
        """Ask for another title of the open run, and write it down."""
        window, run = self._window, self._window.explorer.run
        if run is None:
            window.note.say(tr("Open a run first: then it can be renamed."))
            return
        if asset("samples").parent in run.path.resolve().parents:
            window.note.say(tr("This sample comes with ncviz and keeps its title."))
            return
        dialog = QInputDialog(window)
        dialog.setWindowTitle(tr("Rename this run"))
        dialog.setLabelText(tr("Title of this run; its folder keeps its name."))
        repeats = repeats_of(run)
        dialog.setTextValue(run.manifest.title if repeats is None else repeats.title)
        dialog.setOkButtonText("Rename")
        dialog.resize(560, dialog.sizeHint().height())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda title, path=run.path: self._rename(path, title))
        dialog.open()

    def _rename(self, path: Path, title: str) -> None:
        window, run = self._window, self._window.explorer.run
        try:
            repeats = repeats_of(run) if run is not None and run.path == path else None
            if repeats is None:
                rename_run(path, title)
            else:
                rename_repeats(repeats, title)
            if run is not None and run.path == path:
                window.explorer.refresh()
        except UserError as error:
            window.note.say_error(error)
            return
        window.run_panel.show_title()
        window.presenter.show_all()

    # Runs that another program records

    def watch_run(self) -> None:
        """Look for new epochs of the open run as long as someone records it."""
        run = self._window.explorer.run
        recording = run is not None and run.manifest.state == "running"
        self._watch.start() if recording else self._watch.stop()

    def _look_for_epochs(self) -> None:
        try:
            self._window.explorer.refresh()
        except UserError as error:
            self._watch.stop()
            self._window.note.say_error(error)
            return
        self._window.run_panel.show_facts()  # its process may have been killed, or go on

    def close(self) -> None:
        """Look no more, and import no more."""
        self._watch.stop()
        self.importing.close()
        self.adding.work.close()

    def _fill_recent(self) -> None:
        menu = self.recent_menu
        menu.clear()
        recent = self._window.settings.recent or []
        for text, name in zip(recent, recent_names(recent), strict=True):
            action = certain(
                menu.addAction(
                    plain_button(shortened_middle(name)), lambda p=text: self.open(Path(p))
                )
            )
            action.setToolTip(plain_tip(f"{name}\n{text}"))
        if menu.isEmpty():
            certain(menu.addAction(tr("Runs that you open appear here"))).setEnabled(False)
