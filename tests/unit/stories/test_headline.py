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
