"""What a reader finds in an exported file: its texts with their sizes, its lines, its rasters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

POINTS_PER_PIXEL = 72.0 / 96.0

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Text:
    """One run of text."""

    words: str
    points: float


@dataclass(frozen=True)
class Reading:
    """The texts of a picture, the widths of its visible lines in points, and its rasters."""

    texts: tuple[Text, ...]
    lines: tuple[float, ...]
    rasters: int

    @property
    def words(self) -> str:
        """All texts, one a line."""
        return "\n".join(text.words for text in self.texts)


def read_svg(svg: bytes) -> Reading:
    """Reads what QSvgGenerator writes: groups with a matrix, texts and shapes in them."""
    root = ET.fromstring(svg)
    texts: list[Text] = []
    lines: list[float] = []
    for group in root.iter(f"{_SVG}g"):
        scale = _scale_of(group.get("transform"))
        texts += [
            Text("".join(text.itertext()).strip(), _to_points(text.get("font-size"), scale))
            for text in group.findall(f"{_SVG}text")
        ]
        is_drawn = any(shape.tag != f"{_SVG}text" for shape in group)
        if is_drawn and group.get("stroke") not in (None, "none") and group.get("stroke-width"):
            lines.append(_to_points(group.get("stroke-width"), scale))
    return Reading(tuple(texts), tuple(lines), len(list(root.iter(f"{_SVG}image"))))


def _scale_of(transform: str | None) -> float:
    if transform is None:
        return 1.0
    a, b, c, d, *_ = map(float, re.findall(r"[-+.\de]+", transform.partition("(")[2]))
    return float(abs(a * d - b * c) ** 0.5)


def _to_points(length: str | None, scale: float) -> float:
    assert length is not None
    return float(length) * scale * POINTS_PER_PIXEL


def read_pdf(pdf: bytes) -> Reading:
    """Reads what QPdfWriter writes: pages, fonts by glyph with a map to Unicode."""
    objects = {
        int(number): body
        for number, body in re.findall(rb"(\d+) 0 obj\s(.*?)\sendobj", pdf, re.DOTALL)
    }
    maps = {}
    for listed in re.findall(rb"/Font <<(.*?)>>", pdf, re.DOTALL):
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", listed):
            found = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
            assert found, f"the font {name!r} has no map to Unicode"
            maps[name.decode()] = _read_map(_unpack(objects[int(found[1])]).decode("latin1"))
    walk = _Page(maps)
    for body in objects.values():
        if b"stream" in body and "BT" in (page := _text(body)):
            for operands, operator in _operators(page):
                walk.follow(operands, operator)
    rasters = sum(
        b"/Subtype /Image" in body and b"/ImageMask" not in body for body in objects.values()
    )
    return Reading(tuple(walk.texts), tuple(walk.lines), rasters)


def _unpack(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.DOTALL)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _text(body: bytes) -> str:
    if b"/Subtype" in body or b"/Length1" in body:
        return ""  # a raster or a font
    return _unpack(body).decode("latin1")


def _read_map(content: str) -> dict[int, str]:
    glyphs: dict[int, str] = {}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", content, re.DOTALL):
        for line in block.strip().splitlines():
            first, last, *codes = (int(code, 16) for code in re.findall(r"<(\w+)>", line))
            for place, glyph in enumerate(range(first, last + 1)):
                is_listed = "[" in line
                glyphs[glyph] = chr(codes[place] if is_listed else codes[0] + place)
    return glyphs


@dataclass
class _Page:
    """Goes through a page's operators, keeping count of the scale and the width of lines."""

    maps: dict[str, dict[int, str]]
    texts: list[Text] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    state: tuple[float, float] = (1.0, 1.0)
    kept: list[tuple[float, float]] = field(default_factory=list)
    font: tuple[str, float] = ("", 0.0)
    words: str = ""

    def follow(self, operands: list[str], operator: str) -> None:
        scale, width = self.state
        match operator:
            case "q":
                self.kept.append(self.state)
            case "Q":
                self.state = self.kept.pop()
            case "cm":
                a, b, c, d = map(float, operands[-6:-2])
                self.state = (scale * abs(a * d - b * c) ** 0.5, width)
            case "w":
                self.state = (scale, float(operands[-1]))
            case "S" | "B" | "B*" | "s" | "b" | "b*":
                self.lines.append(width * scale)
            case _:
                self._write(operands, operator)

    def _write(self, operands: list[str], operator: str) -> None:
        match operator:
            case "Tf":
                self.font = (operands[-2].removeprefix("/"), float(operands[-1]))
            case "Tj":
                glyphs = bytes.fromhex(operands[-1].strip("<>"))
                pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
                name = self.font[0]
                self.words += "".join(self.maps[name][256 * high + low] for high, low in pairs)
            case "ET":
                # Tab and space are one glyph.
                words = self.words.replace("\t", " ").strip()
                self.texts.append(Text(words, self.font[1] * self.state[0]))
                self.words = ""


def _operators(page: str) -> Iterator[tuple[list[str], str]]:
    operands: list[str] = []
    for token in re.findall(r"<\w*>|\[.*?\]|/?[\w.*+-]+", page):
        if re.fullmatch(r"[A-Za-z]+\*?", token):
            yield operands, token
            operands = []
        else:
            operands.append(token)
