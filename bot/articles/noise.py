"""What an aggregator's page says about itself, between the texts it collects."""

from __future__ import annotations

import regex

_SIMILAR = (
    "Similar News|Similar Stories|Related News|Related Stories|Related Articles|Ähnliche Nachrichten"
    "|Ähnliche Artikel|Ähnliche Meldungen|Verwandte Artikel|Verwandte Nachrichten"
    "|Nouvelles similaires|Articles similaires|Actualités similaires|Noticias similares"
    "|Noticias relacionadas|Notícias semelhantes|Notizie simili|Notizie correlate|Soortgelijk nieuws"
    "|Vergelijkbaar nieuws|Gerelateerd nieuws|Liknande nyheter|Lignende nyheder|Podobne wiadomości"
    "|Benzer Haberler|Berita serupa|Berita Terkait|Похожие новости|Схожі новини"
)
_HEADER = regex.compile(rf"(?:{_SIMILAR})\s*:.*|(?:{_SIMILAR})", regex.IGNORECASE)
_MORE = (
    "Read more|Read more here|Read full story|Continue reading|More|Weiterlesen|Weiter lesen"
    "|Mehr lesen|Lesen Sie mehr|Mehr erfahren|Lire la suite|Lire plus|En savoir plus|Leer más"
    "|Seguir leyendo|Ler mais|Leia mais|Consulte Mais informação|Leggi di più|Leggi tutto"
    "|Continua a leggere|Lees meer|Lees verder|Läs mer|Les mer|Læs mere|Czytaj więcej|Devamını oku"
    "|Daha fazla|Baca lebih lanjut|Baca selengkapnya|Читать далее|Читати далі|Подробнее"
)
_MARKER = regex.compile(rf"(?:{_MORE})\s*(?:[»›>→…]+|\.{{3}})?|\P{{P}}{{2,28}}\s*»", regex.IGNORECASE)
# The same country twice: "Canada Latest News, Canada Headlines".
_SECTION = regex.compile(
    r"(?P<place>\p{Lu}[\p{L} .'’&-]{1,40}?) (?:\p{L}+ ?){1,3}, (?P=place) (?:\p{L}+ ?){1,3}"
)
_SOURCE = regex.compile(
    r"(?:Source|Quelle|Fuente|Fonte|Bron|Källa|Источник)\s*:\s*(?P<name>[^:]{2,60})", regex.IGNORECASE
)
_BUTTON = regex.compile(
    r"(?:Share|Share this|Teilen|Diesen Artikel teilen|Partager|Compartir|Condividi"
    r"|Advertisement|Anzeige|Werbung|Publicité|Publicidad|Comments?|Kommentare?"
    r"|Loading\.*|Add Comment|Latest News|Cookie-Einstellungen|Source)\s*:?",
    regex.IGNORECASE,
)
_RULE = regex.compile(r"[-=*_#~·•\s]{3,}")
# Two or more scraps without a verb at the very end: "Jeden Tag. Überall."
_SLOGAN = regex.compile(
    r"(?<=[.!?…][\"”“’»«]?)\s+(?P<slogan>(?:\p{Lu}[\p{L}-]*(?: [\p{L}-]+){0,2}[.!]\s*){2,3})$"
)
_VERBS = regex.compile(
    r"\b(?:ist|war|sind|waren|hat|habe|haben|hatte|wird|wurde|kam|ging|sagt|sagte|bleibt|gibt|gab|muss|kann|will|soll|darf|er|sie"
    r"|es|wir|ich|du|was|is|was|are|were|has|had|have|will|he|she|it|they|we|i|you|nein|ja|yes|no|danke|punkt|ende|fortsetzung)\b",
    regex.IGNORECASE,
)


def is_similar_header(line: str) -> bool:
    """The line after which the similar items come."""
    return _HEADER.fullmatch(line) is not None


def is_marker(line: str) -> bool:
    """A line such as "Read more »", the end of an item."""
    return _MARKER.fullmatch(line) is not None


def is_section_line(line: str) -> bool:
    """A line such as "Canada Latest News, Canada Headlines"."""
    return _SECTION.fullmatch(line) is not None


def is_noise(line: str) -> bool:
    """A line that belongs to the site and to no text."""
    return is_section_line(line) or is_marker(line) or _BUTTON.fullmatch(line) is not None


def is_rule(line: str) -> bool:
    """A drawn line between two texts."""
    return _RULE.fullmatch(line) is not None


def source_of(line: str) -> str:
    """The publisher a line such as "Source: Der Bote" names, empty for any other line."""
    match = _SOURCE.fullmatch(line)
    return str(match["name"]).strip(" .@") if match else ""


def without_slogan(text: str) -> str:
    """The text without the site's motto at its end."""
    match = _SLOGAN.search(text)
    if match is None or _VERBS.search(match["slogan"]):
        return text
    return text[: match.start()]
