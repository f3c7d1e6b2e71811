"""The list of joined bytes in a model's folder."""

import json
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.tokenizer_file import LARGEST_LIST, kind_of, read_tokenizer, unreadable_list
from ncviz.texts.byte_pairs import BytePairs, missing_tokens


def read_byte_pairs(folder: Path) -> BytePairs:
    """Read the tokens of a RoBERTa.

    Parameters
    ----------
    folder : Path
        With 'vocab.json' and 'merges.txt', or 'tokenizer.json'.

    Raises
    ------
    UserError
        If there are none, or they are damaged or of another kind.
    """
    try:
        try:
            path = folder / "vocab.json"
            numbers = json.loads(read_text(path, LARGEST_LIST))
            joined: Any = read_text(folder / "merges.txt", LARGEST_LIST).split("\n")
            joined = [line for line in joined if line and not line.startswith("#version")]
        except FileNotFoundError:
            path = folder / "tokenizer.json"
            numbers, joined = _of_tokenizer(path)
    except FileNotFoundError:
        raise UserError(
            tr(
                "{folder} has neither vocab.json and merges.txt nor tokenizer.json, which list "
                "the tokens of the model.",
                folder=folder,
            )
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable_list(folder, error) from error
    pairs = [tuple(each.split(" ") if isinstance(each, str) else each) for each in joined]
    are_pairs = all(len(pair) == 2 and all(isinstance(p, str) for p in pair) for pair in pairs)
    numbered = isinstance(numbers, dict) and all(
        type(number) is int and number >= 0 for number in numbers.values()
    )
    if not numbered or not are_pairs:
        raise UserError(
            tr("{path} is damaged: it holds no numbered tokens and pairs of them.", path=path)
        )
    if missing := missing_tokens(numbers):
        raise UserError(
            tr(
                "{path} lacks {missing}: it is no list of tokens of a RoBERTa.",
                path=path,
                missing=" and ".join(missing),
            )
        )
    return BytePairs(numbers, [(first, second) for first, second in pairs])


def _of_tokenizer(path: Path) -> tuple[Any, list[Any]]:
    """Return tokens and pairs that a 'tokenizer.json' lists, those that were added among them."""
    found = read_tokenizer(path)
    model, kind = found["model"], kind_of(found)
    if kind != "BPE":
        raise UserError(
            tr(
                "{path} cuts texts into {kind}: of this kind of model only joined bytes (BPE) are "
                "read, as of RoBERTa and DistilRoBERTa.",
                path=path,
                kind=kind,
            )
        )
    numbers, joined = model.get("vocab"), model.get("merges")
    return numbers, [e for e in joined if isinstance(e, str | list)] if isinstance(
        joined, list
    ) else []
