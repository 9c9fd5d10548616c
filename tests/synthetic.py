"""Invented backward passes for tests of drawing: no torch, any depth, every edge case.

The numbers have the right shapes, signs and identities (the factors of a layer
multiply to the ratio of its gradients), but no network ever made them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.document.experiment import Experiment, Training
from engine.kinds.feedforward.records import SHOWN_UNITS, LayerDetail, LayerTrace
from engine.kinds.feedforward.spec import Feedforward, Layer, Skip
from engine.records.evidence import Carried
from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from engine.records.record import HALF_OCTAVES, ValueKind, WeightMotion
from engine.records.verdict import Verdict
from engine.tasks.insurance import Insurance

VANISHING = 0.14
HEALTHY = 0.93
EXPLODING = 9.0
INPUT_NAMES = ("age", "education", "income")
_MOST_LINKED_LAYERS = 40


def make_experiment(depth: int = 10, units: int = 16, skip_every: int = 0) -> Experiment:
    """The document that goes with `make_trace` of the same arguments."""
    return Experiment(
        format="gradient-theatre/1",
        title="Sigmoid buys no insurance",
        seed=7,
        task=Insurance(),
        network=Feedforward(
            layers=(Layer(units=units, activation="sigmoid", repeat=depth),),
            skip=Skip(every=skip_every),
        ),
        training=Training(iterations=2_000),
    )


def make_trace(
    depth: int = 10,
    factor: float = VANISHING,
    *,
    units: int = 16,
    iteration: int = 37,
    skip_every: int = 0,
    end: float = 0.02,
    g_out: float | None = None,
    wobble: float = 0.08,
    zeros: tuple[int, ...] = (),
    nans: tuple[int, ...] = (),
    infinities: tuple[int, ...] = (),
    kind: ValueKind | None = None,
    detail_layer: int | None = None,
    seed: int = 1,
) -> LayerTrace:
    """One invented pass in which every layer hands on about `factor` of what it receives.

    Args:
        depth: L.
        factor: G_{l-1} / G_l.
        units: width of every layer; the input has three features.
        iteration: updates made before the pass.
        skip_every: k of the skip connections that are active, 0 for none.
        end: G_L.
        g_out: the gradient at the output; a little more than G_L unless given.
        wobble: standard deviation of the natural logarithm of each factor.
        zeros: layers (0 the input) whose gradient is exactly 0.
        nans: layers whose gradient is not a number.
        infinities: layers whose gradient is infinite.
        kind: the `ValueKind` of the zeros; dead zeros unless another is named.
        detail_layer: the layer that carries a `LayerDetail`.
        seed: of everything that is random.
    """
    rng = np.random.default_rng(seed)
    widths = (len(INPUT_NAMES), *([units] * depth))
    handed_on = np.log(factor) + wobble * rng.standard_normal(depth + 1)
    with np.errstate(under="ignore", over="ignore"):
        logs = np.log(end) + np.concatenate((np.cumsum(handed_on[:0:-1])[::-1], [0.0]))
        g_a_rms = np.exp(logs)
    kinds = np.zeros(depth + 1, np.int8)
    kinds[g_a_rms == 0] = ValueKind.UNDERFLOW_ZERO
    kinds[(g_a_rms > 0) & (g_a_rms < 1.18e-38)] = ValueKind.DENORMAL
    kinds[np.isinf(g_a_rms)] = ValueKind.INFINITE
    for layers, value, mark in (
        (zeros, 0.0, ValueKind.DEAD_ZERO if kind is None else kind),
        (nans, np.nan, ValueKind.NAN),
        (infinities, np.inf, ValueKind.INFINITE),
    ):
        for layer in layers:
            g_a_rms[layer], kinds[layer] = value, mark
    batch = 64
    g_out = end / 0.58 if g_out is None else g_out
    to_norm = np.sqrt(np.asarray(widths, float) / batch)
    with np.errstate(all="ignore"):
        g_a = g_a_rms * to_norm
        factors = _make_factors(g_a_rms, g_out, bool(skip_every), rng)
        unit_rms = _spread(g_a_rms, widths, rng)
        g_z_rms = 0.22 * g_a_rms[1:]
        g_W = g_a[1:] * (0.7 + 0.2 * rng.random(depth))
        weight_norm = np.full(depth, np.sqrt(units / 3))
        update = 0.1 * g_W / weight_norm
    gradient_norm = float(np.nanmax(g_W) * 2) if np.isfinite(g_W).any() else np.nan
    linked = depth <= _MOST_LINKED_LAYERS
    ends = tuple(range(2 * skip_every, depth + 1, skip_every)) if skip_every else ()
    skip = np.zeros(depth + 1)
    for stop in ends:
        skip[stop - skip_every] = g_a[stop]
    return LayerTrace(
        iteration=iteration,
        loss=0.691,
        batch_size=batch,
        widths=widths,
        layer_names=(f"Dense {units} sigmoid",) * depth,
        activations=("sigmoid",) * depth,
        leaky_slopes=(0.01,) * depth,
        normalisations=("none",) * depth,
        branch_scale=1.0,
        input_names=INPUT_NAMES,
        g_out=g_out,
        g_a=g_a,
        g_a_rms=g_a_rms,
        kinds=kinds,
        g_z=g_z_rms * to_norm[1:],
        g_z_rms=g_z_rms,
        g_W=g_W,
        g_b=0.4 * g_W,
        g_W_out=end,
        weight_norm=weight_norm,
        update_ratio=update,
        clipped_g_W=g_W,
        decayed_g_W=g_W,
        gradient_norm=gradient_norm,
        clip_factor=1.0,
        clipped_share=0.0,
        motion=WeightMotion(12, 48, 0.1, "float32"),
        branch=np.abs(g_a - skip),
        skip=skip,
        skip_ends=np.array(ends, np.int32),
        skip_sources=np.array(ends, np.int32) - skip_every,
        factors=factors,
        saturated=np.full(depth, 0.12),
        dead=np.where(np.isin(np.arange(1, depth + 1), zeros), 1.0, 0.0),
        z_mean=np.zeros(depth),
        z_std=np.full(depth, 0.6),
        a_mean=np.full(depth, 0.5),
        a_std=np.full(depth, 0.14),
        gradient_histogram=np.zeros((0, 0), np.int32),
        shown_units=_shown_units(widths),
        unit_rms=unit_rms,
        link_rms=_make_links(unit_rms, rng) if linked else np.zeros((0, 0, 0), np.float32),
        detail=None if detail_layer is None else make_detail(detail_layer),
    )


def _make_factors(
    g: NDArray[np.float64], g_out: float, has_skips: bool, rng: np.random.Generator
) -> NDArray[np.float64]:
    below, above = g, np.append(g[1:], g_out)
    total = below / above
    factors = np.ones((len(g), 6))
    factors[:, 1] = 0.24 * np.exp(0.03 * rng.standard_normal(len(g)))
    factors[-1, 1] = 1.0
    if has_skips:
        factors[:-1, 4] = 1.6
    factors[:, 3] = total / (factors[:, 1] * factors[:, 4])
    return factors


def _shown_units(widths: tuple[int, ...]) -> NDArray[np.int32]:
    shown = np.full((len(widths), SHOWN_UNITS), -1, np.int32)
    for layer, width in enumerate(widths):
        count = min(width, SHOWN_UNITS)
        shown[layer, :count] = np.linspace(0, width - 1, count).round().astype(np.int32)
    return shown


def _spread(
    g: NDArray[np.float64], widths: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float32]:
    spread = np.exp(0.45 * rng.standard_normal((len(g), SHOWN_UNITS)))
    unit_rms = (g[:, None] * spread).astype(np.float32)
    unit_rms[_shown_units(widths) < 0] = 0.0
    return unit_rms


def _make_links(unit_rms: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    depth = len(unit_rms) - 1
    weights = np.abs(rng.standard_normal((depth, SHOWN_UNITS, SHOWN_UNITS))) * 0.2
    links: NDArray[np.float32] = (unit_rms[1:, :, None] * weights).astype(np.float32)
    return links


def make_detail(layer: int) -> LayerDetail:
    """Histograms and singular values of one layer, in the shapes that the engine has."""
    edges = np.linspace(-3.0, 3.0, 61)
    bell = np.exp(-0.5 * (edges[:-1] + 0.05) ** 2)
    octaves = np.arange(HALF_OCTAVES)
    arguments = np.sort(np.random.default_rng(layer).normal(-0.05, 1.0, 200))
    values = 1.0 / (1.0 + np.exp(-arguments))
    return LayerDetail(
        layer=layer,
        arguments=arguments,
        values=values,
        slopes=values * (1.0 - values),
        argument_counts=(1000 * bell).astype(np.int32),
        argument_edges=edges,
        pre_activation_counts=(1000 * bell).astype(np.int32),
        pre_activation_edges=edges,
        activation_counts=(800 * bell).astype(np.int32),
        activation_edges=np.linspace(0.0, 1.0, 61),
        gradient_counts=(500 * np.exp(-0.5 * ((octaves - 220) / 3) ** 2)).astype(np.int32),
        weight_gradient_counts=(500 * np.exp(-0.5 * ((octaves - 216) / 4) ** 2)).astype(np.int32),
        singular_values=np.linspace(1.1, 0.02, 16),
    )


def make_frame(
    trace: LayerTrace,
    *,
    halted: NonFinite | None = None,
    held_out: HeldOut | None = None,
) -> TrainingFrame:
    """The frame that carries an invented trace."""
    with np.errstate(over="ignore", under="ignore"):
        row = trace.g_a_rms.astype(np.float32)
    return TrainingFrame(
        iteration=trace.iteration,
        loss=trace.loss,
        accuracy=0.55,
        reference=float(trace.g_a_rms[-1]),
        row=row,
        held_out=held_out,
        trace=trace.share(),
        halted=halted,
    )


def make_frames(
    count: int = 60,
    depth: int = 10,
    factor: float = VANISHING,
    *,
    every: int = 5,
    threshold: float = math.nan,
) -> list[TrainingFrame]:
    """Frames of `count` iterations without traces, the held-out scores in every fifth.

    Their gradient norms are about 0.05, and clipped at a threshold where there is one.
    """
    rng = np.random.default_rng(3)
    norms = 0.05 * np.exp(0.4 * np.random.default_rng(4).standard_normal(count))
    frames = []
    logs = np.log(factor) * np.arange(depth, -1, -1)
    for iteration in range(count):
        fade = np.exp(-iteration / 40)
        row = 0.02 * np.exp(logs + 0.2 * rng.standard_normal(depth + 1))
        loss = float(0.66 + 0.08 * fade + 0.008 * rng.standard_normal())
        accuracy = float(0.55 + 0.02 * rng.standard_normal())
        held_out = None
        if iteration % every == 0:
            held_out = HeldOut(0.67 + 0.08 * fade, 0.515 + 0.002 * (iteration % 3), None, 0.515)
        frames.append(
            TrainingFrame(
                iteration=iteration,
                loss=loss,
                accuracy=accuracy,
                reference=float(row[-1]),
                row=row.astype(np.float32),
                held_out=held_out,
                gradient_norm=float(norms[iteration]),
                clip_threshold=threshold,
                clip_factor=float(np.fmin(1.0, threshold / norms[iteration])),
                is_applied=True,
            )
        )
    return frames


def vanishing(depth: int = 10) -> LayerTrace:
    """A deep sigmoid network."""
    return make_trace(depth, VANISHING)


def healthy(depth: int = 10) -> LayerTrace:
    """Every layer receives about the same."""
    return make_trace(depth, HEALTHY if depth <= 20 else 1.0, wobble=0.03)


def exploding(depth: int = 10) -> LayerTrace:
    """The first layer receives far more than the last."""
    return make_trace(depth, EXPLODING if depth <= 20 else EXPLODING ** (10 / depth))


def with_nan(depth: int = 10) -> LayerTrace:
    """Nothing but NaN in the lower half, an infinity above it."""
    half = depth // 2
    return make_trace(depth, EXPLODING, nans=tuple(range(half)), infinities=(half,))


def dead(depth: int = 3) -> LayerTrace:
    """A dead second layer: what lies below receives exactly nothing."""
    return make_trace(depth, HEALTHY, zeros=(0, 1), kind=ValueKind.DEAD_ZERO)


def without_gradient(depth: int = 4) -> LayerTrace:
    """The loss gives no gradient at all."""
    return make_trace(depth, zeros=tuple(range(depth + 1)), g_out=0.0)


def make_verdict(noun: str = "layer") -> Verdict:
    """That the first place receives 1.8e-8 of the last one's gradient."""
    return Verdict(
        kind="vanishing",
        ground="strength",
        first_last_ratio=1.8e-8,
        carried=Carried("layers", 1, 1.8e-8),
        last_gradient=0.1,
        noun=noun,
        part="layer",
        layer_count=10,
        first_update=None,
        largest_update=1e-3,
        most_moved_layer=10,
    )
