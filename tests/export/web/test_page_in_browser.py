"""Pages in a real browser: what is drawn, what moves, what is said, and that nothing is fetched."""

import base64
import io
import json
import shutil

import numpy as np
import pytest
from browsers import FLAGS, NO_WEBGL, READY, Seen, find_browser
from PIL import Image
from playwright.sync_api import sync_playwright
from safetensors.numpy import load_file, save_file

from ncviz.export.page_plan import PagePlan
from ncviz.export.site_plan import SitePlan
from ncviz.export.web.making import make_page
from ncviz.export.web.site import make_site
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.view import View

CLASSES = (0, 1, 3)
NAMES = ("<b>shoe</b>", "</script>", "运动鞋", "حذاء", 'a "dress"')


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
def run(small_run, tmp_path_factory):
    """The small run, whose names are markup and of several scripts."""
    folder = tmp_path_factory.mktemp("named") / "run"
    shutil.copytree(small_run.path, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["class_names"] = list(NAMES)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Run(folder)


@pytest.fixture(scope="module")
def path(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "page.html"
    make_page(PagePlan(out, run.path, view=View(classes=CLASSES, layer=2).at(20)))
    return out


@pytest.fixture(scope="module")
def opened(browser, path):
    """One page for all that leave it as it was."""
    seen = Seen(browser, path)
    yield seen
    assert seen.troubles == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
    seen.close()


@pytest.fixture
def seen(opened):
    opened.run(
        "() => { viewer.panes[0].hidden.clear(); viewer.paintLegend(); viewer.layer = 2;"
        " viewer.choose(0);"
        " viewer.go(viewer.last); viewer.draw(); }"
    )
    return opened


def colors_near(pixels, color, within=0.16):
    """Return how many pixels have the hue of a colour, lit or in shadow."""
    values = pixels.reshape(-1, 3).astype(float) / 255
    saturated = values.max(axis=1) - values.min(axis=1) > 0.25

    def hue(of):
        grey = of - of.min(axis=-1, keepdims=True)
        return grey / np.maximum(np.linalg.norm(grey, axis=-1, keepdims=True), 1e-9)

    away = np.linalg.norm(hue(values) - hue(np.array(rgb(color))), axis=1)
    return int((saturated & (away < within)).sum())


def camera_of(seen):
    told = seen.run("({...viewer.panes[0].camera, moves: 0})")
    told.pop("moves")
    return Camera(**{**told, "target": tuple(told["target"])})


def test_scenes_differ_from_epoch_to_epoch_and_none_is_blank(seen):
    pictures = []
    for moment in (0, 3, 5):
        seen.run("(moment) => viewer.go(moment)", moment)
        pixels = seen.scene()
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 200
        pictures.append(pixels)
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[1] != pictures[2]).any()


def test_a_sample_is_where_the_window_would_draw_it_in_the_hue_of_its_class(seen, run):
    seen.run("viewer.go(0)")  # when samples lie apart
    pixels, camera = seen.scene(), camera_of(seen)
    height, width = pixels.shape[:2]
    scene = compose(run, View(classes=CLASSES, layer=2).at(0))
    every = np.concatenate([scene.samples.positions, scene.balls.positions])
    radii = np.concatenate([scene.samples.radii, scene.balls.radii])
    x, y, depth = camera.project(every, width, height).T
    wide = radii * camera.pixels_per_unit(height, depth)
    looked_at = 0
    for k, color in enumerate(scene.samples.colors[:, :3]):
        front = depth - radii < depth[k]
        front[k] = False
        if (front & (np.hypot(x - x[k], y - y[k]) < wide + 2)).any():
            continue  # something stands before it
        found = pixels[round(y[k]), round(x[k])] / 255
        # The middle of a ball is lit: brighter and darker parts of its own hue.
        order = np.argsort(color)
        assert np.abs(found - color).max() < 0.25
        assert found[order[0]] <= found[order[2]] + 0.02
        looked_at += 1
    assert looked_at >= 3


def test_the_timeline_changes_the_epoch_and_the_picture(seen):
    before = seen.scene()
    assert seen.text("#moment") == "epoch 20"
    box = seen.page.locator("#time").bounding_box()
    middle = box["y"] + box["height"] / 2
    seen.page.mouse.move(box["x"] + box["width"] - 8, middle)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 0.22 * box["width"], middle, steps=4)
    seen.page.mouse.up()
    seen.run("viewer.draw()")
    assert seen.text("#moment") == "epoch 1"
    assert (seen.scene() != before).any()
    seen.page.locator("#time").press("ArrowRight")
    seen.run("viewer.draw()")
    assert seen.text("#moment") == "epoch 2"
    assert seen.page.locator("#time").get_attribute("aria-valuetext") == "epoch 2"


def test_a_click_in_the_legend_takes_a_hue_away_and_brings_it_back(seen):
    hue = class_color(0, THEMES["light"])
    seen.run("viewer.go(0)")
    assert colors_near(seen.scene(), hue) > 30
    button = seen.page.locator("#legend button[aria-pressed]").first
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert colors_near(seen.scene(), hue) == 0
    button.click()
    assert colors_near(seen.scene(), hue) > 30


def test_the_card_says_what_lies_under_the_pointer(seen, run):
    seen.run("viewer.draw()")
    place = seen.run(
        """() => { const { parts, points } = viewer.panes[0].state, canvas = viewer.panes[0].canvas;
        const project = viewer.panes[0].camera.projector(canvas.clientWidth, canvas.clientHeight);
        for (let i = 0; i < parts.samples.count; i++) {
          const [x, y] = project(points, 3 * i), found = viewer.panes[0].under(x, y);
          if (found && found.kind === 'sample' && found.i === i)
            return [x, y, parts.samples.owners[i], parts.samples.ids[i]];
        } }"""
    )
    x, y, owner, row = place
    box = seen.page.locator(".scene").bounding_box()
    seen.page.mouse.move(box["x"] + x, box["y"] + y)
    assert seen.page.locator(".card").is_visible()
    assert seen.text(".card-title") == NAMES[owner]
    assert seen.text(".card-from") == f"Sample {row} · layer 2 · epoch 20"
    predicted = int(run.snapshot(20).probe("predicted")[row])
    verdict = "right" if predicted == owner else "wrong"
    assert seen.text(".card-said") == f"Predicted: {NAMES[predicted]}, {verdict}"
    assert seen.page.locator(".card-image").is_visible()
    seen.page.mouse.move(2, 2)
    assert not seen.page.locator(".card").is_visible()


def test_keys_and_the_mouse_turn_the_scene(seen):
    before, pixels = camera_of(seen), seen.scene()
    seen.page.locator(".scene").focus()
    seen.page.keyboard.press("ArrowRight")
    turned = camera_of(seen)
    assert turned.azimuth == pytest.approx(before.orbit(-6.0, 0.0).azimuth)
    assert (seen.scene() != pixels).any()
    box = seen.page.locator(".scene").bounding_box()
    seen.page.mouse.move(box["x"] + 300, box["y"] + 200)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 350, box["y"] + 180)
    seen.page.mouse.up()
    wanted = turned.orbit(-0.4 * 50, 0.4 * -20)
    assert camera_of(seen).azimuth == pytest.approx(wanted.azimuth)
    assert camera_of(seen).elevation == pytest.approx(wanted.elevation)


def test_names_are_text_whatever_they_hold(seen):
    assert seen.page.locator("#legend button[aria-pressed]").all_inner_texts() == [
        NAMES[k] for k in CLASSES
    ]
    assert seen.page.locator("#legend b, .labels b").count() == 0
    labels = seen.run("[...document.querySelectorAll('.labels bdi')].map((l) => l.textContent)")
    assert set(labels) == {NAMES[k] for k in CLASSES}


def test_light_and_dark_are_those_of_the_window(seen):
    for theme in ("dark", "light"):
        seen.page.locator("#theme").click()
        corner = seen.scene()[-1, 0] / 255
        assert corner == pytest.approx(rgb(THEMES[theme].background), abs=0.003)


def test_what_is_said_stands_above_the_scene_of_a_phone(browser, path):
    seen = Seen(browser, path, size=(390, 844))
    boxes = """() => {
        const [words, scene] = [".over", ".scene"].map((name) => document.querySelector(name));
        return [words.getBoundingClientRect().bottom, scene.getBoundingClientRect().top,
                scene.clientHeight];
    }"""
    below, top, high = seen.run(boxes)
    assert below <= top + 1
    # At once, or a frame in between would say what is to be said again.
    seen.run(
        "() => { document.querySelector('#caption').textContent = 'word '.repeat(99);"
        " viewer.panes[0].keepPlace(); }"
    )
    lower, top, still = seen.run(boxes)
    assert below < lower <= top + 1
    assert still == high
    seen.run("() => viewer.draw()")
    assert seen.run(boxes)[1] == top, "the scene jumps while time runs"
    assert seen.troubles == []
    seen.close()


def test_a_phone_has_all_of_it_in_its_width(browser, path):
    seen = Seen(browser, path, size=(390, 844), has_touch=True, color_scheme="dark")
    assert seen.run("document.documentElement.scrollWidth") <= 390
    assert seen.run("document.documentElement.dataset.theme") == "dark"
    assert len(np.unique(seen.scene().reshape(-1, 3), axis=0)) > 100
    assert seen.page.locator(".chart").count() == 3
    assert seen.troubles == []
    seen.close()


def test_a_name_without_a_gap_makes_no_phone_scroll_sideways(browser, make_run, tmp_path):
    run = make_run(tmp_path / "run", counts=(6, 6, 6), epochs=(0, 1)).path
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["class_names"] = ["x" * 300, "y" * 300, "z"]
    manifest["title"] = "t" * 300
    (run / "manifest.json").write_text(json.dumps(manifest))
    out = tmp_path / "page.html"
    make_page(PagePlan(out, run, view=View().at(1)))
    seen = Seen(browser, out, size=(390, 844), ready="html[data-drawn='yes']")
    seen.run(
        "() => { for (const place of ['#told p', '#caption', '.chart p', '#notions dd p'])"
        " document.querySelector(place).textContent = 'x'.repeat(400); }"
    )
    assert seen.run("document.documentElement.scrollWidth") <= 390
    assert seen.troubles == []
    seen.close()


def test_paper_gets_a_light_copy_of_the_scene_with_its_names(seen):
    seen.page.locator("#theme").click()
    seen.run("dispatchEvent(new Event('beforeprint'))")
    corner = seen.run(
        "() => { const paper = document.querySelector('.paper'), pen = paper.getContext('2d');"
        " return [...pen.getImageData(2, paper.height - 2, 1, 1).data, paper.width]; }"
    )
    assert np.array(corner[:3]) / 255 == pytest.approx(rgb(THEMES["light"].background), abs=0.003)
    assert corner[4] == seen.run("viewer.panes[0].canvas.width")
    seen.run("dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator(".paper").count() == 0
    assert seen.run("viewer.theme") == "dark"
    seen.page.locator("#theme").click()


def test_a_card_of_a_site_leads_to_its_page(browser, run, tmp_path):
    made = make_site(SitePlan(tmp_path / "site", run.path, chosen_only=True))
    seen = Seen(browser, made.index, ready="article img")
    assert seen.page.locator("article").count() == 1
    seen.page.locator("article a").click()
    seen.page.wait_for_selector(READY)
    assert seen.run("document.documentElement.dataset.state") == "ready"
    assert seen.text("#moment") == "epoch 20"
    assert seen.troubles == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
    seen.close()


def test_without_webgl_the_scene_moves_is_turned_and_classes_go(playwright, path):
    running = playwright.chromium.launch(executable_path=find_browser(), args=NO_WEBGL)
    seen = Seen(running, path)
    assert "WebGL" in seen.text("#trouble")
    hue = class_color(0, THEMES["light"])
    pictures = []
    for moment in (0, 3, 5):
        seen.run("(moment) => viewer.go(moment)", moment)
        pictures.append(seen.scene())
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[1] != pictures[2]).any()
    seen.page.locator(".scene").press("ArrowRight")
    assert (seen.scene() != pictures[2]).any()
    seen.run("viewer.go(0)")  # when samples lie apart
    assert colors_near(seen.scene(), hue) > 30
    seen.page.locator("#legend button[aria-pressed]").first.click()
    assert colors_near(seen.scene(), hue) == 0
    assert seen.page.locator(".chart:visible").count() == 3
    assert not [each for each in seen.troubles if "WebGL" not in each]
    running.close()


def test_a_browser_that_unpacks_nothing_is_called_too_old_and_not_the_file_damaged(browser, path):
    context = browser.new_context()
    context.add_init_script("delete globalThis.DecompressionStream")
    page = context.new_page()
    page.goto(path.absolute().as_uri())
    page.wait_for_selector("html[data-state='still']")
    assert "too old" in page.inner_text("#trouble")
    assert page.evaluate("document.querySelector('.still').naturalWidth") > 100
    assert "epoch 20" in page.locator(".still").get_attribute("alt").lower()
    context.close()


FAILS = {
    "once it begins": "Terms.prototype.sentence = () => { throw new Error('no words') };",
    "when it draws": "Pane.prototype.draw = () => { throw new Error('no picture') };",
}


@pytest.mark.parametrize("script", FAILS.values(), ids=FAILS)
def test_a_viewer_that_fails_says_so_beside_the_picture_and_blames_no_browser(
    browser, path, tmp_path, script
):
    text = path.read_text(encoding="utf-8")
    before, after = text.rsplit("\nbegin();", 1)
    broken = tmp_path / "page.html"
    broken.write_text(f"{before}\n{script}\nbegin();{after}", encoding="utf-8")
    seen = Seen(browser, broken, ready="html[data-state='still']")
    said = seen.text("#trouble")
    assert "The viewer of this page failed (Error: no " in said
    assert "too old" not in said
    assert seen.page.locator(".still").is_visible()
    assert not seen.page.locator("#timeline").is_visible()
    assert seen.run("document.querySelector('.still').naturalWidth") > 100
    seen.close()


def test_a_page_that_is_cut_off_or_changed_in_its_script_is_called_damaged(browser, path, tmp_path):
    text = path.read_text(encoding="utf-8")
    broken = tmp_path / "page.html"
    begin = text.index('id="data">')
    for content in (text[: begin + 5000], text.replace("class Viewer {", "class Viewer {{", 1)):
        broken.write_text(content, encoding="utf-8")
        seen = Seen(browser, broken)
        assert "damaged" in seen.text("#trouble")
        assert seen.page.locator(".still").is_visible()
        seen.close()


def test_lines_do_not_break_between_a_term_and_the_comma_behind_it(seen):
    kinds = "[...document.querySelectorAll('.term')].map((each) => getComputedStyle(each).display)"
    assert set(seen.run(kinds)) == {"inline"}
    assert seen.page.locator("button.term").count() == 0


def test_a_page_says_that_it_is_drawn_once_it_is(browser, path):
    seen = Seen(browser, path, ready="html[data-drawn='yes']")
    address = seen.run("viewer.panes[0].canvas.toDataURL()")  # as it stands
    content = base64.b64decode(address.split(",", 1)[1])
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 200
    seen.close()


@pytest.fixture(scope="module")
def many(make_run, tmp_path_factory):
    """The page of a run of 30 classes, of which a sample is a text."""
    folder = tmp_path_factory.mktemp("many")
    names = [f"class {k}" for k in range(29)] + ["<i>last</i>"]
    run = make_run(
        folder / "run", counts=(3,) * 30, epochs=(0, 1), widths=(40, 32), per_class=2
    ).path
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["class_names"] = names
    (run / "manifest.json").write_text(json.dumps(manifest))
    probe = load_file(run / "probe.safetensors")
    texts = [f"<b>text</b> {row} 运动 حذاء".encode() for row in range(len(probe["labels"]))]
    wide = max(map(len, texts))
    probe["texts"] = np.array([list(text.ljust(wide, b"\0")) for text in texts], np.uint8)
    save_file(probe, run / "probe.safetensors")
    out = folder / "page.html"
    make_page(PagePlan(out, run, view=View(classes=tuple(range(30))).at(1)))
    return out


def test_of_many_classes_one_is_found_by_its_name(browser, many):
    seen = Seen(browser, many, size=(390, 844))
    classes = seen.page.locator("#legend .list button")
    assert classes.count() == 30
    assert not seen.page.locator("#legend .list bdi").first.is_visible()
    # One stop of Tab; the arrow keys go on from there.
    assert seen.run("viewer.legends[0].classes.filter((each) => each.tabIndex === 0).length") == 1
    classes.first.press("ArrowRight")
    assert seen.run("document.activeElement.getAttribute('aria-label')") == "class 1"
    seen.page.locator("#legend input").fill("LAST")
    assert classes.filter(visible=True).all_inner_texts() == ["<i>last</i>"]
    assert seen.text("#legend output") == "1 of 30 classes"
    classes.filter(visible=True).click(modifiers=["Alt"])
    assert seen.run("[viewer.panes[0].hidden.size, viewer.panes[0].isHidden(29)]") == [29, False]
    classes.filter(visible=True).click(modifiers=["Alt"])
    assert seen.run("viewer.panes[0].hidden.size") == 0
    assert seen.run("document.documentElement.scrollWidth") <= 390
    assert seen.troubles == []
    seen.close()


def test_the_card_of_a_text_is_what_was_read(browser, many):
    seen = Seen(browser, many)
    row = seen.run(
        "() => { const pane = viewer.panes[0]; pane.pointer = [9, 9];"
        " pane.showCard({ kind: 'sample', i: 7 }); pane.by('card').hidden = false;"
        " return pane.state.parts.samples.ids[7]; }"
    )
    assert seen.text(".card-text") == f"<b>text</b> {row} 运动 حذاء"
    assert seen.page.locator(".card b").count() == 0
    seen.close()
