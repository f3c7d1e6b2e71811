"""What the system's settings ask of every program: light or dark, contrast, motion."""

import ctypes
import os
import sys
from contextlib import suppress

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication

from ncviz.desktop.certain import certain, the_application

_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION
_PORTAL = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
_PORTAL_MILLISECONDS = 300  # at most, for its answer


def system_theme() -> str:
    """Return 'dark' if the system's own windows are, else 'light'."""
    dark = certain(QGuiApplication.styleHints()).colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def system_contrast() -> str:
    """Return 'high' if the system asks for it, else 'standard'; Qt knows from 6.10 on."""
    hints = certain(QGuiApplication.styleHints())
    if not hasattr(hints, "accessibility"):
        return "standard"
    high = certain(hints.accessibility()).contrastPreference() == Qt.ContrastPreference.HighContrast
    return "high" if high else "standard"


def system_motion() -> bool:
    """Return whether the system lets things move by themselves.

    Notes
    -----
    Qt does not tell. Windows is asked, and under Linux the desktop's portal for the setting
    of GNOME, which some other desktops keep as well. macOS is not asked: there, one chooses.
    """
    if sys.platform == "win32":
        moves = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(
            _CLIENT_AREA_ANIMATION, 0, ctypes.byref(moves), 0
        )
        return bool(moves.value)
    # Without an address Qt would start a bus.
    elif sys.platform != "darwin" and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):  # noqa: RET505
        return _portal_setting("org.gnome.desktop.interface", "enable-animations") is not False
    else:
        return True


class SystemLook(QObject):
    """Says when the system asks for another look.

    Parameters
    ----------
    parent : QObject
        With which it ends.

    Signals
    -------
    changed()
        The theme is another one; or one comes back to ncviz, and contrast or motion may be.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        certain(QGuiApplication.styleHints()).colorSchemeChanged.connect(self.changed)
        the_application().applicationStateChanged.connect(self._came_back)

    def _came_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.changed.emit()


def _portal_setting(group: str, key: str) -> object:
    """Return a setting of the desktop, or None where it has none."""
    with suppress(ImportError):
        from PyQt6.QtDBus import QDBus, QDBusConnection, QDBusMessage, QDBusVariant

        asked = QDBusMessage.createMethodCall(*_PORTAL, "Read")
        asked.setArguments([group, key])
        answer = QDBusConnection.sessionBus().call(
            asked, QDBus.CallMode.Block, _PORTAL_MILLISECONDS
        )
        if answer.type() == QDBusMessage.MessageType.ReplyMessage:
            value = answer.arguments()[0]
            while isinstance(value, QDBusVariant):
                value = value.variant()
            return value
    return None
