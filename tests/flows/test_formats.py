"""How digests look: a sample, the reader's answer, and digests that unfold, with a way back."""

import json
from datetime import timedelta

import pytest

from bot import formats, pipeline
from bot.localchat.refusals import Refusal
from storage.records import Format

QUESTION = "klappt sie auf?"


@pytest.fixture
async def ada(talk):
    ada = talk.telegram.user("Ada", language="de")
    for topic in ("Nordkorea", "Klima"):
        await talk.ask(ada, f"/abo {topic}")
        offer = talk.telegram.replies(ada)[-1]
        await talk.press(ada, offer, "Abonnieren")
    return ada


async def chat_of(talk, person):
    async with talk.services.storage.read() as tx:
        return await tx.chats.find(person.id)


async def sample(talk, person):
    """The rich sample and the question under it."""
    await talk.deliver()
    shown, question = talk.telegram.replies(person)[-2:]
    assert [block["type"] for block in shown.rich] == ["heading", "details"]
    assert QUESTION in question.text
    return question


async def test_the_settings_show_a_sample_and_the_answer_is_the_setting(talk, ada):
    settings = await talk.ask(ada, "/einstellungen")
    assert settings.button("✓ Einfach")
    pressed = await talk.press(ada, settings, "Zum Aufklappen")
    assert pressed.answer.text == "Schau unten nach."
    question = await sample(talk, ada)
    assert (await chat_of(talk, ada)).format is Format.AUTO

    await talk.press(ada, question, "Ja, sehe ich")
    await talk.press(ada, talk.now(question), "Ja, sehe ich") if talk.now(question).keyboard else None

    assert "klappt ab jetzt auf" in talk.now(question).text
    assert (await chat_of(talk, ada)).format is Format.RICH
    assert (await talk.ask(ada, "/einstellungen")).button("✓ Zum Aufklappen")


async def test_who_sees_nothing_keeps_simple_messages(talk, ada):
    await talk.say(ada, "/rich")
    question = await sample(talk, ada)
    await talk.press(ada, question, "Nein, da ist nichts")
    assert (await chat_of(talk, ada)).format is Format.CLASSIC
    await talk.say(ada, "/digest")
    await talk.deliver()
    assert not talk.telegram.replies(ada)[-1].rich


async def test_a_rich_digest_can_be_had_as_text_once(talk, ada):
    await talk.say(ada, "/rich")
    await talk.press(ada, await sample(talk, ada), "Ja, sehe ich")
    await talk.say(ada, "/digest")
    await talk.deliver()
    digest = talk.telegram.replies(ada)[-1]
    assert digest.rich
    assert {"heading", "paragraph", "details"} <= {block["type"] for block in digest.rich}

    before = len(talk.telegram.sent)
    for _ in range(3):
        await talk.press(ada, digest, "📄 Als Text")
        await talk.deliver()
    texts = [entry.message for entry in talk.telegram.sent[before:]]
    assert texts[0].text.startswith("Depesche · ")
    assert not any(message.rich for message in texts)
    stories = sum(block["type"] == "details" for block in digest.rich)
    assert (
        sum(message.html.count("<blockquote") >= 0 and message.html.count("</a></b>") for message in texts)
        == stories
    )

    await talk.ask(ada, "/text")
    assert (await chat_of(talk, ada)).format is Format.CLASSIC


async def test_a_server_without_rich_messages_says_so_instead_of_asking(talk, ada):
    talk.telegram.faults.refuse(Refusal(404, "Not Found"), method="sendRichMessage")
    await talk.say(ada, "/rich")
    await talk.deliver()
    assert "lassen sich gerade nicht verschicken" in talk.telegram.replies(ada)[-1].text


async def test_old_and_made_up_buttons_are_answered(talk, ada):
    message = await talk.ask(ada, "/text")
    for data in ("fo:", "fo:maybe", "tx", "gm:x", "nx:1:open", "nx:x", "si:999999", "st:999999:1"):
        query = await talk.press_data(ada, message, data)
        assert query.answer.text == "Dieser Knopf gilt nicht mehr. Frag bitte noch einmal.", data
    assert json.dumps(message.keyboard) == "[]"


async def test_after_some_digests_a_reader_is_asked_once(talk, ada):
    chat = await chat_of(talk, ada)
    async with talk.services.storage.read() as tx:
        digests = await tx.digests.of_chat(chat.id)
    talk.clock.set(min(digest.next_due_at for digest in digests) + timedelta(seconds=1))
    await pipeline.issue(talk.services)
    await talk.deliver()
    assert await formats.ask_some(talk.services) == 0, "one digest is too early"
    asked = [await formats.ask_some(talk.services, after=1) for _ in range(2)]
    await talk.deliver()
    assert asked == [1, 0]
    assert (await chat_of(talk, ada)).format is Format.ASKED
    questions = [text for text in talk.replies(ada) if QUESTION in text]
    assert len(questions) == 1
