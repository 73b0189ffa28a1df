"""Whether a text tells what is still to come: true until it has come, and stale from then on."""

from __future__ import annotations

import re

_TO_COME = re.compile(
    r"\b(?:soll|sollen|will|wollen|wird|werden|droht|drohen|plant|planen|erwartet|bevor|sucht|suchen|ringt"
    r"|ringen|berät|beraten|hofft|hoffen|wartet|warten)\b"
    r"|\bkündig\w+ .*\ban\b|\bkommt(?= *(?:[:!,–-]|$))"
    r"|\bvor (?:dem|der) (?:Start|Landung|Entscheidung|Finale)\b"
    r"|\b(?:set|due|expected|poised|about|plans?|hopes?|vows?|aims?) to\b|\bwill\b|\bawaits?\b|\bahead of\b"
)
# "To land at noon": a headline in English leaves out what stands before it.
_BARE_TO = re.compile(r"^(?:[A-Z][\w’'-]*\s){1,4}to [a-z]+")
_SOON = re.compile(
    r"\b(?:heute|morgen|übermorgen|am (?:Morgen|Mittag|Nachmittag|Abend)|in der Nacht)\b"
    r"|\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)


def foretells(text: str) -> float:
    """How clearly it does: 1 with a time that passes ("heute Mittag soll"), .5 without, 0 not at all."""
    if not (_TO_COME.search(text) or _BARE_TO.match(text)):
        return 0.0
    return 1.0 if _SOON.search(text) else 0.5
