"""The inbox: requests in order, edits that follow each other become one."""

from __future__ import annotations

from desktop.worker.requests import GoBack, Inbox, Inspect, Show, Train, Watch
from tests.synthetic import make_experiment

FIRST = make_experiment(depth=3)
SECOND = make_experiment(depth=4)


def test_requests_come_out_in_order() -> None:
    inbox = Inbox()
    inbox.put(GoBack(0))
    inbox.put(Train(None))
    assert inbox.attention.is_set()
    assert inbox.take() == GoBack(0)
    assert inbox.attention.is_set()
    assert inbox.take() == Train(None)
    assert not inbox.attention.is_set()
    assert inbox.take() is None


def test_of_edits_in_a_row_only_the_last_is_made() -> None:
    inbox = Inbox()
    inbox.put(Show({0: FIRST}, None, begins_anew=True))
    inbox.put(Show({0: SECOND}, None))
    assert inbox.take() == Show({0: SECOND}, None, begins_anew=True)
    assert inbox.take() is None


def test_only_the_pass_asked_for_last_is_replayed() -> None:
    inbox = Inbox()
    inbox.put(Watch(1, 10))
    inbox.put(Watch(2, 20))
    inbox.put(Inspect(3))
    inbox.put(Inspect(4))
    assert inbox.take() == Watch(2, 20)
    assert inbox.take() == Inspect(4)


def test_edits_of_other_lanes_are_not_merged_unless_all_begins_anew() -> None:
    inbox = Inbox()
    one, two, anew = (
        Show({0: FIRST}, None),
        Show({0: FIRST, 1: SECOND}, None),
        Show({0: SECOND}, None, begins_anew=True),
    )
    inbox.put(one)
    inbox.put(two)
    assert (inbox.take(), inbox.take()) == (one, two)
    inbox.put(two)
    inbox.put(anew)
    assert (inbox.take(), inbox.take()) == (anew, None)
