"""A part of the builder that only networks of one kind have."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Signal

from desktop.widgets.sections import Section
from engine.document.experiment import Experiment


class KindSection(Section):
    """Shown while the network is of its kind."""

    place_selected = Signal(int)
    """A place of the network, counted from 1, was selected in the section."""

    @abstractmethod
    def show_experiment(self, experiment: Experiment) -> None:
        """Show an experiment of its kind without announcing anything."""

    def select_place(self, place: int | None) -> None:
        """Mark a place that was selected elsewhere, where the section has one for it."""
        del place
