"""The model of label sets: its numbers, its picture, its run, and its sliders at both ends."""

import json

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.explorer.desks import desk_of
from ncviz.metrics.label_sets import NC_M
from ncviz.metrics.layer_at import LayerAt
from ncviz.models.label_sets import LABEL_SETS_MODEL
from ncviz.parameters import declared
from ncviz.runs.run import Run
from ncviz.scenes.view import View


def at_the_end(**asked):
    desk = desk_of(LABEL_SETS_MODEL)
    desk.set(samples=10, **asked)
    desk.player.end()
    desk.finish()
    return desk


@pytest.mark.parametrize("classes", [3, 4])
def test_two_labels_lie_at_the_glass_of_their_sums(classes):
    desk = at_the_end(classes=classes)
    words = {number.word: number.value for number in desk.numbers()}
    assert words["nc_m"] < 1e-6
    assert words["off the sums"] < 1e-6
    assert words["c_2"] == pytest.approx(words["c_2_optimum"], rel=1e-6)
    assert desk.caption().startswith("The features of two labels lie at 0.")
    places = desk.scene(View()).balls.positions
    sets = classes * (classes - 1) // 2
    # Vertices, sums, then the means of both; in the picture samples have the size 1.
    glass, means = places[: classes + sets], places[classes + sets :][: classes + sets]
    np.testing.assert_allclose(glass, means, atol=1e-3)
    desk.close()


def test_the_glass_stands_still_while_features_descend():
    desk = at_the_end()
    desk.player.seek(0.0)
    before = desk.scene(View()).balls.positions[:10]
    desk.player.end()
    np.testing.assert_array_equal(before, desk.scene(View()).balls.positions[:10])
    desk.close()


def test_a_run_of_it_is_measured_like_any_other(tmp_path):
    desk = at_the_end(largest=3)
    LABEL_SETS_MODEL.record(desk.parameters, tmp_path / "run", desk.run.epochs)
    run = Run(tmp_path / "run")
    assert len(run.manifest.label_sets) == 6 + 4
    last = run.epochs[-1]
    assert NC_M.at(LayerAt(run, last, 0, "train"))[0] == pytest.approx(desk.value("nc_m"), abs=1e-6)
    assert run.snapshot(last).scalars["label_sets_error"] == 0
    desk.close()


def test_imbalance_is_told_and_so_is_a_penalty_that_outweighs_all():
    desk = at_the_end(ratio=50.0)
    assert "beyond the theorem" in desk.caption()
    assert "Beyond the theorem" in LABEL_SETS_MODEL.remark(desk.parameters).text
    desk.set(ratio=1.0, rarity=4.0)
    assert "theorem holds" in LABEL_SETS_MODEL.remark(desk.parameters).text
    desk.set(rarity=1.0, penalty=0.1)
    assert "outweighs the loss" in desk.caption()
    desk.set(largest=1, penalty=1e-3)
    said = {plot.name: desk.chart(plot).nothing[:5] for plot in LABEL_SETS_MODEL.plots}
    assert said == {"sums": "Every", "factor": "Every", "objective": "", "collapse": ""}
    desk.close()


@pytest.mark.parametrize("name", declared(LABEL_SETS_MODEL.parameters))
def test_sliders_go_to_both_ends(name):
    item = declared(LABEL_SETS_MODEL.parameters)[name]
    desk = desk_of(LABEL_SETS_MODEL)
    for end in item.limits(desk.parameters):
        desk.set(**{name: end})
        desk.seek(20)
        desk.finish()
        assert desk.trouble == ""
        assert np.isfinite(desk.scene(View()).balls.positions).all()
        assert desk.caption()
    desk.close()


def test_few_classes_have_room_for_few_labels():
    desk = desk_of(LABEL_SETS_MODEL)
    desk.set(largest=3)
    desk.set(classes=3)
    assert desk.parameters.largest == 2
    desk.close()


def test_the_command_says_nc_m(capsys):
    main(["model", "label-sets", "--samples", "4", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["numbers"]["nc_m"] < 1e-6
    assert said["numbers"]["c_2"] == pytest.approx(said["numbers"]["c_2_optimum"])


@pytest.mark.parametrize(
    ("name", "said"), [("rarity", "100, as counts 20"), ("ratio", None), ("penalty", None)]
)
def test_a_ratio_that_whole_samples_cannot_have_is_said_as_it_is(name, said):
    assert LABEL_SETS_MODEL.words(LABEL_SETS_MODEL.parameters(rarity=100.0), name) == said
