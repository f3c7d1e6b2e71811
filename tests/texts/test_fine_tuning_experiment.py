"""An experiment that fine-tunes: read strictly, carried out seed by seed, measured, shipped."""

import pytest
from tiny_encoder import make_folder, write_table

from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.finding import choices
from ncviz.experiments.results import read_results, results_file
from ncviz.experiments.running import carry_out
from ncviz.experiments.shelf import look_up
from ncviz.experiments.shipping import thin_for_shipping
from ncviz.experiments.verdict import outcome_of
from ncviz.runs.run import Run

TOML = """
title = "Tiny"
group = "Tests"
claim = "A tiny encoder learns."
scaled = "Everything."

[source]
authors = "Nobody"
where = "nowhere"
year = 2000
figure = "Fig. 1"

[fine_tuning]
model = "{folder}"
data = "{data}"
needs = "make it"
per_class = 4
length = 12
batch = 4
epochs = 2
learning_rate = 0.005

[vary]
"class token" = {{}}
"mean" = {{ measured = "mean" }}

[[expected]]
number = "loss"
published = "falls"
relation = "falls"
over = "epochs"
variant = "class token"
tolerance = 10.0

[[expected]]
number = "separation_fuzziness"
published = "positive"
relation = "at least"
value = 0
variant = "mean"
"""


@pytest.fixture
def experiment(tmp_path):
    folder, data = make_folder(tmp_path / "tiny"), write_table(tmp_path / "news.csv")
    path = tmp_path / "tiny.toml"
    path.write_text(TOML.format(folder=folder, data=data), encoding="utf-8")
    return read_experiment(path)


def test_every_variant_is_fine_tuned_with_every_seed(experiment, tmp_path):
    assert "Run fine-tunes 2 encoders" in look_up(experiment, tmp_path / "out").sentence
    assert carry_out(experiment, tmp_path / "out", seeds=2) == "finished"
    results = read_results(results_file(tmp_path / "out", "tiny"))
    assert [(r.variant, r.seed) for r in results] == [
        (name, seed) for name in ("class token", "mean") for seed in (0, 1)
    ]
    assert all(r.seconds > 0 for r in results)
    assert [each.holds for each in outcome_of(experiment, results).ours][1]
    found = choices(tmp_path / "out", experiment, "small")
    assert [(c.variant, c.seed) for c in found[:3]] == [
        ("class token", None),
        ("class token", 0),
        ("class token", 1),
    ]
    thin = Run(thin_for_shipping(experiment, "mean", Run(found[4].path), tmp_path / "assets"))
    assert thin.probe.texts is None
    assert list(thin.epochs) == [0, 1, 2]
    # What is done is not done again.
    before = [c.path.stat().st_mtime_ns for c in found if c.seed is not None]
    carry_out(experiment, tmp_path / "out", seeds=2)
    assert before == [c.path.stat().st_mtime_ns for c in found if c.seed is not None]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("epochs = 2", "seed = 2", "leave it out, for --seeds says how many"),
        ("epochs = 2", "epochs = 0", "epochs"),
        ("epochs = 2", "neurons = 3", "neurons"),
        ('number = "loss"', 'number = "parameters"', "there is no number 'parameters'"),
        ("[fine_tuning]", "[model]", "choose one of"),
        ("[vary]", "[model]\n[vary]", r"needs \[recipe\], \[fine_tuning\] or \[model\]"),
    ],
)
def test_what_does_not_fit_gets_one_sentence(tmp_path, old, new, words):
    path = tmp_path / "tiny.toml"
    path.write_text(TOML.format(folder="a", data="b").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=words):
        read_experiment(path)


def test_what_is_not_there_is_told_before_anything_is_made(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TOML.format(folder="nowhere/model", data="b"), encoding="utf-8")
    with pytest.raises(UserError, match="nor among the installed packages: make it"):
        carry_out(read_experiment(path), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.json"))
