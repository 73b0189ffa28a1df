"""Whether articles bear out what somebody else wrote of them: sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysis.standing import stands_alone
from bot.analysis.summary import SummarySentence, content_terms
from bot.articles.sentences import sentences
from storage.records import Article

# Faithful summaries share .64 to .88 of their content words with what they tell, swapped ones .07: a sentence
# has to share so much with one article.
LEAST_SHARED = 0.6
MOST = 3


def grounded(text: str, articles: Sequence[Article]) -> tuple[SummarySentence, ...]:
    """The sentences that an article bears out and that stand alone, each with that article.

    Every figure has to stand in that article; a name nobody told costs a share like any other word.
    """
    told = [(article, _terms(f"{article.title} {article.summary} {article.text}")) for article in articles]
    kept: list[SummarySentence] = []
    for sentence in sentences(text):
        if len(kept) == MOST:
            break
        own = _terms(sentence)
        figures = {term for term in own if term.isdecimal()}
        best = max(told, key=lambda pair: len(own & pair[1]), default=None)
        if best is None:
            continue
        article, known = best
        if not stands_alone(sentence, title="", language=article.language):
            continue
        if figures <= known and len(own & known) >= LEAST_SHARED * len(own):
            kept.append(SummarySentence(text=sentence, article_id=article.id))
    return tuple(kept)


def _terms(text: str) -> set[str]:
    return set(content_terms(text))
