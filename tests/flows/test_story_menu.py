"""The number under a story: a menu in place, what its keys do, and the way back; saved stories."""

import pytest

MENU = [
    ["Ähnliche Meldungen", "Warum sehe ich das?"],
    ["Nachricht verfolgen", "Merken"],
    ["Mehr davon", "Weniger davon"],
    ["‹ Zurück"],
]


def keys(message):
    return [[button.text for button in row] for row in message.keyboard]


@pytest.fixture
def ada(talk):
    return talk.telegram.user("Ada", language="de")


@pytest.fixture
async def shown(talk, ada):
    """What is told of a topic, with its numbers."""
    message = await talk.ask(ada, "Nordkorea")
    assert keys(message)[0][:2] == ["1", "2"]
    return message


async def test_a_number_opens_the_storys_menu_in_place_and_back_leads_back(talk, ada, shown):
    pressed = await talk.press(ada, shown, "2")
    assert pressed.answer.text.startswith("2. ")
    menu = talk.now(shown)
    [[article], *rest] = menu.keyboard
    assert [[button.text for button in row] for row in rest] == MENU
    assert article.url
    assert article.text.removesuffix("…") in shown.text
    assert menu.text == shown.text

    back = menu.button("‹ Zurück").callback_data
    for _ in range(2):  # a second tap changes nothing
        await talk.press_data(ada, menu, back)
        assert keys(talk.now(shown)) == keys(shown)


async def test_keys_say_what_is_chosen_and_a_second_press_takes_it_back(talk, ada, shown):
    await talk.press(ada, shown, "1")
    for label, said, unsaid in (
        ("Merken", "Gemerkt. Deine Liste: /gemerkt", "Nicht mehr gemerkt."),
        ("Mehr davon", "Notiert: mehr davon.", "Zurückgenommen."),
        ("Weniger davon", "Notiert: weniger davon.", "Zurückgenommen."),
        (
            "Nachricht verfolgen",
            "Du erfährst, sobald es hierzu Neues gibt.",
            "Du verfolgst diese Nachricht nicht mehr.",
        ),
    ):
        pressed = await talk.press(ada, talk.now(shown), label)
        assert pressed.answer.text == said
        pressed = await talk.press(ada, talk.now(shown), f"✓ {label}")
        assert pressed.answer.text == unsaid
        assert keys(talk.now(shown))[1:] == MENU

    await talk.press(ada, talk.now(shown), "Mehr davon")
    await talk.press(ada, talk.now(shown), "Weniger davon")
    assert keys(talk.now(shown))[3] == ["Mehr davon", "✓ Weniger davon"]


async def test_saved_stories_are_listed_and_can_be_taken_off_the_list(talk, ada, shown):
    assert "noch nichts gemerkt" in (await talk.ask(ada, "/gemerkt")).text
    for number in ("1", "2"):
        await talk.press(ada, shown, number)
        await talk.press(ada, talk.now(shown), "Merken")
        await talk.press(ada, talk.now(shown), "‹ Zurück")

    saved = await talk.ask(ada, "/saved")
    assert saved.text.startswith("2 gemerkte Nachrichten")
    assert keys(saved) == [["1", "2"]]
    await talk.press(ada, saved, "1")
    await talk.press(ada, talk.now(saved), "✓ Merken")
    assert (await talk.ask(ada, "/gemerkt")).text.startswith("Eine gemerkte Nachricht")


async def test_similar_news_come_with_a_way_to_say_what_does_not_belong(talk, ada, shown):
    await talk.press(ada, shown, "1")
    before = len(talk.telegram.sent)
    await talk.press(ada, talk.now(shown), "Ähnliche Meldungen")
    [similar] = [entry.message for entry in talk.telegram.sent[before:]]
    assert keys(similar) == [["Etwas gehört nicht dazu"]]

    asked = await talk.press(ada, similar, "Etwas gehört nicht dazu")
    assert asked.answer.text == "Was genau? Tipp die Nummer an."
    numbers = keys(talk.now(similar))[0]
    assert numbers[0] == "1"
    last = numbers[-1]
    first = await talk.press(ada, talk.now(similar), last)
    second = await talk.press(ada, talk.now(similar), last)
    assert first.answer.text != second.answer.text  # stored once
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(ada.id)
        assert len(await tx.judgements.of_chat(chat.id)) == 1
    await talk.press(ada, talk.now(similar), "‹ Zurück")
    assert keys(talk.now(similar)) == [["Etwas gehört nicht dazu"]]


async def test_why_is_said_in_a_message_of_its_own(talk, ada, shown):
    await talk.press(ada, shown, "1")
    before = len(talk.telegram.sent)
    await talk.press(ada, talk.now(shown), "Warum sehe ich das?")
    [why] = [entry.message for entry in talk.telegram.sent[before:]]
    assert why.text.startswith("Warum")


async def test_old_keyboards_forged_data_and_strangers_are_answered(talk, ada, shown):
    eve = talk.telegram.user("Eve", language="de")
    hers = await talk.ask(eve, "Nordkorea")
    await talk.press(ada, shown, "1")
    back = talk.now(shown).button("‹ Zurück").callback_data
    stale = "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."
    for data in ("st:", "st:0:1", "st:99999999:1", "sm:1", "sm:1:1:x", "sm:99999999:1:save", back):
        query = await talk.press_data(eve, hers, data)
        assert query.answer.text == stale, data
    assert keys(talk.now(hers)) == keys(hers)

    async with talk.services.storage.write() as tx:  # months later the way back is forgotten
        await tx.buttons.remove_before(talk.services.clock.now().replace(year=2030))
    assert (await talk.press(ada, talk.now(shown), "‹ Zurück")).answer.text == stale


async def test_in_a_group_only_admins_say_what_the_group_gets(talk, ada):
    boss = talk.telegram.user("Bo", language="de")
    group = talk.telegram.group("Redaktion", [boss, ada])
    message = await talk.ask(ada, "/thema Nordkorea", in_chat=group)
    await talk.press(ada, message, "1")
    refused = await talk.press(ada, talk.now(message), "Weniger davon")
    assert refused.answer.show_alert
    assert "✓" not in str(keys(talk.now(message)))
    await talk.press(boss, talk.now(message), "Weniger davon")
    assert "✓ Weniger davon" in keys(talk.now(message))[3]
