"""A story that turns out to tell two events."""

import numpy as np

from bot.stories.placing import assigned, parted_ids
from bot.stories.splitting import is_time_to_look, second_event
from bot.stories.window import Window
from storage.records import StoryId
from tests.unit.stories.news import analysed, article

QUAKE = [
    (
        "Ein Erdbeben der Stärke 6,4 hat am Morgen die Insel Samora erschüttert. In der Hafenstadt Belun stürzten"
        " Häuser ein, Helfer suchen nach Verschütteten."
    ),
    (
        "Nach dem Erdbeben auf Samora suchen Helfer in der Hafenstadt Belun nach Verschütteten. Die Erde bebte mit"
        " Stärke 6,4."
    ),
    "In Belun auf der Insel Samora sind nach dem Erdbeben Häuser eingestürzt. Helfer suchen nach Verschütteten.",
]
STRIKE = [
    "Die Lokführer der Nordbahn legen ab Montag die Arbeit nieder. Die Gewerkschaft GLV fordert mehr Lohn.",
    (
        "Ab Montag stehen bei der Nordbahn die Züge still: Die Gewerkschaft GLV ruft die Lokführer zum Streik auf"
        " und fordert mehr Lohn."
    ),
    "Die Lokführer der Nordbahn legen ab Montag die Arbeit nieder. Die Gewerkschaft GLV verlangt mehr Lohn.",
]
BOTH = (
    "Ein Erdbeben erschüttert die Insel Samora, in der Hafenstadt Belun stürzten Häuser ein. Und die Lokführer"
    " der Nordbahn legen ab Montag die Arbeit nieder, die Gewerkschaft GLV fordert mehr Lohn."
)
ARTICLES = [
    article(1, "Erdbeben auf Samora, Lokführer der Nordbahn streiken", BOTH),
    article(2, "Erdbeben der Stärke 6,4 erschüttert Insel Samora", QUAKE[0], hours=1),
    article(3, "Lokführer der Nordbahn streiken ab Montag", STRIKE[0], hours=1.5),
    article(4, "Samora: Helfer suchen nach Verschütteten in Belun", QUAKE[1], hours=3),
    article(5, "Nordbahn: Gewerkschaft GLV ruft Lokführer zum Streik auf", STRIKE[1], hours=4),
    article(6, "Erdbeben auf Samora: Häuser in Belun eingestürzt", QUAKE[2], hours=5),
    article(7, "Streik bei der Nordbahn: Lokführer fordern mehr Lohn", STRIKE[2], hours=6),
]


def test_two_events_held_together_by_one_article_part_when_each_has_its_own():
    window = Window()
    placements = [window.place(*analysed(one)) for one in ARTICLES]

    assert [placement.parting is not None for placement in placements] == [False] * 6 + [True]
    parting = placements[-1].parting
    assert parting.story is placements[0].story
    assert set(parting.article_ids) == {2, 4, 6}
    assert {member.article_id for member in window.members(parting.story)} == {1, 3, 5, 7}
    # Each part knows only what its own articles told.
    assert not window.facts(parting.part) & {"nordbahn", "glv"}
    # The next article finds the right one of the two.
    later = window.place(
        *analysed(article(8, "Erdbeben auf Samora: Zahl der Toten steigt", QUAKE[1], hours=8))
    )
    assert later.story is parting.part


def test_a_stored_story_keeps_its_id_with_its_first_article():
    window = Window()
    window.load([analysed(article_in(one, 9)) for one in ARTICLES[:6]])
    placement = window.place(*analysed(ARTICLES[6]))

    moved = assigned([placement], window)
    part = placement.parting.part
    window.named(part, StoryId(10))

    assert placement.parting.story.story_id == 9
    assert moved[part] == [2, 4, 6]
    assert parted_ids([placement], window) == {9: {10: [2, 4, 6]}}


def article_in(one, story):
    return article(
        int(one.id),
        one.title,
        one.text,
        hours=(one.published_at - ARTICLES[0].published_at).total_seconds() / 3600,
        story=story,
    )


def test_one_event_told_in_two_ways_stays_one():
    alike = np.full((6, 6), 0.09, np.float32)
    alike[:3, :3] = alike[3:, 3:] = 0.4
    np.fill_diagonal(alike, 1)

    assert second_event(alike) is None
    alike[:3, 3:] = alike[3:, :3] = 0.02
    assert second_event(alike) == [3, 4, 5]


def test_a_part_has_to_be_a_story_by_itself():
    alike = np.full((6, 6), 0.4, np.float32)
    alike[4:, :] = alike[:, 4:] = 0.0
    np.fill_diagonal(alike, 1)

    assert second_event(alike) is None


def test_when_a_story_is_looked_at_depends_on_its_size_alone():
    assert [size for size in range(1, 24) if is_time_to_look(size)] == [6, 7, 8, 9, 10, 11, 12, 16, 20]
