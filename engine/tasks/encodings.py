"""Which encoding a text file has: told by its first bytes, or found, or asked for.

UTF-8 and UTF-16 are recognised for certain. The encodings of one or two bytes from before
are tried one after the other: those that read like words remain, and where they say
different things the one whose letters are as frequent as in a language wins
(charset-normalizer). If none wins clearly, the user chooses.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata

from engine.errors import TaskError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = (
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "mac_roman"),
    *("cp850", "cp437", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
_USUAL_SYMBOLS = frozenset("€£§°µ²³½–“”…’\u2018")
_SYMBOLS = _USUAL_SYMBOLS | frozenset("¥¼¾·±×÷—„«»¿¡ªº©®™•†‰。、「」")
_FULL_WIDTH = range(0xFF01, 0xFF61)
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        *("àâæçéèêëîïôœùûüÿ", "áéíñóúüª", "ãáâàçéêíóôõúü", "äöüß", "åäöæøé", "àèéìòù"),
        *("ąćęłńóśźż", "áäčďéěíĺľňóôŕřšťúůýž", "áéíóöőúüű", "ăâîșşțţ", "čćđšž", "çğıöşüâîû"),
    )
)
"""Letters beyond a to z in the languages that are written with Latin ones."""
_SAMPLE = 32_768
_CLEARLY = 0.1
_WORD = re.compile(r"[^\W\d_]+")
_HIGH = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")

USUAL = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "shift_jis", "gb18030")
"""What a user is offered where nothing can be said."""


class EncodingUnknownError(TaskError):
    """Several encodings read like words, or none does."""

    def __init__(self, message: str, encodings: tuple[str, ...]) -> None:
        super().__init__(message)
        self.encodings = encodings


def decode(content: bytes, encoding: str | None, name: str) -> tuple[str, str]:
    """The text, without byte order mark, and the name of its encoding.

    Args:
        content: the whole file.
        encoding: the document's; None: to be found.
        name: of the file, for sentences.

    Raises:
        TaskError: for bytes that are no text, or not in that encoding.
        EncodingUnknownError: where the user must choose.
    """
    if encoding is not None:
        return _decode_as(content, encoding, name)
    for mark, found in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, found, name)
    wide = _find_wide(content[:_SAMPLE])
    if wide is not None:
        return _decode_as(content, wide, name)
    if b"\0" in content:
        raise TaskError(f"{name} is no text: choose a table or a text saved as UTF-8.")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_as(content, _choose(content, name), name)


def decode_to_utf8(content: bytes, encoding: str | None, name: str) -> tuple[bytes, str]:
    """As `decode`, but the text as UTF-8: without a copy where it is ASCII already."""
    if encoding is None and content.isascii() and b"\0" not in content:
        return content, "utf-8"
    text, found = decode(content, encoding, name)
    return text.encode("utf-8", "replace"), found


def _decode_as(content: bytes, encoding: str, name: str) -> tuple[str, str]:
    usual = ", ".join(USUAL)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingUnknownError(
            f"{name} is not written in {encoding} (byte {error.start + 1:,} does not fit): "
            f"choose another `encoding`, such as {usual}.",
            USUAL,
        ) from error
    except UnicodeError as error:
        raise EncodingUnknownError(
            f"{name} is not written in {encoding}: choose another `encoding`, such as {usual}.",
            USUAL,
        ) from error
    except (LookupError, ValueError) as error:
        shown = encoding[:40]
        raise EncodingUnknownError(
            f"There is no encoding '{shown}': choose an `encoding` such as {usual}.", USUAL
        ) from error
    return text.removeprefix("\ufeff"), encoding


def _find_wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin letters and signs is 0."""
    even, odd = sample[0::2], sample[1::2]
    if len(odd) < 2:
        return None
    if odd.count(0) > 0.5 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.5 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _choose(content: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    sample = bytearray()
    for line in _HIGH.finditer(content):
        sample += line.group()[: _SAMPLE - len(sample)]
        if len(sample) >= _SAMPLE:
            break
    likely: dict[str, list[str]] = {}
    for encoding in _CANDIDATES:
        # The sample may end within a character.
        text = codecs.getincrementaldecoder(encoding)("replace").decode(bytes(sample))
        if "\ufffd" not in text and _reads_like_words(text):
            likely.setdefault(text, []).append(encoding)
    found = [encodings[0] for encodings in likely.values()]
    if not found:
        raise EncodingUnknownError(
            f"{name} is not UTF-8, and in no other encoding does it read like words: choose its "
            f"`encoding`, such as {', '.join(USUAL[2:])}, or save it again as UTF-8.",
            USUAL,
        )
    if len(found) == 1:
        return found[0]
    scores = []
    for encoding in found:
        best = from_bytes(bytes(sample), cp_isolation=[encoding], threshold=1.0).best()
        text = next(text for text, encodings in likely.items() if encodings[0] == encoding)
        language = best.coherence - best.chaos if best else -1.0
        scores.append((language + _fits_a_language(text), encoding))
    scores.sort(reverse=True)
    if scores[0][0] > scores[1][0] + _CLEARLY:
        return scores[0][1]
    rivals = tuple(encoding for score, encoding in scores if score > scores[0][0] - _CLEARLY)
    shown = "; ".join(
        f"{encoding} reads '{_first_word(text)}'"
        for text, (encoding, *_) in likely.items()
        if encoding in rivals[:4]
    )
    raise EncodingUnknownError(
        f"{name} is not UTF-8, and it can be read in several ways: {shown}. "
        "Choose its `encoding`, or save it again as UTF-8.",
        rivals,
    )


def _first_word(text: str) -> str:
    words = (word for word in _WORD.findall(text) if not word.isascii())
    return next(words, next((sign for sign in text if not sign.isascii()), "?"))[:20]


def _fits_a_language(text: str) -> float:
    """Share, 0 to 1, of the letters beyond ASCII that one language has; half for lone ones."""
    alphabetic = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    if not alphabetic:
        signs = [sign for sign in text if not sign.isascii()]
        return sum(sign in _USUAL_SYMBOLS for sign in signs) / len(signs)
    share = 1.0
    if all(_script(letter) == "LATIN" for letter in alphabetic):
        share = max(sum(x in some for x in alphabetic) for some in _ALPHABETS) / len(alphabetic)
    is_lone = all(len(word) == 1 for word in _WORD.findall(text) if not word.isascii())
    return 0.5 * share if is_lone else share


def _reads_like_words(text: str) -> bool:
    """Letters of one script in a word, small ones after capitals, signs outside words."""
    strange = words = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        words += 1
        strange += not _is_likely(word)
    for place, sign in enumerate(text):
        if sign.isascii() or sign.isalpha():
            continue
        words += 1
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        is_inside = before.isalpha() and after.isalpha() and sign not in "’·"
        is_known = sign in _SYMBOLS or ord(sign) in _FULL_WIDTH
        strange += not is_known or is_inside or (sign in "£²³" and after.isalpha())
    return words > 0 and strange <= 0.02 * words


def _is_likely(word: str) -> bool:
    scripts = {_script(letter) for letter in word}
    if len(scripts) > 1:
        return False
    if any(b.islower() and c.isupper() for b, c in itertools.pairwise(word)):
        return False
    # No Latin word of some length has accented letters only.
    is_bare = scripts == {"LATIN"} and not any(letter.isascii() for letter in word)
    return not (is_bare and len(word) > 2)


def _script(letter: str) -> str:
    script = unicodedata.name(letter, "?").split()[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA") else script


def is_plain(encoding: str) -> bool:
    """Whether the encoding is UTF-8, of which nothing need be said."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
