"""Tells whose files those are that hold no weights of PyTorch, and what to do with them."""

import os
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from ncviz.language import tr
from ncviz.wording import listed, visible_line

_LOOKED_AT = 1000  # files of a folder
_PICKLE = "data.pkl"  # in what torch.save packs
_IMPORT = tr(
    "save the features before its last layer and the labels as an npz file and bring them in "
    "with ncviz import, or read its weights by a function of yours with --load"
)
_UNPACK = tr("unpack it and give what was in it")
_ELSE = tr("give files of torch.save or safetensors")

# By the first bytes.
_HEADS = (
    (b"\x89HDF\r\n\x1a\n", tr("an HDF5 file, as Keras writes"), _IMPORT),
    (b"\x1f\x8b", tr("packed by gzip"), _UNPACK),
    (b"BZh", tr("packed by bzip2"), _UNPACK),
    (b"\xfd7zXZ", tr("packed by xz"), _UNPACK),
    (b"\x28\xb5\x2f\xfd", tr("packed by zstd"), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!", tr("a rar archive"), _UNPACK),
    (b"GGUF", tr("a GGUF file of a language model"), _ELSE),
    (b"\x93NUMPY", tr("an array of NumPy"), tr("bring features in with ncviz import")),
    (
        b"version https://git-lfs",
        tr("a pointer of Git LFS to the file"),
        tr("fetch it: git lfs pull"),
    ),
    (b"<", tr("a web page or other markup"), tr("download the file itself")),
)
# By what the name ends in.
_ENDS = (
    ((".h5", ".hdf5", ".keras"), tr("a file of Keras")),
    ((".ort",), tr("a network of ONNX Runtime")),
    ((".msgpack", ".flax", ".orbax"), tr("a file of JAX")),
    ((".pb", ".tflite", ".meta", ".ckpt.index"), tr("a file of TensorFlow")),
    ((".mlmodel", ".mlpackage"), tr("a file of Core ML")),
    ((".engine", ".plan", ".trt"), tr("an engine of TensorRT")),
    ((".pdparams", ".pdopt", ".pdmodel"), tr("a file of PaddlePaddle")),
    ((".mat",), tr("a file of MATLAB")),
)
# By what an archive or a folder holds.
_PARTS = (
    (("model.weights.h5", "keras_metadata.pb"), tr("a network of Keras"), _IMPORT),
    (("saved_model.pb", "variables", "checkpoint"), tr("a network of TensorFlow"), _IMPORT),
    (("_CHECKPOINT_METADATA", "manifest.ocdbt", "_METADATA"), tr("a checkpoint of JAX"), _IMPORT),
    (("constants.pkl",), tr("a program of TorchScript without weights"), _ELSE),
)


def foreign_file(path: Path, head: bytes) -> str:
    """Return a sentence about a file that cannot be read; '' if it may be a checkpoint.

    Parameters
    ----------
    path : Path
    head : bytes
        Its first 512 bytes.
    """
    for start, kind, advice in _HEADS:
        if head.lstrip().startswith(start) if start == b"<" else head.startswith(start):
            return tr("{path} is {kind}: {advice}.", path=path, kind=kind, advice=advice)
    if head[257:262] == b"ustar":
        return tr("{path} is a tar archive: {unpack}.", path=path, unpack=_UNPACK)
    if head[4:8] == b"TFL3":
        return tr("{path} is a network of TensorFlow Lite: {import_}.", path=path, import_=_IMPORT)
    return foreign_name(path)


def foreign_name(path: Path) -> str:
    """Return a sentence about a file whose name says that it is not PyTorch's; '' for others."""
    name = path.name.lower()
    if ".data-0" in name:
        return tr("{path} is a file of TensorFlow: {import_}.", path=path, import_=_IMPORT)
    found = (kind for ends, kind in _ENDS if name.endswith(ends))
    kind = next(found, "")
    return tr("{path} is {kind}: {import_}.", path=path, kind=kind, import_=_IMPORT) if kind else ""


def foreign_folder(path: Path) -> str:
    """Return a sentence about a folder without a checkpoint, which may be called like a file."""
    with os.scandir(path) as entries:
        names = sorted(entry.name for entry in islice(entries, _LOOKED_AT))
    if known := foreign_parts(names, str(path)):
        return known
    if any((path / inner / _PICKLE).is_file() for inner in (".", *names)):
        return tr(
            "{path} is a file of torch.save that was unpacked into a folder: give the file as it "
            "was saved.",
            path=path,
        )
    if not names:
        return tr("{path} is an empty folder: give the checkpoints' files.", path=path)
    return tr(
        "{path} is a folder that holds {names} and no checkpoint: give the checkpoints' files.",
        path=path,
        names=listed([visible_line(name)[:80] for name in names], 3),
    )


def foreign_parts(names: Collection[str], where: str) -> str:
    """Return a sentence about a folder or an archive, by the names in it; '' if unknown.

    Parameters
    ----------
    names : collection of str
        Of the files in it.
    where : str
        Names it in the sentence.
    """
    if any(name.endswith(".npy") for name in names):
        return tr(
            "{where} holds arrays of NumPy: bring features in with ncviz import.", where=where
        )
    last = {name.rstrip("/").rpartition("/")[2] for name in names}
    for parts, kind, advice in _PARTS:
        if last.intersection(parts):
            return tr("{where} is {kind}: {advice}.", where=where, kind=kind, advice=advice)
    return ""
