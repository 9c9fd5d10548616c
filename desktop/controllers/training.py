"""What the commands of the menus and panels do that is more than one call."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.frame import DisplayFrame
from desktop.model.player import Player
from desktop.model.workspace import Workspace
from desktop.panels.key_overlay import KeyOverlay
from desktop.panels.kind import PanelKinds
from desktop.shell.actions import Actions
from desktop.shell.main_window import MainWindow
from desktop.worker.controller import TrainingController

_EXTRA_KEYS = (
    ("Ctrl+Z", "Take the last edit back"),
    ("Ctrl+Shift+Z", "Make the edit again"),
    ("← →", "Playback slider: one stage left or right"),
    ("Home, End", "Playback slider: to its ends"),
    ("+, −", "In the picture: see fewer or more layers"),
    ("Wheel", "Zoom at the mouse; over the numbers at the left, that axis alone"),
    ("Drag", "Move what is zoomed; the playhead's frame scrubs"),
    ("Double click", "Show everything again, as 0 does"),
    ("Right button", "Refit, copy picture or numbers, export this view"),
)


class TrainingCommands(QObject):
    """Needs nearly everything, and nothing needs it but `wiring`."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        frame_loop: FrameLoop,
        player: Player,
        window: MainWindow,
        actions: Actions,
        kinds: PanelKinds,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._frame_loop = frame_loop
        self._player = player
        self._window = window
        self._actions = actions
        self._kinds = kinds
        self._inspected: int | None = None
        self._offer = ""

    @Slot()
    def train_or_pause(self) -> None:
        """Train, or pause."""
        if self._controller.is_training:
            self._controller.pause()
        else:
            self.train()

    @Slot()
    def train(self) -> None:
        """Train to the planned end; from there on only after an explicit choice."""
        if self._frame_loop.more:
            self._offer_more()
            return
        self._workspace.notify("")
        self._frame_loop.show_newest()
        self._controller.train(self._frame_loop.planned_end)

    @Slot()
    def train_on(self) -> None:
        """Train beyond the planned end, as the button offers it; before that end, just train."""
        if self._frame_loop.more:
            self.train_further(self._frame_loop.more)
        else:
            self.train()

    @Slot(int)
    def train_further(self, count: int) -> None:
        """So many iterations more, from the newest pass."""
        self._workspace.notify("")
        self._frame_loop.show_newest()
        self._controller.train_on(self._frame_loop.iteration + count)

    @Slot(bool)
    def note_arrival(self, is_training: bool) -> None:
        """Say that the planned iterations are done, and how to go on."""
        end = self._frame_loop.planned_end
        if not is_training and 0 < end == self._controller.goal == self._frame_loop.iteration:
            self._offer_more()

    def _offer_more(self) -> None:
        end, more = self._frame_loop.planned_end, self._frame_loop.more
        done = f"{end:,} iterations done." if end else "This experiment only measures."
        self._offer = f"{done} “Train on” (Shift+T) makes {more:,} more."
        self._workspace.notify(self._offer)

    def _leave(self) -> None:
        """Go from the newest pass; what was said of the end is over, other news is not."""
        if self._workspace.notice == self._offer:
            self._workspace.notify("")
        self._frame_loop.show_newest()

    @Slot()
    def train_once(self) -> None:
        """Make one update and show the pass after it."""
        self._leave()
        self._controller.train_once()

    @Slot()
    def rewind(self) -> None:
        """Return to the initial weights."""
        self._leave()
        self._controller.go_back(0)

    @Slot(int)
    def run_to(self, iteration: int) -> None:
        """Go on, or back, to an iteration."""
        self._leave()
        self._controller.train(iteration)

    @Slot()
    def show_experiment(self) -> None:
        """Let the worker take over an edit."""
        self._frame_loop.show_newest()
        self._show()

    @Slot()
    def show_lane(self) -> None:
        """Let the worker look closely at the other lane."""
        self._show()

    def _show(self, *, begins_anew: bool = False) -> None:
        workspace = self._workspace
        experiments = workspace.lanes.experiments
        self._controller.show(experiments, workspace.folder, begins_anew, workspace.run)

    @Slot()
    def show_document(self) -> None:
        """Let the worker begin another document."""
        self._frame_loop.show_newest()
        self._controller.start_from(None)
        self._show(begins_anew=True)

    @Slot()
    def announce_selection(self) -> None:
        """Record the selected layer's details, and mark it in the list."""
        layer = self._workspace.selected_layer
        self._window.builder.select_layer(layer)
        self._inspect(layer)
        self._frame_loop.draw_soon()

    @Slot(object)
    def inspect_at_rest(self, display: DisplayFrame) -> None:
        """Record the details of the layer at which the pass has come to rest."""
        if not (display.playhead.is_playing or display.playhead.is_crossing()):
            self._inspect(display.edited.selected_layer)

    def _inspect(self, layer: int | None) -> None:
        if layer is not None and not 1 <= layer <= self._player.playhead.depth:
            layer = None
        if layer == self._inspected:
            return
        self._inspected = layer
        self._controller.inspect(layer)
        watched = self._frame_loop.watched_iteration
        if watched is not None:
            self._controller.watch(watched)

    @Slot(int)
    def select(self, layer: int) -> None:
        """Select a layer; one that is clicked again while it is selected is pinned."""
        is_again = layer == self._workspace.selected_layer and not self._workspace.is_pinned
        self._workspace.select(layer, is_pinned=is_again)

    @Slot(str, int)
    def edit(self, command: str, place: int = 0) -> None:
        """Do what only networks of this kind can be told, or what was clicked in a drawing."""
        experiment = self._workspace.experiment
        edit = self._kinds[experiment.network.kind].edit(command, experiment, place)
        if edit is not None:
            self._workspace.edit(edit.experiment, edit.text)

    @Slot(int)
    def choose_loss_place(self, place: int) -> None:
        """Let passes start from one place's loss; the chosen one again is the last."""
        trace = self._frame_loop.display.edited.trace
        if trace is None:
            return
        is_last = place == trace.loss_place or not 1 <= place < trace.places
        self._frame_loop.show_newest()
        self._controller.start_from(None if is_last else place)
        noun = trace.axis.noun
        where = f"the last {noun}" if is_last else f"{noun} {place:,}"
        self._workspace.notify(f"The pass starts from the loss at {where} alone.")

    @Slot(int)
    def watch(self, iteration: int) -> None:
        """Replay an earlier iteration's pass; training pauses for it."""
        if iteration == self._frame_loop.watched_iteration:
            self._player.replay()
        elif iteration == self._frame_loop.iteration and not self._controller.is_training:
            self._frame_loop.show_newest()
            self._player.replay()
        else:
            self._controller.watch(iteration)

    @Slot()
    def clear_marks(self) -> None:
        """Esc: leave full screen, the watched pass, before-marks and the selection."""
        if self._window.isFullScreen():
            self._actions["full_screen"].setChecked(False)
            return
        self._frame_loop.show_newest()
        trace = self._frame_loop.display.edited.trace
        if trace is not None and trace.loss_place < trace.places:
            self._controller.start_from(None)
        self._workspace.forget_before()
        self._workspace.select(None)

    @Slot(bool)
    def show_full_screen(self, is_full: bool) -> None:
        """Fill the screen, or not."""
        # A window that filled the desk does so again: its own size may be that of the screen.
        full = Qt.WindowState.WindowFullScreen
        state = self._window.windowState()
        self._window.setWindowState(state | full if is_full else state & ~full)
        self._window.show()

    @Slot()
    def show_keys(self) -> None:
        """Lay all keys over the window."""
        pairs = [
            (" or ".join(command.keys), command.tooltip)
            for command in self._actions.commands
            if command.keys and not command.name.startswith("switch_")
        ]
        pairs += self._window.switch_strip.list_keys()
        pairs += _EXTRA_KEYS
        overlay = KeyOverlay(pairs, self._window)
        overlay.show()
        overlay.raise_()
        overlay.setFocus()

    @Slot()
    def show_about(self) -> None:
        """Version and licences."""
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            "About",
            f"Gradient Theatre {_find_version()}",
            QMessageBox.StandardButton.Ok,
            self._window,
        )
        box.setObjectName("about_dialog")
        box.setInformativeText(
            "Shows how the gradient of a neural network travels, layer by layer, as measured. "
            "MIT licence. Inter by Rasmus Andersson (OFL), icons by Lucide (ISC)."
        )
        box.exec()
        box.deleteLater()


def _find_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow, and seldom wanted

    try:
        return version("gradient-theatre")
    except PackageNotFoundError:
        return "unknown"
