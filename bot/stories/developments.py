"""What is new in an article whose story was told before, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.analysis.standing import stands_alone, without_marks
from bot.articles.sentences import sentences
from bot.stories.facts import numbers, stated
from bot.stories.spelling import fold
from storage.records import Analysis, Article

MOST_FACTS = 6


def new_part(article: Article, analysis: Analysis, before: Iterable[Article]) -> tuple[str, tuple[str, ...]]:
    """The first sentence that stands alone and tells most of what is new, and the new numbers and names.

    The sentence is empty when none stands alone; the facts are folded, numbers first.
    """
    texts = [_whole(other) for other in before]
    known = frozenset().union(*map(numbers, texts))
    folded = " ".join(map(fold, texts))
    # A name can stand in another inflection's middle, a number in no other number's.
    facts = {
        fact
        for fact in stated(article, analysis)
        if fact not in known and (fact[0].isdigit() or fact not in folded)
    }
    best, most = "", 0
    for raw in (*sentences(article.summary), *sentences(without_marks(article.text))):
        sentence = without_marks(raw)
        told = numbers(sentence) | {fact for fact in facts if fact in fold(sentence)}
        if len(told & facts) > most and stands_alone(
            sentence, title=article.title, language=article.language
        ):
            best, most = sentence, len(told & facts)
    return best, tuple(sorted(facts, key=lambda fact: (not fact[0].isdigit(), fact)))[:MOST_FACTS]


def _whole(article: Article) -> str:
    return f"{article.title} {article.summary} {article.text}"
