"""Telegram's HTML, read as Telegram's own parser reads it: a text and its entities, or a refusal.

It is no HTML: a wrong tag is an error, not a guess. Offsets in refusals count the bytes of the source.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.localchat.addresses import accepted_address, mentioned_user
from bot.localchat.spans import Formatted, Span, ascii_lower, in_order

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_SPACES: Final = " \t\r\n\0\v"
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]*)|([0-9]*))|([A-Za-z]*));?")
_TAG_NAME: Final = re.compile(r"[^ \t\r\n\0\v>]*")
_ATTRIBUTE_NAME: Final = re.compile(r"[^ \t\r\n\0\v>=/\"']*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9.\-]*")
_NUMBER: Final = re.compile(r"-?[0-9]+")
_TIME_FORMAT: Final = re.compile(r"(?:[rR]|[wdDtT]*)")


class ParseError(ValueError):
    """The text is not Telegram's HTML; says why in Telegram's words."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that waits for its end: where its text begins, and its attributes."""

    tag: str
    start: int
    attributes: dict[str, str]


def parse(html: str) -> Formatted:
    """Text and spans of a message in Telegram's HTML; raises ParseError where Telegram would refuse it."""
    return _Reader(html).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._open: list[_Open] = []
        self._spans: list[Span] = []

    def read(self) -> Formatted:
        while self._at < len(self._source):
            match self._source[self._at]:
                case "<" if self._peek(1) == "/":
                    self._end_tag()
                case "<":
                    self._start_tag()
                case "&":
                    self._text.append(self._reference())
                case character:
                    self._text.append(character)
                    self._at += 1
        if self._open:
            tag = self._open[-1].tag
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self._text)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ParseError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        # Only a <pre> keeps its language.
        spans = [replace(span, language="") if span.kind == "code" else span for span in self._spans]
        return Formatted(text=text, spans=tuple(in_order(spans)))

    def _peek(self, ahead: int = 0) -> str:
        """The character there; at the end an empty string."""
        return self._source[self._at + ahead : self._at + ahead + 1]

    def _byte_offset(self, at: int) -> int:
        return len(self._source[:at].encode("utf-8", "surrogatepass"))

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._source, self._at)
        taken = found[0] if found else ""
        self._at += len(taken)
        return taken

    def _skip_spaces(self) -> None:
        while self._peek() in tuple(" \t\r\n\v"):
            self._at += 1

    def _reference(self) -> str:
        """One character reference decoded, or the ampersand as it stands."""
        found = _REFERENCE.match(self._source, self._at)
        character = _decoded(found) if found else ""
        if not found or not character:
            self._at += 1
            return "&"
        self._at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = ascii_lower(self._take(_TAG_NAME))
        if self._peek() in ("", "\0"):
            raise ParseError(f"Unclosed start tag at byte offset {self._byte_offset(begin)}")
        if tag not in _KINDS:
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {self._byte_offset(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            offset = self._byte_offset(begin)
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self._open.append(_Open(tag, len(self._text), attributes))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                self._at += 1
                return attributes
            name = self._take(_ATTRIBUTE_NAME)
            if not name:
                offset = self._byte_offset(begin)
                raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
            self._skip_spaces()
            value = ""
            if self._peek() == "=":
                self._at += 1
                self._skip_spaces()
                self._must_go_on(begin, f'start tag "{tag}"')
                value = self._value()
                self._must_go_on(begin, "start tag")
            else:
                self._must_go_on(begin, f'start tag "{tag}"')
            attributes[name] = value

    def _must_go_on(self, begin: int, what: str) -> None:
        if self._peek() in ("", "\0"):
            raise ParseError(f"Unclosed {what} at byte offset {self._byte_offset(begin)}")

    def _value(self) -> str:
        quote = self._peek()
        if quote not in ("'", '"'):
            return self._token()
        self._at += 1
        value: list[str] = []
        while self._peek() not in (quote, "", "\0"):
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self._at += 1
        if self._peek() == quote:
            self._at += 1
        return "".join(value)

    def _token(self) -> str:
        begin = self._at
        value = ascii_lower(self._take(_TOKEN))
        if self._peek() not in (*_SPACES, ">", ""):
            raise ParseError(f"Unexpected end of name token at byte offset {self._byte_offset(begin)}")
        return value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {self._byte_offset(begin)}")
        self._at += 2
        tag = ascii_lower(self._take(_TAG_NAME))
        self._skip_spaces()
        if self._peek() != ">":
            raise ParseError(f"Unclosed end tag at byte offset {self._byte_offset(begin)}")
        self._at += 1
        opened = self._open.pop()
        if tag not in ("", opened.tag):
            offset = self._byte_offset(begin)
            raise ParseError(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        if len(self._text) > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        span = Span(kind=_KINDS[opened.tag], start=opened.start, end=len(self._text))
        match opened.tag:
            case "a":
                self._link(span, opened.attributes.get("href", ""))
            case "pre" | "code":
                self._verbatim(span, opened)
            case "blockquote" if "expandable" in opened.attributes:
                self._spans.append(replace(span, kind="expandable_blockquote"))
            case "tg-emoji":
                self._spans.append(_custom_emoji(span, opened.attributes.get("emoji-id", "")))
            case "tg-time":
                self._time(span, opened.attributes)
            case _:
                self._spans.append(span)

    def _link(self, span: Span, href: str) -> None:
        link = href or "".join(self._text[span.start :])
        user_id = mentioned_user(link)
        address = accepted_address(link)
        if user_id:
            self._spans.append(replace(span, kind="text_mention", user_id=user_id))
        elif address:
            self._spans.append(replace(span, url=address))

    def _verbatim(self, span: Span, opened: _Open) -> None:
        """A <code> with a language exactly inside (or around) a <pre> names the language of the whole."""
        css_class = opened.attributes.get("class", "") if opened.tag == "code" else ""
        language = css_class.removeprefix("language-") if css_class.startswith("language-") else ""
        span = replace(span, language=language)
        inner = self._spans[-1] if self._spans else None
        if inner and (inner.start, inner.end) == (span.start, span.end):
            named = inner.language or language
            if (
                {inner.kind, span.kind} == {"pre", "code"}
                and named
                and not (inner.kind == "pre" and inner.language)
            ):
                self._spans[-1] = replace(span, kind="pre", language=named)
                return
        self._spans.append(span)

    def _time(self, span: Span, attributes: dict[str, str]) -> None:
        layout = attributes.get("format", "")
        if not _TIME_FORMAT.fullmatch(layout):
            raise ParseError("Invalid date format used")
        number = attributes.get("unix", "")
        if _NUMBER.fullmatch(number) and 0 < int(number) < 1 << 31:
            self._spans.append(
                replace(span, unix_time=int(number), date_time_format=_canonical_time_format(layout))
            )


def _decoded(found: re.Match[str]) -> str:
    """The character of a reference; empty if Telegram leaves it as it stands."""
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name, "")
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    # Ten characters with the ampersand and the hash are one too many, whatever they say.
    if not digits or len(found[0].rstrip(";")) >= 10:
        return ""
    code = int(digits, base)
    return chr(code) if 0 < code < 0x10FFFF else ""


def _custom_emoji(span: Span, number: str) -> Span:
    if not _NUMBER.fullmatch(number) or not -(1 << 63) <= int(number) < 1 << 63 or int(number) == 0:
        raise ParseError("Invalid custom emoji identifier specified")
    return replace(span, custom_emoji_id=str(int(number)))


def _canonical_time_format(layout: str) -> str:
    """The short form wins over the long one, the order is fixed: what the Bot API gives back."""
    if layout in ("r", "R"):
        return "r"
    day = "d" if "d" in layout else "D" if "D" in layout else ""
    time = "t" if "t" in layout else "T" if "T" in layout else ""
    return ("w" if "w" in layout else "") + day + time
