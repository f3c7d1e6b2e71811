"""The encoder beside a slow one of its own; folders, tokens, and what is wrong with either."""

import json

import numpy as np
import pytest
import torch
from tiny_encoder import BLOCKS, WIDTH, WORDS, make_folder, slow_states, tensors

from ncviz.errors import UserError
from ncviz.recording.hub_folder import read_hub_folder
from ncviz.recording.text_encoder import build_encoder, layers_of, read_encoder_folder
from ncviz.texts.encoder import pooled
from ncviz.texts.tokens import batch_of


def built(path):
    folder = read_encoder_folder(path)
    return folder, *build_encoder(folder, read_hub_folder(path).tensors, str(path))


def test_states_of_texts_of_several_lengths_are_those_of_a_slow_encoder(tmp_path):
    weights = tensors()
    folder, encoder, head = built(make_folder(tmp_path / "m", weights))
    assert head is None
    cut = [folder.pieces(text, 16) for text in ("the rocket flies!", "a moon", "")]
    ids, mask = batch_of(cut, folder.pieces)
    with torch.no_grad():
        states = list(encoder(ids, mask))
    assert len(states) == 1 + BLOCKS
    for row, own in enumerate(cut):
        slow = slow_states(weights, own)
        for fast, wanted in zip(states, slow, strict=True):
            np.testing.assert_allclose(fast[row, : len(own)], wanted, atol=2e-6)
            np.testing.assert_allclose(
                pooled(fast, mask, "mean")[row], wanted.mean(axis=0), atol=2e-6
            )
            np.testing.assert_allclose(pooled(fast, mask, "class")[row], wanted[0], atol=2e-6)


def test_the_class_token_is_constant_before_the_blocks_and_left_out(tmp_path):
    folder, encoder, _ = built(make_folder(tmp_path / "m"))
    ids, mask = batch_of([folder.pieces(t, 9) for t in ("a moon", "the car")], folder.pieces)
    with torch.no_grad():
        found = list(layers_of(encoder, None, ids, mask, "class"))
    assert [tuple(each.shape) for each in found] == [(2, WIDTH)] * BLOCKS


def test_a_classifier_has_a_layer_of_its_own(tmp_path):
    weights = tensors(classes=3)
    folder, encoder, head = built(make_folder(tmp_path / "m", weights))
    cut = [folder.pieces("the rocket", 9)]
    with torch.no_grad():
        *_, last = layers_of(encoder, head, *batch_of(cut, folder.pieces), "class")
    token = slow_states(weights, cut[0])[-1][0]
    dense = weights["bert.pooler.dense.weight"] @ token + weights["bert.pooler.dense.bias"]
    np.testing.assert_allclose(last[0], np.tanh(dense), atol=2e-6)
    assert head.classifier.out_features == 3


def test_distilbert_is_read_by_its_own_names(tmp_path):
    others = {
        "attention.self.query": "attention.q_lin",
        "attention.self.key": "attention.k_lin",
        "attention.self.value": "attention.v_lin",
        "attention.output.dense": "attention.out_lin",
        "attention.output.LayerNorm": "sa_layer_norm",
        "intermediate.dense": "ffn.lin1",
        "output.dense": "ffn.lin2",
        "output.LayerNorm": "output_layer_norm",
    }
    plain = tensors()
    plain["embeddings.token_type_embeddings.weight"][:] = 0
    renamed = {}
    for name, each in plain.items():
        parts = name.split(".", 3)
        if parts[0] == "encoder":
            inner, _, kind = parts[3].rpartition(".")
            name = f"distilbert.transformer.layer.{parts[2]}.{others[inner]}.{kind}"
        elif "token_type" in name:
            continue
        else:
            name = f"distilbert.{name}"
        renamed[name] = each
    sizes = {"dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12, "activation": "gelu"}
    path = make_folder(tmp_path / "m", renamed, model_type="distilbert", **sizes)
    settings = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps({**settings, "layer_norm_eps": 1e-6}))
    folder, encoder, _ = built(path)
    cut = [folder.pieces("a car drives", 9)]
    with torch.no_grad():
        *_, last = encoder(*batch_of(cut, folder.pieces))
    np.testing.assert_allclose(last[0], slow_states(plain, cut[0])[-1], atol=2e-6)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The ROCKETS fly.", ["the", "rock", "##et", "##s", "[UNK]", "."]),
        ("Café", ["caf", "##e"]),
        ("a\x00\u200bmoon\tto", ["[UNK]", "to"]),  # control characters leave no gap
        ("世界", ["世", "界"]),
        ("e" * 101, ["[UNK]"]),
        ("", []),
        ("!!", ["!", "!"]),
    ],
)
def test_texts_are_cut_into_the_longest_known_pieces(tmp_path, text, pieces):
    cut = read_encoder_folder(make_folder(tmp_path / "m")).pieces(text, 16)
    assert [WORDS[number] for number in cut] == ["[CLS]", *pieces, "[SEP]"]


def test_a_long_text_ends_with_its_last_token(tmp_path):
    cut = read_encoder_folder(make_folder(tmp_path / "m")).pieces("moon " * 10**6, 6)
    assert [WORDS[number] for number in cut] == ["[CLS]", *["moon"] * 4, "[SEP]"]


def test_the_list_of_words_may_stand_in_another_file(tmp_path):
    path = make_folder(tmp_path / "m")
    (path / "vocab.txt").unlink()
    model = {"type": "WordPiece", "vocab": {word: k for k, word in enumerate(WORDS)}}
    normalizer = {"lowercase": False, "strip_accents": None}
    (path / "tokenizer.json").write_text(json.dumps({"model": model, "normalizer": normalizer}))
    pieces = read_encoder_folder(path).pieces
    assert [WORDS[number] for number in pieces("Car car", 9)][1:-1] == ["[UNK]", "car"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_type": "gpt2"}, "kind 'gpt2'"),
        ({"hidden_size": 10**9}, "hidden_size = 1000000000"),
        ({"hidden_size": "8"}, "hidden_size = '8'"),
        ({"num_attention_heads": 3}, "3 heads for 8 numbers"),
        ({"hidden_act": "exec"}, "the activation 'exec'"),
        ({"num_hidden_layers": 200, "intermediate_size": 4096}, "holds fewer weights"),
        ({"max_position_embeddings": 15, "type_vocab_size": 1}, "is 16×8 and must be 15×8"),
        ({"num_hidden_layers": 1}, "holds more blocks than the 1 that .*config.json says"),
        ({"vocab_size": 5}, "a list of 23 words and weights of 5"),
        ({"position_embedding_type": "rotary"}, "positions of the kind 'rotary'"),
    ],
)
def test_settings_that_cannot_be_get_one_sentence(tmp_path, change, words):
    with pytest.raises(UserError, match=words):
        built(make_folder(tmp_path / "m", **change))


def test_weights_that_are_missing_or_not_finite_get_one_sentence(tmp_path):
    weights = tensors()
    weights["embeddings.LayerNorm.bias"][0] = np.nan
    with pytest.raises(UserError, match=r"NaN or infinite weights in embeddings.LayerNorm.bias"):
        built(make_folder(tmp_path / "m", weights))
    del weights["embeddings.LayerNorm.bias"]
    with pytest.raises(UserError, match=r"lacks the weights embeddings\.LayerNorm\.bias"):
        built(make_folder(tmp_path / "n", weights))
    (tmp_path / "n" / "vocab.txt").unlink()
    with pytest.raises(UserError, match=r"neither vocab.txt nor tokenizer.json"):
        built(tmp_path / "n")
