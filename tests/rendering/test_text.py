import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ncviz.assets import asset
from ncviz.rendering import text
from ncviz.rendering.letters import draw_line, line_box
from ncviz.rendering.text import extent, rasterize
from ncviz.rendering.typefaces import OWN
from ncviz.rendering.words import Word, shortened_word, word_size

INK = (0.1, 0.2, 0.3, 1.0)
PAPER = (1.0, 1.0, 1.0)


def test_letters_have_the_color_of_the_label_and_the_halo_that_of_the_background():
    picture = rasterize("Hill", 40, INK, PAPER)
    solid = picture[(picture[..., 3] == 255) & (picture[..., 0] < 40)]
    assert len(solid) > 100
    assert np.abs(solid[:, :3].astype(float) - 255 * np.array(INK[:3])).max() < 14
    halo = picture[(picture[..., 3] > 100) & (picture[..., 0] == picture[..., 3])]
    assert len(halo) > 100


def test_the_picture_is_premultiplied_and_fades_to_nothing_at_its_border():
    picture = rasterize("Åg", 30, INK, PAPER)
    assert (picture[..., :3] <= picture[..., 3:]).all()
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert border.max() < 25


def test_words_of_one_size_have_one_height_and_grow_with_the_type():
    heights = {rasterize(word, 24, INK, PAPER).shape[0] for word in ("ace", "dog", "Tip")}
    assert len(heights) == 1
    small, large = (rasterize("Bag", pixels, INK, PAPER).shape for pixels in (12, 48))
    assert large[0] == pytest.approx(4 * small[0], rel=0.25)
    assert large[1] == pytest.approx(4 * small[1], rel=0.25)


def test_a_faint_label_is_faint():
    strong = rasterize("Bag", 30, INK, PAPER)[..., 3].max()
    faint = rasterize("Bag", 30, (*INK[:3], 0.4), PAPER)[..., 3].max()
    assert faint == pytest.approx(0.4 * strong, abs=2)


def test_no_word_is_an_empty_picture():
    assert rasterize("", 20, INK, PAPER).max() == 0


@pytest.mark.parametrize("words", ["plain words", "x", "", "déjà vu", "日本語", "👍 well done"])
@pytest.mark.parametrize("pixels", [7, 13, 40])
def test_a_word_is_as_large_as_its_picture(words, pixels):
    high, wide = rasterize(words, pixels, (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0)).shape[:2]
    assert extent(words, pixels) == (wide, high)


def test_a_long_word_is_cut_without_drawing_what_does_not_stay(monkeypatch):
    drawn = []
    monkeypatch.setattr(text, "rasterize", lambda *word: drawn.append(word))
    word = Word("a title of many words " * 14, 20, (0.0, 0.0, 0.0, 1.0), None)
    kept = shortened_word(word, 200)
    assert kept.text.endswith("…")
    assert 150 < word_size(kept)[0] <= 200
    assert not drawn


@pytest.mark.parametrize("pixels", [7, 12, 25, 64, 80])
@pytest.mark.parametrize(
    "words", ["", " ", "D₃ = 13.4, next × 0.663", "AV. Tjöf fi ‖−¹", "Łąkę ΔΩ Ђж"]
)
def test_a_line_of_letters_is_what_pillow_draws_at_once(words, pixels):
    font = ImageFont.truetype(
        str(asset("fonts", OWN)), pixels, layout_engine=ImageFont.Layout.BASIC
    )
    box = line_box(words, pixels)
    assert box == font.getbbox(words, anchor="ls")
    for stroke in (0, max(1, round(0.11 * pixels))):
        origin = 2 * stroke - box[0], 2 * stroke - box[1]
        size = box[2] - box[0] + 4 * stroke, box[3] - box[1] + 4 * stroke
        whole = Image.new("L", size)
        ImageDraw.Draw(whole).text(
            origin, words, 255, font, anchor="ls", stroke_width=stroke, stroke_fill=255
        )
        drawn = draw_line(words, pixels, size, origin, stroke)
        assert np.array_equal(np.asarray(drawn), np.asarray(whole))
