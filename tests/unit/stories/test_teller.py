"""Whether two articles are of one outlet, where the outlet may be unknown."""

from dataclasses import replace

import pytest

from bot.stories.teller import is_one_teller, teller
from bot.stories.window import Window
from tests.unit.stories.news import analysed, article

RIVALS = (
    ("Rennruderer Brandt tritt zurück", "https://bote.example/1"),
    ("Rennruderer Olsen tritt zurück", "https://bote.example/2"),
)


@pytest.mark.parametrize(
    ("publisher", "url", "told_by"),
    [
        ("Bote", "https://www.kurier.example/1", "Bote"),
        ("", "https://www.kurier.example/1", "kurier.example"),
        ("", "", ""),
    ],
)
def test_the_host_stands_for_an_unknown_publisher(publisher, url, told_by):
    assert teller(replace(article(1, "Titel"), publisher=publisher, url=url)) == told_by


def test_unknown_outlets_are_not_one():
    assert is_one_teller("Bote", "Bote")
    assert not is_one_teller("Bote", "Kurier")
    assert not is_one_teller("", "")


@pytest.mark.parametrize(("has_address", "stories"), [(True, 2), (False, 1)])
def test_one_outlet_s_headlines_that_differ_in_a_name_alone_are_two_events(has_address, stories):
    window = Window()
    told = [
        replace(article(number, title), publisher="", url=url if has_address else "")
        for number, (title, url) in enumerate(RIVALS, start=1)
    ]

    placed = [window.place(*analysed(one)) for one in told]

    assert len({id(one.story) for one in placed}) == stories
