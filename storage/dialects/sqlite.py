"""The text index on SQLite: FTS5 over the rows of `analyses`, kept in step by triggers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice, product

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)

from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

# As migration 0008 made the table; the text comes first, as FTS5 spares a byte for the first column's words.
_COLUMNS = "text_terms, text_also, title_terms, title_also"
CLEAR_INDEX = ("INSERT INTO text_index(text_index) VALUES ('delete-all')",)
# A portion of the rows, between two ids.
FILL_INDEX = f"""INSERT INTO text_index(rowid, {_COLUMNS}) SELECT article_id, {_COLUMNS} FROM analyses
    WHERE article_id > :after AND article_id <= :upto"""  # noqa: S608 - constants alone
# Fails when the index is damaged or does not say what `analyses` says.
CHECK_INDEX = "INSERT INTO text_index(text_index, rank) VALUES ('integrity-check', 1)"
# More or fewer articles have these terms, as JSON: {"krieg": 2}.
ADD_COUNTS = """INSERT INTO terms(term, articles) SELECT key, value FROM json_each(:counts) WHERE true
    ON CONFLICT (term) DO UPDATE SET articles = terms.articles + excluded.articles"""
# How many articles have a term, as the index knows it.
PREPARE_COUNTS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'text_index', 'row')"
)
COUNTS = "SELECT term, doc AS articles FROM temp.vocabulary"

# Whether the query's form depends on how rare its words are.
MINDS_RARITY = False

# A phrase of many alternatives is a product; beyond this the likeliest readings are enough.
MAX_READINGS = 32

_index = table("text_index", column("rowid"))
_rowid: ColumnElement[int] = literal_column("text_index.rowid", Integer)


def matching(match: Match, *, rare: bool) -> tuple[Select[int], ColumnElement[int]]:  # noqa: ARG001 - PostgreSQL cares
    """The ids of the articles that match, and the id's column to restrict and to order them by."""
    return select(_rowid.label("id")).select_from(_index).where(_matches(match)), _rowid


def seconds(instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """An instant in seconds since 1970."""
    return cast(func.strftime("%s", instant), Integer)


def _matches(match: Match) -> ColumnElement[bool]:
    return literal_column("text_index").bool_op("MATCH")(literal(expression(match)))


def expression(match: Match) -> str:
    """The match in FTS5's language; every term is quoted."""
    match match:
        case Term(any_of, in_title):
            return _columns("title_terms title_also" if in_title else "", _any(_quoted(t) for t in any_of))
        case Phrase(words, in_title):
            readings = islice(product(*words), MAX_READINGS)
            return _columns(
                "title_terms" if in_title else "title_terms text_terms",
                _any(_quoted(" ".join(reading)) for reading in readings),
            )
        case Prefix(start, in_title):
            return _columns("title_terms title_also" if in_title else "", f"{_quoted(start)}*")
        case AllOf(parts):
            return "(" + " AND ".join(expression(part) for part in parts) + ")"
        case AnyOf(parts):
            return _any(expression(part) for part in parts)


def _any(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(parts) + ")"


def _columns(names: str, inner: str) -> str:
    return f"({{{names}}} : {inner})" if names else inner


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
