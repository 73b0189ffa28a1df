"""The breaking desk: write, preview, confirm, send, watch; and everybody who may not."""

from __future__ import annotations

import dataclasses
import re

import pytest
from telegram.error import NetworkError

from bot.broadcasts.feeding import feed
from bot.broadcasts.report import report_broadcasts
from bot.broadcasts.revising import revise
from bot.handlers.desk import TelegramDesk
from storage.breaking import BroadcastState
from storage.errors import NotFound
from storage.records import ArticleId, BroadcastId, ChatId, NewTopic
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


async def at_once(_telegram_id):
    return True


async def report(talk):
    """What the loops do: change what is out, then say how far it is."""
    desk = TelegramDesk(talk.application.bot)
    while await revise(talk.services, desk, at_once):
        pass
    await report_broadcasts(talk.services, desk)
    talk.check()


async def go_out(talk):
    while await feed(talk.services):
        pass
    await talk.deliver()
    await report(talk)


async def of_states(talk, *states):
    async with talk.services.storage.read() as tx:
        return await tx.broadcasts.of_states(*states)


async def none_stored(talk):
    async with talk.services.storage.read() as tx:
        with pytest.raises(NotFound):
            await tx.broadcasts.get(BroadcastId(1))
    return True


async def test_an_item_goes_from_the_desk_to_its_readers_and_the_report_adds_up(talk, desk):
    editor, follower, everything, nothing = desk
    before = len(talk.replies(nothing))

    preview, question = await talk.say(editor, ITEM)
    assert "Nordkorea feuert <Raketen> & droht" in preview.text
    assert "in 2 Chats. Verschicken?" in question.text
    pressed = await talk.press(editor, question, "An 2 Chats verschicken")
    assert pressed.answer.text == "Gestartet."
    assert "Wartet noch: 2" in talk.now(question).text
    assert [key.text for key in talk.now(question).buttons()] == ["⏸ Anhalten", "Zurückrufen", "Text ändern"]
    await go_out(talk)

    assert talk.replies(follower)[-1] == preview.text
    assert "Breaking news" in talk.replies(everything)[-1]
    assert len(talk.replies(nothing)) == before
    final = talk.now(question).text
    assert final.startswith("Verschickt: Nordkorea feuert")
    assert "An 2 Chats" in final
    assert "Zugestellt: 2" in final
    assert await of_states(talk, BroadcastState.RUNNING) == []


async def test_pressed_twice_it_starts_once(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    data = next(iter(question.buttons())).callback_data

    await talk.press_data(editor, question, data)
    again = await talk.press_data(editor, question, data)
    await go_out(talk)

    assert again.answer.text == "Sie ist schon unterwegs."
    assert sum("Eilmeldung" in text and "Niigata" in text for text in talk.replies(follower)) == 1


async def test_cancelled_it_never_goes_out(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    go = next(iter(question.buttons())).callback_data

    await talk.press(editor, question, "Abbrechen")
    late = await talk.press_data(editor, question, go)
    await go_out(talk)

    assert talk.now(question).text == "Abgebrochen. Es wurde nichts verschickt."
    assert late.answer.text == "Diese Meldung ist abgeschlossen."
    assert not any("Niigata" in text for text in talk.replies(follower))


async def test_a_late_press_is_told_so_and_sends_nothing(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    talk.clock.advance(minutes=2, seconds=1)

    await talk.press(editor, question, next(iter(question.buttons())).callback_data)
    await go_out(talk)

    assert talk.now(question).text.startswith("Zu spät")
    assert not any("Niigata" in text for text in talk.replies(follower))


@pytest.mark.parametrize("talk", [{"confirm_minutes": 120}], indirect=True)
async def test_how_long_a_preview_can_be_confirmed_is_a_setting(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    assert "Der Knopf gilt 120 Minuten" in question.text
    talk.clock.advance(minutes=119)

    await talk.press_data(editor, question, next(iter(question.buttons())).callback_data)
    await go_out(talk)

    assert any("Niigata" in text for text in talk.replies(follower))


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

    assert await of_states(talk, BroadcastState.RUNNING) == []


async def test_a_stranger_presses_every_button_of_the_desk_without_effect(talk, desk):
    editor, follower, *_ = desk
    strangers = await talk.ask(follower, "/hilfe")
    *_, question = await talk.say(editor, ITEM)
    draft = [key.callback_data for key in question.buttons()]
    await talk.press_data(editor, question, draft[0])
    await talk.press(editor, talk.now(question), "⏸ Anhalten")
    held = [key.callback_data for key in talk.now(question).buttons()]
    await talk.press(editor, talk.now(question), "Zurückrufen")
    recall = [key.callback_data for key in talk.now(question).buttons()]
    before = talk.now(question).text

    for data in {*draft, *held, *recall, *(f"bc:1:{wish}" for wish in ("approve", "reject", "apply"))}:
        answer = (await talk.press_data(follower, strangers, data)).answer
        assert answer.text == "Dieser Knopf ist nur für die Redaktion."

    assert talk.now(question).text == before
    [broadcast] = await of_states(talk, BroadcastState.PAUSED)
    assert broadcast.id == 1
    await go_out(talk)
    assert not any("Niigata" in text for text in talk.replies(follower))


@pytest.mark.parametrize("command", ["/eilmeldung", "/breaking"])
async def test_a_reader_who_tries_gets_one_neutral_line(talk, desk, command):
    _, follower, *_ = desk

    answer = await talk.ask(follower, f"{command} Titel\nText")

    assert answer.text == "Das kann nur die Redaktion der Depesche."
    assert await none_stored(talk)


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
    assert await none_stored(talk)


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

    assert await none_stored(talk)


async def test_the_desk_asks_for_the_text_and_takes_the_next_words(talk, desk):
    editor, *_ = desk
    asked = await talk.ask(editor, "/eilmeldung")
    assert "Schreib mir jetzt die Meldung" in asked.text

    preview, question = await talk.say(editor, "Nordkorea droht\nDer Text dazu.")
    assert "Der Text dazu." in preview.text
    assert "Verschicken?" in question.text

    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Nachrichten")


async def test_the_question_can_be_taken_back_and_is_forgotten_in_time(talk, desk):
    editor, *_ = desk
    asked = await talk.ask(editor, "/eilmeldung")
    await talk.press(editor, asked, "Abbrechen")
    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Nachrichten")

    asked = await talk.ask(editor, "/eilmeldung")
    await talk.say(editor, "Nordkorea droht")
    late = await talk.press(editor, asked, "Abbrechen")
    assert late.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."
    assert "Abgebrochen" not in talk.now(asked).text

    await talk.ask(editor, "/eilmeldung")
    talk.clock.advance(minutes=16)
    assert (await talk.ask(editor, "Nordkorea")).text.startswith("Nordkorea: die Nachrichten")


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
        ("https://a.example/1", "Den Artikel kenne ich nicht"),
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
    assert "Es wurde nichts gespeichert." in answer.text
    assert await none_stored(talk)


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
    await go_out(talk)
    async with talk.services.storage.read() as tx:
        assert article.story_id in await tx.told.versions(ChatId(chat.id), [article.story_id])


async def test_blocked_and_broken_chats_are_counted_apart(talk, desk):
    editor, follower, *_ = desk
    question = await started(talk, editor)
    talk.telegram.faults.forbidden("bot was blocked by the user", chat_id=follower.chat_id)

    await go_out(talk)

    final = talk.now(question).text
    assert "Zugestellt: 1" in final
    assert "Bot blockiert: 1" in final


async def test_a_desk_that_is_gone_does_not_keep_the_broadcast_running(talk, desk):
    editor, *_ = desk
    await started(talk, editor)
    talk.telegram.faults.bad_request("message to edit not found", method="editMessageText")

    await go_out(talk)

    assert await of_states(talk, BroadcastState.RUNNING) == []


async def known_article(talk):
    async with talk.services.storage.read() as tx:
        articles = await tx.articles.get_many([ArticleId(n) for n in range(1, 60)])
        return next(one for one in articles.values() if "Nordkorea" in one.title)


async def test_an_articles_address_alone_becomes_its_story(talk, desk):
    editor, *_ = desk
    article = await known_article(talk)
    async with talk.services.storage.write() as tx:
        talk.services.topics.add(await tx.topics.get_or_add(NewTopic(key="*", query="Nordkorea OR Wal")))

    preview, question = await talk.say(editor, f"/eilmeldung {article.url}")

    async with talk.services.storage.read() as tx:
        story = await tx.stories.get(article.story_id)
    assert story.headline in preview.text
    assert len(preview.text) > len(story.headline) + 100
    # Nobody follows the other one.
    assert "Themen: Nordkorea\n" in question.text
    assert "Einer will alle Eilmeldungen, einer folgt einem der Themen." in question.text
    assert "Die nächste Depesche bringt sie nicht noch einmal." in question.text


async def test_a_reply_to_a_story_becomes_an_item(talk, desk):
    editor, *_ = desk
    told = await talk.ask(editor, "/thema Nordkorea")

    preview, question = await talk.say(editor, "/eilmeldung", reply_to=told)

    assert preview.text.startswith("🔴 Eilmeldung")
    assert "Verschicken?" in question.text


async def test_who_knows_the_story_is_left_out(talk, desk):
    editor, follower, everything, _ = desk
    article = await known_article(talk)
    await started(talk, editor, f"/eilmeldung Erste\nText\n{article.url}")
    await go_out(talk)

    again = await talk.ask(editor, f"/eilmeldung Zweite\nText\n{article.url}")

    assert "kennen die Nachricht schon" in again.text
    assert sum("Erste" in text for text in talk.replies(follower)) == 1
    assert not any("Zweite" in text for text in talk.replies(everything))


async def test_held_it_sends_nothing_and_then_goes_on(talk, desk):
    editor, follower, everything, _ = desk
    question = await started(talk, editor)
    await feed(talk.services)

    held = await talk.press(editor, talk.now(question), "⏸ Anhalten")
    await go_out(talk)
    assert held.answer.text == "Angehalten."
    assert talk.now(question).text.startswith("Angehalten: Nordkorea feuert")
    assert not any("Niigata" in text for text in talk.replies(follower))

    await talk.press(editor, talk.now(question), "▶️ Weiter verschicken")
    await go_out(talk)
    assert sum("Niigata" in text for text in talk.replies(follower)) == 1
    assert sum("Niigata" in text for text in talk.replies(everything)) == 1
    assert "Zugestellt: 2" in talk.now(question).text


async def test_recalled_it_disappears_from_every_chat_and_may_be_told_again(talk, desk):
    editor, follower, everything, _ = desk
    article = await known_article(talk)
    question = await started(talk, editor, f"/eilmeldung Niigata\nText\n{article.url}")
    await go_out(talk)
    assert any("Niigata" in text for text in talk.replies(follower))

    await talk.press(editor, talk.now(question), "Zurückrufen")
    assert "Wirklich zurückrufen?" in talk.now(question).text
    pressed = await talk.press(editor, talk.now(question), "Ja, zurückrufen")
    await report(talk)

    assert pressed.answer.text == "Sie wird zurückgerufen."
    final = talk.now(question).text
    assert final.startswith("Zurückgerufen: Niigata")
    assert "Wieder gelöscht: 2" in final
    assert "Zugestellt: 0" in final
    for person in (follower, everything):
        assert not any("Niigata" in text for text in talk.replies(person))
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(follower.chat_id)
        assert await tx.told.versions(chat.id, [article.story_id]) == {}


async def test_recalled_on_its_way_the_rest_is_never_sent(talk, desk):
    editor, follower, _, _ = desk
    question = await started(talk, editor)
    await feed(talk.services)

    await talk.press(editor, talk.now(question), "Zurückrufen")
    await talk.press(editor, talk.now(question), "Ja, zurückrufen")
    await go_out(talk)

    assert not any("Niigata" in text for text in talk.replies(follower))
    final = talk.now(question).text
    assert "Zugestellt: 0" in final
    assert "Nicht zugestellt: 2" in final


async def test_the_recall_can_be_thought_over_and_ends_with_telegrams_48_hours(talk, desk):
    editor, follower, *_ = desk
    question = await started(talk, editor)
    await go_out(talk)
    await talk.press(editor, talk.now(question), "Zurückrufen")
    await talk.press(editor, talk.now(question), "Behalten")
    assert "Wirklich" not in talk.now(question).text

    talk.clock.advance(hours=49)
    late = await talk.press_data(editor, talk.now(question), "bc:1:recall_yes")

    assert late.answer.text == "Zu spät."
    assert any("Niigata" in text for text in talk.replies(follower))


async def test_what_telegram_keeps_is_reported_as_kept(talk, desk):
    editor, follower, *_ = desk
    question = await started(talk, editor)
    await go_out(talk)
    talk.telegram.faults.bad_request(
        "message can't be deleted", method="deleteMessage", chat_id=follower.chat_id
    )

    await talk.press_data(editor, talk.now(question), "bc:1:recall_yes")
    await report(talk)

    final = talk.now(question).text
    assert "Zugestellt: 1" in final
    assert "Wieder gelöscht: 1" in final
    assert "ließ sich nicht mehr löschen" in final


async def test_a_correction_changes_what_is_out_and_what_is_to_come(talk, desk):
    editor, follower, everything, _ = desk
    question = await started(talk, editor)
    await feed(talk.services)
    talk.telegram.faults.too_many_requests(30, chat_id=everything.chat_id)
    await talk.deliver()
    before = len(talk.replies(follower))

    await talk.press(editor, talk.now(question), "Text ändern")
    preview, ask = await talk.say(editor, "Nordkorea feuert nicht\nEs war ein Wetterballon.")
    assert "Wetterballon" in preview.text
    assert "Übernehmen?" in ask.text
    done = await talk.press(editor, ask, "Übernehmen")
    assert done.answer.text == "Übernommen."
    talk.clock.advance(seconds=31)
    await go_out(talk)

    assert len(talk.replies(follower)) == before
    assert sum("Wetterballon" in text for text in talk.replies(follower)) == 1
    assert not any("Niigata" in text for text in talk.replies(follower))
    assert sum("Wetterballon" in text for text in talk.replies(everything)) == 1
    assert not any("Niigata" in text for text in talk.replies(everything))
    assert talk.now(question).text.startswith("Verschickt: Nordkorea feuert nicht")


async def test_in_quiet_hours_it_comes_as_the_editor_chose(talk, desk):
    editor, follower, *_ = desk
    async with talk.services.storage.write() as tx:
        chat = await tx.chats.find(follower.chat_id)
        await tx.chats.update(dataclasses.replace(chat, quiet_from="18:00", quiet_to="22:00"))

    *_, question = await talk.say(editor, ITEM)
    await talk.press(editor, question, "In Ruhezeiten: ohne Ton")
    await talk.press(editor, talk.now(question), "In Ruhezeiten: mit Ton")
    await talk.press(editor, talk.now(question), "In Ruhezeiten: erst danach")
    await talk.press(editor, talk.now(question), "An 2 Chats verschicken")
    await go_out(talk)
    [silent] = [
        entry for entry in talk.telegram.sent if entry.chat_id == follower.chat_id and "Niigata" in entry.html
    ]
    assert silent.parameters["disable_notification"] in {True, "true"}

    *_, question = await talk.say(editor, "/eilmeldung Nordkorea: das Zweite")
    await talk.press_data(editor, question, "bc:2:quiet")
    await talk.press_data(editor, question, "bc:2:quiet")
    await talk.press_data(editor, question, "bc:2:go")
    await go_out(talk)
    assert not any("das Zweite" in text for text in talk.replies(follower))
    talk.clock.advance(hours=4)
    await talk.deliver()
    assert any("das Zweite" in text for text in talk.replies(follower))


async def test_a_chat_gets_only_so_many_a_day(talk, desk):
    editor, follower, *_ = desk
    for number in range(6):
        question = await started(talk, editor, f"/eilmeldung Nordkorea meldet Nummer {number}")
        await go_out(talk)
        talk.clock.advance(minutes=5)

    assert sum("meldet Nummer" in text for text in talk.replies(follower)) == 5
    final = talk.now(question).text
    assert "An 0 Chats" in final
    assert "Ausgelassen, weil es heute schon genug Eilmeldungen waren: 2 Chats" in final


NEEDS_TWO = pytest.mark.parametrize("talk", [{"breaking_approval": True}], indirect=True)


@pytest.fixture
async def two_eyes(talk, desk):
    """The desk, with a second editor whose word it waits for."""
    other = talk.telegram.user("Olga", user_id=OTHER_ADMIN)
    await talk.ask(other, "/hilfe")
    return desk, other


@NEEDS_TWO
async def test_a_second_editor_has_to_approve(talk, two_eyes):
    (editor, follower, *_), other = two_eyes
    question = await started(talk, editor)
    assert talk.now(question).text.startswith("Wartet auf Freigabe")
    await go_out(talk)
    assert not any("Niigata" in text for text in talk.replies(follower))

    asked = talk.telegram.replies(other)[-1]
    assert "Jemand aus der Redaktion" in asked.text
    assert re.search(r"Für \d+ Chats?", asked.text)
    own = await talk.press_data(editor, talk.now(question), "bc:1:approve")
    assert own.answer.text.startswith("Du hast sie geschrieben")
    await talk.press(other, asked, "Freigeben")
    await go_out(talk)

    assert any("Niigata" in text for text in talk.replies(follower))
    assert talk.now(question).text.startswith("Verschickt:")
    assert talk.now(asked).text.startswith("Freigegeben.")


@NEEDS_TWO
@pytest.mark.parametrize("says_no", [True, False])
async def test_without_approval_nothing_goes_out_and_the_editor_is_told(talk, two_eyes, says_no):
    (editor, follower, *_), other = two_eyes
    question = await started(talk, editor)
    await go_out(talk)
    asked = talk.telegram.replies(other)[-1]
    if says_no:
        await talk.press(other, asked, "Ablehnen")
    else:
        talk.clock.advance(minutes=31)
        await report(talk)
        await talk.press(other, asked, "Freigeben")
    await go_out(talk)

    assert talk.now(question).text.startswith("Nicht verschickt:")
    assert not any("Niigata" in text for text in talk.replies(follower))


@pytest.mark.parametrize("talk", [{"paid_rate": 500}], indirect=True)
async def test_paid_sending_is_offered_with_its_price_and_marked(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)

    await talk.press(editor, question, "Schnell und bezahlt")
    assert "Bezahlter Versand: höchstens 0 Sterne." in talk.now(question).text
    await talk.press(editor, talk.now(question), "An 2 Chats verschicken")
    await go_out(talk)

    [sent] = [
        entry for entry in talk.telegram.sent if entry.chat_id == follower.chat_id and "Niigata" in entry.html
    ]
    assert sent.parameters["allow_paid_broadcast"] in {True, "true"}


async def test_an_answer_that_is_lost_at_the_desk_starts_it_once(talk, desk):
    editor, follower, *_ = desk
    *_, question = await talk.say(editor, ITEM)
    data = next(iter(question.buttons())).callback_data
    # Stored, and then the report cannot be shown: the press comes back from the inbox.
    talk.telegram.faults.reset(accept=False, method="editMessageText")

    await editor.press_data(question, data)
    with pytest.raises(NetworkError):
        await talk.settle()
    await talk.settle()
    await go_out(talk)

    assert sum("Niigata" in text for text in talk.replies(follower)) == 1
    assert "Zugestellt: 2" in talk.now(question).text
