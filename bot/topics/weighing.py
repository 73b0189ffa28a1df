"""An analysed article's terms with what each says of it: looked up, where thousands of topics ask."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from bot.topics.evaluate import (
    GROUP,
    LEAD,
    LEAD_WORDS,
    TEXT,
    TEXT_ALSO,
    TITLE,
    TITLE_ALSO,
    Analysed,
    Lines,
    score,
)
from storage.queries import AllOf, AnyOf, Match, Phrase, Term


class Weighed:
    """`score` of any match for one article, prepared once."""

    def __init__(self, analysed: Analysed) -> None:
        self._analysed = analysed
        text = analysed.text_terms
        self.in_title = {
            term: TITLE if term.startswith(GROUP) else TITLE_ALSO for term in analysed.title_also
        }
        self.in_title |= dict.fromkeys(analysed.title_terms, TITLE)
        self.anywhere = {term: TEXT if term.startswith(GROUP) else TEXT_ALSO for term in analysed.text_also}
        # The best place of a term comes last and stays.
        self.anywhere |= dict.fromkeys(text[LEAD_WORDS:], TEXT)
        self.anywhere |= dict.fromkeys(text[:LEAD_WORDS], LEAD)
        self.anywhere |= self.in_title

    @cached_property
    def _lines(self) -> Lines:
        return Lines.of(self._analysed)

    def score(self, match: Match) -> float:
        """0 where the article does not match; up to 1 the more it is about it."""
        if isinstance(match, Term):
            places = self.in_title if match.in_title else self.anywhere
            return max((places[term] for term in match.any_of if term in places), default=0.0)
        if isinstance(match, AllOf):
            total = 0.0
            for part in match.parts:
                one = self.score(part)
                if not one:
                    return 0.0
                total += one
            return total / len(match.parts)
        if isinstance(match, AnyOf):
            return max(map(self.score, match.parts))
        if isinstance(match, Phrase):
            return self._phrase(match)
        return score(match, self._lines)

    def _phrase(self, match: Phrase) -> float:
        pairs = pairs_of(match)
        if not pairs:
            return score(match, self._lines)
        if not self._title_pairs.isdisjoint(pairs):
            return TITLE
        return 0.0 if match.in_title or self._text_pairs.isdisjoint(pairs) else TEXT

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Each two terms that follow each other, a space between them."""
        return self._title_pairs | self._text_pairs

    @cached_property
    def _title_pairs(self) -> frozenset[str]:
        return frozenset(map(" ".join, pairwise(self._analysed.title_terms)))

    @cached_property
    def _text_pairs(self) -> frozenset[str]:
        return frozenset(map(" ".join, pairwise(self._analysed.text_terms)))


def pairs_of(match: Phrase) -> tuple[str, ...]:
    """A phrase of two words, such as a compound's halves, as pairs of terms; none for other phrases."""
    if len(match.words) != 2:
        return ()
    return tuple(f"{first} {second}" for first in match.words[0] for second in match.words[1])
