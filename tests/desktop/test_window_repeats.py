"""Several seeds in the window: the median in the scene, all of them in the plots."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from window_parts import settle

from ncviz.desktop.exporting.table_page import NOW
from ncviz.desktop.settings.recent import recent_names
from ncviz.explorer.room_names import COMPARE, TRAIN
from ncviz.explorer.session import read_session, write_session
from ncviz.explorer.window_state import PlotLayout
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.parameters import changed
from ncviz.runs.repeats import Repeats, seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.scenes.view import View
from ncviz.training.recipe import Recipe


@pytest.fixture(scope="module")
def folder(make_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("several seeds")
    write_repeated_recipe(folder, {"dataset": "synthetic", "seed": 0, "seeds": 4})
    for seed, spread in enumerate((1.0, 3.0, 2.0)):
        make_run(
            folder / seed_folder(seed), seed=seed, counts=(6, 6, 6), widths=(6, 4),
            epochs=(0, 1, 2), title=f"Synthetic{' · seed 1' if seed == 1 else ''}",
            noise=lambda time, depth, s=spread: s * 1.2 * 0.04 ** (time * depth),
        )  # fmt: skip
    return folder


def choose(window, seed):
    seeds = window.run_panel.seeds
    index = seeds.findData(seed)
    seeds.setCurrentIndex(index)
    seeds.activated.emit(index)


def shown(window):
    return window.explorer.run.seed


def test_a_folder_of_seeds_from_its_opening_to_a_figure(
    make_window, qtbot, folder, small_run, tmp_path
):
    window = make_window(run=small_run.path)
    assert not window.run_panel.seeds.isVisible()
    window.opening.open_dropped([str(folder)])
    settle(qtbot, window)
    repeats = Repeats(folder)
    median = repeats.median_seed
    others = [seed for seed in repeats.seeds_there if seed != median]
    seeds, title = window.run_panel.seeds, window.run_panel.title
    assert seeds.isVisible()
    assert seeds.currentText() == f"Median of 3 of 4 seeds: seed {median}"
    assert "D of the last layer at epoch 2" in seeds.toolTip()
    assert "Seed 3: not trained yet" in seeds.toolTip()
    assert "seed 3: not trained yet" in window.note.text.text()
    assert "seed" not in title.text()
    assert window.settings.recent[0] == str(folder)
    assert recent_names([folder]) == ["Synthetic · 4 seeds"]

    # The plots have all of them, and the words above say so; a click hides that.
    window.plots.arrange(PlotLayout(("collapse", "law", "classes")))
    settle(qtbot, window)
    collapse, law = window.plots.plot("collapse"), window.plots.plot("law")
    assert "▒&nbsp;3&nbsp;seeds" in collapse.numbers.text()
    assert "▒&nbsp;3&nbsp;seeds" in law.legend.text()
    assert collapse.answer_of("range").title == "Range"
    assert "of 3 seeds" in collapse.answer_of("range").meaning
    own = collapse.trace("nc1")
    areas = [trace for trace in collapse.traces if trace.key == "range"]
    low, high = areas[0].sides
    assert (low <= own.values).all()
    assert (own.values <= high).all()
    assert areas[0] not in collapse.readable()
    header = collapse.table().splitlines()[0].split("\t")
    assert header[:4] == ["epoch", "NC1, range from", "NC1, range to", "NC1, mean"]
    collapse.toggle("range")
    assert not any(area.item.isVisible() for area in areas)
    assert collapse.choices == {"range"}
    collapse.toggle("range")
    collapse.toggle("nc1")
    assert [area.shown for area in areas] == [False, *[True] * (len(areas) - 1)]
    assert collapse.choices == {"nc1"}
    collapse.toggle("nc1")
    assert not any(trace.of for trace in window.plots.plot("classes").traces)

    # Another seed, at the same moment; undone and done again.
    window.explorer.go_to(1)
    settle(qtbot, window)
    choose(window, others[0])
    settle(qtbot, window)
    assert (shown(window), window.explorer.view.epoch) == (others[0], 1)
    assert seeds.currentText() == f"Seed {others[0]}; 3 of 4 seeds"
    window.doings.undo()
    settle(qtbot, window)
    assert (shown(window), window.explorer.view.epoch) == (median, 1)
    window.doings.redo()
    settle(qtbot, window)
    assert shown(window) == others[0]

    # A session and a figure bring it back.
    kept = tmp_path / "s.ncviz-session"
    write_session(kept, window.state.read())
    figure = tmp_path / "figure.svg"
    run = window.explorer.run
    make_figure(replace(FigurePlan(figure, run.path, View().at(1)), preset="nc"))
    window.open(small_run.path)
    assert not seeds.isVisible()
    assert window.exporting.restore(figure)
    settle(qtbot, window)
    assert shown(window) == others[0]
    window.open(small_run.path)
    window.state.restore(read_session(kept)[0])
    settle(qtbot, window)
    assert shown(window) == others[0]

    # A table of all, or of this one.
    window.exporting.open("table")
    dialog = window.exporting.dialog
    page = dialog.table
    assert page.seeds.isVisible()
    assert page.plan(tmp_path / "m.csv").run == folder
    assert "nc1_mean" in page.beginning()
    page.seeds.set_value(NOW)
    assert page.plan(tmp_path / "m.csv").run == run.path
    assert "nc1_mean" not in page.beginning()
    dialog.close()

    # Beside another run there are no areas of it.
    window.enter(COMPARE)
    assert window.rooms.compare.open_second(folder)
    settle(qtbot, window)
    assert window.comparison.second.run.path == folder / seed_folder(median)
    assert "range" not in collapse._other
    assert "nc1" in collapse._other


TINY = changed(
    Recipe(), dataset="digits", classes=(0, 1, 2), image_size=4, images_per_class=8, depth=2,
    width=6, epochs=2, record="all", probe_per_class=2, batch_size=24, seeds=3,
)  # fmt: skip


def test_a_training_of_several_seeds(make_window, qtbot, small_run, real_training):
    window = make_window(run=small_run.path, opengl=False)
    training, panel = window.training, window.training.panel
    window.enter(TRAIN)
    panel.form.set_recipe(TINY)
    assert panel.form["seeds"].isVisible(), "it is not as usual"
    said, busy, doing = [], [], []
    training.work.told.connect(lambda message: said.append(type(message).__name__))
    training.work.told.connect(lambda _: busy.append(window.header.busy.text()))
    training.work.told.connect(lambda _: doing.append(panel.status.text()))
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    assert "seeds 0 to 2" in panel.summary.text()
    qtbot.waitUntil(lambda: not training.work.is_running)
    settle(qtbot, window)
    assert said.count("SeedBegun") == 3
    assert any("seed 2 of 3 · epoch" in words for words in busy)
    assert "Training seed 1, 2 of 3" in doing
    assert window.note.text.text() == "All seeds are trained; their runs are kept and open as one."
    run = window.explorer.run
    assert run.repeats.seeds_there == (0, 1, 2)
    assert " 3 seeds digits" in run.path.parent.name
    assert window.settings.recent == [str(run.repeats.path)]
    assert window.room == TRAIN
    assert not panel.resume.isVisible()
    np.testing.assert_array_equal(run.repeats.common_epochs, (0, 1, 2))


def test_what_is_not_finished_goes_on(make_window, qtbot, small_run, real_training):
    window = make_window(run=small_run.path, opengl=False)
    training, panel = window.training, window.training.panel
    window.enter(TRAIN)
    panel.form.set_recipe(changed(TINY, epochs=400, record="every 100"))
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "seed 2 of 3 · epoch" in window.header.busy.text())
    panel.buttons.stop.click()
    qtbot.waitUntil(lambda: not training.work.is_running)
    settle(qtbot, window)
    assert "stopped" in window.note.text.text()
    repeats = window.explorer.run.repeats
    assert repeats.median_run.manifest.state == "finished"
    assert 2 in repeats.unfinished
    assert panel.resume.isVisible()
    assert "not finished of the seeds" in panel.resume.toolTip()
    qtbot.mouseClick(panel.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not training.work.is_running)
    settle(qtbot, window)
    assert window.explorer.run.repeats.unfinished == ()
    assert window.explorer.run.repeats.seeds_there == (0, 1, 2)
