"""Topics, headlines, search, similar news: what people ask, with the sample news behind it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import pipeline
from bot.digests.select import weight
from bot.localchat.newsroom import Newsroom
from bot.stories.sections import section_named
from storage.records import ArticleId, StoryId


@pytest.fixture
def ada(talk):
    return talk.telegram.user("Ada", language="de")


@pytest.fixture
def bob(talk):
    return talk.telegram.user("Bob", language="en")


@pytest.mark.parametrize(
    "words", ["/thema Nordkorea", "/topic Nordkorea", "Nordkorea", "/Thema@depesche_bot Nordkorea"]
)
async def test_a_topic_shows_its_stories_with_sources_and_similar_news(talk, ada, words):
    answer = await talk.ask(ada, words)

    assert answer.text.startswith("Nordkorea: die Nachrichten dieser Tage")
    assert "Quellen" in answer.text
    kinds = {entity.kind for entity in answer.entities}
    assert {"text_link", "expandable_blockquote"} <= kinds
    assert [button.text for button in answer.buttons()] == ["1", "2", "3", "4", "5", "„Nordkorea“ abonnieren"]


async def test_a_number_under_the_list_brings_that_storys_similar_news(talk, ada):
    answer = await talk.ask(ada, "/thema Nordkorea")

    await talk.press(ada, answer, "1")
    await talk.press(ada, talk.now(answer), "Ähnliche Meldungen")

    similar = talk.replies(ada)[-1]
    assert "Was andere berichten" in similar
    headline = answer.text.split("1. ")[1].split("\n")[0]
    assert similar.startswith(headline)


async def test_an_unknown_topic_gets_help_and_can_be_followed(talk, ada):
    answer = await talk.ask(ada, "Quastenflosser")

    assert "Nichts Neues zu „Quastenflosser“" in answer.text
    labels = [button.text for button in answer.buttons()]
    assert labels[0] == "„Quastenflosser“ abonnieren"
    assert "Nordkorea" in labels


async def test_without_a_topic_some_are_suggested_and_open_on_a_press(talk, ada, bob):
    answer = await talk.ask(ada, "/thema")
    assert "Welches Thema?" in answer.text

    await talk.press(ada, answer, "Nordkorea")

    assert talk.replies(ada)[-1].startswith("Nordkorea: die Nachrichten")
    assert "Which topic?" in (await talk.ask(bob, "/topic")).text


@pytest.mark.parametrize("command", ["/schlagzeilen", "/headlines", "/top"])
async def test_headlines_lead_with_what_weighs_most(talk, ada, command):
    answer = await talk.ask(ada, command)

    assert answer.text.startswith("Was gerade oben steht")
    assert [button.text for button in list(answer.buttons())[:7]] == [*"123456", "✓ Als meine Depesche"]
    [more] = [line for line in answer.text.splitlines() if line.startswith("Heute öfter als sonst: ")]
    assert 2 <= len(more.split(" · ")) <= 6
    weights = await weights_of(talk, answer)
    assert weights == sorted(weights, reverse=True)


@pytest.fixture
async def publishers(talk):
    """The sample's publishers, with their countries."""
    await Newsroom(talk.services, []).register_publishers()


def listed(message):
    """The stories of the list, in order."""
    return [StoryId(int(data.split(":")[1])) for data in datas(message) if data.startswith("st:")]


async def outlets_of(talk, message):
    """Who tells each story of the list."""
    async with talk.services.storage.read() as tx:
        found = await tx.articles.of_stories(listed(message))
    return [{article.publisher for article in articles} for articles in found.values()]


async def weights_of(talk, message):
    async with talk.services.storage.read() as tx:
        stories = await tx.stories.get_many(listed(message))
    now = talk.services.clock.now()
    told = (stories[id_] for id_ in listed(message))
    return [weight(independent_count=one.independent_count, last_at=one.last_at, now=now) for one in told]


def datas(message):
    return [button.callback_data for button in message.buttons() if button.callback_data]


@pytest.mark.usefixtures("publishers")
@pytest.mark.parametrize(
    ("words", "heading", "outlet"),
    [
        ("Österreich", "Österreich", "Donaubote"),
        ("ch", "Schweiz", "Aareblatt"),
        ("UK", "Vereinigtes", "The Harbour"),
    ],
)
async def test_headlines_of_one_countrys_publishers(talk, ada, words, heading, outlet):
    answer = await talk.ask(ada, f"/schlagzeilen {words}")

    assert answer.text.startswith(f"Was gerade oben steht: {heading}")
    told = await outlets_of(talk, answer)
    assert told
    assert all(any(name.startswith(outlet) for name in names) for names in told)


async def test_headlines_of_one_section(talk, ada):
    answer = await talk.ask(ada, "/schlagzeilen Wirtschaft")

    assert answer.text.startswith("Was gerade oben steht: Wirtschaft")
    ids = [StoryId(int(data.split(":")[1])) for data in datas(answer) if data.startswith("st:")]
    async with talk.services.storage.read() as tx:
        found = await tx.articles.of_stories(ids)
    sections = [{section_named(one.section or "?") for one in articles} for articles in found.values()]
    assert sections
    assert all("economy" in names for names in sections)


@pytest.mark.usefixtures("publishers")
async def test_headlines_are_chosen_by_buttons_in_place(talk, ada):
    screen = await talk.ask(ada, "/schlagzeilen")
    await talk.press(ada, screen, "Österreich")
    assert talk.now(screen).text.startswith("Was gerade oben steht: Österreich")

    await talk.press(ada, talk.now(screen), "‹ Alle Schlagzeilen")
    assert talk.now(screen).text == screen.text
    pressed = await talk.press_data(ada, screen, "hl:AT/nonsense")
    assert pressed.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal."


@pytest.mark.parametrize("words", ["Entenhausen", "Sport Sport", "Österreich Schweiz", "<b>&"])
async def test_what_is_neither_country_nor_section_is_said_so(talk, ada, words):
    answer = await talk.ask(ada, f"/schlagzeilen {words}")
    assert answer.text.startswith(f"Ein Land oder Ressort „{words}“ kenne ich nicht.")


async def test_a_digest_without_topics_tells_the_chosen_headlines(talk, ada):
    screen = await talk.ask(ada, "/schlagzeilen Sport")
    pressed = await talk.press(ada, screen, "Als meine Depesche")
    assert pressed.answer.text.startswith("Notiert: Das erzählt deine Depesche")
    assert talk.now(screen).button("✓ Als meine Depesche")

    talk.clock.set(datetime(2026, 3, 12, 6, 30, tzinfo=UTC))
    assert (await pipeline.issue(talk.services)).issued == 1
    await talk.deliver()

    assert "Sport: die" in talk.replies(ada)[1]
    again = await talk.press(ada, talk.now(screen), "✓ Als meine Depesche")
    assert again.answer.text == "Zurückgenommen."


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("/thema", "Climate"),
        ("/schlagzeilen", "No news has come in since yesterday."),
        ("/suche Nordkorea", "Nothing found"),
        ("Nordkorea", "Nothing new on"),
        ("/status", "No news has come in yet."),
    ],
)
async def test_on_the_first_day_there_is_a_word_for_everything(empty_talk, words, what):
    bob = empty_talk.telegram.user("Bob", language="en")

    answer = await empty_talk.ask(bob, words)

    assert what in answer.text + " ".join(button.text for button in answer.buttons())


@pytest.mark.parametrize("command", ["/suche", "/search"])
async def test_a_search_is_paged_in_one_message(talk, ada, command):
    page = await talk.ask(ada, f"{command} Regierung")
    assert "Seite 1 von" in page.text
    first = page.text.split("\n\n")[1]

    await talk.press(ada, page, "Weiter ›")
    second = talk.now(page)
    assert "Seite 2 von" in second.text
    assert first not in second.text
    await talk.press(ada, page, "‹ Zurück")

    assert talk.now(page).text == page.text
    assert len(talk.replies(ada)) == 1


async def test_a_search_page_pressed_twice_is_one_page(talk, ada):
    page = await talk.ask(ada, "/suche Regierung")
    data = page.button("Weiter ›").callback_data

    await talk.press_data(ada, page, data)
    once = talk.now(page)
    await talk.press_data(ada, page, data)

    assert talk.now(page) == once


async def test_another_chats_search_cannot_be_paged(talk, ada, bob):
    page = await talk.ask(ada, "/suche Regierung")
    own = await talk.ask(bob, "/suche Regierung")

    pressed = await talk.press_data(bob, own, page.button("Weiter ›").callback_data)

    assert pressed.answer.text == "This button no longer works. Please ask again."


async def test_compounds_are_found_however_they_are_spelt(talk, ada):
    answers = [
        (await talk.ask(ada, f"/suche {word}")).text for word in ("Atom-U-Boot", "Atomuboot", "Atom U-Boot")
    ]

    assert len({answer.split("\n", 1)[1] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("/suche", "Was suchst du?"),
        ("/suche Quastenflosser", "Nichts gefunden zu „Quastenflosser“"),
        ("/suche -Putin", "Ausschlüsse allein reichen nicht"),
        ("/suche ?!", "verstehe ich nicht"),
    ],
)
async def test_a_search_that_finds_nothing_says_why(talk, ada, words, what):
    assert what in (await talk.ask(ada, words)).text


async def article(talk, number=2):
    async with talk.services.storage.read() as tx:
        return await tx.articles.get(ArticleId(number))


@pytest.mark.parametrize("command", ["/aehnlich", "/similar", "/ähnlich"])
async def test_similar_news_by_address_and_number(talk, ada, command):
    one = await article(talk)

    by_address = await talk.ask(ada, f"{command} {one.url}")
    by_number = await talk.ask(ada, f"{command} {one.id}")

    assert by_address.text == by_number.text
    assert by_address.text.startswith(one.title)
    assert "Was andere berichten" in by_address.text


async def test_similar_news_as_a_reply_to_a_message_of_ours(talk, ada):
    listed = await talk.ask(ada, "/thema Nordkorea")

    answer = await talk.ask(ada, "/aehnlich", reply_to=listed)

    assert answer.text.startswith(listed.text.split("1. ")[1].split("\n")[0])


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("/aehnlich", "Antworte mit /aehnlich"),
        ("/aehnlich 99999999", "Diese Meldung habe ich nicht"),
        ("/aehnlich https://anderswo.example/x", "Diese Meldung habe ich nicht"),
    ],
)
async def test_similar_to_nothing_we_know(talk, ada, words, what):
    assert what in (await talk.ask(ada, words)).text


@pytest.mark.parametrize("command", ["/quellen", "/sources"])
async def test_sources_are_the_publishers_with_their_freshness(talk, ada, command):
    answer = await talk.ask(ada, command)

    lines = answer.text.split("\n")
    assert lines[0] == "Woher die Nachrichten kommen"
    assert len(lines) == 12
    assert all("zuletzt" in line for line in lines[1:])
