"""The JSON object of `compare`: what `measure` says of either lane, and in what they differ.

{`baseline`, `variant`: each the object of `measure` for that network alone, to the last bit;
`differences`: [{`path`, `baseline`, `variant`}], single values only, null where a lane has no
such entry}. A lane that ended at a number that is not finite has a `final.iteration` of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from engine.document.experiment import Experiment
from engine.document.lanes import list_differences


def compare(
    baseline: Experiment, variant: Experiment, measure: Callable[[Experiment], dict[str, Any]]
) -> dict[str, Any]:
    """Measure both lanes.

    Args:
        baseline: without a variant of its own.
        variant: likewise, of the same seed, data and iterations.
        measure: `engine.analysis.measure.measure` with whatever else was asked for.
    """
    return {
        "baseline": measure(baseline),
        "variant": measure(variant),
        "differences": [asdict(one) for one in list_differences(baseline, variant)],
    }
