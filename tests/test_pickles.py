"""Pickles are read as data: nothing is looked up, called or imported, and nothing grows."""

import argparse
import builtins
import io
import pickle
import pickletools
import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.pickles import Inert, Name, read_pickle

STEPS = 50_000  # that are left for each of the bombs below: the fewer, the faster
MEMORY = 20e6  # bytes, for any of them


def read(data, **options):
    return read_pickle(io.BytesIO(data), "file", **options)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_are_those_that_pickle_reads(protocol):
    value = {
        "text": "αβγ\n\"'",
        "numbers": [0, 255, 70_000, -1, 2**70, -(2**70), 1.5, float("inf")],
        "bytes": bytes(range(256)),
        "flags": (True, False, None),
        "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "same": [[1]] * 3,
        7: b"",
    }
    assert read(pickle.dumps(value, protocol)) == pickle.loads(pickle.dumps(value, protocol))
    assert read(pickle.dumps({3}, protocol)) == [3]  # as a list, which needs no hashing


def test_a_foreign_object_is_a_note_of_what_it_would_be():
    found = read(pickle.dumps(argparse.Namespace(lr=0.1)))
    assert isinstance(found, Inert)
    assert (found.kind, found.state) == ("argparse.Namespace", {"lr": 0.1})
    assert read(pickle.dumps(argparse.Namespace)).text == "argparse.Namespace"
    with pytest.raises(TypeError, match="not callable"):
        found()


def test_every_opcode_that_pickle_writes_is_known():
    from ncviz.pickles.machine import _ACTIONS

    out_of_band = {"NEXT_BUFFER", "READONLY_BUFFER"}  # of processes that share memory; no file
    assert {opcode.name for opcode in pickletools.opcodes} == {*_ACTIONS, "STOP", *out_of_band}


@pytest.mark.parametrize(
    "name",
    ["os.system", "posix.popen", "builtins.eval", "__builtin__.exec", "subprocess.Popen"],
)
@pytest.mark.parametrize("way", ["global", "stack", "instance", "object", "new"])
def test_what_means_no_good_is_refused_by_name(name, way):
    module, attribute = name.split(".")
    pushed = f"c{module}\n{attribute}\n".encode()
    data = {
        "global": pushed + b"(tR.",
        "stack": pickle.dumps(module, 4)[:-1] + pickle.dumps(attribute, 4)[2:-1] + b"\x93(tR.",
        "instance": f"(i{module}\n{attribute}\n.".encode(),
        "object": b"(" + pushed + b"o.",
        "new": pushed + b")\x81.",
    }[way]
    with pytest.raises(UserError, match=f"file wants to call {name}.*nothing of it was run"):
        read(data)


def _doubled(times):
    return b"".join(b"q%ch%c\x86" % (n, n) for n in range(times))


LONG = struct.pack("<I", 30_000)
BOMBS = {
    "bytearray(2**32)": b"cbuiltins\nbytearray\n(L%dL\ntR." % 2**32,
    "bytes(2**32)": b"cbuiltins\nbytes\n(L%dL\ntR." % 2**32,
    "list(range)": b"cbuiltins\nlist\n(cbuiltins\nrange\n(L%dL\ntRtR." % 2**40,
    "counter": b"ccollections\nCounter\n(cbuiltins\nrange\n(L%dL\ntRtR." % 2**40,
    "power": b"coperator\npow\n(I10\nL%dL\ntR." % 10**12,
    "repeat": b"coperator\nmul\n(V" + b"x" * 1000 + b"\nL%dL\ntR." % 10**9,
    "memo": b"\x80\x02Nr" + struct.pack("<I", 2**32 - 1) + b".",
    "text memo": b"Np%d\n." % 10**30,
    "key of tuples": b"\x80\x02}K\x01\x85" + _doubled(60) + b"K\x01s.",
    "set of tuples": b"\x80\x04\x8f(K\x01\x85" + _doubled(60) + b"\x90.",
    "frozen set": b"\x80\x04(K\x01\x85" + _doubled(60) + b"\x91.",
    "claimed text": b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"x.",
    "claimed bytes": b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"x.",
    "claimed bytearray": b"\x80\x05\x96" + struct.pack("<Q", 2**60) + b"x.",
    "claimed number": b"\x80\x02\x8b" + struct.pack("<i", -1) + b"x.",
    "claimed frame": b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"N.",
    "long number": b"\x80\x02\x8b" + struct.pack("<I", 10**6) + b"\x7f" * 10**6 + b".",
    "long decimal": b"I" + b"9" * 10**6 + b"\n.",
    "long float": b"F" + b"9" * 10**6 + b"\n.",
    "endless line": b"V" + b"x" * 2 * 10**6,
    "wide text": b"\x80\x02X" + LONG + "\U0001f600".encode() + b"x" * 29_996 + b".",
    "pairs again and again": (
        b"\x80\x02]q\x00("
        + b"K\x01K\x02\x86" * 5_000
        + b"e0"
        + b"ccollections\nOrderedDict\nq\x01"
        + b"h\x01h\x00\x85R0" * 5_000
        + b"N."
    ),
    "encoded again and again": (
        b"\x80\x02X"
        + LONG
        + b"x" * 30_000
        + b"q\x000"
        + b"c_codecs\nencode\nq\x01("
        + b"h\x01h\x00\x85R" * 5_000
        + b"l."
    ),
    "deep lists": b"\x80\x02" + b"]" * 16_000 + b"a" * 15_999 + b".",
    "deep objects": b"\x80\x02cx\ny\nq\x00)\x81" + b"h\x00)\x81" * 4000 + b"b" * 4000 + b".",
    "many lists": b"\x80\x02(" + b"]" * 75_000 + b"t.",
    "many marks": b"(" * 75_000,
    "many objects": b"\x80\x02cx\ny\nq\x00(" + b"h\x00)\x81" * 25_000 + b"t.",
    "colliding numbers": (
        b"\x80\x02}("
        + b"".join(
            b"\x8a\x0c" + (n * (2**61 - 1)).to_bytes(12, "little") + b"N" for n in range(1, 20_000)
        )
        + b"u."
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_stays_what_it_is(monkeypatch, name):
    monkeypatch.setattr("ncviz.pickles.machine.MOST_STEPS", STEPS)
    data = BOMBS[name]
    tracemalloc.start()
    found, words = None, "file "
    try:
        found = read(data)
    except UserError as error:
        words = str(error)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY
    assert words.startswith("file ")
    assert len(words) < 300
    assert not isinstance(found, bytes | bytearray)


CODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]
WORDS = [
    b"os\nsystem\n",
    b"builtins\neval\n",
    b"a\nb\n",
    b"K\x01",
    b"\x8c\x02os",
    b"(",
    b")",
    b"h\x00",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(CODES + WORDS) | st.binary(max_size=3), max_size=40))
def test_whatever_the_bytes_nothing_is_imported_or_called(parts):
    imported = []
    original = builtins.__import__
    builtins.__import__ = lambda name, *rest: imported.append(name) or original(name, *rest)
    try:
        read(b"".join(parts))
    except UserError:
        pass
    finally:
        builtins.__import__ = original
    assert not imported


def test_only_functions_of_ours_are_called():
    """The makers are the one way out; what a pickle names is text even where it is known here."""
    called = []
    data = pickle.dumps([pickle.PickleBuffer, argparse.Namespace(a=1)], 4)
    found = read(data, makers={"argparse.Namespace": lambda: called.append(1)})
    assert called == [1]
    assert isinstance(found[0], Name)
