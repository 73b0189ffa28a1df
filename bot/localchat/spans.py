"""Formatted text as values: a piece of text and what its stretches mean."""

from dataclasses import dataclass, replace
from typing import Final

# How Telegram orders entities that begin and end together; equals stay in the order of their end tags.
_RANKS: Final = {
    kind: rank
    for rank, kinds in enumerate(
        (
            ("blockquote", "expandable_blockquote"),
            ("pre",),
            ("code",),
            ("date_time",),
            ("text_link", "text_mention", "mention", "hashtag", "cashtag", "bot_command", "url", "email"),
            ("bold",),
            ("italic",),
            ("underline",),
            ("strikethrough",),
            ("spoiler",),
            ("custom_emoji",),
        )
    )
    for kind in kinds
}
_SMALL: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
STYLES: Final = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
VERBATIM: Final = frozenset({"pre", "code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a stretch of text is; counted in code points, unlike Telegram's entities."""

    kind: str
    start: int
    end: int
    url: str = ""
    user_id: int = 0
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int = 0
    date_time_format: str = ""

    def at(self, start: int, end: int) -> "Span":
        return replace(self, start=start, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity as the Bot API tells it: offsets in UTF-16 code units."""

    kind: str
    offset: int
    length: int
    url: str = ""
    user_id: int = 0
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int = 0
    date_time_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text and its spans, outermost first."""

    text: str
    spans: tuple[Span, ...] = ()

    def entities(self) -> tuple[Entity, ...]:
        """The spans as Telegram counts them."""
        offsets = utf16_offsets(self.text)
        return tuple(
            Entity(
                kind=span.kind,
                offset=offsets[span.start],
                length=offsets[span.end] - offsets[span.start],
                url=span.url,
                user_id=span.user_id,
                language=span.language,
                custom_emoji_id=span.custom_emoji_id,
                unix_time=span.unix_time,
                date_time_format=span.date_time_format,
            )
            for span in self.spans
        )


def in_order(spans: list[Span]) -> list[Span]:
    """Spans by beginning, the longer before the shorter, then by kind."""
    return sorted(spans, key=lambda span: (span.start, -span.end, _RANKS[span.kind], not span.language))


def utf16_offsets(text: str) -> list[int]:
    """For each code point, and for the end, its place in UTF-16 code units."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if ord(character) > 0xFFFF else 1))
    return offsets


def ascii_lower(text: str) -> str:
    """Small letters for A to Z alone: to Telegram's parser Ä is another letter than ä."""
    return text.translate(_SMALL)
