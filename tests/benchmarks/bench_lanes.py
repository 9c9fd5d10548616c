"""Two lanes against one, in the worker's own loop: time per iteration, with everything recorded.

Twice the work is all that a second lane may cost, and a little for taking turns. The mailboxes
are emptied as often as the window does it while training runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from desktop.worker.mailbox import Mailboxes
from desktop.worker.requests import Ask, Inbox, Show, Train
from desktop.worker.trainer import Trainer
from engine import documents
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.records.beat import BeatRecord
from engine.records.film import Film
from engine.records.frames import TrainingFrame
from engine.training.run import use_one_thread
from tests.benchmarks.interleaving import measure_ratio
from tests.synthetic import make_experiment

GOALS = {
    "lanes: 10 layers of 16": ("<=", 2.1),
    "lanes: 50 layers of 64": ("<=", 2.1),
    "lanes: LSTM of a scene": ("<=", 2.1),
}

_FETCHED_EVERY_S = 0.1


def measure() -> dict[str, float]:
    """The ratio of two lanes to one for each network."""
    use_one_thread()
    networks = (
        (make_experiment(depth=10, units=16), 400),
        (make_experiment(depth=50, units=64), 60),
        (documents.load_scene("6-autocomplete-lstm"), 40),
    )
    return {
        name: measure_ratio(_prepare(experiment, 2, count), _prepare(experiment, 1, count), 11)
        for name, (experiment, count) in zip(GOALS, networks, strict=True)
    }


class Silence:
    """Nobody hears what is announced."""

    def announce_training(self) -> None:
        """Training has begun."""

    def announce_idle(self) -> None:
        """Training has ended."""

    def announce_traces(self, number: int, frames: Mapping[int, TrainingFrame]) -> None:
        """Passes that were asked for."""

    def announce_film(self, film: Film) -> None:
        """The last passes before a halt."""

    def announce_beat(self, number: int, record: BeatRecord) -> None:
        """What a beat of a lecture shows."""

    def announce_answer(self, asked: Ask, answer: object) -> None:
        """What was asked for."""


def _prepare(experiment: Experiment, lanes: int, count: int) -> Callable[[], None]:
    """So many iterations more of each lane; the lanes differ in their learning rate."""
    inbox, mailboxes = Inbox(), Mailboxes()
    trainer = Trainer(inbox, mailboxes, Silence())
    slower = with_values(experiment, [("training.learning_rate", 1e-3)])
    inbox.put(Show(dict(list(enumerate((experiment, slower)))[:lanes]), None, begins_anew=True))
    while trainer.work():
        pass
    reached = 0

    def train_on() -> None:
        nonlocal reached
        reached += count
        inbox.put(Train(reached))
        fetched_at = perf_counter()
        while trainer.work():
            if perf_counter() - fetched_at > _FETCHED_EVERY_S:
                fetched_at = perf_counter()
                mailboxes.empty()

    return train_on
