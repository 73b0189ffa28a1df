"""Which language a text is in: by script, little words, then a detector; the source has a say in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LATIN = ("de", "en", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "no", "fi", "cs", "hu", "ro", "tr")
CYRILLIC = ("ru", "uk", "bg", "sr", "mk", "be")
_SCRIPTS = (
    (re.compile(r"[\u0400-\u052f]"), CYRILLIC),
    (re.compile(r"[\u3040-\u30ff]"), ("ja",)),
    (re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"), ("ko",)),
    (re.compile(r"[\u4e00-\u9fff]"), ("zh", "ja")),
    (re.compile(r"[\u0600-\u06ff]"), ("ar", "fa", "ur")),
    (re.compile(r"[\u0590-\u05ff]"), ("he",)),
    (re.compile(r"[\u0370-\u03ff]"), ("el",)),
    (re.compile(r"[\u0e00-\u0e7f]"), ("th",)),
    (re.compile(r"[\u0900-\u097f]"), ("hi", "mr", "ne")),
)
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]+")
SAMPLE = 400
"""Characters looked at: title and first sentences."""
# Below this the detector's doubt is greater than the source's error.
SURE = 0.9
ENOUGH_LITTLE_WORDS = 3


class Languages:
    """Tells languages apart; the detector loads only when the cheap signs do not settle it."""

    def __init__(self, little_words: Mapping[str, frozenset[str]]) -> None:
        self._little_words = little_words

    def of(self, text: str, *, prior: str = "") -> str:
        """The language of a text as an ISO 639 code; the prior where nothing speaks against it."""
        prior = prior.partition("-")[0].partition("_")[0].lower()
        sample = text[:SAMPLE]
        allowed = _by_script(sample)
        if len(allowed) == 1:
            return allowed[0]
        if allowed == LATIN:
            settled = self._by_little_words(sample, prior)
            if settled:
                return settled
        return self._detected(sample, prior, allowed)

    def _by_little_words(self, sample: str, prior: str) -> str:
        counts: Counter[str] = Counter()
        for word in sample.lower().split():
            for language in ("de", "en", "fr", "es", "it", "nl", "pt", "pl"):
                if word in self._little_words[language]:
                    counts[language] += 1
        if not counts:
            return ""
        (first, most), (_, second) = (*counts.most_common(2), ("", 0))[:2]
        if most >= ENOUGH_LITTLE_WORDS and most >= 2 * second and first == (prior or first):
            return first
        return ""

    def _detected(self, sample: str, prior: str, allowed: tuple[str, ...]) -> str:
        if not _LETTERS.search(sample):
            return prior
        if prior not in allowed:
            prior = ""
        ranked = [(code, share) for code, share in self._detector.rank(sample) if code in allowed]
        if not ranked:
            return prior
        total = sum(share for _, share in ranked) or 1.0
        code, share = str(ranked[0][0]), ranked[0][1]
        if prior and code != prior and share / total < SURE:
            return prior
        return code

    @cached_property
    def _detector(self) -> LanguageIdentifier:
        from bot.analysis.detector import detector_of  # noqa: PLC0415 - heavy

        several = (language for _, languages in _SCRIPTS for language in languages)
        return detector_of(list(dict.fromkeys((*LATIN, *several))))


def _by_script(sample: str) -> tuple[str, ...]:
    """The languages written as most of the sample is."""
    if sample.isascii():
        return LATIN
    letters = len(_LETTER.findall(sample))
    for script, languages in _SCRIPTS:
        if 2 * len(script.findall(sample)) > letters:
            return languages
        # Kanji between kana: a fifth of kana is Japanese already.
        if languages == ("ja",) and 5 * len(script.findall(sample)) > letters:
            return languages
    return LATIN
