import threading

import pytest

from ncviz.jobs.control import Control, Order


@pytest.fixture
def control():
    return Control()


def test_a_training_goes_on_until_told_otherwise(control):
    assert control.order() is Order.CONTINUE
    control.stop()
    assert control.order() is Order.STOP
    control.cancel()
    assert control.order() is Order.CANCEL


def test_a_cancelled_training_cannot_be_kept(control):
    control.cancel()
    control.stop()
    assert control.order() is Order.CANCEL


@pytest.mark.parametrize("ending", ["resume", "stop", "cancel"])
def test_a_pause_holds_until_it_is_ended(control, ending):
    control.pause()
    answered = threading.Event()
    orders = []

    def ask():
        orders.append(control.order())
        answered.set()

    thread = threading.Thread(target=ask)
    thread.start()
    assert not answered.wait(0.1)
    getattr(control, ending)()
    assert answered.wait(10)
    thread.join()
    expected = {"resume": Order.CONTINUE, "stop": Order.STOP, "cancel": Order.CANCEL}
    assert orders == [expected[ending]]
    assert control.paused_seconds >= 0.1


def test_what_has_ended_does_not_pause(control):
    control.stop()
    control.pause()
    assert control.order() is Order.STOP
