"""Formats of arrays are declared once, and found where they are told of."""

import importlib.util
import subprocess
import sys
from pathlib import Path

from ncviz.arrays.array_format import all_endings, all_titles, array_formats
from ncviz.cli import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_has_the_table_of_all_formats():
    path = ROOT / "script" / "format_table.py"
    spec = importlib.util.spec_from_file_location("format_table", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = script.DOCUMENT.read_text(encoding="utf-8")
    assert script.written_document(text) == text, "run script/format_table.py"


def test_help_names_all_formats(capsys):
    import pytest

    with pytest.raises(SystemExit):
        main(["import", "--help"])
    assert (
        all_titles().split()
        == capsys.readouterr().out.split("What is read: ")[1].split(".\n\npositional")[0].split()
    )


def test_no_two_formats_claim_an_ending():
    endings = all_endings()
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending.startswith(".") for ending in endings)


def test_formats_are_told_without_numpy():
    code = (
        "import sys; from ncviz.arrays.array_format import all_endings; all_endings();"
        "assert not {'numpy', 'h5py', 'pyarrow', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_each_format_says_what_is_read():
    for kind in array_formats().values():
        assert kind.reads
        assert "|" not in kind.reads
