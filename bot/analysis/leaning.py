"""Whether a sentence leans on those before it: pronouns without names, quotations without speakers."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from bot.analysis.data.reading import data_lines

_QUOTES = '„»“"‚«'
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
# "Um 4.30 Uhr sah er Flammen", "Zuerst hielten die Ruderer es für Holz": who or what that is, is said before.
# After a comma it may be in the sentence.
_PRONOUN = re.compile(r"^[^,:;–—(„“\"»«]*?\s(?:er|sie|ihn|ihm|ihnen|(?:[A-ZÄÖÜ]\w+ es))\b")
_PRONOUN_FIRST = re.compile(r"(?:er|sie|es|ih[mn]|ihnen|ihr(?:e[mnr]?)?|sein(?:e[mnr]?)?)\b", re.IGNORECASE)
# "Fälle wie diesen": the case was told before.
_SUCH = re.compile(r"^[^,:;–—(]*?\bwie (?:dies|jene)\w*")
# Who is meant comes after the colon: "Er kam von einer Party: Finn Aldag hat dreizehn Menschen gerettet."
_NAMED_LATER = re.compile(r"^[^:„“\"»«]+: [A-ZÄÖÜ]\w*(?: \S+){4}")
# "Es gibt", "Es war kurz vor sechs Uhr": nobody is meant.
_NOBODY = re.compile(r"^Es (?:gibt|gab|kommt zu|kam zu|war (?:kurz|erst|schon|gegen|um)|geht um|ging um)\b")
# Reported speech, "Patienten seien nicht in Gefahr", and what says whose it is.
_REPORTED = re.compile(
    r"^[^,:;–„“\"»«]*?\b(?:sei|seien|habe|werde|könne|müsse|solle|dürfe|wolle|gebe|gelte)\b"
)
_SOURCE = re.compile(
    r"sag|teilt|erklär|laut\b|angaben|zufolge|hei(?:ß|ss)|hie(?:ß|ss)|\bso\b|mein|beton|bericht|warn|schreib"
    r"|schrieb|schätz|forder|argument|begründ|versicher|kündig|räum|fürcht|glaub|erfuhr|aussage|kritisier"
    r"|beteuer|hält|würdig|erinner|wenn\b|falls\b|damit\b|als ob|ob\b|dass\b|[„“\"»«]",
    re.IGNORECASE,
)
_BARE_QUOTATION = re.compile(r"^[„»“\"«][^„“”»«\"]*[“”\"«»]$")
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


def leans(sentence: str, language: str = "") -> bool:
    """Whether a sentence of five words or more can be understood only after another one.

    Without a language it leans when it would in any of those known.
    """
    if not (sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in _QUOTES):
        return True
    found = _WORD.findall(sentence)
    # "It's" and "He’s" lean as "it" and "he" do.
    first = re.split("['’]", found[0].lower(), maxsplit=1)[0]
    if first in _FIRST_PERSON and sentence[0] in _QUOTES and _SPOKEN.search(sentence):
        return False
    if _BARE_QUOTATION.match(sentence):
        return True
    if language in {"", "de"}:
        return _leans_in_german(sentence, found, first, _words(language))
    return first in _words(language)


def _leans_in_german(sentence: str, found: list[str], first: str, leaning: frozenset[str]) -> bool:
    if _NOBODY.match(sentence) or _names_later(sentence):
        return False
    if first in leaning or _PRONOUN.match(sentence) or _SUCH.match(sentence) or _has_no_speaker(sentence):
        return True
    # "Das kündigte die Bahn an" leans, "Das Unternehmen mit 22 Filialen" does not.
    if first == "das" and (_is_verb_before(found[1], found[2]) or _REPORTS.fullmatch(found[1])):
        return True
    return first in _ARTICLES and not any(word[0].isupper() or word[0].isdigit() for word in found[1:5])


def _names_later(sentence: str) -> bool:
    """Only a pronoun leans, and the sentence goes on to say whose it is, not what that one said."""
    if not _NAMED_LATER.match(sentence) or _SOURCE.search(sentence.split(":", 1)[0]):
        return False
    return bool(_PRONOUN_FIRST.match(sentence) or _PRONOUN.match(sentence))


def _has_no_speaker(sentence: str) -> bool:
    return bool(_REPORTED.match(sentence)) and not _SOURCE.search(sentence)


def _is_verb_before(word: str, then: str) -> bool:
    return word[0].islower() and then.lower() in _AFTER_VERB


@cache
def _words(language: str) -> frozenset[str]:
    """Of one language, or of all of them."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for line in data_lines("leaning.txt"):
        of, _, listed = line.partition(":")
        known[of].update(listed.split())
    return frozenset(known[language] if language else set().union(*known.values()))
