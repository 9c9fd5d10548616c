"""The lengths of sequences are known before the data are."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.document.experiment import Experiment
from engine.kinds.recurrent.spec import Recurrent
from engine.tasks import loading
from engine.tasks.adding import Adding
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.chatbot import Chatbot
from engine.tasks.recall import Recall
from engine.tasks.sequential_digits import SequentialDigits
from engine.tasks.series import Series
from engine.tasks.text import Text


@pytest.mark.parametrize(
    "task",
    [
        Adding(length=17),
        Recall(length=12),
        SequentialDigits(rows=True),
        SequentialDigits(rows=False),
        Series(length=9),
        Autocomplete(fillers=0),
        Autocomplete(fillers=5),
        Chatbot(fillers=7),
    ],
    ids=str,
)
def test_a_loaded_sequence_is_as_long_as_was_said(task):
    readout = "all" if isinstance(task, Recall) else "last"
    network = Recurrent(cell="rnn", readout=readout)
    experiment = Experiment(format="gradient-theatre/1", task=task, network=network)
    dataset = loading.load(experiment, None)
    assert dataset.train_x.shape[1] == task.time_steps


def test_a_text_is_cut_to_its_length(tmp_path: Path):
    (tmp_path / "words.txt").write_text("one two three four five six seven " * 40)
    task = Text(path="words.txt", length=6)
    experiment = Experiment(format="gradient-theatre/1", task=task, network=Recurrent(cell="rnn"))
    dataset = loading.load(experiment, tmp_path)
    assert dataset.train_x.shape[1] == task.time_steps == 6
