"""What the viewer chooses to see, kept for the next start where that makes sense."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.options import DisplayOptions, LowerView
from desktop.display.theory import list_choices
from desktop.kinds.table import kind_of
from desktop.model.player import Player
from desktop.model.preferences import Preferences, ScreenTheme
from desktop.shell.actions import Actions, check
from desktop.shell.main_window import MainWindow
from desktop.style.theme import THEMES, Theme, apply_theme
from engine.document.experiment import Experiment

_RESTING_MS = 100


class DisplayCommands(QObject):
    """Theme, quantities, axes, and what stands at the lower left."""

    theme_changed = Signal(object)

    def __init__(
        self,
        frame_loop: FrameLoop,
        player: Player,
        preferences: Preferences,
        window: MainWindow,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._frame_loop = frame_loop
        self._player = player
        self._preferences = preferences
        self._window = window
        self._actions = actions
        self._fitting = QTimer(self, singleShot=True, interval=_RESTING_MS)
        self._fitting.timeout.connect(self._dress)

    @property
    def theme(self) -> Theme:
        """The theme of the window."""
        return THEMES[self._preferences.theme]

    @property
    def _options(self) -> DisplayOptions:
        return self._frame_loop.options

    @Slot(QAction)
    def choose_theme(self, action: QAction) -> None:
        """Change colours and type."""
        self.set_theme(action.data())

    @Slot()
    def change_light(self) -> None:
        """From a light theme to the dark one, and back."""
        self.set_theme("light" if self.theme.is_dark else "dark")

    def set_theme(self, name: ScreenTheme) -> None:
        """Dress the program."""
        self._preferences.theme = name
        self._dress()
        check(self._actions.themes, name)
        self._window.apply_theme(self.theme)
        self.theme_changed.emit(self.theme)

    @Slot()
    def fit_type(self) -> None:
        """Let the projector's type follow the window's height, once that has come to rest."""
        if self.theme.is_projected:
            self._fitting.start()

    @Slot()
    def _dress(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, self.theme, self._window.height())

    @Slot(QAction)
    def choose_quantity(self, action: QAction) -> None:
        """Draw another quantity of a kind of network as bars."""
        kind = kind_of(self._frame_loop.display.edited.experiment.network).name
        quantity = action.data()
        self._preferences.set_quantity(kind, quantity)
        quantities = {**self._options.quantities, kind: quantity}
        self._frame_loop.choose(replace(self._options, quantities=quantities))

    @Slot()
    def choose_theories(self) -> None:
        """Draw the theories that are ticked over the bars, where they hold."""
        ticked = (name for name, each in self._actions.theories.items() if each.isChecked())
        chosen = frozenset(ticked)
        if chosen != self._options.theories:
            self._preferences.theories = chosen
            self._frame_loop.choose(replace(self._options, theories=chosen))

    @Slot()
    def offer_theories(self) -> None:
        """Those that hold for what is shown; the tool tips of the others say why not."""
        display = self._frame_loop.display.edited
        for choice in list_choices(
            display.kind, display.experiment, display.trace, self._options, display.flow.quantity
        ):
            action = self._actions.theories[choice.name]
            action.setEnabled(choice.is_offered)
            action.setToolTip(choice.tip)
            action.setStatusTip(choice.tip)

    @Slot(QAction)
    def choose_lower_view(self, action: QAction) -> None:
        """Let another view stand at the lower left."""
        self.show_lower_view(action.data())

    @Slot(str)
    def show_lower_view(self, view: LowerView) -> None:
        """Let another view stand at the lower left, unfolded."""
        self._preferences.lower_view = view
        self._preferences.folds_lower_row = False
        chosen = replace(self._options, lower_view=view, is_lower_folded=False, lower_axis=None)
        self._frame_loop.choose(chosen)

    @Slot()
    def show_next_lower_view(self) -> None:
        """The next of those that this network has."""
        lower = self._frame_loop.display.edited.lower
        following = (lower.choices.index(lower.view) + 1) % len(lower.choices)
        self.show_lower_view(lower.choices[following])

    @Slot(bool)
    def show_lower_row(self, is_shown: bool) -> None:
        """Unfold the lower row, or leave its room to the others."""
        self._preferences.folds_lower_row = not is_shown
        if self._options.is_lower_folded == is_shown:
            self._frame_loop.choose(replace(self._options, is_lower_folded=not is_shown))

    @Slot(int)
    def inspect_row(self, row: int) -> None:
        """Say what reaches another one of several recurrent layers."""
        self._frame_loop.adjust(replace(self._options, selected_row=row))

    @Slot(bool)
    def set_relative(self, is_relative: bool) -> None:
        """Relative to the loss end, or absolute."""
        self._frame_loop.choose(replace(self._options, is_relative=is_relative))

    @Slot(bool)
    def set_log(self, is_log: bool) -> None:
        """Logarithmic or linear."""
        self._frame_loop.choose(replace(self._options, is_log=is_log))

    @Slot(bool)
    def reduce_motion(self, is_reduced: bool) -> None:
        """Jump instead of moving."""
        self._preferences.reduces_motion = is_reduced
        self._player.set_reduced_motion(is_reduced)
        self._frame_loop.choose(replace(self._options, reduce_motion=is_reduced))

    @Slot()
    def show_choices(self) -> None:
        """Let the menus say what holds."""
        actions, options = self._actions, self._options
        for kind, group in actions.quantities.items():
            check(group, options.quantities.get(kind) or group.actions()[0].data())
        check(actions.lower_views, options.lower_view)
        check(actions.themes, self._preferences.theme)
        for name, action in actions.theories.items():
            action.setChecked(name in options.theories)
        actions["relative"].setChecked(options.is_relative)
        actions["log"].setChecked(options.is_log)
        actions["reduce_motion"].setChecked(options.reduce_motion)
        actions["lower_row"].setChecked(not options.is_lower_folded)

    @Slot(object)
    def suit(self, experiment: Experiment) -> None:
        """Offer what this network has, and nothing else."""
        self._actions.suit(experiment)
        self._window.menus.hide_what_is_not_offered()
