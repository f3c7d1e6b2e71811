"""Columns of the user's own: from arrays, tables and sequences, checked, in any run."""

import os
from datetime import date

import numpy as np
import pytest

from ncviz.arrays.column_table import LARGEST, read_column_table
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.explorer.lasso import table_of_samples
from ncviz.runs import own_columns
from ncviz.runs.adding_columns import add_columns, remove_column
from ncviz.runs.import_features import import_features
from ncviz.runs.manifest import read_manifest
from ncviz.runs.own_columns import make_columns
from ncviz.runs.probe import MOST_WORDS, Column, Probe
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import sample_column, sample_columns
from ncviz.runs.writer import RunWriter

Y = np.repeat(np.arange(3), 10)


def features(**more):
    rng = np.random.default_rng(0)
    return {"features": rng.normal(size=(30, 4)) + 3 * Y[:, None], "labels": Y, **more}


@pytest.fixture
def made(tmp_path):
    """Return what makes a run of arrays."""

    def make(columns=None, **more):
        np.savez(tmp_path / "f.npz", **features(**more))
        notes = import_features(tmp_path / "f.npz", tmp_path / "run", 4, columns=columns)
        return Run(tmp_path / "run"), notes

    return make


def written(path, text):
    path.write_text(text, "utf-8")
    return path


def titles(run):
    return [column.title for column in run.probe.columns]


def drawn_rows(run):
    """Return which of the samples were drawn: a column of their numbers says so."""
    return run.probe.columns[titles(run).index("row")].values.astype(int)


def test_arrays_of_one_value_a_sample_become_columns(made):
    writer = np.array([f"w{k % 12}" for k in range(30)])
    run, notes = made(
        row=np.arange(30.0),
        writer=writer,
        fine_labels=2 * Y + (np.arange(30) % 2),
        sharp=np.arange(30) % 3 == 0,
        other=np.zeros((3, 3)),
        meta__x=np.arange(29),
    )
    assert titles(run) == ["row", "writer", "fine_labels", "sharp"]
    rows = drawn_rows(run)
    _, name, fine, sharp = run.probe.columns
    assert [name.words[k] for k in name.values] == writer[rows].tolist()
    numbers = [int(word[1:]) for word in name.words]
    assert numbers == sorted(numbers), "w2 comes before w10"
    assert [int(fine.words[k]) for k in fine.values] == (2 * Y + (np.arange(30) % 2))[rows].tolist()
    assert sharp.words == ("False", "True")
    assert f"column 'writer': {len(set(writer[rows]))} categories" in notes
    assert any(note.startswith("other: 3×3 float64, left") for note in notes)
    assert "own-writer" in sample_columns(run)


def test_a_table_is_matched_by_order_by_number_and_by_what_tells_samples_apart(made, tmp_path):
    names = np.array([f"{k:03}.png" for k in range(30)])
    lines = [f"{k},{k / 4}" for k in range(30)]
    ordered = written(tmp_path / "o.csv", "k,score\n" + "\n".join(lines))
    run, notes = made(ordered, row=np.arange(30.0))
    rows = drawn_rows(run)
    np.testing.assert_array_equal(run.probe.columns[1].values, rows / 4)
    assert any("in the order of the 30 samples" in note for note in notes)
    for by, called in (("Sample", lambda k: k), ("NAME", lambda k: names[k])):
        lines = [f"{called(k)};{k / 4}" for k in reversed(range(0, 30, 2))]
        table = written(tmp_path / "t.csv", f"{by};score\n" + "\n".join(lines))
        (tmp_path / "run").rename(tmp_path / f"before {by}")
        run, notes = made(table, row=np.arange(30.0), name=names)
        values = run.probe.columns[0].values
        rows = drawn_rows(run)
        np.testing.assert_array_equal(values, np.where(rows % 2, np.nan, rows / 4))
        assert "15 of 30 samples have no row in it" in notes


def test_what_is_wrong_with_a_table_is_one_sentence(tmp_path, made, refuses):
    table = tmp_path / "t.csv"
    for text, words in (
        ("a\n1\n", ("has 1 row and there are 30 samples", "'sample'")),
        ("a\n" + "1\n" * 29, ("has 29 rows and there are 30 samples",)),
        ("sample,a\n0,1\n0,2\n", ("sample '0' twice",)),
        ("sample,a\nx,1\n", ("no sample in it is one of the 30 samples", "'0', '1' and '2'")),
        ("a,b\n1\n", ("row 1 below the names has 1 cell and the table 2 columns",)),
        ("a,a\n1,2\n", ("two columns 'a'",)),
        ("1,2\n3,4\n", ("no names of columns",)),
        ("a,b\n", ("no rows below its first one",)),
        ('a,b\n"1,2\n', ("row 1",)),
    ):
        with refuses(table, *words):
            made(written(table, text))
    table.write_bytes(b"a\0b\n1\n")
    with refuses(table, "it is no text"):
        made(table)
    with refuses(tmp_path / "absent.csv"):
        made(tmp_path / "absent.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with refuses("pipe.csv", "is a pipe"):
        made(tmp_path / "pipe.csv")
    with open(tmp_path / "large.csv", "wb") as file:
        file.truncate(LARGEST + 1)
    with refuses("large.csv", "is read up to"):
        made(tmp_path / "large.csv")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", "écrit\tâge\nZoë\t1,5\n"),
        ("utf-8-sig", "écrit;âge\nZoë;1,5\n"),
        ("latin-1", 'écrit,âge\nZoë,"1.5"\n'),
    ],
)
def test_tables_as_programs_write_them(tmp_path, encoding, text):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    table = read_column_table(path)
    (name, age), _ = make_columns(table.columns, 1, "t")
    assert (name.title, name.words, age.title, age.values[0]) == ("écrit", ("Zoë",), "âge", 1.5)


def test_texts_of_a_table_may_hold_what_ends_lines_elsewhere(tmp_path):
    text = '# made by hand\n\ntag,note\n#1,"a\n# b\n\n, c"\n#2,x\x85y\u2028z\n,\n'
    table = read_column_table(written(tmp_path / "t.csv", text))
    assert dict(table.columns) == {
        "tag": ["#1", "#2", ""],
        "note": ["a\n# b\n\n, c", "x\x85y\u2028z", ""],
    }


def test_a_single_column_needs_no_separator(tmp_path):
    table = read_column_table(written(tmp_path / "t.csv", "writer\nann\nbob lee\n"))
    assert dict(table.columns) == {"writer": ["ann", "bob lee"]}


def test_what_values_are():
    many = 25
    given = {
        "words": ["b", "a", "", "NA", "b"] * 5,
        "few wholes": [3, 10, 3, -1, 10] * 5,
        "many wholes": list(range(many)),
        "floats": np.array([1.0, 2.0, np.nan, np.inf, -1e200] * 5),
        "texts": ["1", "2.5", "nan", "-3e1", "1"] * 5,
        "codes": ["007", "7", "07", "7", "7"] * 5,
        "dates": [date(2024, 5, 1 + k % 5) for k in range(many)],
        "stamps": np.array(["2024-05-01", "NaT"] * 12 + ["2023-01-01"], dtype="datetime64[D]"),
        "mixed": [1.5, None, 2.5, None, 3.5] * 5,
        "none": [None] * many,
        "column": np.arange(many)[:, None] % 2,
    }
    columns, notes = make_columns(given, many, "given")
    by = {column.title: column for column in columns}
    said = dict(note.removeprefix("column ").split(": ", 1) for note in notes if "': " in note)
    assert by["words"].words == ("a", "b", "unknown")
    assert said["'words'"] == "2 categories, 10 missing"
    assert by["few wholes"].words == ("-1", "3", "10")
    assert not by["many wholes"].words
    assert "too many for colours of their own" in said["'many wholes'"]
    np.testing.assert_array_equal(by["floats"].values[:5], [1, 2, np.nan, np.nan, np.nan])
    assert said["'floats'"] == "numbers from 1 to 2, 10 infinite ones are unknown, 5 missing"
    np.testing.assert_array_equal(by["texts"].values[:5], [1, 2.5, np.nan, -30, 1])
    assert set(by["codes"].words) == {"7", "007", "07"}
    assert by["dates"].words == tuple(f"2024-05-0{k}" for k in range(1, 6))
    assert by["stamps"].words == ("2023-01-01", "2024-05-01", "unknown")
    np.testing.assert_array_equal(by["mixed"].values[:2], [1.5, np.nan])
    assert "none" not in by
    assert "column 'none' is left: none of its values is known" in notes
    assert by["column"].words == ("0", "1")


@pytest.mark.parametrize("title", ["class", "Predicted class", "sample", "epoch", "cross-entropy"])
def test_what_ncviz_knows_itself_is_left_and_said(title):
    columns, notes = make_columns({title: ["a", "b"]}, 2, "given")
    assert columns == ()
    assert notes == (f"column '{title}' is left: what is called so ncviz knows by itself",)


def test_what_are_no_columns_is_one_sentence(refuses):
    for values, words in (
        ([1, 2, 3], "has 3 values for 2 samples"),
        (np.zeros((2, 2)), "has the shape (2, 2)"),
        (np.zeros(2, complex), "holds complex128"),
        (5, "has the shape ()"),
    ):
        with refuses("The list: the column 'x'", words):
            make_columns({"x": values}, 2, "The list")


def test_more_words_and_columns_than_a_run_holds_are_left():
    words = [f"w{k}" for k in range(MOST_WORDS + 1)]
    columns, notes = make_columns({"name": words}, len(words), "given")
    assert (columns, notes) == (
        (),
        ("column 'name' is left: it has 30,001 different words, more than 30,000",),
    )
    given = {f"c{k}": ["a", "b"] for k in range(52)}
    columns, notes = make_columns(given, 2, "given")
    assert len(columns) == 50
    assert notes[19:] == ("column 'c19': 2 categories", "32 more columns")
    columns, notes = make_columns({"a": given["c1"], "class": given["c1"]} | given, 2, "given")
    assert len(columns) == 50


def test_columns_are_added_to_a_run_that_is_there_replaced_and_removed(made, tmp_path, capsys):
    run, _ = made()
    before = {f: f.read_bytes() for f in run.path.rglob("*") if f.is_file()}
    table = table_of_samples(run, 0, range(12)).splitlines()
    head = f"{table[0]},<b>writer</b>,score"
    rows = [f"{line},w{k % 3},{k / 2}" for k, line in enumerate(table[1:])]
    path = written(tmp_path / "samples.csv", "\n".join([head, *reversed(rows)]))
    assert main(["columns", str(run.path), "add", str(path)]) == 0
    said = capsys.readouterr().out
    assert "matched by the column 'sample'" in said
    assert "column 'class' is left: what is called so ncviz knows by itself" in said
    assert "<b>writer</b>  (3 categories; in a view color=own-b-writer-b)" in said
    again = Run(run.path)
    assert titles(again) == ["<b>writer</b>", "score"]
    np.testing.assert_array_equal(again.probe.columns[1].values, np.arange(12) / 2)
    changed = [f for f, content in before.items() if f.read_bytes() != content]
    assert [f.name for f in changed] == ["probe.safetensors"]
    assert read_manifest(run.path / "manifest.json").to_json() == run.manifest.to_json()
    notes = add_columns(run.path, written(path, "Score\n" + "1.5\n" * 12))
    assert "replaced: score" in notes
    assert titles(Run(run.path)) == ["<b>writer</b>", "Score"]
    remove_column(run.path, "score")
    assert titles(Run(run.path)) == ["<b>writer</b>"]
    run.read_columns()
    assert titles(run) == ["<b>writer</b>"]


def test_what_cannot_be_added_changes_nothing(made, tmp_path, refuses, monkeypatch):
    run, _ = made()
    content = (run.path / "probe.safetensors").read_bytes()
    table = tmp_path / "t.csv"
    for text, words in (
        ("a\n1\n2\n", ("has 2 rows and there are 12 drawn samples",)),
        ("class\n" + "x\n" * 12, ("no column to add", "ncviz knows by itself")),
        ("sample\n0\n", ("no column to add",)),
    ):
        with refuses(table, *words):
            add_columns(run.path, written(table, text))
    good = written(table, "a\n" + "x\n" * 12)
    writer = RunWriter.reopen(run.path)
    with refuses(run.path, "is being recorded"):
        add_columns(run.path, good)
    writer.close()
    with refuses(run.path, "no column 'b' that was added: it has none"):
        remove_column(run.path, "b")
    with refuses("is not an ncviz run"):
        add_columns(tmp_path, good)
    monkeypatch.setattr(own_columns, "MOST_COLUMNS", 0)
    with pytest.raises(UserError, match="no column to add"):
        add_columns(run.path, good)
    assert (run.path / "probe.safetensors").read_bytes() == content


def test_titles_alike_have_names_of_their_own(made, tmp_path):
    run, _ = made()
    text = "作者,日付,a b,a-b," + "x" * 190 + "\n" + "p,q,r,s,t\n" * 12
    add_columns(run.path, written(tmp_path / "t.csv", text))
    run.read_columns()
    own = {name: title for name, title in sample_columns(run).items() if name.startswith("own-")}
    assert list(own.values()) == ["作者", "日付", "a b", "a-b", "x" * 190]
    assert all(len(name) < 200 for name in own)
    for name, title in own.items():
        assert sample_column(run, 0, name).title == title


def test_numbers_that_no_range_holds_have_ends_all_the_same(made):
    run, _ = made()
    values = np.array([-1e308, 1e308, 5.0, np.inf] * 3)
    path = run.path / "probe.safetensors"
    path.write_bytes(Probe(run.probe.labels, None, (Column("x", values),)).to_bytes())
    run.read_columns()
    assert sample_column(run, 0, "own-x").ends == (5.0, 5.0)


def test_the_command_says_what_it_needs(made, capsys):
    run, _ = made()
    assert main(["columns", str(run.path)]) == 0
    assert "12 drawn samples" in capsys.readouterr().out
    assert main(["columns", str(run.path), "add"]) == 1
    assert "needs one more word" in capsys.readouterr().err
