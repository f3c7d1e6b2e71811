import os

import pytest
import torch

from ncviz.errors import UserError
from ncviz.training import device
from ncviz.training.device import PROCESSOR, Device, choose_device, device_name

LARGE = Device("cuda:0", "NVIDIA H200", 139 * 2**30)
SMALL = Device("cuda:1", "NVIDIA T4", 15 * 2**30)
FULL = Device("cuda:0", "NVIDIA T4", 15 * 2**30, "its memory is full, 0.01 of 15 GiB are free")
APPLE = Device("mps", "Apple GPU")
BLIND = Device("cuda", "The GPU", problem="torch 2.13.0+cpu is built without it")


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (8, 7)])
def test_one_core_is_left_for_the_window(monkeypatch, cores, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert device.training_threads() == threads


def test_getting_ready_leaves_one_core(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(device, "training_threads", lambda: 1)
    device.get_ready("cpu")
    assert torch.get_num_threads() == 1
    torch.set_num_threads(before)


@pytest.mark.parametrize("there", [True, False])
def test_a_driver_s_file_tells_of_a_gpu(monkeypatch, tmp_path, there):
    file = tmp_path / "nvidiactl"
    monkeypatch.setattr(device, "_DEVICE_FILES", (str(file),))
    monkeypatch.setattr(device.platform, "system", lambda: "Linux")
    monkeypatch.setattr(device, "torch_version", lambda: "2.13.0")
    if there:
        file.touch()
    assert device.may_have_gpu() is there


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("auto", "auto"),
        ("cpu", "cpu"),
        ("cuda", "cuda:0"),
        ("cuda:1", "cuda:1"),
        ("cuda:01", "cuda:1"),
        ("mps", "mps"),
        ("xpu", "xpu:0"),
    ],
)
def test_a_device_has_one_whole_name(written, name):
    assert device_name(written) == name


@pytest.mark.parametrize(
    "written",
    ["", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:a", "cpu:1", "mps:0 ", "meta", "cuda:²"],
)
def test_a_name_of_no_device_is_refused(written):
    with pytest.raises(UserError, match=r"is unknown: choose auto, cpu, cuda, cuda:1, mps or xpu"):
        device_name(written)


@pytest.mark.parametrize(
    ("wanted", "devices", "chosen"),
    [
        ("auto", (PROCESSOR,), PROCESSOR),
        ("auto", (PROCESSOR, LARGE, SMALL), LARGE),
        ("auto", (PROCESSOR, FULL, SMALL), SMALL),
        ("auto", (PROCESSOR, APPLE), APPLE),
        ("cpu", (PROCESSOR, LARGE), PROCESSOR),
        ("cuda", (PROCESSOR, LARGE, SMALL), LARGE),
        ("cuda:1", (PROCESSOR, FULL, SMALL), SMALL),
    ],
    ids=["processor", "first", "past a full one", "apple", "cpu", "cuda", "second"],
)
def test_what_is_wanted_is_chosen(wanted, devices, chosen):
    assert choose_device(wanted, devices)[0] is chosen


def test_a_choice_that_was_made_for_the_user_is_said():
    assert choose_device("auto", (PROCESSOR,))[1] == ""
    assert choose_device("cuda", (PROCESSOR, LARGE))[1] == ""
    assert choose_device("auto", (PROCESSOR, LARGE))[1] == (
        "NVIDIA H200, 139 GiB (cuda:0) is used."
    )
    found, said = choose_device("auto", (PROCESSOR, FULL))
    assert found is PROCESSOR
    assert said == (
        "NVIDIA T4, 15 GiB (cuda:0) cannot be used: its memory is full, 0.01 of 15 GiB are free. "
        "The processor is used instead."
    )


@pytest.mark.parametrize(
    ("wanted", "devices", "words"),
    [
        ("cuda", (PROCESSOR,), "There is no device cuda:0 here: choose cpu."),
        (
            "cuda:7",
            (PROCESSOR, LARGE),
            "There is no device cuda:7 here: choose cpu or cuda:0.",
        ),
        (
            "cuda",
            (PROCESSOR, FULL),
            "NVIDIA T4, 15 GiB (cuda:0) cannot be used: its memory is full, 0.01 of 15 GiB are "
            "free. Choose the device cpu.",
        ),
        (
            "cuda:1",
            (PROCESSOR, BLIND),
            "The GPU (cuda) cannot be used: torch 2.13.0+cpu is built without it. "
            "Choose the device cpu.",
        ),
        ("mps", (PROCESSOR, BLIND), "There is no device mps here: choose cpu."),
    ],
    ids=["none", "no such", "full", "blind", "another"],
)
def test_a_named_device_is_never_replaced_in_silence(wanted, devices, words):
    with pytest.raises(UserError) as raised:
        choose_device(wanted, devices)
    assert str(raised.value) == words
