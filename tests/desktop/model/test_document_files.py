"""Documents on disk: whole or not at all, and one sentence where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.model.document_files import write_document
from engine.document.files import to_text
from engine.documents import read
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
