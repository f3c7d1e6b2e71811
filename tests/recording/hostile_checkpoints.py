"""Makes checkpoints that are damaged, foreign or hostile.

    python tests/recording/hostile_checkpoints.py FOLDER

writes all of them, for a network of 3 classes; the tests record each one.
"""

import io
import os
import pickle
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

BELL = "rang"  # the file that a checkpoint which is run leaves behind


@dataclass(frozen=True)
class Hostile:
    """One bad file, and words of the sentence that must come.

    Parameters
    ----------
    files : tuple of Path
        What to give as checkpoints.
    words : str
        A regular expression that the sentence must match.
    """

    files: tuple[Path, ...]
    words: str


class _Bell:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self._path}",)


class _Evaluated:
    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (f"open({BELL!r}, 'w')",)


def make(name: str, folder: Path, state: Mapping[str, torch.Tensor]) -> Hostile:
    """Write one bad checkpoint into a folder.

    Parameters
    ----------
    name : str
        A key of `MAKERS`.
    folder : Path
    state : mapping of str to tensor
        A good state dict.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, words = MAKERS[name](folder / name, dict(state))
    return Hostile(tuple(files), words)


def _bytes(state: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(state, file, **options)
    return file.getvalue()


def _write(path: Path, content: bytes) -> list[Path]:
    path.write_bytes(content)
    return [path]


def _truncated(path: Path, state: Any) -> Any:
    content = _bytes(state)
    return _write(path.with_suffix(".pt"), content[: len(content) // 2]), "is damaged"


def _truncated_safetensors(path: Path, state: Any) -> Any:
    content = safetensors.torch.save(state)
    return _write(path.with_suffix(".safetensors"), content[:-100]), "is damaged|not a whole"


def _bit_flipped(path: Path, state: Any) -> Any:
    content = bytearray(_bytes(state))
    start = content.index(b"data.pkl") + 80
    for place in range(start, start + 60, 3):
        content[place] ^= 0x15
    return _write(path.with_suffix(".pt"), bytes(content)), "is damaged|wants to call|no weights"


def _empty(path: Path, _state: Any) -> Any:
    return _write(path.with_suffix(".pt"), b""), "is empty"


def _zeros(path: Path, _state: Any) -> Any:
    return _write(path.with_suffix(".pt"), bytes(100_000)), "only zeros"


def _picture(path: Path, _state: Any) -> Any:
    return _write(path.with_suffix(".pt"), b"\x89PNG\r\n\x1a\n" + bytes(500)), "no checkpoint"


def _text(path: Path, _state: Any) -> Any:
    return _write(path.with_suffix(".ckpt"), b"my thesis, chapter one\n" * 90), "is"


def _calls_out(path: Path, state: Any) -> Any:
    content = _bytes({"state_dict": state, "extra": _Bell(path.parent / BELL)})
    return _write(path.with_suffix(".pt"), content), r"wants to call (posix|nt|os)\.system"


def _calls_out_legacy(path: Path, state: Any) -> Any:
    content = _bytes(
        {"a": _Bell(path.parent / BELL), **state}, _use_new_zipfile_serialization=False
    )
    return _write(path.with_suffix(".pth"), content), r"wants to call (posix|nt|os)\.system"


def _plain_pickle(path: Path, _state: Any) -> Any:
    content = pickle.dumps({"weights": _Evaluated()})
    return _write(path.with_suffix(".pt"), content), r"wants to call \w*builtin\w*\.eval"


def _hidden_name(path: Path, _state: Any) -> Any:
    """Name the function through the memo, where a search of the text would miss it."""
    content = b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x04true\x85R."
    return _write(path.with_suffix(".pt"), content), r"wants to call posix\.system"


def _torchscript(path: Path, _state: Any) -> Any:
    path = path.with_suffix(".pt")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", pickle.dumps({}))
        archive.writestr("net/constants.pkl", pickle.dumps(()))
    return [path], "program of TorchScript without weights|holds nothing"


def _huge_header(path: Path, _state: Any) -> Any:
    content = struct.pack("<Q", 2**62) + b'{"a":1}'
    return _write(path.with_suffix(".safetensors"), content), "header claims 4,611,686"


def _lying_header(path: Path, _state: Any) -> Any:
    header = b'{"head.weight":{"dtype":"F32","shape":[99999999,999],"data_offsets":[0,12]}}'
    content = struct.pack("<Q", len(header)) + header + bytes(12)
    return _write(path.with_suffix(".safetensors"), content), "is damaged"


def _zip_bomb(path: Path, _state: Any) -> Any:
    path = path.with_suffix(".pt")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(200_000_000))
    return [path], "packed archive of 200,000,000 bytes"


def _foreign_zip(path: Path, _state: Any) -> Any:
    path = path.with_suffix(".pt")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday.txt", "sunny")
    return [path], "zip archive but no checkpoint"


def _nan(path: Path, state: Any) -> Any:
    state["head.weight"] = torch.full_like(state["head.weight"], float("nan"))
    return _write(
        path.with_suffix(".pt"), _bytes(state)
    ), r"NaN or infinite weights in head\.weight"


def _infinite_features(path: Path, state: Any) -> Any:
    state["stem.weight"] = torch.full_like(state["stem.weight"], 3e38)
    return _write(path.with_suffix(".pt"), _bytes(state)), "NaN or infinite"


def _wrong_model(path: Path, _state: Any) -> Any:
    other = {f"layer1.{i}.conv1.weight": torch.ones(4, 4, 3, 3) for i in range(3)}
    content = _bytes({"epoch": 3, "model": other})
    return _write(path.with_suffix(".pt"), content), (
        r"lacks stem\.weight.* and \d+ more; it has layer1\.0\.conv1\.weight.*"
        "the weights are of another model, a ResNet"
    )


def _wrong_classes(path: Path, state: Any) -> Any:
    state |= {"head.weight": torch.ones(100, 4), "head.bias": torch.ones(100)}
    return _write(path.with_suffix(".pt"), _bytes(state)), (
        r"head\.weight is 100×4 in the file and 3×4 in the model.*"
        "another number of classes, 100 in the file and 3 here"
    )


def _another_depth(path: Path, state: Any) -> Any:
    del state["stage2.1.conv1.weight"]
    return _write(path.with_suffix(".pt"), _bytes(state)), (
        r"lacks stage2\.1\.conv1\.weight.*another depth or variant"
    )


def _without_classifier(path: Path, state: Any) -> Any:
    rest = {name: value for name, value in state.items() if not name.startswith("head.")}
    return _write(path.with_suffix(".pt"), _bytes(rest)), (
        r"lacks head\.weight, head\.bias\. Likely cause: the network was saved without head: "
        "save all"
    )


def _optimizer(path: Path, state: Any) -> Any:
    weight = torch.nn.Parameter(state["head.weight"])
    content = _bytes(torch.optim.Adam([weight]).state_dict())
    return _write(path.with_suffix(".pt"), content), "optimiser and no weights"


def _a_list(path: Path, state: Any) -> Any:
    return _write(
        path.with_suffix(".pt"), _bytes(list(state.values()))
    ), "holds a list of .* tensors without names and no weights"


def _folder(path: Path, _state: Any) -> Any:
    (path / "epoch_1.pt").mkdir(parents=True)
    return [path / "epoch_*.pt"], "is an empty folder"


def _round_in_circles(path: Path, _state: Any) -> Any:
    first, second = path.with_name("link_1.pt"), path.with_name("link_2.pt")
    first.symlink_to(second)
    second.symlink_to(first)
    return [first], "cannot be read"


def _unicode(path: Path, _state: Any) -> Any:
    return _write(path.with_name("Prüfung_αβγ_漢字 1.pt"), b"\x80\x02 nonsense"), "αβγ_漢字"


def _absent(path: Path, _state: Any) -> Any:
    return [path / "epoch_*.pt"], "No checkpoint is named"


def _deep(path: Path, _state: Any) -> Any:
    """Nest lists so deeply that whoever follows them falls."""
    content = b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b"."
    return _write(path.with_suffix(".pt"), content), "is damaged|holds a list"


def _long_text(path: Path, _state: Any) -> Any:
    """Claim a text of an exabyte."""
    content = b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"abc."
    return _write(path.with_suffix(".pt"), content), "is damaged|memory"


def _zip_of(path: Path, data: bytes) -> list[Path]:
    path = path.with_suffix(".pt")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", "3\n")
    return [path]


def _endless_hash(path: Path, _state: Any) -> Any:
    """Use a tuple of tuples as a key, for which Python would take 2⁶⁰ steps."""
    nested = b"".join(b"q%ch%c\x86" % (n, n) for n in range(60))
    return _zip_of(path, b"\x80\x02}K\x01\x85" + nested + b"K\x01s."), "holds nothing"


def _many_values(path: Path, _state: Any) -> Any:
    return _zip_of(path, b"\x80\x02(" + b"]" * 3_000_000 + b"t."), "more values beside"


def _trusted_module(path: Path, _state: Any) -> Any:
    """Name a function of torch itself that no weights need."""
    data = b"\x80\x02ctorch\nsave\nq\x00X\x04\x00\x00\x00rang\x85R."
    return _zip_of(path, data), r"wants to call torch\.save"


def _stretched(path: Path, state: Any) -> Any:
    """Claim 40 GB by a tensor of one number with steps of zero."""
    state["head.weight"] = torch.ones(1).expand(10**10, 4)
    content = _bytes(state, _use_new_zipfile_serialization=False)
    return _write(path.with_suffix(".pt"), content), r"head\.weight claims 40,000,000,000 numbers"


def _without_numbers(path: Path, state: Any) -> Any:
    state["head.weight"] = torch.empty(3, 4, device="meta")
    return _write(path.with_suffix(".pt"), _bytes(state)), (
        r"holds the shape of head\.weight and none of its numbers"
    )


def _sparse(path: Path, state: Any) -> Any:
    state["head.weight"] = torch.eye(3, 4).to_sparse()
    return _write(path.with_suffix(".pt"), _bytes(state)), r"no plain tensor|torch\.serialization"


def _huge_storage(path: Path, _state: Any) -> Any:
    """Claim a storage of a terabyte in a file of a kilobyte."""
    content = _bytes({"head.weight": torch.ones(77)}, _use_new_zipfile_serialization=False)
    place = content.index(b"KMN", content.index(b"FloatStorage"))
    content = content[:place] + b"\x8a\x06" + (2**40).to_bytes(6, "little") + content[place + 2 :]
    return _write(path.with_suffix(".pt"), content), "is damaged|memory"


def _prefix(path: Path, state: Any) -> Any:
    renamed = {name.replace("stage", "body.part"): value for name, value in state.items()}
    return _write(path.with_suffix(".pt"), _bytes(renamed)), (
        r"a prefix, body\.part1\.0\.\S+ in the file is stage1\.0\.\S+ in the model"
    )


MAKERS: dict[str, Callable[[Path, Any], Any]] = {
    "truncated": _truncated,
    "truncated-safetensors": _truncated_safetensors,
    "bit-flipped": _bit_flipped,
    "empty": _empty,
    "zeros": _zeros,
    "picture": _picture,
    "text": _text,
    "calls-out": _calls_out,
    "calls-out-legacy": _calls_out_legacy,
    "plain-pickle": _plain_pickle,
    "hidden-name": _hidden_name,
    "torchscript": _torchscript,
    "huge-header": _huge_header,
    "lying-header": _lying_header,
    "zip-bomb": _zip_bomb,
    "foreign-zip": _foreign_zip,
    "nan": _nan,
    "infinite-features": _infinite_features,
    "wrong-model": _wrong_model,
    "wrong-classes": _wrong_classes,
    "another-depth": _another_depth,
    "without-classifier": _without_classifier,
    "optimizer": _optimizer,
    "a-list": _a_list,
    "folder": _folder,
    "round-in-circles": _round_in_circles,
    "unicode": _unicode,
    "absent": _absent,
    "deep": _deep,
    "long-text": _long_text,
    "endless-hash": _endless_hash,
    "many-values": _many_values,
    "trusted-module": _trusted_module,
    "stretched": _stretched,
    "without-numbers": _without_numbers,
    "sparse": _sparse,
    "huge-storage": _huge_storage,
    "prefix": _prefix,
}


if __name__ == "__main__":
    example = {"head.weight": torch.ones(3, 4), "stem.weight": torch.ones(4, 1, 3, 3)}
    for case in MAKERS:
        print(case, *make(case, Path(sys.argv[1]), example).files)
