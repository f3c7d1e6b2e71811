"""Reads a network of ONNX as data, and refuses what could run, read or claim more than it is."""

import importlib
import math
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.bounded_reading import open_regular, read_bounded
from ncviz.errors import UserError, reason
from ncviz.language import tr

LARGEST = 2**31 - 1  # bytes: no message of protobuf is larger
_MOST_NODES = 100_000
_DOMAINS = ("", "ai.onnx")
_KINDS = {  # of ONNX's numbers, those that torch has
    1: np.float32,
    2: np.uint8,
    3: np.int8,
    4: np.uint16,
    5: np.int16,
    6: np.int32,
    7: np.int64,
    9: np.bool_,
    10: np.float16,
    11: np.float64,
    12: np.uint32,
    13: np.uint64,
}
_EXTERNAL = 1


@dataclass(frozen=True, eq=False)
class OnnxFile:
    """A network of ONNX that was looked through.

    Parameters
    ----------
    path : Path
    model : ModelProto
        Without its constants.
    constants : dict of str to array
        Weights and other fixed numbers, by the names of their tensors.
    """

    path: Path
    model: Any
    constants: dict[str, NDArray[Any]]


def load_onnx() -> Any:
    """Return the package onnx.

    Raises
    ------
    UserError
        If it is not installed.
    """
    return _imported("onnx")


def load_onnxruntime() -> Any:
    """Return the package onnxruntime.

    Raises
    ------
    UserError
        If it is not installed.
    """
    return _imported("onnxruntime")


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            tr(
                "{name} cannot be imported ({error}): install it with pip install 'ncviz[onnx]'.",
                name=name,
                error=error,
            )
        ) from error


def read_onnx(path: Path) -> OnnxFile:
    """Return a network of ONNX; nothing of it is run.

    Parameters
    ----------
    path : Path
        Weights may lie in a file beside it, in the same folder.

    Raises
    ------
    UserError
        If it is damaged, holds operators that ONNX itself does not define, or names files
        elsewhere.
    OSError
        If it cannot be read.
    """
    onnx = load_onnx()
    content = read_bounded(path, LARGEST)
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's own kinds
        raise _damaged(path, reason(error)) from error
    if not model.graph.node:
        raise _damaged(path, tr("it has no operators"))
    _check_operators(model, path)
    constants = _Constants(onnx, path)
    kept = []
    for tensor in model.graph.initializer:
        constants.add(tensor.name, tensor)
    for node in model.graph.node:
        value = node.attribute[0] if node.op_type == "Constant" and node.attribute else None
        if value is not None and value.name == "value" and len(node.output) == 1:
            constants.add(node.output[0], value.t)
        else:
            kept.append(node)
    for field in ("initializer", "sparse_initializer", "node", "value_info"):
        model.graph.ClearField(field)
    for field in ("functions", "training_info", "metadata_props"):
        model.ClearField(field)
    model.graph.node.extend(kept)
    given = [value for value in model.graph.input if value.name not in constants.found]
    del model.graph.input[:]
    model.graph.input.extend(given)
    return OnnxFile(path, model, constants.found)


def _damaged(path: Path, what: str) -> UserError:
    return UserError(
        tr("{path} is no whole network of ONNX: {what}. Export it again.", path=path, what=what)
    )


def _check_operators(model: Any, path: Path) -> None:
    """Refuse operators that others define, that repeat others, or that hold what is elsewhere."""
    graph = model.graph
    if len(graph.node) > _MOST_NODES:
        raise UserError(
            tr(
                "{path} has {count:,} operators, and {most:,} are read at most.",
                path=path,
                count=len(graph.node),
                most=_MOST_NODES,
            )
        )
    if model.functions or graph.sparse_initializer:
        raise UserError(
            tr(
                "{path} holds functions of its own or sparse weights: export it with all "
                "functions written out and plain weights.",
                path=path,
            )
        )
    for node in graph.node:
        if node.domain not in _DOMAINS:
            raise UserError(
                tr(
                    "{path} uses the operator {operator} of {domain}, which ONNX itself does not "
                    "define: export it with operators of ONNX alone.",
                    path=path,
                    operator=repr(node.op_type[:60]),
                    domain=repr(node.domain[:60]),
                )
            )
        for attribute in node.attribute:
            if attribute.HasField("g") or attribute.graphs:
                raise UserError(
                    tr(
                        "{path} uses the operator {operator}, which repeats or chooses others as "
                        "it runs: export it without loops and branches.",
                        path=path,
                        operator=repr(node.op_type[:60]),
                    )
                )
            held = [*([attribute.t] if attribute.HasField("t") else []), *attribute.tensors]
            is_constant = node.op_type == "Constant" and attribute.name == "value"
            if any(t.data_location == _EXTERNAL for t in held) and not is_constant:
                raise UserError(
                    tr(
                        "{path} keeps an attribute of {operator} in another file, where only "
                        "weights may lie: export it into one file.",
                        path=path,
                        operator=repr(node.op_type[:60]),
                    )
                )


class _Constants:
    """The fixed numbers of a file; never more than it and the files beside it hold."""

    def __init__(self, onnx: Any, path: Path) -> None:
        self._onnx, self._path = onnx, path
        self._left: dict[str, int] = {}  # bytes of files beside it that nothing has claimed
        self._total = 0
        self.found: dict[str, NDArray[Any]] = {}

    def add(self, name: str, tensor: Any) -> None:
        """Keep a tensor."""
        kind, shape = _KINDS.get(tensor.data_type), tuple(tensor.dims)
        if kind is None:
            said = self._onnx.TensorProto.DataType
            known = tensor.data_type in said.values()
            raise UserError(
                tr(
                    "{path} keeps {name} as {kind}, which are no plain numbers: export it with "
                    "float32.",
                    path=self._path,
                    name=name[:80],
                    kind=said.Name(tensor.data_type) if known else tensor.data_type,
                )
            )
        if any(side < 0 for side in shape):
            raise self._lying(name, tensor)
        size = math.prod(shape) * np.dtype(kind).itemsize
        self._total += size
        if self._total > LARGEST:
            raise UserError(
                tr("{path} has weights of more than 2 GiB, which is too many.", path=self._path)
            )
        if tensor.data_location == _EXTERNAL:
            raw = self._beside(name, tensor, size)
        elif tensor.HasField("raw_data"):
            raw = tensor.raw_data
        else:
            try:
                array = self._onnx.numpy_helper.to_array(tensor)
            except (ValueError, TypeError) as error:
                raise self._lying(name, tensor) from error
            self.found[name] = np.array(array, kind)
            return
        if len(raw) != size:
            raise self._lying(name, tensor)
        little = np.dtype(kind).newbyteorder("<")
        self.found[name] = np.frombuffer(raw, little).reshape(shape).astype(kind)

    def _lying(self, name: str, tensor: Any) -> UserError:
        shape = "×".join(map(str, list(tensor.dims)[:8]))
        what = tr("{name} claims the shape {shape}, and has other", name=name[:80], shape=shape)
        return _damaged(self._path, tr("{what} numbers", what=what))

    def _beside(self, name: str, tensor: Any, size: int) -> bytes:
        """Return the bytes of a tensor that lie in another file of the same folder."""
        said = {entry.key: entry.value for entry in tensor.external_data}
        location = said.get("location", "")
        plain = location not in ("", ".", "..") and not set(location) & set("/\\:\0")
        file = self._path.parent / location if plain else self._path
        try:
            if not plain or stat.S_ISLNK(os.lstat(file).st_mode):
                raise UserError(
                    tr(
                        "{path} keeps its weights in {location}, and they may only lie in a file "
                        "of the same folder: export it into one file.",
                        path=self._path,
                        location=repr(location[:80]),
                    )
                )
            begin, length = int(said.get("offset") or 0), int(said.get("length") or size)
            if begin < 0 or length != size:
                raise self._lying(name, tensor)
            with open_regular(file) as opened:
                whole = os.fstat(opened.fileno()).st_size
                left = self._left.setdefault(location, whole) - size
                self._left[location] = left
                if left < 0 or begin + size > whole:  # the same bytes may not be claimed for ever
                    raise self._lying(name, tensor)
                opened.seek(begin)
                return opened.read(size)
        except FileNotFoundError as error:
            raise UserError(
                tr(
                    "{file} is missing, in which {path} keeps its weights: lay it beside it.",
                    file=file,
                    path=self._path.name,
                )
            ) from error
        except ValueError as error:  # an offset that is no number
            raise self._lying(name, tensor) from error
