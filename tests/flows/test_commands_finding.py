"""What is meant is found: mistakes, spellings, other names, stories shared from any chat."""

from __future__ import annotations

import re

import pytest

from tests.telegram_parser import check_message


@pytest.fixture
def ada(talk):
    return talk.telegram.user("Ada", language="de")


@pytest.mark.parametrize(
    ("asked", "said", "button"),
    [
        ("/suche titell:Nordkorea", "Den Filter „titell“ kenne ich nicht.", "titel:Nordkorea"),
        (
            "/suche Japan sprache:deutch",
            "„deutch“ ist keine Sprache, die ich kenne.",
            "Japan sprache:deutsch",
        ),
        ("/suche land:Schwedne", "„Schwedne“ ist kein Land, das ich kenne.", "land:Schweden"),
        ('/suche "Nordkorea', "fehlt ein Anführungszeichen", "Nordkorea"),
        ("/suche Nordkorea OR", "ODER steht zwischen zwei Wörtern", "Nordkorea"),
    ],
)
async def test_a_mistake_comes_with_what_may_be_meant(talk, ada, asked, said, button):
    answer = await talk.ask(ada, asked)

    assert said in answer.text
    assert f"Meintest du „{button}“?" in answer.text
    assert [key.text for key in answer.buttons()] == [button]
    await talk.press(ada, answer, button)
    assert "Meldung" in talk.now(answer).text or "Nichts gefunden" in talk.now(answer).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/suche ab*", "drei Buchstaben"),
        ("/suche titel:", "fehlt etwas"),
        ("/suche Japan -seit:7d", "lassen sich nicht ausschließen"),
        ("/suche Japan seit:neulich", "verstehe ich nicht"),
        ("/suche Japan seit:heute bis:gestern", "endet, bevor er beginnt"),
        ("/suche " + "Wort " * 40, "zu lang"),
        ("/suche -Japan", "Ausschlüsse"),
    ],
)
async def test_every_mistake_has_its_sentence(talk, ada, asked, said):
    answer = await talk.ask(ada, asked)

    assert said in answer.text
    assert "Meintest du" not in answer.text


@pytest.mark.parametrize(
    ("asked", "meant"), [("Nordkroea", "Nordkorea"), ("Regirung", "Regierung"), ("Pjönjang", "Pjöngjang")]
)
async def test_a_word_no_article_has_comes_with_one_that_is_near(talk, ada, asked, meant):
    answer = await talk.ask(ada, f"/suche {asked}")

    assert f"Meintest du „{meant}“?" in answer.text
    await talk.press(ada, answer, meant)
    assert re.search(rf"Meldung(en)? zu „{meant}“", talk.now(answer).text)


@pytest.mark.parametrize(
    "filters", ["sprache:es", "quelle:niemand", "bis:2001-01-01", "quelle:niemand seit:7d"]
)
async def test_what_filters_alone_hide_is_offered_without_them(talk, ada, filters):
    answer = await talk.ask(ada, f"/suche {filters} Nordkorea -Japan")

    assert answer.text.endswith(f"Ohne „{filters}“ finde ich etwas:")
    await talk.press(ada, answer, "Nordkorea -Japan")
    assert re.search(r"Meldungen zu „Nordkorea -Japan“", talk.now(answer).text)


@pytest.mark.parametrize("asked", ["Quastenflosser seit:7d", "quelle:niemand", "-Japan quelle:niemand"])
async def test_what_nobody_has_is_not_offered_without_filters_either(talk, ada, asked):
    answer = await talk.ask(ada, f"/suche {asked}")

    assert answer.text.startswith(f"Nichts gefunden zu „{asked}“")
    assert "Ohne" not in answer.text
    assert not list(answer.buttons())


async def test_what_is_found_is_grouped_by_story(talk, ada):
    answer = await talk.ask(ada, "/suche Nordkorea Atom-U-Boot")

    hits = [line for line in answer.text.splitlines() if line[:2] in {"1.", "2.", "3.", "4.", "5."}]
    assert len(hits) == len(set(hits))
    assert "weitere Berichte: " in answer.text


async def test_other_names_of_a_topic_are_switched_off_and_on(talk, ada):
    offer = await talk.ask(ada, "/abo Nordkorea")
    assert "DVRK" in offer.text

    await talk.press(ada, offer, "Nur so geschrieben")
    narrow = talk.now(offer)
    assert "Nur so, wie es dasteht" in narrow.text
    await talk.press(ada, narrow, "Abonnieren")
    assert "Nordkorea" in (await talk.ask(ada, "/abos")).text

    again = await talk.ask(ada, "/abo Nordkorea aliase:aus")
    await talk.press(ada, again, "Auch andere Namen")
    assert "DVRK" in talk.now(again).text
    listed = (await talk.ask(ada, "/abos")).text
    assert "aliase:aus" not in listed
    assert "Nordkorea" in listed


async def test_a_topic_means_what_the_search_means(talk, ada):
    found = await talk.ask(ada, "/thema Atom U-Boot")
    assert found.text.startswith("Atom-U-Boot")


async def test_stories_are_found_and_shared_from_any_chat(talk, ada):
    number = await ada.ask_inline("Nordkorea")
    await talk.settle()
    results = await talk.telegram.wait_for_inline_answer(number)

    assert 1 <= len(results) <= 20
    assert len({result["id"] for result in results}) == len(results)
    for result in results:
        assert result["title"]
        assert "Quelle" in result["description"]
        content = result["input_message_content"]
        check_message(content["message_text"], {})
        assert "Quelle" in content["message_text"]


@pytest.mark.parametrize("words", ["", "ab*", '"', "x" * 256, "🙂", "-Japan"])
async def test_an_inline_query_is_always_answered(talk, ada, words):
    number = await ada.ask_inline(words)
    await talk.settle()
    results = await talk.telegram.wait_for_inline_answer(number)

    assert bool(results) == (not words)
