"""From the first word to a digest: start, follow, list, pause, remove."""

from __future__ import annotations

import pytest

from storage.wishes import SubscriptionState


@pytest.fixture
def ada(talk):
    return talk.telegram.user("Ada", language="de")


@pytest.fixture
def bob(talk):
    return talk.telegram.user("Bob", language="en")


async def followed(talk, person):
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(person.chat_id)
        return {one.topic.query: one.state for one in await tx.chats.subscriptions(chat.id)}


async def follow(talk, person, *topics):
    for topic in topics:
        offer = await talk.ask(person, f"/abo {topic}")
        await talk.press_data(person, offer, next(button.callback_data for button in offer.buttons()))


async def test_three_taps_lead_to_the_first_digest(talk, ada):
    welcome = await talk.ask(ada, "/start")
    assert "Willkommen" in welcome.text

    assert (await talk.press(ada, welcome, "Nordkorea")).answer.text == "„Nordkorea“ ist abonniert."
    assert talk.now(welcome).button("✓ Nordkorea")
    await talk.press(ada, welcome, "Weiter")
    assert "ein Thema abonniert" in talk.now(welcome).text
    await talk.press(ada, welcome, "7:30 + 18:30")
    assert "Stimmt das bei dir?" in talk.now(welcome).text
    await talk.press(ada, welcome, "Stimmt")

    assert "Themen: Nordkorea" in talk.now(welcome).text
    assert "Deine nächste Depesche: morgen, 7:30 Uhr" in talk.now(welcome).text
    assert len(talk.replies(ada)) == 1


async def test_a_topic_is_untapped_and_the_zone_is_chosen(talk, bob):
    welcome = await talk.ask(bob, "/start")
    topic = next(iter(welcome.buttons())).text
    await talk.press(bob, welcome, topic)
    await talk.press(bob, welcome, f"✓ {topic}")
    assert await followed(talk, bob) == {}

    await talk.press(bob, welcome, "Go on")
    await talk.press(bob, welcome, "07:00")
    await talk.press(bob, welcome, "Another zone")
    await talk.press(bob, welcome, "London")

    async with talk.services.storage.read() as tx:
        assert (await tx.chats.find(bob.chat_id)).timezone == "Europe/London"
    assert "You follow no topic yet" in talk.now(welcome).text


async def test_a_link_to_a_topic_opens_its_dry_run(talk, ada, bob):
    offer = await talk.ask(ada, "/abo Nordkorea")
    topic_id = next(iter(offer.buttons())).callback_data.split(":")[1]

    answer = await talk.ask(bob, f"/start t_{topic_id}")

    assert "Follow “Nordkorea”?" in answer.text


@pytest.mark.parametrize(
    "payload", ["t_999999", "t_", "t_abc", "x" * 64, "t_1_2", "t_99999999999999999999", "-1", "⁉️"]
)
async def test_a_made_up_link_is_a_plain_start(talk, ada, payload):
    assert "Willkommen" in (await talk.ask(ada, f"/start {payload}")).text


@pytest.mark.parametrize("command", ["/abo", "/subscribe", "/follow"])
async def test_a_dry_run_shows_what_a_topic_brings_and_one_press_follows_it(talk, ada, command):
    offer = await talk.ask(ada, f"{command} Nordkorea")
    assert "30 Meldungen in den letzten 7 Tagen" in offer.text
    assert "nordkoreanisch" in offer.text
    assert offer.text.count("\n• ") == 3
    assert await followed(talk, ada) == {}

    pressed = await talk.press(ada, offer, "Abonnieren")

    assert pressed.answer.text == "„Nordkorea“ ist abonniert."
    assert await followed(talk, ada) == {"Nordkorea": SubscriptionState.ACTIVE}
    assert "Deine nächste Depesche: morgen, 7:30 Uhr" in talk.replies(ada)[-1]


async def test_following_twice_is_following_once(talk, ada):
    offer = await talk.ask(ada, "/abo Nordkorea")
    await talk.press(ada, offer, "Abonnieren")
    count = len(talk.replies(ada))

    again = await talk.press(ada, offer, "Abonnieren")

    assert again.answer.text == "„Nordkorea“ hast du schon abonniert."
    assert len(talk.replies(ada)) == count
    assert "hast du schon abonniert" in (await talk.ask(ada, "/abo nordkorea")).text


async def test_without_a_name_topics_are_suggested_for_a_dry_run(talk, ada):
    how = await talk.ask(ada, "/abo")

    await talk.press(ada, how, "Nordkorea")

    assert "„Nordkorea“ abonnieren?" in talk.replies(ada)[-1]
    assert await followed(talk, ada) == {}


@pytest.mark.parametrize("command", ["/abos", "/subscriptions"])
async def test_the_list_pauses_resumes_and_removes_in_place(talk, ada, command):
    await follow(talk, ada, "Nordkorea", "Klimaschutz")
    listed = await talk.ask(ada, command)
    assert "Du hast 2 Themen abonniert" in listed.text

    await talk.press(ada, listed, "⏸ Nordkorea")
    assert "1. Nordkorea – pausiert" in talk.now(listed).text
    assert (await followed(talk, ada))["Nordkorea"] is SubscriptionState.PAUSED
    await talk.press(ada, listed, "▶️ Nordkorea")
    assert (await followed(talk, ada))["Nordkorea"] is SubscriptionState.ACTIVE
    await talk.press(ada, listed, "✕ Entfernen")

    assert await followed(talk, ada) == {"Klimaschutz": SubscriptionState.ACTIVE}
    assert "Du hast ein Thema abonniert" in talk.now(listed).text


async def test_removing_what_is_gone_is_answered(talk, ada):
    await follow(talk, ada, "Nordkorea")
    listed = await talk.ask(ada, "/abos")
    data = listed.button("✕ Entfernen").callback_data
    await talk.press_data(ada, listed, data)

    again = await talk.press_data(ada, listed, data)

    assert again.answer.text == "Das Thema ist schon abbestellt."


async def test_all_are_removed_after_one_question(talk, ada):
    await follow(talk, ada, "Nordkorea", "Klimaschutz")
    listed = await talk.ask(ada, "/abos")

    await talk.press(ada, listed, "Alle entfernen")
    assert "Wirklich alle 2 Themen" in talk.now(listed).text
    await talk.press(ada, listed, "Behalten")
    assert len(await followed(talk, ada)) == 2
    await talk.press(ada, listed, "Alle entfernen")
    await talk.press(ada, listed, "Ja, alle entfernen")

    assert await followed(talk, ada) == {}
    assert "Erledigt: 2 Themen abbestellt." in talk.now(listed).text


async def test_a_long_list_is_paged(talk, ada):
    from bot import subscriptions

    await talk.ask(ada, "/status")
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(ada.chat_id)
    for number in range(20):
        await subscriptions.subscribe(talk.services, chat, f"Thema{number}")
    listed = await talk.ask(ada, "/abos")
    assert "Du hast 20 Themen abonniert" in listed.text

    await talk.press(ada, listed, "Weiter ›")
    await talk.press(ada, listed, "Weiter ›")

    assert "17. " in talk.now(listed).text
    assert "16. " not in talk.now(listed).text


@pytest.mark.parametrize("command", ["/abbestellen", "/unsubscribe"])
async def test_a_topic_is_left_by_name_and_taken_back(talk, ada, command):
    await follow(talk, ada, "Nordkorea")

    answer = await talk.ask(ada, f"{command} nordkorea")
    assert answer.text == "„Nordkorea“ ist abbestellt."
    assert await followed(talk, ada) == {}
    await talk.press(ada, answer, "Rückgängig")

    assert await followed(talk, ada) == {"Nordkorea": SubscriptionState.ACTIVE}


async def test_leaving_what_is_not_followed_and_leaving_without_a_name(talk, ada):
    assert "hast du nicht abonniert" in (await talk.ask(ada, "/abbestellen Klima")).text
    await follow(talk, ada, "Nordkorea")
    assert "1. Nordkorea" in (await talk.ask(ada, "/abbestellen")).text


@pytest.mark.parametrize("command", ["/digest", "/jetzt", "/now"])
async def test_a_digest_comes_when_asked_and_once_per_wish(talk, ada, command):
    await follow(talk, ada, "Nordkorea")
    count = len(talk.replies(ada))

    await ada.say(command)
    await talk.settle()
    await talk.deliver()

    assert len(talk.replies(ada)) > count
    assert "Nordkorea" in talk.replies(ada)[count]


async def test_a_digest_without_topics_offers_some(talk, ada):
    answer = await talk.ask(ada, "/digest")
    assert "noch kein Thema" in answer.text

    await talk.press(ada, answer, "Nordkorea")

    assert await followed(talk, ada) == {"Nordkorea": SubscriptionState.ACTIVE}
