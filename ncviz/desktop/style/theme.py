"""The look of the whole window, set once for the application."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication

from ncviz.assets import asset
from ncviz.desktop.certain import certain, the_application
from ncviz.desktop.style.dressing import Dressing, forget_sizes
from ncviz.desktop.style.style_sheet import STYLE
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.scenes.palette import LIGHT, Theme, mix

FAMILY = "Source Sans 3"
STYLE_NAME = "fusion"  # of Qt's, the same on every system
# Four sizes only, in pixels; the lecture mode multiplies all.
CAPTION, BODY, TITLE, DISPLAY = 13, 15, 18, 32
PLAY_SIDE = 48  # of the one button that is round

PLATE = 0.72  # how much of the scene the plate below words covers


class Look(NamedTuple):
    """What everything in the window wears.

    Parameters
    ----------
    theme : Theme
    text_scale : float
        1 at a desk, 1.5 in a lecture room.
    """

    theme: Theme
    text_scale: float

    @property
    def icon_scale(self) -> float:
        """Return how much larger icons are than at normal text; they are never smaller."""
        return max(1.0, round(BODY * self.text_scale) / BODY)


_worn = [Look(LIGHT, 1.0)]


def current_look() -> Look:
    """Return what is worn, or is being put on."""
    return _worn[0]


def load_fonts() -> None:
    """Make the bundled typeface known to Qt.

    Raises
    ------
    UserError
        If the installation lacks it.
    """
    for name in ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"):
        if QFontDatabase.addApplicationFont(str(asset("fonts", name))) < 0:
            raise UserError(
                tr("The font {name} of this installation is damaged: reinstall ncviz.", name=name)
            )


def dress(
    theme: Theme,
    text_scale: float,
    follow: Iterable[Callable[[], None]] = (),
    at_last: Iterable[Callable[[], None]] = (),
) -> None:
    """Dress all widgets that there are, in several turns of the event loop.

    Parameters
    ----------
    theme : Theme
    text_scale : float
    follow : iterable of callable
        Called one after the other once all that is seen is dressed, before it is painted.
    at_last : iterable of callable
        Called once what is hidden is dressed, too.
    """
    application = the_application()
    if application.styleSheet() and not is_dressing() and (theme, text_scale) == current_look():
        for step in follow:
            step()
        return
    _worn[0] = Look(theme, text_scale)

    def take_off() -> None:
        # A sheet in place of another dresses every widget several times; after none, once.
        application.setStyleSheet("")

    def put_on() -> None:
        if certain(application.style()).objectName() != STYLE_NAME:
            application.setStyle(STYLE_NAME)
        application.setPalette(_palette(theme))
        application.setFont(letters(BODY))
        application.setStyleSheet(
            STYLE.format(**_sizes(text_scale), **style_colors(theme), **_pictures(theme))
        )

    measure = partial(_measure_hidden_anew, application)
    _dressing(application).begin(take_off, put_on, follow, measure, at_last)


def is_dressing() -> bool:
    """Return whether what is seen is being dressed, or painted for the first time since."""
    dressing = _dressing(the_application())
    return dressing.holds or dressing.is_painting


def finish_dressing() -> None:
    """Dress what was not when the look was last changed; before it is shown."""
    _dressing(the_application()).finish()


def dress_ahead() -> None:
    """Dress what was never shown, such as pages of other rooms, while the window rests."""
    _dressing(the_application()).dress_ahead()


def _dressing(application: QApplication) -> Dressing:
    directly = Qt.FindChildOption.FindDirectChildrenOnly
    return application.findChild(Dressing, options=directly) or Dressing(application)


def _measure_hidden_anew(application: QApplication) -> None:
    """Let hidden pages forget the sizes that they needed in other type.

    Qt tells layouts of what is seen; a page behind another would go on asking for its old width.
    """
    for widget in application.allWidgets():
        if widget.isVisible() or widget.isWindow():
            continue
        widget.updateGeometry()
        layout = widget.layout()
        if layout is not None:
            forget_sizes(layout)


@cache
def style_colors(theme: Theme) -> dict[str, str]:
    """Return the colours that the style sheet uses, by the name they have there."""
    plate, high = QColor(theme.background), theme.contrast == "high"
    return {
        "background": theme.background,
        "surface": theme.surface,
        "raised": theme.raised,
        "text": theme.text,
        "quiet": theme.quiet,
        "line": theme.line,
        # Of what can be pressed or typed into: 3:1 on what it lies on.
        "edge": mix(theme.surface, theme.text, 0.52),
        "accent": theme.accent,
        "on_accent": "#ffffff" if theme.name == "light" else "#10141a",
        "accent_hover": mix(theme.accent, theme.text, 0.15),
        "selected": mix(theme.raised, theme.accent, 0.1),
        "hover": mix(theme.surface, theme.line, 0.6),
        "note_hover": mix(theme.text, theme.surface, 0.18),
        "raised_hover": mix(theme.raised, theme.line, 0.6),
        "chosen": mix(theme.raised, theme.accent, 0.18),
        "tools": mix(theme.background, theme.surface, 0.7),
        "plate": f"rgba({plate.red()}, {plate.green()}, {plate.blue()}, {PLATE})",
        "faint": theme.quiet if high else mix(theme.background, theme.text, 0.6),
    }


def play_side() -> int:
    """Return the side of the round button, pixels; even."""
    return 2 * round(PLAY_SIDE * current_look().icon_scale / 2)


def _sizes(text_scale: float) -> dict[str, object]:
    return {
        "family": FAMILY,
        "caption": round(CAPTION * text_scale),
        "body": round(BODY * text_scale),
        "title": round(TITLE * text_scale),
        "display": round(DISPLAY * text_scale),
        "field": round(22 * text_scale),
        "indicator": round(15 * text_scale),
        "indicator_in": round(15 * text_scale) - 2,
        "play": play_side() // 2,
    }


def _pictures(theme: Theme) -> dict[str, str]:
    names = {
        "arrow": "chevron-down",
        "check": "check",
        "information": "information",
        "question": "question",
        "warning": "warning",
    }
    return {
        key: asset("icons", f"{name}-{theme.name}.svg").as_posix() for key, name in names.items()
    }


def letters(pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return our typeface in letters of so many pixels at normal text."""
    font = QFont(FAMILY)
    font.setPixelSize(round(pixels * current_look().text_scale))
    font.setWeight(weight)
    return font


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.surface,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.raised,
        QPalette.ColorRole.AlternateBase: theme.surface,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.ToolTipBase: theme.text,
        QPalette.ColorRole.ToolTipText: theme.surface,
        QPalette.ColorRole.PlaceholderText: theme.quiet,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    return palette
