"""Whether a sentence stands alone: no pronoun without its name, no notice to readers, no credit."""

from __future__ import annotations

import re

from bot.analysis.folding import fold
from bot.analysis.leaning import leans
from bot.articles.sentences import is_balanced

# "Die Zahl der Toten stieg auf fünf." says something; what is shorter hardly does.
SHORTEST, LONGEST = 30, 330

_AGENCIES = r"dpa|afp|apa|reuters|rtr|sda|keystone-sda|ap|epd|kna|sid|dts|ots|nda|dpa-infocom|dpa-afx"
# "Berlin (dpa) – ", "SEOUL (Reuters) - ", "Wien/Graz (APA)."
_DATELINE = re.compile(
    r"^[^\W\d_][^()\n.!?]{1,50}\([A-Za-z][A-Za-z/,. -]{1,24}\)\s*[-–—:.]+\s*", re.MULTILINE
)
_PLACE = re.compile(r"^[A-ZÄÖÜ][\w-]+(?:[ /][A-ZÄÖÜ][\w-]+){0,2}\.\s+(?=[A-ZÄÖÜ„])", re.MULTILINE)
# "Seoul – Riesiger Rumpf": the place alone, as tabloids print it.
_PLACE_DASH = re.compile(r"^[A-ZÄÖÜ][\w-]+(?:[ /][A-ZÄÖÜ][\w-]+)?\s+[–—]\s+(?=[A-ZÄÖÜ„»\d])", re.MULTILINE)
_BROKEN_OFF = re.compile(
    rf"\s*(?:[(/]\s*(?:{_AGENCIES})\b[^)\n]*\)?|[(\[][A-Za-z/]{{2,12}}[)\]])\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOTICE = re.compile(
    r"lesen sie|mehr dazu|mehr zum thema|weiterlesen|siehe auch|hier geht es|zum thema:|newsletter|abonnieren"
    r"|jetzt anmelden|folgen sie uns|lesezeit|^anzeige\b(?! (?:wegen|gegen))|cookies?\b|javascript|read more"
    r"|read also|sign up|^subscribe|subscribe (?:now|here)|please share|follow us|related:|copyright|©"
    r"|alle rechte vorbehalten|all rights reserved|foto:|fotos:|bild:|symbolbild|quelle:|photo:|image:"
    r"|getty images|picture alliance|imago|dieser artikel|this article|die redaktion|click here|klicken sie"
    r"|whatsapp-kanal|https?://|www\.",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def stands_alone(sentence: str, *, title: str, language: str = "") -> bool:
    """A whole sentence, understood without the one before it, that says more than the title.

    Without a language it must not lean in any of those known.
    """
    return is_whole(sentence, title=title) and not leans(sentence, language)


def is_whole(sentence: str, *, title: str) -> bool:
    """A sentence of an article that says something, though perhaps only after the one before it."""
    if not SHORTEST <= len(sentence) <= LONGEST or not is_balanced(sentence):
        return False
    if not re.search(r"[.!…][\"“”»«’)]*$", sentence) or "…" in sentence[-3:] or sentence.endswith("..."):
        return False
    found = _WORD.findall(sentence)
    if len(found) < 5 or _NOTICE.search(sentence):
        return False
    return fold(sentence) != fold(title)


def without_marks(text: str) -> str:
    """Without the dateline, and the agency's mark at a paragraph's end."""
    text = _BROKEN_OFF.sub("", _DATELINE.sub("", text))
    return _PLACE_DASH.sub("", _PLACE.sub("", text)).strip()
