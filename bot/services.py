"""The parts every step and handler works with, built once by app.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # types alone: a command that only reads must not pay for what it does not use
    from bot.analysis.analyser import Analyser
    from bot.clock import Clock
    from bot.messages.render import Renderer
    from bot.settings import Settings
    from bot.shelf import Shelf
    from bot.stories.window import Window
    from bot.topics.matching import TopicIndex
    from storage.database import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What it takes to ask the archive."""

    settings: Settings
    clock: Clock
    storage: Storage
    analyser: Analyser


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Archive):
    """Handed to every step of the pipeline and to every handler."""

    renderer: Renderer
    window: Window
    """The stories of the last days, in memory; loads itself from storage when first used."""
    topics: TopicIndex
    """All topics, for matching new articles; refreshed when topics are added."""
    shelf: Shelf
    """Stories built and rendered, for the editions that tell them next."""
