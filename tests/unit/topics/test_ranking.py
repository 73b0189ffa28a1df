"""The order of what was found: as if every text were read, while most are not."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.topics.ranking import MOST_READ, Ranking
from bot.topics.relevance import Relevance
from storage.queries import AllOf, Candidate, Term
from storage.records import ArticleId, StoryId

NOW = datetime(2026, 3, 12, tzinfo=UTC)
MATCH = AllOf((Term(("krieg",)), Term(("berlin", "_berlin"))))
COUNTS = {"krieg": 900, "berlin": 300, "_berlin": 20}


def candidates(count):
    """Every seventh has one word in its title, every fiftieth both; four of a story."""
    found = []
    for number in range(1, count + 1):
        title = [*(["krieg"] if number % 7 == 0 else []), *(["berlin"] if number % 50 == 0 else []), "heute"]
        found.append(
            Candidate(
                article_id=ArticleId(number),
                title=f" {' '.join(title)} ",
                title_also=" _berlin " if number % 90 == 0 else "  ",
                publisher=f"Blatt {number % 5}",
                published_s=int((NOW - timedelta(hours=count - number)).timestamp()),
                story_id=StoryId(number // 4) if number % 9 else None,
                independent_count=number % 11,
            )
        )
    return found


def text_of(number):
    return (" krieg" * (number % 4 + 1) + " und" * 30 + " berlin" * (number * 7 % 5 + 1) + " ", "  ")


class Texts:
    def __init__(self):
        self.read = []

    async def __call__(self, ids):
        self.read += ids
        return {id_: text_of(id_) for id_ in ids}


def by_reading_all(found, relevance):
    ranking = Ranking(found, relevance, now=NOW)
    return [
        id_
        for _, id_, _ in sorted(
            (ranking._scored(one, *text_of(one.article_id)) for one in found), reverse=True
        )
    ]


@pytest.mark.parametrize("wanted", [1, 5, 20])
async def test_the_best_are_those_of_reading_every_text(wanted):
    found = candidates(MOST_READ)
    relevance = Relevance.of(MATCH, COUNTS, 10_000)
    texts = Texts()

    best = await Ranking(found, relevance, now=NOW).best(texts, wanted, by_story=False)

    assert [one.lead.article_id for one in best] == by_reading_all(found, relevance)[:wanted]


async def test_all_are_in_the_order_of_their_texts_when_all_are_wanted():
    found = candidates(400)
    relevance = Relevance.of(MATCH, COUNTS, 10_000)

    best = await Ranking(found, relevance, now=NOW).best(Texts(), 1_000_000, by_story=False)

    assert [one.lead.article_id for one in best] == by_reading_all(found, relevance)


async def test_no_more_texts_are_read_than_a_page_takes_and_the_pages_fit_together():
    found = candidates(361)
    relevance = Relevance.of(MATCH, COUNTS, 10_000)
    texts = Texts()

    first = await Ranking(found, relevance, now=NOW).best(texts, 5, by_story=True)
    many = await Ranking(found, relevance, now=NOW).best(texts, 60, by_story=True)

    assert len(texts.read) <= 2 * MOST_READ
    assert [one.lead for one in many[:5]] == [one.lead for one in first]
    leads = [one.lead.article_id for one in many]
    behind = [other.article_id for one in many for other in one.others]
    assert len({*leads, *behind}) == len(leads) + len(behind)
    assert all(other.story_id == one.lead.story_id for one in many for other in one.others)
    assert [one.score for one in many] == sorted((one.score for one in many), reverse=True)


async def test_without_words_the_newest_come_first_and_no_text_is_read():
    found = [one._replace(independent_count=0, story_id=None) for one in candidates(50)]
    texts = Texts()

    best = await Ranking(found, Relevance.of(None, {}, 10), now=NOW).best(texts, 50, by_story=True)

    assert [one.lead.article_id for one in best] == list(range(50, 0, -1))
    assert texts.read == []
