"""The stack machine that a pickle is a program for, with no way out."""

import io
import pickletools
import re
import struct
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles.values import PLAIN, Inert, Makers, Name, is_key

MOST_STEPS = 2_000_000  # a state dict of 1,000 tensors takes some 40,000
_CONTAINER = 2  # steps that a list, a dictionary or an object counts for
_LONGEST_LINE = 2**20
_LONGEST_NUMBER = 256  # bytes of a whole number
_LONG_TEXT = 4096  # bytes; what is longer is kept only if a character takes one byte
_WIDE = re.compile(rb"[\xc4-\xff]")

# No weights, settings or state of a training name these; a file that does means no good.
_REFUSED = re.compile(
    r"(?:os|posix|nt|subprocess|sys|pty|socket|shutil|ctypes|runpy|importlib|webbrowser|"
    r"_posixsubprocess)\..*|"
    r"(?:builtins|__builtin__)\.(?:eval|exec|execfile|compile|open|file|input|__import__|"
    r"breakpoint|apply)|"
    r"torch\.(?:save|load|compile)|torch\.hub\..*"
)


@dataclass
class StepsLeft:
    """How many steps are left; pickles within a pickle share them."""

    left: int = field(default_factory=lambda: MOST_STEPS)


def read_pickle(
    stream: BinaryIO,
    where: str,
    *,
    makers: Makers | None = None,
    stored: Callable[[Any], Any] = lambda key: None,
    steps: StepsLeft | None = None,
) -> Any:
    """Return what a pickle holds, foreign objects as `Inert`; the stream is left at its end.

    Sets become lists, and of dictionaries only entries by text, numbers and foreign objects are
    kept. Time and memory are bounded by the length of the stream and by `MOST_STEPS`.

    Parameters
    ----------
    stream : binary file
        At the beginning of a pickle; it must be able to seek.
    where : str
        Names the file in error messages.
    makers : mapping of str to callable, optional
        By the names of functions or classes: functions of ours that are given their arguments
        instead. They return NotImplemented for what they do not know.
    stored : callable, optional
        Given the key of what lies outside the pickle, returns it.
    steps : StepsLeft, optional
        Shared with other pickles of the same file.

    Raises
    ------
    UserError
        If the pickle is damaged, names what no data need, or has more values than are read.
    """
    machine = _Machine(stream, where, {**PLAIN, **(makers or {})}, stored, steps or StepsLeft())
    try:
        return machine.run()
    except (ValueError, LookupError, TypeError, struct.error) as error:
        raise UserError(
            tr(
                "{where} is damaged: its pickle cannot be read to its end (byte {place:,}).",
                where=where,
                place=stream.tell(),
            )
        ) from error


class _Machine:
    """One pickle being read."""

    def __init__(
        self,
        stream: BinaryIO,
        where: str,
        makers: Makers,
        stored: Callable[[Any], Any],
        steps: StepsLeft,
    ) -> None:
        self._stream = stream
        self._where = where
        self._makers = makers
        self._stored = stored
        start = stream.tell()
        self._end = stream.seek(0, io.SEEK_END)
        stream.seek(start)
        self._bytes_left = self._end - start  # that may be made beside those of the file
        self._steps = steps
        self.stack: list[Any] = []
        self._below: list[list[Any]] = []  # the stacks under the marks
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        read = self._stream.read
        while True:
            code = read(1)
            if code == b".":
                return self.stack.pop()
            self._steps.left -= 1
            if self._steps.left < 0:
                self._refuse_many()
            _STEPS[code](self)

    def _refuse_many(self) -> None:
        raise UserError(
            tr(
                "{where} holds more values beside its tensors than any weights need: "
                "save its weights alone: torch.save(model.state_dict(), file).",
                where=self._where,
            )
        )

    # Bytes of the file

    def number(self, size: int) -> int:
        """Read a whole number without a sign."""
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        if size > self._end - self._stream.tell():
            raise ValueError("more bytes than there are")
        return self._stream.read(size)

    def line(self) -> bytes:
        text = self._stream.readline(_LONGEST_LINE)
        if not text.endswith(b"\n"):
            raise ValueError("a line without an end")
        return text[:-1]

    # What is on the stack

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def push_container(self, value: Any) -> None:
        self._steps.left -= _CONTAINER
        self.stack.append(value)

    def push_text(self, data: bytes) -> None:
        if len(data) > _LONG_TEXT and _WIDE.search(data):
            self.stack.append(Inert(tr("a long text")))  # would take four times its bytes
        else:
            self.stack.append(data.decode("utf-8", "replace"))

    def push_long(self, data: bytes) -> None:
        if len(data) > _LONGEST_NUMBER:
            self.stack.append(Inert(tr("a long number")))
        else:
            self.stack.append(int.from_bytes(data, "little", signed=True))

    def push_name(self, module: Any, name: Any) -> None:
        text = f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
        if not 0 < len(text) <= 500 or not text.isprintable():
            raise ValueError("no name")
        if _REFUSED.fullmatch(text):
            raise UserError(
                tr(
                    "{where} wants to call {called}, which no weights need, and is therefore "
                    "not read; nothing of it was run: save the weights alone: "
                    "torch.save(model.state_dict(), file).",
                    where=self._where,
                    called=text[:80],
                )
            )
        self.push_container(Name(text))

    def mark(self) -> None:
        self._steps.left -= _CONTAINER
        self._below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self._below.pop()
        return items

    def pop(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.since_mark()

    def tuple_of(self, count: int) -> None:
        if len(self.stack) < count:
            raise ValueError("too few values")
        self._steps.left -= _CONTAINER
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def dict_since_mark(self) -> None:
        items = self.since_mark()
        self.push_container({})
        self.set_items(items)

    # Objects

    def make(self, what: Any, arguments: Any) -> None:
        """Push what stands for the result of a call: a maker's of ours, or an `Inert`."""
        if not isinstance(arguments, tuple):
            raise TypeError("no arguments")
        self._steps.left -= _CONTAINER
        kind = what.text if isinstance(what, Name) else tr("an unnamed function")
        # Ways to say 'an object of this class'.
        if kind in _CONSTRUCTORS and arguments and isinstance(arguments[0], Name):
            kind, arguments = arguments[0].text, arguments[1:] if "new" in kind else ()
        maker = self._makers.get(kind)
        made = NotImplemented
        if maker is not None:
            # The same long list may be given again and again.
            self._steps.left -= sum(len(a) for a in arguments if isinstance(a, list | tuple))
            made = maker(*arguments)
        if isinstance(made, bytes):
            self._bytes_left -= len(made)
            if self._bytes_left < 0:
                raise ValueError("more bytes than the file has")
        self.stack.append(Inert(kind, arguments) if made is NotImplemented else made)

    def build(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, Inert):
            target.state = state
            return
        # The versions of a state dict's modules, which PyTorch keeps beside it.
        versions = state.get("_metadata") if isinstance(state, dict) else None
        if isinstance(target, OrderedDict) and isinstance(versions, dict):
            target._metadata = versions  # type: ignore[attr-defined]

    def append_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        (target.items if isinstance(target, Inert) else _checked(target, list)).extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        entries = target.entries if isinstance(target, Inert) else _checked(target, dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            if is_key(key):
                entries[key] = value

    def load_stored(self, key: Any) -> None:
        self._steps.left -= _CONTAINER
        self.stack.append(self._stored(key))


_CONSTRUCTORS = frozenset(
    f"{module}.{name}"
    for module in ("copyreg", "copy_reg")
    for name in ("_reconstructor", "__newobj__", "__newobj_ex__")
)


def _checked(target: Any, kind: type) -> Any:
    if not isinstance(target, kind):
        raise TypeError(f"a {type(target).__name__} where a {kind.__name__} was expected")
    return target


def _two(machine: _Machine) -> list[Any]:
    other, one = machine.stack.pop(), machine.stack.pop()
    return [one, other]


def _decimal(machine: _Machine) -> None:
    text = machine.line()
    if text in (b"00", b"01"):
        machine.push(text == b"01")
    elif len(text) > 2 * _LONGEST_NUMBER:
        machine.push(Inert(tr("a long number")))
    else:
        machine.push(int(text.removesuffix(b"L")))


def _string(machine: _Machine) -> None:
    """Read a text of Python 2 between quotes."""
    text = machine.line()
    if len(text) < 2 or text[:1] != text[-1:] or text[:1] not in b"'\"":
        raise ValueError("a text without quotes")
    machine.push(text[1:-1].decode("latin-1"))


def _instance(machine: _Machine) -> None:
    arguments = tuple(machine.since_mark())
    machine.push_name(machine.line().decode(), machine.line().decode())
    machine.make(machine.stack.pop(), arguments)


def _object(machine: _Machine) -> None:
    what, *arguments = machine.since_mark()
    machine.make(what, tuple(arguments))


def _reduce(machine: _Machine) -> None:
    machine.make(*_two(machine))


def _new_with_names(machine: _Machine) -> None:
    machine.stack.pop()  # arguments by name
    _reduce(machine)


def _put(machine: _Machine, number: int) -> None:
    machine.memo[number] = machine.stack[-1]


def _extension(machine: _Machine, size: int) -> None:
    machine.push_container(Name(f"copyreg.extension{machine.number(size)}"))


# By the opcode's name in `pickletools`, which says what each of them means.
_ACTIONS: dict[str, Callable[[_Machine], Any]] = {
    "PROTO": lambda m: m.take(1),
    "FRAME": lambda m: m.take(8),
    "NONE": lambda m: m.push(None),
    "NEWTRUE": lambda m: m.push(True),
    "NEWFALSE": lambda m: m.push(False),
    "INT": _decimal,
    "LONG": _decimal,
    "BININT": lambda m: m.push(int.from_bytes(m.take(4), "little", signed=True)),
    "BININT1": lambda m: m.push(m.number(1)),
    "BININT2": lambda m: m.push(m.number(2)),
    "LONG1": lambda m: m.push_long(m.take(m.number(1))),
    "LONG4": lambda m: m.push_long(m.take(m.number(4))),
    "FLOAT": lambda m: m.push(float(m.line()[:_LONGEST_NUMBER])),
    "BINFLOAT": lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
    "STRING": _string,
    # Text of Python 2, or bytes: each character is one byte.
    "BINSTRING": lambda m: m.push(m.take(m.number(4)).decode("latin-1")),
    "SHORT_BINSTRING": lambda m: m.push(m.take(m.number(1)).decode("latin-1")),
    "UNICODE": lambda m: m.push(m.line().decode("raw-unicode-escape")),
    "SHORT_BINUNICODE": lambda m: m.push_text(m.take(m.number(1))),
    "BINUNICODE": lambda m: m.push_text(m.take(m.number(4))),
    "BINUNICODE8": lambda m: m.push_text(m.take(m.number(8))),
    "SHORT_BINBYTES": lambda m: m.push(m.take(m.number(1))),
    "BINBYTES": lambda m: m.push(m.take(m.number(4))),
    "BINBYTES8": lambda m: m.push(m.take(m.number(8))),
    "BYTEARRAY8": lambda m: m.push(m.take(m.number(8))),
    "EMPTY_LIST": lambda m: m.push_container([]),
    "EMPTY_SET": lambda m: m.push_container([]),
    "EMPTY_DICT": lambda m: m.push_container({}),
    "EMPTY_TUPLE": lambda m: m.push(()),
    "LIST": lambda m: m.push_container(m.since_mark()),
    "FROZENSET": lambda m: m.push_container(m.since_mark()),
    "TUPLE": lambda m: m.push_container(tuple(m.since_mark())),
    "TUPLE1": lambda m: m.tuple_of(1),
    "TUPLE2": lambda m: m.tuple_of(2),
    "TUPLE3": lambda m: m.tuple_of(3),
    "DICT": lambda m: m.dict_since_mark(),
    "APPEND": lambda m: m.append_items([m.stack.pop()]),
    "APPENDS": lambda m: m.append_items(m.since_mark()),
    "ADDITEMS": lambda m: m.append_items(m.since_mark()),
    "SETITEM": lambda m: m.set_items(_two(m)),
    "SETITEMS": lambda m: m.set_items(m.since_mark()),
    "POP": lambda m: m.pop(),
    "POP_MARK": lambda m: m.since_mark(),
    "DUP": lambda m: m.push(m.stack[-1]),
    "MARK": lambda m: m.mark(),
    "GET": lambda m: m.push(m.memo[int(m.line())]),
    "BINGET": lambda m: m.push(m.memo[m.number(1)]),
    "LONG_BINGET": lambda m: m.push(m.memo[m.number(4)]),
    "PUT": lambda m: _put(m, int(m.line())),
    "BINPUT": lambda m: _put(m, m.number(1)),
    "LONG_BINPUT": lambda m: _put(m, m.number(4)),
    "MEMOIZE": lambda m: _put(m, len(m.memo)),
    "GLOBAL": lambda m: m.push_name(m.line().decode(), m.line().decode()),
    "STACK_GLOBAL": lambda m: m.push_name(*_two(m)),
    "EXT1": lambda m: _extension(m, 1),
    "EXT2": lambda m: _extension(m, 2),
    "EXT4": lambda m: _extension(m, 4),
    "REDUCE": _reduce,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _new_with_names,
    "INST": _instance,
    "OBJ": _object,
    "BUILD": lambda m: m.build(),
    "PERSID": lambda m: m.load_stored(m.line().decode("latin-1")),
    "BINPERSID": lambda m: m.load_stored(m.stack.pop()),
}
_STEPS = {
    opcode.code.encode("latin-1"): _ACTIONS[opcode.name]
    for opcode in pickletools.opcodes
    if opcode.name in _ACTIONS
}
