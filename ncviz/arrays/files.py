"""Opens a file or folder of arrays, whatever its format; nothing in it is run."""

from collections.abc import Sequence
from pathlib import Path

from ncviz.arrays.matlab import open_matlab
from ncviz.arrays.numpy_files import open_folder, open_npy, open_npz
from ncviz.arrays.other_files import open_json, open_safetensors
from ncviz.arrays.stored import ArrayFile, told
from ncviz.arrays.tables import open_table
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError

SUFFIXES = (".npz", ".npy", ".csv", ".tsv", ".mat", ".json", ".jsonl")
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data")
_HDF5 = b"\x89HDF\r\n\x1a\n"

# Formats that are not read, and how to come from them to one that is.
_FOREIGN = {
    (".h5", ".hdf5", ".hdf", ".he5", ".keras"): (
        "an HDF5 file",
        "f = h5py.File(path); np.savez('f.npz', features=f['features'][()], "
        "labels=f['labels'][()]) makes one that is",
    ),
    (".parquet", ".feather", ".arrow", ".orc"): (
        "a table of Arrow",
        "pandas.read_parquet(path).to_csv('f.csv', index=False) makes one that is",
    ),
    (".joblib", ".dill", ".pkl", ".pickle", ".p"): (
        "a pickle, which could run code",
        "where you trust it, np.savez('f.npz', features=features, labels=labels) makes one that is",
    ),
    (".xlsx", ".xls", ".ods"): ("a spreadsheet", "save it as CSV"),
    (".gz", ".bz2", ".xz", ".zst", ".7z", ".tgz", ".rar", ".zip"): ("packed", "unpack it first"),
    (".arff", ".libsvm", ".svm"): ("in a format of other programs", "save it as CSV"),
}


def open_arrays(path: Path, features: Sequence[str] = (), labels: str = "") -> ArrayFile:
    """Open a file of arrays; of those formats that can be large only names and shapes are read.

    Parameters
    ----------
    path : Path
        An npz or npy file, a table (CSV, TSV …), a safetensors, MATLAB or
        JSON file, or a folder of npy files.
    features : sequence of str, optional
        Columns of a table that are features.
    labels : str, optional
        The column of a table that holds the labels.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, of another format, or would need
        memory without bound.
    """
    with told(path, "file of arrays"):
        if path.is_dir():
            return open_folder(path)
        with open_regular(path) as stream:
            head = stream.read(1024)
    suffix = path.suffix.lower()
    if not head:
        raise UserError(f"{path} is empty: it was perhaps not written to its end.")
    if head[:6] == b"\x93NUMPY":
        return open_npy(path)
    if suffix == ".npz" or (head[:2] == b"PK" and not _foreign(suffix)):
        return open_npz(path)
    if _HDF5 in (head[:8], head[512:520]):
        if suffix == ".mat" or head[:10] == b"MATLAB 7.3":
            raise UserError(
                f"{path} is a MATLAB file of version 7.3, which is not read: save it in MATLAB "
                "with save(file, 'features', 'labels', '-v7')."
            )
        raise UserError(_sentence(path, ".h5"))
    if suffix == ".safetensors" or (head[8:9] == b"{" and head[7:8] == b"\0"):
        return open_safetensors(path)
    if suffix == ".mat":
        return open_matlab(path)
    if suffix in (".json", ".jsonl"):
        return open_json(path)
    if _foreign(suffix) and suffix not in _TABLES:
        raise UserError(_sentence(path, suffix))
    if head[:4] == b"PAR1":
        raise UserError(_sentence(path, ".parquet"))
    return open_table(path, features, labels)


def holds_arrays(path: Path) -> bool:
    """Tell by names alone whether a path is a file of arrays, or a folder of npy files."""
    try:
        if path.is_dir():
            return any(other.suffix == ".npy" for other in path.iterdir())
        return path.suffix.lower() in SUFFIXES and path.exists()
    except (OSError, ValueError):
        return False  # whoever opens it says why


def _foreign(suffix: str) -> tuple[str, str] | None:
    return next((words for suffixes, words in _FOREIGN.items() if suffix in suffixes), None)


def _sentence(path: Path, suffix: str) -> str:
    kind, advice = _foreign(suffix) or ("", "")
    return f"{path} is {kind} and is not read: {advice}."
