"""The Bot API over HTTP: the same answers as Telegram's, also when it says no."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.localchat.local import LocalTelegram
from tests.unit.localchat.conftest import Api


@pytest.fixture
def ptb(telegram: LocalTelegram) -> Bot:
    return Bot(telegram.token, base_url=f"{telegram.base_url}/bot")


async def test_the_library_finds_everything_it_looks_for(telegram: LocalTelegram, ptb: Bot) -> None:
    mia = telegram.user("Mia")

    async with ptb as bot:
        me = await bot.get_me()
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Mehr", callback_data="more")]])
        sent = await bot.send_message(
            mia.chat_id, "<b>Hallo</b> &amp; los", parse_mode="HTML", reply_markup=keyboard
        )
        edited = await bot.edit_message_text("Neu", mia.chat_id, sent.message_id)
        await bot.send_chat_action(mia.chat_id, "typing")
        await bot.set_message_reaction(mia.chat_id, sent.message_id, "👍")
        await bot.pin_chat_message(mia.chat_id, sent.message_id)
        chat = await bot.get_chat(mia.chat_id)
        member = await bot.get_chat_member(mia.chat_id, mia.id)
        await bot.set_my_commands([BotCommand("thema", "Ein Thema")], BotCommandScopeAllPrivateChats(), "de")
        commands = await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "de")
        await bot.delete_my_commands(BotCommandScopeAllPrivateChats(), "de")
        await bot.set_my_description("Jede Nachricht einmal.", "de")
        description = await bot.get_my_description("de")
        await bot.set_chat_menu_button()
        webhook = await bot.get_webhook_info()
        await bot.delete_message(mia.chat_id, sent.message_id)

    assert me.username == "depesche_bot"
    assert sent.text == "Hallo & los"
    assert [entity.type for entity in sent.entities] == ["bold"]
    assert edited.text == "Neu"
    assert edited.edit_date
    assert edited.reply_markup is None
    assert (chat.type, member.status) == ("private", "member")
    assert [command.command for command in commands] == ["thema"]
    assert description.description == "Jede Nachricht einmal."
    assert webhook.url == ""
    assert telegram.messages(mia) == ()
    [entry] = telegram.sent
    assert (entry.text, entry.html, entry.chat_id) == ("Hallo & los", "<b>Hallo</b> &amp; los", mia.chat_id)


# The library warns of a change to come whenever it makes a RetryAfter.
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_the_library_raises_its_own_errors(telegram: LocalTelegram, ptb: Bot) -> None:
    mia = telegram.user("Mia")
    async with ptb as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(99, "x")
        with pytest.raises(BadRequest, match="parse entities"):
            await bot.send_message(mia.chat_id, "<br>", parse_mode="HTML")
        telegram.faults.too_many_requests(7)
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(mia.chat_id, "x")
        await mia.block()
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(mia.chat_id, "x")

    assert caught.value.retry_after in (7, timedelta(seconds=7))
    assert telegram.sent == ()


async def test_a_wrong_token_is_unauthorized(telegram: LocalTelegram) -> None:
    bot = Bot("1:wrong", base_url=f"{telegram.base_url}/bot")

    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot{token}/getEverything", 404, "Not Found"),
    ],
)
async def test_what_is_not_there_is_said_as_telegram_says_it(
    api: Api, path: str, code: int, description: str
) -> None:
    url = api.telegram.base_url + path.format(token=api.telegram.token)

    async with api.session.get(url) as response:
        answer = await response.json()

    assert response.status == code
    assert answer == {"ok": False, "error_code": code, "description": description}


async def test_parameters_come_as_json_form_or_query(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    url = f"{telegram.base_url}/bot{telegram.token}/SendMessage"
    keyboard = {"inline_keyboard": [[{"text": "Mehr", "callback_data": "more"}]]}
    flat = {
        "chat_id": str(mia.chat_id),
        "text": "<i>x</i>",
        "parse_mode": "HTML",
        "reply_markup": json.dumps(keyboard),
    }
    multipart = aiohttp.FormData(flat, default_to_multipart=True)

    for sent in (
        {"json": {**flat, "reply_markup": keyboard}},
        {"data": flat},
        {"data": multipart},
        {"params": flat},
    ):
        async with api.session.post(url, **sent) as response:
            assert response.status == 200, await response.text()

    messages = telegram.replies(mia)
    assert len(messages) == 4
    assert {(m.text, m.entities[0].kind, m.keyboard[0][0].callback_data) for m in messages} == {
        ("x", "italic", "more")
    }


async def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    url = f"{api.telegram.base_url}/bot{api.telegram.token}/sendMessage"

    async with api.session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 1001}, "message text is empty"),
        ("sendMessage", {"chat_id": 1001, "text": "x", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ("sendMessage", {"chat_id": 1001, "text": "x", "reply_to_message_id": 9}, "message to be replied not found"),
        ("editMessageText", {"chat_id": 1001, "message_id": 9, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"chat_id": 1001, "message_id": 1, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"chat_id": 1001, "text": "x"}, 'parameter "message_id" is required'),
        ("deleteMessage", {"chat_id": 1001, "message_id": 9}, "message to delete not found"),
        ("answerCallbackQuery", {"callback_query_id": "9"}, "query is too old and response timeout expired or query ID is invalid"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("getChatMember", {"chat_id": 1001, "user_id": 5}, "member not found"),
        ("getChatAdministrators", {"chat_id": 1001}, "there are no administrators in the private chat"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "short_description is too long"),
        ("setWebhook", {"url": "nowhere"}, "bad webhook: invalid webhook URL specified"),
        ("setWebhook", {"url": "https://x.de", "secret_token": "ä"}, "secret token contains unallowed characters"),
    ],
)  # fmt: skip
async def test_a_call_is_refused_with_telegrams_reason(
    telegram: LocalTelegram, api: Api, method: str, parameters: dict[str, Any], reason: str
) -> None:
    await telegram.user("Mia").say("hallo")

    assert await api.refusal(method, **parameters) == f"Bad Request: {reason}"
    assert telegram.ledger == ()
    assert telegram.requests[-1].status == 400


async def test_an_edit_to_the_same_is_refused_and_a_keyboard_alone_is_no_edit_of_the_text(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia")
    keyboard = {"inline_keyboard": [[{"text": "Mehr", "callback_data": "more"}]]}
    sent = await api.call("sendMessage", chat_id=mia.chat_id, text="x")
    place = {"chat_id": mia.chat_id, "message_id": sent["message_id"]}

    assert (await api.refusal("editMessageText", **place, text="x")).startswith(
        "Bad Request: message is not modified"
    )
    changed = await api.call("editMessageReplyMarkup", **place, reply_markup=keyboard)

    assert changed["reply_markup"] == keyboard
    assert "edit_date" not in changed


async def test_messages_older_than_two_days_stay(telegram: LocalTelegram, api: Api, clock: Any) -> None:
    mia = telegram.user("Mia")
    await api.call("sendMessage", chat_id=mia.chat_id, text="x")
    clock.advance(hours=49)

    assert (
        await api.refusal("deleteMessage", chat_id=mia.chat_id, message_id=1)
        == "Bad Request: message can't be deleted"
    )


async def test_several_messages_are_deleted_at_once_and_the_missing_do_not_matter(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia")
    for text in ("a", "b", "c"):
        await api.call("sendMessage", chat_id=mia.chat_id, text=text)

    await api.call("deleteMessages", chat_id=mia.chat_id, message_ids=[1, 3, 77])

    assert [message.text for message in telegram.messages(mia)] == ["b"]


async def test_a_group_has_administrators(telegram: LocalTelegram, api: Api) -> None:
    mia, clara = telegram.user("Mia"), telegram.user("Clara", is_admin=True)
    group = telegram.group("Redaktion", [mia, clara])

    administrators = await api.call("getChatAdministrators", chat_id=group.chat_id)
    member = await api.call("getChatMember", chat_id=group.chat_id, user_id=mia.id)

    assert [administrator["user"]["id"] for administrator in administrators] == [clara.id]
    assert member["status"] == "member"


async def test_the_answer_to_a_throttled_call_carries_how_long_to_wait(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia")
    telegram.faults.too_many_requests(30, chat_id=mia.chat_id)

    status, answer = await api.answer("sendMessage", chat_id=mia.chat_id, text="x")

    assert (status, answer["parameters"]) == (429, {"retry_after": 30})
    await api.call("sendMessage", chat_id=mia.chat_id, text="x")
