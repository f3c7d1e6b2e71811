"""Pages of two runs side by side: what stands on the right, and a browser that shows both."""

import re

import numpy as np
import pytest
from browsers import FLAGS, Seen, find_browser
from playwright.sync_api import sync_playwright

from ncviz.cli import main
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.explorer import Explorer
from ncviz.export.beside import Beside
from ncviz.export.page_plan import PagePlan
from ncviz.export.provenance import said_by
from ncviz.export.web.making import make_page
from ncviz.export.web.packing import array_at, unpacked
from ncviz.runs.fingerprint import fingerprint
from ncviz.runs.run import Run
from ncviz.scenes.beside import view_beside
from ncviz.scenes.compose import compose_comparison
from ncviz.scenes.view import View

CLASSES = (0, 1, 3)


@pytest.fixture(scope="module")
def other(make_run, tmp_path_factory):
    """A run of the same classes with one layer less, other moments and other samples."""
    out = tmp_path_factory.mktemp("other") / "run"
    made = make_run(out, counts=(8,) * 5, epochs=(0, 4, 12), widths=(6, 5), per_class=5)
    return Run(made.path)


@pytest.fixture(scope="module")
def made(small_run, other, tmp_path_factory):
    out = tmp_path_factory.mktemp("both") / "page.html"
    view = View(classes=CLASSES, layer=1).at(10)
    make_page(PagePlan(out, small_run.path, view=view, beside=Beside(other.path)))
    return out


def _carried(path):
    return unpacked(re.search(r'id="data">([^<]*)<', path.read_text(encoding="utf-8"))[1])


def _samples(page, content, side, moment, layer):
    told = page["sides"][side]["looks"][0]
    number = moment * len(page["layers"]) + layer
    states, parts = told["states"], told["parts"][told["states"]["parts"][number]]
    place = {"at": states["at"][number], "kind": "i2", "shape": [parts["samples"]["count"], 3]}
    whole = {**place, "shape": [_all_points(parts), 3]}
    points = array_at(content, whole) * states["step"][number]
    return points[: parts["samples"]["count"]], states["step"][number]


def _all_points(parts):
    counts = parts["samples"]["count"], parts["balls"]["count"], 2 * parts["lines"]["count"]
    return sum(counts) + len(parts["labels"]["texts"])


def test_both_stand_where_the_window_draws_them(made, small_run, other):
    page, content = _carried(made)
    run = Run(small_run.path)
    assert [side["times"][-1] for side in page["sides"]] == ["epoch 20", "epoch 12"]
    for moment, layer in ((0, 0), (3, 1), (5, 2)):
        view = View(classes=CLASSES, layer=layer).at(run.epochs[moment])
        there = view_beside(run, view, other, View())
        picture = compose_comparison(run, view, other, there)
        for side, panel in enumerate(picture.panels):
            points, step = _samples(page, content, side, moment, layer)
            assert np.abs(points - panel.scene.samples.positions).max() <= step / 2 + 1e-6


def test_what_is_said_is_what_the_window_says(made, small_run, other):
    page, _ = _carried(made)
    comparison = Comparison(Explorer())
    comparison.first.open(small_run.path)
    comparison.open_second(other.path)
    for moment, layer in ((1, 0), (5, 2)):
        epoch = comparison.first.run.epochs[moment]
        comparison.first.set_view(View(classes=CLASSES, layer=layer).at(epoch))
        number = page["sides"][0]["looks"][0]["captions"][moment][layer]
        assert page["sentences"][number] == comparison.caption()
    text = made.read_text(encoding="utf-8")
    assert comparison.note() in text  # the right run ends earlier, layers are matched by depth


def test_the_page_says_which_runs_it_is_of_and_how_it_is_made(made, small_run, other):
    said = said_by(made)
    assert said["fingerprint"] == fingerprint(Run(small_run.path).manifest)
    assert said["beside"]["fingerprint"] == fingerprint(other.manifest)
    text = made.read_text(encoding="utf-8")
    assert f"--beside {other.path.name}" in text
    assert str(other.path.parent) not in text


def test_a_page_of_two_is_as_small_as_asked_for(make_run, tmp_path, capsys):
    runs = []
    for name, seed in (("a", 1), ("b", 2)):
        epochs = tuple(range(0, 60, seed))
        made = make_run(
            tmp_path / name, counts=(40, 40, 40), epochs=epochs, widths=(5, 4), per_class=40
        )
        runs.append(str(made.path))
    out = tmp_path / "small.html"
    words = ["--out", str(out), "--size", "600kB"]
    assert main(["export", "page", runs[0], "--beside", runs[1], *words]) == 0
    assert out.stat().st_size <= 600_000
    page, _ = _carried(out)
    counts = [s["looks"][0]["parts"][0]["samples"]["count"] for s in page["sides"]]
    assert counts[0] == counts[1]
    if counts[0] < 120:
        assert f"{2 * counts[0]} of 240 drawn samples" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--beside", "nowhere"], "nowhere"),
        (["--beside", ".", "--model", "vectors"], "one of them"),
    ],
)
def test_what_cannot_stand_beside_is_refused_in_one_sentence(
    small_run, tmp_path, capsys, words, sentence
):
    out = tmp_path / "page.html"
    assert main(["export", "page", str(small_run.path), "--out", str(out), *words]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert not out.exists()


def test_both_turn_and_hide_together_on_one_clock(made, small_run, make_run, tmp_path):
    far = make_run(tmp_path / "far", counts=(9, 9), epochs=(0, 1), widths=(4,), per_class=4)
    unlike = tmp_path / "unlike.html"
    plan = PagePlan(unlike, small_run.path, view=View().at(20), beside=Beside(far.path))
    make_page(plan)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(browser, made)
        left, right = (seen.page.locator(".pane").nth(k).bounding_box() for k in (0, 1))
        assert left["y"] == right["y"]
        assert left["x"] + left["width"] <= right["x"]
        # A run's sign stays beside its numbers, however narrow the column is.
        readings = seen.page.locator(".readings").first
        for width in ("60px", "120px", "240px"):
            readings.evaluate("(each, width) => { each.style.width = width; }", width)
            rows = readings.locator("span").evaluate_all(
                "(all) => all.map((each) => [each.innerText, each.getClientRects().length])"
            )
            assert {sign for text, _ in rows for sign in text[:2].split()} >= {"●", "○"}
            assert {count for _, count in rows} == {1}
        readings.evaluate("(each) => { each.style.width = ''; }")
        before = seen.run("viewer.panes[1].camera.azimuth")
        seen.page.mouse.move(left["x"] + 100, left["y"] + 150)
        seen.page.mouse.down()
        seen.page.mouse.move(left["x"] + 140, left["y"] + 150)
        seen.page.mouse.up()
        turned = [seen.run(f"viewer.panes[{k}].camera.azimuth") for k in (0, 1)]
        assert turned[0] == turned[1] != before
        assert seen.page.locator("#legend .legend").count() == 1
        seen.page.locator("#legend button[aria-pressed]").first.click()
        assert seen.run("viewer.panes.map((pane) => pane.isHidden(0))") == [True, True]
        seen.run("viewer.go(viewer.last)")
        seen.run("viewer.draw()")
        assert seen.text("#moment") == "epoch 20 · epoch 12"
        assert seen.page.locator(".chart").count() == 4
        assert seen.troubles == []
        seen.close()
        phone = Seen(browser, made, size=(390, 844))
        upper, lower = (phone.page.locator(".pane").nth(k).bounding_box() for k in (0, 1))
        assert upper["y"] + upper["height"] <= lower["y"]
        assert phone.run("document.documentElement.scrollWidth") <= 390
        phone.close()
        apart = Seen(browser, unlike)  # of other classes each has its own legend
        assert apart.page.locator("#legend .legend").count() == 2
        apart.page.locator("#legend .legend").nth(1).locator("button[aria-pressed]").first.click()
        hidden = apart.run("viewer.panes.map((pane) => pane.isHidden(0))")
        assert hidden == [False, True]
        assert apart.troubles == []
        browser.close()


# Where the timeline lies in the window of the browser, and how much it leaves of the scenes.
IN_REACH = """() => {
  const box = (one) => one.getBoundingClientRect(), bar = box(document.getElementById("timeline"));
  const seen = ({ top, bottom }) => Math.min(bottom, bar.top) - Math.max(top, 0);
  const scenes = [...document.querySelectorAll(".scene")].map(box);
  return {
    bar: [bar.top, bar.bottom, innerHeight],
    seen: scenes.map((scene) => seen(scene) / scene.height),
    wide: document.documentElement.scrollWidth <= innerWidth,
  };
}"""
# Whether the timeline lies over what has the focus.
COVERED = """() => {
  const one = document.activeElement, bar = document.getElementById("timeline");
  if (bar.contains(one) || one.matches("body, .scene")) return false;
  const own = one.getBoundingClientRect(), over = bar.getBoundingClientRect();
  const beside = own.right <= over.left || own.left >= over.right;
  return !beside && own.bottom > over.top + 1 && own.top < over.bottom - 1;
}"""


@pytest.mark.parametrize("size", [(720, 450), (640, 360), (390, 844), (412, 700), (1440, 900)])
def test_both_scenes_and_the_timeline_are_in_reach_together(made, size):
    """Also on a phone, and on a screen of 1440 × 900 that is magnified to twice its size."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(running, made, size=size)
        begins = seen.run(IN_REACH)
        assert begins["wide"]
        assert 0 <= begins["bar"][0] < begins["bar"][1] <= begins["bar"][2]
        assert begins["seen"][0] > 0.5
        seen.run("() => document.getElementById('view').scrollIntoView()")
        found = seen.run(IN_REACH)
        assert 0 <= found["bar"][0] < found["bar"][1] <= found["bar"][2]
        assert min(found["seen"]) >= (1 if size[1] > 360 else 0.9)
        slider = seen.page.locator("#time").bounding_box()
        middle = slider["y"] + slider["height"] / 2
        seen.page.mouse.click(slider["x"] + 3, middle)
        seen.run("() => viewer.draw()")
        assert seen.text("#moment").startswith("epoch 0")
        for _ in range(30):
            seen.page.keyboard.press("Tab")
            assert not seen.run(COVERED)
        assert seen.troubles == []
        running.close()
