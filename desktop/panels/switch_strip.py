"""Up to four large switches that matter in the experiment, each one click or one key away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.panels.recurrent_switches import (
    choose_recurrent_switches,
    is_only_switched_in_time,
)
from desktop.panels.switch_choices import (
    MOST_SWITCHES,
    Switch,
    choose_switches,
    is_only_switched,
)
from desktop.widgets.big_switch import BigSwitch
from engine.experiment import Experiment
from engine.network_parts import Recurrent

_SHORT_LABELS = {
    "skips": "Skips",
    "activation": "Activ.",
    "initialisation": "Init",
    "normalisation": "Norm",
    "clipping": "Clipping",
    "decay": "L2",
    "gate": "Gate",
    "cell": "Cell",
    "forget_bias": "Bias",
    "cut": "Cut h",
    "recurrent_weights": "W_hh",
    "cell_activation": "Activ.",
}


class SwitchStrip(QWidget):
    """Announces the experiment after a switch; shows how each of them stands."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("switch_strip")
        self.setAccessibleName("Switches")
        self._experiment: Experiment | None = None
        self._origin: Experiment | None = None
        self._switches: tuple[Switch, ...] = ()
        self.buttons = [BigSwitch(key) for key in range(1, MOST_SWITCHES + 1)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for index, button in enumerate(self.buttons):
            button.hide()
            button.clicked.connect(lambda _checked, index=index: self.press(index))
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

    def press(self, index: int) -> None:
        """Throw a switch (from 0), as its key does; there may be fewer than four."""
        if index < len(self._switches):
            switch = self._switches[index]
            self.experiment_edited.emit(switch.result, switch.edit_text)

    def _draw(self) -> None:
        for index, button in enumerate(self.buttons):
            button.setVisible(index < len(self._switches))
            if index < len(self._switches):
                switch = self._switches[index]
                button.show_switch(
                    switch.label,
                    _SHORT_LABELS[switch.name],
                    switch.setting if switch.keeps_weights else f"{switch.setting} · rebuilds",
                    is_on=switch.is_on,
                    tooltip=_describe(switch, index + 1),
                )


def _is_only_switched(old: Experiment, new: Experiment) -> bool:
    if isinstance(new.network, Recurrent):
        return is_only_switched_in_time(old, new)
    return is_only_switched(old, new)


def _describe(switch: Switch, key: int) -> str:
    if switch.keeps_weights:
        return (
            f"{switch.edit_text} (key {key}). Keeps weights, batch and iteration, and measures "
            "one pass anew."
        )
    return (
        f"{switch.edit_text} (key {key}). The weights cannot be kept: the network is rebuilt "
        "at iteration 0."
    )
