"""Tables of Parquet and Arrow as strangers write them."""

import io
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from arrays_of import N, Y
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from ncviz.arrays import stored
from ncviz.arrays.files import open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.sorting import sort_arrays
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
WORDS = np.array(["cat", "dog", "fox"])


def parquet(table, path):
    pq.write_table(table, path, row_group_size=5)


def feather(table, path):
    pyarrow.feather.write_feather(table, path, chunksize=5)


def stream(table, path):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=5)


WRITERS = {parquet: "f.parquet", feather: "f.feather", stream: "f.arrow"}


@pytest.fixture(params=WRITERS)
def saved(request, tmp_path):
    def save(**columns):
        path = tmp_path / WRITERS[request.param]
        request.param(pa.table(columns), path)
        return path

    return save


def read(path, **named):
    contents = sort_arrays(open_arrays(path, **named))
    ((array,),) = contents.samples["train"].values()
    return array, contents


def test_lists_are_rows_and_words_are_labels(saved):
    array, contents = read(saved(embedding=list(H), kind=list(WORDS[Y]), label=list(Y)))
    np.testing.assert_array_equal(array.read(), H)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(np.concatenate(list(array.blocks(4))), H)
    np.testing.assert_array_equal(array.take(np.array([0, 7, 11])), H[[0, 7, 11]])
    assert contents.labels.train.tolist() == Y.tolist()
    assert [(part, its.name) for part, _, its in contents.others] == [("", "kind")]


def test_lists_in_lists_are_maps_and_images(saved):
    maps = H[:, :4].reshape(N, 2, 2)
    array, _ = read(saved(features=[row.tolist() for row in maps], label=list(Y)))
    np.testing.assert_allclose(array.read(), maps)


def test_columns_of_fixed_size(tmp_path):
    values = pa.FixedSizeListArray.from_arrays(H.ravel(), 5)
    parquet(pa.table({"x": values, "y": WORDS[Y]}), tmp_path / "f.parquet")
    array, _ = read(tmp_path / "f.parquet")
    np.testing.assert_array_equal(array.read(), H)
    feather(pa.table({"x": values.slice(2), "y": WORDS[Y[2:]]}), tmp_path / "g.feather")
    array, _ = read(tmp_path / "g.feather")
    np.testing.assert_array_equal(array.read(), H[2:])


def test_single_numbers_are_features_as_in_a_table_of_text(saved):
    words = pa.array(WORDS[Y]).dictionary_encode()
    split = np.where(np.arange(N) < 9, "train", "test")
    columns = {f"f{k}": H[:, k] for k in range(5)}
    path = saved(id=np.arange(N), **columns, species=words, split=split, note=["a"] * N)
    array, contents = read(path)
    np.testing.assert_array_equal(array.read(), H[:9])
    assert array.dtype == np.float32
    np.testing.assert_array_equal(contents.samples["test"]["features"][0].read(), H[9:])
    np.testing.assert_array_equal(np.concatenate(list(array.blocks(2))), H[:9])
    assert contents.labels.class_names == tuple(WORDS)
    assert "left: columns 'id' and 'note'" in " ".join(contents.file.notes)
    array, _ = read(path, features=("f1", "f3"), labels="species")
    np.testing.assert_array_equal(array.read(), H[:9, [1, 3]])


def test_what_is_missing_is_nan_and_no_label(saved):
    rows = [None, [1.0, None], *H[2:, :2].tolist()]
    label = [None, *WORDS[Y[1:]]]
    array, contents = read(saved(h=pa.array(rows, pa.list_(pa.float32())), label=label))
    values = array.read()
    assert np.isnan(values).tolist()[:2] == [[True, True], [False, True]]
    np.testing.assert_array_equal(values[2:], H[2:, :2])
    assert contents.labels.train.tolist() == [-1, *Y[1:]]
    wide, _ = read(saved(a=[None, *range(1, N)], b=np.arange(N), label=list(Y)))
    assert wide.dtype == np.float64
    assert np.isnan(wide.read()[0, 0])


def test_rows_that_differ_are_told_by_their_number(saved):
    path = saved(h=[[1.0, 2.0]] * 7 + [[1.0]] * 5, label=list(Y))
    with pytest.raises(UserError, match=r"row 7 of the column 'h' has other numbers than 2"):
        read(path)[0].read()
    path = saved(h=pa.array([[1, 2]] * 11 + [None], pa.list_(pa.int8())), label=list(Y))
    with pytest.raises(UserError, match=r"row 11 of the column 'h' is missing: fill it"):
        read(path)[0].read()


def png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


PIXELS = np.random.default_rng(1).integers(0, 256, (N, 6, 6), dtype=np.uint8)


@pytest.mark.parametrize("wrapped", [True, False])
def test_pictures_are_images_and_names_of_classes_are_found(saved, tmp_path, wrapped):
    cells = [{"bytes": png(p), "path": None} if wrapped else png(p) for p in PIXELS]
    path = saved(img=cells, digit=Y)
    known = {"digit": {"names": ["zero", "one", "two"], "_type": "ClassLabel"}}
    meta = {b"huggingface": json.dumps({"info": {"features": known}}).encode()}
    table = pa.table({"img": cells, "digit": Y}).replace_schema_metadata(meta)
    path = tmp_path / "hub.parquet"
    parquet(table, path)
    found = read_labelled(open_arrays(path))
    np.testing.assert_array_equal(found.samples.read(), PIXELS)
    assert found.class_names == ("zero", "one", "two")
    assert any("which names its classes" in note for note in found.notes)


def test_pictures_of_several_sizes_are_no_features(saved):
    cells = [png(p) for p in PIXELS[:-1]] + [png(PIXELS[0, :4])]
    array = open_arrays(saved(image=cells, label=Y)).arrays["image"]
    assert array.take(np.array([0, N - 1])).shape == (2, 6, 6)
    with pytest.raises(UserError, match=r"column 'image', row 11 has 6×4 pixels and the first"):
        array.read()


def test_what_is_no_column_of_arrays_is_left_and_said(saved):
    records = [{"a": 1}] * N
    file = open_arrays(
        saved(h=list(H), label=list(Y), records=records, long=["x" * 1001] * N, raw=[b"abc"] * N)
    )
    assert file.left == {
        "records": "is of a type that is not read",
        "long": "has texts of up to 1,001 characters",
        "raw": "holds bytes that are no pictures",
    }


def test_a_table_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "bomb.parquet"
    table = pa.table({"h": [[0.0] * 1000] * 300, "label": list(range(3)) * 100})
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 6000
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", 10**5)
    with pytest.raises(UserError, match="more than 50 times its size"):
        open_arrays(path)


@pytest.mark.parametrize("write", WRITERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1))
@example(flips=[(124, 1)])  # a group of rows that holds fewer than it says
def test_flipped_bytes_never_crash(tmp_path, write, flips):
    path = tmp_path / WRITERS[write]
    write(pa.table({"h": list(H), "word": WORDS[Y], "label": Y}), path)
    content = bytearray(path.read_bytes())
    for place, change in flips:
        content[place % len(content)] ^= change
    path.write_bytes(content)
    sentence = str(path)
    try:
        read_labelled(open_arrays(path))
    except UserError as error:
        sentence = str(error)
    assert str(path) in sentence
    assert "\n" not in sentence


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=arrays.arrays(
        st.sampled_from(["<f2", "<f4", "<f8", "|i1", "<i4", "|u1", "<u2"]),
        st.tuples(st.just(N), st.integers(1, 4), st.integers(1, 3)),
        elements={"allow_nan": False, "allow_infinity": False},
    ),
    rows=st.integers(1, N),
)
def test_any_type_and_shape_comes_back_to_the_bit(tmp_path, values, rows):
    path = tmp_path / "any.parquet"
    kind = pa.list_(pa.list_(pa.from_numpy_dtype(values.dtype)))
    lists = pa.array([row.tolist() for row in values], kind)
    pq.write_table(pa.table({"features": lists, "label": Y}), path, row_group_size=rows)
    array = open_arrays(path).arrays["features"]
    assert array.dtype == values.dtype
    np.testing.assert_array_equal(array.read(), values)
    np.testing.assert_array_equal(np.concatenate(list(array.blocks(rows))), values)


def test_without_pyarrow_one_sentence_says_what_to_install(saved, monkeypatch):
    path = saved(h=list(H), label=Y)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UserError, match=r"the package pyarrow reads, .*'pip install pyarrow'\.$"):
        open_arrays(path)
