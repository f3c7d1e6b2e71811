"""Puts the settings into effect: theme, letters, palette, motion, frames."""

import os

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.settings.settings import Settings, runs_path
from ncviz.desktop.style.system_look import (
    SystemLook,
    system_contrast,
    system_motion,
    system_theme,
)
from ncviz.desktop.style.theme import dress, finish_dressing
from ncviz.scenes.palette import Theme, theme_named

LARGE_TEXT = 1.5


class Appearance:
    """The one place where a setting changes the window."""

    def __init__(self, window: CommandedWindow) -> None:
        self._window = window
        self._system = SystemLook(window)
        self._system.changed.connect(self._system_changed)
        self._system_moves = system_motion()
        self._least_scale = 0.0
        if self.settings.system_theme:
            self.settings.theme = system_theme()
        self._worn = self.theme
        dress(self.theme, self.text_scale)  # all that is made from now on wears it
        finish_dressing()

    @property
    def settings(self) -> Settings:
        """Return the window's settings."""
        return self._window.settings

    @property
    def text_scale(self) -> float:
        """Return how much larger than usual all text is: as set, or more while one presents."""
        return max(self.settings.text_scale, self._least_scale)

    @property
    def theme(self) -> Theme:
        """Return the colours in use: as chosen, or as the system asks."""
        return theme_named(self.settings.theme, self._contrast)

    @property
    def moves(self) -> bool:
        """Return whether things may move by themselves: as chosen, or as the system asks."""
        chosen = self.settings.motion
        return self._system_moves if chosen is None else chosen

    @property
    def _contrast(self) -> str:
        chosen = self.settings.contrast
        return system_contrast() if chosen == "system" else chosen

    def write_at_least(self, text_scale: float) -> None:
        """Let no text be smaller than this, whatever the setting says; 0 ends it."""
        before, self._least_scale = self.text_scale, text_scale
        if self.text_scale != before:
            self._dress()

    def apply(self) -> None:
        """Put all settings into effect, after the start."""
        self._dress()
        self._apply_view()
        self._apply_motion()
        self._apply_words()
        self._apply_threads()
        self._window.presenter.limit_frames()

    def set(self, name: str, value: object) -> None:
        """Change a setting and put it into effect.

        Parameters
        ----------
        name : str
            Of a field of Settings.
        value : object

        Raises
        ------
        ValueError
            If there is no such setting or it cannot have this value.
        """
        before = getattr(self.settings, name, None)
        self.settings.set(name, value)
        if getattr(self.settings, name) != before:
            self.put(name)

    def put(self, name: str) -> None:
        """Put a setting into effect that was changed already."""
        if name == "system_theme" and self.settings.system_theme:
            self.settings.theme = system_theme()
        if name in ("theme", "text_scale", "system_theme", "contrast"):
            self._dress()
        elif name in ("palette", "shapes", "recorded_only"):
            self._apply_view()
            self._dress()
        elif name == "motion":
            self._apply_motion()
        elif name == "formulas":
            self._apply_words()
        elif name == "frame_limit":
            self._window.presenter.limit_frames()
        elif name == "threads":
            self._apply_threads()
        elif name == "runs_folder":
            self._window.training.folder = runs_path(self.settings)
        self._window.doings.record("settings", "view")
        self._window.refresh_preferences()

    def set_theme(self, name: str) -> None:
        """Turn to the light or the dark theme."""
        self.settings.system_theme = False
        self.set("theme", name)

    def set_large_text(self, on: bool) -> None:
        """Enlarge all text, for a lecture room."""
        self.set("text_scale", LARGE_TEXT if on else 1.0)

    def _system_changed(self) -> None:
        moved, self._system_moves = self._system_moves, system_motion()
        if self.settings.motion is None and moved != self._system_moves:
            self.put("motion")
        if self.settings.system_theme and self.settings.theme != system_theme():
            self.set("theme", system_theme())
        elif self.theme != self._worn:
            self.put("contrast")

    def _dress(self) -> None:
        window, scale = self._window, self.text_scale
        theme = self._worn = window.theme
        window.picture.set_view(theme=theme.name)
        window.commands["view.dark"].setChecked(theme.name == "dark")
        window.commands["view.large"].setChecked(scale > 1.2)
        window.presenter.wake()  # which waits until all are dressed
        follow = window.share_width, window.presenter.show_all
        dress(theme, scale, follow, at_last=(window.share_width,))

    def _apply_view(self) -> None:
        settings = self.settings
        self._window.picture.set_view(
            palette=settings.palette,
            shapes=settings.shapes,
            recorded_only=settings.recorded_only,
        )
        self._window.commands["view.recorded"].setChecked(settings.recorded_only)
        self._window.commands["view.shapes"].setChecked(settings.shapes)

    def _apply_threads(self) -> None:
        """Tell the trainings that are started from now on, in whatever process."""
        os.environ["NCVIZ_THREADS"] = str(self.settings.threads or "")

    def _apply_words(self) -> None:
        """Let answers to pointing have formulas, or plain words alone."""
        with_formulas = self.settings.formulas
        self._window.teacher.with_formulas = with_formulas
        self._window.commands["learn.formulas"].setChecked(with_formulas)

    def _apply_motion(self) -> None:
        on = self.moves
        self._window.explorer.player.ease = on
        self._window.canvas.motion = on
        self._window.presentation.motion = on
        self._window.commands["view.motion"].setChecked(on)
