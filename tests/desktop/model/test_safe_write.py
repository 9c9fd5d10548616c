"""Files that appear whole or not at all: what a refusing disk leaves behind, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.model.safe_write import check_place, place_whole, with_ending, write_whole
from engine.errors import WritingError
from tests.desktop.disks import full_disk, read_only

ROOM = 1_000
LONG = bytes(100_000)


def test_a_file_is_written_over_the_old_one_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "äöü λ.png"
    for content in (b"old", LONG, b""):
        write_whole(file, content)
        assert file.read_bytes() == content
        assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("size", [ROOM + 1, 20_000, 70_000, 300_000])
def test_a_disk_that_is_full_before_the_end_leaves_the_old_file(tmp_path: Path, size: int) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"old")
    with full_disk(ROOM), pytest.raises(WritingError) as caught:
        write_whole(file, bytes(size))
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
    assert str(caught.value) == (
        f"“a.png” cannot be saved in “{tmp_path}”: file too large; choose another place."
    )


def test_a_disk_with_just_enough_room_takes_the_file(tmp_path: Path) -> None:
    with full_disk(ROOM):
        write_whole(tmp_path / "a.png", bytes(ROOM))
    assert (tmp_path / "a.png").stat().st_size == ROOM


def test_a_read_only_folder_is_one_sentence(tmp_path: Path) -> None:
    with read_only(tmp_path) as folder, pytest.raises(WritingError) as caught:
        write_whole(folder / "a.png", LONG)
    assert "“a.png” cannot be saved in" in str(caught.value)
    assert "denied" in str(caught.value) or "read-only" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_is_refused_before_any_work(tmp_path: Path) -> None:
    check_place(tmp_path / "a.png")
    (tmp_path / "file").write_bytes(b"")
    check_place(tmp_path / "file")
    with pytest.raises(WritingError, match=r"no folder “.*missing”"):
        check_place(tmp_path / "missing" / "a.png")
    with pytest.raises(WritingError, match=r"no folder “.*file”"):
        check_place(tmp_path / "file" / "a.png")
    with pytest.raises(WritingError, match="a folder has that name"):
        check_place(tmp_path)


def test_a_device_is_not_replaced_by_a_file() -> None:
    with pytest.raises(WritingError, match="has that name"):
        write_whole(Path("/dev/null"), b"x")
    assert not Path("/dev/null").is_file()


def test_the_ending_is_added_once_and_never_hits_another_file(tmp_path: Path) -> None:
    assert with_ending(tmp_path / "a", ".gtheatre") == tmp_path / "a.gtheatre"
    assert with_ending(tmp_path / "a.b", ".gtheatre") == tmp_path / "a.b.gtheatre"
    there = tmp_path / "a.gtheatre"
    there.write_bytes(b"old")
    assert with_ending(there, ".gtheatre") == there
    with pytest.raises(WritingError, match="exists already"):
        with_ending(tmp_path / "a", ".gtheatre")


def test_a_file_written_by_its_name_takes_its_place_when_it_is_done(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"old")
    with place_whole(file) as part:
        assert part.suffix == ".mp4"
        part.write_bytes(LONG)
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == LONG
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_written_by_its_name_leaves_nothing_where_that_fails(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"

    def fail() -> None:
        with place_whole(file) as part:
            part.write_bytes(LONG)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with read_only(tmp_path) as closed, pytest.raises(WritingError, match="cannot be saved in"):
        place_whole(closed / "a.mp4").__enter__()
