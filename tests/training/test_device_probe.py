from dataclasses import replace

import pytest
from broken_drivers import (
    FIRST,
    SECOND,
    all_leave,
    both_work,
    dies_at_once,
    first_crashes,
    first_hangs,
)

from ncviz.training import device_probe, device_trial
from ncviz.training.device import PROCESSOR
from ncviz.training.device_probe import DeviceProbe, find_device


@pytest.fixture
def probed():
    made = []

    def run(trial, seconds=60.0):
        probe = DeviceProbe(trial, seconds)
        made.append(probe)
        probe.start()
        while (devices := probe.poll(1.0)) is None:
            pass
        assert not probe.is_running
        return devices

    yield run
    for probe in made:
        probe.close()


def test_devices_that_work_are_found_in_order(probed):
    assert probed(both_work) == (PROCESSOR, FIRST, SECOND)


def test_a_driver_that_crashes_costs_its_device_alone(probed):
    first = replace(FIRST, problem=probed(first_crashes)[1].problem)
    assert probed(first_crashes) == (PROCESSOR, first, SECOND)
    assert "the process that tried it crashed (signal 11)" in first.problem


def test_every_device_may_end_the_process(probed):
    processor, *others = probed(all_leave)
    assert processor is PROCESSOR
    assert [device.name for device in others] == ["cuda:0", "cuda:1"]
    assert all("exit code 3" in device.problem for device in others)


def test_a_driver_that_hangs_is_waited_for_only_so_long(probed):
    _, first, second = probed(first_hangs, seconds=3.0)
    assert first.problem == "it did not answer within 3 seconds"
    assert second.problem in ("", "it did not answer within 3 seconds")


def test_a_process_that_comes_to_no_device_leaves_the_processor(probed):
    processor, gpu = probed(dies_at_once)
    assert (processor, gpu.name) == (PROCESSOR, "cuda")
    assert "signal 6" in gpu.problem


def test_closing_ends_the_process():
    probe = DeviceProbe(first_hangs)
    probe.start()
    probe.close()
    assert not probe.is_running
    assert probe.poll() == (PROCESSOR,)


def test_the_processor_is_never_tried(monkeypatch):
    monkeypatch.setattr(device_probe, "DeviceProbe", None)
    monkeypatch.setattr(device_probe, "may_have_gpu", lambda: False)
    assert find_device("cpu") == (PROCESSOR, "")
    assert find_device("auto") == (PROCESSOR, "")


def test_the_real_process_trains_and_measures(monkeypatch):
    assert device_trial.problem_of("cpu") == ""


def test_a_device_that_torch_lacks_has_a_reason():
    problem = device_trial.problem_of("hpu")
    assert problem
    assert "\n" not in problem


def test_a_device_that_computes_other_numbers_is_refused(monkeypatch):
    numbers = iter(([0.5, 1.0], [0.5, 1.1]))
    monkeypatch.setattr(device_trial, "_steps", lambda _device: next(numbers))
    assert device_trial.problem_of("cuda:0") == "it computes other numbers than the processor"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 MiB."), "its memory is full"),
        (RuntimeError("CUDA error: no kernel image is available"), "has no kernels for it"),
        (RuntimeError("CUDA error: device-side assert\ntriggered"), "device-side assert triggered"),
        (OSError(), "OSError"),
    ],
    ids=["full", "kernels", "other", "silent"],
)
def test_a_trial_that_fails_is_told_in_words(monkeypatch, error, words):
    def fail(_device):
        raise error

    monkeypatch.setattr(device_trial, "_steps", fail)
    assert words in device_trial.problem_of("cuda:0")
