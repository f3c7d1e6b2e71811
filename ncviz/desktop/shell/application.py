"""Starts the window."""

import atexit
import logging
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pyqtgraph as pg
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QLibraryInfo, QTimer, QTranslator
from PyQt6.QtWidgets import QApplication

from ncviz.desktop.settings.settings import (
    Settings,
    read_settings,
    runs_path,
    settings_as_json,
    settings_path,
)
from ncviz.desktop.settings.shared_file import put_aside
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.style.icons import application_icon, drawn_icon
from ncviz.desktop.style.system_look import system_theme
from ncviz.desktop.style.theme import load_fonts
from ncviz.errors import UserError
from ncviz.geometry.slabs import one_blas_thread
from ncviz.interrupts import Handlers, as_before, on_interrupt
from ncviz.jobs.leaving import leave
from ncviz.jobs.thread import end_all
from ncviz.language import ENGLISH, LANGUAGE, tr
from ncviz.wording import listed

_log = logging.getLogger(__name__)


def make_application() -> QApplication:
    """Return the one QApplication, with name, fonts and plot settings."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("ncviz")
    application.setApplicationDisplayName("ncviz")
    application.setDesktopFileName("ncviz")
    application.setWindowIcon(application_icon())
    application.aboutToQuit.connect(drawn_icon.cache_clear)  # no pixmap outlives the application
    load_fonts()
    _speak(application)
    pg.setConfigOptions(antialias=True, useOpenGL=False)
    return application


def _speak(application: QApplication) -> None:
    """Let Qt's own buttons and menus speak the language of the rest."""
    if LANGUAGE == ENGLISH or application.findChild(QTranslator):
        return
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{LANGUAGE}", folder):
        application.installTranslator(translator)


def run_window(run: Path | None, *, follow: bool = False) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    run : Path, optional
        A run to open; the demonstration by default.
    follow : bool, optional
        Stay with its newest epoch, while another program records it.

    Returns
    -------
    int
        Exit status.
    """
    if os.environ.get("LIBGL_ALWAYS_SOFTWARE") or not _has_gpu():
        # Software GL with a thread per core would starve the training beside it.
        os.environ.setdefault("LP_NUM_THREADS", "1")
    application = make_application()
    troubles: list[str] = []
    window = _make_window(troubles.append)
    hook, sys.excepthook = sys.excepthook, _Faults(window)
    window.show()
    if run is None:
        window.begin()
    else:
        window.open(run, follow=follow)
    for sentence in troubles:
        _log.warning("%s", sentence)
        window.note.say(sentence, stays=True)
    handlers = _quit_on_interrupt(application)
    # Matrices of one picture are small, and threads that wait for each other make it late.
    with one_blas_thread():
        status = int(application.exec())
    as_before(handlers)
    end(application, window)
    sys.excepthook = hook
    _end_threads(status)
    return status


def end(application: QApplication, window: MainWindow) -> None:
    """Destroy a window and then the application, while Python lives.

    Left to PyQt, they are destroyed as Python ends, in the order of their addresses, and what is
    destroyed with a window changes the list of what is still to be: now and then that crashes.
    """
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    sip.delete(application)


def _end_threads(status: int) -> None:
    """Wait for what works in threads; where one does not end, end the program without it."""
    if not (names := end_all()):
        return
    _log.warning("ncviz ends without waiting for the %s.", listed(names))
    atexit.unregister(end_all)
    leave(status)


def _make_window(tell: Callable[[str], None]) -> MainWindow:
    """Return the window; no value of the settings keeps it from being made."""
    path = settings_path()
    settings = read_settings(path, tell)
    try:
        if settings.system_theme:
            settings.theme = system_theme()
        return MainWindow(settings, path, runs_path(settings))
    except Exception:
        if settings_as_json(settings) == settings_as_json(Settings()):
            raise
        _log.exception("The window cannot be made with these settings.")
        tell(
            tr(
                "The settings begin anew: the window could not be made with them. {path}",
                path=put_aside(path),
            )
        )
        return MainWindow(Settings(), path, runs_path())


def _has_gpu() -> bool:
    return any(Path("/dev/dri").glob("renderD*")) or not sys.platform.startswith("linux")


def _quit_on_interrupt(application: QApplication) -> Handlers:
    """Let Ctrl+C in the terminal close the window as the user would; return what it did before."""
    # Python sees signals only while it runs: give it a moment now and then.
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(300)
    # Not at once: the signal may come in the middle of a painting.
    return on_interrupt(lambda _number: QTimer.singleShot(0, application.closeAllWindows))


class _Faults:
    """An exception hook: a note with details instead of an aborted program."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if sip.isdeleted(self._window):  # while the program ends: there is no place for a note
            _log.error("%s", "".join(traceback.format_exception(kind, error, trace)))
            return
        if isinstance(error, UserError):
            self._window.note.say_error(error)
            return
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if self._window.keeping.fault(details):
            return
        _log.error("%s", details)
        self._window.note.say(tr("Something went wrong inside ncviz; your runs are safe."), details)
