"""Two or three whole sentences that tell an article or a story, each traceable to where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from bot.analysis import selection
from bot.analysis.folding import fold
from bot.analysis.foretelling import foretells
from bot.analysis.leaning import leans
from bot.analysis.selection import Candidate
from bot.analysis.standing import is_whole, without_marks
from bot.analysis.stopwords import stop_words
from bot.analysis.tokens import words
from bot.articles.sentences import sentences
from storage.records import Article, ArticleId

LOOKED_AT = 40
"""Sentences of one text; the news is at its beginning."""
ARTICLES = 12
# What is to come, told this long before the newest article, may have come.
OVERTAKEN = timedelta(hours=2)
_TERM, _STEM = 6, 7


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


def summarise(articles: Sequence[Article], *, language: str = "", most: int = 3) -> Summary:
    """What the articles tell, in one language: the one asked for if any of them is in it.

    The first article given counts as the one that stands for all. A sentence that leans on those before it
    comes with all of its paragraph up to there.
    """
    if not articles:
        return Summary(sentences=())
    chosen = _of_one_language(articles, language)[:ARTICLES]
    newest_at = max(article.published_at for article in chosen)
    is_bare = not any(article.summary for article in chosen)
    candidates = [
        one
        for rank, article in enumerate(chosen)
        for one in _candidates(
            article, rank, is_old=newest_at - article.published_at >= OVERTAKEN, is_bare=is_bare
        )
    ]
    titles = [telling_terms(article.title, article.language) for article in chosen]
    picked = selection.best(candidates, titles, most=most)
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


def _candidates(article: Article, rank: int, *, is_old: bool, is_bare: bool) -> Iterable[Candidate]:
    told = set()
    before = 0
    for is_teaser, text in ((True, article.summary), (False, without_marks(article.text))):
        paragraphs = [sentences(line) for line in text.splitlines()]
        count = sum(map(len, paragraphs))
        for position, begins, raw in islice(_placed(paragraphs), LOOKED_AT):
            sentence = without_marks(raw)
            if sentence in told or not is_whole(sentence, title=article.title):
                continue
            is_leaning = leans(sentence, article.language)
            if is_leaning and position == begins:
                continue
            told.add(sentence)
            yield Candidate(
                text=sentence,
                article_id=article.id,
                rank=rank,
                number=before + position,
                position=position,
                is_teaser=is_teaser,
                brief=selection.brevity(count) if is_bare else 1.0,
                needed=range(before + begins, before + position) if is_leaning else range(0),
                stale=foretells(sentence) if is_old else 0.0,
                terms=frozenset(telling_terms(sentence, article.language)),
            )
        before += count


def _placed(paragraphs: Iterable[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    """Each sentence with its place in the text and that of its paragraph's first."""
    begins = 0
    for paragraph in paragraphs:
        for place, sentence in enumerate(paragraph, begins):
            yield place, begins, sentence
        begins += len(paragraph)


def telling_terms(text: str, language: str) -> list[str]:
    """Beginnings of the words that say something of the subject: inflection is at the end."""
    empty = stop_words().get(language, frozenset())
    return [
        folded[:_TERM]
        for word in words(text)
        if (folded := fold(word)) not in empty and (len(word) > 2 or word.isupper() or word.isdigit())
    ]


def content_terms(text: str) -> list[str]:
    """Beginnings of the words that say something: inflection is at the end."""
    return [fold(word)[:_STEM] for word in words(text) if len(word) > 3 or word.isupper() or word.isdigit()]
