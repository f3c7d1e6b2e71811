"""Tokens of a RoBERTa by hand, its folder, and its encoder beside a slow one."""

import json

import numpy as np
import pytest
import torch
from tiny_encoder import BLOCKS, PLACES, WIDTH, make_folder, slow_states, tensors

from ncviz.errors import UserError
from ncviz.recording.byte_pair_list import read_byte_pairs
from ncviz.recording.hub_folder import read_hub_folder
from ncviz.recording.text_encoder import build_encoder, layers_of, read_encoder_folder
from ncviz.texts.byte_pairs import BYTES, BytePairs, parted
from ncviz.texts.tokens import batch_of

JOINED = [("r", "o"), ("Ġ", "ro"), ("c", "k"), ("ro", "ck"), ("Ġro", "ck"), ("o", "c")]
TOKENS = ("<s>", "<pad>", "</s>", "<unk>", *BYTES, *("".join(pair) for pair in JOINED))
NUMBERS = {token: number for number, token in enumerate(TOKENS)}
CONFIG = {"model_type": "roberta", "vocab_size": len(TOKENS), "type_vocab_size": 1}


def roberta(path, weights=None, **more):
    """Write the folder of a tiny RoBERTa."""
    given = of_roberta() if weights is None else weights
    make_folder(path, given, CONFIG, **more)
    (path / "vocab.txt").unlink()
    (path / "vocab.json").write_text(json.dumps(NUMBERS))
    lines = ["#version: 0.2", *map(" ".join, JOINED)]
    (path / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return path


def of_roberta(classes=0):
    rng = np.random.default_rng(2)
    found = tensors()
    words = rng.normal(size=(len(TOKENS), WIDTH)).astype(np.float32)
    found["embeddings.word_embeddings.weight"] = words
    found["embeddings.token_type_embeddings.weight"] = np.zeros((1, WIDTH), np.float32)
    found = {f"roberta.{name}": each for name, each in found.items()}
    if classes:
        for name, shape in (("dense", (WIDTH, WIDTH)), ("out_proj", (classes, WIDTH))):
            found[f"classifier.{name}.weight"] = rng.normal(size=shape).astype(np.float32)
            found[f"classifier.{name}.bias"] = rng.normal(size=shape[0]).astype(np.float32)
    return found


def test_words_numbers_and_marks_keep_the_space_before_them():
    assert parted("It's  we'll\n\n go 12½ x² — '' ok ") == [
        *("It", "'s", " ", " we", "'ll", "\n\n", " go", " 12½", " x", "²", " —", " ''", " ok", " "),
    ]
    assert parted("") == []
    assert parted(" \t a") == [" \t", " a"]


def test_pairs_are_joined_in_the_order_of_the_list():
    pieces = BytePairs(NUMBERS, JOINED)
    first, last = NUMBERS["<s>"], NUMBERS["</s>"]
    assert pieces("rock rock", 9) == [first, NUMBERS["rock"], NUMBERS["Ġrock"], last]
    assert pieces("oc", 9) == [first, NUMBERS["oc"], last]
    # 'ro' comes before 'oc', and what is left of 'c' stands alone.
    assert pieces("roc", 9) == [first, NUMBERS["ro"], NUMBERS["c"], last]
    assert pieces("rock" * 50, 6) == [first, *[NUMBERS["rock"]] * 4, last]
    assert pieces("", 9) == [first, last]


def test_every_text_comes_back_from_its_bytes():
    pieces, text = BytePairs(NUMBERS, JOINED), "Grüße, 世界 rock 😀\u0301"
    tokens = [TOKENS[number] for number in pieces(text, 100)[1:-1]]
    letters = {letter: byte for byte, letter in enumerate(BYTES)}
    assert bytes(letters[letter] for letter in "".join(tokens)).decode() == text


def test_states_are_those_of_a_slow_encoder_with_places_behind_that_of_padding(tmp_path):
    weights = of_roberta(classes=3)
    folder = read_encoder_folder(roberta(tmp_path / "m", weights))
    assert folder.longest == PLACES - 2
    encoder, head = build_encoder(folder, read_hub_folder(tmp_path / "m").tensors, "m")
    cut = [folder.pieces(text, PLACES - 2) for text in ("rock rock a", "x", "rock" * 90)]
    ids, mask = batch_of(cut, folder.pieces)
    assert ids[1, -1] == NUMBERS["<pad>"]
    with torch.no_grad():
        states = list(encoder(ids, mask))
        *_, last = layers_of(encoder, head, ids, mask, "class")
    plain = {name.removeprefix("roberta."): each for name, each in weights.items()}
    places = "embeddings.position_embeddings.weight"
    plain[places] = plain[places][2:]
    for row, own in enumerate(cut):
        slow = slow_states(plain, own)
        assert len(slow) == 1 + BLOCKS
        for fast, wanted in zip(states, slow, strict=True):
            np.testing.assert_allclose(fast[row, : len(own)], wanted, atol=5e-6)
        dense = weights["classifier.dense.weight"] @ slow[-1][0] + weights["classifier.dense.bias"]
        np.testing.assert_allclose(last[row], np.tanh(dense), atol=5e-6)
    assert head.classifier.out_features == 3


@pytest.mark.parametrize("as_text", [True, False])
def test_a_tokenizer_file_says_the_same(tmp_path, as_text):
    path = roberta(tmp_path / "m")
    text = "rock in Grüße's rock"
    wanted = read_byte_pairs(path)(text, 50)
    (path / "vocab.json").unlink()
    merges = [" ".join(pair) for pair in JOINED] if as_text else JOINED
    model = {"type": "BPE", "vocab": NUMBERS, "merges": merges}
    (path / "tokenizer.json").write_text(json.dumps({"model": model}))
    assert read_byte_pairs(path)(text, 50) == wanted


def test_what_is_wrong_is_one_sentence(tmp_path):
    path = roberta(tmp_path / "m")
    for name, content, said in (
        ("vocab.json", '{"a": "b"}', "holds no numbered tokens"),
        ("vocab.json", '{"a": 1}', "lacks <unk> and <s> and </s>"),
        ("vocab.json", "[" * 100_000, "cannot be read"),
        ("merges.txt", "a b c\n", "holds no numbered tokens and pairs"),
    ):
        kept = (path / name).read_bytes()
        (path / name).write_text(content)
        with pytest.raises(UserError, match=said):
            read_encoder_folder(path)
        (path / name).write_bytes(kept)
    (path / "merges.txt").unlink()
    with pytest.raises(UserError, match=r"neither vocab\.json and merges\.txt nor tokenizer"):
        read_encoder_folder(path)
    (path / "tokenizer.json").write_text('{"model": {"type": "Unigram", "vocab": []}}')
    with pytest.raises(UserError, match="into Unigram: of this kind"):
        read_encoder_folder(path)
    with pytest.raises(UserError, match="has 4 places, of which no token has the first 2"):
        read_encoder_folder(roberta(tmp_path / "n", max_position_embeddings=4))
    with pytest.raises(UserError, match=r"of the kind 'deberta'.*bert, distilbert, .*xlm-roberta"):
        read_encoder_folder(roberta(tmp_path / "o", model_type="deberta"))
