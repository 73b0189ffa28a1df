"""Inline keyboards as Telegram's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from bot.messages.clean import plain, web_address

MOST_DATA_BYTES = 64
MOST_PER_ROW = 8
MOST_BUTTONS = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A button: `action` is callback data, or an http(s) address to open."""

    label: str
    action: str


def keyboard(rows: Iterable[Sequence[Key | tuple[str, str]]]) -> str:
    """`reply_markup` for the rows; raises ValueError for what Telegram would refuse; empty for no buttons."""
    made = [[_button(Key(*key) if isinstance(key, tuple) else key) for key in row] for row in rows if row]
    if not made:
        return ""
    if max(map(len, made)) > MOST_PER_ROW or sum(map(len, made)) > MOST_BUTTONS:
        raise ValueError(f"a keyboard holds {MOST_PER_ROW} buttons a row and {MOST_BUTTONS} in all")
    return orjson.dumps({"inline_keyboard": made}).decode()


def _button(key: Key) -> dict[str, str]:
    label = _label(key.label)
    if not label:
        raise ValueError("a button needs a label")
    if key.action.startswith(("https://", "http://")):
        address = web_address(key.action)
        if not address:
            raise ValueError("a button cannot lead to this address")
        return {"text": label, "url": address}
    if not 1 <= len(key.action.encode()) <= MOST_DATA_BYTES:
        raise ValueError(f"callback data has 1 to {MOST_DATA_BYTES} bytes, not {len(key.action.encode())}")
    return {"text": label, "callback_data": key.action}


@lru_cache(maxsize=2048)
def _label(text: str) -> str:
    """Most labels are numbers or the same words again."""
    return plain(text)


def in_rows(keys: Sequence[Key], width: int) -> list[list[Key]]:
    """The keys in rows of at most `width`."""
    return [list(keys[start : start + width]) for start in range(0, len(keys), width)]


def even_rows(keys: Sequence[Key]) -> list[list[Key]]:
    """The keys in as few rows as Telegram allows, all about as long."""
    rows = -(-len(keys) // MOST_PER_ROW)
    return in_rows(keys, -(-len(keys) // rows)) if rows else []
