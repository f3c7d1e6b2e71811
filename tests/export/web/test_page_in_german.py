"""Pages in German: what is ncviz's own is German, what is the run's own stays as it is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import json, re, sys
from html.parser import HTMLParser
from pathlib import Path
from ncviz.export.beside import Beside
from ncviz.export.model_plan import ModelPlan
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import page_bytes
from ncviz.export.web.packing import unpacked
from ncviz.scenes.view import View

SAID = {"title", "aria-label", "alt", "aria-description", "data-broken", "data-old", "data-failed"}

class Words(HTMLParser):
    silent, found = False, []
    def handle_starttag(self, tag, values):
        self.silent = tag in ("script", "style")
        self.found = [*self.found, *(v for n, v in values if n in SAID and v and tag != "svg")]
    def handle_data(self, text):
        self.found = [*self.found, text.strip()] if not self.silent else self.found

def texts(value, name=""):
    if name in ("shaders", "images", "spellings", "notions", "told", "ramps", "colors", "words_"):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, key)
    elif isinstance(value, list):
        # Of a reading the second is the key of what it is.
        for each in value[:1] if name == "reading" else value:
            yield from texts(each, "reading" if name == "readings" and isinstance(each, list)
                             and all(isinstance(e, list) for e in value) else name)

first, second = map(Path, sys.argv[1:3])
plans = [PagePlan(Path("a.html"), first, view=View(layer=1).at(20)),
         PagePlan(Path("b.html"), first, view=View().at(20), beside=Beside(second))]
plans += [PagePlan(Path("c.html"), model=ModelPlan(name)) for name in ("law", "le-sde")]
said = []
for plan in plans:
    text = page_bytes(plan)[0].decode()
    page = unpacked(re.search(r'id="data">([^<]*)<', text)[1])[0]
    html = Words()
    html.feed(text)
    said.append([*texts({k: page[k] for k in ("title", "times", "layers", "sentences", "charts")}),
                 *(t for side in page["sides"] for k in ("name", "layers", "times")
                   for t in texts(side[k])),
                 *(t for side in page["sides"] for look in side["looks"]
                   for t in (look["name"], *(line["text"] for line in look["legend"]))),
                 *(t for side in page["sides"] if side["cards"]
                   for t in (*side["cards"]["samples"], *side["cards"]["sentences"])),
                 *html.found])
print(json.dumps(said))
"""
# What the frame reads, plots by their keys, and what is written alike in both languages.
ALIKE = {
    *("times", "layers", "span", "full", "hollow", "ring", "law", "collapse", "cosine-matrix"),
    *("D, log", "NC1–NC4, log", "γ t, log", "epoch", "LE-SDE", "in TeX"),
    *("ratios", "cuts", "separated", "pull", "integrals", "strengths", "Start", "Simplex-ETF"),
}


@pytest.fixture(scope="module")
def said(small_run, imbalanced_run):
    """What the same pages say in English and in German."""
    found = {}
    for language in ("en", "de"):
        run = subprocess.run(
            [sys.executable, "-c", CHILD, str(small_run.path), str(imbalanced_run.path)],
            env={**os.environ, "NCVIZ_LANGUAGE": language},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found[language] = json.loads(run.stdout)
    return found


def _of_the_run(run) -> set[str]:
    """Return what is the run's own: names, its recipe, its software."""
    told = json.loads((run.path / "manifest.json").read_text(encoding="utf-8"))
    values = {**told.get("recipe", {}), **told.get("software", {})}
    own = {*told["title"].split(" · "), told["created"], run.path.name, *told["class_names"]}
    return own | {str(part) for pair in values.items() for part in pair}


def test_nothing_of_a_page_that_is_not_the_runs_own_stays_english(said, small_run, imbalanced_run):
    own = _of_the_run(small_run) | _of_the_run(imbalanced_run) | ALIKE
    left = set()
    for english, german in zip(said["en"], said["de"], strict=True):
        assert len(german) > 40
        for text in sorted(set(english) & set(german)):
            is_own = set(text.split(" · ")) <= own
            is_word = len(re.findall("[A-Za-z]", text)) >= 4
            is_formula = "\\" in text or text.startswith(("ncviz ", "#"))
            is_source = re.search(r"\b(19|20)\d\d\b", text)
            if is_word and not (is_own or is_formula or is_source):
                left.add(text)
    assert left == set()


def test_layers_and_cards_are_told_in_german(said):
    run = said["de"][0]
    assert {"Eingabe", "Schicht 1"} <= set(run)
    assert any(re.fullmatch(r"\w.*, (richtig|falsch)", text) for text in run)
    assert not any("“" in re.sub("„[^“]*“", "", text) for page in said["de"] for text in page)
