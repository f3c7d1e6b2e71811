"""In German, whose words are longer, no word of the window is clipped that is not in English."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncviz.models.model import models

SCRIPT = Path(__file__).with_name("clipped_words.py")


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict[str, dict[str, list[str]]]:
    """Return what is clipped in each room, by language."""
    found = {}
    for language in ("en", "de"):
        folder = tmp_path_factory.mktemp(language)
        environment = {**os.environ, "NCVIZ_LANGUAGE": language}
        environment |= {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        subprocess.run([sys.executable, str(SCRIPT), str(folder)], env=environment, check=True)
        found[language] = json.loads((folder / "clipped.json").read_text(encoding="utf-8"))
    return found


def test_no_word_is_clipped(seen):
    assert seen["de"].keys() == seen["en"].keys()
    assert len(seen["de"]) == 15 + 2 * len(models())
    faults = {place: texts for place, texts in seen["de"].items() if texts}
    assert faults == {}
    assert {place: texts for place, texts in seen["en"].items() if texts} == {}
