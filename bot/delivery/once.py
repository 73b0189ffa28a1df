"""What is said in answer to an update is said once, however often the update has to be handled.

As in the outbox, the intent is stored before the request and Telegram's answer after it. When the update is
handled again (its handler failed further on, or the process died), what was said is not said again: the
handler is given the answer of then. What nobody knows about is said once more, and after that no more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.delivery.policy import MAX_AMBIGUOUS
from bot.delivery.transport import RequestNotSent, read_object

if TYPE_CHECKING:
    from storage.database import Storage, Transaction
    from storage.messages import Reply
    from storage.records import InboxId

Answer = tuple[int, bytes]
"""HTTP status and body."""


class AnswerUnknown(TelegramError):
    """Twice nobody knows whether the person was answered: they are not answered a third time."""


@dataclass(slots=True)
class _Handling:
    """The update that is being handled, and how much has been said to it this time."""

    inbox_id: InboxId
    said: int = 0


_now: ContextVar[_Handling | None] = ContextVar("handling", default=None)


@contextmanager
def handling(inbox_id: InboxId) -> Iterator[None]:
    """What is sent inside is said in answer to this update."""
    token = _now.set(_Handling(inbox_id))
    try:
        yield
    finally:
        _now.reset(token)


class Once:
    """Keeps what was said, in the database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def say(self, method: str, telegram_id: int, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask Telegram, or give back what it answered to the same before; raises AnswerUnknown."""
        update = _now.get()
        if update is None:
            return await ask()
        update.said += 1
        inbox_id, place = update.inbox_id, update.said

        async def begin(tx: Transaction) -> Reply:
            return await tx.replies.begin(
                inbox_id, place, method=method, telegram_id=telegram_id, tries=MAX_AMBIGUOUS
            )

        known = await self._storage.transact(begin)
        if known.result:
            return HTTPStatus.OK, known.result.encode()
        if known.tries >= MAX_AMBIGUOUS:
            raise AnswerUnknown(f"{method}: twice no readable answer")
        try:
            status, payload = await ask()
        except RequestNotSent:
            await self._undo(inbox_id, place)
            raise
        await self._note(inbox_id, place, status, payload)
        return status, payload

    async def _note(self, inbox_id: InboxId, place: int, status: int, payload: bytes) -> None:
        answer = read_object(payload)
        if answer is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return  # it may have taken effect
        if answer.get("ok") is not True:
            await self._undo(inbox_id, place)
            return
        result = payload.decode("utf-8", "replace")
        await self._storage.transact(lambda tx: tx.replies.end(inbox_id, place, result=result))

    async def _undo(self, inbox_id: InboxId, place: int) -> None:
        await self._storage.transact(lambda tx: tx.replies.undo(inbox_id, place))
