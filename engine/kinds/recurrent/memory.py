"""How many numbers a recurrent network in training holds."""

from __future__ import annotations

from engine.kinds.recurrent.records import SHOWN_STATE_UNITS
from engine.kinds.recurrent.spec import Recurrent
from engine.kinds.recurrent.stack import count_stack_numbers, plan_prediction
from engine.records.dataset import Dataset


def count_numbers(network: Recurrent, dataset: Dataset, batch: int) -> int:
    """Numbers of a pass, of the record of it, and of a prediction."""
    time_steps = int(dataset.train_x.shape[1])
    pass_ = count_stack_numbers(network, dataset, time_steps, batch)
    outputs = dataset.outputs * (time_steps if network.readout == "all" else 1) * batch
    width = network.embedding if dataset.is_tokens else dataset.inputs
    shown = min(network.hidden, SHOWN_STATE_UNITS)
    # The shown units of all layers, those of one in float64; or what one path carries.
    is_split = network.layers > 1 or network.cell == "gru"
    per_state = max((network.layers + 2) * shown, 2 * network.hidden if is_split else 0)
    recording = time_steps * batch * per_state
    beside = max(3 * outputs, 2 * outputs + recording + time_steps * batch * width)
    rows, length = plan_prediction(network, dataset, time_steps, batch)
    predictor = count_stack_numbers(network, dataset, length, rows, keeps_gradients=False)
    return pass_ + beside + predictor
