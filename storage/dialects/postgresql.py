"""The text index on PostgreSQL: a tsvector computed from the rows of `analyses`, under GIN.

Built without a parser or dictionary (migration 0001): the terms come analysed. The title begins at 1 and the
text at 1001, so that no phrase reaches from one into the other; what a word is also found by stands where no
phrase looks. Weights tell the four columns apart: A title, B also, C text, D also. Beside them stand terms
of the title under a sign of their own, "^krieg", and "#7" for each article of the eighth 4,096 ids (0017).
"""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from storage.queries import PAIR_SIGN, AllOf, AnyOf, Match, Phrase, Prefix, Term

if TYPE_CHECKING:
    from storage.finding import Statement
    from storage.selection import Selection

CLEAR_INDEX = ("REINDEX INDEX ix_analyses_vector",)
FILL_INDEX = ()
"""Nothing is left to fill: PostgreSQL builds the index in one go."""
PREPARE_MERGE = MERGE = MERGE_UNLIKE = OPTIMIZE = ""
"""Its index is in one piece."""
CHECK_INDEX = """SELECT 1 / (CASE WHEN EXISTS (
    SELECT 1 FROM analyses
    WHERE vector IS DISTINCT FROM article_vector(article_id, title_terms, title_also, text_terms, text_also)
) THEN 0 ELSE 1 END)"""
# More or fewer articles have these terms, as JSON: {"krieg": 2}.
ADD_COUNTS = """INSERT INTO terms(term, articles)
    SELECT key, CAST(value AS integer) FROM json_each_text(CAST(:counts AS json)) ORDER BY key
    ON CONFLICT (term) DO UPDATE SET articles = terms.articles + excluded.articles"""
PREPARE_COUNTS = ""
COUNTS = """SELECT word AS term, ndoc AS articles FROM ts_stat('SELECT vector FROM analyses')
    WHERE word !~ '^[#^]'"""

# Until the transaction ends: who writes articles keeps the frequent words, who adds some waits for them.
KEEP_FREQUENT = "SELECT pg_advisory_xact_lock_shared(hashtext('depesche frequent words'))"
ADD_FREQUENT = "SELECT pg_advisory_xact_lock(hashtext('depesche frequent words'))"

# Before the number of a value in a statement.
MARK = "$"
# What keeps the first part of a statement from being looked up again for each row of the others.
AT_ONCE = "MATERIALIZED"
# The column of the ids the index knows, where conditions of a selection ask for one.
ID = "analyses.article_id"
# As powers of two: so many neighbours by id share a lexeme (migration 0017).
NEIGHBOURS = 12
# To ask for the hits among neighbours takes as long as to read so many hits.
ASKED = 33
# Terms with the same beginning that are counted; more of them stand in many articles in any case.
MOST_BEGUN = 4_000


def every(expression: str) -> str:
    """A SELECT of the ids of all articles that match."""
    return f"SELECT {ID} FROM analyses WHERE {_matches(expression)}"


def is_gathered(what: Selection) -> bool:
    """Whether all hits are read at once: that takes less than to ask for them, neighbours by neighbours."""
    among = what.articles / (1 << NEIGHBOURS)
    return what.hits <= what.limit or what.hits**2 <= ASKED * what.limit * among


def beginning(statement: Statement, start: str) -> str:
    """A SELECT of the beginning, with *, in how many articles its terms stand, added up, and false."""
    first, after = statement.of(start), statement.of(start + "\uffff")
    span = f"term >= {first} AND term < {after} AND position('{PAIR_SIGN}' IN term) = 0"
    some = f"SELECT articles FROM terms WHERE {span} LIMIT {MOST_BEGUN}"
    count = "CAST(coalesce(sum(articles), 0) AS bigint)"
    return f"SELECT {statement.of(start + '*')}, {count}, false FROM ({some}) AS begun"


def selected(what: Selection) -> str:
    """A SELECT of the newest ids, in order.

    A GIN index gives all hits or none. So where many are likely, the newest neighbours' are asked for, then
    the next ones', until there are enough.
    """
    joined = f" JOIN articles ON articles.id = {ID}" if what.conditions else ""
    conditions = list(what.conditions)
    # The sums keep the index of ids out of it: all older ones would be gathered to be met with the hits.
    if what.older.than:
        conditions.append(f"{ID} + 0 < {what.older.than}")
    if what.between is not None:
        conditions.append(f"{ID} + 0 BETWEEN {what.between[0]} AND {what.between[1]}")
    order = f"ORDER BY id DESC LIMIT {what.limit}"
    source = f"analyses{joined}"
    conditions.append(_matches(what.expression))
    if is_gathered(what):
        return _gathered(source, conditions, what.older.provided, order)
    return _walked(what, source, conditions, order)


def _gathered(source: str, conditions: list[str], provided: str, order: str) -> str:
    # What is materialised is gathered first: else the planner may walk down the ids for a rare word.
    where = " AND ".join([*conditions, *([provided] if provided else [])])
    gathered = f"SELECT {ID} AS id FROM {source} WHERE {where}"
    return f"WITH gathered AS MATERIALIZED ({gathered}) SELECT id FROM gathered {order}"


def _walked(what: Selection, source: str, conditions: list[str], order: str) -> str:
    first, last = what.between or (0, what.articles)
    begin = f"least({last}, {what.older.than} - 1)" if what.older.than else f"CAST({last} AS bigint)"
    theirs = _matches("'''#' || (walked.place - 1) || ''''")
    return f"""WITH RECURSIVE walked(place, ids, found) AS (
            SELECT ({begin} >> {NEIGHBOURS}) + 1, CAST(ARRAY[] AS bigint[]), 0
            WHERE {what.older.provided or "true"}
            UNION ALL
            SELECT walked.place - 1, next.ids, walked.found + next.count
            FROM walked CROSS JOIN LATERAL (
                SELECT array_agg({ID}) AS ids, CAST(count(*) AS integer) AS count
                FROM {source} WHERE {theirs} AND {" AND ".join(conditions)}
            ) AS next
            WHERE walked.found < {what.limit} AND walked.place > {first >> NEIGHBOURS}
        )
        SELECT id FROM walked CROSS JOIN LATERAL unnest(walked.ids) AS id {order}"""


def _matches(expression: str) -> str:
    return f"analyses.vector @@ CAST(CAST({expression} AS text) AS tsquery)"


def facts(chosen: str) -> str:
    """What `Candidate` has, of the chosen ids; what else is chosen of each comes last."""
    return f"""SELECT chosen.id, ' ' || analyses.title_terms || ' ', ' ' || analyses.title_also || ' ',
            articles.publisher,
            CAST(floor(extract(epoch FROM articles.published_at)) AS bigint), articles.story_id,
            coalesce(stories.independent_count, 0), chosen.by_title
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
            return _any(_quoted(_signed(term, in_title)) for term in any_of)
        case Phrase(words, in_title):
            weights = ":A" if in_title else ":AC"
            phrase = " <-> ".join(_any(_quoted(term) + weights for term in word) for word in words)
            if not in_title:
                return f"({phrase})"
            # The index tells who has the words in the title; only those are looked at.
            have_them = _expression(AllOf(tuple(Term(word, in_title=True) for word in words)))
            return f"({have_them} & ({phrase}))"
        case Prefix(start, in_title):
            return _quoted(_signed(start, in_title)) + ":*"
        case AllOf(parts):
            return "(" + " & ".join(_expression(part) for part in parts) + ")"
        case AnyOf(parts):
            return _any(_expression(part) for part in parts)


def _signed(term: str, in_title: bool) -> str:
    return f"^{term}" if in_title else term


def _any(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "").replace("'", "") + "'"
