"""Two or three whole sentences that tell an article or a story, each traceable to where it stands."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.analysis.folding import fold
from bot.analysis.foretelling import foretells
from bot.analysis.standing import stands_alone, without_marks
from bot.analysis.tokens import words
from bot.articles.sentences import sentences
from storage.records import Article, ArticleId

MOST_CHARACTERS = 420
LOOKED_AT = 24
"""Sentences of one text; the news is at its beginning."""
ARTICLES = 12
TOO_ALIKE = 0.45
LEAST_FIT = 0.05
# What makes a sentence worth telling; the publisher's teaser was written for this.
TITLE, CENTRAL, POSITION, TEASER = 0.8, 1.0, 2.0, 1.5
# Several articles agree on what the news is; one alone is best known by its beginning.
AGREED = 3
"""So many articles, to be believed in full: then title and centre count twice."""
# What is to come, told this long before the newest article, may have come.
STALE, OVERTAKEN = 1.5, timedelta(hours=2)
_STEM = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    text: str
    article_id: ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Empty when no sentence stands alone: none is better than half a one."""

    sentences: tuple[SummarySentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    article_id: ArticleId
    rank: int
    """Of its article among those given."""
    position: int
    """Of the sentence in its article, teaser first."""
    is_teaser: bool
    stale: float
    """How surely it tells what was to come and has come by now, 0 to 1."""
    terms: Counter[str]


def summarise(articles: Sequence[Article], *, language: str = "", most: int = 3) -> Summary:
    """What the articles tell, in one language: the one asked for if any of them is in it.

    The first article given counts as the one that stands for all.
    """
    if not articles:
        return Summary(sentences=())
    chosen = _of_one_language(articles, language)[:ARTICLES]
    newest_at = max(article.published_at for article in chosen)
    candidates = [
        one
        for rank, article in enumerate(chosen)
        for one in _candidates(article, rank, is_old=newest_at - article.published_at >= OVERTAKEN)
    ]
    agreed = 1 + min(len(chosen) - 1, AGREED - 1) / (AGREED - 1)
    rarity = _rarity(candidates)
    title = Counter(term for article in chosen for term in content_terms(article.title))
    centre = Counter(term for one in candidates for term in one.terms)
    scored = sorted(
        ((_score(one, title, centre, rarity, agreed), one) for one in candidates),
        key=lambda pair: (-pair[0], pair[1].rank, pair[1].position),
    )
    picked: list[_Candidate] = []
    for score, one in scored:
        room = MOST_CHARACTERS - sum(len(other.text) for other in picked)
        if len(picked) == most or score < LEAST_FIT:
            break
        if picked and (len(one.text) > room or any(_overlap(one, other) > TOO_ALIKE for other in picked)):
            continue
        picked.append(one)
    picked.sort(key=lambda one: (one.rank, one.position))
    return Summary(
        sentences=tuple(SummarySentence(text=one.text, article_id=one.article_id) for one in picked)
    )


def summarised(articles: Sequence[Article], *, language: str) -> tuple[str, ...]:
    """The sentences alone, in the order they are read."""
    return tuple(sentence.text for sentence in summarise(articles, language=language).sentences)


def language_of(articles: Sequence[Article], language: str) -> str:
    """The language asked for if any of the articles is in it, else the first one's."""
    return language if any(article.language == language for article in articles) else articles[0].language


def _of_one_language(articles: Sequence[Article], language: str) -> list[Article]:
    chosen = language_of(articles, language)
    return [article for article in articles if article.language == chosen]


def _candidates(article: Article, rank: int, *, is_old: bool) -> Iterable[_Candidate]:
    teaser = [(text, True) for text in sentences(article.summary)]
    body = [(text, False) for text in sentences(without_marks(article.text))[:LOOKED_AT]]
    told = set()
    for position, (raw, is_teaser) in enumerate(teaser + body):
        text = without_marks(raw)
        if text in told or not stands_alone(text, title=article.title):
            continue
        told.add(text)
        place = position if is_teaser else position - len(teaser)
        stale = foretells(text) if is_old else 0.0
        yield _Candidate(text, article.id, rank, place, is_teaser, stale, Counter(content_terms(text)))


def _score(
    one: _Candidate, title: Counter[str], centre: Counter[str], rarity: dict[str, float], agreed: float
) -> float:
    place = 1 / (1 + one.position) / (1 + 0.35 * one.rank)
    return (
        agreed * (TITLE * _cosine(one.terms, title, rarity) + CENTRAL * _cosine(one.terms, centre, rarity))
        + POSITION * place
        + TEASER * one.is_teaser / (1 + one.rank)
        - STALE * one.stale
    )


def content_terms(text: str) -> list[str]:
    """Beginnings of the words that say something: inflection is at the end."""
    return [fold(word)[:_STEM] for word in words(text) if len(word) > 3 or word.isupper() or word.isdigit()]


def _rarity(candidates: Sequence[_Candidate]) -> dict[str, float]:
    counts = Counter(term for one in candidates for term in one.terms)
    return {term: math.log(1 + (len(candidates) + 1) / (count + 0.5)) for term, count in counts.items()}


def _cosine(one: Counter[str], other: Counter[str], rarity: dict[str, float]) -> float:
    def length(counts: Counter[str]) -> float:
        return math.sqrt(sum((count * rarity.get(term, 1.0)) ** 2 for term, count in counts.items()))

    dot = sum(count * other[term] * rarity.get(term, 1.0) ** 2 for term, count in one.items())
    return dot / (length(one) * length(other)) if dot else 0.0


def _overlap(one: _Candidate, other: _Candidate) -> float:
    """Share of the shorter sentence's words that are in the other."""
    shared = len(one.terms.keys() & other.terms.keys())
    return shared / max(1, min(len(one.terms), len(other.terms)))
