"""Whether a sentence stands alone: no pronoun without its name, no notice to readers, no credit."""

from __future__ import annotations

import re

from bot.analysis.folding import fold
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
    r"|jetzt anmelden|folgen sie uns|lesezeit|anzeige\b|cookies?\b|javascript|read more|read also|sign up"
    r"|subscribe|follow us|related:|alle rechte vorbehalten|all rights reserved|copyright|©|foto:|fotos:"
    r"|bild:|symbolbild|quelle:|photo:|image:|getty images|picture alliance|imago|dieser artikel|this article"
    r"|die redaktion|click here|klicken sie|whatsapp-kanal|https?://|www\.",
    re.IGNORECASE,
)
_LEANING = frozenset(
    """
    er sie es ihm ihr ihn ihnen ihre ihrer ihren ihrem sein seine seiner seinen seinem dies diese
    dieser dieses diesen diesem jene jener dabei damit dazu dadurch dafür dagegen daher darum
    deshalb deswegen demnach demzufolge danach davor zuvor daraufhin darauf daran darin darunter
    doch aber und oder denn zudem außerdem auch allerdings dennoch trotzdem dort hier da so somit
    also beide beides letzterer ersterer solche solcher stattdessen hinzu hingegen jedoch weiter
    zwar nun dahinter weiterhin ferner wir ich man uns mein unser schließlich he she it they him
    them his her hers their its this these those that but and or so however meanwhile also there
    then such both instead still yet we i our my nevertheless moreover furthermore il elle ils elles
    ce cette ces mais et on ses son leur
    """.split()  # noqa: SIM905 - a list of words reads better so
)
# "Das" and "die" lean on what was said when no noun follows: "Das teilte die Polizei mit."
_ARTICLES = frozenset(("das", "der", "die", "den", "dem"))
_AFTER_VERB = frozenset("der die das ein eine er sie es man am im in auf aus bei mit nach laut".split())  # noqa: SIM905
_REPORTS = re.compile(
    r"(?:\w+ten|\w*(?:sagte|teilte|meldete|berichtete|erklärte|geht|ist|war|hat|wird|soll|gilt))"
)
# Whose words they are is said after them: "„Wir öffnen im Mai“, sagte Ministerin Orlin."
_FIRST_PERSON = frozenset("wir ich mein meine unser unsere uns we i my our nous je".split())  # noqa: SIM905
_SPOKEN = re.compile(
    r"[“”\"«»],? (?:\w+ ){0,2}?(?:sag|erklär|begründ|versprach|erzähl|betont|warn|kritisier|said|says|told"
    r"|dit\b|résum)\w*(?! (?:er|sie|es|man|he|she|they|il|elle)\b)(?: \w+){0,2} [A-ZÄÖÜ]",
)
_QUOTES = '„»“"‚«'
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def stands_alone(sentence: str, *, title: str) -> bool:
    """A whole sentence, understood without the one before it, that says more than the title."""
    if not SHORTEST <= len(sentence) <= LONGEST or not is_balanced(sentence):
        return False
    if not re.search(r"[.!…][\"“”»«’)]*$", sentence) or "…" in sentence[-3:] or sentence.endswith("..."):
        return False
    found = _WORD.findall(sentence)
    if len(found) < 5 or _NOTICE.search(sentence) or _leans(sentence, found):
        return False
    return fold(sentence) != fold(title)


def without_marks(text: str) -> str:
    """Without the dateline, and the agency's mark at a paragraph's end."""
    text = _BROKEN_OFF.sub("", _DATELINE.sub("", text))
    return _PLACE_DASH.sub("", _PLACE.sub("", text)).strip()


def _leans(sentence: str, found: list[str]) -> bool:
    first = found[0].lower()
    if not (sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in _QUOTES):
        return True
    if first in _FIRST_PERSON and sentence[0] in _QUOTES and _SPOKEN.search(sentence):
        return False
    if first in _LEANING:
        return True
    # "Das kündigte die Bahn an" leans, "Das Unternehmen mit 22 Filialen" does not.
    if first == "das" and (_is_verb_before(found[1], found[2]) or _REPORTS.fullmatch(found[1])):
        return True
    return first in _ARTICLES and not any(word[0].isupper() or word[0].isdigit() for word in found[1:5])


def _is_verb_before(word: str, then: str) -> bool:
    return word[0].islower() and then.lower() in _AFTER_VERB
