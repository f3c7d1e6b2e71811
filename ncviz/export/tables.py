"""Tables of a run: metrics as CSV, JSON and LaTeX; class means and coordinates as npz."""

import contextlib
import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz import held_files
from ncviz.errors import UserError
from ncviz.export.latex import metrics_latex
from ncviz.export.picture import provenance
from ncviz.export.table_plan import TablePlan
from ncviz.language import tr
from ncviz.metrics.measures import OF_LAYERS, columns, measure_run
from ncviz.metrics.metric import NETWORK
from ncviz.metrics.repeated import PARTS, measure_repeats, taken_together
from ncviz.parameters import check
from ncviz.runs.repeats import Repeats, is_repeats
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.view import View
from ncviz.wording import cell

Advance = Callable[[int, int], None]  # epochs done and in all


def metrics_csv(
    run: Run | Repeats, epochs: Sequence[int] = (), advance: Advance | None = None
) -> str:
    """Return every metric of a run as CSV, one line an epoch, layer and split.

    The first column is called by what the run counts. The law of equi-separation of
    the epoch and split stands in the last columns. What does not apply is empty. Of repeats each
    number has five columns: mean, std, min, max and n.

    Parameters
    ----------
    run : Run or Repeats
    epochs : sequence of int
        Recorded ones; all if empty.
    """
    return _csv(run, _measured(run, epochs, advance))


def _csv(run: Run | Repeats, measured: Mapping[str, Any]) -> str:
    buffer = io.StringIO()
    unit = run.counting.unit
    numbers = [m.name for m in (*columns(OF_LAYERS), *columns((NETWORK,)))]
    if isinstance(run, Repeats):
        numbers = [f"{name}_{part}" for name in numbers for part in PARTS]
    names = [unit, "layer", "split", *numbers]
    writer = csv.DictWriter(buffer, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: cell(value) if isinstance(value, str) else value for name, value in flat.items()}
        for row in _rows(run, measured)
        for flat in (_flat(row) if isinstance(run, Repeats) else row,)
    )
    return buffer.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of repeats with a column for each part of a number."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        whole = isinstance(value, Mapping)
        cells |= {f"{name}_{p}": value[p] for p in PARTS} if whole else {name: value}
    return {name: value for name, value in cells.items() if value is not None}


def metric_rows(
    run: Run | Repeats, epochs: Sequence[int] = (), advance: Advance | None = None
) -> list[dict[str, Any]]:
    """Return the lines of `metrics_csv`."""
    return _rows(run, _measured(run, epochs, advance))


def _rows(run: Run | Repeats, measured: Mapping[str, Any]) -> list[dict[str, Any]]:
    unit = run.counting.unit
    laws = {(law[unit], law["split"]): law for law in measured["law"]}
    of_all = [metric.name for metric in columns((NETWORK,))]
    return [
        record | {name: laws.get((record[unit], record["split"]), {}).get(name) for name in of_all}
        for record in measured["layers"]
    ]


def metrics_json(
    run: Run | Repeats,
    epochs: Sequence[int] = (),
    advance: Advance | None = None,
    *,
    with_path: bool = False,
) -> str:
    """Return every metric of a run as JSON, with what made it.

    Returns
    -------
    str
        `layers` and `law` as `ncviz measure --json` has them, `scalars` (loss,
        error and the like by epoch), and `provenance`.
    """
    measured = _measured(run, epochs, advance)
    counting = run.counting
    tables = [
        [
            {counting.unit: counting.value(e), **one.snapshot(e).scalars}
            for e in epochs or run.epochs
            if e in one.epochs
        ]
        for one in (run.runs if isinstance(run, Repeats) else (run,))
    ]
    is_one = isinstance(run, Run)
    scalars = tables[0] if is_one else taken_together(tables, (counting.unit,))
    whole = {"provenance": _said(run, with_path), **measured, "scalars": scalars}
    return json.dumps(_finite(whole), indent=1, ensure_ascii=False, allow_nan=False)


def run_arrays(
    run: Run,
    epochs: Sequence[int] = (),
    advance: Advance | None = None,
    *,
    with_path: bool = False,
) -> dict[str, NDArray[Any]]:
    """Return class means, classifiers and coordinates as named arrays.

    Parameters
    ----------
    run : Run
    epochs : sequence of int
        Recorded ones; all if empty.

    Returns
    -------
    dict
        `epochs` (`steps`, … as the run counts), `labels` (of the probe samples),
        `class_names` (of sets of labels last), `layer_names`, `provenance` (JSON); and for each
        epoch E and layer L from 0 `means/E/L` (K, d), `coordinates/E/L` (P, r) of the probe
        samples and `means_coordinates/E/L` (K, r) in the span of the class means,
        `classifier/E` (K, d) and `bias/E` (K,).
    """
    chosen = tuple(epochs or run.epochs)
    manifest, counting = run.manifest, run.counting
    arrays: dict[str, NDArray[Any]] = {
        counting.units: np.array([counting.value(epoch) for epoch in chosen]),
        "labels": run.probe.labels,
        "class_names": np.array(manifest.drawn_names),
        "layer_names": np.array([layer.name for layer in manifest.layers]),
        "provenance": np.array(json.dumps(_finite(_said(run, with_path)), ensure_ascii=False)),
    }
    for done, epoch in enumerate(chosen, 1):
        snapshot, name = run.snapshot(epoch), counting.text(epoch)
        for layer in range(len(manifest.layers)):
            statistics = snapshot.statistics(layer, "train")
            if statistics is not None:
                arrays[f"means/{name}/{layer}"] = statistics.means
            positions = snapshot.positions(layer)
            arrays[f"means_coordinates/{name}/{layer}"] = positions.means.astype(np.float32)
            arrays[f"coordinates/{name}/{layer}"] = positions.probe.astype(np.float32)
        classifier = snapshot.classifier()
        if classifier is not None:
            arrays[f"classifier/{name}"] = classifier.weight
            if classifier.bias is not None:
                arrays[f"bias/{name}"] = classifier.bias
        if advance is not None:
            advance(done, len(chosen))
    return arrays


def make_table(plan: TablePlan, advance: Advance | None = None) -> tuple[Path, ...]:
    """Write the table that a plan asks for, whole or not at all.

    Parameters
    ----------
    plan : TablePlan
    advance : callable, optional
        Called after each epoch; may raise to break off.

    Returns
    -------
    tuple of Path
        The file, and beside CSV a second one, `NAME.csv.json`, that says how
        it was made; the others say so themselves.

    Raises
    ------
    UserError
        If it cannot be written, or the run is damaged.
    """
    check(plan, "table")
    assert plan.run is not None  # which is asked for
    run, path, epochs, with_path = run_or_repeats(plan.run), plan.out, plan.epochs, plan.with_path
    chosen = plan.suffix
    if path.is_dir():
        raise UserError(tr("{path} is a folder: choose the name of a file.", path=path))
    said = json.dumps(_finite(_said(run, with_path)), indent=1, ensure_ascii=False)
    if chosen == "csv":
        measured = _measured(run, epochs, advance)
        made = {**_said(run, with_path), "absent": measured["absent"]}
        said = json.dumps(_finite(made), indent=1, ensure_ascii=False)
        beside = path.with_name(f"{path.name}.json")
        _write_both(path, _csv(run, measured).encode(), beside, said.encode())
        return path, beside
    if chosen == "json":
        content = metrics_json(run, epochs, advance, with_path=with_path).encode()
    elif chosen == "latex":
        content = metrics_latex(
            metric_rows(run, epochs, advance), title_of(run), said, run.counting
        ).encode()
    elif isinstance(run, Repeats):
        raise UserError(
            tr(
                "An npz file holds class means and places of samples, which are of one run: name "
                "that of a seed, such as {path}.",
                path=run.median_run.path,
            )
        )
    else:
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer, allow_pickle=False, **run_arrays(run, epochs, advance, with_path=with_path)
        )
        content = buffer.getvalue()
    write_atomically(path, content)
    return (path,)


def _write_both(path: Path, content: bytes, beside: Path, said: bytes) -> None:
    """Write a table and what says how it was made, both or neither."""
    before = beside.read_bytes() if beside.is_file() else None
    write_atomically(beside, said)
    try:
        write_atomically(path, content)
    except UserError:
        with contextlib.suppress(OSError, UserError):
            held_files.remove(beside) if before is None else write_atomically(beside, before)
        raise


def save_metrics_csv(run: Run, path: Path) -> None:
    """Write `metrics_csv` to a file, whole or not at all.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write_atomically(path, metrics_csv(run).encode())


def run_or_repeats(path: Path) -> Run | Repeats:
    """Return what a table is of: the run in a folder, or all of its repeats."""
    return Repeats(path) if is_repeats(path) else Run(path)


def title_of(run: Run | Repeats) -> str:
    """Return what a table calls it."""
    return (
        run.manifest.title
        if isinstance(run, Run)
        else tr(
            "{title}, mean and standard deviation of {count_in_words}",
            title=run.title,
            count_in_words=run.count_in_words,
        )
    )


def _measured(run: Run | Repeats, epochs: Sequence[int], advance: Advance | None) -> dict[str, Any]:
    chosen = tuple(epochs or run.epochs)
    whole: dict[str, Any] = {"layers": [], "law": [], "absent": {}}
    for done, epoch in enumerate(chosen, 1):
        part = measure_run(run, epoch) if isinstance(run, Run) else measure_repeats(run, epoch)
        whole["layers"] += part["layers"]
        whole["law"] += part["law"]
        for name, sentences in part["absent"].items():
            known = whole["absent"].setdefault(name, [])
            known += [sentence for sentence in sentences if sentence not in known]
        if advance is not None:
            advance(done, len(chosen))
    return whole


def _said(run: Run | Repeats, with_path: bool) -> dict[str, Any]:
    one = run if isinstance(run, Run) else run.median_run
    said = provenance(one, View(), with_path=with_path)
    said |= {} if isinstance(run, Run) else {"run": run.title, "repeats": run.said()}
    return {key: value for key, value in said.items() if not key.startswith("view")}


def _finite(value: Any) -> Any:
    """Return the same without what JSON cannot hold."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
