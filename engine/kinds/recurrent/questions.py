"""What can be asked about a recurrent network."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import RequestError
from engine.kinds.question import Question, Questioned
from engine.kinds.recurrent.records import StateSpectrum, WordInfluence


@dataclass(frozen=True, slots=True)
class SpectrumQuestion(Question):
    """How far do the state Jacobians carry a gradient back?"""

    def answer(self, run: Questioned) -> StateSpectrum:
        from engine.kinds.recurrent.network import RecurrentNetwork
        from engine.kinds.recurrent.spectrum import measure_state_spectrum

        if not isinstance(run.network, RecurrentNetwork):
            raise RequestError("Only a recurrent network has states along time.")
        run.network.forward(run.draw_batch()[0])
        return measure_state_spectrum(run.network)


@dataclass(frozen=True, slots=True)
class InfluenceQuestion(Question):
    """Which word matters, in a typed sentence or (typed None) in a held-out one?"""

    typed: str | None
    example: int = 0

    def answer(self, run: Questioned) -> WordInfluence:
        from engine.kinds.recurrent.network import RecurrentNetwork
        from engine.kinds.recurrent.word_influence import measure_word_influence

        if not isinstance(run.network, RecurrentNetwork):
            raise RequestError("Only a recurrent network reads words.")
        task = run.experiment.task
        return measure_word_influence(run.network, task, self.typed, self.example)
