"""Pages under fingers, by keys alone, read aloud, in large type, on paper and without scripts."""

import io

import numpy as np
import pytest
from browsers import FLAGS, Seen, find_browser
from PIL import Image
from playwright.sync_api import sync_playwright

from ncviz.concepts import CONCEPTS
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.formula_in_words import formula_in_words
from ncviz.export.web.making import make_page
from ncviz.formulas import FORMULAS
from ncviz.scenes.view import View

SIZES = {"wide": (1366, 768), "phone": (412, 915), "between": (850, 900)}
# Where a sample lies alone under a finger.
SAMPLE = """() => { viewer.go(0); viewer.draw();
  const [pane] = viewer.panes, { parts, points } = pane.state;
  const project = pane.camera.projector(pane.canvas.clientWidth, pane.canvas.clientHeight);
  for (let i = 0; i < parts.samples.count; i++) {
    const [x, y] = project(points, 3 * i), found = pane.under(x, y);
    if (found && found.kind === 'sample' && found.i === i) return [x, y];
  } }"""


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright):
    running = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
    yield running
    running.close()


@pytest.fixture(scope="module")
def path(small_run, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "page.html"
    make_page(PagePlan(out, small_run.path, view=View(classes=(0, 1, 3), layer=2).at(20)))
    return out


@pytest.fixture
def phone(browser, path):
    seen = Seen(browser, path, size=SIZES["phone"], has_touch=True, is_mobile=True)
    yield seen
    assert seen.troubles == []
    seen.close()


@pytest.fixture
def wide(browser, path):
    seen = Seen(browser, path, size=SIZES["wide"])
    yield seen
    assert seen.troubles == []
    seen.close()


def drag(seen, *ways):
    """Move fingers along straight ways, each from and to a point of the screen."""
    session = seen.context.new_cdp_session(seen.page)

    def touch(kind, share):
        points = [
            {"x": x + share * (to_x - x), "y": y + share * (to_y - y), "id": number}
            for number, ((x, y), (to_x, to_y)) in enumerate(ways)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for step in range(1, 11):
        touch("touchMove", step / 10)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def middle(seen, selector):
    seen.page.locator(selector).first.scroll_into_view_if_needed()
    box = seen.page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_tap_on_a_sample_shows_its_card_until_one_beside_the_scene(phone):
    x, y = phone.run(SAMPLE)
    box = phone.page.locator(".scene").bounding_box()
    phone.page.touchscreen.tap(box["x"] + x, box["y"] + y)
    assert phone.page.locator(".card").is_visible()
    phone.page.touchscreen.tap(*middle(phone, "h1"))
    assert not phone.page.locator(".card").is_visible()


def test_one_finger_turns_the_scene_and_two_zoom_it(phone):
    x, y = middle(phone, ".scene")
    azimuth, distance = phone.run(
        "(({azimuth, distance}) => [azimuth, distance])(viewer.panes[0].camera)"
    )
    drag(phone, ((x, y), (x + 50, y)))
    assert phone.run("viewer.panes[0].camera.azimuth") == pytest.approx(azimuth - 20)
    drag(phone, ((x - 40, y), (x - 80, y)), ((x + 40, y), (x + 80, y)))
    assert phone.run("viewer.panes[0].camera.distance") == pytest.approx(distance / 2, rel=0.02)
    assert phone.run("[scrollY, visualViewport.scale]") == [0, 1]


def test_a_finger_that_scrolls_over_a_plot_chooses_nothing_there(phone):
    x, y = middle(phone, ".chart > svg")
    before = phone.run("scrollY")
    drag(phone, ((x, y), (x - 8, y - 160)))
    phone.run(
        """(before) => new Promise((done) => {
        const look = () => (scrollY > before + 40 ? done() : requestAnimationFrame(look));
        look(); })""",
        before,
    )
    assert phone.run("[viewer.layer, viewer.moment]") == [2, 5]
    box = phone.page.locator(".chart > svg").first.bounding_box()
    phone.page.touchscreen.tap(box["x"] + 60, box["y"] + 100)
    assert phone.run("viewer.layer") == 0


def test_a_tap_on_the_matrix_says_a_cosine_that_stays(phone):
    x, y = middle(phone, ".matrix")
    phone.page.touchscreen.tap(x + 40, y - 40)
    assert phone.text(".said").startswith("class ")


def test_tab_reaches_all_that_can_be_done_and_shows_where_it_is(wide):
    reached = []
    for _ in range(90):
        wide.page.keyboard.press("Tab")
        told = wide.run(
            """() => { const at = document.activeElement, { outlineStyle } = getComputedStyle(at);
            if (at === document.body) return null;
            const name = at.ariaLabel || at.textContent || at.labels[0].textContent;
            return [at.id || at.className, name.trim(), outlineStyle]; }"""
        )
        if told is None:
            break
        reached.append(told)
    assert all(name and outline == "solid" for _, name, outline in reached), reached
    places = [place for place, _, _ in reached]
    assert [places.count(p) for p in ("theme", "scene", "play", "time", "layer", "look")] == [1] * 6
    assert places.count("matrix") == wide.page.locator(".matrix").count() == 1
    assert {name for _, name, _ in reached} >= {"class 0", "class 1", "class 3", "Whole scene"}


def test_keys_tell_the_cosines_and_keep_a_class_alone(wide):
    matrix = wide.page.locator(".matrix")
    matrix.focus()
    for key, said in (
        ("ArrowRight", "class 0, class 1: "),
        ("ArrowDown", "class 1"),
        ("ArrowDown", "class 2, class 1: "),
    ):
        wide.page.keyboard.press(key)
        assert wide.text(".said").startswith(said)
    assert wide.run("viewer.moment") == 5
    wide.page.locator("#legend button[aria-pressed]").first.focus()
    wide.page.keyboard.press("Alt+Enter")
    assert wide.run("[...viewer.panes[0].hidden]") == [1, 3]


def term(seen, word):
    return seen.page.locator(":is(.curves, .readings) .term", has_text=word).first


def meaning_of(seen, word):
    """Return what the browser tells programs that read aloud of a term."""
    session = seen.context.new_cdp_session(seen.page)
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        name = node.get("name", {}).get("value", "")
        if node.get("role", {}).get("value") == "button" and name.startswith(word):
            return node.get("description", {}).get("value", "")
    return None


def test_a_symbol_says_what_it_means_to_pointing_to_the_focus_and_to_readers(wide):
    card = wide.page.locator("#meaning")
    for word, notion in (("NC1", "NC1"), ("ρ = ", "rho"), ("NC4", "NC4")):
        concept = CONCEPTS[notion]
        formulas = map(formula_in_words, FORMULAS[concept.formula].lines)
        assert meaning_of(wide, word) == " ".join((concept.meaning, *formulas))
        term(wide, word).hover()
        assert card.is_visible()
        assert concept.meaning in card.inner_text()
        assert card.locator("svg.formula").count() == len(FORMULAS[concept.formula].lines)
        card.hover()  # it can be read with the pointer on it
        assert card.is_visible()
        wide.page.mouse.move(3, 3)
        assert not card.is_visible()
        term(wide, word).focus()
        assert card.is_visible()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES["wide"][0]
        wide.page.keyboard.press("Escape")
        assert not card.is_visible()
    formula = wide.page.locator(".formula").first
    assert formula.get_attribute("aria-label") == formula_in_words(FORMULAS["fuzziness"].lines[0])


def test_a_tap_on_a_symbol_says_what_it_means_until_one_beside_it(phone):
    card = phone.page.locator("#meaning")
    phone.page.touchscreen.tap(*middle(phone, ".curves .term:text-is('NC3')"))
    assert CONCEPTS["NC3"].meaning in card.inner_text()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES["phone"][0]
    phone.page.touchscreen.tap(*middle(phone, "h1"))
    assert not card.is_visible()


def test_the_card_goes_with_its_word(wide):
    wide.page.locator("#caption .term").first.focus()
    assert wide.page.locator("#meaning").is_visible()
    wide.run("() => { document.querySelector('#caption').replaceChildren(); terms.keep(); }")
    assert not wide.page.locator("#meaning").is_visible()


def test_a_space_is_a_letter_where_a_class_is_looked_for(browser, make_run, tmp_path):
    run = make_run(tmp_path / "run", counts=(3,) * 24, epochs=(0, 1), widths=(30,), per_class=1)
    make_page(PagePlan(tmp_path / "page.html", run.path, view=View(classes=tuple(range(24)))))
    seen = Seen(browser, tmp_path / "page.html")
    seen.page.locator("#legend input").focus()
    seen.page.keyboard.type("class 7")
    assert seen.page.locator("#legend input").input_value() == "class 7"
    assert seen.text("#legend output") == "1 of 24 classes"
    assert not seen.run("viewer.playing")
    seen.close()


def test_what_is_read_aloud_is_true_and_does_not_flood_while_time_runs(wide):
    live = "[...document.querySelectorAll('#caption, #moment')].map((each) => each.ariaLive)"
    scene = "document.querySelector('.scene').ariaLabel"
    told = []
    for moment in (0, 3, 5):
        wide.run("(moment) => { viewer.go(moment); viewer.draw(); }", moment)
        told.append(wide.run(scene))
        assert wide.text("#moment") in told[-1]
        assert wide.text("#caption") in told[-1]
    assert len(set(told)) == 3
    assert wide.run(live) == ["polite", "polite"]
    wide.page.locator(".scene").focus()
    # Time runs, but so slowly that even a busy machine looks before its end.
    wide.run("() => { viewer.page.moves.wholeLength = 1e9; viewer.go(0); viewer.draw(); }")
    before = wide.run(scene)
    wide.page.keyboard.press(" ")
    wide.run("() => { viewer.position = 3; viewer.draw(); }")
    assert wide.run(live) == ["off", "off"]
    assert wide.run(scene) == before
    wide.run("() => { viewer.play(false); viewer.draw(); }")
    assert wide.run(live) == ["polite", "polite"]
    assert wide.text("#moment") in wide.run(scene)


def test_type_as_large_as_the_browser_is_set_to(playwright, path):
    """As on a phone: all in one column, nothing wider than the screen, and plots with it."""
    flags = (*FLAGS, "--blink-settings=defaultFontSize=32")
    running = playwright.chromium.launch(executable_path=find_browser(), args=flags)
    seen = Seen(running, path, size=SIZES["wide"])
    assert seen.run("getComputedStyle(document.documentElement).fontSize") == "30px"
    assert seen.run("document.documentElement.scrollWidth") <= SIZES["wide"][0]
    words, scene = (seen.page.locator(each).bounding_box() for each in (".over", ".scene"))
    assert words["y"] + words["height"] <= scene["y"] + 1
    word = seen.page.locator(".chart > svg text").first.bounding_box()
    assert word["height"] > 24
    assert seen.troubles == []
    running.close()


def test_words_of_a_plot_stand_apart(browser, tmp_path):
    path = tmp_path / "page.html"
    make_page(PagePlan(path, model=ModelPlan("penalised-layer-peeled", {})))
    for size in SIZES.values():
        seen = Seen(browser, path, size=size)
        seen.run("viewer.draw()")
        assert seen.page.locator("#caption sub").all_inner_texts() == ["Z", "B"]
        assert "_" not in seen.text("main") + seen.text("#told")  # of λ_Z and n_A
        assert seen.text("#ends").startswith("Weight decay 2.03")
        crossing = seen.run(
            """() => { const boxes = [...document.querySelectorAll('.chart > svg text')]
              .map((each) => [each.textContent, each.getBoundingClientRect()]);
            return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
              .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1)
              .filter(([, b]) => a.top < b.bottom - 3 && b.top < a.bottom - 3)
              .map(([other]) => [one, other])); }"""
        )
        assert crossing == []
        seen.close()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_paper_has_the_whole_picture_its_words_and_how_it_was_made(browser, path, size):
    seen = Seen(browser, path, size=size, color_scheme="dark")
    seen.page.set_viewport_size({"width": 718, "height": 1000})  # of a sheet of paper
    seen.page.emulate_media(media="print")
    seen.run("dispatchEvent(new Event('beforeprint'))")
    boxes = seen.run(
        """() => { const told = {};
        const box = (each) => each.getBoundingClientRect().toJSON();
        for (const name of ['.pane', '.over', '.paper', '#legend', 'details table'])
          told[name] = box(document.querySelector(name));
        const plots = document.querySelectorAll('.chart > svg, .matrix');
        told.plots = [...plots].map((each) => box(each).right);
        return told; }"""
    )
    picture, pane, words = boxes[".paper"], boxes[".pane"], boxes[".over"]
    assert picture["top"] >= words["bottom"] - 1
    assert picture["bottom"] <= pane["bottom"] + 1 <= boxes["#legend"]["top"]
    assert picture["height"] > 200
    assert max(boxes["plots"]) <= 718
    assert boxes["details table"]["height"] > 0
    assert (
        seen.run("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert not seen.page.locator("#time").is_visible()
    before = seen.run("getComputedStyle(document.querySelector('#moment'), '::before').content")
    assert "layer 2" in before
    seen.run("dispatchEvent(new Event('afterprint'))")
    assert seen.run("viewer.theme") == "dark"
    assert not seen.run("document.querySelector('details').open")
    seen.close()


def test_without_scripts_there_is_the_picture_and_nothing_that_cannot_be_used(browser, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.absolute().as_uri())
    assert page.locator(".still").is_visible()
    assert "Scripts are off" in page.inner_text("#stage")
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert "Epoch 20" in page.inner_text("#told")
    pixels = np.asarray(Image.open(io.BytesIO(page.locator(".still").screenshot())).convert("RGB"))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 100
    context.close()


def test_a_damaged_page_says_so_beside_its_picture(browser, path, tmp_path):
    text = path.read_text(encoding="utf-8")
    before, data = text.split('id="data">')
    broken = tmp_path / "broken.html"
    broken.write_text(f'{before}id="data">{data[99:]}', encoding="utf-8")
    seen = Seen(browser, broken)
    assert "damaged" in seen.text("#trouble")
    assert seen.page.locator(".still").is_visible()
    assert not seen.page.locator("#timeline").is_visible()
    seen.close()
