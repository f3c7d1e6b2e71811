"""Tells whose files those are that hold no weights of PyTorch, and what to do with them."""

from collections.abc import Collection
from pathlib import Path

_IMPORT = (
    "save the features before its last layer and the labels as an npz file and bring them in "
    "with ncviz import, or read its weights by a function of yours with --load"
)
_UNPACK = "unpack it and give what was in it"
_ELSE = "give files of torch.save or safetensors"

# By the first bytes.
_HEADS = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes", _IMPORT),
    (b"\x1f\x8b", "packed by gzip", _UNPACK),
    (b"BZh", "packed by bzip2", _UNPACK),
    (b"\xfd7zXZ", "packed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!", "a rar archive", _UNPACK),
    (b"GGUF", "a GGUF file of a language model", _ELSE),
    (b"\x93NUMPY", "an array of NumPy", "bring features in with ncviz import"),
    (b"version https://git-lfs", "a pointer of Git LFS to the file", "fetch it: git lfs pull"),
    (b"<", "a web page or other markup", "download the file itself"),
)
# By what the name ends in.
_ENDS = (
    ((".h5", ".hdf5", ".keras"), "a file of Keras"),
    ((".onnx", ".ort"), "a network of ONNX"),
    ((".msgpack", ".flax", ".orbax"), "a file of JAX"),
    ((".pb", ".tflite", ".meta", ".ckpt.index"), "a file of TensorFlow"),
    ((".mlmodel", ".mlpackage"), "a file of Core ML"),
    ((".engine", ".plan", ".trt"), "an engine of TensorRT"),
    ((".pdparams", ".pdopt", ".pdmodel"), "a file of PaddlePaddle"),
    ((".mat",), "a file of MATLAB"),
)
# By what an archive or a folder holds.
_PARTS = (
    (("model.weights.h5", "keras_metadata.pb"), "a network of Keras", _IMPORT),
    (("saved_model.pb", "variables", "checkpoint"), "a network of TensorFlow", _IMPORT),
    (("_CHECKPOINT_METADATA", "manifest.ocdbt", "_METADATA"), "a checkpoint of JAX", _IMPORT),
    (("constants.pkl",), "a program of TorchScript without weights", _ELSE),
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
            return f"{path} is {kind}: {advice}."
    if head[257:262] == b"ustar":
        return f"{path} is a tar archive: {_UNPACK}."
    if head[4:8] == b"TFL3":
        return f"{path} is a network of TensorFlow Lite: {_IMPORT}."
    return foreign_name(path)


def foreign_name(path: Path) -> str:
    """Return a sentence about a file whose name says that it is not PyTorch's; '' for others."""
    name = path.name.lower()
    if ".data-0" in name:
        return f"{path} is a file of TensorFlow: {_IMPORT}."
    found = (kind for ends, kind in _ENDS if name.endswith(ends))
    kind = next(found, "")
    return f"{path} is {kind}: {_IMPORT}." if kind else ""


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
        return f"{where} holds arrays of NumPy: bring features in with ncviz import."
    last = {name.rstrip("/").rpartition("/")[2] for name in names}
    for parts, kind, advice in _PARTS:
        if last.intersection(parts):
            return f"{where} is {kind}: {advice}."
    return ""
