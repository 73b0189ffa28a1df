"""What a reader sees of a story."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.digests.build import (
    MOST_SIMILAR,
    NEAR,
    Source,
    leads_of,
    published_until,
    story_item,
    topics_of,
    with_reader,
)
from storage.records import Article, ArticleId, Origin, Related, Story, StoryId, TopicId

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def article(number, *, publisher=None, hours=1.0, wire_of=None, story=1, title=None):
    at = NOW - timedelta(hours=hours)
    return Article(
        id=ArticleId(number),
        url=f"https://p{number}.example/{number}",
        title=title or f"Titel {number}",
        text="",
        publisher=f"P{number}" if publisher is None else publisher,
        language="de",
        published_at=at,
        first_seen_at=at,
        origin=Origin.FEED,
        story_id=StoryId(story),
        wire_of=wire_of,
    )


def story(lead=1, headline="Schlagzeile", version=1):
    return Story(
        id=StoryId(1),
        headline=headline,
        lead_id=ArticleId(lead),
        language="de",
        first_at=NOW,
        last_at=NOW,
        article_count=1,
        independent_count=1,
        version=version,
    )


def test_the_lead_is_linked_and_all_sources_are_counted():
    articles = [
        article(1, hours=25),
        article(2, hours=5),
        article(3, hours=4, wire_of=2),
        article(4, hours=1),
    ]

    item = story_item(story(lead=2, version=3), articles, [], ["Ein Satz."])

    assert (item.headline, item.url, item.publisher, item.version) == (
        "Schlagzeile",
        articles[1].url,
        "P2",
        3,
    )
    assert (item.source_count, item.wire_count, item.independent_count) == (4, 1, 3)
    assert item.first_publisher == "P1"
    assert (item.first_at, item.last_at) == (articles[0].published_at, articles[3].published_at)
    assert item.goes_on
    assert not story_item(story(lead=2), articles[1:], [], []).goes_on
    assert item.summary == ("Ein Satz.",)


def test_a_publisher_with_one_text_of_its_own_is_no_copier():
    articles = [article(1), article(2, publisher="A", wire_of=1), article(3, publisher="A")]
    assert story_item(story(), articles, [], []).sources == (
        Source(publisher="P1", is_wire=False),
        Source(publisher="A", is_wire=False),
    )


def test_texts_without_a_publisher_are_outlets_of_their_own():
    articles = [article(1, publisher=""), article(2, publisher=""), article(3, publisher="", wire_of=2)]
    item = story_item(story(), articles, [], [])
    assert (item.source_count, item.wire_count) == (3, 1)
    assert [one.title for one in item.similar] == ["Titel 2", "Titel 3"]


def test_other_outlets_come_before_related_stories_and_own_texts_before_copies():
    articles = [
        article(1, hours=9),
        article(2, hours=1, wire_of=1),
        article(3, hours=6),
        article(4, hours=2),
        article(5, hours=3, publisher="P1"),
        article(6, hours=4, publisher="P3"),
    ]
    related = [article(7, story=2), article(8, story=3, publisher="P7")]

    similar = story_item(story(), articles, related, []).similar

    # P1 leads and says no more; P3 is heard once, with its newest.
    assert [(one.title, one.is_same_story) for one in similar] == [
        ("Titel 4", True),
        ("Titel 6", True),
        ("Titel 2", True),
        ("Titel 7", False),
        ("Titel 8", False),
    ]


def test_at_most_six_others():
    similar = story_item(story(), [article(n) for n in range(1, 12)], [article(20, story=2)], []).similar
    assert len(similar) == MOST_SIMILAR
    assert all(one.is_same_story for one in similar)


def test_a_lead_that_is_gone_is_replaced_by_the_newest():
    item = story_item(story(lead=99, headline=""), [article(1), article(2)], [], [])
    assert (item.headline, item.url) == ("Titel 2", "https://p2.example/2")


def test_what_one_reader_is_told():
    item = with_reader(story_item(story(), [article(1)], [], []), is_development=True, topics=["Nordkorea"])
    assert item.is_development
    assert item.topics == ("Nordkorea",)
    assert not item.goes_on


def test_topics_are_named_best_fit_first():
    fits = {TopicId(1): 0.2, TopicId(2): 0.9, TopicId(3): 0.2, TopicId(4): 1.0}
    names = {TopicId(1): "b", TopicId(2): "c", TopicId(3): "a"}
    assert topics_of(fits, names) == ("c", "a", "b")


def test_only_near_related_stories_are_named_each_once_and_few():
    others = {StoryId(n): replace(story(lead=n), id=StoryId(n)) for n in range(2, 9)}
    others[StoryId(9)] = others[StoryId(2)]  # nine was merged into two
    leads = {ArticleId(n): article(n, story=n) for n in range(2, 9)}
    links = [
        Related(story_id=StoryId(1), other_id=StoryId(n), score=score, reason=("Wort",))
        for n, score in [(2, 0.4), (9, 0.3), (3, NEAR), (4, NEAR - 0.01), (1, 0.9), (5, 0.2), (6, 0.2)]
    ]
    assert [one.id for one in leads_of(StoryId(1), links, others, leads)] == [2, 3, 5]


def test_nothing_later_than_the_moment_asked_for():
    articles = [article(1, hours=3), article(2, hours=1)]
    assert published_until(articles, NOW - timedelta(hours=2)) == articles[:1]
    assert published_until(articles, None) == articles
