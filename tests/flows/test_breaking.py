"""The breaking desk: write, preview, confirm, send, watch; and everybody who may not."""

from __future__ import annotations

import pytest

from bot import broadcasts
from bot.handlers.desk import TelegramDesk
from storage.records import ArticleId, BroadcastId, ChatId
from tests.flows.conftest import ADMIN, OTHER_ADMIN

ITEM = "/eilmeldung Nordkorea feuert <Raketen> & droht\nIn Niigata heulen die Sirenen."


@pytest.fixture
async def desk(talk):
    """An editor, a reader who follows the topic, one who wants all, one who wants none."""
    editor = talk.telegram.user("Clara", user_id=ADMIN)
    follower = talk.telegram.user("Ada", language="de")
    everything = talk.telegram.user("Bob", language="en")
    nothing = talk.telegram.user("Eve", language="de")
    offer = await talk.ask(follower, "/abo Nordkorea")
    await talk.press(follower, offer, "Abonnieren")
    await talk.press_data(everything, await talk.ask(everything, "/settings"), "se:breaking:all")
    await talk.press_data(nothing, await talk.ask(nothing, "/einstellungen"), "se:breaking:none")
    return editor, follower, everything, nothing


async def started(talk, editor, words=ITEM):
    *_, question = await talk.say(editor, words)
    await talk.press(editor, question, next(iter(question.buttons())).callback_data)
    return question


async def report(talk):
    await broadcasts.report_broadcasts(talk.services, TelegramDesk(talk.application.bot))
    talk.check()


async def test_an_item_goes_from_the_desk_to_its_readers_and_the_report_adds_up(talk, desk):
    editor, follower, everything, nothing = desk
    before = len(talk.replies(nothing))

    preview, question = await talk.say(editor, ITEM)
    assert "Nordkorea feuert <Raketen> & droht" in preview.text
    assert "in 2 Chats. Verschicken?" in question.text
    pressed = await talk.press(editor, question, "An 2 Chats verschicken")
    assert pressed.answer.text == "Gestartet: Sie geht an 2 Chats."
    assert "Wartet noch: 2" in talk.now(question).text
    await talk.deliver()
    await report(talk)

    assert talk.replies(follower)[-1] == preview.text
    assert "Breaking news" in talk.replies(everything)[-1]
    assert len(talk.replies(nothing)) == before
    final = talk.now(question).text
    assert final.startswith("Verschickt: Nordkorea feuert")
    assert "An 2 Chats" in final
    assert "Zugestellt: 2" in final
    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.running() == []


async def test_pressed_twice_it_starts_once(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    data = next(iter(question.buttons())).callback_data

    await talk.press_data(editor, question, data)
    again = await talk.press_data(editor, question, data)
    await talk.deliver()

    assert again.answer.text == "Sie ist schon unterwegs."
    assert sum("Eilmeldung" in text and "Niigata" in text for text in talk.replies(follower)) == 1


async def test_cancelled_it_never_goes_out(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    go = next(iter(question.buttons())).callback_data

    await talk.press(editor, question, "Abbrechen")
    late = await talk.press_data(editor, question, go)
    await talk.deliver()

    assert talk.now(question).text == "Abgebrochen. Es wurde nichts verschickt."
    assert late.answer.text == "Diese Meldung ist abgeschlossen."
    assert not any("Niigata" in text for text in talk.replies(follower))


async def test_a_late_press_is_told_so_and_sends_nothing(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    talk.clock.advance(minutes=2, seconds=1)

    await talk.press(editor, question, next(iter(question.buttons())).callback_data)
    await talk.deliver()

    assert talk.now(question).text.startswith("Zu spät")
    assert not any("Niigata" in text for text in talk.replies(follower))


async def test_another_admin_and_a_stranger_cannot_confirm(talk, desk):
    editor, follower, *_ = desk
    other = talk.telegram.user("Olga", user_id=OTHER_ADMIN)
    *_, question = await talk.say(editor, ITEM)
    go = next(iter(question.buttons())).callback_data
    theirs = await talk.ask(other, "/hilfe")
    strangers = await talk.ask(follower, "/hilfe")

    assert (
        await talk.press_data(other, theirs, go)
    ).answer.text == "Verschicken kann sie nur, wer sie geschrieben hat."
    assert (
        await talk.press_data(follower, strangers, go)
    ).answer.text == "Dieser Knopf ist nur für die Redaktion."

    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.running() == []


@pytest.mark.parametrize("command", ["/eilmeldung", "/breaking"])
async def test_a_reader_who_tries_gets_one_neutral_line(talk, desk, command):
    _, follower, *_ = desk

    answer = await talk.ask(follower, f"{command} Titel\nText")

    assert answer.text == "Eilmeldungen verschickt nur die Redaktion der Depesche."
    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.find(BroadcastId(1)) is None


@pytest.mark.parametrize(
    "more",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1773252000, "sender_user_name": "Eve"}},
        {"via_bot": {"id": 9, "is_bot": True, "first_name": "Other"}},
        {"sender_chat": {"id": -100, "type": "channel", "title": "X"}},
    ],
)
async def test_an_editors_name_in_borrowed_words_opens_no_desk(talk, desk, more):
    editor = {"id": ADMIN, "is_bot": False, "first_name": "Clara", "language_code": "de"}
    message = {
        "message_id": 900,
        "date": 1773252000,
        "chat": {"id": ADMIN, "type": "private"},
        "from": editor,
    }

    answers = await talk.put("message", message | {"text": "/eilmeldung Titel"} | more)

    assert len(answers) == 1
    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.find(BroadcastId(1)) is None


async def test_an_edit_and_a_channel_post_open_no_desk(talk, desk):
    editor = {"id": ADMIN, "is_bot": False, "first_name": "Clara", "language_code": "de"}
    message = {
        "message_id": 900,
        "date": 1773252000,
        "chat": {"id": ADMIN, "type": "private"},
        "from": editor,
    }
    edited = message | {"text": "/eilmeldung Titel", "edit_date": 1773252001}

    assert await talk.put("edited_message", edited) == []

    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.find(BroadcastId(1)) is None


async def test_the_desk_asks_for_the_text_and_takes_the_next_words(talk, desk):
    editor, *_ = desk
    asked = await talk.ask(editor, "/eilmeldung")
    assert "Schreib mir jetzt die Meldung" in asked.text

    preview, question = await talk.say(editor, "Nordkorea droht\nDer Text dazu.")
    assert "Der Text dazu." in preview.text
    assert "Verschicken?" in question.text

    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Geschichten")


async def test_the_question_can_be_taken_back_and_is_forgotten_in_time(talk, desk):
    editor, *_ = desk
    asked = await talk.ask(editor, "/eilmeldung")
    await talk.press(editor, asked, "Abbrechen")
    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Geschichten")

    await talk.ask(editor, "/eilmeldung")
    talk.clock.advance(minutes=16)
    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Geschichten")


async def test_a_message_is_broken_by_replying_to_it(talk, desk):
    editor, *_ = desk
    note = await editor.say("Nordkorea droht\nDer Text dazu.")
    await talk.settle()

    preview, question = await talk.say(editor, "/eilmeldung", reply_to=note)

    assert "Der Text dazu." in preview.text
    assert "Verschicken?" in question.text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("https://a.example/1", "braucht einen Titel"),
        ("x" * 300, "Der Titel ist zu lang: höchstens 200 Zeichen."),
        ("Titel\n" + "y" * 3000, "Der Text ist zu lang: höchstens 2.500 Zeichen."),
        ("Titel\nhttp://localhost/x", "Der Link ist keine Adresse"),
        ("Titel 4242424242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "Token eines Bots"),
    ],
)
async def test_what_cannot_be_sent_is_refused_before_anything_is_stored(talk, desk, words, reason):
    editor, *_ = desk

    answer = await talk.ask(editor, f"/eilmeldung {words}")

    assert reason in answer.text
    assert "Gespeichert ist nichts." in answer.text
    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.find(BroadcastId(1)) is None


async def test_an_item_for_nobody_is_refused(empty_talk):
    editor = empty_talk.telegram.user("Clara", user_id=ADMIN)

    assert "Das bekäme niemand" in (await empty_talk.ask(editor, "/eilmeldung Titel")).text


async def test_an_item_of_a_known_story_is_written_in_the_ledger(talk, desk):
    editor, follower, *_ = desk
    async with talk.services.storage.read() as tx:
        article = next(
            one
            for one in (await tx.articles.get_many([ArticleId(n) for n in range(1, 60)])).values()
            if "Nordkorea" in one.title
        )
        chat = await tx.chats.find(follower.chat_id)

    question = await started(talk, editor, f"/eilmeldung Nordkorea droht\nText\n{article.url}")

    assert "Wird verschickt" in talk.now(question).text
    async with talk.services.storage.read() as tx:
        assert article.story_id in await tx.told.versions(ChatId(chat.id), [article.story_id])


async def test_blocked_and_broken_chats_are_counted_apart(talk, desk):
    editor, follower, *_ = desk
    question = await started(talk, editor)
    talk.telegram.faults.forbidden("bot was blocked by the user", chat_id=follower.chat_id)

    await talk.deliver()
    await report(talk)

    final = talk.now(question).text
    assert "Zugestellt: 1" in final
    assert "Nicht zugestellt: 1" in final


async def test_a_desk_that_is_gone_does_not_keep_the_broadcast_running(talk, desk):
    editor, *_ = desk
    await started(talk, editor)
    await talk.deliver()
    talk.telegram.faults.bad_request("message to edit not found", method="editMessageText")

    await report(talk)

    async with talk.services.storage.read() as tx:
        assert await tx.broadcasts.running() == []
