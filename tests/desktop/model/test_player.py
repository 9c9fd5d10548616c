"""The player: every stage can be reached, and a pass takes the time it should."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.display.options import Playhead
from desktop.model.player import Player, plan_pass


@pytest.fixture
def player(qapp: object) -> Player:  # noqa: ARG001
    player = Player()
    player.set_depth(10)
    return player


@pytest.mark.parametrize("depth", [1, 5, 10, 11])
def test_a_short_pass_takes_its_time_at_each_stage(depth: int) -> None:
    for move in plan_pass(depth + 1, is_slow=False):
        assert 0.25 <= move.seconds <= 0.4


@pytest.mark.parametrize("depth", [12, 50, 100, 1000])
def test_a_long_pass_takes_four_to_six_seconds(depth: int) -> None:
    assert 4 <= sum(move.seconds for move in plan_pass(depth + 1, is_slow=False)) <= 6


def test_slow_mode_names_every_phase_in_order() -> None:
    moves = plan_pass(4, is_slow=True)
    phases = list(dict.fromkeys(move.phase for move in moves))
    assert phases == ["forward", "loss", "backward", "clip", "decay", "update"]
    assert {move.seconds for move in moves} == {1.25}


def test_a_pass_begins_at_the_loss_and_ends_with_everything_lit(player: Player) -> None:
    player.replay()
    assert player.playhead.position == 0
    assert player.playhead.is_playing
    player.advance(1000)
    assert player.playhead.at_end()
    assert not player.playhead.is_playing


def test_half_a_stage_is_half_way(player: Player) -> None:
    player.replay()
    player.advance(0.175)
    assert player.playhead.position == pytest.approx(0.5)
    player.set_speed(2.0)
    player.advance(0.175)
    assert player.playhead.position == pytest.approx(1.5)


def test_one_press_is_one_stage_and_a_second_completes_it(player: Player) -> None:
    player.go_to_loss()
    player.go_forward()
    player.advance(0.1)
    assert 0 < player.playhead.position < 1
    player.go_forward()
    assert player.playhead.position == 1
    player.go_forward()
    player.advance(10)
    assert player.playhead.position == 2
    player.go_back()
    player.advance(10)
    assert player.playhead.position == 1


def test_every_stage_is_reached_by_presses(player: Player) -> None:
    player.go_to_loss()
    seen = [player.playhead.stage()]
    for _ in range(11):
        player.go_forward()
        player.advance(10)
        seen.append(player.playhead.stage())
    assert seen == list(range(12))


def test_one_stage_on_from_the_end_is_the_loss_again(player: Player) -> None:
    player.go_to_input()
    player.go_forward()
    assert player.playhead.position == 0
    player.go_to_input()
    player.go(+1)  # an arrow key, or the slider's button: they end where the slider ends
    assert player.playhead.position == player.playhead.last


def test_pausing_stands_where_it_is_and_goes_on_from_there(player: Player) -> None:
    player.replay()
    player.advance(0.5)
    player.play_or_pause()
    paused = player.playhead
    assert not paused.is_playing
    player.play_or_pause()
    assert player.playhead.position == pytest.approx(paused.position)
    player.advance(0.35)
    assert player.playhead.position == pytest.approx(paused.position + 1)


def test_slow_mode_goes_on_after_the_last_stage(player: Player) -> None:
    player.set_slow(True)
    player.replay()
    assert player.playhead.phase == "forward"
    player.advance(2.6)
    assert player.playhead.phase == "backward"
    player.advance(11 * 1.25)
    assert player.playhead.phase == "clip"
    player.play_or_pause()
    player.play_or_pause()
    player.advance(1.3)
    assert player.playhead.phase == "decay"


def test_scrubbing_stays_inside(player: Player) -> None:
    player.scrub(-3)
    assert player.playhead.position == 0
    player.scrub(99)
    assert player.playhead.position == 11
    player.scrub(4.5)
    assert player.playhead.is_crossing()


def test_reduced_motion_jumps(player: Player) -> None:
    player.set_reduced_motion(True)
    player.go_to_loss()
    player.go_forward()
    assert player.playhead.position == 1
    player.replay()
    player.advance(0.2)
    assert player.playhead.position == 1 or player.playhead.position == 0
    assert not player.playhead.is_crossing()


def test_while_training_nothing_can_be_played(player: Player) -> None:
    player.set_live(True)
    player.replay()
    player.scrub(2)
    assert player.playhead.is_live
    assert player.playhead.at_end()
    player.set_live(False)
    player.scrub(2)
    assert player.playhead.position == 2


def test_another_depth_shows_its_whole_pass(player: Player) -> None:
    player.scrub(3)
    player.set_depth(4)
    assert player.playhead == Playhead.at_end_of(4)


def test_the_timer_moves_it(player: Player, qtbot: QtBot) -> None:
    player.set_speed(4.0)
    player.replay()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert player.playhead.at_end()
