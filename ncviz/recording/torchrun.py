"""Several processes that `torchrun` started, which record one run together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
from torch import distributed
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from ncviz.errors import UserError, reason
from ncviz.jobs.leaving import expect_threads
from ncviz.language import tr
from ncviz.measuring.grouped_peers import PATIENCE, GroupedPeers, span
from ncviz.measuring.peers import LostError, is_known
from ncviz.training.device import AUTO, CPU

_TOLD = "ncviz/told"


@contextmanager
def joined_processes(patience: timedelta = PATIENCE) -> Iterator[GroupedPeers]:
    """Join the processes that were started together, as the environment names them.

    Of what ends all of them one process speaks: it raises the error, and the others end silently
    with status 1.

    Parameters
    ----------
    patience : timedelta, optional
        How long one waits for the others.

    Raises
    ------
    UserError
        If the environment names no others, or they do not come.
    """
    rank, size = (_number(name) for name in ("RANK", "WORLD_SIZE"))
    for name in ("MASTER_ADDR", "MASTER_PORT"):
        if not os.environ.get(name):
            raise UserError(
                tr(
                    "WORLD_SIZE says that there are {size} processes, and {name} is not set: "
                    "start them with 'torchrun --nproc-per-node=N -m ncviz record …', or unset "
                    "WORLD_SIZE.",
                    size=size,
                    name=name,
                )
            )
    try:
        store, rank, size = next(rendezvous("env://", timeout=patience))
        distributed.init_process_group(
            "gloo",
            store=PrefixStore("ncviz", store),
            rank=rank,
            world_size=size,
            timeout=patience,
        )
    except (RuntimeError, ValueError) as error:
        raise UserError(
            tr(
                "Process {rank} of {size} waited {patience} for the others to start and did not "
                "reach them ({error}): start all of them, with the same MASTER_ADDR.",
                rank=rank,
                size=size,
                patience=span(patience),
                error=reason(error),
            )
        ) from error
    expect_threads("gloo")
    peers = GroupedPeers(rank, size, patience)
    try:
        yield peers
    except Exception as error:
        if _speaks(peers, store, error):
            raise
        raise SystemExit(1) from error
    finally:
        distributed.destroy_process_group()


def device_of_process(device: str) -> str:
    """Return this process's own GPU where they are named or 'auto' finds some; else the device.

    Raises
    ------
    UserError
        If there are more processes here than GPUs.
    """
    if device == AUTO:
        device = "cuda" if torch.cuda.is_available() else CPU
    kind, _, number = device.partition(":")
    if kind != "cuda" or number:
        return device
    here, there = _number("LOCAL_RANK"), torch.cuda.device_count()
    if here >= there:
        raise UserError(
            tr(
                "There are no more than {there:GPU|GPUs} here for at least "
                "{here:process|processes}: give --nproc-per-node={there_2}, or --device cpu.",
                there=there,
                here=here + 1,
                there_2=max(1, there),
            )
        )
    return f"cuda:{here}"


def _speaks(peers: GroupedPeers, store: Store, error: Exception) -> bool:
    """Tell whether this is the process that says what has ended all of them."""
    if is_known(error) and not isinstance(error, LostError):
        return peers.is_first
    try:
        return bool(store.add(_TOLD, 1) == 1)
    except RuntimeError:  # the process is gone that kept it
        return True


def _number(name: str) -> int:
    text = os.environ.get(name, "0")
    if not (text.isascii() and text.isdigit()):
        raise UserError(
            tr("{name} is {words!r}: start the processes with torchrun.", name=name, words=text)
        )
    return int(text)
