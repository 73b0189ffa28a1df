"""Builds what a reader sees of a story: headline, summary, sources, and what other outlets report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.digests.scope import EVERYTHING, Scope
from storage.records import Article, ArticleId, EditionState, Length, Related, Story, StoryId, TopicId

MOST_SIMILAR = 6
MOST_RELATED = 3
# Of the links above this five of six were right on the tuning half of tests/quality/related_stories.tsv;
# of all of them, two of three.
NEAR = 0.14
# Less, and the two times would soon read alike: three days ago, latest three days ago.
GOING_ON = timedelta(days=1)
SENTENCES = {Length.SHORT: 1, Length.NORMAL: 2, Length.LONG: 3}
NO_AGENCIES: Mapping[ArticleId, str] = MappingProxyType({})
SIMILAR = {Length.SHORT: 3, Length.NORMAL: MOST_SIMILAR, Length.LONG: MOST_SIMILAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher that reports the story; empty where a text came without one."""

    publisher: str
    is_wire: bool
    """All its articles of the story carry another's text."""
    agency: str = ""
    """Whose text that is, where the copies name a news agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarItem:
    """Another outlet's article: of the same story, or of a related one."""

    title: str
    publisher: str
    url: str
    published_at: datetime
    is_same_story: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """A story as it is told."""

    story_id: StoryId
    version: int
    headline: str
    url: str
    publisher: str
    published_at: datetime
    first_at: datetime
    last_at: datetime
    language: str
    summary: tuple[str, ...]
    """Sentences of the articles, in the order they are read."""
    sources: tuple[Source, ...]
    """In the order they first reported."""
    similar: tuple[SimilarItem, ...]
    is_development: bool = False
    news: tuple[str, ...] = ()
    """What is new since the reader was told it, as sentences of the articles."""
    topics: tuple[str, ...] = ()
    """The reader's topics that led here, as the reader wrote them."""

    @property
    def source_count(self) -> int:
        return len(self.sources)

    @property
    def wire_count(self) -> int:
        return sum(source.is_wire for source in self.sources)

    @property
    def agency(self) -> str:
        """The one news agency the copied texts name; empty where they name none or several."""
        named = {source.agency for source in self.sources if source.is_wire and source.agency}
        return named.pop() if len(named) == 1 else ""

    @property
    def independent_count(self) -> int:
        return self.source_count - self.wire_count

    @property
    def goes_on(self) -> bool:
        """Whether reports came over so long a time that the first one's age alone would mislead."""
        return self.last_at - self.first_at >= GOING_ON

    @property
    def first_publisher(self) -> str:
        return self.sources[0].publisher if self.sources else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was looked through for an edition."""

    articles: int
    publishers: int
    since: datetime
    stale: tuple[str, ...] = ()
    """Publishers none of whose feeds has answered for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """All that an edition's message says."""

    local_date: date
    due_at: datetime
    state: EditionState
    items: tuple[StoryItem, ...]
    left_over: int
    topics: tuple[str, ...]
    """The topics looked for; none where the reader follows none and is told what leads."""
    checked: Checked | None
    """Only where there is nothing to tell."""
    length: Length = Length.NORMAL
    next_due_at: datetime | None = None
    slot: str = ""
    """Unique per chat; what did not fit is asked for by it."""
    is_follow: bool = False
    """No digest: a story the reader follows developed."""
    scope: Scope = EVERYTHING
    """What leads where, for a reader without topics."""

    @property
    def sentences(self) -> int:
        return SENTENCES[self.length]

    @property
    def similar(self) -> int:
        return SIMILAR[self.length]


def story_item(
    story: Story,
    articles: Sequence[Article],
    related: Sequence[Article],
    summary: Sequence[str],
    *,
    agencies: Mapping[ArticleId, str] = NO_AGENCIES,
) -> StoryItem:
    """The story from its articles (oldest first) and the leads of related stories, nearest first.

    `agencies` are those named by the copies among the articles.
    """
    lead = lead_first(story, articles)[0]
    return StoryItem(
        story_id=story.id,
        version=story.version,
        headline=story.headline if story.headline and lead.id == story.lead_id else lead.title,
        url=lead.url,
        publisher=lead.publisher,
        published_at=lead.published_at,
        first_at=articles[0].published_at,
        last_at=max(article.published_at for article in articles),
        language=lead.language,
        summary=tuple(summary),
        sources=sources(articles, agencies),
        similar=similar(lead, articles, related),
    )


def published_until(articles: Iterable[Article], as_of: datetime | None) -> list[Article]:
    """Those that were there at that moment; all where none is given."""
    return [article for article in articles if as_of is None or article.published_at <= as_of]


def lead_first(story: Story, articles: Sequence[Article]) -> list[Article]:
    """The article that stands for the story before the others, of which the newest come first."""
    newest = sorted(articles, key=lambda article: (article.published_at, article.id), reverse=True)
    return sorted(newest, key=lambda article: article.id != story.lead_id)


def leads_of(
    story_id: StoryId,
    links: Iterable[Related],
    others: Mapping[StoryId, Story],
    leads: Mapping[ArticleId, Article],
) -> list[Article]:
    """The articles that stand for the nearest related stories, each story once."""
    near = [link.other_id for link in links if link.score >= NEAR and link.other_id in others]
    found = {others[other_id].id: others[other_id] for other_id in near}
    articles = [leads[one.lead_id] for id_, one in found.items() if id_ != story_id and one.lead_id in leads]
    return articles[:MOST_RELATED]


def with_reader(
    item: StoryItem, *, is_development: bool, topics: Iterable[str], news: Iterable[str] = ()
) -> StoryItem:
    """The story as one reader is told it."""
    return replace(item, is_development=is_development, topics=tuple(topics), news=tuple(news))


def sources(
    articles: Sequence[Article], agencies: Mapping[ArticleId, str] = NO_AGENCIES
) -> tuple[Source, ...]:
    """Each publisher once; texts without one are outlets of their own, since nothing says otherwise."""
    wire: dict[str, bool] = {}
    named: dict[str, str] = {}
    for article in articles:
        key = _outlet(article)
        wire[key] = wire.get(key, True) and article.wire_of is not None
        named[key] = named.get(key) or agencies.get(article.id, "")
    return tuple(
        Source(publisher="" if key.startswith("\0") else key, is_wire=is_wire, agency=named[key])
        for key, is_wire in wire.items()
    )


def similar(
    lead: Article, articles: Sequence[Article], related: Sequence[Article]
) -> tuple[SimilarItem, ...]:
    """Other outlets' articles of the story, texts of their own before copies, then the related stories."""
    others = [article for article in articles if article.id != lead.id]
    others.sort(key=lambda article: (article.wire_of is not None, -article.published_at.timestamp()))
    items = _one_per_outlet(others, said={_outlet(lead)}, is_same_story=True)
    items += _one_per_outlet(related, said=set(), is_same_story=False)
    return tuple(items[:MOST_SIMILAR])


def _one_per_outlet(articles: Iterable[Article], *, said: set[str], is_same_story: bool) -> list[SimilarItem]:
    items = []
    for article in articles:
        outlet = _outlet(article) if is_same_story else str(article.id)
        if outlet not in said:
            said.add(outlet)
            items.append(
                SimilarItem(
                    title=article.title,
                    publisher=article.publisher,
                    url=article.url,
                    published_at=article.published_at,
                    is_same_story=is_same_story,
                )
            )
    return items


def _outlet(article: Article) -> str:
    return article.publisher or f"\0{article.id}"


def topics_of(fits: Mapping[TopicId, float], names: Mapping[TopicId, str]) -> tuple[str, ...]:
    """The names of the topics that matched, best fit first."""
    ranked = sorted(fits, key=lambda topic_id: (-fits[topic_id], names.get(topic_id, "")))
    return tuple(names[topic_id] for topic_id in ranked if topic_id in names)
