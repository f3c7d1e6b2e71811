"""Colours mean one thing each, to people with all cones and without one kind; ΔE is CIEDE2000."""

import re

import numpy as np
import pytest
from colour_sight import SIGHTS, ciede2000, from_hex, lab, simulated

from ncviz.scenes.palette import (
    DEFAULT_PALETTE,
    EARLIER_PALETTES,
    HIGH_CONTRAST,
    LINE_CONTRAST,
    PALETTE_NAMES,
    PALETTES,
    THEMES,
    WORD_CONTRAST,
    class_color,
    contrast,
    palette_named,
    readable,
    theme_named,
)

APART = 20.0
# How far the nearest two of the first hues are apart, for the eyes that tell them apart least.
CLASSES_APART = {("light", 4): 16.2, ("light", 12): 6.2, ("dark", 4): 14.6, ("dark", 12): 5.9}
# The same of lines in plots, which must be seen on their ground; and for who has all cones.
LINES_APART = {("light", 4): 11.9, ("light", 12): 4.1, ("dark", 4): 14.6, ("dark", 12): 5.9}
NORMAL_APART = {("light", 4): 28.4, ("light", 12): 9.0, ("dark", 4): 29.5, ("dark", 12): 11.3}
THEMED = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
SEEN = pytest.mark.parametrize("sight", SIGHTS)


def gaps(first, second, sight):
    """Return the differences of two lists of colours as somebody of this sight sees them."""
    one, other = (lab(simulated(from_hex(colors), sight)) for colors in (first, second))
    return ciede2000(one[:, None], other[None])


def nearest_two(colors, sight):
    return (gaps(colors, colors, sight) + 1e3 * np.eye(len(colors))).min()


def roles(theme):
    return [theme.etf, theme.means, theme.classifier]


@SEEN
@THEMED
def test_roles_are_told_apart(theme, sight):
    assert nearest_two(roles(theme), sight) >= APART


@SEEN
@THEMED
@pytest.mark.parametrize("palette", PALETTES)
def test_no_class_has_the_colour_of_a_role(palette, theme, sight):
    assert gaps(roles(theme), PALETTES[palette][theme.name], sight).min() >= APART


@SEEN
@THEMED
def test_what_is_chosen_or_pointed_at_has_the_colour_of_no_role(theme, sight):
    assert gaps(roles(theme), [theme.accent], sight).min() >= APART


@SEEN
@THEMED
@pytest.mark.parametrize("count", [4, 12])
def test_the_first_classes_are_told_apart(theme, sight, count):
    hues = PALETTES[DEFAULT_PALETTE][theme.name][:count]
    assert nearest_two(hues, sight) >= CLASSES_APART[theme.name, count]
    lines = [readable(hue, theme.surface) for hue in hues]
    assert nearest_two(lines, sight) >= LINES_APART[theme.name, count]
    if sight == "normal":
        assert nearest_two(hues, sight) >= NORMAL_APART[theme.name, count]
        assert nearest_two(lines, sight) >= NORMAL_APART[theme.name, count]


@THEMED
def test_roles_are_seen_as_lines_and_read_as_words_on_all_grounds(theme):
    for color in roles(theme):
        assert contrast(color, theme.background) >= LINE_CONTRAST
        assert contrast(color, theme.surface) >= LINE_CONTRAST
        for ground in (theme.background, theme.surface, theme.raised):
            assert contrast(theme.word(color), ground) >= WORD_CONTRAST


@SEEN
@THEMED
def test_with_high_contrast_roles_are_read_and_still_told_apart(theme, sight):
    """As far as words let them: the scene keeps the standard colours."""
    high = theme_named(theme.name, "high")
    assert nearest_two(roles(high), sight) >= {"light": 14.8, "dark": 13.6}[theme.name]
    assert gaps(roles(high), [high.accent], sight).min() >= APART
    if theme.name == "light":
        for palette in PALETTES:
            assert gaps(roles(high), PALETTES[palette]["light"], sight).min() >= APART
    for color in roles(high):
        for ground in (high.background, high.surface, high.raised):
            assert contrast(color, ground) >= HIGH_CONTRAST


@THEMED
@pytest.mark.parametrize("name", PALETTES)
def test_hues_differ_and_repeat(name, theme):
    hues = PALETTES[name][theme.name]
    assert all(re.fullmatch("#[0-9A-F]{6}", hue) for hue in hues)
    assert len(set(hues)) == len(hues)
    assert class_color(len(hues) + 1, theme, name) == class_color(1, theme, name) == hues[1]
    assert class_color(3, theme, "no such palette") == class_color(3, theme)
    assert name in PALETTE_NAMES


def test_what_was_kept_under_an_earlier_name_has_the_default_hues():
    assert {palette_named(name) for name in EARLIER_PALETTES} == {DEFAULT_PALETTE}
    assert [palette_named(name) for name in (*PALETTES, "unknown")] == [*PALETTES, "unknown"]


@THEMED
@pytest.mark.parametrize("palette", sorted(PALETTES))
def test_lines_of_all_hues_are_seen(theme, palette):
    for hue in PALETTES[palette][theme.name]:
        found = readable(hue, theme.surface)
        assert contrast(found, theme.surface) >= LINE_CONTRAST
        if contrast(hue, theme.surface) >= LINE_CONTRAST:
            assert found == hue, "what is seen already stays as it is"


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
