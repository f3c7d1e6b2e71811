"""A tiny BERT, made by hand as a folder of Hugging Face's libraries, and what it computes."""

import json
import math

import numpy as np
import safetensors.numpy

WORDS = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "a", "rock", "##et", "##s", "car", "flies"),
    *("drives", "moon", "road", "to", ".", "!", "e", "##te", "世", "界", "caf", "##e"),
)
WIDTH, BLOCKS, HEADS, INNER, PLACES = 8, 2, 2, 12, 16


def tensors(seed=0, classes=0):
    """Return the weights by BERT's names; with a classifier where there are classes."""
    rng = np.random.default_rng(seed)

    def of(*shape):
        return rng.normal(size=shape).astype(np.float32) / math.sqrt(shape[-1])

    found = {
        "embeddings.word_embeddings.weight": of(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": of(PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": of(2, WIDTH),
    }

    def linear(name, out, inside):
        found[f"{name}.weight"], found[f"{name}.bias"] = of(out, inside), of(out)

    def norm(name):
        found[f"{name}.weight"], found[f"{name}.bias"] = 1 + of(WIDTH), of(WIDTH)

    norm("embeddings.LayerNorm")
    for k in range(BLOCKS):
        at = f"encoder.layer.{k}"
        for part in ("query", "key", "value"):
            linear(f"{at}.attention.self.{part}", WIDTH, WIDTH)
        linear(f"{at}.attention.output.dense", WIDTH, WIDTH)
        norm(f"{at}.attention.output.LayerNorm")
        linear(f"{at}.intermediate.dense", INNER, WIDTH)
        linear(f"{at}.output.dense", WIDTH, INNER)
        norm(f"{at}.output.LayerNorm")
    if classes:
        linear("pooler.dense", WIDTH, WIDTH)
        found = {f"bert.{name}": each for name, each in found.items()}
        found["classifier.weight"], found["classifier.bias"] = of(classes, WIDTH), of(classes)
    return found


CONFIG = {
    "model_type": "bert",
    "vocab_size": len(WORDS),
    "hidden_size": WIDTH,
    "num_hidden_layers": BLOCKS,
    "num_attention_heads": HEADS,
    "intermediate_size": INNER,
    "max_position_embeddings": PLACES,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-6,
    "hidden_act": "gelu",
}


def make_folder(path, weights=None, config=None, **more):
    """Write the folder of an encoder."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps({**CONFIG, **(config or {}), **more}))
    (path / "vocab.txt").write_text("\n".join(WORDS) + "\n", "utf-8")
    given = tensors() if weights is None else weights
    (path / "model.safetensors").write_bytes(safetensors.numpy.save(given))
    return path


def slow_states(weights, ids, bias=None):
    """Return what each token of one text is after the embedding and each block, by loops.

    A bias is a function of a head, a place and the one it looks at, which is added to the score.
    """
    w = {name.removeprefix("bert."): each.astype(np.float64) for name, each in weights.items()}

    def normed(x, name):
        centred = x - x.mean()
        scale = math.sqrt((centred**2).mean() + CONFIG["layer_norm_eps"])
        return centred / scale * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x, name):
        return w[f"{name}.weight"] @ x + w[f"{name}.bias"]

    def gelu(x):
        return np.array([v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in x])

    rows = [
        normed(
            w["embeddings.word_embeddings.weight"][token]
            + w["embeddings.position_embeddings.weight"][place]
            + w["embeddings.token_type_embeddings.weight"][0],
            "embeddings.LayerNorm",
        )
        for place, token in enumerate(ids)
    ]
    found = [np.array(rows)]
    size = WIDTH // HEADS
    for k in range(BLOCKS):
        at = f"encoder.layer.{k}"
        q, key, v = (
            [linear(row, f"{at}.attention.self.{part}") for row in rows]
            for part in ("query", "key", "value")
        )
        after = []
        for i, row in enumerate(rows):
            heads = []
            for head in range(HEADS):
                some = slice(head * size, (head + 1) * size)
                scores = [q[i][some] @ other[some] / math.sqrt(size) for other in key]
                if bias is not None:
                    scores = [score + bias(head, i, j) for j, score in enumerate(scores)]
                shares = np.exp(scores) / np.sum(np.exp(scores))
                heads.append(sum(s * other[some] for s, other in zip(shares, v, strict=True)))
            mixed = linear(np.concatenate(heads), f"{at}.attention.output.dense")
            given = normed(mixed + row, f"{at}.attention.output.LayerNorm")
            inner = gelu(linear(given, f"{at}.intermediate.dense"))
            after.append(
                normed(linear(inner, f"{at}.output.dense") + given, f"{at}.output.LayerNorm")
            )
        rows = after
        found.append(np.array(rows))
    return found


TEXTS = {
    "space": ["the rocket flies to the moon .", "rockets flies !", "a moon", "the rockets"],
    "cars": ["the car drives", "a car drives to the road .", "road !", "the cars drives ."],
}


def write_table(path):
    """Write the texts as a table."""
    rows = [f'"{text}",{label}' for label, texts in TEXTS.items() for text in texts]
    path.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    return path
