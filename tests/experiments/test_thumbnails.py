"""Small pictures of experiments are drawn where they can be, and else say why not."""

import numpy as np
import pytest
from PIL import Image
from tiny_experiment import SOLVED

from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.running import carry_out
from ncviz.experiments.showing import HEIGHT, WIDTH
from ncviz.experiments.thumbnails import ThumbnailDrawn, draw_thumbnails
from ncviz.jobs.control import CancelledError, Control


@pytest.fixture
def solved(tmp_path):
    path = tmp_path / "solved.toml"
    path.write_text(SOLVED, encoding="utf-8")
    return read_experiment(path)


def _drawn(wanted, folder, control=None):
    return list(draw_thumbnails(control or Control(), print, wanted, folder, "dark"))


def test_a_model_is_drawn_as_it_is_solved(solved, tmp_path):
    path = tmp_path / "pictures" / "solved-dark.png"
    assert _drawn(((solved, "small", 0, path),), tmp_path) == [ThumbnailDrawn("solved")]
    picture = Image.open(path).convert("RGB")
    assert picture.size == (WIDTH, HEIGHT)
    assert len(picture.getcolors(WIDTH * HEIGHT)) > 100


def test_two_runs_that_are_compared_stand_beside_their_curves(tiny, tmp_path):
    experiment = read_experiment(tiny)
    assert carry_out(experiment, tmp_path) == "finished"
    path = tmp_path / "tiny-dark.png"
    assert _drawn(((experiment, "small", 0, path),), tmp_path) == [ThumbnailDrawn("tiny")]
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    above, below = pixels[: HEIGHT // 2, : WIDTH // 2], pixels[HEIGHT // 2 :, : WIDTH // 2]
    for part in (above, below, pixels[:, WIDTH // 2 :]):
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 15
    assert not np.array_equal(above, below)


def test_what_cannot_be_drawn_is_told_and_the_next_is_drawn(solved, tiny, tmp_path):
    path = tmp_path / "solved-dark.png"
    wanted = (
        (read_experiment(tiny), "small", 0, tmp_path / "tiny-dark.png"),
        (solved, "small", 0, path),
    )
    absent, drawn = _drawn(wanted, tmp_path)
    assert absent.trouble == "The run of Tiny is not there any more: run it again."
    assert drawn == ThumbnailDrawn("solved")
    assert path.exists()


def test_it_ends_between_two_pictures(solved, tmp_path):
    control = Control()
    control.cancel()
    with pytest.raises(CancelledError):
        _drawn(((solved, "small", 0, tmp_path / "none.png"),), tmp_path, control)
    assert not (tmp_path / "none.png").exists()
