"""What the commands of a comparison do: open and leave it, and which lane the panels show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.model.workspace import Workspace
from desktop.shell.actions import Actions
from desktop.shell.main_window import MainWindow
from engine.document.lanes import Lane


class ComparisonCommands(QObject):
    """Two lanes are edited one at a time; the selection stays at the same place of the picture."""

    def __init__(
        self,
        workspace: Workspace,
        frame_loop: FrameLoop,
        window: MainWindow,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._frame_loop = frame_loop
        self._window = window
        self._actions = actions

    @Slot()
    def open_or_leave(self) -> None:
        """Compare the present network with a variant of it; or keep the baseline alone."""
        if self._workspace.is_comparing:
            self.leave()
        else:
            self._workspace.open_lanes()
            self._workspace.notify("Edits go to the variant now. Click a lane to edit that one.")
        self.show_lanes()

    @Slot()
    def leave(self) -> None:
        """Keep the baseline alone."""
        self._workspace.leave_comparison()
        self._workspace.notify("The baseline is kept. Undo (Ctrl+Z) brings the variant back.")

    @Slot()
    def promote(self) -> None:
        """Keep the variant alone."""
        self._workspace.promote_variant()
        self._workspace.notify("The variant is kept. Undo (Ctrl+Z) brings the baseline back.")

    @Slot()
    def copy_to_variant(self) -> None:
        """Let the variant begin again as a copy of the baseline."""
        self._workspace.copy_to("variant")

    @Slot()
    def copy_to_baseline(self) -> None:
        """Let the baseline begin again as a copy of the variant."""
        self._workspace.copy_to("baseline")

    @Slot()
    def choose_other(self) -> None:
        """Edit the lane that was not edited."""
        self.choose("baseline" if self._workspace.lanes.edited == "variant" else "variant")

    @Slot(str)
    def choose(self, lane: Lane) -> None:
        """Let the panels show and edit a lane."""
        workspace = self._workspace
        if not workspace.is_comparing or workspace.lanes.edited == lane:
            return
        shift = self._find_shift()
        selected, is_pinned = workspace.selected_layer, workspace.is_pinned
        workspace.choose_lane(lane)
        if selected is not None and shift:
            workspace.select(max(0, selected + shift), is_pinned)

    def _find_shift(self) -> int:
        """From the places of the edited lane to those of the other one, aligned at the loss."""
        display = self._frame_loop.display
        shown = [each.playhead.depth for each in display.lanes]
        if len(shown) == 1:
            return 0
        baseline, variant = shown
        return variant - baseline if display.edited is display else baseline - variant

    @Slot()
    def show_lanes(self) -> None:
        """Offer what can be done with the lanes there are."""
        is_comparing = self._workspace.is_comparing
        self._actions.show_lanes(is_comparing=is_comparing)
        self._window.training_bar.show_lanes(is_comparing=is_comparing)
