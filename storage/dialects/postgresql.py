"""The text index on PostgreSQL: a tsvector computed from the rows of `analyses`, under GIN.

Built without a parser or dictionary (migration 0001): the terms come analysed. The title begins at 1 and the
text at 1001, so that no phrase reaches from one into the other; what a word is also found by stands where no
phrase looks. Weights tell the four columns apart: A title, B also, C text, D also.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term

CLEAR_INDEX = ("REINDEX INDEX ix_analyses_vector",)
FILL_INDEX = ""
"""Nothing is left to fill: PostgreSQL builds the index in one go."""
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

# Whether the query's form depends on how rare its words are.
MINDS_RARITY = True

_analyses = table("analyses", column("article_id", BigInteger), column("vector"))


def matching(match: Match, *, rare: bool) -> tuple[Select[int], ColumnElement[int]]:
    """The ids of the articles that match, and the id's column to restrict and to order them by.

    Newest first, the planner walks down the ids; that takes seconds for a word of few hits, so a rare
    one's hits are gathered first.
    """
    found = select(_analyses.c.article_id.label("id")).where(_matches(match))
    if not rare:
        return found, _analyses.c.article_id
    gathered = found.cte("found").prefix_with("MATERIALIZED")
    return select(gathered.c.id), gathered.c.id


def seconds(instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """An instant in seconds since 1970."""
    return cast(func.floor(func.extract("epoch", instant)), BigInteger)


def _matches(match: Match) -> ColumnElement[bool]:
    return _analyses.c.vector.bool_op("@@")(cast(literal(expression(match), Text), TSQUERY))


def expression(match: Match) -> str:
    """The match in tsquery's language; every term is quoted."""
    match match:
        case Term(any_of, in_title):
            return _any(_quoted(term) + (":AB" if in_title else "") for term in any_of)
        case Phrase(words, in_title):
            weights = ":A" if in_title else ":AC"
            return "(" + " <-> ".join(_any(_quoted(term) + weights for term in word) for word in words) + ")"
        case Prefix(start, in_title):
            return _quoted(start) + (":*AB" if in_title else ":*")
        case AllOf(parts):
            return "(" + " & ".join(expression(part) for part in parts) + ")"
        case AnyOf(parts):
            return _any(expression(part) for part in parts)


def _any(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "").replace("'", "") + "'"
