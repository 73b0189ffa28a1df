"""What holds for every command: unknown, too long, hostile, forwarded, too many, pressed too late."""

from __future__ import annotations

import pytest
from telegram.error import NetworkError

from bot.handlers.flood import BURST
from bot.handlers.menu import set_menus
from bot.handlers.registry import COMMANDS
from bot.localchat.commands import Scope
from tests.flows.conftest import ADMIN


@pytest.fixture
def ada(empty_talk):
    return empty_talk.telegram.user("Ada", language="de")


def spoken(person, text, **more):
    user = {"id": person.id, "is_bot": False, "first_name": "Ada", "language_code": "de"}
    message = {
        "message_id": 900,
        "date": 1773252000,
        "chat": {"id": person.id, "type": "private"},
        "from": user,
    }
    return message | {"text": text} | more


async def test_every_name_is_one_commands_own():
    names = [name for command in COMMANDS for name in set(command.names)]
    prefixes = [press.prefix for command in COMMANDS for press in command.presses]

    assert len(names) == len(set(names))
    assert len(prefixes) == len(set(prefixes))


async def test_an_unknown_command_gets_one_helpful_line(empty_talk, ada):
    answer = await empty_talk.ask(ada, "/wetter morgen")

    assert answer.text == "/wetter kenne ich nicht. /hilfe zeigt dir, was ich kann."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/such Nordkorea", "suche"),
        ("/themma", "thema"),
        ("/serch Korea", "suche"),
        ("/einst", "einstellungen"),
    ],
)
async def test_a_slip_in_a_command_is_seen_through(empty_talk, ada, typed, meant):
    answer = await empty_talk.ask(ada, typed)

    assert answer.text.endswith(f"kenne ich nicht. Meintest du /{meant}?")


async def test_a_reader_is_not_pointed_to_what_only_admins_may(empty_talk, ada):
    assert "/hilfe" in (await empty_talk.ask(ada, "/eilmeldun Brücke")).text


@pytest.mark.parametrize(
    "text",
    [
        "/thema " + "x" * 4000,
        "y" * 4096,
        "/suche " + "🙂" * 600,
        "/einstellungen " + "z" * 600,
    ],
)
async def test_what_is_too_long_is_said_so(empty_talk, ada, text):
    assert "höchstens 500 Zeichen" in (await empty_talk.ask(ada, text)).text


@pytest.mark.parametrize(
    "command", ["/thema", "/suche", "/abo", "/abbestellen", "/zeiten", "/einstellungen", "/aehnlich"]
)
@pytest.mark.parametrize(
    "words",
    [
        "<b>",
        '"',
        "*",
        "NEAR(",
        "a*",
        "-",
        "seit:",
        "&lt;/b&gt; &amp; <script>",
        "'; DROP TABLE chats; --",
        "%(x)s {{ 7 * 7 }} {% raw %}",
        "tg://user?id=1 @someone /stop #tag",
        "\u202e\u2066rückwärts",
        "🙂🙂🙂",
        "\x00\x01",
        "999999999999999999999",
        "http://[::1",
        "A" * 500,
    ],
)
async def test_hostile_words_get_a_decent_answer(empty_talk, ada, command, words):
    answers = await empty_talk.say(ada, f"{command} {words}")

    assert answers
    assert all("schiefgegangen" not in answer.text for answer in answers)
    assert all("49" not in answer.text for answer in answers)


async def test_a_forwarded_command_is_not_followed(empty_talk, ada):
    origin = {"type": "hidden_user", "date": 1773252000, "sender_user_name": "Eve"}

    [answer] = await empty_talk.put("message", spoken(ada, "/loeschen", forward_origin=origin))

    assert "keinen weitergeleiteten" in answer.text


async def test_a_command_edited_into_a_message_does_nothing(empty_talk, ada):
    assert await empty_talk.put("edited_message", spoken(ada, "/hilfe", edit_date=1773252001)) == []


async def test_a_storm_is_answered_up_to_the_limit_then_told_once(empty_talk, ada):
    for _ in range(60):
        await ada.say("/hilfe")
    await empty_talk.settle()

    answers = empty_talk.replies(ada)
    assert len(answers) == BURST + 1
    assert answers[-1].startswith("Langsam")
    bob = empty_talk.telegram.user("Bob", language="de")
    assert "Was du mich fragen kannst" in (await empty_talk.ask(bob, "/hilfe")).text


async def test_a_storm_of_presses_is_answered_every_time(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/einstellungen")
    for _ in range(BURST - 1):
        await empty_talk.press_data(ada, screen, "se:length:long")

    assert (await empty_talk.press_data(ada, screen, "se:length:long")).answer.text == "Langsam, bitte."


@pytest.mark.parametrize(
    "data",
    [
        "se",
        "se:",
        "se:length:huge",
        "se:zone:Mars/Phobos",
        "zt:2561",
        "zt:",
        "ab:0",
        "ab:abc",
        "ab:999999999999",
        "ab:99999999999999999999999",
        "ab:-1",
        "ab:١",
        "ax:77",
        "ap:77",
        "st:999999",
        "sp:1:1",
        "sp:1",
        "sp:1:99999999",
        "on:t:99",
        "on:at:0000",
        "on:zone:x",
        "al:page:x",
        "al:nothing",
        "bc:1:go",
        "bc:1:maybe",
        "th:12",
        "ad:12",
        "de:maybe",
        "hl:at/",
        "hl",
        "hd:/nonsense",
        "qu:22:00",
        "qu",
        "pa:0",
        "pa:forever",
        "zt:sometimes",
        "nonsense",
        ":",
        "🙂",
    ],
)
async def test_no_button_data_does_harm_and_each_press_is_answered(empty_talk, ada, data):
    screen = await empty_talk.ask(ada, "/einstellungen")

    answer = (await empty_talk.press_data(ada, screen, data)).answer

    assert answer.text
    assert "nicht geklappt" not in answer.text
    async with empty_talk.services.storage.read() as tx:
        chat = await tx.chats.find(ada.chat_id)
        assert await tx.chats.subscriptions(chat.id) == []


async def test_an_old_keyboard_in_a_forgotten_chat_is_answered(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/einstellungen")
    async with empty_talk.services.storage.write() as tx:
        await tx.chats.remove((await tx.chats.find(ada.chat_id)).id)

    pressed = await empty_talk.press(ada, screen, "Lang")

    assert pressed.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."


async def test_a_message_too_old_to_be_edited_is_sent_anew(empty_talk, ada):
    screen = await empty_talk.ask(ada, "/einstellungen")
    empty_talk.telegram.faults.bad_request("message can't be edited", method="editMessageText")

    await empty_talk.press(ada, screen, "Lang")

    assert empty_talk.telegram.replies(ada)[-1].id > screen.id
    assert "✓ Lang" in [button.text for button in empty_talk.telegram.replies(ada)[-1].buttons()]


async def test_the_language_is_the_apps_at_first_contact_and_stays(empty_talk):
    for code, word in (("de-AT", "Willkommen"), ("en-US", "Welcome"), ("fr", "Welcome"), ("", "Willkommen")):
        person = empty_talk.telegram.user("X", language=code)
        assert word in (await empty_talk.ask(person, "/start")).text


async def test_a_failing_handler_says_sorry_once_and_the_log_knows(empty_talk, ada, caplog):
    async with empty_talk.services.storage.write() as tx:
        await tx.chats._connection.exec_driver_sql("DROP TABLE subscriptions")

    answers = await empty_talk.say(ada, "/abos")

    assert [answer.text for answer in answers] == [
        "Entschuldige, bei mir ist etwas schiefgegangen. Versuch es bitte gleich noch einmal."
    ]
    assert "handler failed" in caplog.text
    assert "Traceback" in caplog.text


async def test_what_may_pass_goes_back_to_the_inbox(empty_talk, ada):
    await ada.say("/hilfe")
    empty_talk.telegram.faults.reset(method="sendMessage", accept=False)

    with pytest.raises(NetworkError):
        await empty_talk.settle()
    await empty_talk.settle()

    [answer] = empty_talk.replies(ada)
    assert "Was du mich fragen kannst" in answer


async def test_a_blocked_bot_closes_the_chat_and_a_word_opens_it(empty_talk, ada):
    await empty_talk.ask(ada, "/zeiten 7:30")
    await ada.block()
    await empty_talk.settle()
    async with empty_talk.services.storage.read() as tx:
        assert (await tx.chats.find(ada.chat_id)).state == "gone"

    await ada.unblock()
    await empty_talk.ask(ada, "/status")
    async with empty_talk.services.storage.read() as tx:
        chat = await tx.chats.find(ada.chat_id)
        assert chat.state == "active"
        assert len(await tx.digests.of_chat(chat.id)) == 1


async def test_the_menus_are_german_english_and_the_admins_own(empty_talk):
    admin = empty_talk.telegram.user("Clara", user_id=ADMIN)
    await set_menus(empty_talk.application.bot, empty_talk.services)

    book = empty_talk.telegram.world.commands
    german = {command.name: command.description for command in book.get(Scope(), "de")}
    english = {command.name: command.description for command in book.get(Scope(), "")}
    assert german["thema"] == "was zu einem Thema berichtet wird"
    assert english["topic"] == "what is reported on a topic"
    assert "eilmeldung" not in german
    assert "breaking" not in english
    assert "eilmeldung" in {command.name for command in book.get(Scope("chat", admin.id), "de")}
