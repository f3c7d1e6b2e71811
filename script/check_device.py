"""Runs everything that touches a device on a real one, in under four minutes.

    script/check_device --device cuda

Prints one line a check and exits with status 1 if any of them fails. The numbers of the processor
are the reference: a training on the device takes the same steps within `TOLERANCE` until rounding
has grown, so that trainings compared are short. `--device emulated` runs what can be run on the
emulated device of the tests.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.errors import UserError
from ncviz.jobs.messages import Failed, Finished
from ncviz.networks.activations import activations
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.training.device import CPU
from ncviz.training.device_probe import find_device
from ncviz.training.losses.loss import losses
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recipe import MEASURED, Recipe

SECONDS = 240.0
TOLERANCE = 0.02  # of a loss after a few steps; of TF32's products, too
SHORT = changed(
    Recipe(), images_per_class=20, width=64, depth=4, epochs=1, record="all", probe_per_class=5
)
EMULATED = "emulated"

Check = Callable[[str, Path], str]


def kinds_of_networks() -> Iterator[tuple[str, Recipe]]:
    """Yield a recipe of each loss, activation, optimiser and way of measuring."""
    yield "without batch norm", changed(SHORT, batch_norm=False)
    yield "imbalanced", replace(SHORT, imbalance_ratio=4.0, majority_classes=5)
    for name, values in (
        ("loss", losses()),
        ("activation", activations()),
        ("optimizer", optimizers()),
        ("measured", MEASURED),
    ):
        for value in values:
            yield f"{name} {value}", changed(SHORT, **{name: value})


def trainings(device: str, folder: Path) -> str:
    """Train every kind of network on the device and on the processor."""
    from ncviz.training.trainer import Recorded, train

    worst, where = 0.0, ""
    for name, recipe in kinds_of_networks():
        found, expected = (
            [e.snapshot for e in train(recipe, device=d) if isinstance(e, Recorded)]
            for d in (device, CPU)
        )
        for one, other in zip(found, expected, strict=True):
            for scalar in ("train_loss", "test_loss"):
                value = other.scalars[scalar]
                gap = abs(one.scalars[scalar] - value) / max(abs(value), 1e-3)
                if gap > worst:
                    worst, where = gap, f"{scalar} of {name} at epoch {one.epoch}"
        before = found[0].layers[-1].statistics["train"].means
        expected_before = expected[0].layers[-1].statistics["train"].means
        np.testing.assert_allclose(before, expected_before, rtol=TOLERANCE, atol=TOLERANCE)
    if worst > TOLERANCE:
        raise AssertionError(f"{where} differs by {100 * worst:.2g} %")
    return f"largest difference {100 * worst:.2g} % ({where or 'none'})"


def recorder_in_a_loop(device: str, folder: Path) -> str:
    """Record a loop of one's own, in every precision that the device has."""
    import torch
    from torch import nn

    from ncviz import Recorder
    from ncviz.anatomy.doubles import has_doubles

    types = [torch.float32, torch.bfloat16, torch.float16]
    types += [torch.float64] if has_doubles(device.partition(":")[0]) else []
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(40) % 4
    images = torch.rand(40, 1, 12, 12, generator=generator) + labels[:, None, None, None] / 4
    done = []
    for dtype in types:
        torch.manual_seed(0)
        network = nn.Sequential(
            *(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 24, 3), nn.ReLU()),
            *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 4)),
        ).to(device, dtype)
        optimizer = torch.optim.SGD(network.parameters(), 0.05)
        name = str(dtype).partition(".")[2]
        for memory in (512, 0):  # held, and in two passes
            out = folder / f"{name} {memory}"
            with Recorder(out, network, (images, labels), memory=memory) as recorder:
                for epoch in range(2):
                    logits = network(images.to(device, dtype)).float()
                    loss = nn.functional.cross_entropy(logits, labels.to(device))
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    assert recorder.record(epoch, loss=loss.detach()), f"{name} was not recorded"
            assert Run(out).epochs == (0, 1)
        done.append(name)
    return ", ".join(done)


def recorded_checkpoints(device: str, folder: Path) -> str:
    """Record checkpoints of a torchvision network with `ncviz record --device`."""
    import torch

    from ncviz.recording.plan import RecordPlan
    from ncviz.recording.record_checkpoints import record_checkpoints
    from ncviz.torchvision import load_torchvision

    torch.manual_seed(0)
    network = load_torchvision().models.resnet18(num_classes=10)
    torch.save(network.state_dict(), folder / "epoch_1.pt")
    losses = []
    for number, where in enumerate((device, CPU)):
        plan = RecordPlan(
            model="torchvision:resnet18",
            checkpoints=(str(folder / "epoch_1.pt"),),
            data="fashion-mnist-subset",
            per_class=4,
            size=64,
            device=where,
        )
        record_checkpoints(plan, folder / f"run {number}")
        losses.append(Run(folder / f"run {number}").snapshot(1).scalars["train_loss"])
    gap = abs(losses[0] - losses[1]) / losses[1]
    assert gap < TOLERANCE, f"the losses differ by {100 * gap:.2g} %"
    return f"the losses differ by {100 * gap:.2g} %"


def want_of_memory(device: str, folder: Path) -> str:
    """Ask for more memory than there is, and go on with a small training afterwards."""
    import torch

    from ncviz.measuring.device_errors import enough_memory, memory_of

    wanted = 4 * max(memory_of(device)[1], 2**40) if device != CPU else 2**60
    try:
        with enough_memory("a check", "ask for less", device):
            torch.empty(wanted // 4, dtype=torch.float32, device=device)
    except UserError as error:
        trainings_go_on(device)
        return str(error)
    raise AssertionError("it gave more memory than it has")


def trainings_go_on(device: str) -> None:
    """Train once more: what failed before has left nothing behind."""
    from ncviz.training.trainer import train

    for _event in train(replace(SHORT, epochs=1), device=device):
        pass


def process_beside_a_window(device: str, folder: Path) -> str:
    """Train through the window, offscreen, in the process that it starts."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["NCVIZ_NO_OPENGL"] = "1"
    from ncviz.desktop.settings.settings import Settings
    from ncviz.desktop.shell.application import make_application
    from ncviz.desktop.widgets.background import Background
    from ncviz.training.training_runner import TrainingRunner

    application = make_application()
    assert Settings(device=device).device == device
    path = folder / "run"
    work = Background(application, TrainingRunner)
    ended: list[str] = []
    work.done.connect(ended.append)
    work.failed.connect(ended.append)
    work.prepare()
    work.start(SHORT, path, device)
    deadline = time.monotonic() + 90
    ticks, longest, last = 0, 0.0, time.monotonic()
    while not ended and time.monotonic() < deadline:
        application.processEvents()
        now = time.monotonic()
        ticks, longest, last = ticks + 1, max(longest, now - last), now
        time.sleep(0.005)
    work.close()
    assert ended == ["finished"], f"it ended as {ended}"
    software = Run(path).manifest.software["device"]
    return f"trained by {software}; the window waited {1000 * longest:.0f} ms at most"


def faults_stay_in_the_process(device: str, folder: Path) -> str:
    """Read beyond the end of a tensor in one process, which spoils CUDA in it; train in another."""
    from ncviz.jobs.process import WorkProcess
    from ncviz.training.training_runner import TrainingRunner

    worker = WorkProcess("reading beyond the end")
    spoilt = worker.begin(_read_beyond_the_end, device)
    said: list[Any] = []
    while not said:
        said = spoilt.poll(60.0)
    worker.close()
    runner = TrainingRunner()
    runner.start(SHORT, folder / "run", device)
    messages: list[Any] = []
    while not any(isinstance(message, Finished | Failed) for message in messages):
        messages = runner.poll(1.0)
    runner.close()
    assert messages[-1] == Finished("finished"), messages[-1]
    return f"after '{said[0]!s:.60}' another process trained"


def _read_beyond_the_end(_control: Any, tell: Callable[[str], None], device: str) -> None:
    import torch

    try:
        there = torch.zeros(3, device=device)
        print(float(there[torch.tensor([10**6], device=device)].sum()))
    except (RuntimeError, IndexError) as error:
        tell(" ".join(str(error).split()))


def cost_of_snapshots(device: str, folder: Path) -> str:
    """Time a snapshot against an epoch, with the published recipe."""
    from ncviz.training.trainer import EpochDone, Recorded, Started, train

    recipe = Recipe(epochs=6, record="all")
    began, epochs, snapshots = time.perf_counter(), [], []
    for event in train(recipe, device=device):
        if isinstance(event, Started | EpochDone | Recorded):
            now = time.perf_counter()
            if isinstance(event, EpochDone) and event.epoch > 1:  # the first one warms up
                epochs.append(now - began)
            if isinstance(event, Recorded) and event.snapshot.epoch > 1:
                snapshots.append(now - began)
            began = now
    epoch, snapshot = float(np.median(epochs)), float(np.median(snapshots))
    return (
        f"an epoch takes {1000 * epoch:.0f} ms, a snapshot {1000 * snapshot:.0f} ms: "
        f"{snapshot / epoch:.2f} epochs"
    )


CHECKS: dict[str, Check] = {
    "training of every kind": trainings,
    "a loop with a recorder": recorder_in_a_loop,
    "checkpoints": recorded_checkpoints,
    "want of memory": want_of_memory,
    "the window's process": process_beside_a_window,
    "faults": faults_stay_in_the_process,
    "cost of snapshots": cost_of_snapshots,
}
_OF_REAL_DEVICES = {"the window's process", "faults", "checkpoints"}  # in a process, or by name


def main() -> int:
    """Run all checks; return 1 if one has failed."""
    parser = argparse.ArgumentParser(description="Run all that touches a device on a real one.")
    parser.add_argument("--device", default="auto", help="as of ncviz train; or 'emulated'")
    wanted = parser.parse_args().device
    checks = dict(CHECKS)
    if wanted == EMULATED:
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        from emulated_device import DEVICE

        DEVICE.is_there, DEVICE.memory = True, 2**30
        checks = {name: check for name, check in checks.items() if name not in _OF_REAL_DEVICES}
        device = EMULATED
    else:
        began = time.perf_counter()
        try:
            found, said = find_device(wanted)
        except UserError as error:
            print(f"FAIL {error}")
            return 1
        device = found.name
        seconds = time.perf_counter() - began
        print(f"  {found.description}, tried in {seconds:.1f} s. {said}".rstrip(), flush=True)
    failed, start = 0, time.perf_counter()
    for name, check in checks.items():
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                words, mark = check(device, Path(folder)), "ok  "
            except Exception as error:  # noqa: BLE001 - the other checks are to be seen, too
                words, mark = f"{type(error).__name__}: {error}", "FAIL"
                failed += 1
        seconds = time.perf_counter() - began
        print(f"{mark} {name} ({seconds:.1f} s): {' '.join(words.split())}", flush=True)
    seconds = time.perf_counter() - start
    print(f"{len(checks) - failed} of {len(checks)} checks passed in {seconds:.0f} s.")
    if seconds > SECONDS:
        print(f"That is longer than the {SECONDS:.0f} s that a day on a GPU has for it.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
