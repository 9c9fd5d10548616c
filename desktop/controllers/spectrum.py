"""The spectrum of the state Jacobians: asked while it stands at the lower left."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from desktop.controllers.frame_loop import Presenter
from desktop.controllers.question_timer import Asker
from desktop.worker.controller import TrainingController
from engine.kinds.recurrent.records import StateSpectrum


class Spectra(QObject):
    """Puts the question to the worker, and hands the answer to what is drawn."""

    def __init__(
        self,
        controller: TrainingController,
        presenter: Presenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.asker = Asker(controller.ask_spectrum, self._is_wanted, self)

    @Slot(object)
    def show_answer(self, spectrum: StateSpectrum) -> None:
        """Draw what was measured."""
        self._draw(spectrum, "")
        self.asker.note_answer()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Say why there is none."""
        self._draw(None, sentence)
        self.asker.note_answer()

    def _draw(self, spectrum: StateSpectrum | None, refusal: str) -> None:
        options = self._presenter.options
        self._presenter.adjust(replace(options, spectrum=spectrum, spectrum_refusal=refusal))

    def _is_wanted(self) -> bool:
        options = self._presenter.options
        return options.lower_view == "spectrum" and not options.is_lower_folded
