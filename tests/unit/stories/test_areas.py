"""Central banks that decide in one week, figures that come of every area: alike in all but the area's name."""

from __future__ import annotations

import pytest

from bot.stories.areas import areas, is_elsewhere
from bot.stories.member import member_of
from bot.stories.window import Window
from tests.unit.stories.news import analysed, article

WEEK = (
    (
        "fed",
        "Fed senkt Leitzins um 0,25 Prozentpunkte",
        "Die US-Notenbank hat den Leitzins um einen Viertelpunkt gesenkt. Ihr Chef verweist auf die Inflation.",
    ),
    (
        "fed",
        "US-Notenbank senkt Zinsen erneut",
        "Die Federal Reserve senkt den Leitzins um 25 Basispunkte und dämpft Hoffnungen auf weitere Schritte.",
    ),
    (
        "ezb",
        "EZB senkt Leitzins um 0,25 Prozentpunkte",
        "Die Europäische Zentralbank hat den Leitzins um einen Viertelpunkt gesenkt. Sie verweist auf die Inflation.",
    ),
    (
        "ezb",
        "Europäische Zentralbank senkt Zinsen erneut",
        "Die EZB senkt den Leitzins um 25 Basispunkte und dämpft Hoffnungen auf weitere Schritte.",
    ),
    (
        "boe",
        "Bank of England senkt Leitzins um 0,25 Prozentpunkte",
        "Die britische Notenbank hat den Leitzins um einen Viertelpunkt gesenkt und verweist auf die Inflation.",
    ),
    (
        "boe",
        "Britische Zentralbank senkt Zinsen erneut",
        "Die Bank of England senkt den Leitzins um 25 Basispunkte und dämpft Hoffnungen auf weitere Schritte.",
    ),
)


def test_three_central_banks_in_one_week_are_three_stories():
    window = Window()
    placed = [
        (bank, window.place(*analysed(article(number, title, text, hours=20 * number))).story)
        for number, (bank, title, text) in enumerate(WEEK, 1)
    ]

    assert len({story for _, story in placed}) == 3
    assert len(set(placed)) == 3


def test_a_report_on_all_three_makes_them_no_single_story():
    window = Window()
    for number, (_, title, text) in enumerate(WEEK, 1):
        window.place(*analysed(article(number, title, text, hours=10 * number)))

    title = "Fed, EZB und Bank of England senken Leitzins um 0,25 Prozentpunkte"
    text = (
        "Drei Notenbanken haben den Leitzins um einen Viertelpunkt gesenkt und verweisen auf die Inflation."
    )
    placement = window.place(*analysed(article(7, title, text, hours=70)))

    assert not placement.is_new
    assert placement.absorbed == ()
    assert len({window.member(number)[1] for number in range(1, 8)}) == 3


@pytest.mark.parametrize(
    ("title", "beginning", "expected"),
    [
        ("Fed lowers rates", "", {"us"}),
        ("Zinsentscheid in Washington", "Die US-Notenbank wartet ab.", {"us"}),
        ("EZB lässt Leitzins bei 2 Prozent", "Die Fed hatte zuvor gesenkt.", {"euro"}),
        ("Deutsche Sparer bekommen weniger Zinsen", "", {"de", "euro"}),
        ("Inflation in Deutschland steigt auf 2,3 Prozent", "", {"de"}),
        ("Teuerung im Euroraum bei 1,9 Prozent", "", {"euro"}),
        ("Le chômage recule en France", "", {"fr"}),
        ("Notenbank senkt Zinsen", "Der Schritt war erwartet worden.", set()),
        ("USA verhängen neue Zölle gegen China", "Die Inflation könnte steigen.", set()),
        ("Südamerika: Zinsen steigen", "", set()),
    ],
)
def test_areas_of_a_figure(title, beginning, expected):
    assert areas(title, beginning) == expected


def test_who_names_no_area_is_not_elsewhere():
    bare, fed, ecb = (
        article(1, "Notenbank senkt Zinsen"),
        article(2, "Fed senkt Zinsen"),
        article(3, "EZB senkt Zinsen"),
    )
    members = [member_of(*analysed(one)) for one in (fed, fed, ecb, bare)]

    assert not is_elsewhere(bare, members)
    assert not is_elsewhere(fed, members)
    assert is_elsewhere(ecb, members)
    assert not is_elsewhere(ecb, [members[3]])
