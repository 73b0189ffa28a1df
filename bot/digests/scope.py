"""Whose headlines: all publishers', one country's, one section's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.stories.sections import SECTIONS


@dataclass(frozen=True, slots=True)
class Scope:
    """What headlines are chosen from; everything where both are empty."""

    country: str = ""
    """The publishers' country as ISO 3166 alpha-2, upper case."""
    section: str = ""
    """A name of `SECTIONS`."""

    @property
    def key(self) -> str:
        """`AT/sport`, `/sport`, `AT/`; empty for everything."""
        return f"{self.country}/{self.section}" if self.country or self.section else ""

    @classmethod
    def of_key(cls, key: str) -> Self:
        """Everything for what is no key, or no more."""
        country, _, section = key.partition("/")
        is_code = len(country) == 2 and country.isascii() and country.isupper()
        return cls(country if is_code else "", section if section in SECTIONS else "")

    @property
    def beginnings(self) -> tuple[str, ...]:
        """How publishers' own names of the section begin."""
        return SECTIONS.get(self.section, ())


EVERYTHING = Scope()
