from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from ncviz.scenes.palette import DARK, LIGHT, THEMES, rgb
from ncviz.scenes.view import MOST_SHOWN, View


@pytest.mark.parametrize(
    ("chosen", "classes", "shown"),
    [
        ((), 10, (0, 1, 2, 3)),
        ((), 3, (0, 1, 2)),
        ((), 2, (0, 1)),
        ((4, 7), 10, (4, 7)),
        ((7, 4), 10, (7, 4)),
        ((4,), 10, (0, 1, 2, 3)),
        ((4, 12), 10, (0, 1, 2, 3)),
        ((4, 12, 9), 10, (4, 9)),
        ((-1, 2, 3), 10, (2, 3)),
        ((2, 2), 10, (0, 1, 2, 3)),
        ((2, 2, 5), 10, (2, 5)),
    ],
)
def test_the_classes_shown(chosen, classes, shown):
    assert View(classes=chosen).shown_classes(classes) == shown


def test_a_view_is_a_value():
    view = View(epoch=3, classes=(0, 1))
    assert view == View(epoch=3, classes=(0, 1))
    assert hash(view) == hash(View(epoch=3, classes=(0, 1)))
    with pytest.raises(FrozenInstanceError):
        view.epoch = 4


def test_another_moment_is_otherwise_the_same_view():
    view = View(epoch=3, layer=1, classes=(0, 1), theme="dark", show_etf=False)
    assert view.at(7) == replace(view, epoch=7.0)
    assert type(view.at(7).epoch) is float


def luminance(color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_can_be_read(theme):
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    for words in (theme.text, theme.quiet):
        for ground in (theme.surface, theme.background):
            assert contrast(words, ground) >= 4.5
    for thing in (theme.etf, theme.means, theme.classifier):
        assert contrast(thing, theme.background) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_three_actors_have_their_colours(theme):
    red, green, blue = range(3)
    assert max(range(3), key=lambda c: rgb(theme.etf)[c]) == green
    assert max(range(3), key=lambda c: rgb(theme.means)[c]) == blue
    assert max(range(3), key=lambda c: rgb(theme.classifier)[c]) == red
    assert THEMES[theme.name] is theme


def test_hex_colours():
    assert rgb("#000000") == (0, 0, 0)
    assert rgb("#FF8000") == pytest.approx((1, 128 / 255, 0))


def test_of_very_many_classes_every_nth_is_shown():
    every = View(classes=tuple(range(50_000))).shown_classes(50_000)
    assert len(every) <= MOST_SHOWN
    assert set(np.diff(every)) == {17}
    few = tuple(range(MOST_SHOWN))
    assert View(classes=few).shown_classes(50_000) == few
