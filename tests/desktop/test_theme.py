"""Colours that can be read, in both themes."""

import re
from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QIcon
from PyQt6.QtWidgets import QPushButton
from scipy.ndimage import gaussian_filter
from window_parts import dispose, dress_now, pixels_of

from ncviz.assets import asset
from ncviz.desktop.style.icons import drawn_icon
from ncviz.desktop.style.style_sheet import STYLE
from ncviz.desktop.style.system_look import system_theme
from ncviz.desktop.style.theme import style_colors
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.scenes.palette import CONTRASTS, LIGHT, THEMES, rgb, theme_named

# Words, and all that they are written on.
WORDS = {
    "text": ("surface", "raised", "hover", "line", "background", "selected"),
    "quiet": ("surface", "raised", "hover", "line", "background", "selected"),
    "on_accent": ("accent", "accent_hover"),
    "accent": ("raised", "selected"),
    "surface": ("text", "note_hover"),
    # Words in the colours of the roles: marks of the timeline, numbers of plots, R₀.
    **dict.fromkeys(("etf", "means", "classifier"), ("surface", "raised", "background")),
}
# What must be seen, but not read: borders of fields, rings of focus.
MARKS = {"edge": ("surface", "raised"), "accent": ("surface", "raised")}


def luminance(color):
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first, second):
    """Return the contrast of two colours as WCAG 2 defines it."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colors_of(theme):
    words = {role: theme.word(getattr(theme, role)) for role in ("etf", "means", "classifier")}
    return {**style_colors(theme), "background": theme.background, **words}


def test_contrast_is_measured_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", CONTRASTS)
@pytest.mark.parametrize(("pairs", "least"), [(WORDS, {"standard": 4.5, "high": 7}), (MARKS, {})])
def test_contrast(theme, kind, pairs, least):
    theme, least = theme_named(theme, kind), least.get(kind, 3.0)
    colors = colors_of(theme)
    for over, unders in pairs.items():
        for under in unders:
            found = contrast(colors[over], colors[under])
            assert found >= least, f"{over} on {under}: {found:.2f}"


def test_every_colour_of_the_style_sheet_comes_from_the_theme():
    assert not re.findall(r"#[0-9A-Fa-f]{6}\b|\bwhite\b|\bblack\b", STYLE)


@pytest.mark.parametrize("path", sorted(asset("icons").glob("*.svg")), ids=lambda p: p.stem)
def test_icons_are_drawn(qapp, path):
    pixels = pixels_of(drawn_icon(path.stem, "#336699").pixmap(20, 20).toImage())
    drawn = pixels[..., 3] > 128
    assert 12 <= drawn.sum() <= 330, "neither empty nor a block"
    if "currentColor" in path.read_text():
        assert 'viewBox="0 0 24 24"' in path.read_text()
        assert (abs(pixels[pixels[..., 3] == 255][:, :3] - (0x33, 0x66, 0x99)) <= 3).all()


def test_each_icon_is_unlike_every_other(qapp):
    """A turntable is no arrow that reloads, a recent run no clock."""
    masks = {}
    for path in sorted(asset("icons").glob("*.svg")):
        if "currentColor" in path.read_text():
            drawn = pixels_of(drawn_icon(path.stem, "#000000").pixmap(20, 20).toImage())[..., 3]
            masks[path.stem] = gaussian_filter(drawn.astype(float), 1.0).ravel()
    for first, second in combinations(masks, 2):
        alike = np.corrcoef(masks[first], masks[second])[0, 1]
        assert alike < 0.9, f"{first} looks like {second}: {alike:.2f}"


def test_a_disabled_icon_has_its_own_colour(qapp):
    made = drawn_icon("play", "#000000", "#808080")
    modes = (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    values = [pixels_of(made.pixmap(20, 20, mode).toImage())[10, 10, 0] for mode in modes]
    assert values == [0, 128]


def test_focus_is_seen(qapp, qtbot):
    dress_now(LIGHT)
    for make in (lambda: QPushButton("Save"), lambda: SegmentedButtons({1: "One", 2: "Two"})):
        widget = make()
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        button = widget if isinstance(widget, QPushButton) else widget.button(2)
        button.clearFocus()
        before = pixels_of(widget.grab().toImage())
        button.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(button.hasFocus)
        assert (pixels_of(widget.grab().toImage()) != before).any(axis=2).sum() > 40
        dispose(widget)


def test_the_system_s_theme(qapp, monkeypatch):
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self):
            return self.scheme

    assert system_theme() in THEMES
    monkeypatch.setattr(QGuiApplication, "styleHints", staticmethod(Hints))
    assert system_theme() == "dark"
    Hints.scheme = Qt.ColorScheme.Unknown
    assert system_theme() == "light"


def test_one_segment_is_pressed_at_a_time(qapp):
    buttons = SegmentedButtons({30: "30", 60: "60", 0: "None"}, {0: "No limit."})
    said = []
    buttons.chosen.connect(said.append)
    assert buttons.value is None
    buttons.set_value(60)
    assert (buttons.value, said) == (60, [])
    buttons.button(0).click()
    assert (buttons.value, said) == (0, [0])
    assert not buttons.button(60).isChecked()
    buttons.set_value("no such value")
    assert buttons.value == 0
    dispose(buttons)
