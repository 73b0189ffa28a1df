"""Commands as people type them, and whose words they are."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageOriginUser, User

from bot.handlers.conversation import language_of
from bot.handlers.spoken import Spoken, is_own_words, read

NOW = datetime(2026, 3, 11, tzinfo=UTC)
PERSON = User(7, "Ada", is_bot=False)
PRIVATE = Chat(7, "private")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("/thema Nordkorea", Spoken("thema", "", "Nordkorea")),
        ("  /Thema   Nordkorea  ", Spoken("thema", "", "Nordkorea")),
        ("/thema@Depesche_bot Nordkorea", Spoken("thema", "depesche_bot", "Nordkorea")),
        ("/löschen", Spoken("loeschen", "", "")),
        ("/Ähnlich https://a.example/1", Spoken("aehnlich", "", "https://a.example/1")),
        (
            "/eilmeldung Titel\nText\nhttps://a.example",
            Spoken("eilmeldung", "", "Titel\nText\nhttps://a.example"),
        ),
        ("/eilmeldung\nTitel", Spoken("eilmeldung", "", "Titel")),
    ],
)
def test_a_command_is_read(text, spoken):
    assert read(text) == spoken


@pytest.mark.parametrize(
    "text", ["Nordkorea", "", "/", "/ thema", "//thema", "/etc/passwd", "1/2", "/@bot", "a /thema"]
)
def test_other_words_are_no_command(text):
    assert read(text) is None


def message(**values):
    return Message(
        **({"message_id": 1, "date": NOW, "chat": PRIVATE, "from_user": PERSON, "text": "/x"} | values)
    )


def test_own_words_are_the_senders():
    assert is_own_words(message())


@pytest.mark.parametrize(
    "values",
    [
        {"forward_origin": MessageOriginUser(NOW, User(8, "Eve", is_bot=False))},
        {"via_bot": User(9, "Other", is_bot=True)},
        {"edit_date": NOW},
        {"sender_chat": Chat(-100, "supergroup"), "from_user": User(1087968824, "Group", is_bot=True)},
        {"sender_chat": Chat(-100, "channel"), "from_user": User(136817688, "Channel", is_bot=True)},
        {"from_user": None, "sender_chat": Chat(-100, "channel")},
        {"is_automatic_forward": True, "from_user": User(777000, "Telegram", is_bot=False)},
    ],
)
def test_masks_forwards_and_edits_are_not(values):
    assert not is_own_words(message(**values))


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE", "de"),
        ("en", "en"),
        ("fr", "en"),
        ("den", "en"),
        ("", "de"),
        (None, "de"),
    ],
)
def test_the_language_follows_the_app(code, language):
    assert language_of(code, default="de") == language
