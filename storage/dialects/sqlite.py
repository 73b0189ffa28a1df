"""The text index on SQLite: FTS5 over the rows of `analyses`, and the small rows of `candidates`.

Triggers keep both in step with articles and analyses.
"""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage.dialects.given import as_parameter
from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, readings

if TYPE_CHECKING:
    from storage.finding import Statement
    from storage.selection import Selection

# As migration 0008 made the table; the text comes first, as FTS5 spares a byte for the first column's words.
_COLUMNS = "text_terms, text_also, title_terms, title_also"
CLEAR_INDEX = ("INSERT INTO text_index(text_index) VALUES ('delete-all')", "DELETE FROM candidates")
_CANDIDATES = """SELECT article_id, ' ' || title_terms || ' ', ' ' || title_also || ' ', publisher,
    CAST(strftime('%s', published_at) AS INTEGER), story_id
    FROM analyses JOIN articles ON articles.id = analyses.article_id"""
_PORTION = "WHERE article_id > :after AND article_id <= :upto"
# A portion of the rows, between two ids.
FILL_INDEX = (
    f"INSERT INTO text_index(rowid, {_COLUMNS}) SELECT article_id, {_COLUMNS} FROM analyses {_PORTION}",
    f"INSERT INTO candidates {_CANDIDATES} {_PORTION}",
)
# Once for good: two pieces of like size are worth putting together (FTS5 keeps four).
PREPARE_MERGE = """INSERT INTO text_index(text_index, rank) SELECT 'usermerge', 2
    WHERE NOT EXISTS (SELECT 1 FROM text_index_config WHERE k = 'usermerge')"""
# Some of the work of putting pieces of the index together; a twentieth of a second at most.
MERGE = "INSERT INTO text_index(text_index, rank) VALUES ('merge', 250)"
# Begin to put pieces of any size together, which `MERGE` goes on with: what was written anew stands in a
# large old piece as well, and pieces of unlike size would stay apart.
MERGE_UNLIKE = "INSERT INTO text_index(text_index, rank) VALUES ('merge', -1)"
# All of it.
OPTIMIZE = "INSERT INTO text_index(text_index) VALUES ('optimize')"
# Fails when the index is damaged or does not say what `analyses` says.
CHECK_INDEX = "INSERT INTO text_index(text_index, rank) VALUES ('integrity-check', 1)"
# How many candidates say something else than their articles.
CHECK_CANDIDATES = f"""SELECT (SELECT count(*) FROM ({_CANDIDATES} EXCEPT SELECT * FROM candidates))
    + (SELECT count(*) FROM candidates WHERE article_id NOT IN (SELECT article_id FROM analyses))"""
# More or fewer articles have these terms, as JSON: {"krieg": 2}.
ADD_COUNTS = """INSERT INTO terms(term, articles) SELECT key, value FROM json_each(:counts) WHERE true
    ON CONFLICT (term) DO UPDATE SET articles = terms.articles + excluded.articles"""
# How many articles have a term, as the index knows it.
PREPARE_COUNTS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'text_index', 'row')"
)
COUNTS = "SELECT term, doc AS articles FROM temp.vocabulary"

# Nobody else writes meanwhile.
KEEP_FREQUENT = ADD_FREQUENT = ""

# Before the number of a value in a statement.
MARK = "?"
# What keeps the first part of a statement from being looked up again for each row of the others.
AT_ONCE = ""


# Hits of which each is looked at, where more are narrowed down first.
FEW = 2_000
# What no article has, in FTS5's language.
_NOTHING = '""'
# The column of the ids the index knows, where conditions of a selection ask for one.
ID = "text_index.rowid"


def every(expression: str) -> str:
    """A SELECT of the ids of all articles that match."""
    return f"SELECT {ID} FROM text_index WHERE text_index MATCH {expression}"


def is_gathered(what: Selection) -> bool:
    """Whether each hit may be looked at."""
    return what.hits <= FEW


def beginning(statement: Statement, start: str) -> str:  # noqa: ARG001 - PostgreSQL cares
    """Nothing: how many articles have a term that begins so does not matter."""
    return ""


def selected(what: Selection) -> str:
    """A SELECT of the newest ids, in order: FTS5 goes down the ids by itself.

    It goes up the ids half as fast again, as its pages are written so. Where few are found by walking all
    places, they are found so, and only where they turn out to be many the newest are looked for from above.
    Where rows of `articles` count as well, the index goes first.
    """
    if not what.is_seldom:
        return f"{_found(what)} ORDER BY {ID} DESC LIMIT {what.limit}"
    most = max(FEW, what.limit)
    few = f"(SELECT count(*) FROM few) < {most}"
    return f"""WITH few AS MATERIALIZED ({_found(what)} ORDER BY {ID} LIMIT {most})
        SELECT id FROM few WHERE {few}
        UNION ALL SELECT id FROM ({_found(what, f"NOT {few}")} ORDER BY {ID} DESC LIMIT {what.limit})
        ORDER BY id DESC LIMIT {what.limit}"""


def _found(what: Selection, provided: str = "") -> str:
    """What holds for all or none decides what is looked for: a condition would be asked of the first hit."""
    provided = " AND ".join(filter(None, (provided, what.older.provided)))
    expression = f"iif({provided}, {what.expression}, '{_NOTHING}')" if provided else what.expression
    source = f"text_index CROSS JOIN articles ON articles.id = {ID}" if what.conditions else "text_index"
    conditions = [f"text_index MATCH {expression}", *what.conditions]
    if what.older.than:
        conditions.append(f"{ID} < {what.older.than}")
    if what.between is not None:
        conditions += [f"{ID} >= {what.between[0]}", f"{ID} <= {what.between[1]}"]
    where = " AND ".join(conditions)
    return f"SELECT {ID} AS id FROM {source} WHERE {where}"


def facts(chosen: str) -> str:
    """What `Candidate` has, of the chosen ids; what else is chosen of each comes last."""
    return f"""SELECT chosen.id, title_terms, title_also, publisher, published_s, candidates.story_id,
            coalesce(stories.independent_count, 0), chosen.by_title
        FROM ({chosen}) AS chosen
        CROSS JOIN candidates ON candidates.article_id = chosen.id
        LEFT JOIN stories ON stories.id = candidates.story_id"""


def among(statement: Statement, expression: str, values: Sequence[int] | Sequence[str]) -> str:
    """The condition that it is one of many values, all of one kind."""
    return f"{expression} IN (SELECT value FROM json_each({statement.of(as_parameter(values))}))"


def instant(when: datetime) -> str:
    """A time as it is stored."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def expression(match: Match, unwanted: Match | None) -> str:
    """What is looked for, without what is not, in FTS5's language; every term is quoted."""
    wanted = _expression(match)
    return wanted if unwanted is None else f"({wanted}) NOT ({_expression(unwanted)})"


def _expression(match: Match) -> str:
    match match:
        case Term(any_of, in_title):
            return _columns("title_terms title_also" if in_title else "", _any(_quoted(t) for t in any_of))
        case Phrase(words, in_title):
            return _columns(
                "title_terms" if in_title else "title_terms text_terms",
                _any(_quoted(reading) for reading in readings(words)),
            )
        case Prefix(start, in_title):
            return _columns("title_terms title_also" if in_title else "", f"{_quoted(start)}*")
        case AllOf(parts):
            return "(" + " AND ".join(_expression(part) for part in parts) + ")"
        case AnyOf(parts):
            return _any(_expression(part) for part in parts)


def _any(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(parts) + ")"


def _columns(names: str, inner: str) -> str:
    return f"({{{names}}} : {inner})" if names else inner


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
