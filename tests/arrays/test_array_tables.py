"""Tables of text, as people write them."""

import numpy as np
import pytest
from arrays_of import N, Y

from ncviz.arrays import columns, tables
from ncviz.arrays.sorting import sort_arrays
from ncviz.arrays.tables import open_table
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 3)).round(3)
WORDS = np.array(["cat", "dog", "fox"])[Y]
PIXELS = np.random.default_rng(1).integers(0, 256, (N, 3))


def rows(*columns, separator=",", header=""):
    lines = [header] if header else []
    lines += [separator.join(str(cell) for cell in row) for row in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


def decimal_commas(separator, header=""):
    text = rows(*H.T, Y, separator=separator, header=header)
    return text.replace(".", ",")


TABLES = {
    "header": rows(*H.T, Y, header="a,b,c,label"),
    "label first": rows(Y, *H.T, header="target,a,b,c"),
    "species of scikit-learn": rows(*H.T, WORDS, header="a (cm),b (cm),c (cm),species"),
    "no header": rows(*H.T, Y),
    "no header, label first": rows(Y, *H.T),
    "no header, words": rows(*H.T, WORDS),
    "pandas": rows(range(N), *H.T, Y, header=",0,1,2,label"),
    "pandas without names": rows(*H.T, Y, header="0,1,2,3"),
    "an index column": rows(range(N), *H.T, Y, header="id,a,b,c,y"),
    "names of files": rows([f"{k}.png" for k in range(N)], *H.T, Y, header="file,a,b,c,y"),
    "semicolons": rows(*H.T, Y, separator=";", header="a;b;c;y"),
    "decimal commas": decimal_commas(";", "a;b;c;y"),
    "decimal commas and tabs": decimal_commas("\t"),
    "tabs": rows(*H.T, WORDS, separator="\t", header="a\tb\tc\tclass"),
    "spaces": rows(*H.T, Y, separator="  "),
    "spaces after commas": rows(*H.T, WORDS, separator=", ", header="a, b, c, label"),
    "quotes": rows(*H.T, [f'"{w}, {w}"' for w in WORDS], header='"a","b","c","label"'),
    "scientific": "\n".join(
        ",".join(f"{v:.18e}" for v in (*h, y)) for h, y in zip(H, Y, strict=True)
    ),
    "numpy's header": "# a,b,c,label\n" + rows(*H.T, Y),
    "windows": rows(*H.T, Y, header="a,b,c,label").replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + rows(Y, *H.T, header="label,a,b,c"),
    "blank lines": rows(*H.T, Y, header="a,b,c,label").replace("\n", "\n\n"),
    "a separator at each end": rows(*H.T, Y, [""] * N, header="a,b,c,y,"),
    "a true minus": rows(*H.T, Y, header="a,b,c,y").replace("-", "\N{MINUS SIGN}"),
    "lines in quotes": rows(*H.T, WORDS, ['"one\ntwo\n\n,""3"""'] * N, header="a,b,c,label,note"),
    "inches": rows(*H.T, ['5" long'] * N, Y, header="a,b,c,note,y"),
    "bars": rows(*H.T, WORDS, separator="|"),
}


@pytest.mark.parametrize("kind", TABLES)
def test_numbers_and_labels_are_found(tmp_path, kind):
    path = tmp_path / "t.csv"
    path.write_text(TABLES[kind], encoding="utf-8", newline="")
    contents = sort_arrays(open_table(path))
    ((array,),) = contents.samples["train"].values()
    np.testing.assert_array_equal(array.read(), H)
    assert contents.labels.train.tolist() == Y.tolist()


def read(tmp_path, text, **options):
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_table(path, **options)


def test_pixels_are_bytes(tmp_path):
    file = read(tmp_path, rows(Y, *PIXELS.T, header="label,p0,p1,p2"))
    assert file.arrays["features"].dtype == np.uint8
    np.testing.assert_array_equal(file.arrays["features"].read(), PIXELS)


def test_missing_numbers_are_no_numbers(tmp_path):
    text = rows(*H.T, Y, header="a,b,c,label").splitlines()
    text[3] = f"NA,,{H[2, 2]},{Y[2]}"
    values = read(tmp_path, "\n".join(text)).arrays["features"].read()
    assert np.isnan(values[2, :2]).all()
    np.testing.assert_array_equal(np.delete(values, 2, axis=0), np.delete(H, 2, axis=0))


def test_missing_labels_are_samples_without_one(tmp_path):
    words = np.where(np.arange(N) < 2, "", WORDS)
    contents = sort_arrays(read(tmp_path, rows(*H.T, words, header="a,b,c,label")))
    assert contents.labels.train.tolist() == np.where(np.arange(N) < 2, -1, Y).tolist()


MIXED = np.array(["1", "2", "other"])[Y]


@pytest.mark.parametrize(
    "text",
    [
        rows(*H.T, MIXED, header="a,b,c,label"),
        rows(*H.T, MIXED, header="a,b,c,kind"),
        rows(*H.T, MIXED),
        rows(MIXED, *H.T, header="kind,a,b,c"),
        rows(*H.T, MIXED, separator=";", header="a;b;c;label").replace(".", ","),
    ],
)
def test_labels_with_a_word_among_numbers_are_names(tmp_path, text):
    file = read(tmp_path, text)
    labels = sort_arrays(file).labels
    assert labels.class_names == ("1", "2", "other")
    assert labels.train.tolist() == Y.tolist()
    np.testing.assert_array_equal(file.arrays["features"].read(), H)
    assert "labels have words beside numbers: each of them is a name" in file.notes


def test_the_first_word_of_the_labels_may_come_late(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 150)
    monkeypatch.setattr(tables, "_LOOKED_AT", 9)
    words = ["0", "1", "2"] * 9 + ["other", "other"]
    many = np.arange(87).reshape(29, 3) * 7.5
    for header in ("a,b,c,label", "a,b,c,kind"):
        file = read(tmp_path, rows(*many.T, words, header=header))
        np.testing.assert_array_equal(file.arrays["features"].read(), many)
        labels = sort_arrays(file).labels
        assert [labels.class_names[k] for k in labels.train] == words


def test_a_column_of_splits(tmp_path):
    split = np.where(np.arange(N) < 8, "train", "test")
    contents = sort_arrays(read(tmp_path, rows(*H.T, Y, split, header="a,b,c,y,split")))
    ((array,),) = contents.samples["test"].values()
    np.testing.assert_array_equal(array.read(), H[8:])
    assert contents.labels.train.tolist() == Y[:8].tolist()


def test_a_column_of_epochs(tmp_path):
    twice = np.concatenate([H, H + 1])
    epochs = np.repeat([3, 7], N)
    text = rows(*twice.T, np.tile(Y, 2), epochs, header="a,b,c,y,epoch")
    file = read(tmp_path, text)
    np.testing.assert_array_equal(file.arrays["features"].read(), np.stack([H, H + 1]))
    assert file.arrays["epochs"].read().tolist() == [3, 7]
    with pytest.raises(UserError, match="the same samples, in the same order"):
        read(tmp_path, "\n".join(text.splitlines()[:-1]))


def test_what_was_chosen_is_said(tmp_path):
    file = read(tmp_path, rows(WORDS, *H.T, Y, header="file,a,b,c,y"))
    assert file.notes[0] == "a table of 5 columns, with commas"
    assert "labels are column 'y'" in file.notes
    assert any("left: columns 'file'" in note for note in file.notes)
    file = read(tmp_path, rows(*H.T, Y))
    assert "labels are column '3', the last column, since none is called so" in file.notes


def test_the_user_names_columns(tmp_path):
    text = rows(*H.T, Y, WORDS, header="a,b,c,y,kind")
    file = read(tmp_path, text, features=("b", "a"), labels="kind")
    np.testing.assert_array_equal(file.arrays["features"].read(), H[:, [1, 0]])
    assert sort_arrays(file).labels.class_names == ("cat", "dog", "fox")
    with pytest.raises(UserError, match="no column 'd': it has a, b, c, y and kind"):
        read(tmp_path, text, features=("d",))


def test_long_tables_are_read_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 50)
    monkeypatch.setattr(tables, "_LOOKED_AT", 3)
    many = np.arange(300).reshape(100, 3) * 7.5
    file = read(tmp_path, rows(*many.T, np.arange(100) % 2, header="a,b,c,y"))
    np.testing.assert_array_equal(file.arrays["features"].read(), many)


def test_other_encodings(tmp_path):
    text = rows(*H.T, np.array(["Kätzchen", "Hund", "Füchse"])[Y], header="a,b,c,label")
    for encoding in ("latin-1", "utf-16", "utf-8"):
        labels = sort_arrays(read(tmp_path, text.encode(encoding))).labels
        assert set(labels.class_names) == {"Kätzchen", "Hund", "Füchse"}


BROKEN = {
    "ragged": (rows(*H.T, Y) + "1,2\n", "row 13 has 2 columns and the first one 4"),
    "a word among numbers": (
        "a,b,c,y\n" + rows(*H.T, Y) * 3 + "1,what,3,0\n",
        "row 37 of column 'b' is 'what': give a number",
    ),
    "words alone": ("cat,dog\nfox,cat\n" * 5, "is no table of numbers: 'fox' is none"),
    "percent": ("a,b,y\n" + "5%,2%,cat\n" * 5, "is no table of numbers: '5%' is none"),
    "names alone": ("a,b,label\n", "names of columns and no row below"),
    "quotes without end": (rows(*H.T, Y) + '1,2,3,"4\n5\n', "the quotes before '4' have no end"),
    "one column": ("1\n2\n3\n", "is no table"),
    "words for features": (rows(WORDS, Y, header="a,label"), "no column of numbers"),
    "no text": (b"1,2\n\x00\x01", "no known format"),
    "blank": ("\n\n", "no row of numbers"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_table_is_told(tmp_path, kind):
    text, words = BROKEN[kind]
    with pytest.raises(UserError, match=words):
        sort_arrays(read(tmp_path, text))


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_LINE", 1000)
    with pytest.raises(UserError, match="a line of more than 1,000 characters"):
        read(tmp_path, "1," * 5000)


def test_what_would_take_memory_without_bound_is_refused(tmp_path, monkeypatch):
    wide = ",".join("0" * 3000)
    monkeypatch.setattr(columns, "MOST_COLUMNS", 1000)
    with pytest.raises(UserError, match="more than 1,000 columns"):
        read(tmp_path, f"{wide}\n{wide}\n")
    text = rows(*H.T, WORDS, header="a,b,c,label") + f"1,2,3,{'x' * 5000}\n"
    with pytest.raises(UserError, match="a text of 5,000 characters in the column 'label'"):
        read(tmp_path, text)


def test_few_lines_of_a_wide_table_decide(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 10)
    labels = read(tmp_path, rows(*H.T, WORDS, header="a,b,c,label")).arrays["labels"]
    assert labels.read().tolist() == Y.tolist()
