"""The list of words in a model's folder, and how texts are made even before they are cut."""

import json
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.tokenizer_file import LARGEST_LIST, UNIGRAM, kind_of, read_tokenizer
from ncviz.recording.unigram_list import read_unigram
from ncviz.texts.unigram import Unigram
from ncviz.texts.word_pieces import MARKS, WordPieces, missing_tokens


def small_json(path: Path) -> dict[str, Any]:
    """Return what a file of settings says; nothing where there is none, or it is damaged."""
    try:
        found = json.loads(read_text(path, 2**20))
    except (OSError, ValueError, RecursionError, UserError):
        return {}
    return found if isinstance(found, dict) else {}


def read_word_pieces(
    folder: Path, marks: tuple[str, str, str, str] = MARKS
) -> WordPieces | Unigram:
    """Read the list of words of a model, or of pieces where it has one of these.

    Parameters
    ----------
    folder : Path
        With 'vocab.txt' or 'tokenizer.json'.
    marks : tuple of str, optional
        As of `WordPieces`.

    Raises
    ------
    UserError
        If there is none, or it is damaged or of another kind.
    """
    said = small_json(folder / "tokenizer_config.json")
    try:
        try:
            lines = read_text(folder / "vocab.txt", LARGEST_LIST).split("\n")
            path, numbers = folder / "vocab.txt", {}
            if lines and not lines[-1]:
                lines.pop()
            for number, line in enumerate(lines):
                numbers[line.rstrip("\r")] = number
        except FileNotFoundError:
            path = folder / "tokenizer.json"
            whole = read_tokenizer(path)
            if kind_of(whole) == UNIGRAM:  # as of small models that learned from an XLM-R
                return read_unigram(path, whole)
            numbers, said = _of_tokenizer(path, whole)
    except FileNotFoundError:
        raise UserError(
            tr(
                "{folder} has neither vocab.txt nor tokenizer.json, which list the words of the "
                "model.",
                folder=folder,
            )
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(
            tr(
                "{folder}: its list of words cannot be read: {error}.",
                folder=folder,
                error=reason(error),
            )
        ) from error
    if missing := missing_tokens(numbers, marks):
        raise UserError(
            tr(
                "{path} lacks {missing}: it is no list of word pieces.",
                path=path,
                missing=" and ".join(missing),
            )
        )
    lowers = said.get("do_lower_case", True) is not False
    strips = said.get("strip_accents")
    return WordPieces(
        numbers,
        lowers,
        lowers if strips is None else bool(strips),
        said.get("tokenize_chinese_chars", True) is not False,
        marks,
    )


def _of_tokenizer(path: Path, found: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return the words that a 'tokenizer.json' lists, and how texts are made even."""
    model = found["model"]
    listed = model.get("vocab")
    if not isinstance(listed, dict) or model.get("type", "WordPiece") != "WordPiece":
        raise UserError(
            tr(
                "{path} cuts texts into {kind}: of this kind of model word pieces (WordPiece) "
                "are read, or pieces of sentencepiece (Unigram).",
                path=path,
                kind=kind_of(found),
            )
        )
    if not all(type(number) is int and number >= 0 for number in listed.values()):
        raise UserError(tr("{path} is damaged: a word of its list has no number.", path=path))
    even = found.get("normalizer")
    even = even if isinstance(even, dict) else {}
    return listed, {
        "do_lower_case": even.get("lowercase", True),
        "strip_accents": even.get("strip_accents"),
        "tokenize_chinese_chars": even.get("handle_chinese_chars", True),
    }
