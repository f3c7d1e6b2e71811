import numpy as np

from ncviz.cli import main
from ncviz.runs.run import Run


def test_arrays_become_a_run(tmp_path, capsys):
    rng = np.random.default_rng(0)
    path, out = tmp_path / "x.npz", tmp_path / "run"
    np.savez(path, features=rng.normal(size=(12, 4)), labels=np.arange(12) % 3)
    assert main(["import", str(path), "--out", str(out), "--probe-per-class", "2"]) == 0
    assert f"ncviz open {out}" in capsys.readouterr().out
    assert len(Run(out).probe.labels) == 6


def test_what_cannot_be_imported_is_told(tmp_path, fails):
    path, out = tmp_path / "x.npz", tmp_path / "run"
    assert "No such file" in fails("import", path, "--out", out)
    np.savez(path, features=np.ones((4, 2)))
    assert "no array 'labels'" in fails("import", path, "--out", out)
    assert "at least 1" in fails("import", path, "--out", out, "--probe-per-class", 0)
    assert "at least 0" in fails("import", path, "--out", out, "--seed", "-1")
    assert not out.exists()


def test_whoever_opens_arrays_is_told_of_import(tmp_path, fails):
    np.save(tmp_path / "features.npy", np.ones((4, 2)))
    for path in (tmp_path, tmp_path / "features.npy"):
        assert "ncviz import makes one of arrays" in fails("measure", path)
