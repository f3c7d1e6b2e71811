"""Lessons that are saved beside a window: what is given up, however it ends, leaves nothing."""

from patience import Patience

from ncviz.jobs.messages import Cancelled
from ncviz.jobs.process import WorkProcess
from ncviz.lessons.lesson_saver import LessonSaver
from ncviz.runs.writer import partial_path


def test_what_is_given_up_is_no_failure_even_if_its_process_does_not_obey(tmp_path):
    saver, out = LessonSaver(WorkProcess("saving", patience=0.0)), tmp_path / "lesson.html"
    saver.start("points-and-means", out, "light")
    partial_path(out, saver.pid).write_bytes(b"half")
    saver.cancel()
    messages, patience = [], Patience()
    while saver.is_running and not patience.is_over:
        messages += saver.poll(0.1)
    saver.close()
    assert messages == [Cancelled()]
    assert list(tmp_path.iterdir()) == []
