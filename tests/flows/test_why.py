"""Why a story came, and what does not belong to it."""

from __future__ import annotations

import pytest

from bot.cli.export_pairs import labelled_pairs
from storage.records import ArticleId
from storage.wishes import JudgementKind


@pytest.fixture
def ada(talk):
    return talk.telegram.user("Ada", language="de")


async def subscribe(talk, person, topic):
    answer = await talk.ask(person, f"/abo {topic}")
    await talk.press(person, answer, next(iter(answer.buttons())).text)


async def story_of(talk, words):
    hits = [article for article in await articles_of(talk) if words in article.title]
    return hits[0].story_id


async def articles_of(talk):
    async with talk.services.storage.read() as tx:
        return list((await tx.articles.get_many([ArticleId(n) for n in range(1, 400)])).values())


async def test_a_reply_asks_why_and_names_topic_words_sources_and_the_one_story(talk, ada):
    await subscribe(talk, ada, "Nordkorea")
    listed = await talk.ask(ada, "/thema Nordkorea")

    answer = await talk.ask(ada, "/warum", reply_to=listed)

    assert answer.text.startswith("Warum du das siehst")
    assert "Dein Thema" in answer.text
    assert "das Wort Nordkorea" in answer.text or "die Wörter Nordkorea" in answer.text
    assert "Wer darüber berichtet" in answer.text
    assert "Warum das eine Nachricht ist" in answer.text
    assert "eigenständige Quellen" in answer.text


async def test_a_story_no_topic_found_says_so(talk, ada):
    listed = await talk.ask(ada, "/schlagzeilen")

    answer = await talk.ask(ada, "/warum", reply_to=listed)

    assert "Keines deiner Themen" in answer.text


async def test_without_a_message_or_digest_it_says_how(talk, ada):
    assert "Antworte mit /warum" in (await talk.ask(ada, "/warum")).text
    assert "Diese Meldung habe ich nicht" in (await talk.ask(ada, "/why https://anderswo.example/x")).text


async def test_without_a_message_it_asks_which_story_of_the_last_digest(talk, ada):
    await subscribe(talk, ada, "Nordkorea")
    await talk.say(ada, "/digest")
    await talk.deliver()

    answer = await talk.ask(ada, "/warum")
    assert "Welche Nachricht" in answer.text
    await talk.press(ada, answer, next(iter(answer.buttons())).text)

    assert talk.replies(ada)[-1].startswith("Warum du das siehst")


async def test_what_does_not_belong_is_kept_once_and_exported(talk, ada):
    listed = await talk.ask(ada, "/thema Nordkorea")
    story = await story_of(talk, "Stapellauf")
    async with talk.services.storage.read() as tx:
        members = (await tx.articles.of_stories([story]))[story]
        other = (await tx.stories.related([story]))[story][0].other_id

    first = await talk.press_data(ada, listed, f"nm:{story}:{members[-1].id}")
    again = await talk.press_data(ada, listed, f"nm:{story}:{members[-1].id}")
    beside = await talk.press_data(ada, listed, f"nb:{story}:{other}")

    assert [press.answer.text for press in (first, again, beside)] == [
        "Danke, ist notiert.",
        "Das habe ich schon notiert.",
        "Danke, ist notiert.",
    ]
    async with talk.services.storage.read() as tx:
        chat = (await tx.chats.of_telegram(ada.id))[0]
        kept = await tx.judgements.of_chat(chat.id)
        assert {one.kind for one in kept} == set(JudgementKind)
        assert (story, other) in await tx.judgements.disowned(chat.id, [story])
        pairs = [shape async for shape in labelled_pairs(tx, with_texts=True)]
    assert {pair["label"] for pair in pairs} == {"not_same_story", "not_related"}
    assert all(pair["chats"] == 1 and pair["article"]["text"] for pair in pairs)


@pytest.mark.parametrize("data", ["nm:1:999999", "nb:999999:1", "wy:999999", "nm:x:y", "nb:1"])
async def test_a_made_up_button_is_answered(talk, ada, data):
    listed = await talk.ask(ada, "/thema Nordkorea")

    press = await talk.press_data(ada, listed, data)

    assert press.answer is not None
