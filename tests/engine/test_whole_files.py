"""A file of the engine appears whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from engine.whole_files import write_whole


def test_a_file_is_replaced_when_all_of_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")

    def write(stream: IO[bytes]) -> None:
        stream.write(b"new")
        assert file.read_bytes() == b"old"

    write_whole(file, write)
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("error", [OSError, ValueError, KeyboardInterrupt])
def test_whatever_interrupts_it_leaves_the_older_file(
    tmp_path: Path, error: type[BaseException]
) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")

    def write(stream: IO[bytes]) -> None:
        stream.write(b"ne")
        raise error

    with pytest.raises(error):
        write_whole(file, write)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match=r"directory|Access"):
        write_whole(tmp_path / "a", lambda stream: stream.write(b"x"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
