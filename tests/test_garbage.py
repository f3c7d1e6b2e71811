"""Python looks for no garbage among what is imported."""

import gc

import pytest

from ncviz.garbage import nothing_is_garbage


@pytest.fixture(autouse=True)
def collector():
    looked = gc.isenabled()
    yield
    gc.unfreeze()
    gc.enable() if looked else gc.disable()


@pytest.mark.parametrize("looks", [True, False])
def test_python_looks_for_garbage_as_before_once_all_is_imported(looks):
    gc.enable() if looks else gc.disable()
    with nothing_is_garbage():
        assert not gc.isenabled()
    assert gc.isenabled() == looks


def test_what_is_there_then_is_passed_over():
    gc.collect()
    stays = [[]]
    assert any(one is stays for one in gc.get_objects())
    with pytest.raises(ImportError), nothing_is_garbage():
        raise ImportError
    assert not any(one is stays for one in gc.get_objects())
