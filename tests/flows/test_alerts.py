"""What the admins hear of sending: once, in a sentence that says what, which and what to do."""

import pytest

from tests.flows.conftest import ADMIN
from tests.flows.postbox import Postbox


@pytest.fixture
def postbox(empty_talk, clock):
    return Postbox(empty_talk.services.storage, clock)


@pytest.fixture
async def admin(empty_talk):
    admin = empty_talk.telegram.user("Chefin", user_id=ADMIN)
    await empty_talk.say(admin, "/start")
    return admin


async def heard(talk, admin, *, since):
    """What the admin got when everything was tried several times."""
    for _ in range(3):
        await talk.deliver()
    return talk.replies(admin)[since:]


async def test_of_a_chat_that_has_to_be_left_alone_for_a_day(empty_talk, admin, postbox):
    reader = empty_talk.telegram.user("Langsam")
    empty_talk.telegram.faults.too_many_requests(86_400, method="sendMessage", chat_id=reader.id)
    await postbox.owe(reader.id, "eins", "zwei")

    [line] = await heard(empty_talk, admin, since=len(empty_talk.replies(admin)))

    assert line.splitlines() == [
        f"Bis morgen, 19:00 Uhr lässt mich Telegram nichts an den Chat {reader.id} senden.",
        "Was für ihn ansteht, kommt danach. Alle anderen bekommen ihre Nachrichten wie immer.",
    ]


async def test_of_a_wait_for_all_when_it_is_over(empty_talk, admin, postbox, clock):
    """Until then nothing may be sent, this line as little as the rest."""
    readers = [empty_talk.telegram.user(f"Leserin {number}") for number in range(2)]
    empty_talk.telegram.faults.too_many_requests(3_600, method="sendMessage")
    empty_talk.telegram.faults.too_many_requests(3_600, method="sendMessage")
    for reader in readers:
        await postbox.owe(reader.id, "eins")
    before = len(empty_talk.replies(admin))

    assert await heard(empty_talk, admin, since=before) == []
    clock.advance(hours=1, seconds=2)
    lines = await heard(empty_talk, admin, since=before)

    assert any(
        line.startswith("Bis heute, ") and "lässt mich Telegram nichts senden." in line for line in lines
    )


async def test_of_a_topic_that_was_closed(empty_talk, admin, postbox):
    group = empty_talk.telegram.group("Redaktion", [empty_talk.telegram.user("Leserin")])
    empty_talk.telegram.faults.bad_request("TOPIC_CLOSED", chat_id=group.chat_id, times=None)
    for text in ("eins", "zwei"):
        await postbox.owe(group.chat_id, text, thread_id=7)

    [line] = await heard(empty_talk, admin, since=len(empty_talk.replies(admin)))

    assert line.splitlines() == [
        f"Im Chat {group.chat_id} darf ich nicht mehr schreiben.",
        "Telegram sagt: Bad Request: TOPIC_CLOSED",
        "Seine Einstellungen bleiben. Darf ich dort wieder schreiben, genügt ein Befehl, und es geht weiter.",
    ]


async def test_not_of_a_wait_of_seconds(empty_talk, admin, postbox):
    reader = empty_talk.telegram.user("Langsam")
    empty_talk.telegram.faults.too_many_requests(30, method="sendMessage", chat_id=reader.id)
    await postbox.owe(reader.id, "eins")
    assert await heard(empty_talk, admin, since=len(empty_talk.replies(admin))) == []
