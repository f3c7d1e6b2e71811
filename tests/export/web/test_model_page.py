"""Pages of theory models: their states, their charts, and a browser that shows them."""

import json
import re
from dataclasses import asdict

import numpy as np
import pytest
from browsers import FLAGS, Seen, find_browser
from playwright.sync_api import sync_playwright

from ncviz.cli import main
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import page_bytes
from ncviz.export.web.model_states import states_of
from ncviz.export.web.of_model import page_of_model
from ncviz.export.web.packing import Packing
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.model import models
from ncviz.scenes.view import View


def _page(tmp_path, name, **settings):
    plan = PagePlan(tmp_path / "page.html", model=ModelPlan(name, settings))
    told = []
    held = states_of(plan, lambda done, total: told.append((done, total)))
    return page_of_model(plan, held, Packing()), held, told


def test_states_of_a_solved_model_are_those_of_its_own_solution(tmp_path):
    page, held, told = _page(tmp_path, "layer-peeled", classes=5, majority=2, ratio=100.0)
    assert page.times.names[0] == "R = 1"
    assert page.times.names[page.times.start] == "R = 100"
    assert told[-1][0] == len(held.states)
    for state in held.states[:: len(held.states) // 5]:
        chart = state.charts[0]
        parameters = LAYER_PEELED.parameters(classes=5, majority=2, ratio=chart.at)
        spot = next(s for s in chart.chart.spots if s.here)
        alone = LAYER_PEELED.cosine(parameters, LAYER_PEELED.solve(parameters))
        assert spot.height == pytest.approx(alone, abs=1e-6)
    here = page.charts[0]["here"]
    assert here == sorted(here)
    assert here[0] == 0
    assert here[-1] == 1
    assert all(frame[-1]["points"] == "full" for frame in page.charts[0]["frames"])


def test_states_of_a_descent_are_its_steps(tmp_path):
    page, held, _ = _page(tmp_path, "vectors", classes=3)
    assert page.times.names[page.times.start] == "Step 100"
    run = held.path.run
    for state in held.states[::20]:
        means = run.snapshot(round(state.place)).statistics(-1, "train").means
        balls = state.scenes["light"].balls.positions[-3:]
        cosines = np.corrcoef(balls @ balls.T)
        assert np.isfinite(cosines).all()
        wanted, found = means @ means.T, balls @ balls.T
        assert found / np.trace(found) == pytest.approx(wanted / np.trace(wanted), abs=1e-5)
    assert len(page.charts) == 1
    assert page.sides[0].matrix is not None
    assert page.sides[0].matrix["words"] == ["cosine of each vector with each other"]


@pytest.mark.parametrize("name", sorted({"law", "deep-linear", "le-sde", "label-sets"}))
def test_every_thing_that_is_drawn_has_an_owner_or_none(tmp_path, name):
    settings = {"classes": 3} if name in ("le-sde", "label-sets") else {}
    page, held, _ = _page(tmp_path, name, **settings)
    look = page.sides[0].looks[0]
    for row in look.states:
        state, parts = row[0], look.parts[row[0].parts]
        counts = len(parts.sample_ids), len(parts.ball_radii), len(parts.line_radii)
        assert len(state.points) == counts[0] + counts[1] + 2 * counts[2] + len(parts.labels)
        assert len(parts.sample_owners) == counts[0]
        assert len(parts.ball_owners) == len(parts.ball_roles) == counts[1]
        assert len(parts.line_owners) == len(parts.line_lit) == counts[2]
        assert parts.ball_owners.max() < len(held.names)
    json.dumps(page.charts, allow_nan=False, default=asdict)  # notions are written once
    for chart in page.charts:
        assert len(chart["frames"]) in (1, len(held.states))


@pytest.mark.parametrize("name", ["law", "vectors"])
def test_a_page_asks_for_no_deed_of_the_window_and_says_the_same_once(tmp_path, name):
    page, held, _ = _page(tmp_path, name)
    assert held.path.model.deed
    tips = [chart["tip"] for chart in page.charts]
    said = " ".join((page.subtitle, *page.summary, *tips)).lower()
    assert not re.search(r"\bdrag a\b|\bto be dragged\b|\bdrag the", said)
    captions = [
        line.split(": ", 1)[1] for line in page.summary if line.split(":")[0] in page.times.names
    ]
    assert captions
    assert len(set(captions)) == len(captions)
    assert all(value for _, value in page.facts)


def test_letters_of_formulas_stay_small_and_readings_have_names(tmp_path):
    page, _, _ = _page(tmp_path, "le-sde", classes=3)
    assert page.times.names[0] == "t = 1"
    page, _, _ = _page(tmp_path, "deep-features", classes=3)
    assert any(text.startswith("NC2 norms") for text, _ in page.charts[1]["readings"][-1])


def test_a_page_of_a_model_is_no_larger_than_asked_for(tmp_path, capsys):
    out = tmp_path / "small.html"
    words = ["--model", "le-sde", "--set", "classes=10", "--size", "320kB"]
    assert main(["export", "page", *words, "--out", str(out)]) == 0
    rule = capsys.readouterr().out.splitlines()[0]
    assert out.stat().st_size <= 320_000
    assert "moments of the timeline" in rule
    assert rule in out.read_text(encoding="utf-8")
    assert "--model le-sde" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--model", "nothing"], "no model"),
        (["--model", "law", "--set", "classes=9"], "no parameter"),
        (["RUN", "--model", "law"], "name one of them"),
        ([], "Name the folder of a run"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(small_run, tmp_path, capsys, words, sentence):
    out = tmp_path / "page.html"
    words = [str(small_run.path) if word == "RUN" else word for word in words]
    assert main(["export", "page", *words, "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_browser_moves_along_the_timeline_of_a_model(tmp_path):
    out = tmp_path / "page.html"
    plan = PagePlan(out, view=View(), model=ModelPlan("layer-peeled"))
    out.write_bytes(page_bytes(plan)[0])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(browser, out)
        assert seen.run("document.documentElement.dataset.state") == "ready"
        assert seen.page.locator("h1").inner_text() == models()["layer-peeled"].title
        first, pixels = seen.text("#caption"), seen.scene()
        readings = seen.page.locator(".readings").first.inner_text()
        seen.run("viewer.go(viewer.last)")
        assert (seen.scene() != pixels).any()
        assert seen.text("#moment") == "R = 10,000"
        assert seen.text("#caption") != first
        assert seen.page.locator(".readings").first.inner_text() != readings
        seen.run("viewer.picked(0, viewer.charts[0].told)")
        assert seen.run("viewer.moment") == 0
        assert seen.troubles == []
        assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
        browser.close()
