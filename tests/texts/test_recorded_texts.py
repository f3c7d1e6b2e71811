"""Encoders recorded on texts, and fine-tuned: numbers, layers, sentences, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
from tiny_encoder import BLOCKS, TEXTS, make_folder, slow_states, tensors, write_table

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.recording.fine_tuned import fine_tune
from ncviz.recording.fine_tuning import FineTuning, find_beside
from ncviz.recording.inspecting import inspect_plan
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.recording.text_encoder import read_encoder_folder
from ncviz.runs.run import Run

ALL = [text for label in sorted(TEXTS) for text in TEXTS[label]]
LABELS = np.repeat([0, 1], 4)


@pytest.fixture
def plan(tmp_path):
    folder = make_folder(tmp_path / "tiny")
    data = write_table(tmp_path / "news.csv")
    return RecordPlan(
        model=f"hf:{folder}", checkpoints=(str(folder),), data=str(data), tokens="mean"
    )


def recorded(plan, out):
    assert record_checkpoints(plan, out) == "finished"
    return Run(out)


def test_class_means_of_every_layer_are_those_of_a_slow_encoder(plan, tmp_path):
    run = recorded(plan, tmp_path / "run")
    assert [layer.name for layer in run.manifest.layers] == ["embedding", "block 1", "block 2"]
    assert run.manifest.class_names == ("cars", "space")
    assert run.manifest.train_counts == (4, 4)
    pieces = read_encoder_folder(tmp_path / "tiny").pieces
    slow = [slow_states(tensors(), pieces(text, 16)) for text in ALL]
    snapshot = run.snapshot(run.epochs[0])
    for layer in range(1 + BLOCKS):
        rows = np.array([states[layer].mean(axis=0) for states in slow])
        means = [rows[k == LABELS].mean(axis=0) for k in (0, 1)]
        np.testing.assert_allclose(snapshot.statistics(layer, "train").means, means, atol=2e-6)
    texts = dict(zip(ALL, LABELS, strict=True))
    assert [texts[text] for text in run.probe.texts] == run.probe.labels.tolist()
    assert "train_error" not in snapshot.scalars
    assert any("no classifier" in note for note in run.manifest.recipe["transforms"])


def test_the_class_token_has_no_layer_before_the_blocks(plan, tmp_path):
    run = recorded(replace(plan, tokens="class"), tmp_path / "run")
    assert [layer.name for layer in run.manifest.layers] == ["block 1", "block 2"]
    said = run.manifest.recipe["transforms"]
    assert any("the same of all texts, so there is no layer 'embedding'" in note for note in said)


def test_a_classifier_judges_and_its_classes_are_matched_by_name(plan, tmp_path):
    weights = tensors(classes=2)
    names = {"id2label": {"0": "Space", "1": "Cars"}}
    folder = make_folder(tmp_path / "head", weights, **names)
    judged = replace(plan, model=f"hf:{folder}", checkpoints=(str(folder),), tokens="auto")
    run = recorded(judged, tmp_path / "run")
    assert [layer.name for layer in run.manifest.layers][-1] == "head"
    snapshot = run.snapshot(run.epochs[0])
    np.testing.assert_allclose(snapshot.classifier().weight, weights["classifier.weight"][::-1])
    pieces, logits = read_encoder_folder(folder).pieces, []
    for text in ALL:
        token = slow_states(weights, pieces(text, 16))[-1][0]
        dense = weights["bert.pooler.dense.weight"] @ token + weights["bert.pooler.dense.bias"]
        rows = weights["classifier.weight"] @ np.tanh(dense) + weights["classifier.bias"]
        logits.append(rows[::-1])
    logits = np.array(logits)
    wrong = (logits.argmax(axis=1) != LABELS).mean()
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(shares[np.arange(8), LABELS]).mean()
    assert snapshot.scalars["train_error"] == pytest.approx(wrong)
    assert snapshot.scalars["train_loss"] == pytest.approx(loss, rel=1e-5)


def test_fewer_texts_count_for_the_whole_of_their_class(plan, tmp_path):
    path = tmp_path / "more.csv"
    more = "".join(f"the car {'!' * k},cars\n" for k in range(40))
    path.write_text((tmp_path / "news.csv").read_text() + more)
    run = recorded(replace(plan, data=str(path), per_class=3), tmp_path / "run")
    statistics = run.snapshot(run.epochs[0]).statistics(1, "train")
    assert run.manifest.train_counts == (44, 4)
    np.testing.assert_array_equal(statistics.counts, [3, 3])
    np.testing.assert_array_equal(statistics.sizes, [44, 4])


def test_steps_are_recorded_in_order_and_a_bad_one_is_skipped(plan, tmp_path):
    for step in (10, 20):
        make_folder(tmp_path / "out" / f"checkpoint-{step}", tensors(seed=step))
    bad = {"embeddings.word_embeddings.weight": np.zeros((23, 8), np.float32)}
    make_folder(tmp_path / "out" / "checkpoint-30", bad)
    run = recorded(replace(plan, checkpoints=(str(tmp_path / "out"),)), tmp_path / "run")
    assert list(run.epochs) == [10, 20]
    assert run.counting.unit == "step"
    assert "Skipped: model.safetensors" in run.manifest.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 32}, "--size says nothing"),
        ({"layers": ("all",)}, "leave --layers out"),
        ({"tokens": "flatten"}, "by 'class' or 'mean'"),
        ({"length": 17}, "places for 3 to 16"),
        ({"split": "test"}, "has no held-out texts"),
        ({"data": "nothing.csv"}, "nothing.csv cannot be read"),
        ({"memory": 1, "per_class": 1_000_000}, None),
    ],
)
def test_what_cannot_be_gets_one_sentence_and_leaves_nothing(plan, tmp_path, change, words):
    if words is None:
        recorded(replace(plan, **change), tmp_path / "run")
        return
    with pytest.raises(UserError, match=words):
        record_checkpoints(replace(plan, **change), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_dialog_is_told_the_layers(plan):
    found = inspect_plan(plan)
    assert found.layers == (("embedding", 8), ("block 1", 8), ("block 2", 8))
    assert found.class_names == ("cars", "space")
    assert found.classifier == ""


def test_the_command_says_what_was_recorded(plan, tmp_path, capsys):
    model = str(tmp_path / "tiny")
    words = ["record", "--model", f"hf:{model}", "--checkpoints", model, "--data", plan.data]
    assert main([*words, "--out", str(tmp_path / "run"), "--length", "8"]) == 0
    said = capsys.readouterr().out
    assert "3 layers" not in said  # a tiny model says nothing of pooling: its class token
    assert "2 layers" in said
    assert "nan" not in said.lower()
    assert "measured: 8 texts, of 8 tokens at most" in said


@pytest.fixture
def tuning(tmp_path):
    folder, data = make_folder(tmp_path / "tiny"), write_table(tmp_path / "news.csv")
    return FineTuning(
        model=str(folder),
        data=str(data),
        epochs=12,
        batch=2,
        learning_rate=5e-3,
        per_class=4,
        length=12,
    )


def test_a_fine_tuning_learns_and_is_recorded_epoch_by_epoch(tuning, tmp_path):
    assert fine_tune(tuning, tmp_path / "run") == "finished"
    run = Run(tmp_path / "run")
    assert list(run.epochs) == list(range(13))
    losses = [run.snapshot(epoch).scalars["train_loss"] for epoch in run.epochs]
    assert losses[-1] < 0.5 * losses[0]
    assert losses[0] == pytest.approx(np.log(2), abs=0.1)
    assert run.snapshot(12).scalars["train_error"] == 0
    assert run.snapshot(12).classifier().weight.shape == (2, 8)
    assert run.manifest.recipe["kind"] == "fine-tuning"
    assert run.manifest.title.startswith("cars and space · tiny, fine-tuned · class token")


def test_the_same_seed_gives_the_same_run_and_another_another(tuning, tmp_path):
    short = replace(tuning, epochs=1)
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        fine_tune(short.with_seed(seed), tmp_path / name)
    a, b, c = (Run(tmp_path / name).snapshot(1).scalars["train_loss"] for name in "abc")
    assert a == b != c


def test_what_is_measured_may_be_another_than_what_is_learned(tuning, tmp_path):
    both = []
    for name, plan in (("own", tuning), ("other", replace(tuning, measured="mean"))):
        fine_tune(replace(plan, epochs=2), tmp_path / name)
        both.append(Run(tmp_path / name))
    own, other = both
    assert next(layer.name for layer in other.manifest.layers) == "embedding"
    assert other.snapshot(2).classifier() is None
    for number in ("train_loss", "train_error"):  # of one and the same network
        assert other.snapshot(2).scalars[number] == pytest.approx(
            own.snapshot(2).scalars[number], rel=1e-5
        )


def test_what_is_not_there_is_looked_for_and_told(tuning, tmp_path, monkeypatch):
    with pytest.raises(UserError, match=r"There is no 'nowhere/model' here, nor .*: pip install x"):
        fine_tune(replace(tuning, model="nowhere/model", needs="pip install x"), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_beside("tiny/config.json") == tmp_path / "tiny" / "config.json"
    with pytest.raises(UserError, match="length is 17"):
        fine_tune(replace(tuning, length=17), tmp_path / "run")


def test_a_recipe_is_plain_and_without_advice(tuning):
    found = replace(tuning, needs="pip install", classes=("a", "b")).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert "needs" not in found
    assert safetensors.numpy.save({"a": np.zeros(1)})


def foreign(path, known):
    """Write texts of which so many words of four are in the tiny list."""
    words = ["rock", "car", "moon", "road"][:known] + ["Xuquq", "Zuzux", "Quqxu", "Uxuzq"][known:]
    rows = [f"{' '.join(words)},{label}" for label in ("cars", "space") for _ in range(4)]
    path.write_text("\n".join(["text,label", *rows]))


@pytest.mark.parametrize(("known", "words"), [(4, ""), (1, "75 % of the tokens are not in")])
def test_tokens_that_the_list_lacks_are_told(plan, tmp_path, known, words):
    foreign(tmp_path / "foreign.csv", known)
    run = recorded(replace(plan, data=str(tmp_path / "foreign.csv")), tmp_path / "run")
    said = [note for note in run.manifest.recipe["transforms"] if "% of the tokens" in note]
    assert [words in note for note in said] == ([True] if words else [])


def test_texts_of_unknown_tokens_alone_are_refused(plan, tmp_path):
    foreign(tmp_path / "foreign.csv", 0)
    with pytest.raises(UserError, match="has no token for any word of these texts: give the list"):
        record_checkpoints(replace(plan, data=str(tmp_path / "foreign.csv")), tmp_path / "run")
    assert not (tmp_path / "run").exists()
