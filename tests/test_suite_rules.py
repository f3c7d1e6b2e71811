"""What the shared fixtures promise."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from patience import HUNG_SECONDS

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.mark.parametrize(
    ("body", "ci", "status"),
    [
        ("pytest.skip('no reason at all')", "true", 1),
        ("pytest.skip('no reason at all')", "", 0),
        ("assert True", "true", 0),
    ],
)
def test_a_skipped_test_fails_the_session_in_ci_alone(tmp_path, body, ci, status):
    shutil.copy(CONFTEST, tmp_path / "conftest.py")
    (tmp_path / "test_it.py").write_text(f"import pytest\n\n\ndef test_it():\n    {body}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("in CI that is a failure" in done.stdout) == (status == 1)


def test_every_test_has_a_home_of_its_own(user_home):
    assert Path.home() == user_home
    for folder in (
        platformdirs.user_config_path("ncviz"),
        platformdirs.user_data_path("ncviz"),
        platformdirs.user_cache_path("ncviz"),
        platformdirs.user_state_path("ncviz"),
    ):
        assert folder.is_relative_to(user_home)
    assert list(user_home.iterdir()) == []
    (user_home / "left behind").write_text("by this test")


def test_the_next_test_finds_nothing_left_behind(user_home):
    assert list(user_home.iterdir()) == []
