"""What a run has nothing of is not offered, and asked for it is refused with the reason."""

from dataclasses import replace

import numpy as np
import pytest

from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.cli import main
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import presets_for, sized_figure
from ncviz.export.film_plan import FilmPlan, plots_beside
from ncviz.export.plots import pages
from ncviz.export.presets.preset import presets
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter
from ncviz.scenes.view import View


def without(made, path, *, head=True, test=True, scalars=True):
    """Write a run again without some of what it has."""
    writer = RunWriter(path, made.manifest, made.probe)
    for snapshot in made.snapshots.values():
        layers = [
            replace(x, statistics={s: v for s, v in x.statistics.items() if test or s == "train"})
            for x in snapshot.layers
        ]
        kept = replace(snapshot, layers=tuple(layers))
        kept = kept if scalars else replace(kept, scalars={})
        kept = kept if head else replace(kept, classifier=None, predicted=None, nearest=None)
        writer.write(kept)
    writer.close()
    return path


@pytest.fixture(scope="module")
def odd_runs(make_run, small_run, imbalanced_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("odd")
    bare = {"head": False, "test": False, "scalars": False}
    crowded = make_run(path / "crowded", counts=(6,) * 7, epochs=(0, 1, 2), widths=(9, 3))
    return {
        "usual": small_run.path,
        "imbalanced": imbalanced_run.path,
        "crowded": crowded.path,
        "one epoch": make_run(path / "epoch", counts=(6,) * 3, epochs=(0,), widths=(5, 4)).path,
        "one layer": make_run(path / "layer", counts=(6,) * 3, epochs=(0, 1), widths=(5,)).path,
        "two classes": make_run(path / "two", counts=(6, 6), epochs=(0, 1), widths=(5, 4)).path,
        "bare": without(small_run, path / "bare", **bare),
    }


KINDS = ("usual", "imbalanced", "crowded", "one epoch", "one layer", "two classes", "bare")


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_is_offered_where_it_shows_something_and_else_refused(kind, odd_runs, tmp_path):
    run = Run(odd_runs[kind])
    offered, refused = presets_for(run), 0
    numbers, moment = Numbers(run), Moment(run, run.epochs[-1], View(epoch=run.epochs[-1]))
    for name, preset in presets().items():
        plan = FigurePlan(tmp_path / "x.svg", run.path, preset=name)
        why = preset.why_not(run)
        assert (name in offered) == (not why) == preset.applies(run)
        if why:
            refused += 1
            assert why.endswith(".")
            with pytest.raises(Exception, match="has nothing to show in the figure") as said:
                sized_figure(plan)
            assert why[1:] in str(said.value)
        else:
            sized_figure(plan)
        if name in pages() and not why:
            plot, page = pages()[name]
            chart = plot.draw(numbers, moment)
            curves = page.kept(chart) if hasattr(chart, "curves") else ()
            some = [c for c in curves if c.key and np.isfinite(c.values).any()]
            assert some or not hasattr(chart, "curves") or chart.spots or chart.uprights, name
    assert refused
    beside = plots_beside(FilmPlan(tmp_path / "x.mp4", run.path))
    assert set(beside) <= set(offered)


@pytest.mark.parametrize(
    ("kind", "preset", "reason"),
    [
        ("usual", "groups", "no class is much smaller than the largest"),
        ("imbalanced", "worst-class", "it has minority classes"),
        ("one epoch", "collapse", "it has one recorded moment"),
        ("one layer", "layers", "it has one layer"),
        ("one epoch", "frames", "the run has one recorded moment"),
        ("usual", "generalized", "simplex ETF of its classes fits"),
        ("bare", "zero-sum", "the classifier was not recorded"),
        ("bare", "held-out", "no held-out samples"),
        ("usual", "unknown-classes", "does not know"),
    ],
)
def test_the_command_says_why_in_one_sentence(kind, preset, reason, odd_runs, tmp_path, capsys):
    out = tmp_path / "x.svg"
    asked = ["export", "figure", str(odd_runs[kind]), "--preset", preset, "--out", str(out)]
    assert main(asked) == 1
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1
    assert not out.exists()
