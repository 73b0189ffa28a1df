"""Rich messages on their way: taken, refused, unknown to the server, cut, unanswered."""

import pytest
from sqlalchemy import select

from bot.delivery.limits import Limits
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.localchat.local import LocalTelegram
from bot.localchat.refusals import Refusal
from bot.pipeline import deliver
from storage.messages import Lane, MessagePart, NewDelivery
from storage.schema_chats import outbox
from tests.flows.postbox import Postbox, no_limits, services_for

CLASSIC = (
    MessagePart(html="<b>eins</b>", keyboard='{"inline_keyboard":[[{"text":"1","callback_data":"st:1:1"}]]}'),
    MessagePart(html="zwei", silent=True),
)
NOT_FOUND = Refusal(404, "Not Found")


@pytest.fixture
async def telegram(clock):
    async with LocalTelegram(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def sender(telegram):
    async with AiohttpRequest(read_timeout=20) as transport:
        yield TelegramSender(transport, token=telegram.token, base_url=telegram.base_url)


@pytest.fixture
def services(storage, clock):
    return services_for(storage, clock)


@pytest.fixture
def postbox(storage, clock):
    return Postbox(storage, clock)


async def owe(postbox, telegram_id, *, html="<h2>Kopf</h2><p>eins</p>", key="k", parts=1):
    chat = await postbox.chat(telegram_id)
    rich = tuple(
        MessagePart(html=f"{html}<p>{number}</p>", is_rich=True, instead=CLASSIC[number - 1 :], silent=True)
        for number in range(1, parts + 1)
    )
    delivery = NewDelivery(
        chat_id=chat.id, key=key, lane=Lane.DIGEST, parts=rich, not_before=postbox.clock.now()
    )
    async with postbox.storage.write() as tx:
        await tx.outbox.put(delivery, now=postbox.clock.now())


def methods(telegram):
    return [entry.method for entry in telegram.ledger]


def html(telegram):
    return [entry.html for entry in telegram.sent]


async def test_it_goes_out_as_it_was_rendered(services, sender, telegram, postbox):
    ada = telegram.user("Ada")
    await owe(postbox, ada.id, parts=2)

    assert (await deliver(services, sender, no_limits())).sent == 2

    first, second = telegram.ledger
    assert methods(telegram) == ["sendRichMessage"] * 2
    assert first.parameters["rich_message"] == {
        "html": "<h2>Kopf</h2><p>eins</p><p>1</p>",
        "skip_entity_detection": True,
    }
    assert "text" not in first.parameters
    assert "link_preview_options" not in first.parameters
    assert second.parameters["disable_notification"] is True
    assert [block["type"] for block in telegram.replies(ada)[0].rich] == ["heading", "paragraph", "paragraph"]


@pytest.mark.parametrize("reason", ["RICH_MESSAGE_URL_INVALID", "rich message must be non-empty"])
async def test_a_refused_one_is_told_classic_and_the_next_one_is_rich_again(
    services, sender, telegram, postbox, reason
):
    ada = telegram.user("Ada")
    telegram.faults.bad_request(reason, method="sendRichMessage")
    await owe(postbox, ada.id, parts=2)
    await deliver(services, sender, no_limits())
    assert html(telegram) == ["<b>eins</b>", "zwei"]
    assert telegram.sent[0].message.button("1")

    await owe(postbox, ada.id, key="next")
    await deliver(services, sender, no_limits())
    assert methods(telegram)[-1] == "sendRichMessage"


async def test_a_later_part_refused_tells_the_rest_classic_and_nothing_twice(
    services, sender, telegram, postbox
):
    ada = telegram.user("Ada")
    await owe(postbox, ada.id, parts=2)
    telegram.faults.slow(0, method="sendRichMessage")  # the first is taken
    telegram.faults.bad_request("RICH_MESSAGE_DATE_INVALID", method="sendRichMessage")
    await deliver(services, sender, no_limits())
    assert html(telegram) == ["<h2>Kopf</h2><p>eins</p><p>1</p>", "zwei"]


async def test_a_server_without_the_method_gets_classic_ones_for_a_day(services, sender, telegram, postbox):
    readers = [telegram.user(name) for name in ("Ada", "Bert")]
    telegram.faults.refuse(NOT_FOUND, method="sendRichMessage")
    limits = Limits(per_second=1_000_000.0)
    for reader in readers:
        await owe(postbox, reader.id, key=str(reader.id))
        await deliver(services, sender, limits)
    assert methods(telegram) == ["sendMessage"] * 4
    asked = [request for request in telegram.requests if request.method == "sendRichMessage"]
    assert len(asked) == 1
    assert not limits.allows_rich(sender_seconds())


def sender_seconds():
    import time

    return time.monotonic()


async def test_a_refused_token_is_no_missing_method(services, sender, telegram, postbox):
    from bot.errors import SettingsError

    await owe(postbox, telegram.user("Ada").id)
    telegram.faults.refuse(NOT_FOUND, method="sendRichMessage")
    telegram.faults.refuse(Refusal(401, "Unauthorized"), method="getMe")
    with pytest.raises(SettingsError):
        await deliver(services, sender, no_limits())
    assert methods(telegram) == []
    assert await postbox.states() == ["pending"]


@pytest.mark.parametrize("break_it", ["reset", "server_error", "junk"])
async def test_one_nobody_answered_for_is_not_sent_again(services, sender, telegram, postbox, break_it):
    ada = telegram.user("Ada")
    getattr(telegram.faults, break_it)(accept=True, method="sendRichMessage")
    await owe(postbox, ada.id, parts=2)
    await deliver(services, sender, no_limits())
    await deliver(services, sender, no_limits())
    assert methods(telegram) == ["sendRichMessage"]
    assert await postbox.states() == ["unknown", "cancelled"]


async def test_it_waits_when_told_to_and_stays_rich(services, sender, telegram, postbox, clock):
    telegram.faults.too_many_requests(3, method="sendRichMessage")
    await owe(postbox, telegram.user("Ada").id)
    await deliver(services, sender, no_limits())
    assert methods(telegram) == []
    clock.advance(seconds=10)
    await deliver(services, sender, no_limits())
    assert methods(telegram) == ["sendRichMessage"]


@pytest.mark.parametrize("reason", ["TOPIC_CLOSED", "not enough rights to send text messages to the chat"])
async def test_what_is_not_about_the_format_gets_no_second_one(services, sender, telegram, postbox, reason):
    telegram.faults.bad_request(reason, method="sendRichMessage")
    await owe(postbox, telegram.user("Ada").id)
    await deliver(services, sender, no_limits())
    assert methods(telegram) == []
    assert await postbox.states() == ["failed"]


async def test_one_that_was_cut_becomes_classic_in_its_place(services, sender, telegram, postbox):
    ada = telegram.user("Ada")
    long = "<h2>Kopf</h2>" + f"<p>{'ä' * 900}</p>" * 30
    await owe(postbox, ada.id, html=long, parts=2)
    await deliver(services, sender, no_limits())
    assert [message.html for message in telegram.replies(ada)] == ["<b>eins</b>", "zwei"]
    assert methods(telegram) == ["sendRichMessage", "editMessageText", "sendMessage"]
    async with postbox.storage.read() as tx:
        rows = await tx.outbox._connection.execute(
            select(outbox.c.state, outbox.c.message_id).order_by(outbox.c.part)
        )
        assert [tuple(row) for row in rows] == [("sent", 1), ("sent", 2)]
