"""What a verdict on a pass through layers rests on."""

from __future__ import annotations

import numpy as np

from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.records.evidence import Carried, Evidence, divide_by_end, list_dead
from engine.records.record import ValueKind


def gather_evidence(trace: LayerTrace) -> Evidence:
    """The evidence of a pass through layers."""
    gradients = trace.g_a_rms[1:]
    ratio = divide_by_end(float(gradients[0]), float(gradients[-1]), trace.g_out)
    return Evidence(
        noun="layer",
        gradients=gradients,
        source=trace.g_out,
        loss=trace.loss,
        first_last_ratio=ratio,
        carried=Carried("layers", 1, ratio),
        update_ratios=trace.update_ratio,
        motion=trace.motion,
        dead_layers=list_dead(trace.dead),
        stoppage=find_stoppage(trace),
    )


def find_stoppage(trace: LayerTrace) -> str:
    """Why W_1 receives a gradient of exactly 0, as a clause; empty where it receives one."""
    if trace.g_W[0] != 0.0:
        return ""
    if trace.g_out == 0.0:
        return "the loss gives no gradient"
    arriving = trace.g_a_rms[1:]
    lost = np.flatnonzero(arriving == 0.0)
    if lost.size:
        # Below the first zero all is zero for the same cause.
        row = int(lost[-1]) + 1
        return _explain(trace, row) or _tell_underflow(row)
    if trace.g_z[0] == 0.0:
        return _explain(trace, 0) or _tell_underflow(0)
    if trace.batch_size == 1 and trace.layer_names[0].endswith("batch norm"):
        return "batch normalisation before its weights turns a batch of one sample into 0"
    return "the product of its input and its gradient is exactly 0"


def _tell_underflow(row: int) -> str:
    return f"below layer {row + 1} the gradient has become too small for a number: exactly 0"


def _explain(trace: LayerTrace, row: int) -> str:
    """What of the layer above `row` hands nothing on; empty where it just became too small."""
    if row == trace.depth:
        is_open = trace.kinds[row] != ValueKind.STRUCTURAL_ZERO
        return "" if is_open else "the weights of the output layer are all 0"
    part = next((name for name, f in zip(FACTORS, trace.factors[row], strict=True) if f == 0.0), "")
    layer = row + 1
    # What the document stops comes first: behind it slopes are taken at 0, where a ReLU has none.
    is_stopped = trace.kinds[row] == ValueKind.STRUCTURAL_ZERO
    if (is_stopped or part == "weights") and trace.weight_norm[row] == 0.0:
        return f"the weights of layer {layer} are all 0"
    if part == "scale":
        return f"the branch of layer {layer} is scaled by 0"
    if is_stopped:
        if trace.batch_size == 1 and trace.layer_names[row].endswith("batch norm"):
            return (
                f"layer {layer} has batch normalisation, which turns a batch of one sample into 0 "
                "whatever its weights are"
            )
        return f"the normalisation of layer {layer} makes its single unit constant"
    if part == "activation" and trace.kinds[row] == ValueKind.DEAD_ZERO:
        return f"layer {layer} is a dead path: its slope is 0 wherever the gradient arrives"
    return ""
