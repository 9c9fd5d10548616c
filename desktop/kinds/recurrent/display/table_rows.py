"""The numbers of a pass through time as rows, in full precision."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from engine.kinds.recurrent.records import StateSpectrum, TimeTrace
from engine.records.record import ValueKind

_ALONG = ("g_hT", "g_h", "g_cT", "g_c", "g_cT_carry", "g_c_carry", "cell_direct", "shares_W_hh")


def make_time_rows(trace: TimeTrace) -> Iterable[Sequence[object]]:
    """One row per recurrent layer and time step, the lowest layer first; a header before.

    What a cell does not have is left empty, and so are factors where there is no product. Norms
    of the inputs stand with layer 1.
    """
    blocks = tuple(f"g_{name.replace(' ', '_')}" for name in trace.block_names)
    gates = tuple(f"{name}_gate" for name in trace.gate_names)
    factors_h = tuple(f"factor_h_{name.replace(' ', '_')}" for name in trace.factor_names_h)
    factors_c = tuple(f"factor_c_{name.replace(' ', '_')}" for name in trace.factor_names_c)
    inputs = ("g_x", "g_xT")
    columns = (*_ALONG, *inputs, *gates, *blocks, *factors_h, *factors_c)
    yield ("layer", "time_step", "label", "kind", *columns)
    for k in range(len(trace.layer_names)):
        for t in range(trace.time_steps):
            arrays = [getattr(trace, name) for name in _ALONG]
            cells = [repr(float(array[k, t])) if array.shape[1] else "" for array in arrays]
            if k == 0:
                cells += [repr(float(getattr(trace, name)[t])) for name in inputs]
            else:
                cells += ["" for _ in inputs]
            for table in (trace.gate_means, trace.g_blocks):
                cells += [repr(float(value)) for value in table[k, t]]
            for factors in (trace.factors_h, trace.factors_c):
                if factors.size:
                    row = factors[k, t].tolist()
                    cells += [repr(value) if math.isfinite(value) else "" for value in row]
            kind = ValueKind(int(trace.kinds[k, t])).name.lower()
            yield (k + 1, t + 1, trace.labels[t], kind, *cells)


def make_spectrum_rows(spectrum: StateSpectrum) -> Iterable[Sequence[object]]:
    """One row per measured time step; a header before."""
    yield ("time_step", "sigma_1", "sigma_median", "sigma_min", "spectral_radius")
    columns = (spectrum.largest, spectrum.median, spectrum.smallest, spectrum.radius)
    for row, t in enumerate(spectrum.times.tolist()):
        yield (t, *(repr(float(values[row])) for values in columns))
