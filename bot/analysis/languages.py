"""Names of languages, as people write them in a query."""

from __future__ import annotations

from functools import cache

from bot.analysis.folding import fold

KNOWN = (
    "de",
    "en",
    "fr",
    "es",
    "it",
    "nl",
    "pt",
    "pl",
    "ru",
    "uk",
    "sv",
    "da",
    "no",
    "fi",
    "cs",
    "hu",
    "ro",
    "tr",
    "el",
    "bg",
    "sr",
    "mk",
    "be",
    "ar",
    "fa",
    "ur",
    "he",
    "zh",
    "ja",
    "ko",
    "th",
    "hi",
)


def code_of(name: str) -> str | None:
    """The ISO 639 code of "de", "German", "Deutsch" or "deutsche"; None for no language."""
    return _codes().get(fold(name))


def names_of_languages() -> list[str]:
    """All that `code_of` understands, folded."""
    return [name for name in _codes() if len(name) > 2]


@cache
def _codes() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - only where somebody asks for a language

    codes = {}
    for code in KNOWN:
        for locale in ("de", "en", code):
            name = fold(Locale(locale).languages.get(code, ""))
            if name:
                codes[name] = code
                if locale == "de" and name.endswith("isch"):
                    codes[name + "e"] = code
    codes["deutsche"] = "de"
    return codes | {code: code for code in KNOWN}
