"""What a manifest says of itself is bounded where it enters, in length and in number."""

import json
import xml.etree.ElementTree as ET

import pytest

from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.runs.manifest import (
    LONGEST_COMMAND,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_CLASSES,
    MOST_LAYERS,
    read_manifest,
)
from ncviz.wording import cell, one_line, visible

ODD = [
    "a\nb\r\nc\td\x00e\x1b[31mf\x85g\u2028h\u2029i",
    "\u202eturned\u202c \u2066around\u2069",
    "\ufffe\uffff no XML",
    "x" * 5_000_000,
    "\n" * 200_000 + "last",
    "<table>" * 100_000,
    "قط 翘头剪 🐈 é",
]


@pytest.fixture
def changed(tmp_path):
    """Return a function that reads a manifest with some values of its own."""

    def read(**changes):
        values = {
            "format": "ncviz run",
            "version": 1,
            "title": "t",
            "class_names": ["a", "b"],
            "layers": [{"name": "input", "width": 2}],
        }
        path = tmp_path / "manifest.json"
        path.write_text(json.dumps(values | changes, ensure_ascii=False), encoding="utf-8")
        return read_manifest(path)

    return read


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:12]))
def test_every_text_is_one_short_line_that_any_format_can_hold(changed, text):
    found = changed(
        title=text,
        class_names=[text, "b"],
        layers=[{"name": text, "width": 2}],
        message=text,
        created=text,
        software={text: text},
    )
    known = [found.title, *found.class_names, found.layers[0].name, found.message, found.created]
    for said in (*known, *found.software, *found.software.values()):
        assert len(said) <= 2000
        assert said.isprintable() or set(said) <= {"\u200d"}, "one line, no control characters"
        ET.fromstring(f"<a>{said.replace('<', '&lt;').replace('&lt', '&amp;lt')}</a>")
    assert len(found.title) <= LONGEST_TITLE
    assert len(found.layers[0].name) <= LONGEST_NAME


def test_what_is_cut_off_is_told(changed):
    found = changed(title="y" * 1000, class_names=["z" * LONGEST_NAME, "b"])
    assert found.title == "y" * (LONGEST_TITLE - 1) + "…"
    assert found.class_names[0] == "z" * LONGEST_NAME


def test_a_command_is_one_line_and_whole_or_none(changed):
    assert changed(command="ncviz train\nrm -rf ~").command == "ncviz train rm -rf ~"
    assert changed(command="x" * (LONGEST_COMMAND + 1)).command == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": [{"name": "l", "width": 1}] * (MOST_LAYERS + 1)}, "5,001 layers"),
        ({"class_names": ["a"] * (MOST_CLASSES + 1)}, "100,001 class_names"),
        ({"layers": [{"name": "l", "width": 2**53}]}, "width"),
        ({"train_counts": [10**400, 1]}, "train_counts"),
        ({"epochs": 10**300}, "epochs"),
        ({"layers": [[[[[]]]]] * 100_000}, "layers"),
        ({"title": {"a": "x" * 10**6}}, "title"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_numbers_without_bound_are_refused_in_one_sentence(changed, changes, words):
    with pytest.raises(UserError, match=r"manifest\.json is damaged") as caught:
        changed(**changes)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_one_line_leaves_letters_of_every_script_alone():
    for text in ("قط", "翘头剪 直剪", "👩‍🔬", "é\u0301", "नमस्ते"):
        assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("\u202e=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("layer 1", "layer 1"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(text, shown):
    assert cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\nb\tc\rd", "a\nb\tc\rd"),
        ("é قط 翘", "é قط 翘"),
    ],
)
def test_a_terminal_is_given_no_orders(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("values", "counting"),
    [
        ({}, EPOCHS),
        ({"unit": "step"}, Counting("step")),
        ({"parts": 10}, Counting("epoch", 10)),
        ({"unit": "checkpoint", "parts": 1, "by": "hand"}, Counting("checkpoint")),
    ],
)
def test_what_snapshots_count_is_read(changed, values, counting):
    assert changed(counting=values).counting == counting


@pytest.mark.parametrize(
    "values",
    [
        *({"unit": unit} for unit in ("light year", "", 1, None, ["epoch"], {"a": 1})),
        *({"parts": parts} for parts in (0, -1, 1001, 2.0, True, "2", None)),
        "steps",
    ],
    ids=repr,
)
def test_what_no_run_counts_is_told(changed, values):
    with pytest.raises(UserError, match=r"is damaged: counting .* does not fit a manifest"):
        changed(counting=values)
