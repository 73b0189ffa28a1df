"""What resembles each other and is several events all the same: tickers, series, forms, chains."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.stories.lookalikes import is_another, is_filled_in_anew
from bot.stories.member import member_of
from bot.stories.related import MOST, Link, related_lists
from bot.stories.window import Window
from storage.records import StoryId
from tests.unit.stories.news import analysed, article

CLOSING = (
    "Der Dax schließt {} Prozent {} bei {} Punkten. Der MDax kommt auf {} Punkte, der Euro kostet am Abend "
    "{} Dollar, ein Barrel Öl {} Dollar."
)
NAMES = [
    first + last
    for first in ("Har", "Bel", "Sam", "Tess", "Mar", "Dor", "Kel", "Brun")
    for last in ("ven", "ikon", "ora", "wick", "sten", "holm", "uld", "quist")
]


@pytest.mark.parametrize(
    ("one", "other", "same_publisher", "expected"),
    [
        (
            "Samora-Liveticker: Helfer suchen Verschüttete",
            "Helfer suchen auf Samora Verschüttete",
            True,
            True,
        ),
        (
            "Samora-Liveticker: Helfer suchen Verschüttete",
            "Helfer suchen auf Samora Verschüttete",
            False,
            False,
        ),
        (
            "Frage der Woche: Darf ich mein Rad anketten?",
            "Frage der Woche: Wie tief ist der Teich?",
            True,
            True,
        ),
        (
            "Frage der Woche: Darf ich mein Rad anketten?",
            "Frage der Woche: Wie tief ist der Teich?",
            False,
            False,
        ),
        ("Beben auf Samora: Helfer suchen", "Beben auf Samora: Helfer finden Kind", True, False),
        ("Die Lage am Abend: Samora", "Beben auf Samora", False, True),
    ],
)
def test_tickers_series_and_round_ups(one, other, same_publisher, expected):
    here = article(1, one, publisher="Bote")
    there = article(2, other, publisher="Bote" if same_publisher else "Kurier", hours=1)

    assert is_another(there, member_of(*analysed(here))) is expected


def test_a_form_filled_in_anew_is_the_next_days():
    monday = CLOSING.format("0,61", "fester", "23.412", "29.811", "1,0842", "71,35")
    tuesday = CLOSING.format("1,14", "leichter", "23.145", "29.307", "1,0797", "73,90")
    here = member_of(*analysed(article(1, "Dax zum Wochenstart fester", monday)))

    assert is_filled_in_anew(monday, tuesday)
    assert not is_filled_in_anew(monday, monday)
    assert is_another(article(2, "Anleger halten sich zurück", tuesday, hours=24), here)
    assert not is_another(article(3, "Anleger halten sich zurück", tuesday, hours=1), here)


def test_what_only_neighbours_share_makes_no_chain():
    window = Window()
    placed = []
    for start in range(0, len(NAMES) - 5, 3):
        names = NAMES[start : start + 5]
        one = article(start, f"{names[0]} und {names[-1]}", " ".join(names))
        placed.append(window.place(*analysed(one)))

    sizes = Counter(id(one.story.final()) for one in placed)
    assert len(placed) == 20
    assert 2 <= max(sizes.values()) <= 4


def test_a_story_has_twelve_related_ones_at_most_the_nearest():
    window = Window()
    stories = [
        window.place(
            *analysed(article(at, f"Streit um {name}", f"{name} {name}feld {name}berg", hours=at))
        ).story
        for at, name in enumerate(NAMES)
    ]
    for at, story in enumerate(stories, 1):
        window.named(story, StoryId(at))
    links = [Link(stories[0], other, at / 100, ("Brücke",)) for at, other in enumerate(stories[1:], 1)]

    lists = related_lists(links, {}, {})

    assert [link.other_id for link in lists[StoryId(1)]] == list(range(len(NAMES), len(NAMES) - MOST, -1))
    assert all(len(lists[StoryId(at)]) == 1 for at in range(2, len(NAMES) + 1))


def test_an_event_a_week_apart_needs_more_in_common():
    text = "Die Lokführer der Nordbahn legen am Montag die Arbeit nieder. Die Gewerkschaft fordert mehr Lohn."
    other = "Bei der Nordbahn streikt die Gewerkschaft der Lokführer. Züge nach Harven und Belun fallen aus."
    soon, late = Window(), Window()
    for window, days in ((soon, 0), (late, 21)):
        window.place(*analysed(article(1, "Lokführer der Nordbahn streiken", text)))
        hours = timedelta(days=days).total_seconds() / 3600
        window.place(*analysed(article(2, "Streik der Lokführer bei der Nordbahn", other, hours=hours)))

    assert soon.member(1)[1] is soon.member(2)[1]
    assert late.member(1)[1] is not late.member(2)[1]
