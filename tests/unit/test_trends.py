"""Trends: what today's titles have far more often than those of the weeks before."""

from bot.analysis.analyser import Analyser
from bot.trends import rising
from storage.queries import Titled
from storage.records import ArticleId, StoryId

ANALYSER = Analyser()


def titled(number, title, *, publisher="", story=None):
    found = ANALYSER.analyse(title=title, language="de")
    return Titled(
        article_id=ArticleId(number),
        publisher=publisher or f"Blatt {number % 5}",
        story_id=None if story is None else StoryId(story),
        language="de",
        title=title,
        title_terms=frozenset(found.title_terms),
        entities=found.entities,
    )


USUAL = [titled(number, f"Regierung streitet über Rente und Steuern, Tag {number}") for number in range(140)]


def names(today, before=USUAL, most=5):
    return [one.name for one in rising(today, before, ANALYSER, most=most)]


def test_a_word_that_is_new_in_many_titles_rises_and_the_usual_ones_do_not():
    today = [
        titled(1, "Vulkan auf Island bricht aus", story=1),
        titled(2, "Islands Vulkan speit Asche", story=1),
        titled(3, "Flüge fallen aus: Asche vom Vulkan", story=2),
        titled(4, "Vulkane: Was Reisende wissen müssen", story=3),
        titled(5, "Regierung streitet über Rente und Steuern", story=4),
        titled(6, "Regierung streitet über Steuern", story=5),
        titled(7, "Regierung einig über die Rente", story=6),
    ]

    [first, *others] = rising(today, USUAL, ANALYSER, most=5)

    assert (first.name, first.told, first.usual, first.story_ids) == ("Vulkan", 4, 0.0, (1, 2, 3))
    assert not {one.name for one in others} & {"Regierung", "Rente", "Steuern"}


def test_one_event_is_one_trend_and_one_outlet_is_none():
    event = [titled(number, "Felssturz verschüttet Straße nach Obermatt", story=1) for number in range(1, 5)]
    alone = [
        titled(number, f"Gewinnspiel: Runde {number}", publisher="Tagblick", story=number)
        for number in range(10, 16)
    ]

    assert len(names([*event, *alone])) == 1


def test_a_name_is_given_in_full_where_titles_give_it_so():
    today = [
        titled(number, f"{word} trifft Ministerin Selma Rautenberg", story=number)
        for number, word in enumerate(("Kanzler", "Präsident", "König", "Papst"))
    ]

    assert names(today) == ["Selma Rautenberg"]


def test_verbs_measures_and_an_empty_past_make_no_trends():
    today = [titled(number, f"Gericht {number}: gewinnt, kostet 3 Milliarden Euro") for number in range(8)]

    assert set(names(today)) <= {"Gericht"}
    assert names(today, before=[]) == []
    assert names([]) == []
