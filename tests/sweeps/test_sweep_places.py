"""What lies in the folder of a sweep may be damaged, or somebody else's."""

import json
import os
import socket
from types import SimpleNamespace

import pytest

from ncviz.errors import UserError
from ncviz.sweeps import claims
from ncviz.sweeps.claims import Claim, is_claimed
from ncviz.sweeps.places import Place, failure_of, read_solved
from ncviz.sweeps.sweep_file import read_sweep
from ncviz.sweeps.sweep_map import cell_at, map_of
from tests.tiny_sweep import TINY


@pytest.fixture
def place(tmp_path) -> Place:
    found = Place(tmp_path, 0)
    found.run.mkdir()
    return found


@pytest.mark.parametrize("value", ["1" + "0" * 400, '"x"', "Infinity", "[1]", '{"a": 1}'])
def test_a_number_that_is_none_is_told(place, value):
    numbers = f'{{"format": "ncviz solved", "numbers": {{"a": {value}}}}}'
    (place.run / "numbers.json").write_text(numbers, encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        read_solved(place)


@pytest.mark.parametrize("process", ["Infinity", "1e400", '"12"', "[]", "1" + "0" * 400])
def test_a_claim_of_no_process_holds_until_it_is_old(place, process):
    host = json.dumps(socket.gethostname())
    place.claim.write_text(f'{{"host": {host}, "process": {process}}}', encoding="utf-8")
    assert is_claimed(place.claim) == (len(process) < 10)  # none has so large a number
    os.utime(place.claim, (1, 1))
    assert not is_claimed(place.claim)


def test_a_claim_that_is_no_such_file_is_one_all_the_same(place):
    place.claim.write_text("x" * 5000, encoding="utf-8")
    assert is_claimed(place.claim)
    place.claim.unlink()
    os.mkfifo(place.claim)
    assert is_claimed(place.claim)
    assert not Claim(place.claim).held


def test_a_claim_that_cannot_be_written_keeps_nobody_away(place, monkeypatch):
    def full(*_given, **_named):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as changed:
        changed.setattr(claims, "json", SimpleNamespace(dumps=full))
        with pytest.raises(OSError, match="No space left"):
            Claim(place.claim)
    claim = Claim(place.claim)
    assert claim.held
    claim.release()


@pytest.mark.parametrize("text", ['"' + "x" * 2**21 + '"', '{"message": "\\ud800"}', "[" * 10**5])
def test_a_failure_that_cannot_be_read_says_nothing(place, text):
    place.failure.write_text(text, encoding="utf-8")
    assert failure_of(place) == ""


def test_a_place_of_a_map_leads_to_its_cell(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    sweep = read_sweep(path)
    for across, up in (("depth", "width"), ("width", "depth"), ("width", "")):
        found = set()
        for cell in sweep.cells:
            task = sweep.task(cell.number * sweep.seeds)
            grid = map_of(sweep, [(task, 1.0)], "", across, up)
            ((row, column),) = zip(*grid.counts.nonzero(), strict=True)
            there = cell_at(sweep, sweep.cells, grid, row, column)
            assert there is not None
            found.add(there.number)
            assert there is cell or not up
        assert len(found) == (len(sweep.cells) if up else 2)
    nowhere = map_of(sweep, [], "", "depth", "width")
    assert cell_at(sweep, sweep.cells, nowhere, 1, 1) is None  # excluded
