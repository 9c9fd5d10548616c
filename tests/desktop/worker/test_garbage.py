"""Garbage is collected in the window's thread, whoever leaves it."""

from __future__ import annotations

import gc
from threading import Thread, get_ident
from weakref import finalize

from pytestqt.qtbot import QtBot

from desktop.worker.garbage import Collector


class Cycle:
    """Garbage that only the collector can find."""

    def __init__(self) -> None:
        self.itself = self


def test_what_the_worker_leaves_is_collected_in_the_windows_thread(qtbot: QtBot) -> None:
    places: list[int] = []

    def litter() -> None:
        for _ in range(5_000):
            finalize(Cycle(), lambda: places.append(get_ident()))

    collector = Collector()
    collector.begin()
    try:
        worker = Thread(target=litter)
        worker.start()
        worker.join()
        assert not places
        qtbot.waitUntil(lambda: len(places) == 5_000)
    finally:
        collector.end()
    assert set(places) == {get_ident()}
    assert gc.isenabled()
