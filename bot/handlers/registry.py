"""All commands, in the order of the menu. A new command is one line here."""

from __future__ import annotations

from bot.handlers import (
    breaking,
    delete,
    digest,
    export,
    headlines,
    help,  # noqa: A004 - named as the command
    privacy,
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
)

COMMANDS = [
    topic.COMMAND,
    digest.COMMAND,
    headlines.COMMAND,
    search.COMMAND,
    similar.COMMAND,
    subscribe.COMMAND,
    subscriptions.COMMAND,
    unsubscribe.COMMAND,
    schedule.COMMAND,
    settings.COMMAND,
    status.COMMAND,
    sources.COMMAND,
    help.COMMAND,
    privacy.COMMAND,
    export.COMMAND,
    delete.COMMAND,
    breaking.COMMAND,
    start.COMMAND,
]

PLAIN_TEXT = breaking.PLAIN_TEXT
"""What words without a command mean: an answer the desk waits for, else a topic."""
