"""Features that are read block by block give the numbers of those that are held."""

import io
import tarfile

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ncviz.arrays import file_array, holding, series, spooled, streamed
from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.recording.array_files import import_array_file

N, D, K, E = 331, 7, 4, 3
rng = np.random.default_rng(5)
LABELS = rng.integers(0, K, N)
MEANS = 3 * rng.normal(size=(K, D))
FEATURES = (MEANS[LABELS] + rng.normal(size=(N, D))).astype(np.float32)
FEATURES[17, 2] = np.nan
EPOCHS = np.stack([FEATURES * (1 + number) for number in range(E)])
HELD_OUT, ITS_LABELS = FEATURES[40:150] + np.float32(0.5), LABELS[40:150]
MORE = {
    "labels": LABELS,
    "test_features": HELD_OUT,
    "test_labels": ITS_LABELS,
    "classifier": MEANS.astype(np.float32),
    "logits": FEATURES[:, :K],
}


LATER = {"test_features": EPOCHS[:, 40:150]}


def npy(path, features=FEATURES):
    np.save(path / "features.npy", features)
    np.save(path / "labels.npy", LABELS)
    return path / "features.npy"


def npz(path, features=FEATURES, save=np.savez, **more):
    save(path / "a.npz", features=features, **MORE | more)
    return path / "a.npz"


def hdf5(path, features=FEATURES):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path / "a.h5", "w") as file:
        later = LATER if features.ndim == 3 else {}
        for name, array in {"features": features, **MORE, **later}.items():
            file[name] = array
    return path / "a.h5"


def safetensors(path, features=FEATURES):
    later = LATER if features.ndim == 3 else {}
    arrays = {"features": features, **MORE, **later}
    save_file({n: np.ascontiguousarray(a) for n, a in arrays.items()}, path / "a.safetensors")
    return path / "a.safetensors"


def parquet(path, *, wide):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    columns = {f"x{k}": FEATURES[:, k] for k in range(D)} if wide else {"features": [*FEATURES]}
    table = pyarrow.table({**columns, "label": LABELS})
    parquet.write_table(table, path / "a.parquet", row_group_size=50)
    return path / "a.parquet"


def table(path):
    rows = (
        ",".join([*map(repr, map(float, x)), f"c{y}"])
        for x, y in zip(FEATURES, LABELS, strict=True)
    )
    head = ",".join([*(f"x{k}" for k in range(D)), "label"])
    (path / "a.csv").write_text("\n".join([head, *rows]))
    return path / "a.csv"


def tar(path):
    with tarfile.open(path / "a.tar", "w") as archive:
        for number, (row, label) in enumerate(zip(FEATURES, LABELS, strict=True)):
            content = io.BytesIO()
            np.save(content, row)
            for name, data in (("npy", content.getvalue()), ("cls", str(label).encode())):
                entry = tarfile.TarInfo(f"{number:04d}.{name}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return path / "a.tar"


LAYOUTS = {
    "npy": npy,
    "npy in Fortran order": lambda path: npy(path, np.asfortranarray(FEATURES)),
    "npy turned": lambda path: npy(path, np.ascontiguousarray(FEATURES.T)),
    "npy of big-endian numbers": lambda path: npy(path, FEATURES.astype(">f4")),
    "npy by epoch": lambda path: npy(path, EPOCHS),
    "npy of pictures in Fortran order": lambda path: npy(
        path, np.asfortranarray(np.tile(FEATURES[:, :6], 2).reshape(N, 3, 4))
    ),
    "npz": npz,
    "npz, packed": lambda path: npz(path, save=np.savez_compressed),
    "npz by epoch": lambda path: npz(path, EPOCHS, logits=EPOCHS[:, :, :K], **LATER),
    "npz by epoch, packed": lambda path: npz(path, EPOCHS, np.savez_compressed, **LATER),
    "npz turned": lambda path: npz(path, np.ascontiguousarray(FEATURES.T)),
    "hdf5": hdf5,
    "hdf5 by epoch": lambda path: hdf5(path, EPOCHS),
    "hdf5 turned": lambda path: hdf5(path, FEATURES.T),
    "safetensors": safetensors,
    "safetensors by epoch": lambda path: safetensors(path, EPOCHS),
    "parquet of lists": lambda path: parquet(path, wide=False),
    "parquet of numbers": lambda path: parquet(path, wide=True),
    "csv": table,
    "tar": tar,
}


@pytest.fixture
def in_blocks(monkeypatch):
    """Return what lets only small blocks be read from then on."""

    def begin():
        for module in (series, file_array, spooled):
            monkeypatch.setattr(module, "MOST_HELD", 0)
        monkeypatch.setattr(streamed, "_BLOCK", 40 * D * 4)

    return begin


def arrays_of(run):
    return {
        f"{file.name}/{name}": array
        for file in sorted(run.rglob("*.safetensors"))
        for name, array in load_file(file).items()
    }


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        scale = max(1.0, float(np.abs(array[np.isfinite(array)]).max(initial=0)))
        # Of float16 the last digit may fall to the other side.
        near = 2e-3 if array.dtype.itemsize < 4 else 1e-6 if array.dtype.itemsize < 8 else 1e-12
        np.testing.assert_allclose(other[name], array, near, near * scale, err_msg=name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_blocks_give_the_same_numbers(layout, tmp_path, in_blocks):
    path = LAYOUTS[layout](tmp_path)
    notes = import_array_file(path, tmp_path / "held", probe_per_class=9)
    in_blocks()
    assert import_array_file(path, tmp_path / "streamed", probe_per_class=9) == notes
    held, others = arrays_of(tmp_path / "held"), arrays_of(tmp_path / "streamed")
    assert len(held) > 5
    assert_same(held, others)


def test_sets_of_labels_and_unknown_classes_in_blocks(tmp_path, in_blocks):
    lists = np.full((N, 2), -1)
    lists[:, 0] = LABELS
    lists[::9, 1] = (LABELS[::9] + 1) % K
    path = npz(
        tmp_path,
        labels=lists,
        test_labels=lists[40:150],
        **{
            "split.strange.features": HELD_OUT,
            "split.strange.labels": ITS_LABELS % 2,
            "split.strange.class_names": np.array(["odd", "even"]),
        },
    )
    import_array_file(path, tmp_path / "held", probe_per_class=9)
    in_blocks()
    import_array_file(path, tmp_path / "streamed", probe_per_class=9)
    assert_same(arrays_of(tmp_path / "held"), arrays_of(tmp_path / "streamed"))


def test_no_block_is_as_large_as_the_features(tmp_path, in_blocks, monkeypatch):
    path, in_blocks_of = npz(tmp_path), streamed.StreamedRows.blocks
    seen = []
    in_blocks()

    def blocks(rows):
        for block in in_blocks_of(rows):
            seen.append(len(block))
            yield block

    monkeypatch.setattr(streamed.StreamedRows, "blocks", blocks)
    import_array_file(path, tmp_path / "run")
    assert max(seen) <= 80
    assert sum(seen) >= 3 * N


def test_splits_of_other_moments_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"'test_features' \(test\) is of 1 moments and .* of 3"):
        import_array_file(npz(tmp_path, EPOCHS), tmp_path / "run")


def test_splits_of_other_widths_are_refused(tmp_path):
    path = npz(tmp_path, test_features=HELD_OUT[:, :-1])
    with pytest.raises(UserError, match=r"'test_features' \(test\) has 6 features .* has 7"):
        import_array_file(path, tmp_path / "run")


def test_held_out_samples_of_no_known_class_are_left_out(tmp_path):
    path = npz(tmp_path, test_labels=ITS_LABELS + 10 * K)
    notes = import_array_file(path, tmp_path / "run", probe_per_class=5)
    assert "the held-out samples are left out: none of them can be used" in notes


def test_a_column_label_comes_before_one_called_y(tmp_path):
    rows = "\n".join(f"{k * 1.5},{k % 7},{k % 3}" for k in range(30))
    (tmp_path / "a.csv").write_text(f"x,y,label\n{rows}\n")
    notes = import_array_file(tmp_path / "a.csv", tmp_path / "run", probe_per_class=5)
    assert "labels are column 'label'" in notes


def test_a_damaged_archive_is_told_also_where_it_is_read_anywhere(tmp_path, in_blocks):
    path = npz(tmp_path, EPOCHS, **LATER)
    content = bytearray(path.read_bytes())
    place = content.find(EPOCHS[1].tobytes())
    content[place + 5] ^= 1
    path.write_bytes(content)
    in_blocks()
    with pytest.raises(UserError, match="not a whole npz file"):
        import_array_file(path, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_is_held_says_so_before_it_is_read(tmp_path, in_blocks, monkeypatch, capsys):
    torch = pytest.importorskip("torch")
    path = tmp_path / "a.pt"
    torch.save({"features": torch.from_numpy(FEATURES), "labels": torch.from_numpy(LABELS)}, path)
    in_blocks()
    monkeypatch.setattr(holding, "MOST_HELD", 0)
    assert main(["import", str(path), "--out", str(tmp_path / "run")]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("features: read as a whole, ")
    assert first.endswith("KiB of memory; save it as npy to have it read in parts")
    monkeypatch.setattr(holding, "free_memory", lambda: 100)
    with pytest.raises(
        UserError, match=r"takes .* KiB of memory, of which 100 bytes are free: save it as"
    ):
        import_array_file(path, tmp_path / "refused")
    assert not (tmp_path / "refused").exists()


def test_a_full_disk_is_told(tmp_path, in_blocks, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spooled.tempfile, "TemporaryFile", Full)
    in_blocks()
    with pytest.raises(UserError, match=r"No space left on device.*TMPDIR"):
        import_array_file(table(tmp_path), tmp_path / "run")
