"""Copies of unsaved work: kept whole, offered to one program at a time, never lost silently."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.model.document_files import write_document
from desktop.model.recovery import UNREADABLE, Recovery
from engine.documents import read
from engine.errors import WritingError
from tests.desktop.disks import full_disk, read_only
from tests.synthetic import make_experiment

EXPERIMENT = make_experiment(depth=4)
OTHER = make_experiment(depth=5)

_CRASH = """
import os, sys
from pathlib import Path
from desktop.model.recovery import Recovery
from tests.synthetic import make_experiment
recovery = Recovery(Path(sys.argv[1]))
recovery.keep(1, make_experiment(depth=4), Path(sys.argv[2]))
recovery.keep(2, make_experiment(depth=5), None)
os._exit(9)
"""


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """The folder of a program that crashed with two unsaved documents, one of them from a file."""
    file = tmp_path / "work" / "mine.gtheatre"
    folder = tmp_path / "recovery"
    subprocess.run(
        [sys.executable, "-c", _CRASH, str(folder), str(file)],
        cwd=Path(__file__).parents[3],
        check=False,
    )
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_copies_are_found_with_their_file_and_time(crashed: Path, tmp_path: Path) -> None:
    lost = Recovery(crashed).find_lost()
    assert lost.problems == ()
    assert [copy.experiment for copy in lost.copies] == [OTHER, EXPERIMENT]
    assert [copy.file for copy in lost.copies] == [None, tmp_path / "work" / "mine.gtheatre"]
    for copy in lost.copies:
        assert timedelta(0) <= datetime.now(tz=UTC) - copy.kept_at < timedelta(minutes=5)
        assert read(copy.place) == copy.experiment, "a copy can be opened like any document"


def test_looking_takes_nothing_away_and_only_a_delete_does(crashed: Path) -> None:
    recovery = Recovery(crashed)
    assert recovery.find_lost() == recovery.find_lost()
    recovery.release()
    lost = Recovery(crashed).find_lost()
    assert len(lost.copies) == 2
    recovery.delete(lost.copies[0])
    recovery.release()
    assert [copy.experiment for copy in lost.copies] == [OTHER, EXPERIMENT]
    assert [path.suffix for path in crashed.glob(f"{lost.copies[0].place.stem}*")] == []
    assert read(lost.copies[1].place) == EXPERIMENT


def test_work_of_a_program_that_is_alive_is_not_taken(tmp_path: Path) -> None:
    alive, other = Recovery(tmp_path), Recovery(tmp_path)
    alive.keep(1, EXPERIMENT, None)
    assert other.find_lost().copies == ()
    assert alive.find_lost().copies == ()
    alive.close()
    assert [copy.experiment for copy in other.find_lost().copies] == [EXPERIMENT]


def test_two_programs_are_not_offered_the_same_work(crashed: Path) -> None:
    first, second = Recovery(crashed), Recovery(crashed)
    assert len(first.find_lost().copies) == 2
    assert second.find_lost().copies == ()
    first.release()
    assert len(second.find_lost().copies) == 2


def test_a_saved_document_has_no_copy(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(1, EXPERIMENT, None)
    recovery.keep(2, OTHER, None)
    recovery.discard(1)
    recovery.close()
    assert [copy.experiment for copy in Recovery(tmp_path).find_lost().copies] == [OTHER]


def test_a_confirmed_end_keeps_only_recovered_work_that_nobody_was_asked_about(
    tmp_path: Path,
) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(1, EXPERIMENT, None)
    recovery.keep(2, OTHER, None, is_recovered=True)
    recovery.keep(3, OTHER, None, is_recovered=True)
    recovery.discard_answered(3)
    recovery.close()
    assert [copy.place.stem[-2:] for copy in Recovery(tmp_path).find_lost().copies] == ["-2"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b'{"format": "gradient-thea', "breaks off"),
        (bytes(range(256)), "damaged"),
        (b'{"format": "gradient-theatre/2"}', "newer"),
        (b'{"format": "gradient-theatre/1", "task": 3}', "task"),
    ],
)
def test_what_cannot_be_opened_is_moved_aside_and_said(
    crashed: Path, content: bytes, word: str
) -> None:
    for round_number in (1, 2):
        (crashed / "bad.gtheatre").write_bytes(content)
        recovery = Recovery(crashed)
        lost = recovery.find_lost()
        recovery.release()
        assert len(lost.copies) == 2, "the others are offered all the same"
        (sentence,) = lost.problems
        assert word in sentence
        assert str(crashed / UNREADABLE) in sentence
        aside = list((crashed / UNREADABLE).iterdir())
        assert len(aside) == round_number, "an older one is not replaced"
        assert {file.read_bytes() for file in aside} == {content}
        assert Recovery(crashed).find_lost().problems == (), "said once"


@pytest.mark.parametrize("origin", [b"", b"{}", b'{"kept_at": "yesterday"}', b"\xff"])
def test_a_copy_whose_origin_is_damaged_is_offered_all_the_same(
    crashed: Path, origin: bytes
) -> None:
    for file in crashed.glob("*.json"):
        file.write_bytes(origin)
    copies = Recovery(crashed).find_lost().copies
    assert {copy.file for copy in copies} == {None}
    assert {copy.experiment.network for copy in copies} == {EXPERIMENT.network, OTHER.network}


def test_a_full_disk_leaves_the_last_copy_whole(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(1, EXPERIMENT, None)
    with full_disk(64), pytest.raises(WritingError):
        recovery.keep(1, OTHER, None)
    recovery.keep(1, OTHER, None)
    recovery.close()
    assert [copy.experiment for copy in Recovery(tmp_path).find_lost().copies] == [OTHER]


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    recovery = Recovery(blocker / "recovery")
    with pytest.raises(WritingError, match="recovery"):
        recovery.keep(1, EXPERIMENT, None)
    assert recovery.find_lost().copies == ()


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with read_only(tmp_path) as folder, pytest.raises(WritingError):
        Recovery(folder / "recovery").keep(1, EXPERIMENT, None)


def test_a_document_without_an_origin_is_a_copy_too(tmp_path: Path) -> None:
    write_document(tmp_path / "left.gtheatre", EXPERIMENT)
    (copy,) = Recovery(tmp_path).find_lost().copies
    assert copy.experiment == EXPERIMENT
    Recovery(tmp_path).delete(copy)
    assert "left.gtheatre" not in names(tmp_path)
