"""A real browser for the tests of pages, and how they look into it."""

import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

# Debian's, or whatever there is; Playwright downloads none.
NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
MISSING = (
    "These tests need a browser: run script/bootstrap --tests, or install Chromium (Debian's "
    "package chromium-headless-shell)."
)
# WebGL 2 in software; in a root's home there is no sandbox.
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--no-sandbox", "--disable-gpu", "--disable-3d-apis")
READY = "html:not([data-state='waits'])"  # a selector: what a page forbids, a script of ours heeds


def find_browser():
    """Return where a browser is; fail with what to do where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(MISSING)
    return found


class Seen:
    """A page that is open in a browser, and what went wrong there."""

    def __init__(self, browser, path, *, size=(900, 640), ready=READY, **context):
        self.troubles, self.asked = [], []
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, **context
        )
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(Path(path).absolute().as_uri())
        self.page.wait_for_selector(ready)

    def run(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def text(self, selector):
        return self.page.inner_text(selector)

    def scene(self):
        """Return the pixels of the canvas as they are drawn now, shape (height, width, 3)."""
        address = self.run("() => { viewer.draw(); return viewer.panes[0].canvas.toDataURL(); }")
        content = base64.b64decode(address.split(",", 1)[1])
        return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))

    def close(self):
        self.context.close()
