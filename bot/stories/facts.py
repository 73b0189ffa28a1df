"""What an article states that can be new: numbers and names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.stories.spelling import fold
from storage.records import Analysis, Article

_NUMBER = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)*(?![\w:])")
_MONTH = r"(?:Jan|Feb|Mär|Maer|Apr|Mai|May|Jun|Jul|Aug|Sep|Okt|Oct|Nov|Dez|Dec)[a-zä]*\b\.?"
# When something happens is told by every text in its own way; it is not what happened.
_WHEN = re.compile(
    rf"\d{{1,2}}\.\s*(?:{_MONTH}|\d{{1,2}}\.)(?:\s*\d{{2,4}})?"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b"
    r"|\b\d{1,2}[.:]\d{2}(?:\s*Uhr)?\b(?=\s*(?:Uhr|[ap]\.?m|CET|MEZ))"
    r"|\b\d{1,2}\s*Uhr\b"
    r"|\b(?:19|20)\d{2}\b"
    r"|\b\d{1,3}\.\s+(?=[A-ZÄÖÜ])",
)


def numbers(text: str) -> frozenset[str]:
    """Figures of the text without dates, years and times of day, thousands unmarked."""
    found = _NUMBER.findall(_WHEN.sub(" ", text))
    return frozenset(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number).replace(",", ".") for number in found)


def stated(article: Article, analysis: Analysis) -> frozenset[str]:
    """Every number and name in the article."""
    text = f"{article.title} {article.summary} {article.text}"
    return numbers(text) | _names(analysis.entities)


def announced(article: Article, analysis: Analysis) -> frozenset[str]:
    """The numbers and names it puts into title and teaser: what it holds to be the news."""
    text = f"{article.title} {article.summary or first_words(article.text)}"
    folded = fold(text)
    return numbers(text) | {name for name in _names(analysis.entities) if name in folded}


def first_words(text: str) -> str:
    return text[:240]


def is_news(new: Iterable[str]) -> bool:
    """One new number, or two new names: a lone name is often just another way to tell the same."""
    facts = list(new)
    return any(fact[0].isdigit() for fact in facts) or len(facts) >= 2


def _names(entities: Iterable[str]) -> frozenset[str]:
    return frozenset(folded for folded in map(fold, entities) if folded)
