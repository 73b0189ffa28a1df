"""Groups: who may ask, who may change, threads, coming, going and moving house."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(empty_talk):
    telegram = empty_talk.telegram
    admin = telegram.user("Clara", language="de", is_admin=True)
    member = telegram.user("Max", language="de")
    return admin, member, telegram.group("Redaktion", [admin, member])


async def chats_of(talk, telegram_id):
    async with talk.services.storage.read() as tx:
        return await tx.chats.of_telegram(telegram_id)


async def test_everybody_may_ask_and_the_answer_is_a_reply(empty_talk, people):
    _, member, group = people

    answer = await empty_talk.ask(member, "/hilfe@depesche_bot", in_chat=group)

    assert answer.chat_id == group.chat_id
    assert answer.reply_to is not None


async def test_other_bots_commands_and_plain_talk_are_none_of_ours(empty_talk, people):
    _, member, group = people

    for words in ("/hilfe@other_bot", "Nordkorea", "/wetter"):
        assert await empty_talk.say(member, words, in_chat=group) == []
    assert "kenne ich nicht" in (await empty_talk.ask(member, "/wetter@depesche_bot", in_chat=group)).text


@pytest.mark.parametrize(
    "words", ["/zeiten 7", "/einstellungen Wien", "/abbestellen X", "/loeschen", "/export"]
)
async def test_members_may_not_change_the_groups_settings(empty_talk, people, words):
    _, member, group = people

    answer = await empty_talk.ask(member, words, in_chat=group)

    assert answer.text.startswith("Das können nur die Admins dieser Gruppe ändern.")


async def test_admins_may_by_word_and_by_button_members_may_not(empty_talk, people):
    admin, member, group = people
    screen = await empty_talk.ask(admin, "/zeiten 7", in_chat=group)
    assert "7:00 Uhr, täglich" in screen.text

    refused = await empty_talk.press(member, screen, "18:30")
    assert refused.answer.text == "Das können nur die Admins dieser Gruppe ändern."
    assert refused.answer.show_alert
    await empty_talk.press(admin, screen, "18:30")

    assert "18:30 Uhr, täglich" in empty_talk.now(screen).text


async def test_an_answer_stays_in_its_thread_and_threads_have_their_own_settings(empty_talk, people):
    admin, _, group = people
    user = {"id": admin.id, "is_bot": False, "first_name": "Clara", "language_code": "de"}
    message = {
        "message_id": 70,
        "date": 1773252000,
        "chat": {"id": group.chat_id, "type": "supergroup", "title": "Redaktion", "is_forum": True},
        "from": user,
        "message_thread_id": 5,
        "is_topic_message": True,
        "text": "/zeiten 9",
    }

    [answer] = await empty_talk.put("message", message)

    assert answer.thread_id == 5
    assert [chat.thread_id for chat in await chats_of(empty_talk, group.chat_id)] == [5]


async def test_an_anonymous_admin_may_change_the_group_but_is_no_editor(empty_talk, people):
    _, _, group = people
    chat = {"id": group.chat_id, "type": "supergroup", "title": "Redaktion"}
    masked = {
        "message_id": 70,
        "date": 1773252000,
        "chat": chat,
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
        "sender_chat": chat,
    }

    [changed] = await empty_talk.put("message", masked | {"text": "/zeiten 9"})
    [refused] = await empty_talk.put("message", masked | {"text": "/eilmeldung Titel"})

    assert "Gespeichert" in changed.text or "Saved" in changed.text
    assert "Redaktion der Depesche" in refused.text or "editors" in refused.text


def membership(group, admin, old, new):
    bot = {"id": 4242, "is_bot": True, "first_name": "Depesche", "username": "depesche_bot"}
    return {
        "chat": {"id": group.chat_id, "type": "supergroup", "title": "Redaktion"},
        "from": {"id": admin.id, "is_bot": False, "first_name": "Clara", "language_code": "de"},
        "date": 1773252000,
        "old_chat_member": {"user": bot, "status": old} | ({"until_date": 0} if old == "kicked" else {}),
        "new_chat_member": {"user": bot, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
    }


async def test_a_group_is_greeted_left_alone_when_it_throws_us_out_and_found_again(empty_talk, people):
    admin, _, group = people

    [hello] = await empty_talk.put("my_chat_member", membership(group, admin, "left", "member"))
    assert hello.text.startswith("Hallo, ich bin die Depesche.")
    await empty_talk.ask(admin, "/zeiten 7", in_chat=group)
    assert await empty_talk.put("my_chat_member", membership(group, admin, "member", "kicked")) == []
    assert [chat.state for chat in await chats_of(empty_talk, group.chat_id)] == ["gone"]

    await empty_talk.put("my_chat_member", membership(group, admin, "kicked", "member"))

    [chat] = await chats_of(empty_talk, group.chat_id)
    assert chat.state == "active"
    async with empty_talk.services.storage.read() as tx:
        assert len(await tx.digests.of_chat(chat.id)) == 1


async def test_a_group_that_moves_keeps_its_settings(empty_talk, people):
    admin, _, group = people
    await empty_talk.ask(admin, "/zeiten 7", in_chat=group)
    [before] = await chats_of(empty_talk, group.chat_id)
    moved = {
        "message_id": 71,
        "date": 1773252000,
        "chat": {"id": group.chat_id, "type": "group", "title": "Redaktion"},
        "migrate_to_chat_id": -100777,
    }

    assert await empty_talk.put("message", moved) == []

    assert await chats_of(empty_talk, group.chat_id) == []
    [after] = await chats_of(empty_talk, -100777)
    assert after.id == before.id


async def test_a_start_in_a_group_speaks_to_the_group(empty_talk, people):
    admin, member, group = people

    welcome = await empty_talk.ask(member, "/start", in_chat=group)
    assert "Themen dieser Gruppe" in welcome.text
    refused = await empty_talk.press(member, welcome, "Klima")
    assert "nur die Admins" in refused.answer.text
    await empty_talk.press(admin, welcome, "Klima")

    assert empty_talk.now(welcome).button("✓ Klima")
