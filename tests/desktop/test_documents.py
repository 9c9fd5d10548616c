"""Documents on disk: whole or not at all, and one sentence where it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.documents import Recovery, write_document
from engine.document import read, to_text
from engine.errors import DocumentError, WritingError
from tests.desktop.disks import full_disk
from tests.synthetic import make_experiment

EXPERIMENT = make_experiment(depth=4)
OTHER = make_experiment(depth=5)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "äöü λ.gtheatre"
    write_document(file, EXPERIMENT)
    assert read(file) == EXPERIMENT
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "readable"),
        ("{", "readable"),
        ("[]", "format"),
        ('{"format": "other/1"}', "format"),
        ('{"format": "gradient-theatre/2"}', "newer"),
        ('{"format": "gradient-theatre/1"}', "task"),
        (to_text(EXPERIMENT).replace('"seed": 7', '"seed": -7'), "seed"),
        (to_text(EXPERIMENT).replace('"seed": 7', '"speed": 7'), "speed"),
    ],
)
def test_a_bad_document_is_refused_in_a_sentence(tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "bad.gtheatre"
    file.write_text(content)
    with pytest.raises(DocumentError, match=word) as caught:
        read(file)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.gtheatre"
    file.write_bytes(bytes(range(256)))
    with pytest.raises(DocumentError):
        read(file)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        read(tmp_path / "none.gtheatre")
    with pytest.raises(DocumentError, match="folder"):
        read(tmp_path)


def test_a_full_disk_leaves_the_old_document_untouched(tmp_path: Path) -> None:
    file = tmp_path / "a.gtheatre"
    write_document(file, EXPERIMENT)
    with full_disk(64), pytest.raises(WritingError, match="cannot be saved"):
        write_document(file, OTHER)
    assert read(file) == EXPERIMENT
    assert list(tmp_path.iterdir()) == [file]


def test_work_of_a_program_that_is_alive_is_not_taken(tmp_path: Path) -> None:
    alive, other = Recovery(tmp_path), Recovery(tmp_path)
    alive.keep(EXPERIMENT)
    assert other.take_lost() is None
    alive.discard()
    assert list(tmp_path.glob("*.gtheatre")) == []


def test_work_of_a_program_that_crashed_is_found_once(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from desktop.documents import Recovery\n"
        "from tests.synthetic import make_experiment\n"
        "Recovery(Path(sys.argv[1])).keep(make_experiment(depth=5))\n"
        "os._exit(9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    recovery = Recovery(tmp_path)
    assert recovery.take_lost() == OTHER
    assert recovery.take_lost() is None


def test_a_folder_that_cannot_be_made_disturbs_nobody(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    recovery = Recovery(blocker / "recovery")
    recovery.keep(EXPERIMENT)
    assert recovery.take_lost() is None
