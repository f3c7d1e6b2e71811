import itertools
import re

import numpy as np
import pytest

from ncviz.scenes.hues import oklab, spread_hues
from ncviz.scenes.palette import (
    DEFAULT_PALETTE,
    LINE_CONTRAST,
    MUTED,
    OKABE_ITO,
    PALETTE_NAMES,
    PALETTES,
    THEMES,
    class_color,
    contrast,
    readable,
    rgb,
)


def nearest_two(hues):
    """Return how far apart the two most alike of some hues are, as people see them."""
    lab = oklab(np.array([rgb(hue) for hue in hues]))
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(lab, 2))


def test_the_default_begins_with_okabe_and_ito():
    assert PALETTES[DEFAULT_PALETTE][:15] == OKABE_ITO + MUTED
    assert [class_color(k) for k in range(7)] == list(OKABE_ITO)
    assert class_color(3) == class_color(3, "okabe-ito") == class_color(3, "no such palette")


@pytest.mark.parametrize("name", PALETTES)
def test_hues_differ_and_repeat(name):
    hues = PALETTES[name]
    assert all(re.fullmatch("#[0-9A-F]{6}", hue) for hue in hues)
    assert len(set(hues)) == len(hues)
    assert class_color(len(hues) + 1, name) == class_color(1, name)
    assert name in PALETTE_NAMES


def test_many_classes_stay_apart():
    assert len(PALETTES["many"]) == 100
    assert nearest_two(PALETTES["many"]) > 0.025
    assert nearest_two(PALETTES["many"][:20]) > 0.08
    assert nearest_two(PALETTES[DEFAULT_PALETTE][:24]) > 0.04


@pytest.mark.parametrize("name", ["okabe-ito", "tol-muted", "many"])
def test_generated_hues_show_on_both_backgrounds(name):
    given = {"okabe-ito": 15, "tol-muted": 9, "many": 1}[name]
    light = oklab(np.array([rgb(hue) for hue in PALETTES[name][given:]]))[:, 0]
    assert light.min() > 0.4
    assert light.max() < 0.88


def test_spreading_is_repeatable_and_keeps_what_is_given():
    assert spread_hues(("#FF0000",), 5) == spread_hues(("#FF0000",), 5)
    assert spread_hues(("#FF0000", "#00FF00"), 1) == ("#FF0000",)


def test_oklab_of_known_colours():
    lab = oklab(np.array([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]]))
    np.testing.assert_allclose(lab[0], [1, 0, 0], atol=1e-3)
    np.testing.assert_allclose(lab[1], 0, atol=1e-9)
    np.testing.assert_allclose(lab[2], [0.628, 0.2249, 0.1258], atol=1e-3)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("palette", sorted(PALETTES))
def test_lines_of_all_hues_are_seen_on_both_themes(theme, palette):
    for hue in PALETTES[palette]:
        found = readable(hue, theme.surface)
        assert contrast(found, theme.surface) >= LINE_CONTRAST
        if contrast(hue, theme.surface) >= LINE_CONTRAST:
            assert found == hue, "what is seen already stays as it is"


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
