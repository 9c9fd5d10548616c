"""The lecturer's clock."""

from __future__ import annotations

import pytest

from desktop.lecture.clock import LectureClock, tell_time


class Time:
    """Passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_left_and_what_is_gone_add_up_to_the_minutes() -> None:
    time = Time()
    clock = LectureClock(2.5, time)
    time.now += 40
    assert (clock.elapsed, clock.left) == (0.0, 150.0)  # it has not begun
    clock.go_on()
    time.now += 30
    assert (clock.elapsed, clock.left) == (30.0, 120.0)
    time.now += 130
    assert clock.left == -10.0


def test_a_clock_that_is_held_counts_nothing_until_it_goes_on() -> None:
    time = Time()
    clock = LectureClock(1, time)
    clock.go_on()
    time.now += 5
    clock.hold()
    time.now += 100
    assert (clock.elapsed, clock.is_running) == (5.0, False)
    clock.go_on()
    time.now += 2
    assert clock.elapsed == 7.0
    clock.reset()
    time.now += 3
    assert (clock.elapsed, clock.is_running) == (3.0, True)
    clock.hold()
    clock.reset()
    time.now += 3
    assert clock.elapsed == 0.0


def test_without_minutes_nothing_is_left() -> None:
    assert LectureClock(0).left is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0:00"), (245, "4:05"), (-12.5, "−0:12"), (-0.4, "0:00"), (3720, "1:02:00")],
)
def test_time_is_told_in_minutes(seconds: float, told: str) -> None:
    assert tell_time(seconds) == told
