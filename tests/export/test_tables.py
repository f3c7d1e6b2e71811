import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.export.latex import escaped, latex_number
from ncviz.export.table_plan import TablePlan
from ncviz.export.tables import make_table, metrics_csv, save_metrics_csv
from ncviz.metrics.measures import columns, measure_run
from ncviz.metrics.metric import NETWORK
from ncviz.runs import writer as writer_module
from ncviz.runs.run import Run
from ncviz.runs.snapshot import LayerSnapshot
from ncviz.runs.writer import RunWriter

LAW = tuple(metric.name for metric in columns((NETWORK,)))


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run"])
def test_the_table_says_what_measure_says(which, request):
    run = Run(request.getfixturevalue(which).path)
    measured = measure_run(run)
    laws = {(law["epoch"], law["split"]): law for law in measured["law"]}
    rows = read(metrics_csv(run))
    assert len(rows) == len(measured["layers"])
    for row, record in zip(rows, measured["layers"], strict=True):
        assert list(row) == [*record, *LAW]
        law = laws[record["epoch"], record["split"]]
        for name, value in {**record, **{k: law[k] for k in LAW}}.items():
            if value is None:
                assert row[name] == ""
            elif isinstance(value, float):
                assert float(row[name]) == value  # to the last digit
            else:
                assert row[name] == str(value)


def test_names_with_commas_and_quotes_stay_one_cell_and_a_line_break_is_a_space(growing_run):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["layers"][0]["name"] = 'pool, "2×2"\nρ'
    path.write_text(json.dumps(values), encoding="utf-8")
    rows = read(metrics_csv(Run(growing_run.path)))
    assert {row["layer"] for row in rows} == {'pool, "2×2" ρ', "layer 1"}
    assert len(rows) == 12


def test_no_name_is_a_formula_in_csv_or_a_command_in_latex(growing_run, tmp_path):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["layers"][0]["name"] = "=1+1"
    values["layers"][1]["name"] = values["title"] = "\\input{/etc/passwd}%\n$\\frac{"
    path.write_text(json.dumps(values), encoding="utf-8")
    run = Run(growing_run.path)
    rows = read(metrics_csv(run))
    assert [row["layer"] for row in rows[:1]] == ["'=1+1"]
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
    make_table(TablePlan(tmp_path / "t.tex", run.path))
    text = (tmp_path / "t.tex").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert "\\input" not in code
    assert r"\textbackslash{}input\{/etc/passwd\}\%" in code


def test_a_split_without_a_law_leaves_its_cells_empty(growing_run, tmp_path):
    # The raw input has no test split, the next layer has.
    writer = RunWriter(tmp_path / "run", growing_run.manifest, growing_run.probe)
    snapshot = growing_run.snapshots[0]
    first, second = snapshot.layers
    only = LayerSnapshot({"train": first.statistics["train"]}, first.positions)
    writer.write(replace(snapshot, layers=(only, second)))
    rows = read(metrics_csv(Run(tmp_path / "run")))
    assert [(row["layer"], row["split"]) for row in rows] == [
        ("input", "train"),
        ("layer 1", "train"),
        ("layer 1", "test"),
    ]
    assert [bool(row["rho"]) for row in rows] == [True, True, False]
    assert rows[2]["nc1"]


def test_a_run_without_statistics_is_a_table_without_rows(growing_run, tmp_path):
    writer = RunWriter(tmp_path / "run", growing_run.manifest, growing_run.probe)
    snapshot = growing_run.snapshots[0]
    bare = tuple(LayerSnapshot({}, layer.positions) for layer in snapshot.layers)
    writer.write(replace(snapshot, layers=bare))
    text = metrics_csv(Run(tmp_path / "run"))
    assert read(text) == []
    assert text.startswith("epoch,layer,split,separation_fuzziness,nc1,")
    assert text.rstrip().endswith(",".join(LAW))


def test_the_file_holds_the_table(small_run, tmp_path):
    run = Run(small_run.path)
    target = tmp_path / "größe.csv"
    save_metrics_csv(run, target)
    assert target.read_bytes().decode("utf-8") == metrics_csv(run)
    assert b"\r" not in target.read_bytes()


def test_a_failed_write_leaves_nothing(small_run, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer_module.os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        save_metrics_csv(Run(small_run.path), tmp_path / "table.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_table_names_its_making(small_run, tmp_path):
    run = Run(small_run.path)
    written = make_table(TablePlan(tmp_path / "x.csv", run.path))
    assert [path.name for path in written] == ["x.csv", "x.csv.json"]
    assert written[0].read_text() == metrics_csv(run)
    said = json.loads(written[1].read_text())
    assert said["run"] == "Synthetic · 3 layers"
    assert said["seed"] == 0
    assert "no simplex ETF fits" in said["absent"]["gnc1"][0], "an empty cell has its reason"
    assert said["recipe"]["dataset"] == "synthetic"
    assert said["program"].startswith("ncviz ")


def test_json_says_what_measure_says(small_run, tmp_path):
    run = Run(small_run.path)
    make_table(TablePlan(tmp_path / "x.json", run.path, epochs=(0, 20)))
    read_back = json.loads((tmp_path / "x.json").read_text())
    both = [measure_run(run, epoch) for epoch in (0, 20)]
    assert read_back["layers"] == both[0]["layers"] + both[1]["layers"]
    assert read_back["law"] == both[0]["law"] + both[1]["law"]
    assert [row["epoch"] for row in read_back["scalars"]] == [0, 20]
    assert read_back["scalars"][1]["train_loss"] == run.snapshot(20).scalars["train_loss"]
    assert read_back["provenance"]["seed"] == 0


def test_latex_is_a_table_with_booktabs(small_run, tmp_path):
    run = Run(small_run.path)
    make_table(TablePlan(tmp_path / "x.tex", run.path, epochs=(20,)))
    text = (tmp_path / "x.tex").read_text()
    for word in (
        r"\toprule",
        r"\midrule",
        r"\bottomrule",
        r"\textperiodcentered{}",
        '%  "seed": 0',
    ):
        assert word in text
    lines = [line for line in text.splitlines() if line.startswith("layer 2 ")]
    assert len(lines) == 2  # train and test
    record = measure_run(run, 20, "layer 2")["layers"][0]
    assert f"{record['separation_fuzziness']:.3g}".split("e")[0][:3] in lines[0]
    columns = {line.count("&") for line in text.splitlines() if line.endswith(r"\\")}
    assert len(columns) == 1


def test_latex_says_no_law_of_one_layer(make_run, tmp_path):
    captions = []
    for widths in ((8,), (8, 6)):
        run = make_run(tmp_path / f"{len(widths)} layers", widths=widths, epochs=(0,))
        make_table(TablePlan(tmp_path / "x.tex", run.path))
        text = (tmp_path / "x.tex").read_text()
        captions.append([line for line in text.splitlines() if line.startswith(r"\caption")])
    assert all(line.endswith((" train samples.}", " test samples.}")) for line in captions[0])
    assert all(r" samples: $\rho = " in line for line in captions[1])


def test_latex_prints_strange_letters_and_numbers():
    assert escaped("50%_of {A} & $B$ #1 ~^\\") == (
        r"50\%\_of \{A\} \& \$B\$ \#1 \textasciitilde{}\textasciicircum{}\textbackslash{}"
    )
    assert [latex_number(v) for v in (0.0, 0.01234, 123.4, 1234.0, 1e-7, -2.5e9)] == [
        "0",
        "0.0123",
        "123",
        "1234",
        r"1.00 \cdot 10^{-7}",
        r"-2.50 \cdot 10^{9}",
    ]
    assert latex_number(float("inf")) == r"\infty"


def test_npz_holds_means_classifiers_and_coordinates(small_run, tmp_path):
    run = Run(small_run.path)
    make_table(TablePlan(tmp_path / "x.npz", run.path, epochs=(0, 20)))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as arrays:
        assert arrays["epochs"].tolist() == [0, 20]
        assert arrays["class_names"].tolist() == [f"class {k}" for k in range(5)]
        assert arrays["labels"].tolist() == run.probe.labels.tolist()
        assert json.loads(str(arrays["provenance"]))["run"] == "Synthetic · 3 layers"
        snapshot = run.snapshot(20)
        assert arrays["means/20/2"] == pytest.approx(snapshot.statistics(2, "train").means)
        assert arrays["classifier/20"] == pytest.approx(snapshot.classifier().weight)
        assert arrays["bias/20"].shape == (5,)
        assert arrays["coordinates/0/1"] == pytest.approx(run.snapshot(0).positions(1).probe)
        assert "means/5/0" not in arrays


@pytest.mark.parametrize(
    ("name", "file_format", "words"),
    [
        ("x.doc", "", "x.doc is of no format for tables"),
        ("x", "", "x is of no format"),
        (".", "csv", "is a folder|is no name"),
        ("nowhere/x.csv", "", "nowhere.*No such file"),
    ],
)
def test_tables_that_cannot_be_written(small_run, tmp_path, name, file_format, words):
    with pytest.raises(UserError, match=words):
        make_table(TablePlan(tmp_path / name, small_run.path, file_format=file_format))
    assert list(tmp_path.iterdir()) == []


def test_an_epoch_that_was_not_recorded_makes_no_table(small_run, tmp_path):
    for name in ("x.csv", "x.json", "x.tex", "x.npz"):
        with pytest.raises(UserError, match="3"):
            make_table(TablePlan(tmp_path / name, small_run.path, epochs=(3,)))
    assert list(tmp_path.iterdir()) == []
