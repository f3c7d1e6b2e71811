"""Samples by what is known of them: columns, their colours, and what the colours mean."""

from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy

from ncviz.errors import UserError
from ncviz.explorer.pointing import sample_facts
from ncviz.export.legend_entries import legend_entries
from ncviz.parameters import changed
from ncviz.runs.probe import Column, Probe, read_probe
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import CLASS, sample_column, sample_columns
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.sample_colors import RAMP, colors_in_words, column_in_view, ramp_color
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.training.recipe import Recipe
from ncviz.training.recorded_training import record


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    short = Recipe(images_per_class=20, epochs=3, record="all", probe_per_class=5)
    recipe = changed(short, depth=3, width=12, merged="0+2+4+6, 5+7+9", label_noise=0.2)
    path = tmp_path_factory.mktemp("columns") / "run"
    record(recipe, path)
    return Run(path)


def test_the_columns_of_a_run(run):
    assert sample_columns(run) == {
        "class": "class",
        "predicted": "predicted class",
        "nearest": "nearest class mean",
        "right": "right or wrong",
        "confidence": "confidence",
        "losses": "cross-entropy",
        "own-fine-class": "fine class",
        "own-true-class": "true class",
    }
    for name in sample_columns(run):
        assert len(sample_column(run, 2, name).values) == len(run.probe.labels)
    assert sample_column(run, 2, "own-weight") is None


def test_samples_have_the_colours_of_their_column_and_the_legend_says_so(run):
    classes = tuple(range(run.manifest.classes))
    for theme_name, theme in THEMES.items():
        if theme.contrast != "standard":
            continue
        view = View(3, classes=classes, color_by="own-fine-class", theme=theme_name)
        scene, column = compose(run, view), sample_column(run, 3, "own-fine-class")
        expected = [rgb(class_color(k, theme)) for k in column.values[scene.sample_ids]]
        np.testing.assert_allclose(scene.samples.colors[:, :3], expected, atol=1e-6)
        entries = legend_entries([scene], run, view, theme)
        said = [entry.text for entry in entries if entry.is_class]
        present = [column.words[k] for k in sorted(set(column.values[scene.sample_ids].tolist()))]
        assert said == [f"fine class: {present[0]}", *present[1:]]
        assert len(present) >= 8


def test_a_number_is_a_place_on_the_ramp(run):
    view = View(2.4, classes=(0, 1), color_by="confidence")
    scene = compose(run, view)
    values = run.snapshot(2).probe_numbers("confidence")[scene.sample_ids]
    expected = [rgb(ramp_color(float(value))) for value in values]
    np.testing.assert_allclose(scene.samples.colors[:, :3], expected, atol=1e-6)
    assert [ramp_color(k / 4) for k in range(5)] == [color.lower() for color in RAMP]
    words = colors_in_words(column_in_view(run, view), THEMES["light"], "hues", scene.sample_ids)
    assert [text for text, _ in words] == ["0", "0.25", "0.5", "0.75", "1"]


def test_what_a_run_does_not_know_leaves_samples_in_the_colours_of_their_classes(run):
    plain = compose(run, View(1)).samples.colors
    for name in ("own-unknown", CLASS):
        assert compose(run, View(1, color_by=name)).samples.colors is plain


def test_a_view_as_text_says_what_samples_are_coloured_by():
    view = View(color_by="own-fine-class")
    assert view_to_text(view) == "ncviz:v1 color=own-fine-class"
    assert text_to_view(view_to_text(view)) == view
    with pytest.raises(UserError, match="the name of a column"):
        text_to_view('ncviz:v1 color="<b>"')


def test_the_card_of_a_sample_says_what_else_is_known_of_it(run):
    facts = sample_facts(run, 3, -1, 4)
    assert [title for title, _ in facts.more] == [
        "confidence",
        "cross-entropy",
        "fine class",
        "true class",
    ]
    assert facts.more[2][1] == run.probe.columns[0].words[run.probe.columns[0].values[4]]


def test_columns_are_read_as_they_were_written(tmp_path):
    columns = (
        Column("age", np.array([3.5, np.nan, -1.0])),
        Column("hospital", np.array([1, 0, 1]), ("north", "south")),
    )
    path = tmp_path / "probe.safetensors"
    path.write_bytes(Probe(np.array([0, 1, 1]), None, columns).to_bytes())
    age, hospital = read_probe(path, 2).columns
    np.testing.assert_array_equal(age.values, columns[0].values)
    assert (hospital.title, hospital.words) == ("hospital", ("north", "south"))


@pytest.mark.parametrize(
    "described",
    [
        "[]",
        "{",
        '{"0": {"title": "x", "words": ["a"]}}',
        '{"0": {"title": 3, "words": []}}',
        '{"0": 5}',
        '{"1": {"title": "x", "words": []}}',
        '{"0": {"title": "x", "words": [1, 2]}}',
    ],
)
def test_damaged_columns_are_one_sentence(tmp_path, described):
    path = tmp_path / "probe.safetensors"
    arrays = {"labels": np.array([0, 1], np.int32), "column.0": np.array([0, 1], np.int32)}
    safetensors.numpy.save_file(arrays, path, metadata={"columns": described})
    with pytest.raises(UserError, match="is missing or damaged"):
        read_probe(path, 2)


def test_a_column_of_another_length_is_refused(tmp_path):
    probe = Probe(np.array([0, 1]), None, (Column("x", np.zeros(3)),))
    path = tmp_path / "probe.safetensors"
    path.write_bytes(probe.to_bytes())
    with pytest.raises(UserError, match="a column does not fit its 2 samples"):
        read_probe(path, 2)


def test_words_of_a_column_are_shown_as_one_line(tmp_path):
    probe = Probe(np.array([0, 1]), None, (Column("a\nb", np.array([0, 0]), ("x\ty\u202e",)),))
    path = tmp_path / "probe.safetensors"
    path.write_bytes(probe.to_bytes())
    (column,) = read_probe(path, 2).columns
    assert column.title == "a b"
    assert column.words == ("x y",)


def test_hidden_classes_leave_the_colours_of_others_alone(run):
    view = View(3, classes=(0, 1, 2, 3), color_by="predicted")
    whole, part = compose(run, view), compose(run, replace(view, hidden=(0,)))
    kept = np.isin(whole.sample_ids, part.sample_ids)
    np.testing.assert_array_equal(whole.samples.colors[kept], part.samples.colors)
