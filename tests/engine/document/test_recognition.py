"""What a file could be learned as, from its name and its beginning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.document.recognition import SAMPLE_BYTES, recognise
from engine.documents import look_into, read
from engine.errors import DocumentError

TABLE = b"a,b\n1,2\n3,4\n"
PROSE = b"It was a dark night.\nThe rain fell, and fell.\nNobody came.\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", TABLE, "table"),
        ("A.TSV", TABLE.replace(b",", b"\t"), "table"),
        ("a.csv", "a;b\r\n1;ä\r\n".encode("latin-1"), "table"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "table"),
        ("a.xlsx", b"PK\x03\x04" + bytes(40), "table"),
        ("a.txt", PROSE, "text"),
        ("readme", PROSE, "text"),
        ("a.txt", b"one line, with a comma", "text"),
        ("a.txt", TABLE, "table or text"),
        ("a.dat", TABLE.replace(b",", b"|") * 20_000, "table or text"),
        ("a.gtheatre", TABLE, "document"),
        ("a.json", b"[]", "document"),
        ("a.csv", b'\xef\xbb\xbf {"format": "gradient-theatre/1"}', "document"),
        ("a.txt", b"{", "document"),
        ("a.csv", b" \n", "document"),
        ("a.bin", bytes(range(256)), "document"),
    ],
)
def test_recognition(name: str, content: bytes, expected: str) -> None:
    assert recognise(name, content) == expected
    assert recognise(name, content[: SAMPLE_BYTES + 1]) == expected


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", TABLE, ("is a table", '"csv"')),
        ("a.txt", PROSE, ("is a text", '"text"')),
        ("a.txt", TABLE, ("is a table or text", '"csv"', '"text"')),
    ],
)
def test_a_table_is_refused_as_a_document_in_one_fitting_sentence(
    tmp_path: Path, name: str, content: bytes, words: tuple[str, ...]
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert look_into(file) != "document"
    with pytest.raises(DocumentError) as caught:
        read(file)
    sentence = str(caught.value)
    assert "JSON" not in sentence
    assert "\n" not in sentence
    assert all(word in sentence for word in (name, *words))
    task = sentence[sentence.index("{") : sentence.index("}") + 1]
    assert json.loads(task)["path"] == name
