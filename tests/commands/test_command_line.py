import sys

import pytest

import ncviz.cli
import ncviz.commands.info as info_module
from ncviz import __version__
from ncviz.cli import main
from ncviz.errors import UserError


def test_the_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"ncviz {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["measure"],
        ["nonsense"],
        ["train"],
        ["picture", "run"],
        ["measure", "run", "--epoch", "x"],
        ["model", "layer-peeled", "--out", "x"],
    ],
)
def test_wrong_usage_is_explained(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("ncviz")
    assert err.count("\n") == 1
    assert "--help' lists what there is" in err
    assert "Traceback" not in err


def test_every_verb_has_its_help(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    words = capsys.readouterr().out
    for verb in ("open", "train", "recipe", "measure", "picture", "demo", "info"):
        assert verb in words
        with pytest.raises(SystemExit) as stop:
            main([verb, "--help"])
        assert stop.value.code == 0
        assert f"ncviz {verb}" in capsys.readouterr().out


def test_info_says_what_a_bug_report_needs(capsys):
    assert main(["info"]) == 0
    lines = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    for name in ("ncviz", "Python", "system", "numpy", "torch", "PyQt6", "OpenGL", "processors"):
        assert lines[name].strip()
    assert lines["Python"].strip() == sys.version.split()[0]
    assert lines["ncviz"].strip() == __version__
    assert int(lines["processors"]) >= 1


def test_info_does_not_need_everything(monkeypatch, capsys):
    def nothing():
        raise UserError("There is no OpenGL here: install Mesa.")

    monkeypatch.setattr("ncviz.rendering.offscreen.gl_description", nothing)
    monkeypatch.setattr(info_module, "PACKAGES", ("numpy", "a-package-that-is-not-there"))
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["info"]) == 0
    out = capsys.readouterr().out
    assert "not installed" in out
    assert "install Mesa" in out
    assert "torch device" in out
    assert "none (" in out
    assert out.count("none") == 2  # neither torch nor a display


@pytest.fixture
def window(monkeypatch):
    """Return the paths with which the window was opened."""
    import ncviz.desktop.shell.application as application

    opened = []

    def run_window(path):
        opened.append(path)
        return 0

    monkeypatch.setattr(application, "run_window", run_window)
    return opened


def test_without_a_verb_the_window_opens(window):
    assert main([]) == 0
    assert window == [None]


def test_open_shows_a_run_in_the_window(window, small_run):
    assert main(["open", str(small_run.path)]) == 0
    assert window == [small_run.path]


def test_open_tells_a_wrong_path_in_the_terminal(window, tmp_path, fails):
    assert "does not exist" in fails("open", tmp_path / "nowhere")
    assert "is not an ncviz run" in fails("open", tmp_path)
    assert window == []


def test_ctrl_c_is_a_line_not_a_traceback(monkeypatch, capsys):
    def interrupted(_parsed):
        raise KeyboardInterrupt

    monkeypatch.setattr(ncviz.cli, "_recipe", interrupted)
    assert main(["recipe"]) == 130
    out, err = capsys.readouterr()
    assert (out, err) == ("", "ncviz: interrupted.\n")


def test_what_the_system_refuses_is_told_with_its_name(monkeypatch, capsys):
    def refused(_parsed):
        raise PermissionError(13, "Permission denied", "/secret/file")

    monkeypatch.setattr(ncviz.cli, "_recipe", refused)
    monkeypatch.setattr(ncviz.cli, "_forget_output", lambda: None)
    assert main(["recipe"]) == 1
    err = capsys.readouterr().err
    assert err == "ncviz: /secret/file cannot be read or written: Permission denied.\n"


def test_ncviz_is_a_module_too(spawn):
    done = spawn("recipe")
    assert done.returncode == 0
    assert done.stdout.startswith("dataset = ")
    assert done.stderr == ""


def test_no_name_gives_the_terminal_an_order(tmp_path, capsys):
    assert main(["measure", str(tmp_path / "\x1b[31mred\x07 \u202eturned")]) == 1
    err = capsys.readouterr().err
    assert "\\x1b[31mred\\x07 \\u202eturned does not exist" in err
    assert err.count("\n") == 1
