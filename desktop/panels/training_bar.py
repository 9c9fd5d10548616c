"""The tool bar: train and pause, one iteration, rewind, run to an iteration, speed, scene."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop.display.scales import format_count
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.fixed_size import Still
from desktop.widgets.palette import TextButton
from desktop.widgets.sections import caption
from engine.document.experiment import MAX_ITERATIONS
from engine.document.typed_numbers import units_of

_NO_LIMIT = "none"
_LIMITS = ((_NO_LIMIT, "full speed"), *((str(n), f"{n} per s") for n in (1, 2, 5, 10, 30, 100)))
_PROGRESS_PARTS = 1_000
_ONCE, _ONCE_SHORT = "One iteration", "+ 1"
_COMPARE_WORD = "Compare"
_COMPARE = "Compare the network with a variant of it, side by side (C)"
_LEAVE = "Leave the comparison: the baseline is kept, and undo brings the variant back (C)"
_SCENE_WIDTH = 340
"""At most, at the desk; before an audience the type is larger."""


class TrainingBar(QWidget):
    """Shows how far training is and announces what the user wants of it."""

    train_requested = Signal()
    train_on_requested = Signal(int)
    """So many iterations more, beyond the end that was planned."""
    pause_requested = Signal()
    one_iteration_requested = Signal()
    rewind_requested = Signal()
    run_to_requested = Signal(int)
    speed_limit_chosen = Signal(object)
    """Iterations per second, or None."""
    compare_requested = Signal()
    """Compare with a variant, or leave the comparison."""
    scene_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_bar")
        self.setAccessibleName("Training")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._is_training = False
        self._more = 0
        self._reserved = ("", 0)
        self.train = TextButton("Train", "train", "Train the network (T)", "primary", "play")
        self.once = TextButton(
            _ONCE, "one_iteration", "Make one update, and measure the pass after it"
        )
        self.once.setAccessibleName(_ONCE)
        self.rewind = TextButton(
            "Rewind", "rewind", "Return to the initial weights, at iteration 0", "", "rotate-ccw"
        )
        iteration = caption("0", "number")
        iteration.setObjectName("iteration")
        iteration.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.iteration = Still(iteration)
        self.goal = caption("of 0")
        self.goal.setObjectName("iterations_goal")
        self.progress = QProgressBar()
        self.progress.setObjectName("training_progress")
        self.progress.setAccessibleName("Training progress")
        self.progress.setToolTip("How much of the training is done")
        self.progress.setRange(0, _PROGRESS_PARTS)
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(72)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.run_to = NumberField(
            "run_to",
            "Run to iteration",
            "Go exactly to this iteration, on or back, and stop there",
            is_integer=True,
            empty_text="iteration",
            units=units_of("iterations"),
            bounds=(0, MAX_ITERATIONS),
        )
        self.run_to.setFixedWidth(88)
        self.run_to.show_value(None)
        self.limit = ChoiceBox("speed_limit", "Speed limit", "Train no faster than this", _LIMITS)
        self.limit.setFixedWidth(116)
        self.limit.show_key(_NO_LIMIT)
        self.compare = TextButton(_COMPARE_WORD, "compare", _COMPARE, icon="columns-2")
        self.compare.setCheckable(True)
        self.scene = ChoiceBox(
            "scene", "Scene", "Open a built-in scene", placeholder="Choose a scene"
        )
        self.scene.setMinimumWidth(144)
        self.scene.setMaximumWidth(_SCENE_WIDTH)
        self.scene.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._connect()

    def minimumSizeHint(self) -> QSize:
        """Where there is little room, words give way; see `resizeEvent`."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out that are not needed to understand the rest, if there is no room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """In another type other words have room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._fit)

    @Slot()
    def _fit(self) -> None:
        for has_word, once, compare in (
            (True, _ONCE, _COMPARE_WORD),
            (False, _ONCE, _COMPARE_WORD),
            (False, _ONCE_SHORT, _COMPARE_WORD),
            (False, _ONCE_SHORT, ""),
        ):
            self._word.setVisible(has_word)
            for button, text in ((self.once, once), (self.compare, compare)):
                if button.text() != text:
                    button.setText(text)
            layout = self.layout()
            assert layout is not None
            layout.invalidate()
            if layout.minimumSize().width() <= self.width():
                break

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        for button in (self.train, self.once, self.rewind):
            row.addWidget(button)
        row.addSpacing(8)
        count = QHBoxLayout()
        count.setSpacing(8)
        self._word = caption("iteration")
        count.addWidget(self._word)
        count.addWidget(self.iteration)
        count.addWidget(self.goal)
        tower = QVBoxLayout()
        tower.setSpacing(4)
        tower.addStretch(1)
        tower.addLayout(count)
        tower.addWidget(self.progress)
        tower.addStretch(1)
        row.addLayout(tower)
        row.addSpacing(8)
        self._desk_only = (caption("Run to"), self.run_to, self.limit)
        row.addWidget(self._desk_only[0])
        row.addWidget(self.run_to)
        row.addWidget(self.limit)
        row.addStretch(1)
        row.addWidget(self.compare)
        row.addWidget(self.scene, 8)

    def _connect(self) -> None:
        self.train.clicked.connect(self._train_or_pause)
        self.once.clicked.connect(self.one_iteration_requested)
        self.rewind.clicked.connect(self.rewind_requested)
        self.run_to.value_committed.connect(self._run_to)
        self.limit.chosen.connect(
            lambda key: self.speed_limit_chosen.emit(None if key == _NO_LIMIT else float(key))
        )
        self.compare.clicked.connect(self.compare_requested)
        self.scene.chosen.connect(self.scene_chosen)

    def set_on_stage(self, is_on_stage: bool) -> None:
        """Before an audience leave out what only the desk needs: the type is large there."""
        for widget in self._desk_only:
            widget.setVisible(not is_on_stage)
        self.scene.setMaximumWidth(2 * _SCENE_WIDTH if is_on_stage else _SCENE_WIDTH)

    def set_scenes(self, chapters: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> None:
        """Offer the (name, title) pairs of each chapter under its title."""
        self.scene.set_groups(chapters)

    def show_lanes(self, *, is_comparing: bool) -> None:
        """Show whether two lanes are compared."""
        self.compare.setChecked(is_comparing)
        self.compare.setToolTip(_LEAVE if is_comparing else _COMPARE)

    def show_scene(self, name: str | None, *, is_changed: bool = False) -> None:
        """Show which scene is open, and whether it was edited; None for a document of one's own."""
        self.scene.show_key(name, " · changed" if is_changed else "")

    def show_progress(
        self,
        iteration: int,
        iterations: int,
        *,
        is_training: bool = False,
        share: float | None = None,
        more: int = 0,
    ) -> None:
        """Show how far training is.

        Args:
            iteration: of the newest pass.
            iterations: where training ends; 0, or one that is passed, is no end.
            is_training: whether it runs, or is on its way to an iteration.
            share: of the way to an iteration that was asked for, from 0 to 1.
            more: how many iterations "Train on" offers; 0 before the planned end.
        """
        self._show_count(iteration, iterations, share)
        more = 0 if is_training else more
        if (is_training, more) != (self._is_training, self._more):
            self._is_training, self._more = is_training, more
            self._show_state()
        if not is_training:
            self._reserve_room(_offer(more or iterations))

    def _reserve_room(self, longest: str) -> None:
        """Let no button slip under the mouse when this one says something longer."""
        font, length = self.train.font().toString(), len(longest)
        if self._reserved[0] == font and self._reserved[1] >= length:
            return
        self._reserved = (font, length)
        shown = self.train.text()
        self.train.setText(longest)
        self.train.setMinimumWidth(self.train.sizeHint().width())
        self.train.setText(shown)
        self._fit()

    def _show_count(self, iteration: int, iterations: int, share: float | None) -> None:
        has_end = share is not None or 0 < iterations >= iteration
        text, goal = format_count(iteration), f"of {format_count(iterations)}" if has_end else ""
        if self.iteration.text() != text:
            self.iteration.setText(text)
        if self.goal.text() != goal:
            self.goal.setText(goal)
            metrics = self.iteration.label.fontMetrics()
            widest = max(metrics.horizontalAdvance(format_count(iterations)), 24)
            self.iteration.setMinimumWidth(widest)
            self._fit()
        self.progress.setVisible(has_end)
        if share is None:
            share = iteration / iterations if has_end else 0.0
        part = round(_PROGRESS_PARTS * share)
        if self.progress.value() != part:
            self.progress.setValue(part)

    def _show_state(self) -> None:
        text, tooltip = "Train", "Train the network (T)"
        if self._is_training:
            text, tooltip = "Pause", "Pause after this iteration (T)"
        elif self._more:
            text = _offer(self._more)
            tooltip = (
                f"What was planned is done: make {format_count(self._more)} more iterations "
                "(Shift+T)"
            )
        self.train.setText(text)
        self.train.set_icon("pause" if self._is_training else "play")
        self.train.setToolTip(tooltip)
        self.train.setAccessibleName(self.train.text())
        for button in (self.once, self.rewind):
            button.setEnabled(not self._is_training)

    def _train_or_pause(self) -> None:
        if self._is_training:
            self.pause_requested.emit()
        elif self._more:
            self.train_on_requested.emit(self._more)
        else:
            self.train_requested.emit()

    def _run_to(self, value: int | None) -> None:
        self.run_to.show_value(None)
        if value is not None:
            self.run_to_requested.emit(value)


def _offer(count: int) -> str:
    return f"Train on +{format_count(count)}"
