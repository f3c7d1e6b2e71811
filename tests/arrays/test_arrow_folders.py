"""Folders of tables: what `save_to_disk` writes, and what a hub has."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from arrays_of import N, Y

from ncviz.arrays.files import holds_arrays, open_arrays
from ncviz.arrays.sorting import sort_arrays
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
KNOWN = {"kind": {"names": ["cat", "dog", "fox"], "_type": "ClassLabel"}}
META = {b"huggingface": json.dumps({"info": {"features": KNOWN}}).encode()}


def table(rows=slice(None)):
    columns = {"embedding": list(H[rows]), "kind": Y[rows]}
    return pa.table(columns).replace_schema_metadata(META)


def save_to_disk(folder, parts):
    folder.mkdir(parents=True)
    for k, rows in enumerate(parts):
        name = f"data-{k:05d}-of-{len(parts):05d}.arrow"
        content = table(rows)
        path = str(folder / name)
        with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, content.schema) as writer:
            writer.write_table(content)
    (folder / "state.json").write_text(json.dumps({"_data_files": [], "_indices_data_files": None}))


def check(contents, *, held_out):
    ((array,),) = contents.samples["train"].values()
    np.testing.assert_array_equal(array.read(), H)
    assert contents.labels.train.tolist() == Y.tolist()
    assert contents.labels.class_names == ("cat", "dog", "fox")
    assert ("test" in contents.samples) == held_out


def test_a_data_set_and_a_dictionary_of_them(tmp_path):
    save_to_disk(tmp_path / "one", [slice(0, 7), slice(7, N)])
    check(sort_arrays(open_arrays(tmp_path / "one")), held_out=False)
    for split, parts in (("train", [slice(0, 7), slice(7, N)]), ("test", [slice(0, 6)])):
        save_to_disk(tmp_path / "all" / split, parts)
    (tmp_path / "all" / "unsupervised").mkdir()
    pq.write_table(table(), tmp_path / "all" / "unsupervised" / "data-00000-of-00001.parquet")
    (tmp_path / "all" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    file = open_arrays(tmp_path / "all")
    assert file.left["unsupervised"] == "is none of the splits train, test and validation"
    check(sort_arrays(file), held_out=True)
    assert holds_arrays(tmp_path / "all")


def test_parquet_as_a_hub_has_it(tmp_path):
    (tmp_path / "data").mkdir()
    for name, rows in (("train-00000", slice(0, 5)), ("train-00001", slice(5, N))):
        pq.write_table(table(rows), tmp_path / "data" / f"{name}-of-00002.parquet")
    pq.write_table(table(slice(0, 6)), tmp_path / "data" / "test-00000-of-00001.parquet")
    (tmp_path / "README.md").write_text("a card")
    check(sort_arrays(open_arrays(tmp_path)), held_out=True)


def test_a_column_a_feature_in_several_files(tmp_path):
    for name, rows in (("train-0", slice(0, 5)), ("train-1", slice(5, N)), ("test", slice(0, 6))):
        columns = {f"f{k}": H[rows, k] for k in range(5)}
        own = pa.table({**columns, "kind": Y[rows]}).replace_schema_metadata(META)
        pq.write_table(own, tmp_path / f"{name}.parquet")
    check(sort_arrays(open_arrays(tmp_path, labels="kind")), held_out=True)


def test_a_choice_of_rows_is_not_taken_for_all_of_them(tmp_path):
    save_to_disk(tmp_path / "one", [slice(0, N)])
    (tmp_path / "one" / "state.json").write_text(json.dumps({"_indices_data_files": ["i.arrow"]}))
    with pytest.raises(UserError, match=r"flatten_indices\(\)\.save_to_disk"):
        open_arrays(tmp_path / "one")
    (tmp_path / "one" / "state.json").write_text("{")
    with pytest.raises(UserError, match=r"state\.json is damaged"):
        open_arrays(tmp_path / "one")


def test_files_of_other_tables_are_told(tmp_path):
    pq.write_table(table(), tmp_path / "a.parquet")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "b.parquet")
    with pytest.raises(UserError, match=r"b\.parquet has other columns than a\.parquet"):
        open_arrays(tmp_path)


def test_splits_of_other_names_alone_are_to_be_chosen(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        pq.write_table(table(), tmp_path / name / "0.parquet")
    with pytest.raises(UserError, match="has the splits cats and dogs: give the folder of one"):
        open_arrays(tmp_path)
    check(sort_arrays(open_arrays(tmp_path / "cats")), held_out=False)


def test_files_that_their_names_count_and_are_not_there_are_told(tmp_path):
    save_to_disk(tmp_path / "one", [slice(0, 7), slice(7, 9), slice(9, N)])
    assert "all samples: 3 files" in open_arrays(tmp_path / "one").notes
    (tmp_path / "one" / "data-00001-of-00003.arrow").unlink()
    told = "all samples: 2 of 3 files; not there: data-00001-of-00003.arrow"
    assert told in open_arrays(tmp_path / "one").notes
    pq.write_table(table(), tmp_path / "train-0-of-999999.parquet")  # no list of a million
    open_arrays(tmp_path / "train-0-of-999999.parquet")
