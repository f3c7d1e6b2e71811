"""`ncviz measure`, `info` and `export table` of repeats: mean, standard deviation and how many."""

import csv
import json

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.metrics.measures import measure_run
from ncviz.metrics.metric import metrics
from ncviz.runs.repeats import seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.runs.run import Run


@pytest.fixture(scope="module")
def folder(make_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repeats")
    write_repeated_recipe(folder, {"dataset": "synthetic", "seed": 0, "seeds": 4})
    for seed, spread in enumerate((1.0, 3.0, 2.0)):
        make_run(
            folder / seed_folder(seed), seed=seed, counts=(6, 6, 6), widths=(6, 4),
            epochs=(0, 1) if seed == 2 else (0, 1, 2), state="failed" if seed == 2 else "finished",
            noise=lambda time, depth, s=spread: s * 1.2 * 0.04 ** (time * depth),
        )  # fmt: skip
    return folder


def expected(folder, epoch):
    """Return mean, std, min, max and n of each number by NumPy, by layer and split."""
    runs = [Run(folder / seed_folder(seed)) for seed in range(3)]
    tables = [measure_run(run, epoch)["layers"] for run in runs if epoch in run.epochs]
    found = {}
    for rows in zip(*tables, strict=True):
        for name in metrics().keys() & rows[0].keys():
            values = np.array([row[name] for row in rows if row[name] is not None], float)
            place = rows[0]["layer"], rows[0]["split"], name
            found[place] = None
            if len(values):
                std = values.std(ddof=1) if len(values) > 1 else None
                found[place] = values.mean(), std, values.min(), values.max(), len(values)
    return found


@pytest.mark.parametrize("epoch", [1, 2])
def test_every_number_is_that_of_numpy(folder, epoch, capsys):
    assert main(["measure", str(folder), "--epoch", str(epoch), "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["repeats"]["seeds"] == [0, 1, 2]
    assert measured["repeats"]["absent"] == {"3": "not trained yet"}
    wanted = expected(folder, epoch)
    for row in measured["layers"]:
        for name in row.keys() & metrics().keys():
            numbers = wanted[row["layer"], row["split"], name]
            if numbers is None:
                assert row[name] is None, name
                continue
            parts = [row[name][part] for part in ("mean", "std", "min", "max", "n")]
            assert parts == pytest.approx(list(numbers), rel=1e-9, abs=1e-12), name
    assert {(row["epoch"], row["split"]) for row in measured["law"]} == {
        (epoch, "train"), (epoch, "test"),
    }  # fmt: skip


def test_a_table_for_people_says_of_how_many(folder, capsys):
    assert main(["measure", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Mean ± standard deviation over 3 of 4 seeds."
    assert said[2] == "Seed 3: not trained yet."
    lines = [line.split() for line in said if line.startswith(("0 ", "1 ", "2 "))]
    assert {(line[0], line[3]) for line in lines if line[1] == "input"} == {
        ("0", "3"), ("1", "3"), ("2", "2"),
    }  # fmt: skip
    assert "±" in lines[0]


def test_one_of_them_alone_is_a_run(folder, capsys):
    assert main(["measure", str(folder / seed_folder(0)), "--epoch", "1"]) == 0
    assert "±" not in capsys.readouterr().out


def test_tables_as_files(folder, tmp_path, capsys):
    out = tmp_path / "metrics.csv"
    assert main(["export", "table", str(folder), "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wanted = expected(folder, 1)
    for row in rows:
        if row["epoch"] == "1":
            for part, value in zip(
                ("mean", "std", "min", "max", "n"), wanted[row["layer"], row["split"], "nc1"],
                strict=True,
            ):  # fmt: skip
                assert float(row[f"nc1_{part}"]) == pytest.approx(value)
    said = json.loads((tmp_path / "metrics.csv.json").read_text(encoding="utf-8"))
    assert said["repeats"]["seeds"] == [0, 1, 2]
    assert main(["export", "table", str(folder), "--out", str(tmp_path / "m.json")]) == 0
    whole = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    losses = {row["epoch"]: row["train_loss"] for row in whole["scalars"]}
    assert losses[2]["n"] == 2
    assert losses[1] == {"mean": 1.0, "std": 0.0, "min": 1.0, "max": 1.0, "n": 3}
    assert main(["export", "table", str(folder), "--out", str(tmp_path / "m.tex")]) == 0
    written = (tmp_path / "m.tex").read_text(encoding="utf-8")
    assert r"\pm" in written
    assert "mean and standard deviation of 3 of 4 seeds" in written
    capsys.readouterr()
    assert main(["export", "table", str(folder), "--out", str(tmp_path / "m.npz")]) == 1
    assert "of one run" in capsys.readouterr().err


def test_what_a_folder_is(folder, capsys):
    assert main(["info", str(folder)]) == 0
    said = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert said["runs"].strip() == "3 of 4 seeds"
    assert said["seed 3"].strip() == "not trained yet"
    assert sum("the median" in words for words in said.values()) == 1
    assert main(["info", str(folder / seed_folder(2))]) == 0
    assert "broke off, 2 recorded up to epoch 1" in capsys.readouterr().out
    assert main(["info", str(folder / "nothing")]) == 1
