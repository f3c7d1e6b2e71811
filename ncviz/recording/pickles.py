"""What a pickle would call, read from its opcodes: nothing is unpickled."""

import pickletools
from collections.abc import Iterator
from typing import Any

from ncviz.errors import UserError

MOST_BYTES = 32 * 2**20  # of a pickle that are looked at; state dicts need far fewer
MOST_NAMES = 64
MOST_OPCODES = 2_000_000  # a state dict of 1,000 tensors needs some 40,000
MOST_UNFOLDED = 100_000_000  # items, were each that is named twice written twice

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


# Bounds


def check_bounds(data: bytes, where: str) -> None:
    """Refuse a pickle that is short and would still take hours or all of the memory.

    A tuple of itself twice, forty times over, is a few hundred bytes; Python
    would take 2⁴⁰ steps to use it as the key of a dictionary.

    Parameters
    ----------
    data : bytes
        A pickle, or its beginning; what is damaged ends the search.
    where : str
        Names the file in error messages.

    Raises
    ------
    UserError
        If it has too many opcodes, or unfolds to too many items.
    """
    try:
        for count, unfolded in enumerate(_unfolded(data)):
            if count > MOST_OPCODES or unfolded > MOST_UNFOLDED:
                raise UserError(
                    f"{where} holds more values beside its tensors than any weights need: "
                    "save its weights alone: torch.save(model.state_dict(), file)."
                )
    except UserError:
        raise
    except Exception:  # noqa: BLE001 - a damaged pickle can raise whatever it likes
        return


def _unfolded(data: bytes) -> Iterator[int]:
    """Yield, opcode by opcode, how many items the value on top of the stack has in all."""
    stack: list[Any] = []
    memo: dict[int, int] = {}
    mark = pickletools.markobject
    for opcode, argument, _position in pickletools.genops(data):
        kind = opcode.name
        if kind == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif kind in _PUTS:
            memo[int(argument or 0)] = stack[-1]
        elif kind in _GETS:
            stack.append(memo[int(argument or 0)])
        else:
            popped = _pop(stack, opcode.stack_before)
            made = 1 + sum(popped)
            stack.extend(mark if item is mark else made for item in opcode.stack_after)
        yield stack[-1] if stack and stack[-1] is not mark else 0


def _pop(stack: list[Any], before: list[Any]) -> list[int]:
    """Take off what an opcode uses: so many values, or all down to the last mark."""
    popped: list[int] = []
    if pickletools.markobject in before:
        while (value := stack.pop()) is not pickletools.markobject:
            popped.append(value)
        before = before[: before.index(pickletools.markobject)]
    for _ in before:
        popped.append(stack.pop())  # noqa: PERF401 - it shrinks the stack
    return popped
