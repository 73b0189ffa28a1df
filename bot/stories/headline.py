"""Which article stands for a story, and what is said of the story as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.stories.sketch import WORD
from bot.stories.spelling import fold
from bot.stories.wire import voices
from storage.records import Article, NewStory, Story

# Headlines of this length say what happened and still fit on two lines of a phone.
SHORTEST, LONGEST = 35, 100

_BAIT = re.compile(
    r"^(?:So|Das|Dies|Diese[rs]?|Hier|Warum|Wie|Was|Wer|Jetzt|This|These|Here|Why|How|What)\b"
    r"|[?…]|\.\.\.|!|\b(?:Video|Fotos?|Bilder|Ticker|Live\w*|News ?blog|Podcast|Kommentar|Meinung|Opinion)\b",
    re.IGNORECASE,
)
_WIRED = re.compile(r"^(?:\+{2,}|Eilmeldung|EIL|BREAKING)\b", re.IGNORECASE)


def describe(articles: Sequence[Article]) -> NewStory:
    """The story these articles tell."""
    chosen = lead_article(articles)
    times = [article.published_at for article in articles]
    return NewStory(
        headline=chosen.title,
        lead_id=chosen.id,
        language=chosen.language,
        first_at=min(times),
        last_at=max(times),
        article_count=len(articles),
        independent_count=voices(articles),
    )


def in_language(story: Story, articles: Sequence[Article], language: str) -> Story:
    """The story as told to a reader of this language: by an article they can read, if there is one."""
    if story.language == language or all(article.language != language for article in articles):
        return story
    lead = lead_article(articles, language=language)
    return replace(story, headline=lead.title, lead_id=lead.id, language=language)


def lead_article(articles: Sequence[Article], *, language: str = "") -> Article:
    """Informative and calm, in the language asked for or that of most; no publisher is favoured."""
    languages = Counter(article.language for article in articles)
    preferred = language if language in languages else languages.most_common(1)[0][0]
    shares = _word_shares(articles)
    return min(
        articles,
        key=lambda article: (article.language != preferred, -_worth(article, shares), article.id),
    )


def _worth(article: Article, shares: dict[str, float]) -> float:
    """Higher is better: says what the others say, at length, without bait or shouting."""
    title = article.title
    words = [fold(word) for word in WORD.findall(title)]
    central = sum(shares.get(word, 0.0) for word in set(words)) / max(4, len(words))
    worth = 2 * central
    worth -= 0.3 * (len(title) < SHORTEST) + 0.3 * (len(title) > LONGEST)
    worth -= 0.5 * bool(_BAIT.search(title)) + 0.3 * bool(_WIRED.match(title))
    worth -= 0.5 * _shouts(title) + 0.3 * title.startswith(("„", "»", '"', "“", "‚", "«"))
    worth += 0.2 * bool(article.summary or article.text) + 0.1 * (len(article.text) > 600)
    return worth - 0.2 * (article.wire_of is not None)


def _shouts(title: str) -> bool:
    loud = [word for word in WORD.findall(title) if len(word) > 4 and word.isupper()]
    return len(loud) > 1


def _word_shares(articles: Sequence[Article]) -> dict[str, float]:
    """In what share of the articles' titles each longer word stands."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({fold(word) for word in WORD.findall(article.title) if len(word) > 3})
    return {word: count / len(articles) for word, count in counts.items() if count > 1 or len(articles) == 1}
