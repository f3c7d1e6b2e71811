"""Labelled texts from tables, JSON lines, Orange's tables and folders."""

import json

import pytest

from ncviz.errors import UserError
from ncviz.texts.text_files import read_texts

PAIRS = [("one, two", "b"), ('he said "no"\nand left', "a"), ("three", "b"), ("four", "a")]


def as_read(data):
    names = [data.class_names[label] for label in data.train.labels]
    return list(zip(data.train.texts, names, strict=True))


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "json", "tab"])
def test_every_kind_of_file_gives_the_same_texts(tmp_path, ending):
    path = tmp_path / f"news.{ending}"
    if ending.startswith("json"):
        rows = [{"text": text, "label": label, "more": [1]} for text, label in PAIRS]
        lines = "\n".join(map(json.dumps, rows))
        path.write_text(json.dumps(rows) if ending == "json" else lines, "utf-8")
    else:
        between = "," if ending == "csv" else "\t"
        rows = [f"{label}{between}{quoted(text)}" for text, label in PAIRS]
        head = ["Category\tText", "d\tstring", "class\t"] if ending == "tab" else []
        head = head or [f"label{between}text"]
        path.write_text("\n".join([*head, *rows]) + "\n", "utf-8")
    data = read_texts(path)
    assert as_read(data) == PAIRS
    assert data.class_names == ("a", "b")
    assert data.test is None
    assert data.title == "news"


def test_a_folder_has_a_folder_a_class_and_perhaps_splits(tmp_path):
    for split, count in (("train", 3), ("test", 2)):
        for label in "ab":
            home = tmp_path / "news" / split / label / "deeper"
            home.mkdir(parents=True)
            for k in range(count):
                (home / f"{k}.txt").write_text(f"{split} {label} {k}", "utf-8")
    data = read_texts(tmp_path / "news")
    assert data.class_names == ("a", "b")
    assert (len(data.train.texts), len(data.test.texts)) == (6, 4)
    assert data.test.texts[0] == "test a 0"
    alone = read_texts(tmp_path / "news" / "train")
    assert alone.test is None


def test_held_out_texts_come_from_a_column_or_a_file_beside(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("text,label,split\nq,a,train\nr,b,train\ns,a,test\nt,c,test\n")
    data = read_texts(path)
    assert data.test.texts == ("s",)
    assert any("of c are left" in note for note in data.notes)
    for name in ("news-train.csv", "news-test.csv"):
        (tmp_path / name).write_text(f"text,label\n{name} one,a\n{name} two,b\n")
    data = read_texts(tmp_path / "news-train.csv")
    assert data.test.texts == ("news-test.csv one", "news-test.csv two")
    assert "held-out texts: those of news-test.csv" in data.notes


def test_columns_are_found_without_the_usual_names(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("who,what\nme,a long text here\nyou,another long text\n")
    assert as_read(read_texts(path))[0] == ("a long text here", "me")
    tab = tmp_path / "y.tab"
    tab.write_text("mS#URL\tmS#Content\tcD#Author\nhttp://a.b/c/d/e/f/g\tshort\tme\nx\ty\tyou\n")
    assert as_read(read_texts(tab))[0] == ("short", "me")


def test_some_of_the_classes_in_their_order(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("text,label\nq,a\nr,b\ns,c\nt,b\n")
    data = read_texts(path).of_classes(("c", "b"))
    assert as_read(data) == [("r", "b"), ("s", "c"), ("t", "b")]
    with pytest.raises(UserError, match="has no class 'd': its classes are a, b and c"):
        read_texts(path).of_classes(("a", "d"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"text,label\nq,a\nr,a\n", "has texts of 1 class"),
        ("x.csv", b"", "has no rows"),
        ("x.csv", b"a\0b", "it is no text"),
        ("x.csv", b"one,two,three\n1,2,3\n", "none of labels"),
        ("x.csv", b"text,text\n1,2\n", "two columns 'text'"),
        ("x.jsonl", b"{not json", "is not JSON"),
        ("x.jsonl", b"[1, 2]", "no object with a text"),
        ("x.doc", b"", "is no file of texts"),
    ],
)
def test_what_is_wrong_gets_one_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words):
        read_texts(tmp_path / name)


def test_a_folder_without_texts_and_a_file_that_is_not_there(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="has no texts: give one folder a class"):
        read_texts(tmp_path / "empty")
    with pytest.raises(UserError, match="cannot be read"):
        read_texts(tmp_path / "nothing.csv")
