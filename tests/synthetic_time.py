"""Invented passes through time for tests of drawing: no torch, any length, every edge case."""

from __future__ import annotations

import numpy as np

from engine.document.experiment import Experiment
from engine.kinds.recurrent.records import StateSpectrum, TimeTrace
from engine.kinds.recurrent.spec import Gates, Recurrent
from engine.records.frames import TrainingFrame
from engine.records.record import ValueKind, WeightMotion
from engine.tasks.autocomplete import Autocomplete

GATES = {"rnn": (), "lstm": ("input", "forget", "output"), "gru": ("reset", "update")}
BLOCKS = {
    "rnn": ("state",),
    "lstm": ("input gate", "forget gate", "cell candidate", "output gate"),
    "gru": ("reset gate", "update gate", "candidate"),
}
WORDS = ("today", "due", "to", "my", "current", "job", "situation", "and", "family", "condition")


def make_time_experiment(cell: str = "lstm", layers: int = 1, **gates: float) -> Experiment:
    """The document that goes with `make_time_trace` of the same arguments."""
    return Experiment(
        format="gradient-theatre/1",
        title="An LSTM keeps the word",
        seed=7,
        task=Autocomplete(),
        network=Recurrent(cell=cell, hidden=8, layers=layers, gates=Gates(**gates)),  # type: ignore[arg-type]
    )


def make_time_trace(
    time_steps: int = 10,
    factor: float = 0.5,
    *,
    cell: str = "lstm",
    layers: int = 1,
    gate: float = 0.5,
    loss_time: int | None = None,
    zeros: tuple[int, ...] = (),
    nans: tuple[int, ...] = (),
    cuts: tuple[int, ...] = (),
    readout: str = "last",
    forced: float | None = None,
) -> TimeTrace:
    """One invented pass in which each time step hands on `factor` of what it receives.

    Args:
        time_steps: T.
        factor: g_hT[t-1] / g_hT[t].
        cell: rnn, lstm or gru.
        layers: K; each lower layer receives half of what the one above does.
        gate: how open every gate is.
        loss_time: where the loss enters; T unless given.
        zeros: time steps whose gradients are exactly 0.
        nans: time steps whose gradients are not numbers.
        cuts: time steps to which nothing is carried back.
        readout: last, mean or all.
        forced: what every gate is forced to.
    """
    end = time_steps if loss_time is None else loss_time
    away = end - np.arange(1, time_steps + 1)
    with np.errstate(over="ignore", under="ignore"):
        along = np.where(away >= 0, 0.02 * float(factor) ** away.clip(0), 0.0)
    g = along * 0.5 ** np.arange(layers - 1, -1, -1)[:, None]
    g[:, [t - 1 for t in zeros]] = 0.0
    g[:, [t - 1 for t in nans]] = np.nan
    kinds = np.zeros((layers, time_steps), np.int8)
    kinds[g == 0] = ValueKind.STRUCTURAL_ZERO
    kinds[np.isnan(g)] = ValueKind.NAN
    has_cell = cell == "lstm"
    empty = np.zeros((layers, 0))
    names = GATES[cell]
    factors_h = np.ones((layers, time_steps, 2))
    factors_h[:, :, 0], factors_h[:, :, 1] = 0.8, factor / 0.8
    labels = tuple(WORDS[t % len(WORDS)] for t in range(time_steps))
    return TimeTrace(
        iteration=37,
        loss=1.386,
        batch_size=64,
        cell=cell,
        activation="tanh",
        hidden=8,
        readout=readout,
        loss_time=end,
        layer_names=(f"{cell.upper()} 8",) * layers,
        gate_names=names,
        forced_gates=(forced,) * len(names),
        block_names=BLOCKS[cell],
        truncation_cuts=cuts,
        cuts_hidden_to_gates=False,
        labels=labels,
        deciding=(min(6, time_steps),),
        predicted=(("loan", 0.4), ("visa", 0.2)),
        g_out=0.03,
        g_h=2 * g,
        g_hT=g,
        kinds=kinds,
        g_c=1.5 * g if has_cell else empty,
        g_c_carry=g if has_cell else empty,
        g_cT=0.7 * g if has_cell else empty,
        g_cT_carry=0.5 * g if has_cell else empty,
        cell_direct=np.where(away >= 0, gate ** away.clip(0), 0.0)[None].repeat(layers, 0)
        if has_cell
        else empty,
        g_x=g[0],
        g_xT=g[0],
        g_blocks=np.repeat(g[:, :, None], len(BLOCKS[cell]), axis=2),
        dead=np.full(layers, 0.0 if cell == "rnn" else np.nan),
        gate_means=np.full((layers, time_steps, len(names)), gate if forced is None else forced),
        shares_W_hh=0.3 * g,
        factor_names_h=("gates", "weights"),
        factors_h=factors_h,
        factor_names_c=("forget gate", "through h") if has_cell else (),
        factors_c=np.ones((layers, time_steps, 2 if has_cell else 0)),
        g_Whh=np.full(layers, 0.01),
        g_Wih=np.full(layers, 0.02),
        g_W_out=0.1,
        weight_norm=np.full(layers, 2.0),
        update_ratio=np.full(layers, 1e-3),
        gradient_norm=0.2,
        clip_factor=1.0,
        clipped_share=0.0,
        motion=WeightMotion(12, 48, 0.1, "float32"),
        shown_units=np.arange(8, dtype=np.int32),
        unit_rms=np.repeat(g[:, :, None], 8, axis=2).astype(np.float32),
    )


def make_time_frame(trace: TimeTrace, iteration: int | None = None) -> TrainingFrame:
    """The frame that carries an invented pass through time."""
    return TrainingFrame(
        iteration=trace.iteration if iteration is None else iteration,
        loss=trace.loss,
        accuracy=0.25,
        reference=trace.reference,
        row=trace.g_hT[-1].astype(np.float32),
        gradient_norm=trace.gradient_norm,
        is_applied=True,
        trace=trace.share(),
    )


def make_state_spectrum(time_steps: int = 10, factor: float = 0.8) -> StateSpectrum:
    """Products that shrink by `factor` at each time step, their radius a little faster."""
    away = np.arange(time_steps - 1, -1, -1)
    return StateSpectrum(
        state="h",
        time_steps=time_steps,
        to=time_steps,
        times=np.arange(1, time_steps + 1, dtype=np.int32),
        largest=factor**away,
        median=(0.5 * factor) ** away,
        smallest=(0.1 * factor) ** away,
        radius=(0.9 * factor) ** away,
        time_step_norm=1.1 * factor,
        time_step_radius=0.9 * factor,
    )
