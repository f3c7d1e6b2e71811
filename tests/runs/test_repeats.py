"""Repeats: the runs of one recipe with several seeds, in one folder."""

import json

import numpy as np
import pytest

import ncviz
from ncviz.errors import UserError
from ncviz.runs.following import wait_for_run
from ncviz.runs.lock import WritingLock
from ncviz.runs.manifest import read_manifest
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.repeats import (
    RepeatedRun,
    Repeats,
    open_run,
    rename_repeats,
    repeats_of,
    seed_folder,
    title_of_folder,
)
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.runs.run import Run
from ncviz.runs.spread import spread_of
from ncviz.runs.writer import rename_run

RECIPE = {"dataset": "synthetic"}


@pytest.fixture
def make_repeats(make_run, tmp_path):
    def make(spreads=(1.0, 3.0, 2.0), first=0, seeds=None, **more):
        folder = tmp_path / "repeats"
        folder.mkdir()
        write_repeated_recipe(
            folder, {**RECIPE, "seed": first, "seeds": len(spreads) if seeds is None else seeds}
        )
        for number, spread in enumerate(spreads):
            make_run(
                folder / seed_folder(first + number),
                seed=first + number,
                noise=lambda time, depth, s=spread: s * 1.2 * 0.04 ** (time * depth),
                title=f"Synthetic · seed {first + number}",
                **{"counts": (6, 6, 6), "epochs": (0, 1, 2), "widths": (6, 4), **more},
            )
        return folder

    return make


def last_fuzziness(run):
    return fuzziness_by_layer(run, run.epochs[-1])[-1]


def test_the_median_is_the_run_in_the_middle(make_repeats):
    folder = make_repeats((1.0, 3.0, 2.0, 9.0, 0.1))
    repeats = Repeats(folder)
    found = {repeats.seed_of(run): last_fuzziness(run) for run in repeats.runs}
    assert found[repeats.median_seed] == np.median(list(found.values()))
    assert repeats.median_by == "D of the last layer at epoch 2"
    assert (repeats.seeds, repeats.absent) == ((0, 1, 2, 3, 4), {})
    assert repeats.count_in_words == "5 seeds"
    run = open_run(folder)
    assert isinstance(run, RepeatedRun)
    assert run.path == folder / seed_folder(repeats.median_seed)
    assert run.place_in_words == f"median of 5 seeds: seed {repeats.median_seed}"
    assert f">{run.place_in_words}<" in run._repr_html_()


def test_of_an_even_number_the_lower_of_the_middle_two(make_repeats):
    repeats = Repeats(make_repeats((4.0, 1.0, 3.0, 2.0)))
    ranked = sorted(repeats.runs, key=last_fuzziness)
    assert repeats.median_run.path == ranked[1].path


def test_mean_and_spread_are_those_of_numpy(make_repeats):
    repeats = Repeats(make_repeats())
    rows = np.array([fuzziness_by_layer(run, 1) for run in repeats.runs])
    spread = repeats.spread(lambda run: fuzziness_by_layer(run, 1))
    np.testing.assert_allclose(spread.mean, rows.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(spread.std, rows.std(axis=0, ddof=1), rtol=1e-12)
    np.testing.assert_array_equal(spread.least, rows.min(axis=0))
    np.testing.assert_array_equal(spread.largest, rows.max(axis=0))
    np.testing.assert_array_equal(spread.count, [3, 3])
    np.testing.assert_allclose(repeats.mean(lambda run: fuzziness_by_layer(run, 1)), spread.mean)


def test_what_is_no_number_counts_for_nothing():
    spread = spread_of([[1.0, np.nan, np.inf], [3.0, 5.0, np.nan]])
    np.testing.assert_array_equal(spread.mean, [2.0, 5.0, np.nan])
    np.testing.assert_array_equal(spread.std, [np.sqrt(2), np.nan, np.nan])
    np.testing.assert_array_equal(spread.count, [2, 1, 0])
    np.testing.assert_array_equal(spread.least, [1.0, 5.0, np.nan])
    np.testing.assert_array_equal(spread.largest, [3.0, 5.0, np.nan])


def test_the_folder_of_a_seed_opens_among_the_others(make_repeats):
    folder = make_repeats()
    other = next(seed for seed in (0, 1, 2) if seed != Repeats(folder).median_seed)
    run = open_run(folder / seed_folder(other) / "manifest.json")
    assert run.path == folder / seed_folder(other)
    assert run.place_in_words == f"seed {other}; 3 seeds"
    assert repeats_of(run).seeds_there == (0, 1, 2)
    assert repeats_of(Run(folder / seed_folder(other))) is None
    assert open_run(folder / "repeats.json").path == open_run(folder).path
    assert repeats_of(run).title == "Synthetic"


def test_one_that_broke_off_is_no_median_and_shortens_what_is_common(make_repeats, make_run):
    folder = make_repeats((1.0, 2.0), seeds=4, epochs=(0, 1, 2, 5))
    make_run(
        folder / seed_folder(2), seed=2, state="failed", counts=(6, 6, 6), epochs=(0, 1),
        widths=(6, 4), noise=lambda time, depth: 1.5,
    )  # fmt: skip
    repeats = Repeats(folder)
    assert repeats.count_in_words == "3 of 4 seeds"
    assert repeats.said_of_absent == "seed 3: not trained yet"
    assert repeats.common_epochs == (0, 1)
    assert repeats.median_seed in (0, 1)
    assert repeats.median_by.endswith("epoch 5")


def test_two_classes_and_a_single_seed(make_repeats):
    repeats = Repeats(make_repeats((1.0,), counts=(5, 5), first=7))
    assert (repeats.median_seed, repeats.count_in_words) == (7, "1 seed")
    spread = repeats.spread(last_fuzziness)
    assert float(spread.mean) == last_fuzziness(repeats.median_run)
    assert np.isnan(spread.std)
    assert open_run(repeats.path).place_in_words == "seed 7; 1 seed"


def test_what_does_not_belong_is_left_out_and_said(make_repeats, make_run, tmp_path):
    folder = make_repeats((1.0, 2.0), seeds=6)
    make_run(folder / seed_folder(2), seed=9, counts=(6, 6, 6), epochs=(0, 1), widths=(6, 4))
    other = make_run(tmp_path / "other", seed=3, counts=(6, 6, 6), epochs=(0, 1), widths=(6, 4))
    (folder / seed_folder(3)).symlink_to(other.path)
    (folder / seed_folder(4)).mkdir()
    (folder / seed_folder(4) / "manifest.json").write_text("{")
    repeats = Repeats(folder)
    assert repeats.seeds_there == (0, 1)
    assert repeats.absent[2] == "of another recipe"
    assert repeats.absent[3] == "a link, which is not followed"
    assert repeats.absent[4].startswith("not to be opened, as ")
    assert repeats.absent[5] == "not trained yet"
    assert repeats_of(open_run(folder / seed_folder(2))) is None
    assert repeats_of(open_run(folder / seed_folder(3))) is None


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSON"),
        ("[]", "ncviz repeats"),
        (json.dumps({"format": "ncviz repeats", "version": 2}), "newer ncviz"),
        (json.dumps({"format": "ncviz repeats", "version": 1}), "no recipe"),
        (
            json.dumps({"format": "ncviz repeats", "version": 1, "recipe": {"seeds": 10**9}}),
            "seeds must be a number from 1 to 100",
        ),
        (
            json.dumps({"format": "ncviz repeats", "version": 1, "recipe": {"seed": True}}),
            "seed must be a number from 0",
        ),
        ("[" * 100_000, "JSON"),
        (" " * (2**20 + 1), "is read up to"),
        ('{"format": NaN}', "JSON"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence(tmp_path, refuses, content, word):
    (tmp_path / "repeats.json").write_text(content)
    with refuses(tmp_path / "repeats.json", word):
        open_run(tmp_path)


def test_a_folder_without_runs_says_so(tmp_path, refuses):
    write_repeated_recipe(tmp_path, {"seed": 0, "seeds": 2})
    with refuses(tmp_path, "2 seeds", "seeds 0 and 1: not trained yet"):
        open_run(tmp_path)
    with pytest.raises(UserError):
        read_manifest(tmp_path / "manifest.json")


def test_from_python_by_one_name(make_repeats):
    repeats = ncviz.open_repeats(make_repeats((1.0, 2.0)))
    assert isinstance(repeats, Repeats)
    assert len(repeats.runs) == 2


def test_a_title_is_that_of_all(make_repeats):
    repeats = Repeats(make_repeats((1.0, 2.0)))
    rename_repeats(repeats, "Mine")
    assert repeats.title == title_of_folder(repeats.path).removesuffix(" · 2 seeds") == "Mine"
    assert [run.manifest.title for run in Repeats(repeats.path).runs] == [
        "Mine · seed 0", "Mine · seed 1",
    ]  # fmt: skip


def test_one_that_is_being_trained_is_followed_beside_those_that_are_there(make_repeats):
    folder = make_repeats((1.0, 2.0, 3.0), state="finished")
    manifest = folder / seed_folder(2) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"finished"', '"running"'))
    assert Repeats(folder).being_trained is None, "nobody writes it: it broke off"
    lock = WritingLock(manifest.parent)
    try:
        repeats = Repeats(folder)
        assert (repeats.seeds_there, repeats.being_trained) == ((0, 1), 2)
        followed = wait_for_run(folder)
        assert followed.path == manifest.parent
        assert repeats_of(followed).seeds_there == (0, 1)
    finally:
        lock.release()


def test_repeats_that_do_not_begin_are_waited_for(tmp_path, make_run, refuses):
    write_repeated_recipe(tmp_path, {**RECIPE, "seed": 0, "seeds": 2})
    waited = []

    def sleep(_seconds):
        waited.append(True)
        make_run(tmp_path / seed_folder(0), counts=(6, 6, 6), epochs=(0, 1), widths=(6, 4))

    assert wait_for_run(tmp_path, sleep=sleep).path == tmp_path / seed_folder(0)
    assert waited == [True]
    (tmp_path / "repeats.json").write_text("{")
    with refuses("JSON"):
        wait_for_run(tmp_path)


@pytest.mark.parametrize("word", ["seed", "Seed"])
def test_a_title_is_that_of_all_in_whichever_language_it_was_trained(make_repeats, word):
    repeats = Repeats(make_repeats())
    for run, seed in zip(repeats.runs, repeats.seeds_there, strict=True):
        rename_run(run.path, f"Mine · {word} {seed}")
    again = Repeats(repeats.path)
    assert again.title == "Mine"
    assert title_of_folder(again.path).startswith("Mine · ")
