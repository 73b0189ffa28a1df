"""Many rows as one parameter: one statement, one step, the same text however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    type_coerce,
)

GIVEN = "given"
"""The usual name of the parameter; its value is `as_parameter(rows)`."""


def given_rows(dialect: str, width: int, name: str = GIVEN) -> tuple[FromClause, list[ColumnElement[int]]]:
    """The rows as a table, and the whole numbers each consists of."""
    if dialect == "sqlite":
        rows = func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Text), name=name)
        return rows, [
            type_coerce(func.json_extract(rows.c.value, f"$[{place}]"), BigInteger) for place in range(width)
        ]
    listed = func.json_array_elements(cast(bindparam(name, type_=Text), JSON))
    rows = listed.table_valued(column("value", JSON), name=name)
    return rows, [cast(rows.c.value[place].as_string(), BigInteger) for place in range(width)]


def as_parameter(rows: Sequence[Sequence[int | None]]) -> str:
    return orjson.dumps(rows).decode()
