"""What runs the tasks of a sweep: this process, several of them, or a Dask cluster.

joblib hands the tasks out and gives their ends as they come; the folder decides what is done, so
that nothing here needs to remember anything.
"""

import contextlib
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ncviz.errors import UserError, reason
from ncviz.jobs.control import Control
from ncviz.language import tr
from ncviz.sweeping.carrying_out import SweepDone, carry_out_task
from ncviz.sweeping.worker import do_task, end_with
from ncviz.sweeps.places import STOPPED
from ncviz.sweeps.sweep import Sweep

WAIT = 60.0  # seconds for the first worker of a cluster


def in_this_process(
    sweep: Sweep, folder: Path, indices: Sequence[int], control: Control, **ways: Any
) -> Iterator[SweepDone]:
    """Do tasks one after the other, and yield how each ended."""
    for index in indices:
        done = carry_out_task(sweep, folder, sweep.task(index), control=control, **ways)
        yield done
        if done.state == STOPPED:
            return


def in_processes(
    sweep: Sweep, folder: Path, indices: Sequence[int], jobs: int, **ways: Any
) -> Iterator[SweepDone]:
    """Do tasks in several processes of this machine, and yield how each ended, as they come."""
    from joblib import parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        with parallel_config(
            backend="loky",
            n_jobs=jobs,
            inner_max_num_threads=1,
            initializer=end_with,
            initargs=(os.getpid(),),
        ):
            yield from _parallel(do_task, sweep, folder, indices, ways)
    except TerminatedWorkerError as error:
        raise UserError(
            tr(
                "A process of the sweep was ended from outside, perhaps for want of memory: the "
                "same command goes on, with fewer --jobs if need be."
            )
        ) from error


def on_cluster(
    sweep: Sweep, folder: Path, indices: Sequence[int], address: str, **ways: Any
) -> Iterator[SweepDone]:
    """Do tasks on a Dask cluster whose workers see the same files; yield how each ended.

    Raises
    ------
    UserError
        If Dask is not installed, or the cluster is not to be reached.
    """
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise UserError(
            tr("--dask needs Dask, which is not installed: pip install 'ncviz[dask]'.")
        ) from error
    from joblib import parallel_config

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # versions that differ a little
        try:
            client: Any = Client(address, timeout=WAIT)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise UserError(
                tr(
                    "The Dask scheduler {address!r} cannot be reached: start one with 'dask "
                    "scheduler', and name its address, such as tcp://127.0.0.1:8786.",
                    address=address,
                )
            ) from error
    try:
        with client, parallel_config(backend="dask", wait_for_workers_timeout=WAIT):
            yield from _parallel(_task, sweep, folder.resolve(), indices, ways)
    except (UserError, GeneratorExit):
        raise
    except Exception as error:  # Dask has many of its own
        raise UserError(
            tr(
                "The Dask cluster at {address} was lost, or has no worker: the same command goes "
                "on once it is there ({error}).",
                address=address,
                error=reason(error),
            )
        ) from error


def _parallel(
    do: Callable[..., SweepDone],
    sweep: Sweep,
    folder: Path,
    indices: Sequence[int],
    ways: dict[str, Any],
) -> Iterator[SweepDone]:
    from joblib import Parallel, delayed

    run = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="all")
    yield from run(delayed(do)(sweep, folder, index, ways) for index in indices)


def _task(sweep: Sweep, folder: Path, index: int, ways: dict[str, Any]) -> SweepDone:
    """Do one task on a cluster, whose workers end in their own way."""
    return carry_out_task(sweep, folder, sweep.task(index), **ways)


def stop_processes() -> None:
    """Ask the processes of this one to end what they do, and to keep it."""
    for process in multiprocessing.active_children():
        if process.pid is not None:
            with contextlib.suppress(OSError):
                os.kill(process.pid, signal.SIGTERM)


def slurm_script(command: Callable[[str], str], count: int, title: str) -> str:
    """Return an array script for SLURM; nothing is submitted.

    Parameters
    ----------
    command : callable
        Gives the command of an index, which is a text here.
    count : int
        Of tasks.
    title : str
    """
    name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in title)
    return (
        "#!/bin/bash\n"
        f"#SBATCH --job-name=ncviz-{name[:40]}\n"
        f"#SBATCH --array=0-{count - 1}\n"
        "#SBATCH --ntasks=1\n"
        "#SBATCH --cpus-per-task=1\n"
        "#SBATCH --output=slurm-%A_%a.out\n"
        f"exec {command('$SLURM_ARRAY_TASK_ID')}\n"
    )
