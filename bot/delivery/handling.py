"""Gives one stored update to the library's handlers."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

import orjson
from telegram import Update
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application

from bot.delivery.once import AnswerUnknown, handling
from bot.delivery.updates import Handled
from storage.errors import Busy
from storage.messages import InboxUpdate

log = logging.getLogger(__name__)

_PASSING: Final = timedelta(seconds=5)
_WAITS: Final = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


async def handle_one(application: Application[Any, Any, Any, Any, Any, Any], stored: InboxUpdate) -> Handled:
    """Give one update to the library's handlers; every failure comes back as a value."""
    try:
        update = Update.de_json(orjson.loads(stored.body), application.bot)
        with handling(stored.id):
            await application.process_update(update)
    except AnswerUnknown:
        log.exception("answer given up as unknown", extra={"update": stored.update_id})
    except InvalidToken:
        # Its own text holds the token.
        return Handled(stored, "Telegram refuses the token", _PASSING, is_poison=False)
    except RetryAfter as error:
        seconds = error.retry_after
        wait = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        return Handled(stored, str(error), wait, is_poison=False)
    except BadRequest as error:  # before NetworkError: it is one, and never passes
        return Handled(stored, str(error)[:500], _wait(stored))
    except (NetworkError, Busy) as error:
        log.info("update waits", extra={"update": stored.update_id, "reason": str(error)})
        return Handled(stored, str(error)[:500], _PASSING, is_poison=False)
    except Exception as error:  # one poisonous update must not stop the others
        log.warning("update failed", exc_info=error, extra={"update": stored.update_id})
        return Handled(stored, f"{type(error).__name__}: {error}"[:500], _wait(stored))
    return Handled(stored)


def _wait(stored: InboxUpdate) -> timedelta:
    return _WAITS[min(stored.attempts, len(_WAITS) - 1)]
