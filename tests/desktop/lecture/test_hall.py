"""What the hall sees: how large, how whole, how calm."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.lecture.hall_text import HallText
from desktop.lecture.lecture import LectureProgram
from desktop.lecture.preview import transform
from desktop.model.preferences import Preferences
from desktop.style.theme import PROJECTOR
from engine import documents
from engine.kinds.feedforward.records import layer_trace_of

PATIENCE_MS = 60_000
FRAME_MS = 40
SIZES = [(1024, 768), (1280, 720), (1920, 1080), (3840, 2160)]
LAYERS: dict[str, Any] = {
    "kind": "feedforward",
    "layers": [{"units": 8, "activation": "sigmoid", "repeat": 5}],
}
CELL: dict[str, Any] = {"kind": "recurrent", "cell": "lstm", "hidden": 8}
AUTOCOMPLETE: dict[str, Any] = {"name": "autocomplete"}


class Hall:
    """A lecture in a window of a size."""

    def __init__(
        self,
        qtbot: QtBot,
        beats: list[dict[str, Any]],
        size: tuple[int, int] = (1280, 720),
        network: dict[str, Any] = LAYERS,
        task: dict[str, Any] | None = None,
    ) -> None:
        document = {
            "format": "gradient-theatre/1",
            "task": task or {"name": "insurance"},
            "network": network,
            "lecture": {"beats": beats},
        }
        self.qtbot = qtbot
        preferences = Preferences()
        self.program = LectureProgram(documents.parse(json.dumps(document)), None, preferences)
        self.program.begin(QApplication.primaryScreen())
        self.window = self.program.hall
        self.window.setWindowState(Qt.WindowState.WindowNoState)
        self.window.setGeometry(0, 0, *size)
        self.wait_for(0)

    def go(self, index: int) -> None:
        self.program.session.go(index)
        self.wait_for(index)

    def wait_for(self, index: int) -> None:
        session = self.program.session

        def stands() -> bool:
            record = session.moment.record
            return session.index == index and record is not None and record.is_complete

        self.qtbot.waitUntil(stands, timeout=PATIENCE_MS)
        self.qtbot.waitUntil(
            lambda: (
                not self.program.player.is_playing
                and (self.program.frame_loop.run.shown is not None)
            ),
            timeout=PATIENCE_MS,
        )
        QApplication.processEvents()

    def press(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.window, key, modifiers)

    def flows(self) -> list[float]:
        """The heights of the gradient charts in use, as shares of the window's."""
        charts = self.window.theatre.charts
        names = [name for name in ("flow", "variant_flow") if name in charts]
        return [charts[name].outer.height() / self.window.height() for name in names]

    def rows(self) -> list[QWidget]:
        """What is laid out, from top to bottom and from left to right."""
        window = self.window
        parts: list[QWidget] = [window.verdict, window.switches, window.theatre, window.aside]
        parts += [window.choices, window.sentence, window.progress]
        return [part for part in parts if part.isVisible()]


@pytest.fixture
def open_hall(qtbot: QtBot) -> Iterator[Callable[..., Hall]]:
    opened: list[Hall] = []

    def make(beats: list[dict[str, Any]], **more: Any) -> Hall:
        opened.append(Hall(qtbot, beats, **more))
        return opened[-1]

    yield make
    for hall in opened:
        hall.program.end()


LONG = (
    "A sentence of eighteen words, as long as one may be, is read from the last row in every hall."
)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("variant", [None, {"network.skip.every": 1}], ids=["one", "two lanes"])
def test_the_gradient_has_two_fifths_of_the_height_and_nothing_overlaps(
    open_hall: Callable[..., Hall], size: tuple[int, int], variant: dict[str, Any] | None
) -> None:
    beat = {"kind": "show", "sentence": LONG, "lower": "factors", "select": 3, "variant": variant}
    hall = open_hall([beat], size=size)
    hall.qtbot.waitUntil(lambda: sum(hall.flows()) >= 0.4, timeout=PATIENCE_MS)
    frame = hall.window.content.rect()
    places = [QRect(part.mapTo(hall.window, QPoint()), part.size()) for part in hall.rows()]
    for index, place in enumerate(places):
        assert frame.contains(place)
        for other in places[index + 1 :]:
            assert not place.intersects(other)
    metrics = hall.window.theme.sizes(size[1])
    assert metrics.title == pytest.approx(0.044 * size[1], rel=0.02)
    for button in hall.window.switches.buttons.values():
        if button.isVisible():
            assert min(button.width(), button.height()) >= 44


@pytest.mark.parametrize("width", [300, 700, 1800])
@pytest.mark.parametrize("words", [1, 18, 120, 400])
def test_a_sentence_is_always_whole(qtbot: QtBot, width: int, words: int) -> None:
    text = HallText("sentence", "Sentence")
    qtbot.addWidget(text)
    text.setFixedWidth(width)
    text.dress(PROJECTOR, 31.0, 16.0, 2)
    said = " ".join(["gradient"] * words)
    text.set_text(said)
    text.show()
    assert " ".join(text.lines) == said
    assert text.height() >= len(text.lines) * 16.0


@pytest.mark.parametrize(
    ("network", "task", "lower", "shown"),
    [
        (LAYERS, None, "accuracy", "accuracy"),
        (LAYERS, None, "loss", "loss"),
        (LAYERS, None, "history", "history"),
        (CELL, AUTOCOMPLETE, "gates", "gates"),
        (CELL, AUTOCOMPLETE, "weight_share", "weight_share"),
        (CELL, AUTOCOMPLETE, "spectrum", "spectrum"),
        (CELL, AUTOCOMPLETE, "units", "units"),
        (LAYERS, None, "gates", None),
        (LAYERS, None, "none", None),
    ],
)
def test_a_chart_stands_beside_the_theatre_where_the_network_has_it(
    open_hall: Callable[..., Hall],
    network: dict[str, Any],
    task: dict[str, Any] | None,
    lower: str,
    shown: str | None,
) -> None:
    beats = [{"kind": "show", "sentence": "Look.", "lower": lower}]
    hall = open_hall(beats, network=network, task=task)
    aside = hall.window.aside
    assert aside.isVisible() == (shown is not None)
    assert [*aside.charts] == ([] if shown is None else [shown])
    for chart in aside.charts.values():
        drawn = [each for each in chart.charts.values() if each.isVisible()]
        assert drawn
        assert chart.width() > 0.2 * hall.window.width()


def test_the_factors_are_those_of_the_selected_layer_or_of_all_together(
    open_hall: Callable[..., Hall],
) -> None:
    beats = [
        {"kind": "show", "sentence": "One.", "lower": "factors", "select": 3},
        {"kind": "show", "sentence": "All.", "lower": "factors"},
        {"kind": "show", "sentence": "Two.", "lower": "factors", "select": 3, "pass": "hidden"},
    ]
    hall = open_hall(beats)
    paper = hall.window.aside.paper
    hall.qtbot.waitUntil(lambda: bool(paper.blocks), timeout=PATIENCE_MS)
    (block,) = paper.blocks
    product = np.prod([row.factor for row in block.rows if not row.is_total])
    assert block.rows[-1].factor == pytest.approx(product)
    assert block.title.startswith("Layer 3")
    hall.go(1)
    hall.qtbot.waitUntil(lambda: paper.blocks[0].title == "All layers together")
    trace = hall.program.frame_loop.display.trace
    assert trace is not None
    hall.go(2)
    assert not hall.window.aside.isVisible()


def test_update_to_weight_stands_beside_both_lanes_on_one_axis(
    open_hall: Callable[..., Hall],
) -> None:
    variant = {"training.optimiser": "adam"}
    beat = {"kind": "show", "sentence": "It moves.", "lower": "update", "variant": variant}
    hall = open_hall([{**beat, "select": 1}])
    paper = hall.window.aside.paper
    hall.qtbot.waitUntil(lambda: len(paper.blocks) == 2, timeout=PATIENCE_MS)
    flows = [block.bars for block in paper.blocks]
    shown = hall.program.frame_loop.display
    for flow, lane in zip(flows, shown.lanes, strict=True):
        assert flow is not None
        assert lane.trace is not None
        trace = layer_trace_of(lane.trace)
        assert float(flow.values[1]) == pytest.approx(float(trace.update_ratio[0]))
    assert flows[0] is not None
    assert flows[1] is not None
    assert (flows[0].axis.low, flows[0].axis.high) == (flows[1].axis.low, flows[1].axis.high)


def test_a_hidden_curve_has_no_entries_and_a_shown_one_those_of_the_layer(
    open_hall: Callable[..., Hall],
) -> None:
    beats = [
        {"kind": "show", "sentence": "Curve.", "lower": "phi", "select": 2, "pass": "hidden"},
        {"kind": "show", "sentence": "Points.", "lower": "phi", "select": 2},
    ]
    hall = open_hall(beats)
    paper = hall.window.aside.paper

    def count() -> int:
        curves = paper.blocks[0].curve.curves if paper.blocks and paper.blocks[0].curve else ()
        return sum(curve.points.shape[1] for curve in curves)

    hall.qtbot.waitUntil(lambda: bool(paper.blocks), timeout=PATIENCE_MS)
    assert count() == 0
    hall.go(1)
    hall.qtbot.waitUntil(lambda: count() > 0, timeout=PATIENCE_MS)


def test_words_stand_alone_while_the_pass_is_hidden_then_twice(
    open_hall: Callable[..., Hall],
) -> None:
    typed = "today due to my current job situation"
    beats = [
        {
            "kind": "show",
            "sentence": "Read.",
            "lower": "words",
            "words": typed,
            "watch": 6,
            "pass": "hidden",
        },
        {"kind": "show", "sentence": "Which?", "lower": "words"},
    ]
    hall = open_hall(beats, network=CELL, task=AUTOCOMPLETE)
    paper = hall.window.aside.paper
    hall.qtbot.waitUntil(lambda: len(paper.blocks) == 1, timeout=PATIENCE_MS)
    assert [word.text for word in paper.blocks[0].words] == typed.split()
    assert not any(np.isfinite(word.strength) for word in paper.blocks[0].words)
    hall.go(1)
    hall.qtbot.waitUntil(lambda: len(paper.blocks) == 2, timeout=PATIENCE_MS)
    for block in paper.blocks:
        assert [word.text for word in block.words if word.is_marked] == ["job"]


def test_a_road_past_a_layer_is_said_to_add_and_never_to_multiply(
    open_hall: Callable[..., Hall],
) -> None:
    roads = {"network.skip.every": 1, "network.skip.scale": "1/L"}
    beats = [{"kind": "show", "changes": roads, "lower": "factors", "select": 3}]
    paper = open_hall(beats).window.aside.paper
    (block,) = paper.blocks
    told = {row.name: row.told for row in block.rows}
    assert told["skip"] == "+ 1"
    assert not any(said for name, said in told.items() if name != "skip")
    assert "skip + 1" in paper.accessibleDescription()


def test_h_shows_history_and_curves_and_takes_them_away(open_hall: Callable[..., Hall]) -> None:
    beats = [{"kind": "show", "sentence": f"{i}.", "lower": "accuracy"} for i in range(2)]
    hall = open_hall(beats)
    aside = hall.window.aside
    hall.press(Qt.Key.Key_H)
    assert aside.shown == ()
    hall.press(Qt.Key.Key_H)
    assert aside.shown == ("history", "loss", "accuracy")
    hall.go(1)
    assert aside.shown == ("accuracy",)


def test_a_training_says_how_far_it_is_and_a_press_completes_it(
    open_hall: Callable[..., Hall],
) -> None:
    beats = [
        {"kind": "show", "sentence": "Before."},
        {"kind": "train", "sentence": "{accuracy}.", "until": {"iterations": 3000}},
    ]
    hall = open_hall(beats)
    progress = hall.window.progress
    hall.program.session.go(1)
    hall.qtbot.waitUntil(progress.isVisible, timeout=PATIENCE_MS)
    assert progress.text.endswith("of 3,000")
    hall.press(Qt.Key.Key_PageDown)
    hall.wait_for(1)
    assert hall.program.frame_loop.iteration == 3000
    assert not progress.isVisible()


def test_a_training_that_was_rehearsed_is_complete_at_once_and_the_same(
    open_hall: Callable[..., Hall],
) -> None:
    beats = [
        {"kind": "show", "sentence": "Before."},
        {"kind": "train", "sentence": "{loss}.", "until": {"iterations": 400}},
    ]
    hall = open_hall(beats)
    hall.go(1)
    said = hall.window.sentence.text
    other = open_hall(beats)
    clock = QElapsedTimer()
    clock.start()
    other.qtbot.waitUntil(lambda: clock.elapsed() > 2_000, timeout=PATIENCE_MS)  # idle: it trains
    other.program.session.go(1)
    other.qtbot.waitUntil(lambda: other.program.session.moment.is_training, timeout=PATIENCE_MS)
    other.press(Qt.Key.Key_PageDown)
    other.wait_for(1)
    assert other.window.sentence.text == said
    assert other.program.frame_loop.iteration == 400


def test_a_switch_thrown_in_a_training_does_not_hold_the_lecture_up(
    open_hall: Callable[..., Hall],
) -> None:
    beats = [
        {"kind": "show", "sentence": "Before."},
        {"kind": "train", "sentence": "{loss}.", "until": {"iterations": 100000}},
        {"kind": "show", "sentence": "After.", "fresh": True},
    ]
    hall = open_hall(beats)
    hall.program.session.go(1)
    hall.qtbot.waitUntil(lambda: hall.program.session.moment.is_training, timeout=PATIENCE_MS)
    hall.press(Qt.Key.Key_6)
    hall.press(Qt.Key.Key_PageUp)
    hall.wait_for(0)


def test_the_pointer_hides_after_two_seconds_and_comes_back(
    open_hall: Callable[..., Hall],
) -> None:
    hall = open_hall([{"kind": "show", "sentence": "One."}])
    viewport = hall.window.theatre.viewport()
    QTest.mouseMove(viewport, QPoint(40, 40))
    QTest.mouseMove(viewport, QPoint(60, 60))
    blank = Qt.CursorShape.BlankCursor
    assert hall.window.cursor().shape() != blank
    hall.qtbot.waitUntil(lambda: hall.window.cursor().shape() == blank, timeout=5_000)
    QTest.mouseMove(viewport, QPoint(90, 90))
    hall.qtbot.waitUntil(lambda: hall.window.cursor().shape() != blank, timeout=5_000)


# What is seen


def take_luminance(image: QImage) -> NDArray[np.float64]:
    """Relative luminance (WCAG 2.1) of every pixel of a small copy."""
    small = image.scaled(96, 54, mode=Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(QImage.Format.Format_RGBA8888)
    shape = (small.height(), small.bytesPerLine() // 4, 4)
    values = np.frombuffer(small.constBits(), np.uint8).reshape(shape)[:, : small.width(), :3] / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(light @ np.array([0.2126, 0.7152, 0.0722]))


def count_flashes(frames: list[NDArray[np.float64]], per_second: float) -> int:
    """The most pairs of opposing changes in a second, at any place (WCAG 2.1, 2.3.1).

    A change counts from 10 % of the largest luminance on, where the darker of both is below 0.8.
    """
    stack = np.stack(frames)
    worst = 0
    window = round(per_second)
    for row in range(stack.shape[1]):
        for column in range(stack.shape[2]):
            turns = find_turns(stack[:, row, column])
            if len(turns) > 1:
                times = np.array(turns)
                most = max(int(((times >= t) & (times < t + window)).sum()) for t in times)
                worst = max(worst, most // 2)
    return worst


def find_turns(values: NDArray[np.float64]) -> list[int]:
    """Frames at which a change against the last one begins."""
    if float(values.max() - values.min()) < 0.1:
        return []
    turns: list[int] = []
    extreme, direction = float(values[0]), 0
    for index, value in enumerate(values.tolist()):
        change = value - extreme
        if abs(change) >= 0.1 and min(value, extreme) < 0.8:
            sign = 1 if change > 0 else -1
            if sign != direction:
                turns.append(index)
                direction = sign
            extreme = value
        elif (change > 0) == (direction > 0) and direction:
            extreme = value
    return turns


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_nothing_flashes_while_a_pass_plays_a_beat_trains_and_beats_change(
    open_hall: Callable[..., Hall], is_dark: bool
) -> None:
    beats = [
        {"kind": "play", "sentence": "It plays."},
        {"kind": "train", "sentence": "It trains.", "until": {"iterations": 300}},
        {"kind": "show", "sentence": "Two.", "variant": {"network.skip.every": 1}},
        {"kind": "show", "sentence": "One.", "variant": None, "lower": "factors", "select": 2},
    ]
    hall = open_hall(beats, size=(640, 360))
    if is_dark:
        hall.press(Qt.Key.Key_D)
    frames: list[NDArray[np.float64]] = []
    session, player = hall.program.session, hall.program.player
    clock = QElapsedTimer()

    def record(count: int) -> None:
        for _ in range(count):
            clock.restart()
            hall.qtbot.waitUntil(lambda: clock.elapsed() >= FRAME_MS)
            frames.append(take_luminance(hall.window.grab().toImage()))

    player.replay()
    record(30)
    for index in (1, 2, 3):
        session.go(index)
        record(25)
    assert count_flashes(frames, per_second=25.0) <= 3


def test_the_count_of_flashes_sees_what_flickers() -> None:
    dark, light = np.zeros((2, 2)), np.ones((2, 2))
    assert count_flashes([dark, light] * 10, per_second=20.0) >= 9
    assert count_flashes([dark] * 5 + [light] * 5, per_second=10.0) == 0


def test_reduced_motion_replaces_movement(open_hall: Callable[..., Hall]) -> None:
    hall = open_hall([{"kind": "play", "sentence": "It plays."}])
    player = hall.program.player
    player.set_reduced_motion(True)
    positions: set[float] = set()
    player.playhead_changed.connect(lambda playhead: positions.add(playhead.position))
    player.replay()
    hall.qtbot.waitUntil(lambda: not player.is_playing, timeout=PATIENCE_MS)
    assert all(position == round(position) for position in positions)


def test_the_preview_washes_out_then_takes_red_and_green_then_goes(
    open_hall: Callable[..., Hall],
) -> None:
    hall = open_hall([{"kind": "show", "sentence": "One."}])
    shift = Qt.KeyboardModifier.ShiftModifier
    before = hall.window.grab().toImage()
    hall.press(Qt.Key.Key_D, shift)
    washed = take_luminance(hall.window.grab().toImage())
    assert washed.min() > take_luminance(before).min()
    hall.press(Qt.Key.Key_D, shift)
    assert hall.window.preview.name == "deuteranopia"
    hall.press(Qt.Key.Key_D, shift)
    assert hall.window.grab().toImage() == before


def test_a_washed_out_picture_has_a_contrast_of_seven_and_greys_stay_grey_to_everyone() -> None:
    image = QImage(3, 1, QImage.Format.Format_RGBA8888)
    for x, colour in enumerate(("#000000", "#FFFFFF", "#808080")):
        image.setPixelColor(x, 0, QColor(colour))

    def light_of(colour: QColor) -> float:
        share = colour.redF()
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    washed = transform(image, "washed_out")
    black, white = (light_of(washed.pixelColor(x, 0)) for x in (0, 1))
    assert white / black == pytest.approx(7.0, rel=0.02)
    grey = transform(image, "deuteranopia").pixelColor(2, 0)
    assert (
        max(grey.red(), grey.green(), grey.blue()) - min(grey.red(), grey.green(), grey.blue()) <= 1
    )
    red, green = QImage(1, 1, image.format()), QImage(1, 1, image.format())
    red.fill(QColor("#C00000"))
    green.fill(QColor("#7A7A00"))
    seen = [transform(each, "deuteranopia").pixelColor(0, 0) for each in (red, green)]
    apart = abs(seen[0].hue() - seen[1].hue())
    assert apart < abs(QColor("#C00000").hue() - QColor("#7A7A00").hue())
