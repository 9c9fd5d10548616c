"""Up to four large switches that matter in the experiment, each one click or one key away.

Their keys are fixed: a number means the same switch in every experiment of its kind, shown or not.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.kinds.feedforward.panel.switches import (
    SWITCH_KEYS,
    Switch,
    Switches,
    choose_switches,
    is_only_switched,
)
from desktop.kinds.recurrent.panel.switches import (
    choose_recurrent_switches,
    is_only_switched_in_time,
)
from desktop.widgets.big_switch import BigSwitch
from engine.document.experiment import Experiment
from engine.kinds.recurrent.spec import Recurrent

_SHORT_LABELS = {
    "skips": "Skips",
    "activation": "Activ.",
    "initialisation": "Init",
    "normalisation": "Norm",
    "clipping": "Clip",
    "decay": "L2",
    "gate": "Gate",
    "cell": "Cell",
    "forget_bias": "Bias",
    "recurrent_weights": "W_hh",
    "cell_activation": "Activ.",
}
_REBUILDS = "The weights cannot be kept: the network is rebuilt at iteration 0."


class SwitchStrip(QWidget):
    """Announces the experiment after a switch; shows how each of them stands."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""
    explained = Signal(str)
    """What a key did whose switch is not shown, or why it does nothing here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def show(self, experiment: Experiment | None = None) -> None:
        """Show how the switches stand; which there are is decided by the first experiment seen."""
        if experiment is not None and experiment != self._experiment:
            if self._origin is None or not _is_only_switched(self._origin, experiment):
                self._origin = experiment
            self._experiment = experiment
            choose = choose_switches
            if isinstance(experiment.network, Recurrent):
                choose = choose_recurrent_switches
            self._switches = choose(experiment, self._origin)
            self._draw()
        super().show()

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
                    _SHORT_LABELS[switch.name],
                    switch.setting if switch.keeps_weights else f"{switch.setting} · rebuilds",
                    place=switch.place,
                    tooltip=_describe(switch),
                )


def _is_only_switched(old: Experiment, new: Experiment) -> bool:
    if isinstance(new.network, Recurrent):
        return is_only_switched_in_time(old, new)
    return is_only_switched(old, new)


def _describe(switch: Switch) -> str:
    press = f"{switch.edit_text} (key {switch.key})."
    if switch.keeps_weights:
        return f"{press} Keeps weights, batch and iteration, and measures one pass anew."
    return f"{press} {_REBUILDS}"
