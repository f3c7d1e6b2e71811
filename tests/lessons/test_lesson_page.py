"""Lessons as pages: nothing is told before a guess, names stay text, and the bound holds."""

import json
import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ncviz.cli import main
from ncviz.concepts import CONCEPTS
from ncviz.export.provenance import said_by
from ncviz.export.web.packing import unpacked
from ncviz.lessons.lesson_file import read_lesson
from ncviz.lessons.lesson_page import write_page
from ncviz.lessons.staging import check_stages

sys.path.append(str(Path(__file__).parents[1] / "export" / "web"))
from browsers import FLAGS, Seen, find_browser

LESSON = """
title = "A <b>lesson</b>"
able = "You can say </script> what R₀ is."

[[step]]
say = "Two of four classes have R times more samples."
then = "They have closed in."
hides = ["plots", "timeline", "caption"]
[step.model]
name = "layer-peeled"
classes = 4
majority = 2
ratio = 1.0
[step.ask]
kind = "choice"
text = "What will the rows do?"
options = ["Stay <i>apart</i>", "Close in"]
answer = 2
replies = ["No: they close in.", "Yes."]
[step.do]
say = "Drag R to 20."
until = "ratio >= 20"
[step.page]
deed = "Move the timeline to R = 20."

[[step]]
[step.ask]
kind = "prediction"
text = "What is R₀?"

[[step]]
then = "That is Minority Collapse."
[step.ask]
kind = "number"
text = "Guess R₀."
reads = "R₀"
within = 0.1
right = "Good."
wrong = "Look at it."

[[step]]
say = "A network of your own."
[step.recipe]
depth = 3
[step.do]
say = "Press Train."
until = "trained >= 1"
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("lesson") / "own.toml"
    path.write_text(LESSON, encoding="utf-8")
    return read_lesson(path)


@pytest.fixture(scope="module")
def page(lesson):
    out = lesson.path.with_suffix(".html")
    shares = []
    write_page(lesson, out, check_stages(lesson), tell=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    return out


def test_one_scene_serves_all_steps_that_show_it(page):
    text = page.read_text(encoding="utf-8")
    data = re.search(r'id="data">([^<]*)<', text)[1]
    told, _ = unpacked(data)
    assert len(told["pages"]) == 1
    assert [step["scenes"] for step in told["steps"]] == [[0], [0], [0], []]
    assert "<b>lesson" not in text
    assert said_by(page)["lesson"] == "A <b>lesson</b>"  # and no path, which names people
    assert str(page.parent) not in text
    assert "data:image/png" in told["steps"][0]["picture"]
    assert told["steps"][3]["picture"] == ""
    assert "#charts" in told["steps"][0]["style"]
    assert "#timeline" not in told["steps"][0]["style"]
    assert told["steps"][0]["style"].endswith("main{grid-template-columns:minmax(0,1fr)}")
    assert "main" not in told["steps"][2]["style"]
    json.dumps(told, allow_nan=False)


def test_a_scene_leaves_out_the_curves_that_its_step_leaves_out(tmp_path):
    step = '[[step]]\nsay = "NC1."\n[step.window]\nrun = "balanced"\nplots = ["collapse"]\n'
    kept = 'curves = ["nc1"]', 'curves = ["nc1", "nc3"]', ""
    path = tmp_path / "own.toml"
    path.write_text('title = "x"\nable = "x"\n' + "\n".join(step + of for of in kept))
    lesson = read_lesson(path)
    out = write_page(lesson, tmp_path / "own.html", check_stages(lesson))
    told, _ = unpacked(re.search(r'id="data">([^<]*)<', out.read_text(encoding="utf-8"))[1])
    assert [step["scenes"] for step in told["steps"]] == [[0], [1], [2]]
    charts = []
    for scene in told["pages"]:
        of_scene, _ = unpacked(re.search(r'id="data">([^<]*)<', scene)[1])
        charts.append(next(c for c in of_scene["charts"] if c["name"] == "collapse"))
    drawn = [[c["label"] for c in chart["frames"][0]] for chart in charts]
    assert drawn[:2] == [["NC1"], ["NC1", "NC3"]]
    assert len(drawn[2]) == 5
    assert [chart["up"].split(",")[0] for chart in charts] == ["NC1", "NC1–NC4", "NC1–NC4"]


def scenes_of(path):
    """Return the scenes of a lesson's page, in the order of its steps."""
    told, _ = unpacked(re.search(r'id="data">([^<]*)<', path.read_text(encoding="utf-8"))[1])
    scenes = [unpacked(re.search(r'id="data">([^<]*)<', scene)[1])[0] for scene in told["pages"]]
    return [scenes[step["scenes"][0]] for step in told["steps"]], told["steps"]


def test_a_scene_has_the_plots_that_its_step_names_and_all_if_it_names_none(tmp_path):
    of_run = '[[step]]\nsay = "x"\n[step.window]\nrun = "balanced"\n'
    named = ["collapse"], ["matrix", "law"], ["loss"], []
    steps = [of_run + f"plots = {json.dumps(plots)}\n" for plots in named]
    model = '[step.model]\nname = "unconstrained-features"\n'
    steps += [
        f'[[step]]\nsay = "x"\n[step.window]\nroom = "Theory"\nplots = ["rows"]\n{more}{model}'
        for more in ("", "plays = true\n")
    ]
    path = tmp_path / "own.toml"
    path.write_text('title = "x"\nable = "x"\n' + "\n".join(steps))
    lesson = read_lesson(path)
    scenes, steps = scenes_of(write_page(lesson, tmp_path / "own.html", check_stages(lesson)))
    drawn = [[c["name"] for c in scene["charts"]] for scene in scenes]
    assert drawn == [["collapse"], ["law"], [], ["law", "collapse"], ["rows"], ["rows"]]
    have = [bool(scene["sides"][0]["matrix"]) for scene in scenes[:4]]
    assert have == [False, True, False, True]
    wide = [step["style"].startswith("main") for step in steps]
    assert wide == [False, False, True, False, False, False]
    starts = [scene["times"]["start"] for scene in scenes[4:]]
    assert starts[0] == 0 < starts[1]  # what plays by itself in the window


def test_what_the_law_was_before_is_left_out_where_its_step_leaves_it_out(tmp_path):
    step = '[[step]]\nsay = "D."\n[step.window]\nrun = "balanced"\nplots = ["law"]\n'
    path = tmp_path / "own.toml"
    kept = 'curves = ["now", "fit"]', 'curves = ["now"]', ""
    path.write_text('title = "x"\nable = "x"\n' + "\n".join(step + of for of in kept))
    lesson = read_lesson(path)
    out = write_page(lesson, tmp_path / "own.html", check_stages(lesson))
    told, _ = unpacked(re.search(r'id="data">([^<]*)<', out.read_text(encoding="utf-8"))[1])
    drawn = []
    for scene in told["pages"]:
        of_scene, _ = unpacked(re.search(r'id="data">([^<]*)<', scene)[1])
        chart = next(c for c in of_scene["charts"] if c["name"] == "law")
        assert chart["up"] == "D, log"
        drawn.append([c["label"] for c in chart["frames"][-1]])
    assert drawn[:2] == [["fit", "now"], ["now"]]
    assert set(drawn[2]) > {"fit", "now"}  # with epochs before


def test_a_browser_plays_it_and_tells_nothing_before_a_guess(page, lesson):
    truth = check_stages(lesson)[2]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(browser, page)
        assert seen.page.locator("h1").inner_text() == "A <b>lesson</b>"
        options = seen.page.locator(".option")
        assert options.all_inner_texts() == ["Stay <i>apart</i>", "Close in"]
        assert seen.page.locator("iframe").count() == 0
        assert seen.page.locator("#shown img").count() == 1
        body = seen.text("body")
        assert "They have closed in" not in body
        assert "they close in" not in body
        options.first.click()
        said = "You said “Stay <i>apart</i>”; the answer is “Close in”."
        assert seen.text("#reply") == f"{said} No: they close in."
        assert seen.text("#do") == "Move the timeline to R = 20."
        assert seen.text("#then") == "They have closed in."
        seen.page.wait_for_selector("iframe")
        frame = next(f for f in seen.page.frames if f != seen.page.main_frame)
        frame.wait_for_selector("html[data-state='ready']")
        assert not frame.locator("#charts").is_visible()
        assert not frame.locator("#caption").is_visible()
        assert frame.locator("#timeline").is_visible()
        frame.evaluate("viewer.go(viewer.last)")
        seen.page.locator("#next").click()
        seen.page.locator("textarea").fill("About <u>40</u>")
        seen.page.locator("#answers button").click()
        seen.page.locator("#next").click()
        field = seen.page.locator("#answers input")
        field.fill("much")
        field.press("Enter")
        assert seen.text("#wanting") == "Write a number."
        assert "Minority Collapse" not in seen.text("body")
        field.fill(f"{truth:.1f}".replace(".", ","))
        field.press("Enter")
        assert seen.text("#reply").endswith("Good.")
        assert seen.text("#then") == "That is Minority Collapse."
        seen.page.locator("#next").press("PageDown")
        assert seen.page.locator("#next").is_disabled()
        assert seen.text("#kept dd") == "About <u>40</u>"
        assert "Press Train" not in seen.text("body")
        seen.page.keyboard.press("PageUp")
        assert seen.text("#place") == "Step 3 of 4"
        assert seen.troubles == []
        assert [url for url in seen.asked if not url.startswith(("file:", "data:", "about:"))] == []
        browser.close()


def test_terms_of_a_lesson_have_cards_as_in_the_window(page):
    meaning = CONCEPTS["minority collapse"].meaning
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(browser, page)
        assert meaning not in seen.text("body")
        seen.run("() => { lesson.at = 2; lesson.answer('40'); }")
        term, card = seen.page.locator("#then .term"), seen.page.locator("#meaning")
        assert term.inner_text() == "Minority Collapse"
        term.focus()
        assert meaning in card.inner_text()
        seen.page.keyboard.press("Escape")
        assert not card.is_visible()
        seen.page.keyboard.press("Enter")
        assert card.is_visible()
        seen.page.locator("#back").click()
        assert not card.is_visible()
        assert seen.text("#then") == ""
        assert seen.troubles == []
        browser.close()


def test_a_lesson_that_fails_or_is_damaged_says_which(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    fails = text.replace("\nbegin();", "\nterms = 0; LessonPage = 1;\nbegin();")
    damaged = text.replace('id="data">', 'id="data">AAAA')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for content, said in ((fails, "This page failed (TypeError"), (damaged, "damaged")):
            broken = tmp_path / "page.html"
            broken.write_text(content, encoding="utf-8")
            seen = Seen(browser, broken, ready="#trouble:not([hidden])")
            assert said in seen.text("#trouble")
            assert "too old" not in seen.text("body")
            seen.close()
        browser.close()


def test_paper_has_all_steps_and_keys_go_on_from_an_answer(page):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        seen = Seen(browser, page)
        seen.page.locator(".option").first.press("Enter")
        assert seen.run("document.activeElement.id") == "next"
        seen.page.emulate_media(media="print")
        seen.run("dispatchEvent(new Event('beforeprint'))")
        assert not seen.page.locator("main").is_visible()
        steps = seen.page.locator("#paper section")
        assert steps.count() == 4
        first, last = steps.first.inner_text(), steps.nth(2).inner_text()
        assert "☑ Stay <i>apart</i>\n☐ Close in" in first
        assert "No: they close in." in first
        assert "Guess R₀." in last
        assert "Minority Collapse" not in last  # which would tell what is not answered
        assert steps.first.locator("img").is_visible()
        assert seen.page.locator("#paper .line").count() == 2
        seen.run("dispatchEvent(new Event('afterprint'))")
        assert seen.page.locator("#paper section").count() == 0
        assert seen.troubles == []
        browser.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--out", "page.pdf"], "write a name.html"),
        (["--out", "page.html", "--size", "50kB"], "ask for"),
        (["--out", "page.html", "--size", "much"], "no number of bytes"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(lesson, tmp_path, capsys, words, sentence):
    words = [str(tmp_path / word) if word.startswith("page.") else word for word in words]
    assert main(["lesson", "page", str(lesson.path), *words]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
