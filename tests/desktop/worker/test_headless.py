"""Training without a window, for pictures."""

from __future__ import annotations

import pytest

from engine.document.experiment import Experiment, Training
from engine.errors import RequestError
from engine.kinds.recurrent.questions import SpectrumQuestion
from engine.kinds.recurrent.spec import Recurrent
from engine.tasks.adding import Adding
from tests.synthetic import make_experiment


def test_the_spectrum_is_measured_where_it_is_asked_for() -> None:
    from desktop.worker.headless import rehearse

    experiment = Experiment(
        format="gradient-theatre/1",
        task=Adding(length=6, batch_size=4),
        network=Recurrent(cell="rnn", hidden=4),
        training=Training(iterations=2),
    )
    shown = rehearse(experiment, None, question=SpectrumQuestion())
    assert shown.frame.iteration == 2
    assert shown.answer is not None
    assert shown.answer.times.tolist() == [1, 2, 3, 4, 5, 6]
    assert rehearse(experiment, None).answer is None
    with pytest.raises(RequestError, match="Only a recurrent network"):
        rehearse(make_experiment(depth=2), None, question=SpectrumQuestion())
