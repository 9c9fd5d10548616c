"""What the benchmarks rest on: shares that a drifting machine cannot bend, and finding the code."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.benchmarks import against
from tests.benchmarks.goals import judge
from tests.benchmarks.processes import ROOT


@pytest.fixture(autouse=True)
def _beside_the_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def test_a_machine_that_slows_down_does_not_bend_the_share() -> None:
    from probes.load import compare_neighbours

    speeds = [100.0 - 5.0 * turn for turn in range(9)]
    with_window = [0.8 * speed for speed in speeds[1::2]]
    assert compare_neighbours(with_window, speeds[::2]) == pytest.approx(0.8, rel=1e-12)


def test_iterations_are_counted_between_the_first_and_the_last_of_a_phase() -> None:
    from probes.load import Log

    log = Log([(0.1 * n, 0.04 * n, n) for n in range(100)])
    per_second, cpu_each = log.measure(2.0, 7.05)
    assert per_second == pytest.approx(10.0)
    assert cpu_each == pytest.approx(0.04)


def test_without_a_window_traces_are_recorded_as_often_as_it_wanted_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from probes import load

    class Mailbox:
        """Wants a trace whenever it is asked."""

        is_trace_wanted = property(lambda _: True)

        def put(self, _frame: object, updates: int = 0) -> None:
            self.updates = updates

    moment = 0.0
    monkeypatch.setattr(load, "find", lambda _: Mailbox)
    monkeypatch.setattr(load.time, "perf_counter", lambda: moment)
    log, box, traced = load.Log(), Mailbox(), []
    load.watch_mailbox(log)
    for iteration in range(100):
        moment = 0.01 * iteration
        log.trace_period = None if iteration < 10 else 0.07
        is_traced = box.is_trace_wanted
        traced.append(is_traced)
        box.put(SimpleNamespace(iteration=iteration, trace=is_traced or None), updates=1)
    assert traced[:10] == [True] * 10
    assert 11 <= sum(traced[10:]) <= 13
    assert box.updates == 1
    assert [entry[2] for entry in log.entries] == list(range(100))


def test_every_class_is_found_where_this_version_keeps_it() -> None:
    from probes import finding

    for name in finding.PLACES:
        assert callable(finding.find(name))


def test_a_class_is_found_at_its_older_place_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from probes import finding

    package, module = ModuleType("newer"), ModuleType("newer.room")
    module.Thing = int  # type: ignore[attr-defined]
    places = {"Thing": ("newer.room:Thing", "older:Thing"), "Lost": ("newer:Lost", "nowhere:Lost")}
    monkeypatch.setattr(finding, "PLACES", places)
    monkeypatch.setitem(sys.modules, "newer", package)
    monkeypatch.setitem(sys.modules, "newer.room", module)
    assert finding.find("Thing") is int
    older = ModuleType("older")
    older.Thing = str  # type: ignore[attr-defined]
    monkeypatch.delitem(sys.modules, "newer.room")
    monkeypatch.setitem(sys.modules, "older", older)
    assert finding.find("Thing") is str
    with pytest.raises(LookupError, match="newer:Lost"):
        finding.find("Lost")


@pytest.mark.parametrize(
    ("value", "goal", "is_met"),
    [
        (1.0, ("<=", 1.0), True),
        (1.1, ("<=", 1.0), False),
        (1.1, (">=", 1.0), True),
        (0.9, (">=", 1.0), False),
        (0.74, ("share >=", 0.75), False),
        (0.99, ("share >=", 0.75), True),
        (1.2, ("share >=", 0.75), False),  # more than the whole
    ],
)
def test_a_goal_is_met_or_missed(value: float, goal: tuple[str, float], is_met: bool) -> None:
    assert judge(value, goal)["is_met"] is is_met


@pytest.mark.parametrize("load", ["100", "1000", "lstm"])
def test_the_documents_of_the_benchmarks_are_valid(load: str) -> None:
    from probes.finding import make_document

    from engine.documents import from_builtins

    experiment = from_builtins(make_document(load))
    assert experiment.training.iterations == 1_000_000


def test_what_is_no_version_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no checkout"), against.open_checkout(str(tmp_path)):
        pass
    with (
        pytest.raises(ValueError, match="neither a folder nor a revision"),
        against.open_checkout("no-such-revision"),
    ):
        pass
    with against.open_checkout(str(ROOT)) as folder:
        assert folder == ROOT


def test_figures_are_compared_as_their_goals_say() -> None:
    ours = {"first_paint": 0.9, "furnished_cpu": 3.0}
    other = {"first_paint": 1.0, "furnished_cpu": 2.0}
    loads = {
        "gui_cpu_per_frame_ms": 1.0,
        "frame_p99_ms": 20.0,
        "training_share": 0.8,
        "memory_mb": 330.0,
    }
    pictures = {"svg": 0.1, "pdf": 0.1, "png": 0.1}
    zoom = {f"{kind}_{which}_ms": 5.0 for kind in ("zoom", "pan") for which in ("median", "worst")}
    found = {
        "start": (ours, other),
        "load": (loads, loads | {"memory_mb": 290.0, "frame_p99_ms": 30.0}),
        "pictures": (pictures, {"svg": 0.04, "pdf": 0.1, "png": 0.2}),
        "zoom": (zoom, {}),
    }
    results = against.compare(lambda probe, _: [found[probe]], is_quick=True)
    assert results.keys() == against.GOALS.keys()
    assert results["first paint"]["value"] == 0.9
    missed = {name for name, row in results.items() if not row["is_met"]}
    assert missed == {
        "furnished start, CPU",
        "picture: svg",
        *(f"more memory in MB, {title}" for title in against.LOADS.values()),
    }
    assert results["zoom in ms, median"]["other"] is None
    assert results["frame p99 in ms, 100 x 64"]["value"] == 20.0
    assert results["more memory in MB, 100 x 64"]["value"] == 40.0
    table = against.format_table(results)
    assert len(table.splitlines()) == 1 + len(results)
    assert table.count("missed") == len(missed)
