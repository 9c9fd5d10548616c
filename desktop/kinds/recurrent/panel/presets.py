"""Whole recurrent networks to start from, each known for what its gradients do over time."""

from __future__ import annotations

import msgspec

from engine.kinds.recurrent.spec import Recurrent, RecurrentInitialisation

_IDENTITY = RecurrentInitialisation(scheme="identity")


def _orthogonal(radius: float) -> RecurrentInitialisation:
    return RecurrentInitialisation(scheme="orthogonal", spectral_radius=radius)


RECURRENT_PRESETS: dict[str, tuple[str, Recurrent]] = {
    "rnn": ("RNN, tanh", Recurrent(cell="rnn")),
    "rnn_orthogonal": (
        "RNN, orthogonal ρ = 1",
        Recurrent(cell="rnn", recurrent_initialisation=_orthogonal(1.0)),
    ),
    "rnn_fading": (
        "RNN, orthogonal ρ = 0.9",
        Recurrent(cell="rnn", recurrent_initialisation=_orthogonal(0.9)),
    ),
    "rnn_growing": (
        "RNN, orthogonal ρ = 1.1",
        Recurrent(cell="rnn", recurrent_initialisation=_orthogonal(1.1)),
    ),
    "irnn": (
        "IRNN: ReLU, identity",
        Recurrent(cell="rnn", activation="relu", recurrent_initialisation=_IDENTITY),
    ),
    "linear_rnn": (
        "Linear RNN, orthogonal",
        Recurrent(cell="rnn", activation="linear", recurrent_initialisation=_orthogonal(1.0)),
    ),
    "lstm_0": ("LSTM, forget bias 0", Recurrent(cell="lstm")),
    "lstm_1": ("LSTM, forget bias 1", Recurrent(cell="lstm", forget_bias=1.0)),
    "lstm_3": ("LSTM, forget bias 3", Recurrent(cell="lstm", forget_bias=3.0)),
    "lstm_two": ("2 × LSTM, forget bias 3", Recurrent(cell="lstm", layers=2, forget_bias=3.0)),
    "gru": ("GRU", Recurrent(cell="gru")),
    "gru_two": ("2 × GRU", Recurrent(cell="gru", layers=2)),
}


def load_recurrent_preset(key: str, network: Recurrent) -> Recurrent:
    """The preset in the size and with the read-out of `network`."""
    return _fit(RECURRENT_PRESETS[key][1], network)


def find_recurrent_preset(network: Recurrent) -> str | None:
    """The key of the preset that this network is, whatever its size and read-out; or None."""
    return next(
        (key for key, (_, each) in RECURRENT_PRESETS.items() if _fit(each, network) == network),
        None,
    )


def _fit(preset: Recurrent, network: Recurrent) -> Recurrent:
    return msgspec.structs.replace(
        preset, hidden=network.hidden, embedding=network.embedding, readout=network.readout
    )
