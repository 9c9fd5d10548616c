"""The mailbox: newest trace wins, no row is lost, what is taken back is gone."""

from __future__ import annotations

from threading import Thread

from desktop.worker.mailbox import Branching, Mailbox, Mailboxes, Progress
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


def test_what_was_left_before_a_run_began_as_a_copy_is_delivered_before_it() -> None:
    mailboxes = Mailboxes()
    first, second = mailboxes.of(1), mailboxes.of(2)
    frames = make_frames(6)
    for frame in frames[:4]:
        first.put(frame, EXPERIMENT)
    mailboxes.seal()
    second.put(frames[4], EXPERIMENT, branching=Branching(1, 4))
    mailboxes.seal()
    first.put(frames[0], EXPERIMENT, forgets_from=0)
    letters = [(run, delivery) for run, delivery in mailboxes.empty() if delivery is not None]
    assert [(run, delivery.kept_rows) for run, delivery in letters] == [(1, None), (2, 0), (1, 0)]
    assert letters[1][1].branching == Branching(1, 4)
    assert [frame.iteration for frame in letters[0][1].rows] == [0, 1, 2, 3]
    assert mailboxes.empty() == []


def test_of_a_run_that_has_ended_the_rest_arrives_and_then_the_end() -> None:
    mailboxes = Mailboxes()
    old = mailboxes.of(1)
    old.put(make_frames(1)[0], EXPERIMENT)
    mailboxes.end(1)
    again = mailboxes.of(1)
    assert again is not old
    again.put(make_frames(1)[0], EXPERIMENT, forgets_from=0)
    said = [None if each is None else each.kept_rows for _, each in mailboxes.empty()]
    assert said == [None, None, 0]
    assert mailboxes.empty() == []


def test_a_copy_whose_past_is_taken_back_is_no_copy_any_more() -> None:
    mailbox = Mailbox()
    frames = make_frames(6)
    mailbox.put(frames[5], EXPERIMENT, branching=Branching(1, 5))
    mailbox.forget_from(3)
    delivery = mailbox.empty()
    assert delivery is not None
    assert (delivery.branching, delivery.kept_rows, delivery.rows) == (Branching(1, 3), 0, ())
    mailbox.put(frames[5], EXPERIMENT, branching=Branching(1, 5))
    mailbox.forget_from(0)
    delivery = mailbox.empty()
    assert delivery is not None
    assert delivery.branching is None
