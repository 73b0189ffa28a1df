"""The text index on PostgreSQL: a tsvector computed from the rows of `analyses`, under GIN.

Built without a parser or dictionary (migration 0001): the terms come analysed. The title begins at 1 and the
text at 1001, so that no phrase reaches from one into the other; what a word is also found by stands where no
phrase looks. Weights tell the four columns apart: A title, B also, C text, D also.
"""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, readings

if TYPE_CHECKING:
    from storage.finding import Statement

CLEAR_INDEX = ("REINDEX INDEX ix_analyses_vector",)
FILL_INDEX = ""
"""Nothing is left to fill: PostgreSQL builds the index in one go."""
PREPARE_MERGE = MERGE = OPTIMIZE = ""
"""Its index is in one piece."""
CHECK_INDEX = """SELECT 1 / (CASE WHEN EXISTS (
    SELECT 1 FROM analyses
    WHERE vector IS DISTINCT FROM text_vector(title_terms, title_also, text_terms, text_also)
) THEN 0 ELSE 1 END)"""
# More or fewer articles have these terms, as JSON: {"krieg": 2}.
ADD_COUNTS = """INSERT INTO terms(term, articles)
    SELECT key, CAST(value AS integer) FROM json_each_text(CAST(:counts AS json)) ORDER BY key
    ON CONFLICT (term) DO UPDATE SET articles = terms.articles + excluded.articles"""
PREPARE_COUNTS = ""
COUNTS = "SELECT word AS term, ndoc AS articles FROM ts_stat('SELECT vector FROM analyses')"

# Before the number of a value in a statement.
MARK = "$"
# What keeps the first part of a statement from being looked up again for each row of the others.
AT_ONCE = "MATERIALIZED"


def matching(expression: str, *, few: bool, also: str = "") -> tuple[str, str, str]:
    """Where the articles that match come from, the column of their ids, and the condition.

    Newest first, the planner walks down the ids; that takes seconds for a word of few hits, so those are
    gathered first.
    """
    condition = f"analyses.vector @@ CAST(CAST({expression} AS text) AS tsquery)" + (
        f" AND {also}" if also else ""
    )
    if not few:
        return "analyses", "analyses.article_id", condition
    gathered = f"SELECT analyses.article_id AS id FROM analyses WHERE {condition}"
    found = f"(WITH gathered AS MATERIALIZED ({gathered}) SELECT id FROM gathered) AS found"
    return found, "found.id", "true"


# Hits that are gathered; of more the planner would read every row's vector instead.
GATHERED = 4_000


def is_walked(found: float) -> bool:
    """Whether the newest hits are met going down the ids, rather than by gathering all."""
    return found > GATHERED


def in_titles(statement: Statement, match: Match) -> str:
    """The condition that a match of titles alone holds: told by the title's own lines.

    The index knows no weights, so that each hit's vector would be read: half a second for a frequent word.
    """
    match match:
        case Term(any_of):
            return _in_line(statement, _TITLE_LINES, [f" {term} " for term in any_of])
        case Phrase(words):
            return _in_line(statement, _TITLE, [f" {reading} " for reading in readings(words)])
        case Prefix(start):
            return _in_line(statement, _TITLE_LINES, [f" {start}"])
        case AllOf(parts):
            return "(" + " AND ".join(in_titles(statement, part) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(in_titles(statement, part) for part in parts) + ")"


_TITLE = "' ' || analyses.title_terms || ' '"
_TITLE_LINES = f"{_TITLE} || ' ' || analyses.title_also || ' '"


def _in_line(statement: Statement, line: str, pieces: Iterable[str]) -> str:
    found = (f"strpos({line}, CAST({statement.of(piece)} AS text)) > 0" for piece in pieces)
    return "(" + " OR ".join(found) + ")"


def with_articles(source: str, id_: str) -> str:
    """The same with their rows."""
    return f"{source} JOIN articles ON articles.id = {id_}"


def facts(chosen: str) -> str:
    """What `Candidate` has, of the chosen ids; what else is chosen of each comes last."""
    return f"""SELECT chosen.id, ' ' || analyses.title_terms || ' ', ' ' || analyses.title_also || ' ',
            articles.publisher,
            CAST(floor(extract(epoch FROM articles.published_at)) AS bigint), articles.story_id,
            coalesce(stories.independent_count, 0),
            CAST(floor(extract(epoch FROM stories.last_at)) AS bigint), chosen.by_title
        FROM ({chosen}) AS chosen
        JOIN articles ON articles.id = chosen.id
        JOIN analyses ON analyses.article_id = chosen.id
        LEFT JOIN stories ON stories.id = articles.story_id"""


def among(statement: Statement, expression: str, values: Sequence[int] | Sequence[str]) -> str:
    """The condition that it is one of many values, all of one kind."""
    kind = "bigint" if values and isinstance(values[0], int) else "text"
    return f"{expression} = ANY(CAST({statement.of(list(values))} AS {kind}[]))"


def instant(when: datetime) -> datetime:
    """A time as it is stored."""
    return when


def expression(match: Match, unwanted: Match | None) -> str:
    """What is looked for, without what is not, in tsquery's language; every term is quoted."""
    wanted = _expression(match)
    return wanted if unwanted is None else f"{wanted} & !({_expression(unwanted)})"


def _expression(match: Match) -> str:
    match match:
        case Term(any_of, in_title):
            return _any(_quoted(term) + (":AB" if in_title else "") for term in any_of)
        case Phrase(words, in_title):
            weights = ":A" if in_title else ":AC"
            return "(" + " <-> ".join(_any(_quoted(term) + weights for term in word) for word in words) + ")"
        case Prefix(start, in_title):
            return _quoted(start) + (":*AB" if in_title else ":*")
        case AllOf(parts):
            return "(" + " & ".join(_expression(part) for part in parts) + ")"
        case AnyOf(parts):
            return _any(_expression(part) for part in parts)


def _any(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "").replace("'", "") + "'"
