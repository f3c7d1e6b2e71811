import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from patience import HUNG_SECONDS, wait_for
from tiny_sweep import SOLVED, TINY

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.models.model import models
from ncviz.parameters import changed
from ncviz.runs.repeats import Repeats
from ncviz.sweeping.asked import read_asked, subject_of_cell
from ncviz.sweeping.carrying_out import ELSEWHERE, begin_folder, carry_out_task
from ncviz.sweeps.claims import STALE, Claim
from ncviz.sweeps.numbers import ReadAt, numbers_of_place
from ncviz.sweeps.places import FAILED, FINISHED, RUNNING, STOPPED, place_of, state_of_task
from ncviz.theory.layer_peeled import critical_ratio
from ncviz.training.recorded_training import record


@pytest.fixture
def small(written, tmp_path):
    """Two cells with one seed, and their folder."""
    sweep = read_asked(
        written(
            TINY.replace("seeds = 2", "seeds = 1")
            .replace("[2, 3]", "[2]", 1)
            .split("[[exclude]]")[0]
        )
    )
    folder = tmp_path / "grid"
    begin_folder(sweep, folder)
    return sweep, folder


def content(folder):
    """Return every file below a folder, without the moment at which runs were made."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "manifest.json":
                data = json.loads(data) | {"created": ""}
            found[str(path.relative_to(folder))] = data
    return found


def test_a_cell_is_the_run_of_its_recipe_bit_for_bit(small, tmp_path):
    sweep, folder = small
    done = carry_out_task(sweep, folder, sweep.task(0))
    assert done.state == FINISHED
    recipe = subject_of_cell(sweep, sweep.cells[0])
    record(changed(recipe, seeds=1), tmp_path / "single")
    assert content(tmp_path / "single") == content(place_of(folder, sweep.task(0)).run)
    assert Repeats(folder / sweep.cells[0].folder).seeds == (0,)


def test_what_is_finished_is_not_done_again(small):
    sweep, folder = small
    carry_out_task(sweep, folder, sweep.task(0))
    before = content(folder)
    assert carry_out_task(sweep, folder, sweep.task(0)).was_done
    assert content(folder) == before


def test_more_seeds_go_into_the_same_cells(small):
    sweep, folder = small
    carry_out_task(sweep, folder, sweep.task(0))
    more = replace(sweep, seeds=2)
    assert carry_out_task(more, folder, more.task(0)).was_done
    assert carry_out_task(more, folder, more.task(1)).state == FINISHED
    assert Repeats(folder / sweep.cells[0].folder).seeds_there == (0, 1)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["full", "quota"])
def test_a_full_disk_is_no_fault_of_a_cell_and_the_same_command_goes_on(
    small, monkeypatch, capsys, number
):
    sweep, folder = small
    command = ["sweep", str(sweep.path), "--out", str(folder)]
    with monkeypatch.context() as full:
        error = UserError("x cannot be written: the disk is full.")
        error.__cause__ = OSError(number, "no room")

        def refuse(*_given, **_named):
            raise error

        full.setattr("ncviz.training.recorded_repeats.record_seed", refuse)
        assert main(command) == 1
    said = capsys.readouterr()
    assert "ncviz: x cannot be written: the disk is full." in said.err
    assert "0 of 2 done, 0 failed" in said.out
    assert "the same command goes on" in said.out
    assert not list(folder.rglob("*.failed.json"))
    assert main(command) == 0
    assert "2 of 2 done, 0 failed" in capsys.readouterr().out


def test_a_cell_of_another_recipe_in_its_place_fails_in_a_sentence(small):
    sweep, folder = small
    carry_out_task(sweep, folder, sweep.task(0))
    other = replace(sweep, base={**sweep.base, "epochs": 5}, seeds=2)
    done = carry_out_task(other, folder, other.task(1))
    assert done.state == FAILED
    assert "holds repeats of another recipe, whose epochs is 4" in done.message


def test_what_failed_is_kept_and_tried_again_only_when_asked(small):
    sweep, folder = small
    wild = replace(
        sweep,
        base={
            **sweep.base,
            "optimizer": "sgd",
            "learning_rate": 100.0,
            "weight_decay": 10.0,
            "epochs": 60,
        },
    )
    task = wild.task(0)
    done = carry_out_task(wild, folder, task)
    assert (done.state, done.was_done) == (FAILED, False)
    assert "diverged" in done.message
    assert carry_out_task(wild, folder, task).was_done
    assert state_of_task(wild, place_of(folder, task)).message == done.message
    assert not carry_out_task(wild, folder, task, again=True).was_done


def test_two_processes_do_not_do_the_same_cell(small):
    sweep, folder = small
    place = place_of(folder, sweep.task(0))
    place.cell.mkdir()
    claim = Claim(place.claim)
    assert claim.held
    assert not Claim(place.claim).held
    assert carry_out_task(sweep, folder, sweep.task(0)).state == ELSEWHERE
    assert state_of_task(sweep, place).state == RUNNING
    claim.release()
    assert carry_out_task(sweep, folder, sweep.task(0)).state == FINISHED
    assert not place.claim.exists()


def test_a_stale_claim_gives_way(small, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        check=True,
        text=True,
    )
    path = tmp_path / "one.claim"
    own = Claim(path)
    said = json.loads(path.read_text())
    own.held = False  # as if its process had been killed
    path.write_text(json.dumps({**said, "process": int(ended.stdout)}))
    second = Claim(path)
    assert second.held
    second.release()
    path.write_text(json.dumps({"host": "another", "process": 1}))
    assert not Claim(path).held
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - STALE - 1))
    assert Claim(path).held


def test_numbers_of_theory_are_the_solver_s(written, tmp_path):
    sweep, folder = read_asked(written(SOLVED)), tmp_path / "grid"
    begin_folder(sweep, folder)
    for task in sweep.tasks():
        assert carry_out_task(sweep, folder, task).state == FINISHED
        numbers = numbers_of_place(sweep, place_of(folder, task), ReadAt())
        majority, ratio = task.cell.values["majority"], task.cell.values["ratio"]
        budget = models()["layer-peeled"].parameters().budget
        assert numbers["R₀"] == pytest.approx(critical_ratio(6, majority, budget), rel=1e-9)
        if ratio == 1:
            assert numbers["cosine, minority"] == pytest.approx(-1 / 5, abs=1e-6)
        if ratio > numbers["R₀"]:
            assert numbers["cosine, minority"] == pytest.approx(1.0, abs=1e-9)


# The command line


def test_the_commands_of_a_list_do_the_sweep(written, tmp_path, capsys):
    path = written()
    assert main(["sweep", str(path), "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    words = lines[0].split("  #")[0].split()
    assert words[0] == "ncviz"
    assert main(words[1:]) == 0
    assert "depth=2,width=3, seed 0: finished." in capsys.readouterr().out
    assert main(words[1:]) == 0
    assert "done already" in capsys.readouterr().out
    assert main(["sweep", str(path), "--index", "6"]) == 1
    assert "0 to 5" in capsys.readouterr().err


def test_a_slurm_script_is_printed_and_nothing_done(written, tmp_path, capsys):
    assert main(["sweep", str(written()), "--slurm"]) == 0
    said = capsys.readouterr().out
    assert "#SBATCH --array=0-5" in said
    assert said.endswith("--index $SLURM_ARRAY_TASK_ID\n")
    assert not (tmp_path / "grid").exists()


def test_the_table_has_parameters_states_and_numbers(written, tmp_path, capsys):
    path = written(TINY.replace("seeds = 2", "seeds = 1"))
    assert main(["sweep", str(path), "--index", "1"]) == 0
    out = tmp_path / "out.json"
    assert main(["sweep", str(path), "--table", str(out), "--epoch", "2"]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [(r["depth"], r["width"], r["state"]) for r in rows] == [
        (2, 3, "waiting"), (2, 5, "finished"), (3, 3, "waiting"),
    ]  # fmt: skip
    assert rows[1]["loss"] > 0 and "nc1" in rows[1] and "nc1" not in rows[0]  # noqa: PT018
    csv = tmp_path / "out.csv"
    assert main(["sweep", str(tmp_path / "grid"), "--table", str(csv)]) == 0
    assert csv.read_text().startswith("depth,width,cell,seed,state,message,error,loss,")
    assert main(["sweep", str(path), "--table", str(tmp_path / "out.txt")]) == 1
    assert "let its name end in .csv or .json" in capsys.readouterr().err


# Killed in the middle


def begin(*words):
    code = "import sys; from ncviz.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, "sweep", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NCVIZ_THREADS": "1"},
    )


def kill(process):
    """Kill it alone, and wait until all that it has begun has ended: it holds the output open."""
    process.kill()
    process.communicate(timeout=HUNG_SECONDS)


def wait_for_a_run(folder):
    wait_for(lambda: any(folder.rglob("snapshots/*.safetensors")))


def finish(path, folder, *how):
    """Run a sweep to its end, once nobody does any of its cells any more."""
    sweep = read_asked(path)
    places = [place_of(folder, task) for task in sweep.tasks()]
    wait_for(lambda: all(state_of_task(sweep, place).state != RUNNING for place in places))
    again = begin(path, "--out", folder, *how)
    said = again.communicate()
    assert again.returncode == 0, said


LONGER = TINY.replace("epochs = 4", "epochs = 200").replace("seeds = 2", "seeds = 1")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a sweep that nobody stopped."""
    home = tmp_path_factory.mktemp("whole")
    path = home / "grid.toml"
    path.write_text(LONGER)
    assert main(["sweep", str(path)]) == 0
    return content(home / "grid")


def test_with_two_jobs_killed_and_run_again_it_is_the_same_folder(written, tmp_path, whole):
    path, folder = written(LONGER), tmp_path / "killed"
    first = begin(path, "--out", folder, "--jobs", "2")
    wait_for_a_run(folder)
    kill(first)
    finish(path, folder, "--jobs", "2")
    assert content(folder) == whole


def test_stopped_by_a_signal_it_says_how_to_go_on(written, tmp_path, whole):
    path, folder = written(LONGER.replace("epochs = 200", "epochs = 9000")), tmp_path / "stopped"
    first = begin(path, "--out", folder, "--jobs", "2")
    wait_for_a_run(folder)
    first.send_signal(signal.SIGTERM)
    out, _ = first.communicate()
    assert first.returncode == 128 + signal.SIGTERM
    assert "the same command goes on" in out
    sweep = read_asked(path)
    states = [state_of_task(sweep, place_of(folder, task)).state for task in sweep.tasks()]
    assert STOPPED in states
    assert RUNNING not in states


def test_on_a_dask_cluster_killed_and_run_again_it_is_the_same_folder(written, tmp_path, whole):
    distributed = pytest.importorskip("distributed")
    path, folder = written(LONGER), tmp_path / "cluster"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        first = begin(path, "--out", folder, "--dask", cluster.scheduler_address)
        wait_for_a_run(folder)
        kill(first)
        finish(path, folder, "--dask", cluster.scheduler_address)
    assert content(folder) == whole
