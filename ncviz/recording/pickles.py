"""What a pickle would call, read from its opcodes: nothing is unpickled."""

import pickletools
from collections.abc import Iterator
from typing import Any

MOST_BYTES = 32 * 2**20  # of a pickle that are looked at; state dicts need far fewer
MOST_NAMES = 64

_TEXT = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE")
_STRINGS = frozenset((*_TEXT, "SHORT_BINSTRING", "BINSTRING", "STRING"))
_PUTS = frozenset(("PUT", "BINPUT", "LONG_BINPUT"))
_GETS = frozenset(("GET", "BINGET", "LONG_BINGET"))
# They change nothing that `STACK_GLOBAL` takes: its two strings stay the last ones.
_SILENT = frozenset(("MEMOIZE", "PROTO", "FRAME", *_PUTS))


def called_names(data: bytes) -> tuple[str, ...]:
    """Return the functions and classes that a pickle names, such as 'os.system'.

    Parameters
    ----------
    data : bytes
        A pickle, or its beginning; what is damaged ends the search.

    Returns
    -------
    tuple of str
        Each name once, in the order of the file.
    """
    names: dict[str, None] = {}
    for name in _names(data[:MOST_BYTES]):
        names[name] = None
        if len(names) >= MOST_NAMES:
            break
    return tuple(names)


def _names(data: bytes) -> Iterator[str]:
    recent: list[str] = []  # the strings that were pushed last
    memo: dict[int, str] = {}
    try:
        for opcode, argument, _position in pickletools.genops(data):
            kind = opcode.name
            if kind in ("GLOBAL", "INST"):
                yield str(argument).replace(" ", ".")
            elif kind == "STACK_GLOBAL":
                yield ".".join(recent[-2:]) or "a name that is worked out"
            _follow(kind, argument, recent, memo)
    except Exception:  # noqa: BLE001 - a damaged pickle can raise whatever it likes
        return


def _follow(kind: str, argument: Any, recent: list[str], memo: dict[int, str]) -> None:
    """Keep the last strings and those the pickle has put aside."""
    if kind in _STRINGS:
        recent.append(str(argument))
    elif kind == "MEMOIZE":
        memo[len(memo)] = recent[-1] if recent else ""
    elif kind in _PUTS:
        memo[int(argument)] = recent[-1] if recent else ""
    elif kind in _GETS:
        recent.append(memo.get(int(argument), ""))
    if kind not in _SILENT:
        del recent[:-2]


# What weights alone need, and torch rebuilds without running anything of the file's.
_HARMLESS_MODULES = ("torch", "torch._utils", "torch.storage", "torch.nn.parameter")
_HARMLESS = frozenset(
    (
        "collections.OrderedDict",
        "collections.Counter",
        "collections.defaultdict",
        "_codecs.encode",
        "builtins.set",
        "builtins.bytearray",
        "builtins.complex",
        "__builtin__.set",
        "__builtin__.bytearray",
    )
)


def foreign_names(data: bytes) -> tuple[str, ...]:
    """Return those names of a pickle that weights alone would not need."""
    return tuple(name for name in called_names(data) if not _is_harmless(name))


def _is_harmless(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    known = module in _HARMLESS_MODULES and attribute not in ("load", "compile", "_load_from_bytes")
    return known or name in _HARMLESS
