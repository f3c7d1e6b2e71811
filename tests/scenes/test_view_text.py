import contextlib
import sys
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.scenes.camera import MAXIMUM_DISTANCE, MINIMUM_DISTANCE, Camera
from ncviz.scenes.palette import PALETTES
from ncviz.scenes.view import ShadowChoice, View
from ncviz.scenes.view_text import HEAD, LONGEST_TEXT, text_to_view, view_to_text


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


ROWS = st.lists(st.integers(0, 10**9 - 1), unique=True, max_size=12).map(tuple)
CAMERAS = st.builds(
    Camera,
    azimuth=numbers(-720, 720),
    elevation=numbers(-89, 89),
    distance=numbers(MINIMUM_DISTANCE, MAXIMUM_DISTANCE),
    target=st.tuples(numbers(-1e5, 1e5), numbers(-1e5, 1e5), numbers(-1e5, 1e5)),
    field_of_view=numbers(0, 120),
)
SHADOWS = st.builds(
    ShadowChoice,
    kind=st.sampled_from(["simplex", "best", "axes", "tour"]),
    toward=st.permutations(range(20)).map(lambda order: tuple(order[:3])),
    time=numbers(-1e6, 1e6),
)
VIEWS = st.builds(
    View,
    epoch=numbers(0, 1e8),
    layer=st.integers(-1, 10**6),
    classes=ROWS,
    hidden=ROWS,
    theme=st.sampled_from(["light", "dark"]),
    camera=CAMERAS,
    shadow=SHADOWS,
    palette=st.sampled_from(sorted(PALETTES)),
    pinned=ROWS,
    **{field.name: st.booleans() for field in fields(View) if isinstance(field.default, bool)},
)


@given(VIEWS, st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_view_comes_back_exactly(view, run):
    text = view_to_text(view, run)
    assert len(text.splitlines()) == 1
    assert text_to_view(text) == view
    assert text_to_view(f"  {text}\n") == view


def test_every_part_of_a_view_is_written():
    """A field that is added to View needs a word in the text."""
    other = {
        "epoch": 3.0,
        "layer": 2,
        "classes": (1, 2),
        "hidden": (1,),
        "theme": "dark",
        "camera": Camera(azimuth=3),
        "shadow": ShadowChoice("best"),
        "palette": sorted(set(PALETTES) - {View().palette})[0],
        "pinned": (4,),
        "color_by": "predicted",
        "split": "test",
    }
    for field in fields(View):
        if field.name == "hovered":
            continue
        value = not field.default if isinstance(field.default, bool) else other[field.name]
        view = replace(View(), **{field.name: value})
        assert text_to_view(view_to_text(view)) == view, field.name
        assert len(view_to_text(view).split()) == 2


def test_it_reads_like_a_sentence():
    view = View(epoch=46, layer=7, classes=(0, 1, 2, 3), camera=Camera(azimuth=40), show_etf=False)
    assert (
        view_to_text(view, "My run") == 'ncviz:v1 run="My run" epoch=46 layer=7 classes=0,1,2,3 '
        "camera=40,18,5.6 etf=off"
    )
    assert view_to_text(View()) == HEAD
    assert text_to_view(HEAD) == View()
    assert view_to_text(View(hovered=3)) == HEAD


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "begins with ncviz:v1"),
        ("hello world", "'hello'"),
        ("ncviz:v2 epoch=4", "version 'ncviz:v2'"),
        ("ncviz:v1 epoch=nan", "'epoch=nan'"),
        ("ncviz:v1 epoch=inf", "'epoch=inf'"),
        ("ncviz:v1 epoch=1e999", "'epoch=1e999'"),
        ("ncviz:v1 epoch=-1", "'epoch=-1'"),
        ("ncviz:v1 epoch=0x10", "'epoch=0x10'"),
        ("ncviz:v1 epoch=1_0", "'epoch=1_0'"),
        ("ncviz:v1 epoch=٣", "'epoch=٣'"),
        ("ncviz:v1 layer=-2", "'layer=-2'"),
        ("ncviz:v1 layer=3.5", "'layer=3.5'"),
        ("ncviz:v1 layer=99999999999999999999", "layer"),
        ("ncviz:v1 classes=1,1", "different"),
        ("ncviz:v1 classes=1,,2", "'classes=1,,2'"),
        ("ncviz:v1 classes=", "'classes='"),
        ("ncviz:v1 camera=1,2", "3 numbers"),
        ("ncviz:v1 camera=1,2,1e9", "from 0.5 to 60"),
        ("ncviz:v1 camera=1,95,3", "from -90 to 90"),
        ("ncviz:v1 target=0,0,inf", "'target=0,0,inf'"),
        ("ncviz:v1 theme=pink", "one of light, dark"),
        ("ncviz:v1 samples=no", "on or off"),
        ("ncviz:v1 shadow=deep", "one of simplex"),
        ("ncviz:v1 toward=1,2", "three different"),
        ("ncviz:v1 palette=../x", "one of "),
        ("ncviz:v1 epoch=1 epoch=2", "epoch twice"),
        ("ncviz:v1 epoch", "'epoch'"),
        ('ncviz:v1 run="open', "'run=\"open'"),
        ("ncviz:v1 wisdom=4", "'wisdom'"),
        ("ncviz:v1 __class__=4", "'__class__=4'"),
        ("ncviz:v1 \x00\x1b[2J=4", "'??[2J=4'"),
    ],
)
def test_what_does_not_fit_is_named(text, named):
    with pytest.raises(UserError) as caught:
        text_to_view(text)
    message = str(caught.value)
    assert named in message
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize(
    "text",
    [
        "ncviz:v1 epoch=" + "9" * 10_000_000,
        "ncviz:v1 " + "epoch=1 " * 1_000_000,
        "x" * 10_000_000,
        'ncviz:v1 run="' + "\\" * (LONGEST_TEXT - 30),
        "ncviz:v1 classes=" + "1," * 9_000,
        "ncviz:v1 " + "a=" * 9_000,
    ],
)
def test_hostile_text_is_refused_in_few_steps(text):
    steps = 0

    def count(*_):
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with pytest.raises(UserError) as caught:
            text_to_view(text)
    finally:
        sys.setprofile(before)
    assert steps < 10 * LONGEST_TEXT  # none for each of ten million letters
    assert len(str(caught.value)) < 300


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    for candidate in (text, f"{HEAD} {text}", f"{HEAD} epoch={text}"):
        with contextlib.suppress(UserError):
            assert isinstance(text_to_view(candidate), View)
