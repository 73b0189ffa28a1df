"""Publishers as terms of the text index, so that it finds a frequent word of one of them by itself.

Each article has its publisher's term among what its title is also found by; an `Analysis` has none. Older
articles get theirs as they get pairs (storage/pairs.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from storage.queries import PAIR_SIGN, AllOf, Term, TermQuery

# Where so many are meant, most articles are theirs: each hit is looked at.
MOST = 32
# Of a few hundred thousand names no two share a term.
_BYTES = 6


def publisher_term(name: str) -> str:
    """The term of all articles of this publisher; no word is written so."""
    return PAIR_SIGN + blake2b(name.encode(), digest_size=_BYTES).hexdigest()


def by_publishers(query: TermQuery, names: Sequence[str]) -> TermQuery:
    """The same query, with the publishers it means looked for by their terms."""
    if query.match is None or not query.publishers or not 0 < len(names) <= MOST:
        return query
    theirs = Term(tuple(map(publisher_term, names)))
    return replace(query, match=AllOf((query.match, theirs)), publishers=())
