"""What can be done against the cause: a chip for each remedy, with its measured effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from desktop.display.remedies import describe_changes, describe_effect, explain_effect
from desktop.widgets.chip import Chip, WrappingRow
from engine.analysis.remedies import MOST_HELPFUL, apply_remedy
from engine.document.experiment import Experiment
from engine.records.remedy import Effect, Remedy

TRIAL_ITERATIONS = 300


class RemedyRow(QWidget):
    """Up to four chips, a menu with what is popular, and the question whether it learns.

    It is hidden where there is nothing to be done, and never changes by itself.
    """

    remedy_chosen = Signal(object)
    """A `Remedy` that is to be applied."""
    compare_requested = Signal(object, str)
    """The `Experiment` with a remedy, to be the variant of a comparison; what that is called."""
    trial_requested = Signal()
    """Every remedy is to be tried."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("remedies")
        self.setAccessibleName("Remedies")
        self._experiment: Experiment | None = None
        self._remedies: tuple[Remedy, ...] = ()
        self._effects: dict[str, Effect] = {}
        self.chips = tuple(Chip(f"remedy_{number}") for number in range(1, MOST_HELPFUL + 1))
        self.more = Chip("remedies_more")
        self.more.show_choice("More…", "popular advice", "What is popular, and rarely helps here")
        self.trial = Chip("remedies_trial")
        self.trial.show_choice(
            f"Try {TRIAL_ITERATIONS} iterations",
            "does it learn?",
            f"Try for {TRIAL_ITERATIONS} iterations: trains the network with each remedy in the "
            "background, and as it is. A gradient that arrives is no promise of learning.",
        )
        self.row = WrappingRow()
        self.row.set_widgets((*self.chips, self.more, self.trial))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.row)
        for index, chip in enumerate(self.chips):
            chip.clicked.connect(lambda _checked, index=index: self._choose(index))
        self.trial.clicked.connect(self.trial_requested)
        self.menu = QMenu(self)
        self.menu.setObjectName("remedies_menu")
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.clicked.connect(self._open_menu)
        self.hide()

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """All that are offered, those that help first."""
        return self._remedies

    @property
    def helpful(self) -> tuple[Remedy, ...]:
        """Those of the chips."""
        return tuple(remedy for remedy in self._remedies if not remedy.is_popular)

    @property
    def popular(self) -> tuple[Remedy, ...]:
        """Those of the menu."""
        return tuple(remedy for remedy in self._remedies if remedy.is_popular)

    def effect_of(self, remedy: Remedy) -> Effect | None:
        """What was measured of a remedy, if it is."""
        return self._effects.get(remedy.name)

    def show_remedies(self, experiment: Experiment, remedies: Sequence[Remedy]) -> None:
        """Offer these; what was measured of the same ones stays until it is measured anew."""
        if (experiment, tuple(remedies)) == (self._experiment, self._remedies):
            return
        if experiment != self._experiment:
            self._effects = {}
        self._experiment, self._remedies = experiment, tuple(remedies)
        self._draw()

    def show_effects(self, effects: Iterable[Effect]) -> None:
        """Show what was measured of the remedies that are offered."""
        self._effects |= {effect.remedy.name: effect for effect in effects}
        self._draw()

    def _draw(self) -> None:
        helpful = self.helpful
        for index, chip in enumerate(self.chips):
            chip.setVisible(index < len(helpful))
            if index < len(helpful):
                remedy = helpful[index]
                effect = self._effects.get(remedy.name)
                chip.show_choice(remedy.name, describe_effect(effect), self._explain(remedy))
        self.more.setVisible(bool(self.popular))
        self.setVisible(bool(self._remedies))
        self.row.arrange()

    def _explain(self, remedy: Remedy) -> str:
        assert self._experiment is not None
        result = apply_remedy(self._experiment, remedy)
        told = describe_changes(self._experiment, remedy, result)
        return f"{told}\n{explain_effect(self._effects.get(remedy.name))}"

    def _choose(self, index: int) -> None:
        helpful = self.helpful
        if index < len(helpful):
            self._take(helpful[index])

    def _take(self, remedy: Remedy) -> None:
        has_shift = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        if has_shift and self._experiment is not None:
            result = apply_remedy(self._experiment, remedy)
            self.compare_requested.emit(result, f"Compare with {remedy.name}")
        else:
            self.remedy_chosen.emit(remedy)

    def _open_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _fill_menu(self) -> None:
        self.menu.clear()
        heading = self.menu.addAction("Popular advice, as measured here:")
        heading.setObjectName("popular_heading")
        heading.setEnabled(False)
        for remedy in self.popular:
            effect = describe_effect(self._effects.get(remedy.name))
            action = self.menu.addAction(f"{remedy.name} (popular): {effect}")
            action.setObjectName(f"popular_{remedy.name}")
            action.setToolTip(self._explain(remedy))
            action.triggered.connect(lambda _checked, remedy=remedy: self._take(remedy))
