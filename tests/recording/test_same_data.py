"""The same data in every format are the same run, and the same samples of a recording."""

import io
import json
import pickle
import tarfile

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file
from scipy.io import savemat

from ncviz.arrays.array_format import array_formats
from ncviz.errors import UserError
from ncviz.recording.array_files import import_array_file
from ncviz.recording.plan import RecordPlan
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source

N, HELD_OUT = 30, 9
CHANCE = np.random.default_rng(0)
Y = np.arange(N) % 3
H = (CHANCE.normal(size=(N, 5)) + 3 * np.eye(5)[Y]).astype(np.float32)
T, TEST = Y[:HELD_OUT], H[:HELD_OUT] + np.float32(0.5)
NAMES = ("cat", "dog", "fox")
PIXELS = CHANCE.integers(0, 256, (N, 6, 6), dtype=np.uint8)

ARRAYS = {"train_features": H, "train_labels": Y, "test_features": TEST, "test_labels": T}
KNOWN = {"label": {"names": list(NAMES), "_type": "ClassLabel"}}
META = {b"huggingface": json.dumps({"info": {"features": KNOWN}}).encode()}


def npz(path):
    np.savez(path, **ARRAYS, class_names=NAMES)


def npy_folder(path):
    path.mkdir()
    for name, array in {**ARRAYS, "class_names": np.array(NAMES)}.items():
        np.save(path / f"{name}.npy", array)


def npy(path):
    names = {"x_train": H, "y_train": Y, "x_test": TEST, "y_test": T, "class_names": NAMES}
    for name, array in names.items():
        np.save(path.with_name(f"{name}.npy"), array)


def odd_npz(path):
    """Other orders of bytes and axes, and narrow labels."""
    odd = {"X_train": np.asfortranarray(H).astype(">f4"), "y_train": Y.astype("i1")[:, None]}
    test = {"X_test": TEST, "y_test": np.eye(3, dtype=bool)[T]}
    np.savez(path, **odd, **test, class_names=np.array(NAMES, dtype="S"))


def safetensors(path):
    letters = {k: np.ascontiguousarray(v) for k, v in ARRAYS.items()}
    save_file(letters, path)


def torch_file(path):
    tensors = {name: torch.tensor(array) for name, array in ARRAYS.items()}
    torch.save({**tensors, "class_names": list(NAMES)}, path)


def pickle_file(path):
    path.write_bytes(pickle.dumps({**ARRAYS, "class_names": list(NAMES)}))


def matlab(path):
    savemat(path, {**ARRAYS, "class_names": np.array(NAMES)})


def new_matlab(path):
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in ARRAYS.items():
            file[name] = array.reshape(len(array), -1).T
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
        file["class_names"] = np.array([[ord(c) for c in n] for n in NAMES], dtype="u2").T
        file["class_names"].attrs["MATLAB_class"] = np.bytes_("char")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(128))


def hdf5(path):
    with h5py.File(path, "w") as file:
        for name, array in ARRAYS.items():
            split, _, part = name.partition("_")
            file.create_dataset(f"{split}/{part}", data=array, chunks=True, compression="gzip")
        file["class_names"] = np.array(NAMES, dtype=object)


def lists():
    for split, rows, labels in (("train", H, Y), ("test", TEST, T)):
        table = pa.table({"features": list(rows), "label": labels})
        yield split, table.replace_schema_metadata(META)


def with_column_of_splits():
    parts = [t.append_column("split", [[s] * len(t)]) for s, t in lists()]
    return pa.concat_tables(parts)


def parquet(path):
    pq.write_table(with_column_of_splits(), path, row_group_size=7)


def wide_parquet(path):
    columns = {f"f{k}": np.r_[H[:, k], TEST[:, k]] for k in range(5)}
    split = ["train"] * N + ["test"] * HELD_OUT
    table = pa.table({**columns, "label": np.r_[Y, T], "split": split})
    pq.write_table(table.replace_schema_metadata(META), path, row_group_size=7)


def feather(path):
    pyarrow.feather.write_feather(with_column_of_splits(), path, chunksize=7)


def hub(path):
    for split, table in lists():
        (path / split).mkdir(parents=True)
        for k, part in enumerate((table.slice(0, 5), table.slice(5))):
            name = str(path / split / f"data-{k:05d}-of-00002.arrow")
            with pa.OSFile(name, "wb") as file, pa.ipc.new_stream(file, part.schema) as writer:
                writer.write_table(part)


def add(archive, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def npy_bytes(array):
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def tars(path):
    path.mkdir()
    for split, rows, labels in (("train", H, Y), ("test", TEST, T)):
        for shard in (0, 1):
            with tarfile.open(path / f"{split}-{shard}.tar", "w") as archive:
                some = range(len(rows))[slice(5) if shard == 0 else slice(5, None)]
                for k in some:
                    add(archive, f"{k:03d}.features.npy", npy_bytes(rows[k]))
                    add(archive, f"{k:03d}.json", json.dumps({"label": NAMES[labels[k]]}).encode())


def json_file(path):
    values = {name: array.tolist() for name, array in ARRAYS.items()}
    path.write_text(json.dumps({**values, "class_names": NAMES}))


def csv(path, separator=",", comma="."):
    lines = [separator.join([*(f"f{k}" for k in range(5)), "label", "split"])]
    for split, rows, labels in (("train", H, Y), ("test", TEST, T)):
        for row, label in zip(rows, labels, strict=True):
            cells = [repr(float(v)).replace(".", comma) for v in row]
            lines.append(separator.join([*cells, f'"{NAMES[label]}"', split]))
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())


def german_csv(path):
    csv(path, ";", ",")


SAME = {
    npy_folder: ("npy-folder", "dump"),
    npy: ("npy", "x_train.npy"),
    odd_npz: ("npz", "odd.npz"),
    safetensors: ("safetensors", "f.safetensors"),
    torch_file: ("torch", "f.pt"),
    pickle_file: ("pickle", "f.pkl"),
    matlab: ("matlab", "f.mat"),
    new_matlab: ("hdf5", "new.mat"),
    hdf5: ("hdf5", "f.h5"),
    parquet: ("parquet", "f.parquet"),
    wide_parquet: ("parquet", "wide.parquet"),
    feather: ("arrow", "f.feather"),
    hub: ("arrow-folder", "hub"),
    tars: ("webdataset", "tars"),
    json_file: ("json", "f.json"),
    csv: ("table", "f.csv"),
    german_csv: ("table", "g.csv"),
}
DOUBLE = (json_file, csv, german_csv)  # whose numbers are no float32


def run_of(path, out):
    import_array_file(path, out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    kept = {k: manifest[k] for k in ("layers", "class_names", "train_counts") if k in manifest}
    arrays = {}
    for path in out.rglob("*.safetensors"):
        with safe_open(path, "np") as file:
            arrays[path.name] = file.metadata()
            for name in file.keys():  # noqa: SIM118 - it is no mapping
                array = file.get_tensor(name)
                arrays[path.name, name] = array.dtype, array.shape, array.tobytes()
    return kept, arrays


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    npz(folder / "f.npz")
    return run_of(folder / "f.npz", folder / "run")


def test_every_format_is_among_them():
    # A page holds places in three dimensions instead of what the layers gave.
    assert {name for name, _ in SAME.values()} == set(array_formats()) - {"page"}


@pytest.mark.parametrize("write", SAME)
def test_the_same_data_are_the_same_run(tmp_path, reference, write):
    path = tmp_path / SAME[write][1]
    write(path)
    kept, arrays = run_of(path, tmp_path / "run")
    wanted, bits = reference
    if write is safetensors:  # which holds no words
        kept["class_names"] = wanted["class_names"]
    layers = [{k: v for k, v in layer.items() if k != "name"} for layer in kept.pop("layers")]
    assert layers == [{k: v for k, v in x.items() if k != "name"} for x in wanted["layers"]]
    assert kept == {k: v for k, v in wanted.items() if k != "layers"}
    assert arrays.keys() == bits.keys()
    if write not in DOUBLE:
        assert arrays == bits


def png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def images_npz(path):
    np.savez(path, images=PIXELS, labels=Y, class_names=NAMES)


def images_last(path):
    np.savez(path, x_train=PIXELS[..., None], y_train=Y[:, None].astype("u1"), class_names=NAMES)


def images_folder(path):
    for k, pixels in enumerate(PIXELS):
        (path / NAMES[Y[k]]).mkdir(parents=True, exist_ok=True)
        (path / NAMES[Y[k]] / f"{k:03d}.png").write_bytes(png(pixels))


def images_hdf5(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=PIXELS, chunks=(4, 6, 6), compression="gzip")
        file["labels"] = np.array(NAMES, dtype=object)[Y]


def images_parquet(path):
    cells = [{"bytes": png(p), "path": None} for p in PIXELS]
    pq.write_table(pa.table({"image": cells, "label": Y}).replace_schema_metadata(META), path)


def images_in_lists(path):
    cells = pa.array([p.tolist() for p in PIXELS], pa.list_(pa.list_(pa.uint8())))
    pq.write_table(pa.table({"image": cells, "label": Y}).replace_schema_metadata(META), path)


def images_tar(path):
    with tarfile.open(path, "w") as archive:
        for k, pixels in enumerate(PIXELS):
            add(archive, f"{k:03d}.png", png(pixels))
            add(archive, f"{k:03d}.cls", NAMES[Y[k]].encode())


IMAGES = {
    images_npz: "f.npz",
    images_last: "last.npz",
    images_folder: "folder",
    images_hdf5: "f.h5",
    images_parquet: "f.parquet",
    images_in_lists: "lists.parquet",
    images_tar: "f.tar",
}


@pytest.mark.parametrize("write", IMAGES)
def test_the_same_images_are_the_same_samples(tmp_path, write):
    path = tmp_path / IMAGES[write]
    write(path)
    plan = RecordPlan(model="m", checkpoints=("c",), data="d", per_class=6, probe_per_class=3)
    samples = Samples(plan, load_source(str(path)))
    order = np.argsort(Y, kind="stable")
    assert samples.class_names == NAMES
    assert samples.train_counts == (10, 10, 10)
    assert samples.parts["train"].labels.tolist() == [k for k in range(3) for _ in range(6)]
    drawn = samples.parts["train"].images[:, 0].numpy()
    where = [int(np.flatnonzero((one == PIXELS).all(axis=(1, 2)))[0]) for one in drawn]
    whole = PIXELS[order]
    chosen = [int(np.flatnonzero((whole == one).all(axis=(1, 2)))[0]) for one in drawn]
    assert chosen == sorted(chosen)
    assert [Y[k] for k in where] == samples.parts["train"].labels.tolist()
    assert drawn.dtype == np.uint8
    assert samples.probe().images.shape == (9, 6, 6)


def test_names_say_what_the_samples_of_a_recording_are(tmp_path):
    np.savez(tmp_path / "f.npz", a=PIXELS, b=PIXELS[::-1], fine=Y, coarse=Y // 2)
    source = load_source(str(tmp_path / "f.npz"), features=("b",), labels="coarse")
    assert source.class_names == ("0", "1")
    taken = source.train.take(np.array([3, 0]), 0)
    np.testing.assert_array_equal(taken.images[:, 0].numpy(), PIXELS[::-1][[3, 0]])


@pytest.mark.parametrize("write", [hub, parquet, npz])
def test_one_name_stands_for_all_splits(tmp_path, write):
    path = tmp_path / SAME[write][1] if write is not npz else tmp_path / "f.npz"
    write(path)
    names = ("features", "labels") if write is npz else ("features", "label")
    source = load_source(str(path), features=names[:1], labels=names[1])
    np.testing.assert_array_equal(source.train.take(np.arange(N), 0).images.numpy(), H)
    assert source.test.labels.tolist() == T.tolist()
    with pytest.raises(UserError, match="has no array 'nothing': it holds"):
        load_source(str(path), labels="nothing")


def test_what_is_larger_than_a_gibibyte_is_read_where_it_is_asked_for(tmp_path, monkeypatch):
    from ncviz.arrays import stored

    monkeypatch.setattr(stored, "_MOST_HELD", 100)
    for write in (images_npz, images_hdf5, images_in_lists):
        write(tmp_path / IMAGES[write])
        train = load_source(str(tmp_path / IMAGES[write])).train
        rows = np.array([7, 2, 29])
        np.testing.assert_array_equal(train.take(rows, 0).images[:, 0].numpy(), PIXELS[rows])
