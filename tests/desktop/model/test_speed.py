"""Iterations per second."""

from __future__ import annotations

import pytest

from desktop.model.speed import Pace


def test_a_steady_pace_is_told_exactly() -> None:
    pace = Pace(0.0)
    for second in range(1, 5):
        pace.count(120)
        assert pace.look(float(second), is_training=True) == pytest.approx(120)


def test_too_short_a_time_tells_nothing_new() -> None:
    pace = Pace(0.0)
    pace.count(50)
    assert pace.look(0.1, is_training=True) is None
    assert pace.look(0.5, is_training=True) == pytest.approx(100)


def test_an_idle_worker_has_no_pace() -> None:
    pace = Pace(0.0)
    pace.count(50)
    pace.look(1.0, is_training=True)
    assert pace.look(2.0, is_training=False) is None
    pace.count(10)
    assert pace.look(3.0, is_training=True) == pytest.approx(10)
