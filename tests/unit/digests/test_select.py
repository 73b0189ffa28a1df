"""Which stories an edition tells."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.select import UNASKED, Candidate, looked_from, most_stories, rank, ranking, weight
from bot.digests.select import select as select_from
from bot.digests.taste import NO_TASTE, Taste
from storage.records import Length, StoryId, TopicId

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def candidate(story_id, *, publisher="Küstenbote", sources=1, hours=1.0, fit=1.0, version=1, names=()):
    story = Candidate(
        story_id=StoryId(story_id),
        place=story_id,
        version=version,
        weight=weight(independent_count=sources, last_at=NOW - timedelta(hours=hours), now=NOW),
        publisher=publisher,
        is_alone=sources == 1,
        names=names,
    )
    return story, {TopicId(1): fit} if fit is not None else {}


def select(stories, told, *, most, taste=NO_TASTE):
    """From stories as `candidate` makes them, all of one topic."""
    return select_by_topic([stories], told, most=most, taste=taste)


def select_by_topic(topics, told, *, most, taste=NO_TASTE):
    candidates = {one.story_id: one for stories in topics for one, _ in stories}
    rankings = []
    for number, stories in enumerate(topics, start=1):
        fits = {one.story_id: max(fits.values(), default=0.0) for one, fits in stories}
        is_asked = all(fits for _, fits in stories)
        found = [(candidates[story_id], fit) for story_id, fit in fits.items()]
        rankings.append(ranking(TopicId(number) if is_asked else None, found))
    return select_from(rankings, candidates, told, most=most, taste=taste)


def ids(selection):
    return [chosen.candidate.story_id for chosen in selection.chosen]


def test_more_sources_fresher_and_nearer_come_first():
    stories = [
        candidate(1, publisher="A"),
        candidate(2, publisher="B", sources=4),
        candidate(3, publisher="C", hours=30),
        candidate(4, publisher="D", fit=0.4),
        candidate(5, publisher="E", fit=0.1),
    ]
    assert ids(select(stories, {}, most=5)) == [2, 1, 4, 3, 5]


def test_what_mentions_a_topic_in_passing_comes_behind_what_is_about_it():
    stories = [candidate(1, publisher="A", sources=4, fit=0.3), candidate(2, publisher="B", fit=1.0)]
    assert ids(select(stories, {}, most=2)) == [2, 1]


def test_what_was_told_is_not_told_again_unless_it_developed():
    stories = [candidate(1), candidate(2, version=3), candidate(3, version=2)]

    selection = select(stories, {StoryId(1): 1, StoryId(2): 2, StoryId(3): 2}, most=9)

    [chosen] = selection.chosen
    assert (chosen.candidate.story_id, chosen.is_development) == (2, True)
    assert selection.left_over == 0


def test_a_new_story_is_no_development():
    [chosen] = select([candidate(1, version=5)], {}, most=9).chosen
    assert not chosen.is_development


def test_what_does_not_fit_is_counted():
    selection = select([candidate(number, publisher=str(number)) for number in range(14)], {}, most=5)
    assert (len(selection.chosen), selection.left_over) == (5, 9)


def test_a_publisher_leads_its_share_and_the_rest_only_where_others_have_nothing():
    loud = [candidate(number, publisher="Laut", sources=9) for number in range(1, 10)]
    others = [candidate(number, publisher=f"P{number}") for number in range(10, 14)]

    selection = select(loud + others, {}, most=6)

    assert ids(selection) == [1, 2, 10, 11, 12, 13]
    assert ids(select(loud, {}, most=6)) == [1, 2, 3, 4, 5, 6]


def test_texts_without_a_publisher_are_not_one_publisher():
    nameless = [candidate(number, publisher="") for number in range(6)]
    named = [candidate(number, publisher="P", sources=1, hours=20) for number in range(6, 9)]
    assert ids(select(nameless + named, {}, most=6)) == [0, 1, 2, 3, 4, 5]


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9), st.floats(0, 99)), max_size=30),
    st.integers(1, 12),
    st.sets(st.integers(0, 29)),
)
def test_counts_add_up_and_nothing_known_is_told(stories, most, known):
    candidates = [
        candidate(number, publisher=publisher, sources=sources, hours=hours)
        for number, (publisher, sources, hours) in enumerate(stories)
    ]
    told = {StoryId(number): 1 for number in known}

    selection = select(candidates, told, most=most)

    new = {one.story_id for one, _ in candidates} - told.keys()
    assert len(selection.chosen) + selection.left_over == len(new)
    assert set(ids(selection)) <= new
    assert len(selection.chosen) == min(most, len(new))
    ranks = [chosen.rank for chosen in selection.chosen]
    assert ranks == sorted(ranks, reverse=True)


def test_a_story_from_the_future_is_simply_fresh():
    early, now = (
        weight(independent_count=1, last_at=NOW + timedelta(hours=hours), now=NOW) for hours in (5, 0)
    )
    assert early == now


def test_a_story_nobody_asked_for_counts_by_its_weight_alone():
    story, _ = candidate(1)
    assert rank(story, UNASKED) == story.weight
    assert rank(story, 0.3) == pytest.approx(story.weight * 0.3)


@given(
    st.lists(st.dictionaries(st.integers(0, 60), st.floats(0, 1), max_size=40), min_size=1, max_size=6),
    st.dictionaries(st.integers(0, 60), st.integers(1, 2), max_size=20),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)
def test_looking_at_the_heads_of_the_lists_finds_what_looking_at_all_does(topics, told, most, chance):
    stories = {
        number: candidate(
            number,
            publisher=chance.choice(["A", "B", "C", "D", ""]),
            sources=chance.randint(1, 9),
            hours=chance.uniform(0, 50),
            version=chance.randint(1, 2),
        )[0]
        for number in range(61)
    }
    rankings = [
        ranking(TopicId(number), [(stories[story_id], fit) for story_id, fit in fits.items()])
        for number, fits in enumerate(topics)
    ]

    selection = select_from(rankings, stories, told, most=most)

    best = {}
    for fits in topics:
        for number, fit in fits.items():
            best[number] = max(best.get(number, 0.0), rank(stories[number], fit))
    new = [number for number in best if stories[number].version > told.get(number, 0)]
    new.sort(key=lambda number: (-best[number], number))
    share, leads, taken, waiting = max(1, -(-most // 3)), {}, [], []
    for number in new:
        publisher = stories[number].publisher
        over = publisher and leads.get(publisher, 0) >= share
        (waiting if over else taken).append(number)
        leads[publisher] = leads.get(publisher, 0) + 1
    kept = sorted((taken[:most] + waiting)[:most], key=lambda number: (-best[number], number))
    assert ids(selection) == kept
    assert selection.left_over == len(new) - len(kept)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, timedelta(days=3)),
        (timedelta(hours=11), timedelta(hours=13)),
        (timedelta(days=7), timedelta(days=7, hours=2)),
        (timedelta(days=90), timedelta(days=14)),
    ],
)
def test_how_far_an_edition_looks_back(last, expected):
    last_built_at = None if last is None else NOW - last
    assert looked_from(last_built_at, now=NOW) == NOW - expected


def test_the_reader_chooses_the_length():
    assert [most_stories(length, normal=10) for length in Length] == [5, 10, 20]
    assert most_stories(Length.SHORT, normal=1) == 1


def test_what_a_chat_liked_rises_and_what_it_disliked_sinks():
    stories = [candidate(1, names=("Putin",)), candidate(2, publisher="B", names=("Merz",))]

    def ranks(**leanings):
        named = {trait.replace("_", ":"): value for trait, value in leanings.items()}
        chosen = select(stories, {}, most=2, taste=Taste(leanings=named)).chosen
        return {one.candidate.story_id: one.rank for one in chosen}

    plain = ranks()[1]
    assert ranks(name_Putin=1, publisher_Küstenbote=1) == pytest.approx({1: plain * 2**0.5, 2: plain})
    assert ranks(name_Putin=-4) == pytest.approx({2: plain, 1: plain / 2})
    assert ranks(topic_1=-99) == pytest.approx({1: plain / 4, 2: plain / 4})
    assert ranks(name_Scholz=5) == pytest.approx({1: plain, 2: plain})


def test_a_story_of_two_topics_is_told_once_at_its_better_fit():
    near, far = candidate(1, fit=0.9), candidate(1, fit=0.2)
    selection = select_by_topic([[far], [near]], {}, most=5)
    [chosen] = selection.chosen
    assert chosen.fits == {TopicId(1): 0.2, TopicId(2): 0.9}
    assert chosen.rank == rank(near[0], 0.9)
    assert selection.left_over == 0


def test_muted_stories_and_what_only_a_muted_publisher_tells_stay_away():
    stories = [candidate(1), candidate(2, publisher="Laut"), candidate(3, publisher="Laut", sources=2)]
    taste = Taste(muted_stories=frozenset({StoryId(1)}), muted_publishers=frozenset({"Laut"}))

    selection = select(stories, {}, most=9, taste=taste)

    assert ids(selection) == [3]
    assert selection.left_over == 0
