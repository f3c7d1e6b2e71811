"""Fonts that follow ours: chosen by what there is, in small fonts made here."""

import re
import sys

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from ncviz.assets import asset
from ncviz.rendering import typefaces
from ncviz.rendering.text import rasterize
from ncviz.rendering.typefaces import (
    EMOJI,
    OWN,
    clusters,
    fonts_for,
    is_plain,
    missing_letters,
    note_on_names,
)

BLACK, WHITE = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0)
ALEF, BET, THAI, HAN = "\u05d0", "\u05d1", "\u0e01", "\u7fd8"


def ink(word, pixels=40):
    """Return how dark each column is."""
    picture = rasterize(word, pixels, BLACK, WHITE).astype(float)
    return (picture[..., 3] - picture[..., 0]).sum(axis=0)


def test_our_font_has_every_letter_that_counts_as_plain():
    letters = TTFont(str(asset("fonts", OWN))).getBestCmap()
    plain = [chr(code) for code in range(sys.maxunicode) if is_plain(chr(code))]
    assert len(plain) > 500
    assert [letter for letter in plain if ord(letter) not in letters] == []


@pytest.mark.parametrize(
    "word", ["T-shirt/top", "cost_$5 & 10%", "<b>\\alpha", "Größe, œuvre", "Ελλάδα", "Москва", ""]
)
def test_plain_words_need_no_other_font(word, fonts):
    fonts()
    assert is_plain(word)
    assert len(fonts_for(word)) == 1
    assert missing_letters(word) == ""


@pytest.mark.parametrize("word", [THAI, HAN, ALEF, "e\u0301", "\U0001f408", "a\u200fb"])
def test_what_must_be_set_with_care_is_not_plain(word):
    assert not is_plain(word)


def test_the_font_that_has_the_letter_is_taken(fonts, make_font, tmp_path):
    thai = make_font(tmp_path / "NotoSansThai-Regular.ttf", "Test Thai", THAI)
    han = make_font(tmp_path / "NotoSansHan-Bold.otf", "Test Han", HAN)
    fonts(han, thai)
    assert fonts_for(f"a {THAI}")[1:] == (thai,)
    assert fonts_for(f"{HAN}{THAI}")[1:] == (han, thai)
    assert missing_letters(f"{HAN}{THAI}{ALEF}") == ALEF
    assert ink(HAN).max() > 0.9 * ink("M").max()


def test_upright_sans_serif_and_bold_come_before_the_others(fonts, make_font, tmp_path):
    order = ["NotoSansThai-Bold", "NotoSansThai-Regular", "Other", "NotoSerifThai-Bold"]
    paths = [make_font(tmp_path / f"{name}.ttf", name, THAI) for name in order]
    fonts(*reversed(paths))
    assert list(typefaces.system_fonts()) == paths
    assert fonts_for(THAI)[1] == paths[0]


def test_a_damaged_font_is_passed_over(fonts, make_font, tmp_path):
    (tmp_path / "NotoSans-Bold.ttf").write_bytes(b"no font")
    good = make_font(tmp_path / "Good.ttf", "Good", THAI)
    fonts(str(tmp_path / "NotoSans-Bold.ttf"), good)
    assert fonts_for(THAI)[1] == good


def test_hebrew_is_read_from_right_to_left(fonts, make_font, tmp_path):
    fonts(make_font(tmp_path / "Hebrew.ttf", "Test Hebrew", ALEF, blank=BET))
    first, last = ink(ALEF + BET), ink(BET + ALEF)
    half = len(first) // 2
    assert first[half:].sum() > 10 * first[:half].sum()
    assert last[:half].sum() > 10 * last[half:].sum()
    mixed = ink(f"{ALEF} MMM")  # as a whole, too
    assert mixed[-30:].sum() == pytest.approx(ink(ALEF)[-30:].sum(), rel=0.05)


def test_without_a_font_there_is_a_box_and_one_sentence_that_names_the_class(fonts):
    fonts()
    names = ["Bag", f"cat {THAI}", f"{HAN}", "Coat"]
    note = note_on_names(names)
    assert f"'cat {THAI}'" in note
    assert "1 more name" in note
    assert "U+0E01" in note
    assert note.count(".") == 1
    assert note.endswith(".")
    assert note_on_names(["Bag", "Coat"]) == ""
    assert ink(THAI).max() > 0


def test_marks_of_our_own_font_stand_over_their_letter():
    plain, marked = (rasterize(word, 60, BLACK, WHITE) for word in ("x", "x\u0301"))
    assert marked.shape[1] == pytest.approx(plain.shape[1], abs=3)
    rows = [
        np.flatnonzero((p[..., 3] - p[..., 0].astype(int)).max(axis=1) > 100)
        for p in (plain, marked)
    ]
    high = [len(row) for row in rows]
    assert high[1] > 1.25 * high[0]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("\U0001f469\u200d\U0001f52c!", ["\U0001f469\u200d\U0001f52c", "!"]),
        (
            "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
            ["\U0001f1e9\U0001f1ea", "\U0001f1eb\U0001f1f7"],
        ),
        ("\u0939\u093f", ["\u0939\u093f"]),
        ("\u2764\ufe0fa", ["\u2764\ufe0f", "a"]),
    ],
)
def test_what_belongs_together_is_not_cut(word, parts):
    assert list(clusters(word)) == parts


@pytest.mark.parametrize("word", ["12", "#1", "*", "\u2713", "\u00a9", "a\u2192b"])
def test_digits_and_signs_are_no_emoji(word):
    assert re.search(EMOJI, word) is None
