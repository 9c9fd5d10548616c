"""What the inspector says about one layer: facts, histograms, the activation's own curve."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from desktop.display.inspector import (
    Fact,
    HistogramPicture,
    InspectorPicture,
    plot_counts,
    plot_half_octaves,
    plot_singular_values,
    resolve_update,
)
from desktop.display.on_the_curve import WIDE_REACH, Entries, plot_bare, plot_on_curve
from desktop.display.pictures import WhyPicture
from desktop.display.scales import (
    format_number,
)
from desktop.kinds.feedforward.display.captions import ACTIVATION_NAMES, name_slope
from desktop.kinds.feedforward.display.equation import resolve_equation
from desktop.kinds.feedforward.display.reference import find_reference
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import LayerDetail, LayerTrace
from engine.kinds.feedforward.spec import Feedforward, Layer, network_of


def resolve_inspector(
    experiment: Experiment, trace: LayerTrace, layer: int | None, why: WhyPicture | None
) -> InspectorPicture:
    """What there is to say about the selected layer of a pass."""
    if layer is None:
        return InspectorPicture("Inspector", "Select a layer, a bar or a cell of the history.")
    if layer == 0:
        facts = _gradient_facts(trace, 0)
        return InspectorPicture(f"Input · {trace.widths[0]} features", "", facts)
    if layer > trace.depth:
        loss = Fact("loss", format_number(trace.loss, 4), "Mean over the batch")
        end = Fact("‖∂L/∂W‖", format_number(trace.g_W_out), "Of the output layer’s weights")
        network = network_of(experiment)
        equation = resolve_equation(network, trace, layer)
        return InspectorPicture("Output layer and loss", "", (loss, end), why, equation=equation)
    network = network_of(experiment)
    document = network.unrolled()
    settings = document[layer - 1] if layer <= len(document) else document[-1]
    return InspectorPicture(
        title=_title(trace, layer, settings),
        hint="",
        facts=_layer_facts(trace, layer),
        why=why,
        update=resolve_update(
            float(trace.update_ratio[layer - 1]), float(trace.weight_norm[layer - 1])
        ),
        histograms=_histograms(network, trace, layer, settings),
        equation=resolve_equation(network, trace, layer),
        matrix=layer - 1,
    )


def _title(trace: LayerTrace, layer: int, settings: Layer) -> str:
    shape = f"{trace.widths[layer - 1]} → {trace.widths[layer]}"
    return f"Layer {layer} · {shape} · {ACTIVATION_NAMES[settings.activation]}"


def _gradient_facts(trace: LayerTrace, layer: int) -> tuple[Fact, ...]:
    g = float(trace.g_a_rms[layer])
    reference = find_reference(trace)
    facts = []
    if reference.value:
        share = g / reference.value
        tooltip = f"Gradient here over {reference.name}’s: {share!r}"
        facts.append(Fact("gradient, relative", format_number(share), tooltip))
    facts.append(Fact("gradient", format_number(g), f"√B ‖∂L/∂a‖ / √n = {g!r}, a root mean square"))
    return tuple(facts)


def _layer_facts(trace: LayerTrace, layer: int) -> tuple[Fact, ...]:
    i = layer - 1

    return (
        *_gradient_facts(trace, layer),
        _norm("‖∂L/∂W‖", trace.g_W[i], "Norm of the weight gradient, before clipping and decay"),
        _norm("‖W‖", trace.weight_norm[i], "Frobenius norm of the weights"),
        _spread("z", trace.z_mean[i], trace.z_std[i], "Pre-activation"),
        _spread("a", trace.a_mean[i], trace.a_std[i], "Activation"),
        _share("saturated", trace.saturated[i], "Share of entries where |φ′| < 5 % of its maximum"),
        _share("dead units", trace.dead[i], "Share of units with φ′ = 0 for the whole batch"),
    )


def _norm(name: str, value: float, tooltip: str) -> Fact:
    return Fact(name, format_number(float(value)), f"{tooltip}: {float(value)!r}")


def _spread(name: str, mean: float, deviation: float, what: str) -> Fact:
    text = f"{format_number(float(mean))} ± {format_number(float(deviation))}"
    tooltip = f"{what}: mean {float(mean)!r}, standard deviation {float(deviation)!r}"
    return Fact(name, text, tooltip)


def _share(name: str, value: float, tooltip: str) -> Fact:
    if math.isnan(value):
        return Fact(name, "does not apply", tooltip)
    return Fact(name, f"{100 * value:.0f} %", f"{tooltip}: {float(value)!r}")


def _histograms(
    network: Feedforward, trace: LayerTrace, layer: int, settings: Layer
) -> tuple[HistogramPicture, ...]:
    detail = trace.detail
    if detail is None or detail.layer != layer:
        if len(trace.gradient_histogram) < layer:
            return ()
        return (plot_half_octaves("Gradient ∂L/∂a", trace.gradient_histogram[layer - 1]),)
    on_curve = _place_on_curve(network, trace, detail, settings)
    z = plot_counts("Pre-activations z", detail.pre_activation_counts, detail.pre_activation_edges)
    is_z = np.array_equal(detail.argument_edges, detail.pre_activation_edges)
    refusal = "Not measured: W is too large to be taken apart at once, or not finite."
    return (
        on_curve,
        *(() if is_z else (z,)),
        plot_counts("Activations a", detail.activation_counts, detail.activation_edges),
        plot_half_octaves("Gradient ∂L/∂a", detail.gradient_counts),
        plot_half_octaves("Weight gradient ∂L/∂W", detail.weight_gradient_counts),
        plot_singular_values("Singular values of W", detail.singular_values, refusal),
    )


def _place_on_curve(
    network: Feedforward,
    trace: LayerTrace,
    detail: LayerDetail,
    settings: Layer,
    reach: float = 1.0,
) -> HistogramPicture:
    layer = detail.layer
    is_pre = network.skip.order == "pre"
    width = trace.widths[layer - 1] if is_pre else trace.widths[layer]
    entries = Entries(
        detail.arguments,
        detail.values,
        detail.slopes,
        trace.batch_size * width,
        detail.argument_counts,
        detail.argument_edges,
    )
    return plot_on_curve(
        _name_argument(network, layer, settings),
        name_slope(settings).removesuffix("′"),
        settings.activation,
        settings.leaky_slope,
        entries,
        reach,
    )


def draw_activation(network: Feedforward, trace: LayerTrace | None, layer: int) -> HistogramPicture:
    """The curve of a layer's activation; with the entries on it, where they are recorded."""
    document = network.unrolled()
    settings = document[min(max(layer, 1), len(document)) - 1]
    detail = None if trace is None else trace.detail
    if trace is not None and detail is not None and detail.layer == layer:
        return replace(
            _place_on_curve(network, trace, detail, settings, WIDE_REACH),
            title=f"Layer {layer:,} on its curve",
        )
    name = ACTIVATION_NAMES[settings.activation]
    symbol = name_slope(settings).removesuffix("′")
    return plot_bare(f"The curve of {name}", symbol, settings.activation, settings.leaky_slope)


def _name_argument(network: Feedforward, layer: int, settings: Layer) -> str:
    """What φ is applied to."""
    is_normed = settings.normalisation != "none"
    match network.skip.order:
        case "pre":
            return "Normalised a of the layer before" if is_normed else "a of the layer before"
        case "add_then_act" if network.skip_source(layer) is not None:
            return "Sum with the skip"
        case _:
            return "Normalised z" if is_normed else "Pre-activations z"
