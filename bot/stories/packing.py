"""One article of the window as bytes, so that a start reads what stories keep instead of analysing anew.

Layout, little-endian: language (8 bytes), hours since 1970 (double), code of the kicker, numbers of words,
pieces and marks; their codes, four bytes each; their counts, one byte each; then what `Member` holds:
length of the fingerprint, the fingerprint, the rest as JSON. Each bag has its most telling terms first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

import numpy as np
import orjson

from bot.stories.bags import Bag
from bot.stories.likeness import Probe
from bot.stories.member import Member
from storage.records import ArticleId

_HEAD = struct.Struct("<8sdIHHH")
_LENGTH = struct.Struct("<H")


@dataclass(frozen=True, slots=True)
class Unpacked:
    probe: Probe
    kicker: int
    tail: bytes
    """See `member_from`."""


def kicker_code(publisher: str, kicker: str) -> int:
    """A number for a publisher's kicker; 0 for none."""
    return crc32(f"{publisher}\n{kicker}".encode()) if kicker else 0


def packed(probe: Probe, kicker: int, tail: bytes) -> bytes:
    bags = (probe.words, probe.pieces, probe.marks)
    head = _HEAD.pack(probe.language.encode()[:8], probe.hours, kicker, *map(len, bags))
    terms = b"".join(bag.terms.astype("<u4").tobytes() for bag in bags)
    return b"".join((head, terms, *(bag.counts.tobytes() for bag in bags), tail))


def unpacked(data: bytes) -> Unpacked:
    language, hours, kicker, *lengths = _HEAD.unpack_from(data)
    total = sum(lengths)
    terms = np.frombuffer(data, "<u4", total, _HEAD.size)
    counts = np.frombuffer(data, np.uint8, total, _HEAD.size + 4 * total)
    words, pieces, _ = lengths
    probe = Probe(
        words=Bag(terms[:words], counts[:words]),
        pieces=Bag(terms[words : words + pieces], counts[words : words + pieces]),
        marks=Bag(terms[words + pieces :], counts[words + pieces :]),
        language=language.rstrip(b"\0").decode(),
        hours=hours,
    )
    return Unpacked(probe, kicker, data[_HEAD.size + 5 * total :])


def tail_of(member: Member) -> bytes:
    rest = (
        member.article_id,
        member.title,
        member.lead,
        member.text_length,
        member.teller,
        member.language,
        member.published_at.timestamp(),
        member.agency,
        member.entities,
        sorted(member.stated),
        member.is_sport,
    )
    return _LENGTH.pack(len(member.fingerprint)) + member.fingerprint + orjson.dumps(rest)


def member_from(tail: bytes, wire_of: ArticleId | None) -> Member:
    (length,) = _LENGTH.unpack_from(tail)
    start = _LENGTH.size + length
    article_id, title, lead, text_length, teller, language, at, agency, entities, stated, is_sport = (
        orjson.loads(tail[start:])
    )
    return Member(
        article_id=ArticleId(article_id),
        title=title,
        lead=lead,
        text_length=text_length,
        teller=teller,
        language=language,
        published_at=datetime.fromtimestamp(at, UTC),
        agency=agency,
        entities=tuple(entities),
        fingerprint=tail[_LENGTH.size : start],
        stated=frozenset(stated),
        is_sport=is_sport,
        wire_of=wire_of,
    )
