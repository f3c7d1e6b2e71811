"""The list of likely pieces in a model's folder, and how texts are made even before."""

import base64
import binascii
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.tokenizer_file import NAME, UNIGRAM, kind_of, read_tokenizer, unreadable_list
from ncviz.texts.byte_pairs import FIRST, LAST
from ncviz.texts.letter_map import LetterMap
from ncviz.texts.unigram import Unigram

Even = Callable[[str], str]


def read_unigram(path: Path, found: Mapping[str, Any]) -> Unigram:
    """Return the tokens of an XLM-R.

    Parameters
    ----------
    path : Path
        Of the 'tokenizer.json', for error messages.
    found : mapping
        What it holds.

    Raises
    ------
    UserError
        If it is damaged, or makes texts even in a way that is not known.
    """
    model = found["model"]
    listed, unknown = model.get("vocab"), model.get("unk_id")
    pieces: list[tuple[str, float]] = []
    for each in listed if isinstance(listed, list) else []:
        piece, chance = each if isinstance(each, list) and len(each) == 2 else (None, None)
        if not isinstance(piece, str) or not isinstance(chance, int | float):
            break
        pieces.append((piece, float(chance)))
    whole = isinstance(listed, list) and 0 < len(pieces) == len(listed)
    if not whole or not all(math.isfinite(chance) for _, chance in pieces):
        raise UserError(
            tr("{path} is damaged: it holds no list of pieces, each with a number.", path=path)
        )
    if type(unknown) is not int or not 0 <= unknown < len(pieces):
        raise UserError(tr("{path} names no token for what is unknown.", path=path))
    made = Unigram(pieces, unknown, _even(path, found.get("normalizer")))
    if missing := [token for token in (FIRST, LAST) if token not in made.numbers]:
        raise UserError(
            tr(
                "{path} lacks {missing}: it is no list of tokens of an XLM-R.",
                path=path,
                missing=" and ".join(missing),
            )
        )
    return made


def _even(path: Path, said: Any) -> Even:
    """Return what a 'tokenizer.json' does with a text first."""
    steps = said.get("normalizers") if isinstance(said, dict) else None
    parts = steps if isinstance(steps, list) else [] if said is None else [said]
    return _one_after_the_other([_step(path, part) for part in parts])


def _one_after_the_other(steps: Sequence[Even]) -> Even:
    def made(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return made


def _step(path: Path, said: Any) -> Even:
    kind = said.get("type") if isinstance(said, dict) else None
    if kind == "Precompiled":
        try:
            return LetterMap(
                base64.b64decode(said.get("precompiled_charsmap") or "", validate=True)
            )
        except (binascii.Error, TypeError, ValueError) as error:
            raise UserError(
                tr("{path} is damaged: its map of letters cannot be read.", path=path)
            ) from error
    if kind in ("NFC", "NFD", "NFKC", "NFKD"):
        return lambda text: unicodedata.normalize(kind, text)
    if kind == "Lowercase":
        return str.lower
    if kind == "Strip" or (kind == "Replace" and _is_of_spaces(said)):
        return lambda text: text  # as texts are cut at their spaces
    raise UserError(
        tr(
            "{path} makes texts even by {kind}, which is not read here.",
            path=path,
            kind=str(kind)[:40],
        )
    )


def _is_of_spaces(said: Mapping[str, Any]) -> bool:
    """Tell whether it makes one space of several."""
    pattern = said.get("pattern")
    return isinstance(pattern, dict) and pattern.get("Regex") in (" {2,}", r"\s+", " +")


def read_pieces(folder: Path) -> Unigram:
    """Read the tokens of an XLM-R.

    Parameters
    ----------
    folder : Path
        With 'tokenizer.json'.

    Raises
    ------
    UserError
        If there is none, or it is damaged or of another kind.
    """
    path = folder / NAME
    try:
        found = read_tokenizer(path)
    except FileNotFoundError:
        raise UserError(
            tr(
                "{folder} has no tokenizer.json: "
                "AutoTokenizer.from_pretrained({folder!r}).save_pretrained({folder!r}) writes it "
                "from the list of sentencepiece.",
                folder=str(folder),
            )
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable_list(folder, error) from error
    if (kind := kind_of(found)) != UNIGRAM:
        raise UserError(
            tr(
                "{path} cuts texts into {kind}: of this kind of model only pieces of "
                "sentencepiece (Unigram) are read, as of XLM-R and CamemBERT.",
                path=path,
                kind=kind,
            )
        )
    return read_unigram(path, found)
