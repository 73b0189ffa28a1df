"""A query's key: one for all spellings of one wish."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import AllOf, AnyOf, Match, Phrase, Prefix, Term, TermQuery


def key_of(terms: TermQuery, dates: Sequence[str]) -> str:
    """`dates` are the times as they were typed: "seit:7d" means another time tomorrow."""
    pieces = [_match_key(terms.match)] if terms.match else []
    if terms.unwanted:
        pieces.append(f"-{_match_key(terms.unwanted)}")
    pieces += [f"publisher:{name}" for name in terms.publishers]
    pieces += [f"-publisher:{name}" for name in terms.unwanted_publishers]
    pieces += [f"language:{code}" for code in terms.languages]
    return " ".join([*pieces, *sorted(set(dates))])


def _match_key(match: Match) -> str:
    match match:
        case Term(any_of, in_title):
            # A group says it all, whichever of its forms was typed.
            group = next((term for term in any_of if term.startswith("_")), None)
            return ("title:" if in_title else "") + (group or "|".join(sorted(any_of)))
        case Phrase(words, in_title):
            inner = " ".join("|".join(sorted(word)) for word in words)
            return ("title:" if in_title else "") + f'"{inner}"'
        case Prefix(start, in_title):
            return ("title:" if in_title else "") + f"{start}*"
        case AllOf(parts):
            return "(" + " & ".join(sorted(_match_key(part) for part in parts)) + ")"
        case AnyOf(parts):
            return "(" + " | ".join(sorted(_match_key(part) for part in parts)) + ")"
