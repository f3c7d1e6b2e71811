"""Writes settings, bookmarks and the session as things happen, and brings the last one back."""

import contextlib
import logging
import os
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz import held_files
from ncviz.bounded_reading import read_bounded
from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.settings.settings import settings_as_json, settings_file
from ncviz.desktop.settings.shared_file import SharedFile, make_folder, put_aside
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import LONGEST_NAME, MOST_BOOKMARKS, Bookmark, Bookmarks
from ncviz.explorer.checks import number_between
from ncviz.explorer.room_names import EXPLORE
from ncviz.explorer.session import LATEST_EPOCH, SUFFIX, read_session, write_session
from ncviz.explorer.window_state import WindowState
from ncviz.language import tr
from ncviz.processes import is_alive
from ncviz.runs.writer import write_atomically
from ncviz.scenes.view import View

MILLISECONDS = 2000  # without a change until it is written: to write takes the time of a frame
LONGEST = 20.0  # seconds from the first change until it is written, also while more change
MOST_RUNS = 200  # whose bookmarks are kept
LONGEST_MARK = 100  # bytes of the file that says which process brings a session back
FAILED = tr("The last session could not be brought back, so ncviz begins with its demonstration")
_log = logging.getLogger(__name__)


class Keeping:
    """Keeps what a window is to find again after the next start, however this one ends.

    A session that is being brought back is on trial until it has been shown and is at rest: what
    fails meanwhile, even if it ends the program, puts it aside, and the demonstration is shown.

    Parameters
    ----------
    window : CommandedWindow
    settings_path : Path
        Sessions and bookmarks lie beside it.
    """

    def __init__(self, window: CommandedWindow, settings_path: Path) -> None:
        self.session_path = settings_path.with_name(f"last{SUFFIX}")
        self._trial_path = settings_path.with_name("last.opening")
        self._window = window
        self._settings = settings_file(settings_path, window.settings)
        self._bookmarks = SharedFile(settings_path.with_name("bookmarks.json"), None, _fitting)
        self._marks: dict[str, dict[str, str]] = {}
        self._written: WindowState | None = None
        self._on_trial = False
        self._due = 0.0
        self._told: set[str] = set()
        self._timer = one_shot(window, self.keep)
        window.explorer.listen(self._explorer_changed)

    # Writing

    def soon(self) -> None:
        """Write what has changed once nothing does for a moment."""
        now = time.monotonic()
        if not self._timer.isActive():
            self._due = now + LONGEST
        self._timer.start(max(0, min(MILLISECONDS, int(1000 * (self._due - now)))))

    def _at_once(self) -> None:
        self._due = time.monotonic()
        self._timer.start(0)

    def keep(self) -> None:
        """Write what has changed."""
        self._end_trial()
        window = self._window
        with self._telling(tr("The settings")):
            self._settings.write(settings_as_json(window.settings))
        with self._telling(tr("The bookmarks")):
            self._bookmarks.write(self._marks)
        state = window.state.read()
        written = self._written
        if window.current.moving and written is not None and state.timeless() == written.timeless():
            return  # while something moves, each moment is another
        # A window that shows nothing yet would write over what it is about to bring back.
        begun = window.explorer.run is not None
        if begun and window.settings.restore_session and state != self._written:
            with self._telling(tr("The session")):
                make_folder(self.session_path.parent)
                write_session(self.session_path, state)
                self._written = state

    def close(self) -> None:
        """Write everything a last time."""
        self._timer.stop()
        self.keep()

    @contextlib.contextmanager
    def _telling(self, what: str) -> Any:
        """Say once that something cannot be kept: no more can be done about it."""
        try:
            yield
        except UserError as error:
            sentence = tr("{what} cannot be kept: {error}", what=what, error=error)
            if sentence not in self._told:
                self._told.add(sentence)
                _log.warning("%s", sentence)
                self._window.note.say(sentence)

    def _explorer_changed(self, what: str) -> None:
        run = self._window.explorer.run
        if run is None:
            return
        if what == "run":
            self._bring_bookmarks(str(run.path.resolve()))
            self._at_once()  # when the window shows it
        elif what == "bookmarks":
            marks = self._window.explorer.bookmarks.marks
            self._marks[str(run.path.resolve())] = {repr(m.epoch): m.name for m in marks}
            self._at_once()

    def _bring_bookmarks(self, run: str) -> None:
        """Take up the bookmarks of a run that were made in other windows and before."""
        with self._telling(tr("The bookmarks")):
            self._bookmarks.write(self._marks)
        try:
            found = _fitting(self._bookmarks.read())
        except UserError as error:
            self._window.note.say(
                tr(
                    "The bookmarks begin anew: {error} {path}",
                    error=error,
                    path=put_aside(self._bookmarks.path),
                )
            )
            found = {}
        marks = found.get(run, {})
        self._marks[run] = marks
        self._bookmarks.saw(self._marks)
        with self._window.doings.no_step():
            self._window.explorer.set_bookmarks(
                Bookmarks.of(Bookmark(float(epoch), name) for epoch, name in marks.items())
            )

    # Bringing back

    def begin(self) -> None:
        """Bring the last session back; if that fails in any way, show the demonstration."""
        window = self._window
        if window.settings.restore_session and os.path.lexists(self.session_path):
            self._bring_back()
        if window.explorer.run is None:
            window.open_demonstration()

    def _bring_back(self) -> None:
        if self._died_on_trial():
            self._give_up(tr("{failed}: ncviz ended while that was tried.", failed=FAILED))
            return
        try:
            self._begin_trial()
            state, notes = read_session(self.session_path)
            self._window.state.restore(state)
        except UserError as error:
            self._give_up(f"{FAILED}: {error}")
        except Exception:  # noqa: BLE001 - what nobody foresaw must not end every start
            self._give_up(f"{FAILED}.", traceback.format_exc())
        else:
            if notes:
                self._window.note.say(" ".join(notes))

    def fault(self, details: str) -> bool:
        """Take an error that came up later to be the session's, if that is still on trial.

        Returns
        -------
        bool
            Whether the demonstration is shown instead.
        """
        if not self._on_trial:
            return False
        self._give_up(f"{FAILED}.", details)
        return True

    def _give_up(self, sentence: str, details: str = "") -> None:
        window = self._window
        if details:
            _log.error("%s", details)
        self._end_trial()
        sentence = f"{sentence} {put_aside(self.session_path)}"
        window.explorer.run, window.explorer.view = None, View()
        window.state.forget()
        window.enter(EXPLORE)
        window.open_demonstration()
        window.note.say(sentence, details, stays=True)

    def _begin_trial(self) -> None:
        self._on_trial = True
        with contextlib.suppress(
            UserError
        ):  # a session that can be read, where none can be written
            write_atomically(self._trial_path, str(os.getpid()).encode())

    def _end_trial(self) -> None:
        if self._on_trial:
            self._on_trial = False
            held_files.remove_if_possible(self._trial_path)

    def _died_on_trial(self) -> bool:
        try:
            process = int(read_bounded(self._trial_path, LONGEST_MARK))
        except (OSError, UserError, ValueError):
            return False
        held_files.remove_if_possible(self._trial_path)
        return not is_alive(process)


def _fitting(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the bookmarks of runs that a file holds, without what can be none."""
    found = {}
    for run, marks in list(values.items())[-MOST_RUNS:]:
        kept = {}
        for epoch, name in list(marks.items())[:MOST_BOOKMARKS] if isinstance(marks, dict) else ():
            with contextlib.suppress(ValueError):
                number_between(0, LATEST_EPOCH)(float(epoch))
                if isinstance(name, str) and len(name) <= LONGEST_NAME:
                    kept[epoch] = name
        if kept:
            found[run] = kept
    return found
