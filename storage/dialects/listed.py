"""Pairs of numbers as two texts a group: thousands of rows less for a round of editions."""

from __future__ import annotations

import orjson
from sqlalchemy import Column, ColumnElement, Text, cast, func


def listed(column: Column[int] | Column[float]) -> ColumnElement[str]:
    """The numbers of a group; all columns listed together are listed in the same order."""
    return func.aggregate_strings(cast(column, Text), ",")


def numbers_of(keys: str, values: str) -> dict[int, float]:
    """Of two such texts, as "17,25" and "2,0.5"."""
    return dict(zip(orjson.loads(f"[{keys}]"), orjson.loads(f"[{values}]"), strict=True))
