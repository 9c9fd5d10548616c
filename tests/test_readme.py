"""The README against the program: its documents open, its commands are understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from desktop import cli
from engine.document import parse
from engine.scenes import names
from engine.schema import describe_document
from engine.task_parts import Task

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [content for named, content in found if named == language]


def commands() -> list[list[str]]:
    found = []
    for block in blocks(""):
        for line in block.splitlines():
            python, folder, *arguments = shlex.split(line, comments=True)
            assert python == "python3"
            if folder == "desktop" and arguments:
                found.append(arguments)
    return found


@pytest.mark.parametrize("document", blocks("json"))
def test_the_documents_open(document: str) -> None:
    assert parse(document).title


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_the_commands_are_understood(arguments: list[str]) -> None:
    request = cli.parse(arguments)
    assert not hasattr(request, "experiment") or request.experiment in names()


def test_every_field_and_word_of_the_document_is_named() -> None:
    said = set(re.findall(r"`\"?([\w/()]+)\"?`", README))
    said |= {word for document in blocks("json") for word in re.findall(r'"([\w/-]+)"', document)}
    known: set[str] = set()
    for part in describe_document()["$defs"].values():
        for name, field in part["properties"].items():
            known.add(name)
            known.update(word for word in field.get("enum", ()) if isinstance(word, str))
    known |= {str(task.__struct_config__.tag) for task in Task.__args__}
    assert known - said == set()


def test_the_pictures_are_there_and_no_other() -> None:
    shown = re.findall(r"\(resources/pictures/([\w-]+\.png)\)", README)
    assert sorted(shown) == sorted(file.name for file in (ROOT / "resources/pictures").iterdir())
