"""An analysed article's terms with what each says of it: looked up, where thousands of topics ask."""

from __future__ import annotations

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
from storage.queries import AllOf, AnyOf, Match, Term


class Weighed:
    """`score` of any match for one article, prepared once."""

    def __init__(self, analysed: Analysed) -> None:
        self._lines = Lines.of(analysed)
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
        return score(match, self._lines)
