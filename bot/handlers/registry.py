"""All commands, in the order of the menu. A new command is one line here."""

from __future__ import annotations

from bot.handlers import (
    breaking,
    delete,
    digest,
    export,
    feeds,
    formats,
    headlines,
    help,  # noqa: A004 - named as the command
    pause,
    privacy,
    quiet,
    saved,
    schedule,
    search,
    settings,
    similar,
    sources,
    start,
    status,
    subscribe,
    subscriptions,
    topic,
    unsubscribe,
    why,
)

COMMANDS = [
    topic.COMMAND,
    digest.COMMAND,
    headlines.COMMAND,
    search.COMMAND,
    similar.COMMAND,
    why.COMMAND,
    saved.COMMAND,
    subscribe.COMMAND,
    subscriptions.COMMAND,
    unsubscribe.COMMAND,
    schedule.COMMAND,
    quiet.COMMAND,
    pause.COMMAND,
    pause.RESUME,
    settings.COMMAND,
    formats.RICH,
    formats.TEXT,
    status.COMMAND,
    sources.COMMAND,
    help.COMMAND,
    privacy.COMMAND,
    export.COMMAND,
    delete.COMMAND,
    breaking.COMMAND,
    feeds.COMMAND,
    start.COMMAND,
]

PLAIN_TEXT = breaking.PLAIN_TEXT
"""What words without a command mean: an answer the desk waits for, else a topic."""
LOCATION = settings.LOCATED
"""What a shared location means: the zone one lives in."""
