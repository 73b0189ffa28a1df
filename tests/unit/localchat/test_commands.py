"""Which menu a person sees: the narrowest scope, and in it their language."""

import pytest

from bot.localchat.commands import Command, CommandBook, Scope, commands_of, scope_of
from bot.localchat.refusals import Refusal
from bot.localchat.values import Chat, User

MIA = User(id=1, first_name="Mia", language_code="de")
JONAS = User(id=2, first_name="Jonas", language_code="en")
PRIVATE = Chat(id=1, kind="private", title="Mia", members=(1,))
GROUP = Chat(id=-100, kind="supergroup", title="Redaktion", members=(1, 2))
GERMAN, ENGLISH, PLAIN, ADMIN = (Command(name, name) for name in ("thema", "topic", "plain", "eilmeldung"))


def test_the_language_is_looked_for_within_a_scope() -> None:
    book = CommandBook()
    book.put([ENGLISH], scope=Scope(), language="")
    book.put([GERMAN], scope=Scope(), language="de")

    assert book.shown(PRIVATE, MIA) == (GERMAN,)
    assert book.shown(GROUP, JONAS) == (ENGLISH,)


def test_a_narrower_scope_wins_over_the_language() -> None:
    book = CommandBook()
    book.put([GERMAN], scope=Scope(), language="de")
    book.put([PLAIN], scope=Scope("all_private_chats"), language="")

    assert book.shown(PRIVATE, MIA) == (PLAIN,)
    assert book.shown(GROUP, MIA) == (GERMAN,)


def test_a_chat_may_have_its_own_menu_and_its_administrators_another() -> None:
    book = CommandBook()
    book.put([PLAIN], scope=Scope("chat", GROUP.id), language="")
    book.put([ADMIN], scope=Scope("chat_administrators", GROUP.id), language="")

    assert book.shown(GROUP, MIA, administers=True) == (ADMIN,)
    assert book.shown(GROUP, JONAS) == (PLAIN,)
    assert book.shown(PRIVATE, MIA) == ()


def test_no_commands_take_the_menu_away() -> None:
    book = CommandBook()
    book.put([GERMAN], scope=Scope(), language="de")
    book.put([], scope=Scope(), language="de")

    assert book.get(Scope(), "de") == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([{"command": "Thema", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "thema", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "thema", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ("thema", 'parameter "commands" must be an Array'),
    ],
)
def test_a_wrong_menu_is_refused(raw: object, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        commands_of(raw)


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(Refusal, match="unsupported type"):
        scope_of({"type": "everybody"})
