"""The JSON object of `measure`: one recorded pass before training and one after it.

{`initial`, `final`, `first_nonfinite`}; numbers that are not finite are null. `initial` and
`final` have the keys

- `iteration`: updates made before; `loss`: of the batch that the next update would take.
- `accuracy` and `majority` (what guessing the most frequent class reaches), on held-out data;
  both null for a regression, which alone has `r2`.
- `layers`, exactly one entry a layer, layer 1 first. Feed-forward: `name`; `g_a_rms`
  (sqrt(B) ||dL/da|| / sqrt(n)), `g_z`, `g_W` (Frobenius norms of the mean loss's gradient, raw:
  before clipping and decay); `update_ratio` (||dW|| / ||W|| of the update that would follow; null
  where the weights are all 0); `saturated` (null where it means nothing) and `dead`, shares from
  0 to 1. Recurrent: `name`, `g_Whh`, `g_Wih`, `update_ratio` of W_hh.
- `time` (recurrent): `g_h`, `g_hT`, `g_c`, `cell_direct` of the top layer, lists over t = 1 ... T;
  those about c are empty for cells without a cell state.
- `first_last_ratio`: G_1 / G_L; g_hT[1] / g_hT[T] of the top layer.
- `verdict`: `kind`, `sentence`; `moved` [k, n]: the update would change k of the n entries of W_1
  (recurrent: of all W_ih and W_hh), null where no update could follow; `carried` {`path` layers,
  h or c; `layer` (1 along the layers); `ratio`, null for 0 / 0}; `cut_every`: k of the truncation
  that cuts this pass, 0 for none.
- `cause`: null where no pass is recorded, else `kind` (`engine.records.cause.CauseKind`);
  `certain`; `sentence`; `evidence`, null where not measured: `T` (log10 of G_1 / G_L, or of what
  is carried), `shares` of T in decades {`activation`, `normalisation`, `weights`, `skip`} (summed
  logs of the why factors over l = 2 ... L, or along the carrying path through time),
  `weight_scale` (median ||W_l||_F / sqrt(n) : the critical one), `saturated` (median share),
  `dead` (largest share in a layer), `forget_direct` (log10 of the product of the mean forget
  gates; of a GRU's update gates), `spectral_radius` of W_hh, `lambda_max` (of the Hessian, where
  no earlier row of the table matched), `noise` (two standard deviations of T, in decades).
- `gradient_norm`: of all parameters together, before clipping.
- `clip`: `factor`, by which clipping by norm multiplies this pass's gradient (1 where it does
  nothing); `share` of its entries that clipping by value cuts (0 where it does nothing);
  `engaged`, in how many of the last iterations clipping did something, `of` how many (at most
  50; 0 before the first).

`first_nonfinite` is null, or {`iteration`, `layer` (null: output layer or loss), `phase`;
`growth`, the geometric mean of the factor per iteration by which `gradient_norm` grew over its
last 10 or fewer finite values; `led_by`, the layer whose own gradient (all its parameters) grew
most over the same iterations}, both null where there are not two such values. After it `final`
and the dump hold the last good state.

`theory`, where it is asked for, are theories held against the pass of `initial`, always all of
them, those of other networks too: {`name` (mean_field, relu, sigmoid, residual, batch_norm,
recurrent, lstm, learning_rate); `valid`; `reason`, one sentence that says why not, or what to
keep in mind, else ""; `line`, `low`, `high`; `formula`; `source`}. The three are lists along the
pass, layer 1 or time step 1 first, in decades: log10(G_l / G_L), of time steps log10(g_hT[t] /
g_hT[T]), so that they end with 0. `low` and `high` are a band; `high` without `low` is an upper
bound; all three are null where the theory is not valid, those of the band where it has none, and
so are entries of which it says nothing: the first layers of batch_norm, time steps after the loss
or before a cut. The `line` of learning_rate has one entry, which is no logarithm: the learning
rate 2 / lambda_max itself.

`remedies`, where they are asked for: what can be done against the cause of `initial`, or where
that is `none` of `final`. A list of {`name`; `for`, the cause; `changes`, values by path;
`is_popular`: widely advised, though it does not help against this cause; `before` and `after`,
what is carried without and with it, of the weights that the seed gives and on the first batch
(null where it is no number); `verdict`, of the pass with it, as above (null where the network
would not fit into memory); `helps`: |log10 after| <= 1, or at least 2 decades nearer to 0, which
says nothing of learning}. Where they are tried, each has `tried` {`iterations`, fewer than asked
for where a number was not finite; `carried`, `loss`, `accuracy`, as in `final` of that network},
null where it would not fit into memory.

With `--quantity`, `initial` and `final` have `quantities` {name: value} (the names are those of
`engine.document.quantities`, their meaning stands in `engine.analysis.quantities`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.analysis.autopsy import examine_halt
from engine.analysis.cause_question import settle_cause
from engine.analysis.cause_words import tell_cause
from engine.analysis.dump import check_dump, write_dump
from engine.analysis.lane_run import LaneRun
from engine.analysis.quantities import Measured, count_engaged
from engine.analysis.remedies import apply_remedy, list_remedies, measure_effects
from engine.analysis.theory import describe, list_rows, theorise
from engine.analysis.theory_question import measure_weight_sizes
from engine.analysis.trial import run_trial
from engine.analysis.verdict_words import tell_verdict
from engine.document.experiment import Experiment
from engine.document.lanes import baseline_of
from engine.document.quantities import QuantityName, object_to_quantity
from engine.errors import RequestError, TooLargeError
from engine.kinds.table import find_kind
from engine.records.cause import Cause, CauseKind
from engine.records.dataset import Dataset, TableReport
from engine.records.frames import Autopsy, TrainingFrame
from engine.records.verdict import Verdict
from engine.tasks.loading import load
from engine.training.run import Run


def measure(
    experiment: Experiment,
    folder: Path | None = None,
    iterations: int | None = None,
    dump: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    with_theory: bool = False,
    with_remedies: bool = False,
    trial_iterations: int | None = None,
    quantities: Sequence[str] = (),
) -> dict[str, Any]:
    """Train and say what the gradient was before and is after.

    Both passes are taken on the batch that the next update would take, and are not
    applied. Where training met a number that is not finite, `final` is the last
    state whose pass is finite.

    Args:
        experiment: what to train.
        folder: where relative paths of the document start.
        iterations: updates to make; None: the document's.
        dump: base name of the files of gt-dump/1 to write for `final`, or None.
        progress: called with the iteration and the number of iterations.
        with_theory: whether theories are held against the first pass.
        with_remedies: whether the remedies are measured too.
        trial_iterations: updates by which each of them is tried, or None.
        quantities: names of what is measured of both passes besides.

    Raises:
        TaskError: for data that cannot be used.
        TooLargeError: for a network that would not fit into memory.
        RequestError: for a dump that cannot be written, or a quantity that there is not.
    """
    if dump is not None:
        check_dump(experiment, dump)
    names = read_quantities(experiment, quantities)
    total = experiment.training.iterations if iterations is None else iterations
    lane = LaneRun(experiment, load(experiment, folder))
    first = lane.measure()
    initial = _describe(first, names)
    theory = {"theory": _hold_theories(lane.run, first.frame)} if with_theory else {}
    while lane.iteration < total and lane.halted is None:
        lane.advance()
        if progress is not None and lane.halted is None:
            progress(lane.iteration, total)
    last = lane.measure()
    final = _describe(last, names)
    nonfinite = None
    if lane.halted is not None:
        parameters = lane.run.network.parameters
        nonfinite = _describe_halt(examine_halt(lane.halted, lane.led_to_halt, parameters))
    if dump is not None:
        write_dump(lane.run, last.frame, dump)
    described = {
        "initial": initial,
        "final": final,
        "first_nonfinite": _without_nonfinite(nonfinite),
    }
    if lane.run.dataset.table is not None:
        described["table"] = _describe_table(lane.run.dataset.table)
    if with_remedies:
        lane.timeline.go_to(0)
        cause = _choose_cause(initial, final)
        described["remedies"] = _describe_remedies(lane.run, cause, trial_iterations, progress)
    return described | theory


def _hold_theories(run: Run, first: TrainingFrame) -> list[dict[str, Any]]:
    """All of them against the first pass, of the weights as they are."""
    assert first.trace is not None
    sizes = measure_weight_sizes(run)
    return describe(theorise(row, run.experiment, first.trace, sizes) for row in list_rows())


def _choose_cause(initial: dict[str, Any], final: dict[str, Any]) -> CauseKind:
    """What is to be mended: what was wrong at first, else what has become wrong."""
    first: CauseKind = initial["cause"]["kind"]
    last: CauseKind = final["cause"]["kind"]
    return last if first == "none" else first


def _describe_table(table: TableReport) -> dict[str, Any]:
    return {
        "rows": table.rows,
        "used": table.used,
        "dropped": table.dropped,
        "filled": table.filled,
        "encoding": table.encoding,
        "decimal": table.decimal,
        "notes": list(table.notes),
    }


def _describe_remedies(
    run: Run,
    cause: CauseKind,
    trial_iterations: int | None,
    progress: Callable[[int, int], None] | None,
) -> list[dict[str, Any]]:
    """Of a run at iteration 0."""
    found = []
    experiment = baseline_of(run.experiment)
    for effect in measure_effects(run, list_remedies(experiment, cause)):
        remedy, verdict = effect.remedy, effect.verdict
        described: dict[str, Any] = {
            "name": remedy.name,
            "for": remedy.cause,
            "changes": dict(remedy.changes),
            "is_popular": remedy.is_popular,
            "before": effect.before,
            "after": effect.after,
            "verdict": None if verdict is None else _describe_verdict(verdict),
            "helps": effect.helps,
        }
        if trial_iterations is not None:
            described["tried"] = _describe_trial(
                apply_remedy(experiment, remedy), run.dataset, trial_iterations, progress
            )
        found.append(described)
    plain: list[dict[str, Any]] = _without_nonfinite(found)
    return plain


def _describe_trial(
    experiment: Experiment,
    dataset: Dataset,
    iterations: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Any] | None:
    def tell(done: int) -> None:
        if progress is not None:
            progress(done, iterations)

    try:
        trial = run_trial(experiment, dataset, iterations, tell)
    except TooLargeError:
        return None
    return {
        "iterations": trial.iterations,
        "carried": trial.carried,
        "loss": trial.loss,
        "accuracy": trial.accuracy,
    }


def read_quantities(experiment: Experiment, names: Sequence[str]) -> tuple[QuantityName, ...]:
    """What was asked for by name.

    Raises:
        RequestError: for a quantity that is not measured of the experiment.
    """
    found = tuple(QuantityName.of(name) for name in names)
    for name in found:
        if reason := object_to_quantity(name, {"baseline": experiment}):
            raise RequestError(f"{reason[:1].upper()}{reason[1:]}.")
    return found


def _describe(measured: Measured, names: Sequence[QuantityName]) -> dict[str, Any]:
    score, trace, verdict = measured.score, measured.trace, measured.verdict
    described: dict[str, Any] = {
        "iteration": trace.iteration,
        "loss": trace.loss,
        "accuracy": score.accuracy,
        "majority": score.majority,
    }
    if score.r2 is not None:
        described["r2"] = score.r2
    described |= find_kind(trace.kind).report(trace)
    described["first_last_ratio"] = verdict.first_last_ratio
    described["verdict"] = _describe_verdict(verdict)
    described["cause"] = _describe_cause(settle_cause(measured.run, trace))
    described["gradient_norm"] = trace.gradient_norm
    described["clip"] = {
        "factor": trace.clip_factor,
        "share": trace.clipped_share,
        "engaged": count_engaged(measured.updates),
        "of": len(measured.updates),
    }
    if names:
        described["quantities"] = {str(name): measured.look_up(name) for name in names}
    finite: dict[str, Any] = _without_nonfinite(described)
    return finite


def _describe_verdict(verdict: Verdict) -> dict[str, Any]:
    carried = verdict.carried
    return {
        "kind": verdict.kind,
        "sentence": tell_verdict(verdict),
        "moved": None if verdict.moved is None else list(verdict.moved),
        "carried": {"path": carried.path, "layer": carried.layer, "ratio": carried.ratio},
        "cut_every": verdict.cut_every,
    }


def _describe_cause(cause: Cause) -> dict[str, Any]:
    evidence, shares = cause.evidence, cause.evidence.shares
    return {
        "kind": cause.kind,
        "certain": cause.is_certain,
        "sentence": tell_cause(cause),
        "evidence": {
            "T": evidence.T,
            "shares": {
                "activation": shares.activation,
                "normalisation": shares.normalisation,
                "weights": shares.weights,
                "skip": shares.skip,
            },
            "weight_scale": evidence.weight_scale,
            "saturated": evidence.saturated,
            "dead": evidence.dead,
            "forget_direct": evidence.forget_direct,
            "spectral_radius": evidence.spectral_radius,
            "lambda_max": evidence.lambda_max,
            "noise": evidence.noise,
        },
    }


def _describe_halt(autopsy: Autopsy) -> dict[str, Any]:
    halted = autopsy.halted
    return {
        "iteration": halted.iteration,
        "layer": halted.layer,
        "phase": halted.phase,
        "growth": autopsy.growth,
        "led_by": autopsy.led_by,
    }


def _without_nonfinite(value: Any) -> Any:
    """The same lists and objects with null for every number that is not finite."""
    if isinstance(value, dict):
        return {key: _without_nonfinite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nonfinite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
