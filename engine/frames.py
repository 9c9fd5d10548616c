"""Frozen records that cross the thread border; their arrays are copied and locked.

Index conventions of a feed-forward trace: L layers, layer l = 1 ... L of width
n_l; index 0 of an array of length L + 1 is the input; arrays of length L start
with layer 1. B is the batch size. "Norm" is the Frobenius norm over (B, n_l) of
the gradient of the mean loss, taken in float64; an RMS is sqrt(B) * norm / sqrt(n_l).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

Phase = Literal["forward", "loss", "backward", "clip", "decay", "update"]
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "clip", "decay", "update")

FACTORS = ("scale", "activation", "normalisation", "weights", "skip", "width")
"""Columns of `LayerTrace.factors`, in this order whatever the order of the block."""

SHOWN_UNITS = 12
"""At most so many units of a layer are drawn; evenly picked where there are more."""

SHOWN_STATE_UNITS = 64
"""At most so many units of a recurrent layer are kept per time step."""

HALF_OCTAVES = 512
"""Bins of a half-octave histogram of |x|: the bin is the float32 bits >> 22, sign dropped."""


class ValueKind(IntEnum):
    """What a gradient norm is, where a log axis has no place for it."""

    FINITE = 0
    UNDERFLOW_ZERO = 1
    DEAD_ZERO = 2
    STRUCTURAL_ZERO = 3
    DENORMAL = 4
    INFINITE = 5
    NAN = 6


class Frozen:
    """Base of the records: every array field is replaced by a locked copy."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and value.flags.writeable:
                value = value.copy()
                value.setflags(write=False)
                object.__setattr__(self, field.name, value)


@dataclass(frozen=True, slots=True, eq=False)
class LayerDetail(Frozen):
    """What the inspector shows of one layer beyond its norms (computed only when asked for)."""

    layer: int
    pre_activation_counts: I32
    """Histogram of z over batch and units, bins of equal width between the edges."""
    pre_activation_edges: F64
    activation_counts: I32
    activation_edges: F64
    gradient_counts: I32
    """(HALF_OCTAVES,) histogram of |dL/da| over batch and units."""
    weight_gradient_counts: I32
    """(HALF_OCTAVES,) histogram of |dL/dW|."""
    singular_values: F64
    """Of W, descending; empty where the layer is too large to compute them quickly."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace(Frozen):
    """One backward pass of a feed-forward network with everything recorded.

    Recorded on the batch and weights of `iteration` (that many updates were made
    before); the update that follows it is described by `update_ratio`.
    """

    iteration: int
    loss: float
    batch_size: int
    widths: tuple[int, ...]
    """n_0 ... n_L."""
    layer_names: tuple[str, ...]
    """One per layer, such as "Dense 16 sigmoid"; layer 1 first."""
    input_names: tuple[str, ...]
    """Names of the input features, as many as are worth showing."""
    g_out: float
    """RMS of dL/d(output), in the same unit as `g_a_rms`."""
    g_a: F64
    """(L+1) norms of dL/da_l, total (branch and skip); index 0 is the input."""
    g_a_rms: F64
    """(L+1) sqrt(B) * g_a / sqrt(n_l): "the gradient of layer l"."""
    kinds: I8
    """(L+1) `ValueKind` of each g_a_rms."""
    g_z: F64
    """(L) norms of dL/dz_l, z_l = W_l a + b_l before any normalisation."""
    g_z_rms: F64
    """(L) sqrt(B) * g_z / sqrt(n_l)."""
    g_W: F64
    """(L) norms of dL/dW_l, raw: before clipping and decay."""
    g_b: F64
    """(L) norms of dL/db_l; 0 where there is no bias."""
    g_W_out: float
    weight_norm: F64
    """(L) norms of W_l."""
    update_ratio: F64
    """(L) norm of the update of W_l over the norm of W_l; NaN where the weights are all zero."""
    clipped_g_W: F64
    """(L) norms of dL/dW_l after clipping (equal to g_W without)."""
    decayed_g_W: F64
    """(L) norms of what the optimiser receives: clipped, and L2 decay added."""
    gradient_norm: float
    """Norm of the whole gradient, all parameters, before clipping."""
    clip_factor: float
    """By which clipping by norm multiplied the whole gradient; 1 where it did nothing."""
    clipped_share: float
    """Share of gradient entries that clipping by value cut; 0 where it did nothing."""
    branch: F64
    """(L+1) norm of what arrives at a_l through the layer above it (the head for l = L)."""
    skip: F64
    """(L+1) norm of what arrives at a_l through skip connections that start there; 0 without."""
    skip_ends: I32
    """(S) the layers at which the S active skip connections end, ascending."""
    skip_sources: I32
    """(S) the layers at which they start."""
    factors: F64
    """(L+1, 6) the why factors, columns `FACTORS`; row l - 1 is layer l (what it hands on to
    l - 1), row L is the head, from dL/d(output) to a_L. The product of a row is the ratio of
    the RMS gradients; 1 where a part does not exist, NaN where nothing arrives."""
    saturated: F64
    """(L) share of entries with |phi'| < 0.05 max|phi'|; NaN where it means nothing."""
    dead: F64
    """(L) share of units with phi'(z) = 0 for every sample of the batch."""
    z_mean: F64
    z_std: F64
    a_mean: F64
    a_std: F64
    """(L) over batch and units."""
    gradient_histogram: I32
    """(L, HALF_OCTAVES) histogram of |dL/da_l| over batch and units; (0, 0) if not recorded."""
    shown_units: I32
    """(L+1, SHOWN_UNITS) indices of the units drawn, -1 padded."""
    unit_rms: F32
    """(L+1, SHOWN_UNITS) RMS over the batch of one sample's gradient dL/da_l[unit]."""
    link_rms: F32
    """(L, SHOWN_UNITS, SHOWN_UNITS) [to, from]: |W_ij| * RMS of dL/dz_l[i]: what the link hands
    on to unit j of the layer below; (0, 0, 0) where there are too many layers to draw links."""
    detail: LayerDetail | None = None

    @property
    def depth(self) -> int:
        """L."""
        return len(self.widths) - 1


@dataclass(frozen=True, slots=True, eq=False)
class TimeDetail(Frozen):
    """What the inspector shows of one time step of the top layer (only when asked for)."""

    time_step: int
    state_counts: I32
    """Histogram of h_t over batch and units, bins of equal width between the edges."""
    state_edges: F64
    gate_counts: I32
    """(gates, bins) histograms of each gate over batch and units, equal bins from 0 to 1."""
    gradient_counts: I32
    """(HALF_OCTAVES,) histogram of |dL/dh_t| over batch and units, of the loss as it is."""
    spectral_radius: float
    """Largest |eigenvalue| of W_hh (gated cells: of its first block); NaN where too large."""
    spectral_norm: float
    """Largest singular value of the same matrix."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeTrace(Frozen):
    """One backward pass through time of a recurrent network, with everything recorded.

    K recurrent layers, T time steps. Arrays (K, T): row K - 1 is the top layer, column t - 1
    is time step t. Names as in gt-dump/1: `g_h` and `g_c` belong to the loss as it is; names
    with a T (`g_hT`) to the loss at `loss_time` alone, with the weight it has in the total:
    what lies after it is 0, not reached. All norms are over (B, H) of the gradient of the mean
    loss. Arrays about the cell state have shape (K, 0) for cells without one.
    """

    iteration: int
    loss: float
    batch_size: int
    cell: str
    """rnn, lstm or gru."""
    hidden: int
    readout: str
    """last, mean or all."""
    loss_time: int
    """1 ... T: where the pass of `g_hT` starts."""
    layer_names: tuple[str, ...]
    """(K) such as "LSTM 32"."""
    gate_names: tuple[str, ...]
    """Columns of `gate_means`: the document's names, such as "forget"."""
    forced_gates: tuple[float | None, ...]
    """What each gate is forced to; None where it is learned."""
    block_names: tuple[str, ...]
    """Last axis of `g_blocks`: the pre-activations, torch's order."""
    truncation_cuts: tuple[int, ...]
    """Time steps t to which nothing is carried back from t + 1."""
    cuts_hidden_to_gates: bool
    labels: tuple[str, ...]
    """(T) the word or the values under each time step, of the first example of the batch."""
    deciding: tuple[int, ...]
    """Time steps of that example on which the right answer depends; empty where all do."""
    predicted: tuple[tuple[str, float], ...]
    """The most probable answers to that example at `loss_time`, best first; empty for mse."""
    g_out: float
    """Norm of dL/d(output)."""
    g_h: F64
    g_hT: F64
    kinds: I8
    """(K, T) `ValueKind` of each g_hT."""
    g_c: F64
    """dL/dc_t total: carried by the cell state, and through h_t."""
    g_c_carry: F64
    """dL/dc_t with h_t held fixed: through c_{t+1} alone; 0 at T."""
    g_cT: F64
    g_cT_carry: F64
    cell_direct: F64
    """Norm of the product of the forget gates after t: the direct path alone."""
    g_x: F64
    """(T) norm of dL/dx_t, x_t the input or the embedded word."""
    g_xT: F64
    example_g_xT: F64
    """(T) the same for the first example alone, of its own loss: batch size times dL/dx_t."""
    g_blocks: F64
    """(K, T, blocks) norms of the gradients of the pre-activations; 0 for a forced gate."""
    gate_means: F64
    """(K, T, gates) over batch and units."""
    shares_W_hh: F64
    """(K, T) norm of each time step's term of dL/dW_hh; their vectors add up to it."""
    factor_names_h: tuple[str, ...]
    factors_h: F64
    """(K, T, names) why factors from dL/dh_t to dL/dh_{t-1}, of the pass of g_hT: a row's product
    is g_hT[t-1] / g_hT[t]. Row t = 1 leads to the state before the first time step."""
    factor_names_c: tuple[str, ...]
    factors_c: F64
    """(K, T, names) the same along the cell state, from g_cT[t] to g_cT[t-1]."""
    g_Whh: F64
    g_Wih: F64
    """(K) norms of dL/dW, raw: before clipping and decay."""
    g_W_out: float
    weight_norm: F64
    """(K) norms of W_hh."""
    update_ratio: F64
    """(K) norm of the update of W_hh over the norm of W_hh; NaN where the weights are all zero."""
    gradient_norm: float
    """Norm of the whole gradient, all parameters, before clipping."""
    clip_factor: float
    clipped_share: float
    shown_units: I32
    """Units of a layer that are kept below: all, or 64 evenly picked."""
    unit_rms: F32
    """(K, T, units) RMS over the batch of one sample's gradient dL/dh_t[unit], pass of g_hT."""
    example_hidden: F32
    """(T, units) h_t of the top layer for the first example."""
    example_cell: F32
    """(T, units) c_t; (0, 0) for cells without one."""
    example_gates: F32
    """(T, gates, units) of the top layer for the first example."""
    detail: TimeDetail | None = None

    @property
    def time_steps(self) -> int:
        """T."""
        return len(self.labels)

    @property
    def reference(self) -> float:
        """g_hT of the top layer where the loss enters: what a drawing is relative to."""
        return float(self.g_hT[-1, self.loss_time - 1])


@dataclass(frozen=True, slots=True, eq=False)
class WordInfluence(Frozen):
    """Which word of one sentence matters, answered in two ways (engine/influence.py)."""

    words: tuple[str, ...]
    """(T)"""
    answer: str
    """Whose logit and whose probability are watched."""
    gradient: F64
    """(T) norms of d logit / d x_t, x_t the embedded word: what the gradient reaches."""
    swap: F64
    """(T) mean drop of the answer's probability when the word is another sentence's."""
    predicted: tuple[tuple[str, float], ...]
    """The most probable answers with their probabilities, best first."""
    deciding: tuple[int, ...]
    """Time steps, from 1, on which the right answer depends, where known."""
    vocabulary: tuple[str, ...]
    splits_characters: bool
    """Whether each character is a word of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class StateSpectrum(Frozen):
    """Products of state Jacobians d s_to / d s_t of one example (engine/spectra.py)."""

    state: str
    """What s is: "h", or "h, c" of an LSTM."""
    time_steps: int
    """T."""
    to: int
    """Where the products end: the loss's time step."""
    times: I32
    """(P) the time steps t that were measured, ascending; the last is `to`."""
    largest: F64
    """(P) sigma_1."""
    median: F64
    smallest: F64
    radius: F64
    """(P) largest absolute eigenvalue of the product."""
    step_norm: float
    """Geometric mean of sigma_1 of one time step's Jacobian, over the measured ones."""
    step_radius: float
    """The same of its spectral radius."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores on data that was not trained on."""

    loss: float
    accuracy: float | None
    """Share of right answers; None for regression."""
    r2: float | None
    """Coefficient of determination; None for classification."""
    majority: float | None
    """Share of the most frequent class: what guessing reaches; None for regression."""


@dataclass(frozen=True, slots=True)
class NonFinite:
    """The first number that was not finite."""

    iteration: int
    """Updates made before the pass in which it appeared."""
    layer: int | None
    """1 ... L; None for the output layer and the loss."""
    phase: Phase


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame(Frozen):
    """The state after one recorded pass: scalars and the row of every iteration, a trace if asked.

    `iteration` is the number of updates made before the pass; the scalars belong to
    the batch of that pass.
    """

    iteration: int
    loss: float
    accuracy: float | None
    """On the batch; None for regression."""
    reference: float
    """What row values are drawn relative to: RMS gradient at layer L, or g_hT[T]."""
    row: F32
    """(L+1) `g_a_rms`, index 0 the input; recurrent: (T) g_hT of the top layer."""
    held_out: HeldOut | None = None
    """Only in the iterations in which it was evaluated."""
    trace: LayerTrace | TimeTrace | None = None
    halted: NonFinite | None = None
    """Set when training cannot go on; the last good state is kept."""
