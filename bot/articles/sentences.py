"""Where a sentence ends and the next begins, as far as headlines and glued texts need it."""

from __future__ import annotations

import regex

# After these a full stop goes on: ordinals, initials, titles, abbreviations.
_NO_END = regex.compile(
    r"(?:(?<![\p{L}\p{N}])(?:\p{Lu}|\d{1,2}|[IVXL]+|z|u|d|o|s|v|n|i|a|Dr|Prof|Mr|Mrs|Ms|St|Sr|Jr|Nr|Art|Abs|Mio|Mrd|Tsd|ca|bzw|vgl|evtl"
    r"|usw|etc|inkl|bspw|sog|geb|gest|Hl|Str|Jh|Chr|Bd|Hrsg|Mag|Ing|Dipl|Frhr|Gen|Col|Gov|Sen|Rep|No|Inc|Ltd|Corp|vs"
    r"|Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt|Oct|Nov|Dez|Dec|Mo|Di|Mi|Do|Fr|Sa|So|U\.S|e\.g|i\.e|a\.m|p\.m))$"
)
_CANDIDATE = regex.compile(r"(?P<end>[.!?…]+[\"'”“’»«)\]]*)(?:\s+(?=[\p{Lu}\p{N}\"'„“‚‘»«(\[–-])|$)")


def ends_in_abbreviation(text: str) -> bool:
    """Whether a full stop after this text would belong to its last word."""
    return _NO_END.search(text) is not None


def first_sentence(text: str) -> str:
    """The first sentence of a text, with its closing mark; all of it when no end is found."""
    line = text.strip().split("\n", 1)[0].strip()
    for match in _CANDIDATE.finditer(line):
        if (
            match["end"].startswith(".")
            and not match["end"].startswith("..")
            and ends_in_abbreviation(line[: match.start()])
        ):
            continue
        return line[: match.end("end")]
    return line
