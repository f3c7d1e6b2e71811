"""What notebooks do to what a cell shows, each done to a page: it draws, or is a still picture.

VS Code (`extensions/notebook-renderers`) sets `innerHTML` and makes scripts anew, in a webview
whose policy a frame within takes over; Colab does so in a frame of another origin, which is as
high as what it holds and may be refused storage. GitHub takes out frames, styles and scripts;
JupyterLab, too, as long as a notebook is not trusted.
"""

import html
import io
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from browsers import FLAGS, READY, Seen, find_browser
from PIL import Image
from playwright.sync_api import sync_playwright

import ncviz

HEIGHT = 500
INSERTED = """<script>
const output = document.body.appendChild(document.createElement("div"));
output.innerHTML = {cell};
for (const old of [...output.getElementsByTagName("script")]) {{
  const made = document.createElement("script");
  made.text = old.innerText;
  output.appendChild(made).parentNode.removeChild(made);
}}
</script>"""
WEBVIEW = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src https: http: data:; font-src https:; connect-src https:; child-src https: data: blob:;"
)
HEAD = "<!DOCTYPE html><html data-state='cell'><meta charset='utf-8'>{policy}<body>"
POLICY = '<meta http-equiv="Content-Security-Policy" content="{}">'
OUTPUT = '<iframe id="output" sandbox="{}" srcdoc="{}" style="width:100%;border:0"></iframe>'
FITTED = """<script>
addEventListener("message", ({ data }) => { output.style.height = `${data}px`; });
</script>"""
TELLS = "<script>parent.postMessage(document.body.scrollHeight, '*');</script>"
STORAGE = "() => { try { return typeof localStorage; } catch { return 'refused'; } }"
COLAB = "allow-downloads allow-forms allow-pointer-lock allow-popups allow-scripts"


def inserted(cell):
    return INSERTED.format(cell=json.dumps(cell).replace("</", "<\\/"))


def jupyter(cell):
    return HEAD.format(policy="") + inserted(cell)


def vs_code(cell):
    return HEAD.format(policy=POLICY.format(WEBVIEW)) + inserted(cell)


def marimo(cell):
    return HEAD.format(policy="") + cell


def colab(cell):
    within = HEAD.format(policy="") + "<style>body{margin:0}</style>" + inserted(cell) + TELLS
    return HEAD.format(policy="") + FITTED + OUTPUT.format(COLAB, html.escape(within))


def scripts_refused(cell):
    policy = "script-src 'nonce-own'; style-src 'unsafe-inline'; img-src data:"
    return HEAD.format(policy=POLICY.format(policy)) + cell


def framed_without_scripts(cell):
    return HEAD.format(policy="") + OUTPUT.format("", html.escape(cell))


class Sanitised(HTMLParser):
    """What is left where only plain elements and few of their attributes pass."""

    PLAIN = (*("a", "br", "code", "div", "em", "h1", "h2", "img", "p"), "pre", "span", "strong")
    KEPT = ("alt", "dir", "href", "src", "title")

    def __init__(self, cell):
        super().__init__()
        self.text, self.within = "", 0
        self.feed(cell)

    def handle_starttag(self, tag, values):
        if tag in self.PLAIN:
            kept = (f' {name}="{html.escape(v or "")}"' for name, v in values if name in self.KEPT)
            self.text += f"<{tag}{''.join(kept)}>"

    def handle_endtag(self, tag):
        self.text += f"</{tag}>" if tag in self.PLAIN else ""

    def handle_data(self, text):
        self.text += html.escape(text)


def github(cell):
    return HEAD.format(policy="") + Sanitised(cell).text


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def shown(small_run):
    return ncviz.show(small_run.path, epoch=5, layer=1, classes=(0, 1, 3), height=HEIGHT)


def opened(browser, shown, host, tmp_path, **context):
    path = tmp_path / "notebook.html"
    path.write_text(host(shown._repr_html_()), encoding="utf-8")
    return Seen(browser, path, ready="html", **context)


def innermost(seen):
    """Return the frame of the page, once it is there."""
    while True:
        frame = seen.page.frames[-1]
        frame.wait_for_load_state()
        if frame.query_selector("#stage"):
            return frame
        seen.run("() => new Promise(requestAnimationFrame)")


def colors(place):
    pixels = np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB"))
    return len(np.unique(pixels.reshape(-1, 3), axis=0))


def test_a_shown_page_is_saved_as_it_is(shown, tmp_path):
    assert shown.save(tmp_path / "page.html").read_text(encoding="utf-8") == shown.text


@pytest.mark.parametrize("host", [jupyter, vs_code, marimo, colab], ids=lambda host: host.__name__)
def test_the_page_moves_in_a_frame_of_its_own(browser, shown, tmp_path, host):
    seen = opened(browser, shown, host, tmp_path)
    frame = innermost(seen)
    frame.wait_for_selector(READY)
    frame.wait_for_selector("html[data-drawn]")
    assert frame.evaluate("document.documentElement.dataset.state") == "ready"
    assert frame.inner_text("#moment") == "epoch 5"
    assert frame.evaluate("[viewer.layer, innerHeight]") == [1, HEIGHT]
    assert not frame.locator("#scriptless").is_visible()
    assert colors(frame.locator(".scene")) > 100
    frame.locator("#time").press("ArrowRight")
    frame.evaluate("viewer.draw()")
    assert frame.inner_text("#moment") == "epoch 10"
    assert frame.evaluate(STORAGE) == "refused"  # for which it never asks
    assert seen.troubles == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:", "about:"))] == []
    seen.close()


def test_the_output_of_colab_is_as_high_as_the_frame(browser, shown, tmp_path):
    seen = opened(browser, shown, colab, tmp_path)
    innermost(seen).wait_for_selector(READY)
    assert seen.run("output.getBoundingClientRect().height") == pytest.approx(HEIGHT, abs=1)
    seen.close()


@pytest.mark.parametrize("host", [github], ids=["github"])
def test_where_no_frame_passes_the_picture_stands_with_its_words(browser, shown, tmp_path, host):
    text = host(shown._repr_html_())
    assert "iframe" not in text
    assert "style" not in text
    seen = opened(browser, shown, host, tmp_path)
    words = seen.text("body")
    assert "still picture" in words
    assert "Epoch 5, layer 1: " in words
    assert "Synthetic" in words
    picture = seen.page.locator("img")
    assert picture.evaluate("each => each.complete && each.naturalWidth") > 600
    assert colors(picture) > 50
    assert seen.troubles == []
    seen.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["refused", "off"])
def test_where_scripts_never_run_the_frame_says_so_beside_its_picture(
    browser, shown, tmp_path, scripts
):
    host = scripts_refused if scripts else framed_without_scripts
    seen = opened(browser, shown, host, tmp_path, java_script_enabled=scripts)
    frame = seen.page.frames[-1]
    frame.wait_for_selector("#scriptless")
    assert "Scripts are off" in frame.inner_text("#stage")
    assert frame.locator(".still").is_visible()
    assert colors(frame.locator(".still")) > 100
    assert frame.locator("button:visible, input:visible, select:visible").count() == 0
    assert "Epoch 20" in frame.inner_text("#told")
    seen.close()
