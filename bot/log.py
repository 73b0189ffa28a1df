"""Logging for the whole process: constant words, then facts; secrets are cut out wherever they turn up."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A bot token inside an address or an error's text, whoever wrote it.
TOKEN = re.compile(r"(?<!\d)(\d{3,20}):[A-Za-z0-9_-]{20,}")
PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]+@")


def mask(text: str) -> str:
    """The text without tokens and passwords."""
    return PASSWORD.sub(r"\1:***@", TOKEN.sub(r"\1:***", text))


def _mask_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def configure(*, level: str = "info", style: str = "text") -> None:
    """Send our records and those of libraries to stderr in one shape (`text` or `json`)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    steps: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style == "json":
        steps.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _MaskingFormatter(foreign_pre_chain=shared, processors=[*steps, _mask_event, renderer])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These speak at INFO about every request, tick and statement; the library at DEBUG of whole calls,
    # with the webhook's secret and readers' words in them.
    for noisy in (
        "httpx",
        "httpcore",
        "apscheduler",
        "aiohttp.access",
        "alembic",
        "aiosqlite",
        "telegram",
        "asyncio",
        "trafilatura",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


class _MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        # Once more over the whole line: a traceback can carry an address too.
        return mask(super().format(record))
