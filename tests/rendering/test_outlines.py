"""Samples are told from the ground by their outline where their hue is nearly the ground's."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import ORTHOGRAPHIC, balls

from ncviz.scenes.cast import sample_outlines
from ncviz.scenes.palette import LIGHT, LINE_CONTRAST, PALETTES, THEMES, contrast, readable, rgb
from ncviz.scenes.scene import Scene

RADIUS = 8  # pixels, of the smallest sample that has room for a hue inside its outline
LEAST = 2.6


def sample(color, ground):
    """Return a scene of one sample in a colour, with its outline."""
    unit = float(ORTHOGRAPHIC.pixels_per_unit(180, 6.0))
    ball = balls((0, 0, 0), RADIUS / unit, (*rgb(color), 1.0))
    edge = readable(color, ground)
    line = np.array([[*rgb(edge), float(edge != color)]], dtype=np.float32)
    return Scene(samples=replace(ball, outlines=line), background=rgb(ground), fog=0)


def row_of(draw, scene, quads):
    """Return the pixels of the middle row of the sample."""
    row = draw(scene, ORTHOGRAPHIC, large_spheres_as_quads=quads)[90, :, :3]
    middle = row[120 - RADIUS - 1 : 120 + RADIUS + 1]
    return ["#{:02x}{:02x}{:02x}".format(*pixel) for pixel in middle]


@pytest.mark.parametrize("quads", [False, True])
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_hue_of_every_palette(draw, theme, quads):
    hues = {color for palette in PALETTES.values() for color in palette[theme.name]}
    for color in sorted(hues):
        row = row_of(draw, sample(color, theme.background), quads)
        for side in (row[: len(row) // 2], row[len(row) // 2 :]):
            assert max(contrast(pixel, theme.background) for pixel in side) >= LEAST, color


@pytest.mark.parametrize("quads", [False, True])
def test_what_stands_out_by_its_hue_has_none(draw, quads):
    for color, lines in (("#0072B2", False), ("#F0E442", True)):
        scene = sample(color, "#FBFBF9")
        plain = replace(scene, samples=replace(scene.samples, outlines=None))
        drawn = row_of(draw, scene, quads) != row_of(draw, plain, quads)
        assert drawn == lines
        assert row_of(draw, scene, quads)[RADIUS + 1] == row_of(draw, plain, quads)[RADIUS + 1]


def test_all_ways_of_drawing_agree(draw):
    scene = sample("#F0E442", "#FBFBF9")
    shaped = replace(scene, samples=replace(scene.samples, shapes=np.zeros(1, np.float32)))
    ways = [(scene, False), (scene, True), (shaped, False), (shaped, True)]
    first, *others = (draw(s, ORTHOGRAPHIC, large_spheres_as_quads=q)[..., :3] for s, q in ways)
    for other in others:
        assert np.abs(first - other).max() <= 40
        assert np.abs(first - other).mean() < 0.2


def test_samples_get_the_outlines_that_their_hues_need(monkeypatch):
    own = ("#F0E442", "#0072B2")
    monkeypatch.setitem(PALETTES, "hues", {"light": own, "dark": own})
    pale, seen = 0, 1
    assert contrast(own[pale], LIGHT.background) < LINE_CONTRAST
    assert contrast(own[seen], LIGHT.background) >= LINE_CONTRAST
    lines = sample_outlines(np.array([pale, seen, pale]), LIGHT, "hues")
    assert lines[:, 3].tolist() == [1, 0, 1]
    assert np.array_equal(lines[0], lines[2])
    assert sample_outlines(np.array([seen, seen]), LIGHT, "hues") is None
    assert sample_outlines(np.array([], dtype=int), LIGHT, "hues") is None
