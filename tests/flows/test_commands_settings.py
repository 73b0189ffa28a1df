"""Times, settings, status, data: what a chat sees and changes of itself."""

from __future__ import annotations

import json
import re

import pytest

from bot.handlers.registry import COMMANDS
from storage.records import BreakingLevel, Length


async def chat_of(talk, person):
    async with talk.services.storage.read() as tx:
        return await tx.chats.find(person.chat_id)


async def times_of(talk, person):
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(person.chat_id)
        return [(one.local_time, one.weekdays) for one in await tx.digests.of_chat(chat.id)]


@pytest.fixture
def ada(empty_talk):
    return empty_talk.telegram.user("Ada", language="de")


@pytest.fixture
def bob(empty_talk):
    return empty_talk.telegram.user("Bob", language="en")


@pytest.mark.parametrize("command", ["/zeiten", "/schedule", "/zeit", "/times"])
async def test_times_are_set_by_words(empty_talk, ada, command):
    answer = await empty_talk.ask(ada, f"{command} mo-fr 7, sa 9:30")

    assert "7:00 Uhr, Montag bis Freitag" in answer.text
    assert "9:30 Uhr, Sa" in answer.text
    assert await times_of(empty_talk, ada) == [("07:00", 0b11111), ("09:30", 0b100000)]


async def test_times_in_english(empty_talk, bob):
    answer = await empty_talk.ask(bob, "/schedule 7:30am weekend 10")

    assert "• 07:30, every day" in answer.text
    assert "• 10:00, Saturday and Sunday" in answer.text


async def test_times_are_switched_by_buttons_in_the_same_message(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/zeiten")
    assert "Von selbst kommt keine" in screen.text

    pressed = await empty_talk.press(ada, screen, "7:30")
    assert pressed.answer.text == "Gespeichert."
    assert "7:30 Uhr, täglich" in empty_talk.now(screen).text
    await empty_talk.press(ada, screen, "18:30")
    await empty_talk.press(ada, screen, "✓ 7:30")

    assert await times_of(empty_talk, ada) == [("18:30", 0b1111111)]
    await empty_talk.press(ada, screen, "Keine Depeschen")
    assert await times_of(empty_talk, ada) == []
    assert len(empty_talk.replies(ada)) == 1


async def test_switched_off_and_unclear_times(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7")

    assert "verstehe ich nicht als Zeiten" in (await empty_talk.ask(ada, "/zeiten bald")).text
    assert await times_of(empty_talk, ada) == [("07:00", 0b1111111)]
    assert "Von selbst kommt keine" in (await empty_talk.ask(ada, "/zeiten aus")).text
    assert await times_of(empty_talk, ada) == []


async def test_no_more_times_than_a_day_can_bear(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 0 1 2 3 4 5 9 10 11 13 14 15")
    screen = await empty_talk.ask(ada, "/zeiten")

    pressed = await empty_talk.press(ada, screen, "7:30")

    assert pressed.answer.show_alert
    assert len(await times_of(empty_talk, ada)) == 12


@pytest.mark.parametrize("command", ["/einstellungen", "/settings"])
async def test_each_setting_has_its_buttons(empty_talk, ada, command):
    screen = await empty_talk.ask(ada, command)
    for label in ("Lang", "Alle Eilmeldungen"):
        assert (await empty_talk.press(ada, screen, label)).answer.text == "Gespeichert."
    pressed = await empty_talk.press(ada, screen, "English")

    assert pressed.answer.text == "Saved."
    chat = await chat_of(empty_talk, ada)
    assert (chat.length, chat.breaking, chat.language) == (Length.LONG, BreakingLevel.ALL, "en")
    assert "Settings" in empty_talk.now(screen).text
    assert empty_talk.now(screen).button("✓ English")


async def test_pressing_the_same_choice_twice_is_harmless(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/einstellungen")

    first = await empty_talk.press(ada, screen, "se:length:long")
    second = await empty_talk.press(ada, screen, "se:length:long")

    assert first.answer == second.answer
    assert (await chat_of(empty_talk, ada)).length == Length.LONG


async def test_the_zone_by_city_by_button_and_unknown(empty_talk, ada):
    assert "Europe/Vienna" in (await empty_talk.ask(ada, "/einstellungen Wien")).text
    unknown = await empty_talk.ask(ada, "/einstellungen Entenhausen <b>&")
    assert "Den Ort „Entenhausen <b>&“ kenne ich nicht" in unknown.text

    await empty_talk.press(ada, unknown, "New York")
    assert (await chat_of(empty_talk, ada)).timezone == "America/New_York"
    assert "14:00 Uhr" in empty_talk.now(unknown).text


async def test_the_zone_moves_the_digests(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")
    await empty_talk.ask(ada, "/einstellungen London")

    async with empty_talk.services.storage.read() as tx:
        [digest] = await tx.digests.of_chat((await tx.chats.find(ada.chat_id)).id)
    assert (digest.local_time, digest.next_due_at.hour) == ("07:30", 7)


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("/hilfe", "/thema Nordkorea"),
        ("/help", "/thema Nordkorea"),
        ("/datenschutz", "Was ich über dich weiß"),
        ("/privacy", "Was ich über dich weiß"),
        ("/status", "Was hier ankommt"),
        ("/quellen", "noch keine Nachrichten"),
        ("/sources", "noch keine Nachrichten"),
    ],
)
async def test_every_page_of_words_is_one_message(empty_talk, ada, command, word):
    assert word in (await empty_talk.ask(ada, command)).text


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("/hilfe", "/topic North Korea"),
        ("/datenschutz", "What I know of you"),
        ("/status", "What comes here"),
        ("/quellen", "No news have come in yet."),
    ],
)
async def test_they_speak_english_to_english_apps(empty_talk, bob, command, word):
    assert word in (await empty_talk.ask(bob, command)).text


async def test_help_names_only_commands_that_exist(empty_talk, ada, bob):
    known = {name for command in COMMANDS for name in command.names}
    for person in (ada, bob):
        answer = await empty_talk.ask(person, "/help")
        named = set(re.findall(r"/(\w+)", answer.text))
        assert len(named) > 12
        assert named <= known


async def test_status_says_what_comes_and_when(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")

    status = await empty_talk.ask(ada, "/status")

    assert "Depesche: 7:30 Uhr, täglich" in status.text
    assert "Eilmeldungen: zu deinen Themen" in status.text


async def test_export_is_complete_json(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")

    answer = await empty_talk.ask(ada, "/export")

    exported = json.loads(answer.text[answer.text.index("{") :])
    assert exported["chat"]["telegram_id"] == ada.chat_id
    assert exported["chat"]["timezone"] == "Europe/Berlin"
    assert [one["local_time"] for one in exported["digests"]] == ["07:30"]


async def test_deleting_asks_once_and_leaves_nothing(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")
    question = await empty_talk.ask(ada, "/loeschen")
    assert await times_of(empty_talk, ada)

    await empty_talk.press(ada, question, "Alles löschen")

    assert "Alles ist gelöscht" in empty_talk.now(question).text
    assert await chat_of(empty_talk, ada) is None
    again = await empty_talk.press_data(ada, question, "de:yes")
    assert again.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."
    assert await chat_of(empty_talk, ada) is None


async def test_deleting_can_be_thought_over(empty_talk, ada):
    question = await empty_talk.ask(ada, "/löschen")

    await empty_talk.press(ada, question, "Behalten")

    assert "bleibt alles" in empty_talk.now(question).text
    assert await chat_of(empty_talk, ada) is not None
