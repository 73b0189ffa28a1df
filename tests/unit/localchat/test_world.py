"""What people do, what the bot hears of it, and what it may do in turn."""

from typing import Any

import pytest

from bot.localchat.local import LocalTelegram
from tests.unit.localchat.conftest import Api


async def updates(api: Api) -> list[dict[str, Any]]:
    return await api.call("getUpdates")


async def test_what_a_person_says_is_an_update_with_its_command_marked(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia", language="de")

    await mia.say("/thema Nordkorea")

    [update] = await updates(api)
    message = update["message"]
    assert message["from"] == {"id": mia.id, "is_bot": False, "first_name": "Mia", "language_code": "de"}
    assert message["chat"] == {"id": mia.id, "type": "private", "first_name": "Mia"}
    assert message["text"] == "/thema Nordkorea"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_message_numbers_rise_by_one_in_each_chat(telegram: LocalTelegram, api: Api) -> None:
    mia, jonas = telegram.user("Mia"), telegram.user("Jonas")

    first = await mia.say("eins")
    second = await api.call("sendMessage", chat_id=mia.chat_id, text="zwei")
    other = await jonas.say("one")

    assert (first.id, second["message_id"], other.id) == (1, 2, 1)


async def test_the_bot_must_not_write_first(telegram: LocalTelegram, api: Api) -> None:
    stranger = telegram.user("Mia", started=False)
    assert (
        await api.refusal("sendMessage", chat_id=stranger.chat_id, text="x") == "Bad Request: chat not found"
    )

    await stranger.say("/start")

    await api.call("sendMessage", chat_id=stranger.chat_id, text="x")


async def test_blocking_is_told_and_refuses_messages(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")

    await mia.block()

    [blocked] = await updates(api)
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    reason = await api.refusal("sendMessage", chat_id=mia.chat_id, text="x")
    assert reason == "Forbidden: bot was blocked by the user"

    await mia.unblock()

    returned = (await updates(api))[-1]["my_chat_member"]
    assert (returned["old_chat_member"]["status"], returned["new_chat_member"]["status"]) == (
        "kicked",
        "member",
    )
    await api.call("sendMessage", chat_id=mia.chat_id, text="x")


async def test_a_reply_carries_what_it_answers_and_its_thread(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    group = telegram.group("Redaktion", [mia])
    order = await mia.say("/thema Klima", in_chat=group, thread_id=17)

    answer = await api.call(
        "sendMessage",
        chat_id=group.chat_id,
        text="Klima",
        message_thread_id=17,
        reply_parameters={"message_id": order.id},
    )

    assert answer["message_thread_id"] == 17
    assert answer["reply_to_message"]["text"] == "/thema Klima"
    await mia.say("mehr", in_chat=group, reply_to=telegram.replies(group)[0])
    assert (await updates(api))[-1]["message"]["reply_to_message"]["message_id"] == answer["message_id"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Guten Morgen", False),
        ("/thema Klima", True),
        ("/thema@depesche_bot Klima", True),
        ("/thema@other_bot Klima", False),
        ("was meinst du, @Depesche_bot?", True),
    ],
)
async def test_in_a_group_the_bot_hears_only_what_is_for_it(
    telegram: LocalTelegram, api: Api, text: str, heard: bool
) -> None:
    mia = telegram.user("Mia")
    group = telegram.group("Redaktion", [mia])

    await mia.say(text, in_chat=group)

    assert bool(await updates(api)) == heard


async def test_nobody_speaks_in_a_group_they_are_not_in(telegram: LocalTelegram) -> None:
    mia, jonas = telegram.user("Mia"), telegram.user("Jonas")
    group = telegram.group("Redaktion", [mia])

    with pytest.raises(ValueError, match="Jonas is not in Redaktion"):
        await jonas.say("hallo", in_chat=group)


async def test_a_button_is_pressed_by_its_label_or_data_and_answered_once(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia")
    keyboard = {
        "inline_keyboard": [
            [{"text": "Abonnieren", "callback_data": "abo:7"}, {"text": "Zur Story", "url": "x.de"}]
        ]
    }
    await api.call("sendMessage", chat_id=mia.chat_id, text="Nordkorea", reply_markup=keyboard)
    [message] = telegram.replies(mia)

    query = await mia.press(message, "Abonnieren")

    [update] = await updates(api)
    assert update["callback_query"]["data"] == "abo:7"
    assert (
        update["callback_query"]["message"]["reply_markup"]["inline_keyboard"][0][1]["url"] == "http://x.de/"
    )
    await api.call("answerCallbackQuery", callback_query_id=query.id, text="Abonniert", show_alert=True)
    await api.call("answerCallbackQuery", callback_query_id=query.id, text="noch einmal")
    answered = await telegram.wait_for_answer(query)
    assert answered.answer
    assert (answered.answer.text, answered.answer.show_alert) == ("Abonniert", True)
    assert (await mia.press(message, "abo:7")).data == "abo:7"


async def test_a_button_that_is_not_there_is_named_with_those_that_are(
    telegram: LocalTelegram, api: Api
) -> None:
    mia = telegram.user("Mia")
    keyboard = {
        "inline_keyboard": [[{"text": "Abonnieren", "callback_data": "abo"}, {"text": "Web", "url": "x.de"}]]
    }
    await api.call("sendMessage", chat_id=mia.chat_id, text="Nordkorea", reply_markup=keyboard)
    [message] = telegram.replies(mia)

    with pytest.raises(LookupError, match="has no button 'Kündigen': there is 'Abonnieren', 'Web'"):
        await mia.press(message, "Kündigen")
    with pytest.raises(LookupError, match="opens an address"):
        await mia.press(message, "Web")


async def test_forged_callback_data_reaches_the_bot(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    await api.call("sendMessage", chat_id=mia.chat_id, text="x")

    await mia.press_data(telegram.replies(mia)[0], "admin:delete:*")

    assert (await updates(api))[0]["callback_query"]["data"] == "admin:delete:*"


async def test_waiting_in_vain_tells_what_was_said_instead(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    await api.call("sendMessage", chat_id=mia.chat_id, text="etwas anderes")

    with pytest.raises(AssertionError, match=r"without a message with 'Nordkorea'.*etwas anderes"):
        await telegram.wait_for_reply(mia, "Nordkorea", seconds=0.01)


async def test_an_inline_query_is_asked_and_answered(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")

    number = await mia.ask_inline("Nordkorea")

    [update] = await updates(api)
    assert update["inline_query"]["query"] == "Nordkorea"
    await api.call("answerInlineQuery", inline_query_id=number, results=[{"type": "article", "id": "1"}])
    assert await telegram.wait_for_inline_answer(number) == [{"type": "article", "id": "1"}]
    twice = [{"id": "1"}, {"id": "1"}]
    reason = await api.refusal("answerInlineQuery", inline_query_id=number, results=twice)
    assert reason == "Bad Request: RESULT_ID_DUPLICATE"
