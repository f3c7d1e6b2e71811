"""Encoders with pieces of sentencepiece and with biases of distances, beside slow ones."""

import base64
import itertools
import json
import math
import struct

import numpy as np
import pytest
import torch
from tiny_encoder import BLOCKS, HEADS, PLACES, WIDTH, WORDS, make_folder, slow_states, tensors

from ncviz.errors import UserError
from ncviz.recording.hub_folder import read_hub_folder
from ncviz.recording.text_encoder import build_encoder, read_encoder_folder
from ncviz.texts.encoder import FARTHEST
from ncviz.texts.letter_map import LetterMap
from ncviz.texts.tokens import batch_of
from ncviz.texts.unigram import SPACE, Unigram

PIECES = [
    *(("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), (SPACE, -3.0)),
    *((f"{SPACE}a", -2.0), ("a", -2.5), ("b", -2.5), ("ab", -4.2), ("ba", -4.0), ("aba", -7.1)),
    *((f"{SPACE}ab", -4.9), ("é", -5.0)),
]
UNKNOWN = 3


def letter_map(replaced):
    """Return a map of letters of one or two bytes, packed as sentencepiece packs it."""
    units, texts = [0] * 4096, b""
    for number, (letter, after) in enumerate(replaced.items()):
        value, node, previous = len(texts), 0, 0
        texts += after.encode() + b"\0"
        for byte in letter.encode():
            node ^= byte
            units[node] |= byte
            if previous:
                units[previous] |= (0x400 + 0x100 * number) << 10
            previous, node = node, node ^ (0x400 + 0x100 * number)
        units[previous] |= 1 << 8 | (0x400 + 0x100 * number) << 10
        units[node] = 1 << 31 | value
    trie = struct.pack(f"<{len(units)}I", *units)
    return len(trie).to_bytes(4, "little") + trie + texts


def tokenizer(**more):
    packed = base64.b64encode(letter_map({"A": "a", "B": "ba"})).decode()
    even = {"type": "Precompiled", "precompiled_charsmap": packed}
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": SPACE}
    steps = {"type": "Sequence", "normalizers": [even, spaces]}
    model = {"type": "Unigram", "unk_id": UNKNOWN, "vocab": [list(each) for each in PIECES]}
    return {"normalizer": steps, "model": {**model, **more}}


def xlm_roberta(path, found=None, **config):
    rng = np.random.default_rng(2)
    weights = tensors()
    words = rng.normal(size=(len(PIECES), WIDTH)).astype(np.float32)
    weights["embeddings.word_embeddings.weight"] = words
    weights["embeddings.token_type_embeddings.weight"] = np.zeros((1, WIDTH), np.float32)
    kind = {"model_type": "xlm-roberta", "vocab_size": len(PIECES), "type_vocab_size": 1}
    make_folder(path, weights, {**kind, **config})
    (path / "vocab.txt").unlink()
    (path / "tokenizer.json").write_text(json.dumps(tokenizer() if found is None else found))
    return path, weights


def test_the_cut_of_a_word_is_the_likeliest_of_all():
    pieces = Unigram(PIECES, UNKNOWN, str)
    chances, least = dict(PIECES), min(chance for _, chance in PIECES) - 10
    for word in map("".join, itertools.product("abx", repeat=5)):
        whole = SPACE + word
        best = -math.inf
        for count in range(len(whole)):
            for places in itertools.combinations(range(1, len(whole)), count):
                edges = [0, *places, len(whole)]
                parts = [whole[i:j] for i, j in itertools.pairwise(edges)]
                costs = [chances.get(p, least if len(p) == 1 else -math.inf) for p in parts]
                best = max(best, sum(costs))
        *_, total = itertools.accumulate(_costs(pieces(word, 50)[1:-1], word, least))
        assert total == pytest.approx(best)


def _costs(numbers, word, least):
    """Yield what tokens cost; each letter of one that is unknown costs as much."""
    yield from (PIECES[number][1] for number in numbers if number != UNKNOWN)
    yield least * word.count("x")


def test_unknown_letters_that_follow_on_each_other_are_one_token():
    pieces = Unigram(PIECES, UNKNOWN, str)
    first, last = 0, 2
    assert pieces("xyz a", 9) == [first, 4, UNKNOWN, 5, last]
    assert pieces("", 9) == [first, last]
    assert pieces("a " * 50, 5) == [first, 5, 5, 5, last]


def test_letters_are_made_even_by_the_longest_that_is_known():
    even = LetterMap(letter_map({"A": "a", "é": "e", "đ": ""}))
    assert even("AéđÄz😀") == "aeÄz😀"
    assert LetterMap(b"")("Aé") == "Aé"
    for packed in (b"abc", b"\xff\xff\xff\xff1234", b"\x06\0\0\0123456"):
        with pytest.raises(ValueError, match="cut"):
            LetterMap(packed)
    # One whose steps lead out of it changes nothing, and ends.
    assert LetterMap(b"\x04\0\0\0" + b"\xff" * 4)("Aé") == "Aé"


def test_an_xlm_r_is_read_with_its_pieces(tmp_path):
    path, weights = xlm_roberta(tmp_path / "m")
    folder = read_encoder_folder(path)
    assert folder.pieces("A  B", 9) == [0, 5, 4, 9, 2]
    encoder, _ = build_encoder(folder, read_hub_folder(path).tensors, "m")
    cut = [folder.pieces(text, PLACES - 2) for text in ("ab ba", "x")]
    ids, mask = batch_of(cut, folder.pieces)
    with torch.no_grad():
        states = list(encoder(ids, mask))
    places = "embeddings.position_embeddings.weight"
    plain = {**weights, places: weights[places][2:]}
    for row, own in enumerate(cut):
        for fast, wanted in zip(states, slow_states(plain, own), strict=True):
            np.testing.assert_allclose(fast[row, : len(own)], wanted, atol=5e-6)


BUCKETS = 8


def slow_bucket(i, j):
    """Return which bias place i has for place j: two counted ones a side, then by logarithm."""
    side, apart, counted = (BUCKETS // 2 if j > i else 0), abs(i - j), BUCKETS // 4
    if apart < counted:
        return side + apart
    steps = math.log(apart / counted) / math.log(FARTHEST / counted) * (BUCKETS // 2 - counted)
    return side + min(counted + int(steps), BUCKETS // 2 - 1)


def mpnet(path, bias):
    """Write the folder of a tiny MPNet, and return the weights by BERT's names."""
    weights = tensors(1)
    del weights["embeddings.token_type_embeddings.weight"]
    own = {}
    for name, each in weights.items():
        for part in ("query", "key", "value"):
            name = name.replace(f".attention.self.{part}.", f".attention.attn.{part[0]}.")
        name = name.replace(".attention.output.dense.", ".attention.attn.o.")
        own[f"mpnet.{name.replace('.attention.output.LayerNorm.', '.attention.LayerNorm.')}"] = each
    own["mpnet.encoder.relative_attention_bias.weight"] = bias
    kind = {"model_type": "mpnet", "relative_attention_num_buckets": BUCKETS}
    make_folder(path, own, kind)
    words = [{"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>"}.get(word, word) for word in WORDS]
    (path / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    return weights


def test_an_mpnet_has_a_bias_for_each_distance(tmp_path):
    bias = np.random.default_rng(3).normal(size=(BUCKETS, HEADS)).astype(np.float32)
    weights = mpnet(tmp_path / "m", bias)
    folder = read_encoder_folder(tmp_path / "m")
    assert folder.pieces("the moon?", 9) == [2, 4, 12, 1, 3]
    encoder, head = build_encoder(folder, read_hub_folder(tmp_path / "m").tensors, "m")
    assert head is None
    texts = "the rocket flies to the moon . the car drives !", "a"
    cut = [folder.pieces(text, PLACES - 2) for text in texts]
    ids, mask = batch_of(cut, folder.pieces)
    with torch.no_grad():
        states = list(encoder(ids, mask))
    assert len(states) == 1 + BLOCKS
    places = "embeddings.position_embeddings.weight"
    plain = {**weights, places: weights[places][2:]}
    plain["embeddings.token_type_embeddings.weight"] = np.zeros((1, WIDTH))
    for row, own in enumerate(cut):
        slow = slow_states(plain, own, lambda h, i, j: float(bias[slow_bucket(i, j), h]))
        for fast, wanted in zip(states, slow, strict=True):
            np.testing.assert_allclose(fast[row, : len(own)], wanted, atol=5e-6)


def test_a_small_bert_may_have_pieces(tmp_path):
    path, _ = xlm_roberta(tmp_path / "m", model_type="bert")
    assert read_encoder_folder(path).pieces("a", 9) == [0, 5, 2]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (tokenizer(vocab=[["a", "b"]]), "holds no list of pieces"),
        (tokenizer(vocab=[["a", float("nan")]]), "holds no list of pieces"),
        (tokenizer(vocab=[]), "holds no list of pieces"),
        (tokenizer(unk_id=99), "names no token for what is unknown"),
        (tokenizer(vocab=[["a", -1.0]], unk_id=0), "lacks <s> and </s>"),
        (tokenizer(type="BPE"), r"into BPE: of this kind .* only pieces of sentencepiece"),
        ({"model": []}, "does not say how texts are cut"),
        ({**tokenizer(), "normalizer": {"type": "Bert"}}, "makes texts even by Bert"),
        (
            {**tokenizer(), "normalizer": {"type": "Precompiled", "precompiled_charsmap": "é"}},
            "its map of letters cannot be read",
        ),
    ],
)
def test_what_is_wrong_with_pieces_is_one_sentence(tmp_path, found, said):
    path, _ = xlm_roberta(tmp_path / "m", found)
    with pytest.raises(UserError, match=said):
        read_encoder_folder(path)


def test_a_list_of_sentencepiece_alone_says_what_writes_the_other(tmp_path):
    path, _ = xlm_roberta(tmp_path / "m")
    (path / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"has no tokenizer\.json: AutoTokenizer"):
        read_encoder_folder(path)


def test_buckets_that_cannot_be_are_told(tmp_path):
    mpnet(tmp_path / "m", np.zeros((BUCKETS, HEADS), np.float32))
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    for buckets in (0, 10**9, "8", 6):
        (tmp_path / "m" / "config.json").write_text(
            json.dumps({**config, "relative_attention_num_buckets": buckets})
        )
        with pytest.raises(UserError, match="relative_attention_num_buckets"):
            read_encoder_folder(tmp_path / "m")
