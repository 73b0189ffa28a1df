"""What a search selects of the text index, in parts: each database puts them together in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Older:
    """Only articles that came before another; everything where it names none."""

    than: str = ""
    """An id, in SQL."""
    provided: str = ""
    """And none of them unless this holds, in SQL."""

    def conditions(self, id_: str) -> list[str]:
        """What has to hold of an id."""
        return [*([f"{id_} < {self.than}"] if self.than else []), *([self.provided] if self.provided else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which ids are selected, the newest first."""

    expression: str
    """The mark of the value that says what to look for, in the index's language."""
    hits: float
    """About how many articles match it."""
    articles: int
    """About how many there are."""
    limit: int
    is_seldom: bool = False
    """Most likely few match, and to know it all places are walked: words that have to follow each other."""
    conditions: tuple[str, ...] = ()
    """On columns of `articles`."""
    between: tuple[int, int] | None = None
    """The least and the greatest id that may be found, where they are known."""
    older: Older = field(default_factory=Older)
