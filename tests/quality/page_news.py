"""The articles that the made-up pages show: sample news of our own, with all a page can say about them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SAMPLE = Path(__file__).parent.parent.parent / "bot/localchat/sample/articles.jsonl"
LEAST_TEXT = 560
ZONES = {"de": "Europe/Berlin", "fr": "Europe/Paris", "en": "Europe/London"}
NAMES = ("Jana Rothfuß", "Emil Zwerger", "Claire Vautrin", "Tom Aldridge", "Sibel Karaca", "Urs Amstutz")
KICKERS = ("Ostasien", "Stadtrat", "Nach dem Sturm", "Verkehr", "Tarifstreit", "Raumfahrt", "Haushalt")


@dataclass(frozen=True)
class News:
    """One article as it should be read from its page."""

    title: str
    kicker: str
    lead: str
    paragraphs: tuple[str, ...]
    at: datetime
    """Local, with its zone."""
    changed_at: datetime
    publisher: str
    author: str
    section: str
    language: str
    slug: str
    others: tuple[str, ...]
    """Headlines the page shows beside it."""

    @property
    def text(self) -> str:
        return "\n".join(filter(None, (self.lead, *self.paragraphs)))

    @property
    def url(self) -> str:
        return f"https://www.{self.publisher.lower().replace(' ', '-')}.example/{self.section}/{self.slug}"


def news(language: str, count: int, *, seed: int) -> list[News]:
    """Articles long enough to stand on a page, always the same for one seed; neighbouring seeds share none."""
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    titles = [row["title"] for row in rows if row["language"] == language]
    fit = [row for row in rows if row["language"] == language and len(row["text"]) >= LEAST_TEXT]
    # Agencies' texts stand under several addresses.
    fit = list({row["text"][:80]: row for row in fit}.values())
    random.Random(2026).shuffle(fit)
    assert len(fit) >= count, f"the sample has too few {language} articles"
    chosen = [fit[(seed * count + place) % len(fit)] for place in range(count)]
    return [_news(row, titles, random.Random(row["url"])) for row in chosen]


def _news(row: dict[str, str], titles: list[str], chance: random.Random) -> News:
    zone = ZoneInfo(ZONES[row["language"]])
    at = datetime.fromisoformat(row["published_at"]).astimezone(zone).replace(second=0, microsecond=0)
    # A page of its own minute: neither midnight nor the full hour tells anything.
    at = at.replace(hour=chance.randint(6, 22), minute=chance.randint(1, 59))
    return News(
        title=row["title"],
        kicker=chance.choice(KICKERS),
        lead=row["summary"],
        paragraphs=tuple(part.strip() for part in row["text"].split("\n\n") if part.strip()),
        at=at,
        changed_at=at + timedelta(minutes=chance.randint(70, 900)),
        publisher=row["publisher"],
        author=chance.choice(NAMES),
        section=row.get("section") or "politik",
        language=row["language"],
        slug=row["url"].rsplit("/", 1)[1],
        others=tuple(chance.sample([title for title in titles if title != row["title"]], 6)),
    )
