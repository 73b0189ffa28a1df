"""Breaking items in the database: who may start one, whom it reaches, how far it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from storage.breaking import AudienceSize, BroadcastCount, BroadcastState, NewBroadcast, Question
from storage.errors import NotFound
from storage.messages import MessagePart, OutboxState
from storage.records import BroadcastId, ChatId, NewArticle, NewStory, NewTopic, Origin, Told
from storage.schema_chats import chats, outbox, subscriptions

ADMIN = 77


def draft(clock, **values):
    new = {
        "admin_id": ADMIN,
        "title": "Eilmeldung",
        "text": "Text",
        "desk_id": ADMIN,
        "created_at": clock.now(),
    }
    return NewBroadcast(**(new | values))


async def add_chat(tx, clock, telegram_id, **values):
    row = {
        "telegram_id": telegram_id,
        "thread_id": 0,
        "kind": "private",
        "language": "de",
        "timezone": "Europe/Berlin",
        "state": "active",
        "state_reason": "",
        "length": "normal",
        "breaking": "topics",
        "created_at": clock.now(),
    }
    statement = insert(chats).values(row | values).returning(chats.c.id)
    return (await tx.broadcasts._connection.execute(statement)).scalar_one()


async def owe(tx, clock, chat_id, broadcast_id, state, **values):
    await tx.broadcasts._connection.execute(
        insert(outbox).values(
            chat_id=chat_id,
            key=f"broadcast:{broadcast_id}:{chat_id}",
            part=1,
            part_count=1,
            lane=1,
            html="x",
            keyboard="",
            preview_url="",
            silent=False,
            state=state,
            not_before=clock.now(),
            created_at=clock.now(),
            owner="",
            fence=0,
            attempts=0,
            ambiguous=0,
            error="",
            broadcast_id=broadcast_id,
            **values,
        )
    )


async def a_story(tx, clock):
    """What a story of one article is made from."""
    now = clock.now()
    article = await tx.articles.add(
        NewArticle(
            url="https://example.org/1",
            title="Titel",
            text="",
            published_at=now,
            first_seen_at=now,
            origin=Origin.FILE,
        )
    )
    return NewStory(
        headline="Titel",
        lead_id=article.id,
        language="de",
        first_at=now,
        last_at=now,
        article_count=1,
        independent_count=1,
    )


async def running(tx, clock, **values):
    """A broadcast under way, fed to the end."""
    id_ = await tx.broadcasts.add(draft(clock))
    await tx.broadcasts.change(
        id_, **({"state": "running", "confirmed_at": clock.now(), "is_fed": True} | values)
    )
    return await tx.broadcasts.get(id_)


async def states_of(tx):
    rows = await tx.broadcasts._connection.execute(select(outbox.c.state).order_by(outbox.c.id))
    return list(rows.scalars())


async def test_a_draft_comes_back_as_written(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock, url="https://a.example/1"))

    async with any_storage.read() as tx:
        kept = await tx.broadcasts.get(id_)

    assert (kept.title, kept.text, kept.url) == ("Eilmeldung", "Text", "https://a.example/1")
    assert (kept.state, kept.audience, kept.created_at) == (BroadcastState.DRAFT, 0, clock.now())


async def test_a_missing_broadcast_is_said_so(any_storage):
    async with any_storage.read() as tx:
        with pytest.raises(NotFound):
            await tx.broadcasts.get(BroadcastId(9))


async def test_a_state_is_left_once_by_whom_and_when_it_may(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))
        start = ([BroadcastState.DRAFT], BroadcastState.RUNNING)
        in_time = clock.now() - timedelta(minutes=2)

        assert not await tx.broadcasts.move(id_, *start, admin_id=ADMIN + 1)
        assert not await tx.broadcasts.move(id_, *start, not_admin_id=ADMIN)
        assert not await tx.broadcasts.move(id_, *start, since=clock.now() + timedelta(seconds=1))
        assert await tx.broadcasts.move(id_, *start, admin_id=ADMIN, since=in_time, values={"audience": 3})
        assert not await tx.broadcasts.move(id_, *start, admin_id=ADMIN, since=in_time)

        kept = await tx.broadcasts.get(id_)
        assert (kept.state, kept.audience) == (BroadcastState.RUNNING, 3)
        assert [one.id for one in await tx.broadcasts.of_states(BroadcastState.RUNNING)] == [id_]
        assert await tx.broadcasts.of_states(BroadcastState.DRAFT) == []


async def test_a_question_is_answered_once_and_in_time(any_storage, clock):
    async with any_storage.write() as tx:
        asked = {"admin_id": ADMIN, "desk_id": ADMIN}
        await tx.broadcasts.ask(**asked, now=clock.now())
        await tx.broadcasts.ask(**asked, now=clock.now(), edits_id=BroadcastId(7))

        assert await tx.broadcasts.take_answer(admin_id=ADMIN, desk_id=5, since=clock.now()) is None
        assert await tx.broadcasts.take_answer(**asked, since=clock.now()) == Question(
            edits_id=BroadcastId(7)
        )
        assert await tx.broadcasts.take_answer(**asked, since=clock.now()) is None

        await tx.broadcasts.ask(**asked, now=clock.now())
        clock.advance(hours=1)
        assert await tx.broadcasts.take_answer(**asked, since=clock.now()) is None


async def test_the_audience_wants_it_can_be_reached_and_does_not_know_it(any_storage, clock):
    async with any_storage.write() as tx:
        connection = tx.broadcasts._connection
        topic = await tx.topics.get_or_add(NewTopic(key="nordkorea", query="Nordkorea"))
        story = await tx.stories.add(await a_story(tx, clock))
        everything, follower, pausing, none, _gone, told_chat, _late = [
            await add_chat(tx, clock, number, **values)
            for number, values in enumerate(
                [
                    {"breaking": "all"},
                    {},
                    {},
                    {"breaking": "none"},
                    {"breaking": "all", "state": "gone"},
                    {"breaking": "all"},
                    {"breaking": "all", "created_at": clock.now() + timedelta(minutes=1)},
                ],
                start=1,
            )
        ]
        for chat_id, state in [(follower, "active"), (pausing, "paused"), (none, "active")]:
            await connection.execute(
                insert(subscriptions).values(
                    chat_id=chat_id, topic_id=topic.id, state=state, created_at=clock.now()
                )
            )
        await tx.told.put([Told(chat_id=told_chat, story_id=story.id, version=1, told_at=clock.now())])
        item = draft(clock, story_id=story.id, story_version=1, topic_ids=(topic.id,))
        kept = await tx.broadcasts.get(await tx.broadcasts.add(item))

        assert await tx.broadcasts.audience_size(kept, now=clock.now()) == AudienceSize(
            all=2, topics=1, told=1
        )
        first = await tx.broadcasts.audience(kept, now=clock.now(), after=None, limit=1)
        assert first == [everything]
        assert await tx.broadcasts.audience(kept, now=clock.now(), after=first[-1], limit=9) == [follower]

        developed = replace(kept, story_version=2)
        assert await tx.broadcasts.audience(developed, now=clock.now(), after=ChatId(follower), limit=9) == [
            told_chat
        ]


async def test_who_had_enough_for_the_day_is_sated(any_storage, clock):
    async with any_storage.write() as tx:
        chat_id = await add_chat(tx, clock, 1)
        for state in ("sent", "pending", "recalled"):
            await owe(tx, clock, chat_id, (await running(tx, clock)).id, state)
        day = clock.now() - timedelta(days=1)

        assert await tx.broadcasts.sated([chat_id], since=day, cap=2) == {chat_id}
        assert await tx.broadcasts.sated([chat_id], since=day, cap=3) == set()
        assert await tx.broadcasts.sated([chat_id], since=clock.now() + timedelta(1), cap=1) == set()


async def test_what_has_not_gone_out_is_held_and_let_go(any_storage, clock):
    async with any_storage.write() as tx:
        broadcast = await running(tx, clock)
        for number, state in enumerate(["pending", "sending", "sent"], start=1):
            await owe(tx, clock, await add_chat(tx, clock, number), broadcast.id, state)

        await tx.broadcasts.hold(broadcast.id)
        assert await states_of(tx) == ["held", "sending", "sent"]
        assert await tx.broadcasts.waiting(broadcast.id) == 2
        await tx.broadcasts.let_go(broadcast.id)
        assert await states_of(tx) == ["pending", "sending", "sent"]
        dropped = await tx.broadcasts.drop(broadcast.id, reason="recalled", now=clock.now())
        assert len(dropped) == 1
        assert await states_of(tx) == ["cancelled", "sending", "sent"]


async def test_a_message_that_is_held_or_reworded_since_it_was_seen_cannot_be_claimed(any_storage, clock):
    async with any_storage.write() as tx:
        broadcast = await running(tx, clock, revision=1)
        await owe(tx, clock, await add_chat(tx, clock, 1), broadcast.id, "pending")
        until = clock.now() + timedelta(minutes=1)
        [message] = await tx.outbox.due(now=clock.now(), limit=9)
        assert await tx.broadcasts.looks(broadcast.id) == [("de", "Europe/Berlin")]
        part = MessagePart(html="new", preview_url="https://a.example/2")
        await tx.broadcasts.reword(broadcast.id, ("de", "Europe/Berlin"), part, revision=1)
        assert await tx.outbox.claim([message], owner="me", until=until) == set()

        [again] = await tx.outbox.due(now=clock.now(), limit=9)
        assert (again.content.html, again.content.preview_url) == ("new", "https://a.example/2")
        await tx.broadcasts.hold(broadcast.id)
        assert await tx.outbox.claim([again], owner="me", until=until) == set()


async def test_copies_in_an_older_wording_are_found_until_they_are_changed(any_storage, clock):
    async with any_storage.write() as tx:
        broadcast = await running(tx, clock, revision=1)
        chats_ = [await add_chat(tx, clock, number) for number in (1, 2, 3)]
        for chat_id, revision in zip(chats_, (0, 0, 1), strict=True):
            await owe(tx, clock, chat_id, broadcast.id, "sent", message_id=10 + chat_id, revision=revision)

        copies = await tx.broadcasts.stale_copies(broadcast, limit=9)
        assert [(copy.telegram_id, copy.message_id) for copy in copies] == [
            (1, 10 + chats_[0]),
            (2, 10 + chats_[1]),
        ]
        await tx.broadcasts.revised([copies[0].outbox_id], revision=1, is_gone=True)
        await tx.broadcasts.revised([copies[1].outbox_id], revision=1, is_gone=False)

        assert await tx.broadcasts.stale_copies(broadcast, limit=9) == []
        assert await states_of(tx) == [OutboxState.RECALLED, OutboxState.SENT, OutboxState.SENT]


async def test_a_recalled_item_may_be_told_again(any_storage, clock):
    async with any_storage.write() as tx:
        story = await tx.stories.add(await a_story(tx, clock))
        broadcast = await running(tx, clock, story_id=story.id)
        by_it, before = [await add_chat(tx, clock, number) for number in (1, 2)]
        line = {"story_id": story.id, "version": 1, "told_at": clock.now()}
        await tx.told.put(
            [Told(chat_id=by_it, broadcast_id=broadcast.id, **line), Told(chat_id=before, **line)]
        )

        await tx.broadcasts.untell(broadcast, [by_it, before])

        assert await tx.told.versions(by_it, [story.id]) == {}
        assert await tx.told.versions(before, [story.id]) == {story.id: 1}


async def test_the_figures_add_up_even_when_a_chat_is_removed(any_storage, clock):
    async with any_storage.write() as tx:
        states = ["sent", "sent", "pending", "sending", "held", "unknown", "failed", "recalled", "failed"]
        broadcast = await running(tx, clock, fed=len(states) + 1, revision=1)
        ids = [await add_chat(tx, clock, number) for number in range(1, len(states) + 2)]
        for chat_id, state in zip(ids, [*states, "sent"], strict=True):
            ended = clock.now() if state == "sent" else None
            await owe(tx, clock, chat_id, broadcast.id, state, ended_at=ended)
        await tx.broadcasts._connection.execute(delete(chats).where(chats.c.id == ids[-1]))
        gone = update(chats).where(chats.c.id == ids[-2]).values(state="gone")
        await tx.broadcasts._connection.execute(gone)

        count = await tx.broadcasts.count(broadcast, recent_since=clock.now())

        assert count == BroadcastCount(
            total=10,
            sent=2,
            pending=3,
            blocked=1,
            failed=2,
            unknown=1,
            recalled=1,
            under_way=1,
            stale=2,
            recent=2,
        )
        named = (count.sent, count.pending, count.blocked, count.failed, count.unknown, count.recalled)
        assert sum(named) == count.total


async def test_before_all_are_fed_the_rest_of_the_audience_waits(any_storage, clock):
    async with any_storage.write() as tx:
        broadcast = await running(tx, clock, audience=50, fed=1, capped=4, is_fed=False)
        await owe(tx, clock, await add_chat(tx, clock, 1), broadcast.id, "sent")

        count = await tx.broadcasts.count(broadcast, recent_since=clock.now())

        assert (count.total, count.sent, count.pending) == (46, 1, 45)
