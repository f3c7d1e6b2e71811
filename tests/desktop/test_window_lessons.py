"""Lessons in the window: their stages, what is hidden and pointed at, what is done and kept."""

import html
import json

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from seen_whole import faults
from window_parts import settle

from ncviz.desktop.rooms.learn import learn_room
from ncviz.desktop.rooms.learn.learn_page import standing_in_words
from ncviz.desktop.rooms.learn.lesson_work import TIME_WAITS
from ncviz.desktop.widgets.focus_ring import FocusRing
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.desktop.widgets.lesson_places import PLACE, Veil, VeilNote, parts_at
from ncviz.desktop.widgets.slider import Slider
from ncviz.desktop.widgets.teaching import end_answer, show_answer
from ncviz.desktop.widgets.words_at import document_of, links_of
from ncviz.explorer.room_names import EXPLORE, LAYERS, LEARN, THEORY, TRAIN
from ncviz.export.provenance import as_text
from ncviz.lessons.catalogue import lessons
from ncviz.lessons.kinds import ASKED, CHOICE, CLASS, TO_DO, TOLD
from ncviz.lessons.places import PLACES, VALUES
from ncviz.lessons.playing import LessonStanding
from ncviz.lessons.staging import run_of


@pytest.fixture
def learning(window, tmp_path, monkeypatch, qtbot):
    """The Learn room, whose progress is kept in a file of the test's own."""
    room = window.rooms.learn
    monkeypatch.setattr(room, "_file", learn_room.SharedFile(tmp_path / "lessons.json"))
    monkeypatch.setattr(room, "_standings", {})
    window.enter(LEARN)
    yield room
    room.work.leave()
    window.enter(EXPLORE)
    settle(qtbot, window)


def rings(window):
    return [ring for ring in window.findChildren(FocusRing) if ring.isVisible()]


def show_at_rest(qtbot, window):
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not window.rooms.learn.work._point_soon.isActive())


def answer(work):
    ask, truth = work.playing.step.ask, work.playing.truth
    if ask.kind == CHOICE:
        work.guess(float(truth))
    elif ask.kind == CLASS:
        work.guess(float(work._classes.index(int(truth)) + 1))
    else:
        work.guess(truth if ask.is_number else "it becomes a point")


@pytest.fixture
def look(window, qtbot):
    """Another theme and size of text, until the test is over."""

    def put(theme, scale):
        window.appearance.set_theme(theme)
        window.appearance.set("text_scale", scale)
        settle(qtbot, window)

    before = window.settings.theme, window.settings.text_scale
    yield put
    put(*before)


SIZES = {
    "usual": ((1280, 720), "light", 1.0),
    "large text": ((1280, 720), "dark", 1.5),
    "larger": ((1440, 900), "dark", 1.0),
}


@pytest.mark.parametrize(
    ("name", "size"),
    [(name, size) for name in lessons() for size in ("usual", "large text")]
    + [("points-and-means", "larger")],
)
def test_each_step_shows_what_its_lesson_says(learning, window, qtbot, look, name, size):
    (wide, high), theme, scale = SIZES[size]
    window.resize(wide, high)
    look(theme, scale)
    learning.begin(name)
    work, lesson = learning.work, lessons()[name]
    for number, step in enumerate(lesson.steps):
        show_at_rest(qtbot, window)
        stage = lesson.stage_of(number)
        if step.stage is not None:
            assert window.room == stage.room
        if stage.room == THEORY:
            assert window.rooms.theory.model == stage.model
        elif stage.run and step.stage is not None:
            assert window.explorer.run.path == run_of(lesson, stage.run)
        strip = window.lesson_strip
        assert strip.isVisible()
        assert f"step {number + 1} of {len(lesson.steps)}" in strip.head.text()
        if work.playing.phase == ASKED:
            assert step.ask.text in strip.text.text()
            for hidden in step.veiled:
                assert not list(parts_at(window, [hidden]))
            answer(work)
            show_at_rest(qtbot, window)
            for hidden in set(step.veiled) - set(step.hides):
                assert list(parts_at(window, [hidden])), f"{hidden} stays hidden"
            assert not list(parts_at(window, step.hides))
        if step.do is not None:
            assert step.do.say in strip.text.text()
            for place in step.do.point:
                (part,) = parts_at(window, [place])
                qtbot.waitUntil(lambda part=part: part.visibleRegion().boundingRect().isValid())
            assert not faults(window, step.do.point)
            assert len(rings(window)) >= len(step.do.point)
        assert work.playing.phase == (TO_DO if step.do and step.do.until else TOLD)
        strip.next.click()
    assert work.playing is None
    assert not strip.isVisible()
    assert not rings(window)
    assert window.room == LEARN
    assert learning._standings[name].finished
    assert "done" in learning.cards.cards[name].lines[-1].text()


def test_a_deed_is_seen_when_it_is_done_by_hand(learning, window, qtbot):
    learning.begin("points-and-means")
    work = learning.work
    work.step(2)  # questions can be left out
    show_at_rest(qtbot, window)
    window.lesson_strip.buttons[1].click()
    assert work.playing.phase == TO_DO
    window.playback.jump(True)
    qtbot.waitUntil(lambda: work.playing.phase == TOLD)
    assert window.lesson_strip.next.text() == "Go on"


def test_a_step_that_is_shown_again_waits_for_its_deed_again(learning, window, qtbot):
    learning.begin("points-and-means")
    work, strip = learning.work, window.lesson_strip
    work.step(2)
    work.guess(2.0)
    show_at_rest(qtbot, window)
    window.playback.jump(True)
    qtbot.waitUntil(lambda: work.playing.phase == TOLD)
    assert strip.text.text() == work.playing.step.then
    strip.again.emit()
    show_at_rest(qtbot, window)
    assert window.explorer.view.epoch == 0
    assert work.playing.phase == TO_DO
    assert work.playing.step.do.say in strip.text.text()


def test_keys_go_through_a_lesson_and_its_stage_comes_back(learning, window, qtbot, key):
    learning.begin("terminal-phase")
    show_at_rest(qtbot, window)
    window.playback.jump(True)
    settle(qtbot, window)
    assert window.explorer.view.epoch == 150  # time waits for a guess
    assert window.note.isVisible()
    learning.work.guess(2.0)
    window.playback.jump(True)
    settle(qtbot, window)
    assert window.explorer.view.epoch == 600
    window.commands.refresh()
    window.commands["learn.again"].trigger()
    show_at_rest(qtbot, window)
    assert window.explorer.view.epoch == 150
    window.canvas.native.setFocus()
    assert learning.work.playing.phase == TO_DO
    key(window, Qt.Key.Key_PageDown)
    assert learning.work.playing.at == 1
    key(window, Qt.Key.Key_PageUp)
    assert learning.work.playing.at == 0


def test_a_deed_that_is_left_out_says_nothing_of_what_it_would_have_shown(learning, window, qtbot):
    learning.begin("points-and-means")
    work = learning.work
    work.step(2)
    work.pass_by()
    assert work.playing.phase == TO_DO
    window.lesson_strip.go_on()
    assert work.playing.at == 3


def test_the_page_keys_are_the_lesson_s_wherever_the_focus_is(learning, window, qtbot, key):
    learning.begin("collapse")  # in the Train room, whose lists and fields take such keys
    show_at_rest(qtbot, window)
    form = window.training.panel.form
    before = form.recipe()
    assert not form.isAncestorOf(window.focusWidget())
    form["dataset"].setFocus()
    key(form["dataset"], Qt.Key.Key_PageDown)
    assert learning.work.playing.phase == TOLD
    assert form.recipe() == before
    key(form["dataset"], Qt.Key.Key_PageDown)
    assert learning.work.playing.at == 1
    key(form["dataset"], Qt.Key.Key_PageUp)
    assert learning.work.playing.at == 0


def test_the_run_that_was_open_is_not_the_one_to_be_trained(learning, window, qtbot, demonstration):
    window.open(demonstration, remember=False)
    learning.begin("collapse")
    work = learning.work
    work.step(1)
    assert work.playing.phase == TO_DO
    work._look_around()
    assert work.playing.phase == TO_DO
    work._stages._open_before = None  # as where another run was opened since, by training
    work._look_around()
    assert work.playing.phase == TOLD


def test_numbers_that_nothing_has_explained_are_left_out_of_the_layers(
    learning, window, qtbot, demonstration
):
    layers = window.run_panel.layers
    learning.begin("points-and-means")
    learning.work.step(5)
    learning.work.guess(2.0)
    show_at_rest(qtbot, window)
    assert layers.isVisible()
    assert not layers.tells_values
    assert not window.run_panel.numbers.isVisible()
    middle = layers.rect().center()
    assert window.run_panel._layer_at(middle.y()) is None
    layers.describe()
    assert not any("D =" in item for item in layers._spoken._items.stringList())
    learning.work.leave()
    window.open(demonstration, remember=False)
    window.enter(EXPLORE)
    settle(qtbot, window)
    assert layers.tells_values
    assert window.run_panel.numbers.isVisible()
    assert window.run_panel._layer_at(middle.y()) is not None


def test_what_a_model_says_of_itself_and_plays_by_waits_for_the_guess(learning, window, qtbot):
    learning.begin("weight-decay")
    show_at_rest(qtbot, window)
    theory = window.rooms.theory
    panel = theory.panel.panel_of("square-loss")
    told = panel.remark, panel.buttons
    qtbot.waitUntil(lambda: theory.model == "square-loss")
    show_at_rest(qtbot, window)
    assert not any(part.isVisible() for part in told)
    learning.work.guess(1.0)
    show_at_rest(qtbot, window)
    assert all(part.isVisible() for part in told)
    shown = theory.plots.page_of("square-loss")
    assert [shown.plot(name).isVisible() for name in ("length", "cosine")] == [True, False]
    learning.work.leave()
    window.enter(THEORY)
    settle(qtbot, window)
    assert shown.plot("cosine").isVisible()


def test_a_slider_waits_for_the_guess_as_time_does(learning, window, qtbot):
    learning.begin("minorities")
    show_at_rest(qtbot, window)
    theory = window.rooms.theory
    qtbot.waitUntil(lambda: theory.model == "layer-peeled")
    show_at_rest(qtbot, window)
    ratio = theory.panel.panel_of("layer-peeled").fields["ratio"]
    assert not ratio.isVisible()
    window.playback.toggle_playing()
    assert not window.player.playing
    assert window.note.text.text() == TIME_WAITS
    assert window.note.isVisible()
    learning.work.guess(2.0)
    show_at_rest(qtbot, window)
    assert not window.note.isVisible()
    assert ratio.isVisible()


def test_a_card_stands_below_the_question_it_is_asked_from(learning, window, qtbot):
    learning.begin("minorities")
    learning.work.step(1)
    show_at_rest(qtbot, window)
    strip = window.lesson_strip
    strip.explained.emit("critical ratio")
    card = next(each for each in window.findChildren(FormulaCard) if each.isVisible())
    below = strip.mapToGlobal(strip.rect().bottomLeft()).y()
    assert card.pos().y() > below
    window.resize(1280, 640)
    settle(qtbot, window)
    assert card.pos().y() > strip.mapToGlobal(strip.rect().bottomLeft()).y()
    card.close()
    window.resize(1280, 800)


def test_a_done_lesson_stays_done_while_it_is_played_again(learning, window):
    lesson = lessons()["law"]
    again = standing_in_words(lesson, LessonStanding(2, {}, finished=True))
    assert "done" in again
    assert "step 3 of" in again


def test_go_on_stays_where_it_is_through_a_lesson(learning, window, qtbot):
    window.resize(1280, 720)
    learning.begin("points-and-means")
    places = set()
    while learning.work.playing is not None:
        show_at_rest(qtbot, window)
        button = window.lesson_strip.next
        corner = button.mapTo(window, button.rect().topRight())
        places.add((corner.x(), corner.y()))
        window.lesson_strip.go_on()
    assert len(places) == 1


def test_words_with_a_card_are_links_and_open_it(learning, window, qtbot):
    learning.begin("minorities")
    learning.work.step(1)
    show_at_rest(qtbot, window)
    label = window.lesson_strip.text
    assert "Minority Collapse" in label.text()
    assert [link for link, _, _ in links_of(document_of(label))]
    asked = []
    window.lesson_strip.explained.connect(asked.append)
    label.linkActivated.emit(links_of(document_of(label))[0][0])
    assert asked
    card = next(each for each in window.findChildren(FormulaCard) if each.isVisible())
    card.close()


def test_what_is_no_number_is_said_and_a_number_is_judged(learning, window, qtbot):
    learning.begin("simplex")
    show_at_rest(qtbot, window)
    strip = window.lesson_strip
    strip.field.setText("many")
    qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    assert learning.work.playing.phase == ASKED
    assert "number" in strip.reply.text()
    strip.field.clear()
    qtbot.keyClicks(strip.field, "119.5")
    qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    assert learning.work.playing.is_right
    assert "120" in strip.reply.text()


def test_an_audience_is_counted_and_what_most_guessed_is_kept(learning, window, qtbot):
    learning.begin("terminal-phase")
    show_at_rest(qtbot, window)
    strip = window.lesson_strip
    strip.count.setChecked(True)
    for option in (0, 1, 1):
        strip.buttons[option].click()
    assert learning.work.playing.phase == ASKED
    assert strip.buttons[1].text().endswith("2")
    strip.next.click()
    assert learning.work.playing.guess == 2.0
    strip.count.setChecked(False)


@pytest.mark.parametrize("name", lessons())
def test_all_of_a_step_is_seen_while_one_presents(learning, window, qtbot, name):
    learning.begin(name)
    window.commands["view.present"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    work, strip = learning.work, window.lesson_strip
    for number, step in enumerate(lessons()[name].steps, 1):
        for is_answered in (False, True):
            if work.playing.phase == ASKED and is_answered:
                answer(work)
            pointed = step.do.point if step.do is not None and work.playing.phase != ASKED else ()
            for size in ((1280, 720), (1440, 900)):
                window.resize(*size)
                show_at_rest(qtbot, window)
                found = faults(window, pointed)
                assert not found, f"step {number} at {size}: {found}"
        for column, its in (
            (window.left, ("layers", "sliders", "recipe")),
            (window.right, ("plots",)),
        ):
            assert column.isVisible() or not list(parts_at(window, its))
        if not pointed and not work.playing.lesson.stage_of(work.playing.at).plots:
            assert not window.left.isVisible()
            assert not window.right.isVisible()
        strip.next.click()
    assert window.left.isHidden()
    window.presentation.leave()
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert not window.left.isHidden()
    assert not window.right.isHidden()


def test_a_remote_control_ends_the_black_and_does_nothing_unseen(learning, window, qtbot, key):
    learning.begin("points-and-means")
    window.commands["view.present"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    show_at_rest(qtbot, window)
    key(window, Qt.Key.Key_B, Qt.Key.Key_PageDown)
    assert not window.presentation.is_blank
    assert learning.work.playing.phase == ASKED
    key(window, Qt.Key.Key_PageDown)
    assert learning.work.playing.phase != ASKED
    window.presentation.leave()
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_a_lesson_that_waits_lays_nothing_out(learning, window, qtbot):
    learning.begin("law")
    show_at_rest(qtbot, window)
    requests = []

    class Counter(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.LayoutRequest:
                requests.append(watched)
            return False

    counter = Counter()
    window.lesson_strip.installEventFilter(counter)
    for _ in range(50):
        QApplication.processEvents()
    assert len(requests) < 5, "each request is followed by one more"
    window.lesson_strip.next.click()
    show_at_rest(qtbot, window)
    requests.clear()
    for _ in range(50):
        QApplication.processEvents()
    window.lesson_strip.removeEventFilter(counter)
    assert len(requests) < 5, "each request is followed by one more"


def test_notes_for_the_speaker_cover_nothing(learning, window, qtbot):
    learning.begin("points-and-means")
    show_at_rest(qtbot, window)
    strip, notes = window.lesson_strip, lessons()["points-and-means"].steps[0].notes
    assert not strip.noted.isVisible()
    strip.notes.click()
    show_at_rest(qtbot, window)
    assert strip.noted.text() == notes
    assert strip.rect().contains(strip.noted.geometry())
    assert not window.note.isVisible()
    while learning.work.playing.step.notes:
        strip.go_on()
    show_at_rest(qtbot, window)
    assert strip.notes.isHidden()
    assert strip.noted.isHidden()
    strip.notes.setChecked(False)


def test_what_is_said_of_a_hidden_part_stands_in_its_place(learning, window, qtbot):
    learning.begin("points-and-means")
    show_at_rest(qtbot, window)
    hidden = [part for part in window.findChildren(QWidget) if part.property(PLACE) == "caption"]
    (caption,) = [part for part in hidden if part.parentWidget().isVisible()]
    (note,) = [
        each for each in caption.parentWidget().findChildren(VeilNote) if each._part is caption
    ]
    before = note.geometry()
    for size in ((1300, 760), (1100, 700)):
        window.resize(*size)
        show_at_rest(qtbot, window)
        assert note.geometry() == caption.geometry() != before
        assert not note.geometry().intersects(window.frame.legend.geometry())
    window.resize(1280, 800)


def test_what_is_said_of_a_hidden_part_goes_with_it(learning, window, qtbot):
    learning.begin("law")
    show_at_rest(qtbot, window)
    while not learning.work.playing.step.veiled:
        learning.work.step(1)
    show_at_rest(qtbot, window)
    notes = [note for note in window.findChildren(VeilNote) if note.isVisible()]
    assert notes
    learning.work.leave()
    for note in notes:  # which Qt deletes later
        around = note.parentWidget()
        QApplication.sendEvent(around, QEvent(QEvent.Type.LayoutRequest))
        assert not note.isVisible()


def test_answers_have_formulas_where_one_wants_them(window, qtbot):
    layers = window.run_panel.layers
    point = layers.rect().center()
    for typeset in (False, True, False):
        window.appearance.set("formulas", typeset)
        assert window.commands["learn.formulas"].isChecked() == typeset
        answer = show_answer(layers, point)
        assert answer.light.concept == "D"
        assert bool(window.teacher.card.formulas) == typeset
        end_answer(layers)


def test_where_one_left_it_goes_on_also_after_a_restart(learning, window, qtbot, tmp_path):
    learning.begin("law")
    learning.work.guess("evenly")
    learning.work.step(1)
    learning.work.leave()
    assert window.room == LEARN
    kept = json.loads((tmp_path / "lessons.json").read_text())
    assert kept["law"]["step"] == 1
    assert kept["law"]["guesses"] == {"0": "evenly"}
    assert learning._read()["law"].step == 1
    assert "step 2 of" in learning.cards.cards["law"].lines[-1].text()
    learning.begin("law")
    assert learning.work.playing.at == 1


def test_a_file_of_ones_own_is_played_and_a_damaged_one_is_told(learning, window, tmp_path, qtbot):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "<b>Mine</b>"\nable = "x"\n[[step]]\nsay = "<i>Look</i> & see"\n', encoding="utf-8"
    )
    window.opening.open_anything(path)
    show_at_rest(qtbot, window)
    assert window.lesson_strip.text.text() == "<i>Look</i> & see"
    assert document_of(window.lesson_strip.text).toPlainText() == "<i>Look</i> & see"
    learning.work.leave()
    path.write_text('title = "Mine"\nable = "x"\n[[step]]\nsay = 3\n', encoding="utf-8")
    window.opening.open_anything(path)
    assert "line" in window.note.text.text()
    assert window.note.isVisible()
    assert learning.work.playing is None


def test_every_place_that_lessons_may_point_at_is_in_the_window(
    learning, window, qtbot, demonstration
):
    window.open(demonstration, remember=False)
    found = set()
    for room in (EXPLORE, THEORY, TRAIN):
        window.enter(room)
        settle(qtbot, window)
        found |= {name for name in PLACES if list(parts_at(window, [name]))}
    assert found == set(PLACES)


@pytest.mark.parametrize(("suffix", "head"), [(".pdf", b"%PDF"), (".mp4", b"")])
def test_a_lesson_is_saved_beside_the_window(
    learning, window, qtbot, tmp_path, answer_file, suffix, head
):
    out = tmp_path / f"terminal{suffix}"
    answer_file(out)
    learning.ask_to_save(suffix)
    assert "Begin a lesson first" in window.note.text.text()
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Mine"\nable = "x"\n[[step]]\nsay = "Look."\n[step.model]\nname = "law"\n',
        encoding="utf-8",
    )
    learning.begin_file(path)
    learning.ask_to_save(suffix)
    qtbot.waitUntil(lambda: not learning.saving.is_running)
    assert str(out) in window.note.text.text()
    assert out.read_bytes().startswith(head)
    assert window.busy.text() == ""


def test_a_place_is_pointed_at_by_mouse_and_by_keys(learning, window, qtbot):
    learning.begin("law")
    learning.work.step(1)
    show_at_rest(qtbot, window)
    place = window.lesson_strip.place
    assert place._values == pytest.approx((44.843, 19.228, 8.933), rel=1e-3)
    at = place.point_of(3, 4.5)
    assert place.value_at(at.y()) == pytest.approx(4.5, rel=1e-6)
    place.setFocus()
    qtbot.keyClick(place, Qt.Key.Key_Down)
    assert place.guess == pytest.approx(8.933 / 1.1, rel=1e-3)
    qtbot.mouseClick(place, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert learning.work.playing.is_right
    assert "4.98" in window.lesson_strip.reply.text() + window.lesson_strip.text.text()


def test_numbers_of_the_run_that_are_hidden_are_told_nowhere_in_the_scene(window, qtbot):
    window.enter(LAYERS)
    settle(qtbot, window)
    veil = Veil(window)

    def told():
        window.presenter.wake("scene")
        settle(qtbot, window)
        panels = window.canvas.picture.panels
        answers = [window.current.answer_of_panel(number) for number in range(len(panels))]
        return [panel.numbers for panel in panels], [answer.sentence for answer in answers]

    before = told()
    assert all(before[0])
    veil.hide_parts({VALUES: "Hidden in this step"})
    assert not window.frame.tells_values
    assert not any(text for texts in told() for text in texts)
    veil.hide_parts({})
    assert told() == before
    window.enter(EXPLORE)


def test_curves_that_no_step_has_spoken_of_yet_are_not_drawn(learning, window, qtbot):
    nc2 = {"nc2_equinorm_means", "nc2_equiangular_means"}
    everything = {"nc1", *nc2, "nc3", "nc4"}
    seen = {2: {"nc1"}, 3: {"nc1", *nc2}, 4: {"nc1", *nc2, "nc3"}, 5: {"nc1", *nc2, "nc3"}}
    for number, keys in seen.items():
        learning.work.begin(lessons()["collapse"], LessonStanding(number, {2: 1.0, 3: 1.0, 4: 2.0}))
        show_at_rest(qtbot, window)
        plot = window.plots.plot("collapse")
        assert {trace.key for trace in plot.traces} == keys
        assert ("NC2" in plot.numbers.text()) == bool(keys & nc2)
        assert "NC4" not in plot.numbers.text() + plot.table()
        assert plot.titles["left"] == ("NC1" if keys == {"nc1"} else "NC1–NC4")
    learning.work.leave()
    settle(qtbot, window)
    assert {trace.key for trace in plot.traces} == everything
    assert "NC4" in plot.numbers.text()


def test_the_law_shows_no_earlier_moment_before_it_is_asked_for(learning, window, qtbot):
    for number, shown in ((2, False), (3, True)):
        learning.work.begin(lessons()["law"], LessonStanding(number, {1: 3.0, 3: 2.0}))
        window.playback.seek(window.player.last)
        show_at_rest(qtbot, window)
        plot = window.plots.plot("law")
        keys = {curve.key for curve in plot.chart.curves}
        assert {"now", "fit"} <= keys
        assert ("earlier" in keys) == shown
        assert ("earlier" in plot.legend.text()) == shown
        assert any(curve.points == "ring" for curve in plot.chart.curves), "the layer is marked"
    learning.work.leave()
    settle(qtbot, window)


def test_an_answer_is_written_at_once_after_a_slider_that_is_hidden_now(learning, window, qtbot):
    learning.begin("minorities")
    show_at_rest(qtbot, window)
    learning.work.guess(2.0)
    show_at_rest(qtbot, window)
    ratio = window.rooms.theory.panel.panel_of("layer-peeled").fields["ratio"]
    slider = ratio.findChild(Slider)
    slider.setFocus()
    learning.work.step(1)
    show_at_rest(qtbot, window)
    assert not slider.isVisible()
    assert window.lesson_strip.field.hasFocus(), "the keys of the scene would take the number"


def test_return_goes_on_once_an_answer_is_given(learning, window, qtbot):
    learning.begin("points-and-means")
    show_at_rest(qtbot, window)
    strip = window.lesson_strip
    qtbot.waitUntil(strip.field.hasFocus)
    qtbot.keyClicks(strip.field, "one cloud")
    qtbot.keyClick(strip.field, Qt.Key.Key_Return)
    assert learning.work.playing.at == 0
    qtbot.waitUntil(strip.next.hasFocus)
    qtbot.keyClick(strip.next, Qt.Key.Key_Return)
    assert learning.work.playing.at == 1


def test_curves_are_left_out_no_longer_than_their_step(learning, window, qtbot, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "x"\nable = "x"\n[[step]]\nsay = "NC1."\n[step.window]\nrun = "balanced"\n'
        'plots = ["collapse"]\ncurves = ["nc1"]\n[[step]]\nsay = "Train."\n[step.window]\n'
        'room = "Train"\n[step.recipe]\nepochs = 3\n',
        encoding="utf-8",
    )
    learning.begin_file(path)
    show_at_rest(qtbot, window)
    plot = window.plots.plot("collapse")
    assert {trace.key for trace in plot.traces} == {"nc1"}
    learning.work.step(1)
    show_at_rest(qtbot, window)
    assert {"nc3", "nc4"} < {trace.key for trace in plot.traces}


def test_what_was_clicked_leaves_no_trail_in_the_next_step(learning, window, qtbot):
    learning.work.begin(lessons()["points-and-means"], LessonStanding(3, {3: 2.0}))
    window.picture.set_view(pinned=(7,))
    show_at_rest(qtbot, window)
    learning.work.step(1)
    assert learning.work.playing.step.stage is None
    assert window.explorer.view.pinned == ()


def test_a_sample_that_is_clicked_as_an_answer_is_not_pinned(learning, window, qtbot):
    learning.work.begin(lessons()["points-and-means"], LessonStanding(6))
    show_at_rest(qtbot, window)
    of_dress = int((window.explorer.run.probe.labels == 3).argmax())
    window.picture.set_view(pinned=(of_dress,))
    qtbot.waitUntil(lambda: learning.work.playing.phase == TOLD)
    assert learning.work.playing.is_right
    assert "“Dress”" in window.lesson_strip.text.text() + window.lesson_strip.reply.text()
    assert window.explorer.view.pinned == ()


def test_samples_that_a_step_asks_to_pin_stay(learning, window, qtbot, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "x"\nable = "x"\n[[step]]\n[step.window]\nrun = "balanced"\n[step.do]\n'
        'say = "Click one."\nuntil = "pinned >= 1"\n[[step]]\nsay = "Follow it."\n',
        encoding="utf-8",
    )
    learning.begin_file(path)
    window.picture.set_view(pinned=(3,))
    qtbot.waitUntil(lambda: learning.work.playing.phase == TOLD)
    learning.work.step(1)
    assert window.explorer.view.pinned == (3,)


def test_a_large_file_that_is_no_lesson_is_told_what_it_would_have_to_be(window, tmp_path):
    path = tmp_path / "film.toml"
    with path.open("wb") as file:
        file.truncate(80_000_000)
    window.opening.open_anything(path)
    said = window.note.text.text()
    assert str(path) in said
    assert "1,048,576 bytes" in said
    assert "a recipe, a lesson, an experiment or a sweep is a short text" in said
    window.enter(EXPLORE)


def test_the_dropped_page_of_a_lesson_begins_it_or_says_where_it_is(
    learning, window, qtbot, tmp_path
):
    path = tmp_path / "lesson.html"
    for name in ("simplex", "A <b>lesson</b> of my own"):
        said = html.escape(as_text({"program": "ncviz 1.0", "lesson": name}))
        path.write_text(f'<!DOCTYPE html>\n<meta name="ncviz" content="{said}">', encoding="utf-8")
        window.opening.open_dropped([str(path)])
        settle(qtbot, window)
        assert learning.work.playing.lesson.name == "simplex"
    note = window.note.text.text()
    assert "lesson.html is the page of the lesson 'A <b>lesson</b> of my own'" in note
    assert "(.toml)" in note


def test_a_key_presents_once_from_an_answer_and_what_is_hidden_stays_so(learning, window, qtbot):
    learning.begin("simplex")
    show_at_rest(qtbot, window)
    theory = window.rooms.theory
    qtbot.waitUntil(lambda: theory.model == "vectors")
    show_at_rest(qtbot, window)
    field = window.lesson_strip.field
    play = theory.panel.panel_of("vectors").buttons
    assert field.hasFocus()
    for presents in (True, False, True):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_F11)
        show_at_rest(qtbot, window)
        assert window.presentation.active == presents
        assert not play.isVisible()
    learning.work.guess(120.0)
    show_at_rest(qtbot, window)
    learning.work.step(1)  # play stands in a column that is folded away
    show_at_rest(qtbot, window)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F11)
    show_at_rest(qtbot, window)
    assert not window.presentation.active
    assert theory.panel.isVisible()
    assert not play.isVisible()
    assert not theory.plots.isVisible()
    learning.work.leave()
    window.enter(THEORY)
    settle(qtbot, window)
    assert play.isVisible()
