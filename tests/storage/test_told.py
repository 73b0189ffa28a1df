"""The ledger, on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from storage.records import ChatKind, NewChat, StoryId, Told
from storage.schema import stories
from storage.schema_chats import told

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


async def given(storage, chats=1, count=3):
    """Chats and stories to speak of."""
    async with storage.write() as tx:
        made = [
            await tx.chats.get_or_add(
                NewChat(telegram_id=number, kind=ChatKind.PRIVATE, language="de", timezone="UTC"), NOW
            )
            for number in range(1, chats + 1)
        ]
        rows = [
            {
                "headline": f"Story {number}",
                "lead_id": 1,
                "language": "de",
                "first_at": NOW,
                "last_at": NOW,
                "article_count": 1,
                "independent_count": 1,
                "version": 1,
            }
            for number in range(count)
        ]
        ids = await tx.told._connection.execute(insert(stories).returning(stories.c.id), rows)
        return made, [StoryId(id_) for id_ in sorted(ids.scalars())]


def line(chat, story_id, version=1, at=NOW):
    return Told(chat_id=chat.id, story_id=story_id, version=version, told_at=at)


async def test_what_a_chat_was_told_at_which_version(any_storage):
    [first, second], [one, two, three] = await given(any_storage, chats=2)
    async with any_storage.write() as tx:
        await tx.told.put([line(first, one), line(first, two, 3), line(second, three)])
        assert await tx.told.versions(first.id, [one, two, three]) == {one: 1, two: 3}
        assert await tx.told.versions(first.id, [one]) == {one: 1}
        assert await tx.told.versions(second.id, [one, two]) == {}
        assert await tx.told.versions(second.id, []) == {}


async def test_telling_a_development_moves_the_line_forward_and_never_back(any_storage):
    [chat], [story, *_] = await given(any_storage)
    async with any_storage.write() as tx:
        await tx.told.put([line(chat, story, 2)])
        await tx.told.put([line(chat, story, 4, NOW + timedelta(hours=1))])
        await tx.told.put([line(chat, story, 3, NOW + timedelta(hours=2))])
        [row] = await tx.told._connection.execute(select(told.c.version, told.c.told_at))
    assert tuple(row) == (4, NOW + timedelta(hours=1))


async def test_nothing_to_put_is_nothing_done(any_storage):
    async with any_storage.write() as tx:
        await tx.told.put([])
        assert (await tx.told._connection.execute(select(told))).all() == []
