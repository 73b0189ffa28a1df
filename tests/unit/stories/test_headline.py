"""Which article stands for a story, and its headline."""

from bot.stories.headline import describe, in_language
from storage.records import Story, StoryId
from tests.unit.stories.news import article


def test_a_reader_is_told_a_story_by_an_article_they_can_read():
    articles = [
        article(1, "Goose-sized dinosaur had an ear for trouble", language="en"),
        article(2, "Quarry worker's slab turns out to be a new dinosaur", language="en"),
        article(3, "Ein Raubsaurier, kaum größer als eine Gans"),
    ]
    new = describe(articles)
    story = Story(
        id=StoryId(1),
        **{name: getattr(new, name) for name in new.__dataclass_fields__},
    )
    assert story.language == "en"
    assert in_language(story, articles, "de").headline == "Ein Raubsaurier, kaum größer als eine Gans"
    assert in_language(story, articles, "de").lead_id == 3
    assert in_language(story, articles, "en") == story
    assert in_language(story, articles[:2], "de") == story


def test_what_was_to_come_is_no_headline_once_it_has_come():
    morning = [
        article(1, "Heute Mittag soll die Sonde Iris auf dem Mond landen", publisher="a", hours=6),
        article(2, "Sonde Iris vor der Landung auf dem Mond: Darmstadt wartet", publisher="b", hours=7),
    ]
    landed = [
        article(3, "Die Sonde Iris ist auf dem Mond gelandet", publisher="c", hours=13),
        article(4, "Nach der Landung auf dem Mond sendet die Sonde Iris Bilder", publisher="d", hours=14),
    ]

    assert describe(morning).lead_id == 1
    assert describe(morning + landed).lead_id == 3


def test_a_lone_late_voice_does_not_change_the_headline():
    told = [
        article(1, "Bundestag beschließt das neue Klimaschutzgesetz", publisher="a", hours=6),
        article(2, "Neues Klimaschutzgesetz im Bundestag beschlossen", publisher="b", hours=7),
        article(3, "Klimaschutzgesetz: Bundestag stimmt neuen Zielen zu", publisher="c", hours=7),
    ]

    late = [*told, article(4, "Klimaschutzgesetz: Die Börse nimmt es gelassen auf", publisher="d", hours=27)]

    assert describe(late).lead_id == describe(told).lead_id


def test_a_name_in_quotes_is_no_quotation():
    told = [
        article(1, "„Dann laufe ich eben nach Hause“: Streik in Wernburg", publisher="a", hours=6),
        article(2, "„Iris“ ist gelandet – leicht schief, aber wohlauf", publisher="b", hours=6),
    ]

    assert describe(told).lead_id == 2
