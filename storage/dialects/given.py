"""Many rows as one parameter: one statement, one step, the same text however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
)

GIVEN = "given"
"""The usual name of the parameter; its value is `as_parameter(rows)`."""


def given_rows(
    dialect: str, width: int, name: str = GIVEN, *, texts: Collection[int] = ()
) -> tuple[FromClause, list[ColumnElement[Any]]]:
    """The rows as a table, and what each consists of: whole numbers, and texts at these places."""
    kinds = [Text if place in texts else BigInteger for place in range(width)]
    if dialect == "sqlite":
        rows = func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Text), name=name)
        return rows, [
            type_coerce(func.json_extract(rows.c.value, f"$[{place}]"), kind)
            for place, kind in enumerate(kinds)
        ]
    listed = func.json_array_elements(cast(bindparam(name, type_=Text), JSON))
    rows = listed.table_valued(column("value", JSON), name=name)
    return rows, [cast(rows.c.value[place].as_string(), kind) for place, kind in enumerate(kinds)]


def given_texts(dialect: str, name: str = GIVEN) -> Select[str]:
    """Texts to look for: `column.in_(given_texts(...))`, where a list would be a parameter for each."""
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=Text))
    else:
        listed = func.json_array_elements_text(cast(bindparam(name, type_=Text), JSON))
    return select(listed.table_valued(column("value", Text), name=name).c.value)


def given_ids(dialect: str, name: str = GIVEN) -> Select[int]:
    """The same for ids."""
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=Text)).table_valued(
            column("value", BigInteger), name=name
        )
        return select(listed.c.value)
    texts = func.json_array_elements_text(cast(bindparam(name, type_=Text), JSON))
    return select(cast(texts.table_valued(column("value", Text), name=name).c.value, BigInteger))


def as_parameter(rows: Sequence[Sequence[int | str | None]] | Sequence[int] | Sequence[str]) -> str:
    return orjson.dumps(rows).decode()
