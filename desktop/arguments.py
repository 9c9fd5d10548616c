"""Arguments of the commands that are more than a word: read, or refused in half a sentence."""

from __future__ import annotations

import json
import os
from argparse import ArgumentTypeError
from contextlib import suppress
from pathlib import Path
from typing import NoReturn


def read_assignment(text: str) -> tuple[str, object]:
    """The path and the JSON value of `path=value`; a bare word counts as a string.

    Raises:
        ArgumentTypeError: where there is no path or no sign, or bytes that are no text.
    """
    _check_text(text)
    path, sign, value = text.partition("=")
    if not sign or not path:
        raise ArgumentTypeError(f"'{text}' is not of the form path=value")
    try:
        return path, json.loads(value, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return path, value


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:  # Python keeps undecodable bytes as half characters
        raise ArgumentTypeError(
            f"'{text}' has bytes that are no text: write it in UTF-8"
        ) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def read_size(text: str) -> tuple[int, int] | float:
    """Width and height in pixels from `1920x1080`, or the width in mm from `85mm`.

    Raises:
        ArgumentTypeError: for anything else.
    """
    width, _, height = text.partition("x")
    if width.isdecimal() and height.isdecimal():
        return int(width), int(height)
    if text.endswith("mm"):
        with suppress(ValueError):
            return float(text.removesuffix("mm"))
    raise ArgumentTypeError(f"'{text}' is neither like 1920x1080 nor like 85mm")


def read_base_name(text: str) -> Path:
    """A path to which endings are appended.

    Raises:
        ArgumentTypeError: for a folder, or nothing at all.
    """
    if text.endswith(("/", os.sep)) or Path(text).name in ("", ".."):
        raise ArgumentTypeError(f"'{text}' is not the name of a file")
    return Path(text)
