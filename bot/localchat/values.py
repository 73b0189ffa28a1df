"""The nouns of a small Telegram, as frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.localchat.spans import Entity


def nothing() -> Mapping[str, Any]:
    """An empty mapping nobody can fill."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    language_code: str = "de"
    username: str = ""
    is_bot: bool = False
    is_admin: bool = False  # what the demo calls an admin; Telegram knows nothing of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A private chat of one user with the bot (its id is the user's) or a group of users."""

    id: int
    kind: str  # private | group | supergroup | channel
    title: str
    members: tuple[int, ...]
    username: str = ""

    @property
    def is_private(self) -> bool:
        return self.kind == "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button under a message; it has a url or data, or what else the Bot API allows."""

    text: str
    url: str = ""
    callback_data: str | None = None
    other: Mapping[str, Any] = field(default_factory=nothing)


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as the chat shows it."""

    id: int
    chat_id: int
    sender: User
    sent_at: datetime
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    edited_at: datetime | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    location: tuple[float, float] | None = None  # latitude and longitude of a place somebody shared
    html: str = ""  # the source as the bot sent it
    rich: tuple[Mapping[str, Any], ...] = ()  # a rich message's blocks; `text` then holds their words
    silent: bool = False
    protected: bool = False
    preview: Mapping[str, Any] = field(default_factory=nothing)
    reactions: tuple[str, ...] = ()

    def buttons(self) -> Iterator[Button]:
        for row in self.keyboard:
            yield from row

    def button(self, wanted: str) -> Button:
        """The button with this label or callback data; LookupError names what there is."""
        for button in self.buttons():
            if wanted in (button.text, button.callback_data):
                return button
        there = ", ".join(repr(button.text) for button in self.buttons()) or "no button"
        raise LookupError(f"message {self.id} has no button {wanted!r}: there is {there}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackQuery:
    """A press on a button, and what the bot answered."""

    id: str
    sender: User
    message: Message
    data: str
    answer: "CallbackAnswer | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the presser sees: a toast, an alert, an address to open, or nothing but the end of waiting."""

    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update: what getUpdates gives, under its kind."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: dict(self.payload)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A call that took effect: the ledger's entry."""

    method: str
    chat_id: int | None
    at: datetime
    parameters: Mapping[str, Any] = field(default_factory=dict)
    message: Message | None = None
    is_answered: bool = True
    """Whether the bot was told so in words it can read."""

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def html(self) -> str:
        return self.message.html if self.message else ""
