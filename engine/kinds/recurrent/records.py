"""Frozen records of recurrent networks: a pass through time, and what was asked about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.records.record import F32, F64, I8, I32, Frozen, WeightMotion
from engine.records.trace import Axis, Quantity, Trace, Updates

SHOWN_STATE_UNITS = 64
"""At most so many units of a recurrent layer are kept per time step."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeDetail(Frozen):
    """What the inspector shows of one time step of all K layers (only when asked for)."""

    time_step: int
    state_counts: I32
    """(K, bins) histogram of h_t over batch and units, bins of equal width between the edges."""
    state_edges: F64
    """(K, bins + 1)."""
    gradient_counts: I32
    """(K, HALF_OCTAVES) of |dL/dh_t| over batch and units, of the loss as it is."""
    arguments: F64
    """(K, blocks, P) pre-activations of each block, torch's order, entries picked over batch and
    units; of a forced gate those that it ignores."""
    values: F64
    """(K, blocks, P) what the pass made of the same entries: gate, candidate or state."""
    slopes: F64
    """(K, blocks, P) phi' there; 0 for a forced gate."""
    paths: F64
    """(K, blocks) norms of W_hh^T delta_t block by block: what each brings to dL/dh_{t-1}, of the
    loss as it is; 0 where that way is cut. Their vectors add up to what goes through W_hh."""
    around: F64
    """(K) norm of what goes around the pre-activations: z * dL/dh_t of a GRU, which goes on to
    h_{t-1} (0 where truncation cuts); o (1 - tanh(c_t)^2) * dL/dh_t of an LSTM, which goes to
    c_t; NaN for an RNN."""
    outside: F64
    """(K) norm of what arrives at h_{t-1} from the read-out or the layer above; 0 at t = 1."""
    handed_on: F64
    """(K) norm of dL/dh_{t-1}, all together; at t = 1 of the state before the first time step."""
    handed_on_c: F64
    """(K) norm of f * dL/dc_t: what goes to c_{t-1}; NaN without a cell state."""
    singular_values: F64
    """(K, blocks, H) of each block of W_hh, descending; (K, 0, 0) where that would take long."""
    spectral_radius: F64
    """(K) largest |eigenvalue| of W_hh (gated cells: of its first block); NaN where too large."""
    spectral_norm: F64
    """(K) largest singular value of the same matrix."""


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
    activation: str
    """Of the RNN cell: tanh, relu or linear; the gated cells have tanh whatever it is."""
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
    g_blocks: F64
    """(K, T, blocks) norms of the gradients of the pre-activations; 0 for a forced gate."""
    dead: F64
    """(K) share of units with phi' = 0 at every time step of every sample; NaN for gated cells."""
    gate_means: F64
    """(K, T, gates) over batch and units."""
    shares_W_hh: F64
    """(K, T) norm of each time step's term of dL/dW_hh; their vectors add up to it."""
    factor_names_h: tuple[str, ...]
    factors_h: F64
    """(K, T, names) why factors from dL/dh_t to dL/dh_{t-1}, of the pass of g_hT: a row's product
    is g_hT[t-1] / g_hT[t]. Row t = 1 leads to the state before the first time step. A row is NaN
    where there is no such product: nothing arrives, or all comes from the layer above."""
    factor_names_c: tuple[str, ...]
    factors_c: F64
    """(K, T, names) the same along the cell state, from g_cT[t] to g_cT[t-1]; NaN too where the
    forget gate hands on nothing, and h brings something back."""
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
    motion: WeightMotion | None
    """What the update changes in all W_ih and W_hh; None where no update follows."""
    shown_units: I32
    """Units of a layer that are kept below: all, or 64 evenly picked."""
    unit_rms: F32
    """(K, T, units) RMS over the batch of one sample's gradient dL/dh_t[unit], pass of g_hT."""
    detail: TimeDetail | None = None

    @property
    def time_steps(self) -> int:
        """T."""
        return len(self.labels)

    @property
    def reference(self) -> float:
        """g_hT of the top layer where the loss enters: what a drawing is relative to."""
        return float(self.g_hT[-1, self.loss_time - 1])

    def share(self, detail: TimeDetail | None = None) -> Trace:
        """What all kinds share of it, of the top layer, and itself as the kind's own."""
        return Trace(
            kind="recurrent",
            iteration=self.iteration,
            loss=self.loss,
            batch_size=self.batch_size,
            axis=Axis("time step", self.labels, has_input=False),
            strength=Quantity("gradient", self.g_hT[-1], self.kinds[-1], self.reference),
            loss_place=self.loss_time,
            updates=Updates(self.layer_names, self.g_Whh, self.weight_norm, self.update_ratio),
            gradient_norm=self.gradient_norm,
            clip_factor=self.clip_factor,
            clipped_share=self.clipped_share,
            own=self if detail is None else replace(self, detail=detail),
            factors=self.factors_h[-1],
        )


def time_trace_of(trace: Trace) -> TimeTrace:
    """What a pass through time recorded beyond what all kinds share."""
    own = trace.own
    assert isinstance(own, TimeTrace)
    return own


@dataclass(frozen=True, slots=True, eq=False)
class WordInfluence(Frozen):
    """Which word of one sentence matters, answered in two ways (see `word_influence`)."""

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
    """Products of state Jacobians d s_to / d s_t of one example (see `spectrum`)."""

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
    time_step_norm: float
    """Geometric mean of sigma_1 of one time step's Jacobian, over the measured ones."""
    time_step_radius: float
    """The same of its spectral radius."""
