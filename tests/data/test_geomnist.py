"""GeoMNIST: facts of the published set-up, and one image drawn otherwise."""

import math

import numpy as np
import pytest

from ncviz.data.catalogue import data_sets, load
from ncviz.data.sets.geomnist import draw


@pytest.fixture(scope="module")
def data():
    return load("geomnist")


def test_sizes_names_and_range(data):
    entry = data_sets()["geomnist"]
    assert data.train.counts == (2400,) * 3
    assert data.test.counts == (600,) * 3
    assert data.train.class_names == entry.class_names == ("triangle", "rectangle", "ellipse")
    assert data.train.pixels.shape[1:] == entry.image_shape == (32, 32)
    assert (data.train.pixels.min(), data.train.pixels.max()) == (0, 255)


def test_shares_of_white_are_the_published_ones(data):
    means = [data.train.pixels[data.train.labels == k].mean() / 255 for k in range(3)]
    # As measured of the published code; a triangle of base 20 and height 8 + 8 √3, a rectangle
    # of 8 × 16, an ellipse of half-axes r and 2 r for r from 5 to 7.
    assert means == pytest.approx([0.21, 0.12, 0.22], abs=0.006)
    areas = 10 * (8 + 8 * math.sqrt(3)), 8 * 16, 2 * math.pi * (25 + 49 + 35) / 3
    assert means == pytest.approx([area / 32**2 for area in areas], rel=0.02)


def test_it_is_the_same_each_time_and_no_image_is_in_both_parts(data):
    assert data.train.pixels is load("geomnist").train.pixels
    held_out = {image.tobytes() for image in data.test.pixels}
    assert len(held_out) == 1800
    assert not held_out & {image.tobytes() for image in data.train.pixels}


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("number", [1, 37, 98])
def test_an_image_is_the_turned_shape_drawn_point_by_point(label, number):
    count, fine = 100, 5
    share, angle = number / (count - 1), math.radians(176 * number / count)
    cosine, sine = math.cos(angle), math.sin(angle)
    exact = np.zeros((32, 32))
    for row in range(32):
        for column in range(32):
            inside = 0
            for part in range(fine**2):
                # Turned back about the middle of the image, which lies between pixels.
                down = row - 15.5 + (part // fine + 0.5) / fine - 0.5
                right = column - 15.5 + (part % fine + 0.5) / fine - 0.5
                y, x = cosine * down + sine * right, cosine * right - sine * down
                inside += holds(label, y + 15.5, x + 15.5, share)
            exact[row, column] = inside / fine**2
    drawn = draw(label, number, count, 1.0)
    # Drawn in whole pixels first and blurred, so that only its border differs.
    assert abs(drawn.sum() - exact.sum()) < 0.14 * exact.sum()
    overlap = np.minimum(drawn.clip(0, 1), exact).sum()
    assert overlap > 0.85 * exact.sum()


def holds(label, y, x, share):
    """Tell whether a point lies within a shape that is not turned."""
    shift = 2 * share - 1
    if label == 2:
        radius = 5 + 2 * share
        return ((y - 16) / radius) ** 2 + ((x - 16) / (2 * radius)) ** 2 <= 1
    y, x = y - 16 - shift, x - 16 - shift
    if label == 1:
        return abs(y) <= 4 and abs(x) <= 8
    left = -8 * math.sqrt(3)
    return left <= x <= 8 and abs(y) <= 10 * (x - left) / (8 - left)
