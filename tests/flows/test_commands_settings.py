"""Times, settings, status, data: what a chat sees and changes of itself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.handlers.registry import COMMANDS
from storage.records import BreakingLevel, ChatState, Length


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
    assert "9:30 Uhr, samstags" in answer.text
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


async def test_days_and_silence_are_switched_by_buttons(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/zeiten 7 18")

    await empty_talk.press(ada, screen, "Mo bis Fr")
    assert await times_of(empty_talk, ada) == [("07:00", 0b11111), ("18:00", 0b11111)]
    assert empty_talk.now(screen).button("✓ Mo bis Fr")

    for label, tells in (("✓ Melden, wenn", False), ("Melden, wenn", True)):
        await empty_talk.press(ada, empty_talk.now(screen), f"{label} es nichts Neues gibt")
        assert (await chat_of(empty_talk, ada)).tells_empty is tells


@pytest.mark.parametrize("command", ["/ruhe", "/quiet", "/Ruhezeiten"])
async def test_quiet_hours_by_words_and_buttons(empty_talk, ada, command):
    screen = await empty_talk.ask(ada, f"{command} 22:30 bis 6")
    assert screen.text.startswith("Ruhezeit: 22:30 bis 6:00 Uhr")
    chat = await chat_of(empty_talk, ada)
    assert (chat.quiet_from, chat.quiet_to) == ("22:30", "06:00")

    await empty_talk.press(ada, screen, "21:00–7:00")
    assert empty_talk.now(screen).button("✓ 21:00–7:00")
    assert "Ruhezeit: 21:00 bis 7:00 Uhr" in (await empty_talk.ask(ada, "/status")).text
    await empty_talk.press(ada, screen, "Keine Ruhezeit")
    assert (await chat_of(empty_talk, ada)).quiet_from == ""

    unclear = await empty_talk.ask(ada, f"{command} mittags")
    assert "„mittags“ verstehe ich nicht als Ruhezeit" in unclear.text
    assert "keine Ruhezeit" in (await empty_talk.ask(ada, f"{command} aus")).text


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("3 Tage", datetime(2026, 3, 13, 23, 0, tzinfo=UTC)),
        ("bis Montag", datetime(2026, 3, 15, 23, 0, tzinfo=UTC)),
        ("bis 1.4.", datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),
    ],
)
async def test_a_pause_is_said_kept_and_ends_by_itself(empty_talk, ada, words, until):
    await empty_talk.ask(ada, "/zeiten 7:30")

    screen = await empty_talk.ask(ada, f"/pause {words}")

    assert screen.text.startswith("Pause bis ")
    chat = await chat_of(empty_talk, ada)
    assert (chat.state, chat.paused_until) == (ChatState.PAUSED, until)
    assert "Pause bis " in (await empty_talk.ask(ada, "/status")).text
    empty_talk.clock.set(until + timedelta(hours=8))
    assert "Pause" not in (await empty_talk.ask(ada, "/status")).text


async def test_a_pause_by_button_until_one_says_so(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")
    screen = await empty_talk.ask(ada, "/einstellungen")
    await empty_talk.press(ada, screen, "Pause")
    await empty_talk.press(ada, empty_talk.now(screen), "Bis auf Weiteres")

    assert (await chat_of(empty_talk, ada)).state is ChatState.PAUSED
    for command in ("/einstellungen", "/zeiten"):
        assert "Pause; mit /weiter geht es weiter" in (await empty_talk.ask(ada, command)).text

    assert (await empty_talk.ask(ada, "/weiter")).text.startswith("Es geht weiter.")
    assert (await chat_of(empty_talk, ada)).state is ChatState.ACTIVE
    assert "„bald“ verstehe ich nicht" in (await empty_talk.ask(ada, "/pause bald")).text
    pressed = await empty_talk.press_data(ada, screen, "pa:99")
    assert pressed.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."


async def test_who_sets_up_anew_is_paused_no_more(empty_talk, ada):
    await empty_talk.ask(ada, "/pause 3 Tage")
    screen = await empty_talk.ask(ada, "/start")
    for data in ("on:times", "on:at:0730+1830", "on:done"):
        await empty_talk.press_data(ada, empty_talk.now(screen), data)
    assert (await chat_of(empty_talk, ada)).state is ChatState.ACTIVE


def somewhere(person, latitude, longitude, **more):
    """A shared location, as Telegram tells of it."""
    sender = {"id": person.id, "is_bot": False, "first_name": "Ada", "language_code": "de"}
    chat = {"id": person.chat_id, "type": "private", "first_name": "Ada"}
    place = {"latitude": latitude, "longitude": longitude}
    return {"message_id": 900, "from": sender, "chat": chat, "date": 1, "location": place, **more}


async def test_a_shared_location_sets_the_zone_and_nothing_else_is_kept(empty_talk, ada):
    await ada.share("Lissabon", 38.72, -9.14)
    await empty_talk.settle()
    answer = empty_talk.telegram.replies(ada)[-1]

    assert "Zeitzone: Lissabon" in answer.text
    assert (await chat_of(empty_talk, ada)).timezone == "Europe/Lisbon"

    origin = {"type": "hidden_user", "sender_user_name": "Bob", "date": 1}
    assert await empty_talk.put("message", somewhere(ada, 35.68, 139.69, forward_origin=origin)) == []
    assert (await chat_of(empty_talk, ada)).timezone == "Europe/Lisbon"


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
    assert "Zeitzone: Wien" in (await empty_talk.ask(ada, "/einstellungen Wien")).text
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
        ("/quellen", "No news has come in yet."),
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
