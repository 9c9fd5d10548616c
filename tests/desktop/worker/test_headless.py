"""Training without a window, for pictures."""

from __future__ import annotations

from engine.document.experiment import Experiment, Training
from engine.kinds.specs import Recurrent
from engine.tasks.specs import Adding
from tests.synthetic import make_experiment


def test_the_spectrum_is_measured_where_it_is_asked_for() -> None:
    from desktop.worker.headless import rehearse

    experiment = Experiment(
        format="gradient-theatre/1",
        task=Adding(length=6, batch_size=4),
        network=Recurrent(cell="rnn", hidden=4),
        training=Training(iterations=2),
    )
    shown = rehearse(experiment, None, has_spectrum=True)
    assert shown.frame.iteration == 2
    assert shown.spectrum is not None
    assert shown.spectrum.times.tolist() == [1, 2, 3, 4, 5, 6]
    assert rehearse(experiment, None).spectrum is None
    assert rehearse(make_experiment(depth=2), None, has_spectrum=True).spectrum is None
