"""The mailbox: newest trace wins, no row is lost, what is taken back is gone."""

from __future__ import annotations

from threading import Thread

from desktop.worker.mailbox import Mailbox, Progress
from tests.synthetic import make_experiment, make_frame, make_frames, make_trace

EXPERIMENT = make_experiment()


def test_an_empty_mailbox_delivers_nothing() -> None:
    assert Mailbox().empty() is None


def test_the_newest_trace_wins_and_every_row_is_kept() -> None:
    mailbox = Mailbox()
    frames = [make_frame(make_trace(iteration=n)) for n in range(5)]
    for frame in frames:
        mailbox.put(frame, EXPERIMENT, updates=1)
    delivery = mailbox.empty()
    assert delivery is not None
    assert delivery.newest is frames[-1]
    assert delivery.rows == tuple(frames)
    assert delivery.updates == 5
    assert mailbox.empty() is None


def test_a_trace_is_wanted_only_when_the_last_one_was_fetched() -> None:
    mailbox = Mailbox()
    assert mailbox.is_trace_wanted
    mailbox.put(make_frame(make_trace()), EXPERIMENT)
    assert not mailbox.is_trace_wanted
    mailbox.empty()
    assert mailbox.is_trace_wanted


def test_rows_that_are_taken_back_do_not_arrive() -> None:
    mailbox = Mailbox()
    for frame in make_frames(10):
        mailbox.put(frame, EXPERIMENT)
    mailbox.forget_from(4)
    delivery = mailbox.empty()
    assert delivery is not None
    assert delivery.kept_rows == 4
    assert [frame.iteration for frame in delivery.rows] == [0, 1, 2, 3]


def test_no_row_is_lost_between_two_threads() -> None:
    mailbox = Mailbox()
    frames = make_frames(2_000)

    def write() -> None:
        for frame in frames:
            mailbox.put(frame, EXPERIMENT)

    thread = Thread(target=write)
    thread.start()
    seen: list[int] = []
    while thread.is_alive() or len(seen) < len(frames):
        delivery = mailbox.empty()
        if delivery is not None:
            seen += [frame.iteration for frame in delivery.rows]
    thread.join()
    assert seen == list(range(2_000))


def test_progress_is_a_share() -> None:
    assert Progress(3, 12).share == 0.25
    assert Progress(0, 0).share == 1.0
