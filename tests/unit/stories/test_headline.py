def test_a_reader_is_told_a_story_by_an_article_they_can_read():
    from datetime import UTC, datetime

    from bot.stories.headline import describe, in_language
    from storage.records import Article, ArticleId, Origin, Story, StoryId

    now = datetime(2026, 3, 11, tzinfo=UTC)

    def article(number: int, language: str, title: str) -> Article:
        return Article(
            id=ArticleId(number),
            url=f"https://a.example/{number}",
            title=title,
            text="",
            language=language,
            published_at=now,
            first_seen_at=now,
            origin=Origin.FEED,
        )

    articles = [
        article(1, "en", "Goose-sized dinosaur had an ear for trouble"),
        article(2, "en", "Quarry worker's slab turns out to be a new dinosaur"),
        article(3, "de", "Ein Raubsaurier, kaum größer als eine Gans"),
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


def _told(number: int, publisher: str, hour: float, title: str):
    from datetime import UTC, datetime, timedelta

    from storage.records import Article, ArticleId, Origin

    at = datetime(2026, 3, 11, tzinfo=UTC) + timedelta(hours=hour)
    return Article(
        id=ArticleId(number),
        url=f"https://{publisher}.example/{number}",
        title=title,
        text="",
        publisher=publisher,
        language="de",
        published_at=at,
        first_seen_at=at,
        origin=Origin.FEED,
    )


def test_what_was_to_come_is_no_headline_once_it_has_come():
    from bot.stories.headline import describe

    morning = [
        _told(1, "a", 6, "Heute Mittag soll die Sonde Iris auf dem Mond landen"),
        _told(2, "b", 7, "Sonde Iris vor der Landung auf dem Mond: Darmstadt wartet"),
    ]
    landed = [
        _told(3, "c", 13, "Die Sonde Iris ist auf dem Mond gelandet"),
        _told(4, "d", 14, "Nach der Landung auf dem Mond sendet die Sonde Iris Bilder"),
    ]

    assert describe(morning).lead_id == 1
    assert describe(morning + landed).lead_id == 3


def test_a_lone_late_voice_does_not_change_the_headline():
    from bot.stories.headline import describe

    told = [
        _told(1, "a", 6, "Bundestag beschließt das neue Klimaschutzgesetz"),
        _told(2, "b", 7, "Neues Klimaschutzgesetz im Bundestag beschlossen"),
        _told(3, "c", 7, "Klimaschutzgesetz: Bundestag stimmt neuen Zielen zu"),
    ]

    late = [*told, _told(4, "d", 27, "Klimaschutzgesetz: Die Börse nimmt es gelassen auf")]

    assert describe(late).lead_id == describe(told).lead_id


def test_a_name_in_quotes_is_no_quotation():
    from bot.stories.headline import describe

    told = [
        _told(1, "a", 6, "„Dann laufe ich eben nach Hause“: Streik in Wernburg"),
        _told(2, "b", 6, "„Iris“ ist gelandet – leicht schief, aber wohlauf"),
    ]

    assert describe(told).lead_id == 2
