"""Cleans text from outside: one kind of space, nothing invisible that reorders or cannot be stored."""

from __future__ import annotations

import re
import unicodedata

import regex

# C0 and C1 controls but tab and newline, lone surrogates (no database takes them), byte order marks,
# zero-width spaces, soft hyphens and everything that changes the writing direction of what follows.
_UNWANTED = regex.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u200b\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# Letters of Western and Central Europe, quotes and dashes: nothing here is invisible, or put together.
_USUAL = re.compile("[\n -~\xa1-\xac\xae-\u024f\u2010-\u2027\u2030-\u203a\u20ac]*")
_SPACES = regex.compile(r"[^\S\n]+")
_NEWLINES = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MARK_PILE = regex.compile(r"(\p{M}{3})\p{M}+")
_GRAPHEME = regex.compile(r"\X")


def clean_text(text: str) -> str:
    """Running text: paragraphs on lines of their own, single spaces, storable everywhere."""
    if _USUAL.fullmatch(text):
        tidy_line = _spaced if "  " in text else str.strip
        return "\n".join(filter(None, map(tidy_line, text.split("\n"))))
    tidy = _tidied(text)
    if tidy is not None:
        return tidy
    text = _UNWANTED.sub("", _NEWLINES.sub("\n", text))
    text = _MARK_PILE.sub(r"\1", unicodedata.normalize("NFC", text))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _spaced(line: str) -> str:
    return " ".join(line.split())


def _tidied(text: str) -> str | None:
    """The same for text without anything odd, in a fraction of the time; None for the rest."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)):
        # Other spaces and ends of lines, nothing invisible: words are all there is.
        if "\x1f" in text or text.splitlines() != (lines if lines[-1] else lines[:-1]):
            return None
        lines = [" ".join(line.split()) for line in lines]
        if not all(map(str.isprintable, lines)):
            return None
    elif "  " in text:
        lines = [" ".join(line.split()) for line in lines]
    tidy = "\n".join([line for line in map(str.strip, lines) if line])
    is_plain = tidy.isascii() or (unicodedata.is_normalized("NFC", tidy) and not _MARK_PILE.search(tidy))
    return tidy if is_plain else None


def clean_line(text: str) -> str:
    """The same on one line: titles, names."""
    return clean_text(text).replace("\n", " ")


def cut(text: str, most: int) -> str:
    """At most so many characters, cut between words and never inside a grapheme."""
    if len(text) <= most:
        return text
    kept = ""
    for match in _GRAPHEME.finditer(text):
        if match.end() >= most:
            break
        kept = text[: match.end()]
    at = kept.rfind(" ", most // 2)
    return (kept[:at] if at > 0 else kept).rstrip(" ,;:–-") + "…"
