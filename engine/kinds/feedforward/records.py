"""The record of a pass through layers.

Index conventions: L layers, layer l = 1 ... L of width n_l; index 0 of an array of length
L + 1 is the input; arrays of length L start with layer 1. B is the batch size. "Norm" is the
Frobenius norm over (B, n_l) of the gradient of the mean loss, taken in float64; an RMS is
sqrt(B) * norm / sqrt(n_l).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.parts import ActivationName
from engine.records.record import F32, F64, I8, I32, Frozen, WeightMotion
from engine.records.trace import Axis, Quantity, Trace, Updates

FACTORS = ("scale", "activation", "normalisation", "weights", "skip", "width")
"""Columns of `LayerTrace.factors`, in this order whatever the order of the block."""

SHOWN_UNITS = 12
"""At most so many units of a layer are drawn; evenly picked where there are more."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerDetail(Frozen):
    """What the inspector shows of one layer beyond its norms (computed only when asked for)."""

    layer: int
    arguments: F64
    """(P) what phi was applied to: entries of u picked over batch and units. u is z itself; after a
    normalisation, or a sum with a skip (add_then_act); in the order pre it is norm(a_{l-1})."""
    values: F64
    """(P) phi(u) of the same entries, as the pass computed it."""
    slopes: F64
    """(P) phi'(u), as the backward pass multiplied by it."""
    argument_counts: I32
    """Histogram of all of u, bins of equal width between the edges."""
    argument_edges: F64
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
    activations: tuple[ActivationName, ...]
    """(L) as in the document; so are the next two."""
    leaky_slopes: tuple[float, ...]
    normalisations: tuple[str, ...]
    branch_scale: float
    """alpha, by which the branches beside skip connections are multiplied."""
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
    motion: WeightMotion | None
    """What the update changes in W_1; None where no update follows."""
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
    """(L, HALF_OCTAVES) histogram of |dL/da_l| over batch and units."""
    shown_units: I32
    """(L+1, SHOWN_UNITS) indices of the units drawn, -1 padded."""
    unit_rms: F32
    """(L+1, SHOWN_UNITS) RMS over the batch of one sample's gradient dL/da_l[unit]; (0, 0) if
    not recorded."""
    link_rms: F32
    """(L, SHOWN_UNITS, SHOWN_UNITS) [to, from]: |W_ij| * RMS of dL/dz_l[i]: what the link hands
    on to unit j of the layer below; (0, 0, 0) if not recorded, or too many to be drawn."""
    detail: LayerDetail | None = None

    @property
    def depth(self) -> int:
        """L."""
        return len(self.widths) - 1

    def share(self, detail: LayerDetail | None = None) -> Trace:
        """What all kinds share of it, and itself as the kind's own."""
        return Trace(
            kind="feedforward",
            iteration=self.iteration,
            loss=self.loss,
            batch_size=self.batch_size,
            axis=Axis("layer", self.layer_names, has_input=True),
            strength=Quantity("gradient", self.g_a_rms, self.kinds, float(self.g_a_rms[-1])),
            loss_place=self.depth,
            updates=Updates(self.layer_names, self.g_W, self.weight_norm, self.update_ratio),
            gradient_norm=self.gradient_norm,
            clip_factor=self.clip_factor,
            clipped_share=self.clipped_share,
            own=self if detail is None else replace(self, detail=detail),
            factors=self.factors,
        )


def layer_trace_of(trace: Trace) -> LayerTrace:
    """What a pass through layers recorded beyond what all kinds share."""
    own = trace.own
    assert isinstance(own, LayerTrace)
    return own
