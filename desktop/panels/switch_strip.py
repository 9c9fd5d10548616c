"""Up to four large switches that matter in the experiment, each one click or one key away.

Their keys are fixed: a number means the same switch in every experiment of its kind, shown or not.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.panels.kind import PanelKinds
from desktop.panels.switches import SWITCH_KEYS, Switch, Switches
from desktop.widgets.big_switch import BigSwitch
from engine.document.experiment import Experiment

_REBUILDS = "The weights cannot be kept: the network is rebuilt at iteration 0."


class SwitchStrip(QWidget):
    """Announces the experiment after a switch; shows how each of them stands."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""
    explained = Signal(str)
    """What a key did whose switch is not shown, or why it does nothing here."""

    def __init__(self, kinds: PanelKinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self.setObjectName("switch_strip")
        self.setAccessibleName("Switches")
        self._experiment: Experiment | None = None
        self._origin: Experiment | None = None
        self._switches = Switches({}, (), {})
        self.buttons = {key: BigSwitch(key) for key in SWITCH_KEYS}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for key, button in self.buttons.items():
            button.hide()
            button.clicked.connect(lambda _checked, key=key: self.press(key))
            row.addWidget(button, 1)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show how the switches stand; which there are is decided by the first experiment seen."""
        if experiment != self._experiment:
            kind = self._kinds[experiment.network.kind]
            if self._origin is None or not kind.is_only_switched(self._origin, experiment):
                self._origin = experiment
            self._experiment = experiment
            self._switches = kind.choose_switches(experiment, self._origin)
            self._draw()

    def press(self, key: int) -> None:
        """Throw the switch with this number, as its key does, whether it is shown or not."""
        switch = self._switches.by_key.get(key)
        if switch is None:
            self.explained.emit(self._switches.missing.get(key, ""))
            return
        is_shown = key in self._switches.shown
        self.experiment_edited.emit(switch.result, switch.edit_text)
        if not is_shown:
            rebuilds = "" if switch.keeps_weights else f" {_REBUILDS}"
            self.explained.emit(f"{switch.edit_text}: key {key} takes it back.{rebuilds}")

    def list_keys(self) -> list[tuple[str, str]]:
        """Every number with what it does now, or why it does nothing."""
        said = {key: switch.edit_text for key, switch in self._switches.by_key.items()}
        said |= self._switches.missing
        return [(str(key), said[key]) for key in sorted(said)]

    def _draw(self) -> None:
        for key, button in self.buttons.items():
            button.setVisible(key in self._switches.shown)
            switch = self._switches.by_key.get(key)
            if switch is not None:
                button.show_switch(
                    switch.label,
                    switch.short_label,
                    switch.setting if switch.keeps_weights else f"{switch.setting} · rebuilds",
                    place=switch.place,
                    tooltip=_describe(switch),
                )


def _describe(switch: Switch) -> str:
    press = f"{switch.edit_text} (key {switch.key})."
    if switch.keeps_weights:
        return f"{press} Keeps weights, batch and iteration, and measures one pass anew."
    return f"{press} {_REBUILDS}"
