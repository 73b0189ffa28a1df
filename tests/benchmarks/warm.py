"""Imported by the process that is copied for each worker: it has read what they would all read anew."""

from __future__ import annotations

import bot.running  # noqa: F401 - so that no worker has to
import tests.benchmarks.victim  # noqa: F401 - likewise
from bot.analysis.analyser import Analyser
from bot.messages.render import Renderer

Analyser().analyse(
    title="Nordkorea testet eine Rakete",
    summary="",
    text="Die Rakete flog weit über das Meer, meldete die Armee in Seoul.",
    language="",
)
Renderer()
