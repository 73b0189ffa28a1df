"""Bytes to text when nobody says which encoding; refuses what is no text at all."""

from __future__ import annotations

import codecs
import re

from bot.errors import IngestError

# Longest first: UTF-32 begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# A few broken bytes in a long UTF-8 text are damage, not another encoding.
_MOST_DAMAGE = 0.002


def decode(body: bytes) -> str:
    """Text of a file or answer; raises IngestError for binary data."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if b"\0" in body[:4096]:
        return _unmarked_utf16(body)
    if len(_CONTROLS.findall(body, 0, 65536)) > min(len(body), 65536) / 100:
        raise IngestError("it is binary data, no text")
    try:
        return body.decode()
    except UnicodeDecodeError:
        text = body.decode(errors="replace")
    if text.count("\ufffd") <= len(text) * _MOST_DAMAGE and re.search(rb"[\xc3\xe2][\x80-\xbf]", body):
        return text
    # What Windows and old German sites write; the five bytes it leaves undefined come out as replacements.
    return body.decode("cp1252", "replace")


def _unmarked_utf16(body: bytes) -> str:
    """Latin text in UTF-16 has a zero in every other byte."""
    sample = body[: min(len(body), 4096) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > half * 0.6 and even < half * 0.1:
        return body.decode("utf-16-le", "replace")
    if even > half * 0.6 and odd < half * 0.1:
        return body.decode("utf-16-be", "replace")
    raise IngestError("it is binary data, no text")
