"""Whom one can play in the demo."""

from dataclasses import dataclass

from bot.localchat.local import LocalTelegram
from bot.localchat.people import Group, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Two readers, an admin, and the group they share; their ids are the same in every run."""

    mia: Person
    jonas: Person
    clara: Person
    newsroom: Group


def demo_cast(telegram: LocalTelegram) -> Cast:
    """Put the demo's people into a new local Telegram."""
    mia = telegram.user("Mia", language="de", user_id=1001)
    jonas = telegram.user("Jonas", language="en", user_id=1002)
    clara = telegram.user("Clara", language="de", is_admin=True, user_id=1003)
    newsroom = telegram.group("Redaktion Nord", [mia, jonas, clara], chat_id=-1_001_000_000_001)
    return Cast(mia=mia, jonas=jonas, clara=clara, newsroom=newsroom)
