"""Sites: what they hold, and what they never replace."""

import errno
import json
import re
import shutil
from pathlib import Path

import pytest

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.explorer.run_in_words import last_numbers
from ncviz.export.provenance import said_by, view_of_file
from ncviz.export.site_plan import SitePlan
from ncviz.export.web.site import INDEX, make_site, named_runs
from ncviz.export.web.site_index import card_of, index_html
from ncviz.runs.run import Run
from ncviz.scenes.view import View

TITLE = "<script>alert(1)</script> & more"


@pytest.fixture(scope="module")
def runs(small_run, imbalanced_run, tmp_path_factory):
    """Two runs in folders of folders, and a manifest of something else."""
    folder = tmp_path_factory.mktemp("site") / "My runs"
    shutil.copytree(small_run.path, folder / "first" / "A b")
    shutil.copytree(imbalanced_run.path, folder / "other")
    (folder / "web").mkdir()
    (folder / "web" / "manifest.json").write_text('{"name": "an app"}')
    path = folder / "other" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"title": TITLE}))
    return folder


@pytest.fixture(scope="module")
def made(runs, tmp_path_factory):
    out = tmp_path_factory.mktemp("sites") / "new" / "site"
    return make_site(SitePlan(out, runs, chosen_only=True))


@pytest.fixture
def site(made, tmp_path):
    """A copy of the site that a test may change."""
    return shutil.copytree(made.index.parent, tmp_path / "site")


def test_each_run_has_a_page_and_a_card(made, runs):
    folder = made.index.parent
    assert sorted(path.name for path in folder.iterdir()) == [
        "first-a-b.html",
        "index.html",
        "other.html",
    ]
    assert list(folder.parent.iterdir()) == [folder]  # nothing is left beside it
    assert made.pages == 2
    assert len(made.left_out) == 1
    assert str(runs / "web") in made.left_out[0]
    text = made.index.read_text(encoding="utf-8")
    absent = text.split("<h2>Without a page</h2>")[1]
    assert "<li" in absent
    assert "web" in absent
    assert str(runs) not in text  # where the runs lay is nobody's business
    assert re.findall(r'<a href="([^"]*)">', text) == ["first-a-b.html", "other.html"]
    assert '<h1 dir="auto">My runs</h1>' in text
    for name, value in last_numbers(Run(runs / "first" / "A b")):
        assert f'<dt>{name}</dt><dd dir="auto">{value}</dd>' in text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
    assert not re.search(r'(src|href|srcset)="(?!data:|first|other)', text)
    assert said_by(folder / "other.html")["run"] == TITLE


def test_the_same_command_brings_it_up_to_date(site, runs, tmp_path, capsys):
    fewer = shutil.copytree(runs / "first", tmp_path / "fewer" / "first")
    options = ["--chosen-only", "--title", "Course", "--out", str(site)]
    assert main(["export", "site", str(fewer.parent), *options]) == 0
    assert sorted(path.name for path in site.iterdir()) == ["first-a-b.html", "index.html"]
    assert "1 page," in capsys.readouterr().out
    assert "<title>Course</title>" in (site / INDEX).read_text(encoding="utf-8")


def test_the_index_says_of_a_run_what_its_page_says(made):
    """Of an imbalanced one, too, whose classes are not the first ones."""
    index = made.index.read_text(encoding="utf-8")
    said = re.findall(r'<article><a href="(.*?)">.*?</a><p dir="auto">(.*?)</p>', index, re.DOTALL)
    assert len(said) == made.pages
    for name, sentence in said:
        page = (made.index.parent / name).read_text(encoding="utf-8")
        assert re.search(rf"<p[^>]*>Epoch [^<]*: {re.escape(sentence)}</p>", page), name


def test_the_index_says_what_else_is_known_of_a_run(runs, tmp_path):
    def about(folder):
        return ("A <b>claim</b>",) if folder == runs / "other" else ()

    index = make_site(SitePlan(tmp_path / "site", runs, chosen_only=True), about=about).index
    (said,) = re.findall(r"<p dir=\"auto\">(A .*?)</p>", index.read_text(encoding="utf-8"))
    assert said == "A &lt;b&gt;claim&lt;/b&gt;"


def test_an_index_says_what_it_is_where_a_page_is_asked_for(made):
    with pytest.raises(UserError, match=r"index\.html is the index of a site: choose one of"):
        view_of_file(made.index)


def test_what_is_known_of_several_runs_is_said_once_above_them(runs):
    run = Run(runs / "other")
    about = [("A claim", "Its source"), ("A claim", "Its source"), (), ("Another",)]
    cards = [
        card_of(run, View().at(run.epochs[-1]), f"{k}.html", 1000, "", about[k]) for k in range(4)
    ]
    text = index_html("Runs", cards, {"program": "ncviz"})
    parts = text.split("<section>")[1:]
    assert [re.findall(r"^<p dir=\"auto\">(.*?)</p>", part) for part in parts] == [
        ["A claim"],
        [],
        ["Another"],
    ]
    assert [part.count("<article>") for part in parts] == [2, 1, 1]
    assert text.count("Its source") == 1


@pytest.mark.parametrize("name", ["index.html", "other.html"])
def test_what_is_not_of_the_site_is_not_replaced(runs, tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(UserError, match=rf"{name} is there and was not written"):
        make_site(SitePlan(tmp_path, runs))
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(name, "mine")]


def test_what_was_changed_since_is_not_replaced(site, runs):
    page = site / "other.html"
    page.write_text(page.read_text(encoding="utf-8") + "<!-- mine -->", encoding="utf-8")
    with pytest.raises(UserError, match="or was changed since"):
        make_site(SitePlan(site, runs))
    assert page.read_text(encoding="utf-8").endswith("<!-- mine -->")


def test_names_of_pages_are_plain_and_no_two_are_the_same(small_run, tmp_path):
    for name in ("a/b", "a-b", "A.B", "index", "运动鞋", "-"):
        (tmp_path / name).mkdir(parents=True)
        shutil.copy(small_run.path / "manifest.json", tmp_path / name)
    (tmp_path / ".hidden").symlink_to(small_run.path)
    (tmp_path / "link").symlink_to(small_run.path)
    assert sorted(named_runs(tmp_path)) == [
        "a-b-2.html",
        "a-b-3.html",
        "a-b.html",
        "index-2.html",
        "run-2.html",
        "run.html",
    ]


def test_a_run_itself_is_a_site_of_one(small_run):
    (name,) = named_runs(small_run.path)
    assert name == f"{small_run.path.name}.html"


def test_a_sweep_is_called_by_its_own_title(small_run, imbalanced_run, tmp_path):
    folder = tmp_path / "results-7"
    for name, run in (("depth=2", small_run), ("depth=3", imbalanced_run)):
        shutil.copytree(run.path, folder / name)
    sweep, out = folder / "sweep.toml", tmp_path / "site"

    def heading(**more):
        made = make_site(SitePlan(out, folder, chosen_only=True, **more))
        return re.search("<h1[^>]*>([^<]*)</h1>", made.index.read_text(encoding="utf-8"))[1], made

    head = '[sweep]\ntitle = "Depth & <width>"\n'
    sweep.write_text(f"{head}[grid]\ndepth = [2, 3]\n", encoding="utf-8")
    assert heading()[0] == "Depth &amp; &lt;width&gt;"
    assert heading(title="Mine")[0] == "Mine"
    sweep.write_text("[grid]\ndepth = [2, 3]\n", encoding="utf-8")
    assert heading()[0] == "results-7"
    sweep.write_text("[grid\n", encoding="utf-8")
    called, made = heading()
    assert (called, made.pages) == ("results-7", 2)
    assert "sweep.toml" in made.left_out[0]
    assert made.left_out[0].removeprefix(f"The sweep {folder}/") in made.index.read_text()


def test_a_full_disk_names_what_was_asked_for(runs, tmp_path, monkeypatch):
    def full(path, _content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    out = tmp_path / "site"
    with pytest.raises(UserError) as caught:
        make_site(SitePlan(out, runs, chosen_only=True))
    assert (
        str(caught.value) == f"{out / 'first-a-b.html'} cannot be written: No space left on device."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_runs_is_no_run_and_says_which_there_are(runs, capsys):
    assert main(["export", "page", str(runs / "first"), "--out", "page.html"]) == 1
    said = capsys.readouterr().err
    assert "such as A b, or make a page of each with ncviz export site" in said


def test_where_there_is_nothing_one_sentence_says_so(tmp_path, runs):
    with pytest.raises(UserError, match="lies no run"):
        make_site(SitePlan(tmp_path / "out", tmp_path))
    with pytest.raises(UserError, match="is no folder"):
        make_site(SitePlan(tmp_path / "out", tmp_path / "away"))
    with pytest.raises(UserError, match=r"No run below .* can be shown. .*manifest"):
        make_site(SitePlan(tmp_path / "out", runs / "web"))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file: choose a folder"):
        make_site(SitePlan(tmp_path / "file", runs))
    with pytest.raises(UserError, match="out of range"):
        make_site(SitePlan(tmp_path / "out", runs, most_bytes=1000))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
