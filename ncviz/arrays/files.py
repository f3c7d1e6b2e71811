"""Opens a file or folder of arrays, whatever its format; nothing in it is run."""

from pathlib import Path

from ncviz.arrays.numpy_files import open_folder, open_npy, open_npz
from ncviz.arrays.stored import ArrayFile, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError

FOREIGN = {
    "an HDF5 file": (
        (".h5", ".hdf5", ".hdf", ".he5", ".keras"),
        "np.savez('f.npz', **{k: h5py.File('f.h5')[k][()] for k in ('features', 'labels')})",
    ),
    "a table of pandas or Arrow": (
        (".parquet", ".feather", ".arrow", ".orc"),
        "pandas.read_parquet('f.parquet').to_csv('f.csv', index=False)",
    ),
    "a pickle, which could run code": (
        (".pkl", ".pickle", ".joblib", ".p", ".dill"),
        "np.savez('f.npz', features=features, labels=labels), where you trust the file",
    ),
    "a spreadsheet": ((".xlsx", ".xls", ".ods"), "save it as CSV"),
    "packed": ((".gz", ".bz2", ".xz", ".zst", ".7z", ".tgz", ".rar"), "unpack it first"),
}


def open_arrays(path: Path) -> ArrayFile:
    """Open a file of arrays without reading more than their names and shapes.

    Parameters
    ----------
    path : Path
        An npz or npy file, a table (CSV, TSV), a safetensors, MATLAB or JSON
        file, or a folder of npy files.

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
    if suffix == ".npz" or head[:2] == b"PK":
        return open_npz(path)
    raise _of_another_kind(path)


def _of_another_kind(path: Path) -> UserError:
    suffix = path.suffix.lower()
    for kind, (suffixes, advice) in FOREIGN.items():
        if suffix in suffixes:
            return UserError(f"{path} is {kind}, which is not read: {advice}.")
    return UserError(f"{path} is no file of arrays: give an npz file.")
