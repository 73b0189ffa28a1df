"""Which article stands for a story, and what is said of the story as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.analysis.foretelling import foretells
from bot.stories.sketch import WORD, lead
from bot.stories.spelling import fold
from bot.stories.wire import voices
from storage.records import Article, NewStory, Story

# Headlines of this length say what happened and still fit on two lines of a phone.
SHORTEST, LONGEST = 35, 100
# After so long without it an article's words count half for what the story is about now: two new voices
# outweigh three of the day before, and one alone hardly does.
HALF_LIFE_H = 12.0
# What was to come has come when another publisher tells of it this much later.
OVERTAKEN = timedelta(hours=2)
OVERTAKING = 2
"""So many publishers have to, to be believed in full."""
# Of each article its title and so many characters say what happened.
BEGINNING = 300
NAMED_LETTERS, TELLING_LETTERS, STEM = 4, 5, 7
LEAST_TELLING = 3
LONG_QUOTE = 3
"""Words from which on what stands in quotes is a quotation; shorter it is a name ("„Iris“ ist gelandet")."""

_BAIT = re.compile(
    r"^(?:So|Das|Dies|Diese[rs]?|Hier|Warum|Wie|Was|Wer|Jetzt|This|These|Here|Why|How|What)\b"
    r"|[?…]|\.\.\.|!|\b(?:Video|Fotos?|Bilder|Ticker|Live\w*|News ?blog|Podcast|Kommentar|Meinung|Opinion)\b"
    r"|\bwas (?:wir|man|Sie|jetzt) wissen\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[„»\"“‚«]([^“”«»\"‘]*)")
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
    """Informative, calm and of the latest state, in the language asked for or that of most.

    No publisher is favoured.
    """
    languages = Counter(article.language for article in articles)
    preferred = language if language in languages else languages.most_common(1)[0][0]
    told = _told(articles)
    return min(
        articles,
        key=lambda article: (article.language != preferred, -_worth(article, told), article.id),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the articles of a story tell together."""

    now: datetime
    """When the last publisher but one told something: a lone late voice does not make the others old."""
    in_titles: dict[str, float]
    """Of each telling word: in what share of their titles it stands, the newest counting most."""
    in_beginnings: dict[str, float]
    """The same of titles and beginnings."""
    seen: tuple[tuple[datetime, str], ...]
    """When which publisher told something in its own words."""

    def age_counts(self, article: Article) -> float:
        """1 for the newest, less the older."""
        age = max(self.now - article.published_at, timedelta())
        return float(0.5 ** (age / timedelta(hours=HALF_LIFE_H)))

    def overtaken(self, article: Article) -> float:
        """How surely others tell of a later state, 0 to 1."""
        later = {
            publisher
            for at, publisher in self.seen
            if publisher != article.publisher and at - article.published_at >= OVERTAKEN
        }
        return min(1.0, len(later) / OVERTAKING)


def _told(articles: Sequence[Article]) -> _Told:
    own = tuple((one.published_at, one.publisher) for one in articles if one.wire_of is None)
    last = {publisher: at for at, publisher in sorted(own)}
    told = _Told(sorted(last.values())[-2:][0] if last else articles[0].published_at, {}, {}, own)
    ages = [told.age_counts(article) for article in articles]
    titles = [_telling(one.title, one.language) for one in articles]
    begun = [_telling(f"{one.title} {lead(one)[:BEGINNING]}", one.language) for one in articles]
    return replace(told, in_titles=_shares(titles, ages), in_beginnings=_shares(begun, ages))


def _worth(article: Article, told: _Told) -> float:
    """Higher is better: says what the others say now, at length, without bait or shouting."""
    title = article.title
    worth = _central(title, told.in_titles, article.language)
    worth += _central(title, told.in_beginnings, article.language)
    worth -= 0.3 * (len(title) < SHORTEST) + 0.3 * (len(title) > LONGEST)
    worth -= 0.5 * bool(_BAIT.search(title)) + 0.3 * bool(_WIRED.match(title))
    worth -= 0.5 * _shouts(title) + 0.3 * _quotes(title)
    worth += 0.2 * bool(article.summary or article.text) + 0.1 * (len(article.text) > 600)
    worth += 0.3 * told.age_counts(article) - 0.6 * foretells(title) * told.overtaken(article)
    return worth - 0.2 * (article.wire_of is not None)


def _shouts(title: str) -> bool:
    loud = [word for word in WORD.findall(title) if len(word) > 4 and word.isupper()]
    return len(loud) > 1


def _quotes(title: str) -> bool:
    """It begins with what somebody said."""
    quoted = _QUOTED.match(title)
    return quoted is not None and len(quoted[1].split()) >= LONG_QUOTE


def _central(title: str, shares: dict[str, float], language: str) -> float:
    """How much of what the others say it says; 0 to 1."""
    words = _telling(title, language)
    return sum(shares.get(word, 0.0) for word in words) / max(LEAST_TELLING, len(words))


def _shares(told: Sequence[set[str]], counts: Sequence[float]) -> dict[str, float]:
    """Of each word: in what share of these it stands, as each counts; a word of one article says nothing."""
    seen = Counter(word for words in told for word in words)
    shares: dict[str, float] = {}
    for words, counted in zip(told, counts, strict=True):
        for word in words:
            if seen[word] > 1 or len(told) == 1:
                shares[word] = shares.get(word, 0.0) + counted / sum(counts)
    return shares


def _telling(text: str, language: str) -> set[str]:
    """Beginnings of words that name something: in German those with a capital, elsewhere the longer ones."""
    least = NAMED_LETTERS if language == "de" else TELLING_LETTERS
    return {
        fold(word)[:STEM]
        for word in WORD.findall(text)
        if len(word) >= least and (language != "de" or not word[0].islower())
    }
