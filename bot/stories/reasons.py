"""Why two articles are shown together: the telling words both have, in their own spelling."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.stories.sketch import WORD
from bot.stories.spelling import fold

WORDS = 3
LEAST_LETTERS = 4
# A word in both titles, and one written as a name, tells more than another that is as rare.
IN_TITLES = 1.5
AS_NAME = 1.5
# Words that many texts share and that say nothing of what they have in common; folded.
SAYS_NOTHING = frozenset(
    """
    jahr jahre jahren tag tage tagen woche wochen monat monate monaten stunde stunden minute minuten morgen
    abend nacht mittag zeit ende anfang mal prozent million millionen milliarde milliarden euro dollar franken
    pfund cent grad meter kilometer tonnen angaben zahl zahlen teil fall faelle falle seite frage fragen grund
    menschen leute mann frau firma stadt region land betrieb arbeit haus platz nachricht eine einen einer
    analyse beschaeftigte beschaftigte zwanzig zehn hundert tausend systeme betroffene sprecher sprecherin
    year years month months week weeks billion percent people time part number company city today present
    first second
    """.split()  # noqa: SIM905 - a list of one word a line would be two pages
)
# Endings that make one word of "Nordkorea" and "Nordkoreas", and no more.
LONGEST_ENDING = 2


def shared_words(
    one: tuple[str, str], other: tuple[str, str], *, rarity: Callable[[str], float]
) -> tuple[str, ...]:
    """Up to three words of both, most telling first; each article is given as title and lead."""
    mine, theirs = _words(*one), _words(*other)
    found: dict[str, tuple[float, str]] = {}
    for key, (word, weight) in mine.items():
        matches = [theirs[form] for form in (key, *_endings(key)) if form in theirs]
        if not matches:
            continue
        value = rarity(key) * weight * max(base for _, base in matches)
        spelling = min((word, *(other for other, _ in matches)), key=len)
        root = next((end for end in _endings(key) if end in mine and len(end) < len(key)), key)
        if value > found.get(root, (0.0, ""))[0]:
            found[root] = (value, spelling)
    best = sorted(found.values(), key=lambda pair: (-pair[0], pair[1]))
    return tuple(spelling for _, spelling in best[:WORDS])


def _words(title: str, lead: str) -> dict[str, tuple[str, float]]:
    """Folded word -> as written, weight."""
    text = f"{title} . {lead}"
    small = {fold(word) for word in WORD.findall(text) if word[0].islower()}
    words: dict[str, tuple[str, float]] = {}
    for part, base in ((title, IN_TITLES), (lead, 1.0)):
        for match in WORD.finditer(part):
            word = match[0]
            key = fold(re.sub(r"[-'’]", "", word))
            is_name = word[0].isupper() and key not in small
            if key in words or not _tells(word, key, is_name=is_name):
                continue
            words[key] = (word, base * (AS_NAME if is_name else 1.0))
    return words


def _tells(word: str, key: str, *, is_name: bool) -> bool:
    if key.isdigit() or key in SAYS_NOTHING:
        return False
    if is_name:
        return len(key) >= LEAST_LETTERS or (word.isupper() and len(key) > 1)
    return len(key) >= LEAST_LETTERS + 3


def _endings(key: str) -> list[str]:
    """The word with an ending more or less, by what German and English add to a name."""
    longer = [key + ending for ending in ("s", "n", "e", "es", "en")]
    shorter = [key.removesuffix(ending) for ending in ("es", "en", "s", "n", "e")]
    return longer + [word for word in shorter if word != key and len(word) >= LEAST_LETTERS]
