"""What Telegram does to a parsed text before it shows it: clean, untangle, trim, link by itself."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.localchat.detection import detected
from bot.localchat.spans import QUOTES, STYLES, VERBATIM, Formatted, Span, in_order

_REMOVED: Final = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED: Final = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_INVISIBLE: Final = re.compile(
    "[\\s\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u202f\u205f-\u206f"
    "\u2800\u3000\u3164\ufeff]*"
)


def settled(parsed: Formatted) -> Formatted:
    """The text as it will be shown, with the links that Telegram finds by itself."""
    cleaned = _cleaned(Formatted(text=parsed.text, spans=tuple(untangled(parsed.spans))))
    trimmed = _trimmed(cleaned)
    found = [span for span in detected(trimmed.text) if not _is_taken(span, trimmed.spans)]
    if not found:
        return trimmed
    return replace(trimmed, spans=tuple(untangled((*trimmed.spans, *found))))


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def untangled(spans: tuple[Span, ...]) -> list[Span]:
    """Spans that never cross: quotes do not nest, links and code exclude each other, styles are cut."""
    ordered = in_order(list(spans))
    quotes = _apart([span for span in ordered if span.kind in QUOTES])
    whole = _apart([span for span in ordered if span.kind not in QUOTES | STYLES])
    whole = [span for span in whole if all(_fits(span, quote) for quote in quotes)]
    return in_order([*quotes, *whole, *_cut_styles(ordered, [*quotes, *whole])])


def _apart(spans: list[Span]) -> list[Span]:
    """Without those that begin before an earlier one ends."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _fits(span: Span, quote: Span) -> bool:
    inside = quote.start <= span.start and span.end <= quote.end
    return inside or span.end <= quote.start or quote.end <= span.start


def _cut_styles(spans: list[Span], others: list[Span]) -> list[Span]:
    runs = [run for kind in sorted(STYLES) for run in _runs([span for span in spans if span.kind == kind])]
    cuts = sorted({run.start for run in runs} | {cut for other in others for cut in (other.start, other.end)})
    plain = [other for other in others if other.kind in VERBATIM | {"date_time"}]
    pieces = []
    for run in runs:
        borders = [run.start, *(cut for cut in cuts if run.start < cut < run.end), run.end]
        pieces += [run.at(start, end) for start, end in pairwise(borders)]
    return [piece for piece in pieces if not any(p.start <= piece.start < p.end for p in plain)]


def _runs(spans: list[Span]) -> list[Span]:
    """Spans of one style, those that touch made one."""
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = span.at(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _cleaned(formatted: Formatted) -> Formatted:
    """Control characters become spaces; line separators, direction overrides and some marks vanish."""
    places = [0]
    for character in formatted.text:
        places.append(places[-1] + (0 if _REMOVED.match(character) else 1))
    text = _BLANKED.sub(" ", _REMOVED.sub("", formatted.text))
    spans = [span.at(places[span.start], places[span.end]) for span in formatted.spans]
    return Formatted(text=text, spans=tuple(span for span in spans if span.end > span.start))


def _trimmed(formatted: Formatted) -> Formatted:
    """No blank at either end (but a span's own first one), no span that is nothing but blanks."""
    text = formatted.text.rstrip(" \n")
    spans = []
    for span in formatted.spans:
        inner = formatted.text[span.start : span.end]
        start = span.start + len(inner) - len(inner.lstrip(" \n"))
        end = min(span.end, len(text))
        if start < end:
            spans.append(span.at(start, end))
    first = min((span.start for span in spans), default=len(text))
    lead = min(first, len(text) - len(text.lstrip(" \n")))
    return Formatted(
        text=text[lead:],
        spans=tuple(untangled(tuple(span.at(span.start - lead, span.end - lead) for span in spans))),
    )


def _is_taken(found: Span, spans: tuple[Span, ...]) -> bool:
    """Whether a link of the author's, code or a quote's border is in the way."""
    for span in spans:
        if span.kind in STYLES:
            continue
        if span.kind in QUOTES and _fits(found, span):
            continue
        if found.start < span.end and span.start < found.end:
            return True
    return False
