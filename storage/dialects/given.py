"""Many rows as one parameter: one statement, one step, the same text however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
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

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

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
    return _ids(dialect, bindparam(name, type_=Text), name)


def _ids(dialect: str, listed: BindParameter[str], name: str) -> Select[int]:
    if dialect == "sqlite":
        rows = func.json_each(listed).table_valued(column("value", BigInteger), name=name)
        return select(rows.c.value)
    texts = func.json_array_elements_text(cast(listed, JSON)).table_valued(column("value", Text), name=name)
    return select(cast(texts.c.value, BigInteger))


def among(connection: AsyncConnection, ids: Collection[int]) -> Select[int]:
    """Ids to look for, with their values: `column.in_(among(connection, ids))`.

    A list would be compiled anew for each of its ids, whenever it is asked.
    """
    listed = bindparam(None, as_parameter(list(ids)), type_=Text, unique=True)
    return _ids(connection.dialect.name, listed, GIVEN)


def as_parameter(rows: Sequence[Sequence[int | str | None]] | Sequence[int] | Sequence[str]) -> str:
    return orjson.dumps(rows).decode()
