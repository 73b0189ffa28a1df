"""Names with a capital inside, which look like two words run together."""

from __future__ import annotations

import regex

from bot.articles.words import NAMES

# A name that begins small needs a word's beginning: "pH" is in no "KampHans".
_NAMES = regex.compile(
    "|".join(
        regex.escape(name) if name[0].isupper() else rf"(?<!\p{{L}}){regex.escape(name)}"
        for name in sorted(NAMES.split(), key=len, reverse=True)
    )
)
# McDonald's, O'Neill, SchülerInnen, StudentIn-.
_SHAPES = regex.compile(
    r"(?<!\p{L})(?:Mc|Mac(?=[A-Z])|O['’]|D['’]|L['’])\p{Lu}\p{Ll}+"
    r"|\p{Ll}(?:Innen(?!\p{Ll})|In(?![\p{Ll}\s]))|(?<!\p{L})[ie]\p{Lu}\p{Ll}+"
)


def inside_a_name(text: str, at: int) -> bool:
    """Whether a cut here would go through a name."""
    start, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
    end = len(text) if end < 0 else end
    return any(
        match.start() < at < match.end()
        for pattern in (_NAMES, _SHAPES)
        for match in pattern.finditer(text, start, end + 1)
    )
