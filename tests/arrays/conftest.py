import numpy as np
import pytest

from ncviz.arrays.files import open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.sorting import sort_arrays


@pytest.fixture
def saved(tmp_path):
    """Return what saves arrays as an npz file; two underscores stand for a slash."""

    def save(name="mine.npz", **arrays):
        path = tmp_path / name
        np.savez(path, **{key.replace("__", "/"): array for key, array in arrays.items()})
        return path

    return save


@pytest.fixture
def sorted_out(saved):
    return lambda **arrays: sort_arrays(open_arrays(saved(**arrays)))


@pytest.fixture
def labelled(saved):
    return lambda **arrays: read_labelled(open_arrays(saved(**arrays)))
