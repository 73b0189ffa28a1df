"""Why two articles are shown together: the telling words both have, in their own spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from bot.analysis.aliases import Aliases
from bot.analysis.concepts import concepts_of, telling_concepts
from bot.analysis.lexicon import Lexicon
from bot.analysis.words import Words
from bot.stories.marks import bones, mark_code
from bot.stories.sketch import WORD
from bot.stories.spelling import fold

WORDS = 3
LEAST_LETTERS = 4
# A word in both titles tells more than another that is as rare.
IN_TITLES = 1.5
# Other languages write nouns small: a small word may be one, a capital is a name.
AS_SMALL = 0.6
# A subject that every tenth article has is no reason.
LEAST_TELLING = 2.5
LEAST_STEM = 5
# Words that many texts share and that say nothing of what they have in common; folded.
SAYS_NOTHING = frozenset(
    """
    jahr jahre jahren tag tage tagen woche wochen monat monate monaten stunde stunden minute minuten morgen
    abend nacht mittag zeit ende anfang mal prozent million millionen milliarde milliarden euro dollar franken
    pfund cent grad meter kilometer tonnen angaben zahl zahlen teil fall faelle falle seite frage fragen grund
    menschen leute mann frau firma stadt region land betrieb arbeit haus platz nachricht eine einen einer
    analyse beschaeftigte beschaftigte zwanzig zehn hundert tausend systeme betroffene sprecher sprecherin
    year years month months week weeks billion percent people time part number company city today present
    first second norden sueden osten westen nord sued north south east west german unternehmen stimmen stimme
    auto autos strom prozess english british french american
    """.split()  # noqa: SIM905 - a list of one word a line would be two pages
)
LONG_ENOUGH_SMALL = 5
HYPHENS = frozenset("-‐‑")


@dataclass(frozen=True, slots=True)
class Read:
    """What a reason is looked for in."""

    title: str
    lead: str
    language: str


@dataclass(frozen=True, slots=True)
class _Found:
    spelling: str
    weight: float
    parts: tuple[str, ...]
    """Terms of the parts of a compound."""


def reason(
    one: Read, other: Read, marks: Iterable[tuple[int, float]], *, rarity: Callable[[str], float]
) -> tuple[str, ...]:
    """What both are about: words of theirs, and what the marks they share (code, how telling) are called.

    In German where possible: between articles in another language subjects come first, and a word in small
    letters, which may be any verb, only where there is nothing else.
    """
    words = shared_words(one, other, rarity=rarity)
    if one.language == other.language == "de":
        return with_subjects(words, marks, one.language)
    found = list(with_subjects((), marks, one.language))
    found += [word for word in words if not any(_is_called(word, name) for name in found)]
    return tuple(found[:WORDS]) or shared_words(one, other, rarity=rarity, small=True)


def shared_words(
    one: Read, other: Read, *, rarity: Callable[[str], float], small: bool = False
) -> tuple[str, ...]:
    """Up to three names and nouns of both in any of their forms, most telling first.

    "Schließfach" and "Schließfächern" are one, and so are "Tresor" and "Tresorraum"; `small` takes words in
    small letters for nouns where the language writes them so.
    """
    mine, theirs = _words(one, small=small), _words(other, small=small)
    found: dict[str, tuple[float, str]] = {}
    for here, there in ((mine, theirs), (theirs, mine)):
        for term, word in here.items():
            matches = (
                [there[term]] if term in there else [that for that in there.values() if term in that.parts]
            )
            if not matches:
                continue
            same = [word, *matches] if term in there else [word]
            spelling = min((match.spelling for match in same), key=lambda spelling: (len(spelling), spelling))
            value = rarity(fold(spelling)) * word.weight * max(match.weight for match in matches)
            if value > found.get(term, (0.0, ""))[0]:
                found[term] = (value, spelling)
    best = sorted(found.values(), key=lambda pair: (-pair[0], pair[1]))
    return _apart(spelling for _, spelling in best)


def _apart(spellings: Iterable[str]) -> tuple[str, ...]:
    """The first few, none of which only says again what one before it says."""
    kept: list[str] = []
    for spelling in spellings:
        if len(kept) < WORDS and not any(_is_part(spelling, before) for before in kept):
            kept.append(spelling)
    return tuple(kept)


def with_subjects(
    words: tuple[str, ...], shared: Iterable[tuple[int, float]], language: str
) -> tuple[str, ...]:
    """The words, and the most telling of the subjects (codes of marks) that none of them names already."""
    terms = [word.term for spelling in words if (word := _german().word(spelling, language))]
    said = {mark_code("concept", concept) for concept in concepts_of(terms, language)}
    named = [
        (telling, name) for code, telling in shared if code not in said and (name := subjects().get(code))
    ]
    found = list(words)
    for telling, name in named:
        pieces = [word for word in found if word in name.split()] if " " in name else []
        if pieces and telling >= LEAST_TELLING:  # "Union", "Europäische"
            found = [name if word == pieces[0] else word for word in found if word not in pieces[1:]]
    for telling, name in sorted(named, reverse=True):
        if len(found) >= WORDS or telling < LEAST_TELLING:
            break
        if not any(_is_part(name, word) for word in found):
            found.append(name)
    return tuple(found)


@cache
def subjects() -> dict[int, str]:
    """What the marks are called in German that have a name: concepts, countries, bodies and people."""
    groups = Aliases(_german()).groups.values()
    called = {mark_code("group", group.term): group.names[0] for group in groups}
    return called | {
        mark_code("concept", concept): concept.partition("/")[0] for concept in telling_concepts()
    }


@cache
def _german() -> Words:
    return Words(Lexicon())


def _is_part(name: str, word: str) -> bool:
    one, other = fold(name), fold(word)
    return one[:LEAST_STEM] in other or other[:LEAST_STEM] in one


def _words(text: Read, *, small: bool) -> dict[str, _Found]:
    """Term -> the word; nouns and names, which only German tells by their capitals."""
    words: dict[str, _Found] = {}
    inside: set[str] = set()
    as_verbs: set[str] = set()
    for part, weight in ((text.title, IN_TITLES), (text.lead, 1.0)):
        for match in WORD.finditer(part):
            surface = match[0]
            if part[match.end() : match.end() + 1] in HYPHENS:  # "Staats- und Regierungschefs"
                continue
            word = _german().word(surface, text.language)
            if word is None:
                continue
            if surface[0].islower() and not (small and text.language != "de"):
                as_verbs.add(word.term)
                continue
            if word.term not in words and _tells(surface):
                base = weight if surface[0].isupper() else weight * AS_SMALL
                words[word.term] = _Found(surface, base, word.also)
            may_be_name = (
                not _german().lexicon.has(surface.lower()) if text.language == "de" else part is text.title
            )
            if may_be_name or not _begins_sentence(part, match.start()):
                inside.add(word.term)
    return {term: found for term, found in words.items() if term in inside and term not in as_verbs}


def _is_called(word: str, name: str) -> bool:
    """Whether the word is the name in another language: "Ireland", "Irland"."""
    one, other = bones(word), bones(name)
    return _is_part(name, word) or (bool(one and other) and (one.startswith(other) or other.startswith(one)))


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" „“”»«\"'‚’(")
    return not before or before[-1] in ".!?:–—|\n"


def _tells(surface: str) -> bool:
    key = fold(surface)
    if surface[0].isdecimal() or key in SAYS_NOTHING:
        return False
    if surface[0].islower():
        return len(key) >= LONG_ENOUGH_SMALL
    return len(key) >= LEAST_LETTERS or (surface.isupper() and len(key) > 1)
