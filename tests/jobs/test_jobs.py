"""Jobs in a process and in a thread: how they go and how they end."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
from jobs_to_do import (
    ask_for_too_much,
    count,
    end_the_process,
    fall,
    get_ready,
    hold,
    is_ready,
    leave,
    read_a_mapped_file_that_shrinks,
    refuse,
    return_a_function,
    say_what_is_imported,
    wait_for_ever,
)
from patience import HUNG_SECONDS

from ncviz.jobs.messages import MEMORY, Cancelled, Died, Failed, Finished
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import MOST_AT_ONCE, call


@pytest.fixture(scope="module")
def in_process():
    worker = WorkProcess("work")
    yield worker
    worker.close()


@pytest.fixture(params=["process", "thread"])
def worker(request, in_process):
    return in_process if request.param == "process" else WorkThread("work")


@pytest.fixture
def process():
    """Return a process that a test may end."""
    worker = WorkProcess("work")
    yield worker
    worker.close()


def heard(job):
    """Return all that a job tells to its end."""
    told = []
    while job.is_running:
        told += job.poll(60)
    return told


def begun(job, message="began"):
    """Wait until a job has told that it works."""
    told = []
    while message not in told:
        assert job.is_running, told
        told += job.poll(60)
    return job


def test_a_job_tells_and_finds(worker):
    job = worker.begin(count, 5)
    assert job.is_running
    assert heard(job) == [0, 1, 2, 3, 4, Finished(10)]
    assert job.poll(60) == []


def test_jobs_are_done_one_after_the_other(worker):
    jobs = [worker.begin(count, number) for number in (1, 2, 3)]
    assert [heard(job)[-1] for job in reversed(jobs)] == [Finished(3), Finished(1), Finished(0)]


def test_a_function_that_knows_of_no_job_is_one(worker):
    assert heard(worker.begin(call, divmod, 7, 2)) == [Finished((3, 1))]


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (refuse, "There is no such file: name another."),
        (ask_for_too_much, MEMORY),
        (
            fall,
            "The work failed (ZeroDivisionError: by nothing): this is a mistake in ncviz, "
            "report it.",
        ),
    ],
    ids=["refused", "memory", "unforeseen"],
)
def test_a_failure_is_one_sentence_and_the_next_job_is_done(worker, work, sentence):
    assert heard(worker.begin(work)) == [Failed(sentence)]
    assert heard(worker.begin(count, 1)) == [0, Finished(0)]


def test_what_cannot_be_sent_is_a_failure(in_process):
    (failed,) = heard(in_process.begin(return_a_function))
    assert failed.sentence.startswith("The work failed (")
    with pytest.raises(Exception, match="pickle"):
        in_process.begin(call, lambda: None)
    assert heard(in_process.begin(count, 1)) == [0, Finished(0)]


def test_a_cancelled_job_ends(worker):
    job = begun(worker.begin(hold))
    job.cancel()
    assert heard(job) == [Cancelled()]


def test_what_is_asked_before_the_begin_counts(worker):
    first, second = begun(worker.begin(hold)), worker.begin(count, 5)
    second.stop()
    first.stop()
    assert (heard(first), heard(second)) == ([Cancelled()], [Cancelled()])


def test_nothing_is_heard_of_a_dropped_job(worker):
    job, other = begun(worker.begin(hold)), worker.begin(count, 2)
    job.drop()
    assert not job.is_running
    assert heard(other) == [0, 1, Finished(1)]
    assert job.poll() == []


def test_a_paused_job_tells_nothing_until_it_is_resumed(worker, tmp_path):
    job = begun(worker.begin(hold, str(tmp_path / "kept")), "more")
    job.pause()
    while job.poll(0.5):  # what was on its way
        pass
    assert job.is_running
    job.resume()
    begun(job, "more")
    job.pause()
    job.stop()
    assert heard(job)[-1] == Cancelled()
    assert (tmp_path / "kept").read_text() == "stop"


def test_a_flood_of_messages_holds_up_nobody(worker, tmp_path):
    numbers = 5 * MOST_AT_ONCE
    job = worker.begin(count, numbers)
    told = []
    while job.is_running:
        said = job.poll(60)
        assert len(said) <= MOST_AT_ONCE + 1
        told += said
    assert told == [*range(numbers), Finished(sum(range(numbers)))]
    job = begun(worker.begin(hold, str(tmp_path / "kept")), "more")
    job.cancel()
    assert heard(job)[-1] == Cancelled()


def test_what_makes_no_sense_does_nothing(worker):
    job = worker.begin(count, 0)
    heard(job)
    for ask in (job.pause, job.resume, job.stop, job.cancel, job.drop):
        ask()
    assert not job.is_running


def test_a_process_is_made_with_its_first_job_and_gets_ready():
    worker = WorkProcess("work", get_ready)
    assert worker.pid is None
    assert heard(worker.begin(is_ready)) == [Finished("yes")]
    worker.close()
    assert worker.pid is None


def test_a_process_imports_what_its_jobs_need_alone(in_process):
    assert heard(in_process.begin(say_what_is_imported)) == [Finished([])]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=["killed", "crashed"])
def test_a_killed_process_is_told_and_the_next_job_has_another(process, number):
    job, waiting = process.begin(end_the_process, number), process.begin(count, 5)
    pid = process.pid
    assert heard(job) == ["began", Died(pid, -number)]
    assert heard(waiting) == [Died(pid, -number)]
    why = {
        signal.SIGKILL: "was killed (signal 9), perhaps because the memory was full",
        signal.SIGSEGV: "crashed (signal 11), perhaps in a library that it uses",
    }
    assert Died(pid, -number).why == why[number]
    assert heard(process.begin(count, 1)) == [0, Finished(0)]
    assert process.pid != pid


def test_a_mapped_file_that_shrinks_ends_the_process_with_a_sentence(process, tmp_path):
    """As libraries map files, whose reading nobody can then catch."""
    job = process.begin(read_a_mapped_file_that_shrinks, tmp_path / "weights")
    (died,) = heard(job)
    assert died == Died(died.pid, -signal.SIGBUS)
    assert "a file that it reads was shortened" in died.why
    assert heard(process.begin(count, 1)) == [0, Finished(0)]


def test_a_process_that_ends_at_once_is_told(process):
    job = process.begin(leave)
    died = Died(process.pid, 3)
    assert heard(job) == [died]
    assert died.why == "ended by itself (exit code 3), the terminal may say why"


def test_what_a_terminal_sends_does_not_reach_the_process(process):
    job = begun(process.begin(hold))
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(process.pid, number)
    job.cancel()
    assert heard(job) == [Cancelled()]


def test_a_cancelled_job_that_does_not_obey_costs_the_process_its_life():
    worker = WorkProcess("work", patience=0.0)
    job = worker.begin(wait_for_ever)
    begun(job, worker.pid)
    pid = worker.pid
    job.cancel()
    assert heard(job) == [Died(pid, -signal.SIGTERM)]
    worker.close()


def test_closing_lets_a_job_keep_what_it_made(process, tmp_path):
    job = begun(process.begin(hold, str(tmp_path / "kept")), "more")
    process.close(60)
    assert (tmp_path / "kept").read_text() == "stop"
    assert heard(job)[-1] == Cancelled()


def test_closing_ends_what_does_not_obey(process):
    job = process.begin(wait_for_ever)
    pid = process.pid
    begun(job, pid)
    os.kill(pid, signal.SIGSTOP)
    process.close()
    (died,) = heard(job)
    assert died.pid == pid
    assert process.pid is None
    process.close()


def test_a_thread_ends_with_its_jobs():
    worker = WorkThread("a thread of the tests")
    job = begun(worker.begin(hold))
    (thread,) = (each for each in threading.enumerate() if each.name == worker.name)
    worker.close(60)
    assert heard(job) == [Cancelled()]
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("paused", [False, True], ids=["working", "paused"])
def test_the_process_of_a_dead_parent_keeps_what_it_made_and_ends(tmp_path, paused):
    kept = tmp_path / "kept"
    code = f"""
        from jobs_to_do import hold
        from ncviz.jobs.process import WorkProcess

        if __name__ == "__main__":
            job = WorkProcess("work").begin(hold, {str(kept)!r})
            while "more" not in job.poll(60):
                pass
            if {paused}:
                job.pause()
                while job.poll(0.5):
                    pass
            print("works", flush=True)
            while True:
                job.poll(60)
    """
    environment = os.environ | {"PYTHONPATH": os.path.dirname(__file__)}
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with parent:
        assert parent.stdout.readline() == "works\n"
        parent.kill()
        # The child has the same standard output: it ends when the last of them does.
        rest, _ = parent.communicate(timeout=HUNG_SECONDS)
    assert rest == ""
    assert kept.read_text() == "stop"


def test_a_thread_is_ended_before_python_ends():
    program = """
        from jobs_to_do import end_late
        from ncviz.jobs.thread import WorkThread

        job = WorkThread("work").begin(end_late)
        while not job.poll(60):
            pass
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"PYTHONPATH": os.path.dirname(__file__)},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
