"""A run as a notebook shows it."""

import html
import json
import re

import ncviz
from ncviz.geometry.separation import separation_fuzziness
from ncviz.runs.run import Run
from ncviz.wording import three_digits


def rows_of(run):
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r"<th scope[^>]*>(.*?)</th><td[^>]*>(.*?)</td>", shown(run))
    }


def shown(run):
    return run._repr_html_()


def test_a_run_is_a_table_in_words(small_run):
    rows = rows_of(ncviz.open_run(small_run.path))
    assert rows["Classes"] == "5"
    assert rows["Layers"] == "3"
    assert rows["Moments"] == "6 recorded, epoch 0 to epoch 20"
    last = Run(small_run.path).snapshot(20).statistics(2, "train")
    assert rows["D"] == three_digits(separation_fuzziness(last))
    assert list(rows)[3:] == ["NC1", "NC2 norms", "NC2 angles", "NC3", "NC4", "D"]
    assert '"auto" style="text-align:left">layer 2, epoch 20<' in shown(Run(small_run.path))


def test_names_are_text_and_what_fails_is_a_row(growing_run):
    path = growing_run.path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["title"] = "<script>alert(1)</script>"
    manifest["layers"][-1]["name"] = "<img src=x>"
    manifest["state"], manifest["message"] = "failed", "<b>broken</b>"
    path.write_text(json.dumps(manifest))
    run = Run(growing_run.path)
    assert not re.search(r"<(script|img|b)\b", shown(run))
    assert rows_of(run)["State"] == "broke off: <b>broken</b>"
    newest = max((growing_run.path / "snapshots").iterdir())
    newest.write_bytes(b"no arrays")
    rows = rows_of(Run(growing_run.path))
    assert "damaged" in rows["Numbers"]
    assert "NC1" not in rows
