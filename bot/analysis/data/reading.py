"""Reads the word lists beside it."""

from __future__ import annotations

from importlib.resources import files


def data_lines(name: str) -> list[str]:
    """The list's lines, without comments and empty ones."""
    text = files("bot.analysis.data").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
