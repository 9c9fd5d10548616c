"""Arguments of the commands that are more than a word: read, or refused in half a sentence."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from pathlib import Path

from engine.document.typed_numbers import NumberError, read_number, units_of


def read_assignment(text: str) -> tuple[str, str]:
    """The path and the value of `path=value`; what the value means is up to the document.

    Raises:
        ArgumentTypeError: where there is no path or no sign, or bytes that are no text.
    """
    _check_text(text)
    path, sign, value = text.partition("=")
    if not sign or not path:
        raise ArgumentTypeError(f"'{text}' is not of the form path=value")
    return path, value


def read_count(text: str, name: str = "") -> int:
    """A whole number, however it is written, with the unit of the entry `name` or without one.

    Raises:
        ArgumentTypeError: for anything else.
    """
    try:
        return int(read_number(text, is_integer=True, units=units_of(name)))
    except NumberError as error:
        raise ArgumentTypeError(str(error).rstrip(".")) from error


def read_seconds(text: str) -> float:
    """A length of time.

    Raises:
        ArgumentTypeError: for anything that is not a number of seconds above 0.
    """
    try:
        seconds = float(read_number(text, units=units_of("seconds")))
    except NumberError as error:
        raise ArgumentTypeError(str(error).rstrip(".")) from error
    if not seconds > 0:
        raise ArgumentTypeError(f"'{text}' is no length of time")
    return seconds


def read_updates(text: str) -> int:
    """How many iterations are to be trained.

    Raises:
        ArgumentTypeError: for anything that is not a whole number from 0 on.
    """
    count = read_count(text, "iterations")
    if count < 0:
        raise ArgumentTypeError(f"'{text}' is less than 0 iterations")
    return count


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:  # Python keeps undecodable bytes as half characters
        raise ArgumentTypeError(
            f"'{text}' has bytes that are no text: write it in UTF-8"
        ) from error


def read_size(text: str) -> tuple[int, int] | float:
    """Width and height in pixels from `1920x1080`, or the width in mm from `85mm`.

    Raises:
        ArgumentTypeError: for anything else.
    """
    width, _, height = (part.strip() for part in text.lower().replace("×", "x").partition("x"))
    if width.isdecimal() and height.isdecimal():
        return int(width), int(height)
    if text.rstrip().endswith("mm") and any(character.isdigit() for character in text):
        try:
            return float(read_number(text, units=units_of("millimetres")))
        except NumberError as error:
            raise ArgumentTypeError(str(error).rstrip(".")) from error
    raise ArgumentTypeError(f"'{text}' is neither like 1920x1080 nor like 85mm")


def read_base_name(text: str) -> Path:
    """A path to which endings are appended.

    Raises:
        ArgumentTypeError: for a folder, or nothing at all.
    """
    if text.endswith(("/", os.sep)) or Path(text).name in ("", ".."):
        raise ArgumentTypeError(f"'{text}' is not the name of a file")
    return Path(text)
