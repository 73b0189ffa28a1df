"""Stories put aside, on both databases."""

from datetime import timedelta

from storage.wishes import Saved
from tests.storage.test_told import NOW, given


async def test_what_was_saved_last_comes_first_and_twice_is_once(any_storage):
    (mine, other), ids = await given(any_storage, chats=2)
    async with any_storage.write() as tx:
        for number, story_id in enumerate(ids):
            at = NOW + timedelta(minutes=number)
            assert await tx.saved.put(Saved(chat_id=mine.id, story_id=story_id, saved_at=at))
        assert not await tx.saved.put(Saved(chat_id=mine.id, story_id=ids[0], saved_at=NOW))
        assert await tx.saved.put(Saved(chat_id=other.id, story_id=ids[0], saved_at=NOW))

    async with any_storage.read() as tx:
        assert [one.story_id for one in await tx.saved.of_chat(mine.id)] == ids[::-1]
        assert [one.story_id for one in await tx.saved.of_chat(mine.id, limit=1, offset=1)] == [ids[1]]
        assert (await tx.saved.of_chat(mine.id))[0].saved_at == NOW + timedelta(minutes=2)
        assert (await tx.saved.count(mine.id), await tx.saved.count(other.id)) == (3, 1)


async def test_what_is_removed_is_gone_for_this_chat_alone(any_storage):
    (mine, other), ids = await given(any_storage, chats=2)
    async with any_storage.write() as tx:
        for chat in (mine, other):
            await tx.saved.put(Saved(chat_id=chat.id, story_id=ids[0], saved_at=NOW))

        assert await tx.saved.remove(mine.id, ids[0])
        assert not await tx.saved.remove(mine.id, ids[0])

        assert not await tx.saved.has(mine.id, ids[0])
        assert await tx.saved.has(other.id, ids[0])
