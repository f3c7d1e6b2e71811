"""Labels as a file holds them, read as whole numbers or words; and names of classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.label_sets import are_signs
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import one_line

_IGNORED = (-1, -100)  # as semi-supervised data sets and PyTorch's losses have it
_EXACT = 2.0**53  # beyond, not every whole number is a float
_LONGEST_NAME = 200


def are_plus_minus(values: NDArray[Any]) -> bool:
    """Return whether labels are −1 and 1, both of which are classes."""
    return values.dtype.kind == "i" and set(np.unique(values).tolist()) == {-1, 1}


def are_labelled(values: NDArray[Any], *, plus_minus: bool) -> NDArray[np.bool_]:
    """Return which samples have a label: words that are not empty, numbers that mean a class."""
    if values.dtype.kind == "U":
        return np.asarray(values != "")
    return np.ones(len(values), bool) if plus_minus else ~np.isin(values, _IGNORED)


def class_name(value: Any, number: int) -> str:
    """Return the name of a class on one line, cut where it is long; without one its number."""
    text = one_line(str(value))
    text = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
    return text or tr("class {number}", number=number)


def plain_labels(
    given: NDArray[Any], where: str, notes: list[str]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return labels as a list of int64 or of text, and which samples have one."""
    if given.dtype.kind == "O":
        raise UserError(
            tr("{where} are Python objects, which are not read: save text or numbers.", where=where)
        )
    array = given
    while array.ndim > 1 and 1 in (array.shape[0], array.shape[-1]):
        array = array[..., 0] if array.shape[-1] == 1 else array[0]
    if array.ndim == 2 and array.dtype.kind in "biuf":
        return _one_hot(array, where, notes)
    if array.ndim != 1 or not len(array):
        raise UserError(
            tr(
                "{where} have shape {shape}: give one label a sample.",
                where=where,
                shape=given.shape,
            )
        )
    kind = array.dtype.kind
    if kind in "US":
        text = np.char.strip(_decoded(array) if kind == "S" else _legible(array))
        return text, np.ones(len(text), bool)
    if kind == "b":
        return np.where(array, "True", "False"), np.ones(len(array), bool)
    if kind not in "iuf":
        raise UserError(
            tr("{where} are {dtype}: give whole numbers or names.", where=where, dtype=array.dtype)
        )
    known = np.isfinite(array) if kind == "f" else np.ones(len(array), bool)
    values = np.where(known, array, 0)
    far = values.astype(np.float64)
    if (np.abs(far) > _EXACT).any() or (far != np.round(far)).any():
        raise UserError(
            tr(
                "{where} must be whole numbers or names: some are fractions or too large.",
                where=where,
            )
        )
    return values.astype(np.int64), known


def _decoded(array: NDArray[Any]) -> NDArray[Any]:
    try:
        return np.char.decode(array, "utf-8")
    except UnicodeDecodeError:
        return np.char.decode(array, "latin-1")


def _legible(array: NDArray[Any]) -> NDArray[Any]:
    """Return text in which what stands for no character is one that says so."""
    text = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    if not text.dtype.itemsize:
        return text
    codes = text.reshape(-1).view(np.uint32)
    wrong = (codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))
    if not wrong.any():
        return text
    return np.where(wrong, 0xFFFD, codes).astype(np.uint32).view(text.dtype).reshape(array.shape)


def _one_hot(
    rows: NDArray[Any], where: str, notes: list[str]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    values = rows.astype(np.float64)
    if are_signs(values):
        values = np.maximum(values, 0)
    known = np.isfinite(values).all(axis=1) & (values != 0).any(axis=1)
    shares, full = values[known], bool(known.any())
    single = full and bool(
        (((shares == 1).sum(axis=1) == 1) & ((shares == 0) | (shares == 1)).all(axis=1)).all()
    )
    soft = full and bool((shares >= 0).all() and (np.abs(shares.sum(axis=1) - 1) < 1e-3).all())
    if soft and not single and bool((shares.max(axis=1) <= 0.5).any()):
        soft = False
    if not soft:
        raise UserError(
            tr(
                "{where} have shape {shape} and are no rows of 0 and 1: give one class a sample, "
                "or 1 for each of its labels and 0 for the others.",
                where=where,
                shape=rows.shape,
            )
        )
    notes.append(
        tr("one-hot labels of {shape:,} classes", shape=rows.shape[1])
        if single
        else tr("soft labels of {shape:,} classes: the largest share is taken", shape=rows.shape[1])
    )
    return np.nan_to_num(values).argmax(axis=1).astype(np.int64), known


def texts_of(given: NDArray[Any]) -> tuple[str, ...] | None:
    """Return names of classes that are given as text, in their order; None if they are none."""
    if given.dtype.kind not in "SU":
        return None
    given = _decoded(given) if given.dtype.kind == "S" else _legible(given)
    return tuple(class_name(text, k) for k, text in enumerate(np.ravel(given).tolist()))
