"""Labelled sets of news, and what `depesche similar` and `depesche stories` make of each: imported, grouped, asked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles.draft import Draft
from bot.articles.reading import read_path
from bot.services import Services
from bot.settings import Settings
from bot.similar import similar
from storage.records import Article, ArticleId, Origin

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FRONT_PAGES = ROOT.parent / "shared/eval/de_frontpage_2025-12-30.jsonl"
SAMPLE = ROOT / "bot/localchat/sample/articles.jsonl"
AT_ONCE = 200
MADE_UP_FROM = datetime.fromisoformat("2026-05-04T06:00:00+00:00")
Labels = list[str | None]
Row = dict[str, str | None]


@dataclass(frozen=True)
class Asked:
    """What a reader of the JSON sees, articles numbered as they came."""

    labels: Labels
    articles: list[Article]
    stories: list[int]
    scores: dict[int, dict[int, float]]
    """Of each article those in its lists with their scores."""


def rows_of(name: str) -> list[Row] | None:
    """In order of time; None where the set belongs to others and is not there."""
    if name == "front pages":
        return _sorted(FRONT_PAGES) if FRONT_PAGES.exists() else None
    if name in {"full texts", "headlines"}:
        rows = _sorted(SAMPLE)
        return [row | {"text": "", "summary": ""} for row in rows] if name == "headlines" else rows
    return _made_up(HERE / f"{name.replace(' ', '_')}.tsv")


def _sorted(path: Path) -> list[Row]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(rows, key=lambda row: row["published_at"])


def _made_up(path: Path) -> list[Row]:
    """Label, language, title, teaser; reports of one event are told over some hours, between others."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    rows: list[Row] = []
    for number, (label, language, title, teaser) in enumerate(lines):
        turn = sum(row["story"] == label for row in rows)
        at = MADE_UP_FROM + timedelta(hours=5 * turn, minutes=number)
        rows.append(
            {
                "url": f"https://{language}{turn}.example/{number}",
                "title": title,
                "text": teaser,
                "language": language,
                "publisher": f"{language}{turn}",
                "published_at": at.isoformat(),
                "story": label,
            }
        )
    return sorted(rows, key=lambda row: row["published_at"] or "")


def articles_of(name: str) -> tuple[Labels, list[Article]]:
    """A set that is there, without a database."""
    rows = rows_of(name) or []
    found = []
    for number, row in enumerate(rows):
        at = datetime.fromisoformat(str(row["published_at"]))
        text = {
            key: row.get(key) or ""
            for key in ("url", "title", "text", "summary", "publisher", "language", "section")
        }
        article = Article(**text, id=ArticleId(number), published_at=at, first_seen_at=at, origin=Origin.FILE)
        found.append(article)
    return [row["story"] for row in rows], found


async def ask(rows: Sequence[Row]) -> Asked:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        settings = Settings(database_url=SecretStr(f"sqlite:///{folder}/news.db"))
        async with open_services(settings) as services:
            drafts = [draft for draft in read_path(path) if isinstance(draft, Draft)]
            ids: list[ArticleId] = []
            for start in range(0, len(drafts), AT_ONCE):
                ids += (await pipeline.take_in(services, drafts[start : start + AT_ONCE])).stored
            while (await pipeline.group(services)).articles:
                pass
            async with services.storage.read() as tx:
                found = await tx.articles.get_many(ids)
            stored = [found[id_] for id_ in ids]
            return await _lists(services, stored, {row["url"]: row["story"] for row in rows})


async def _lists(services: Services, stored: list[Article], labels: Mapping[str | None, str | None]) -> Asked:
    places = {article.id: place for place, article in enumerate(stored)}
    scores: dict[int, dict[int, float]] = {}
    stories: list[int] = []
    for place, article in enumerate(stored):
        found = await similar(services, ArticleId(article.id))
        stories.append(found.article.story_id or 0)
        listed = {places[one.id]: found.score(one) for one in found.same_story}
        scores[place] = listed | {places[one.article.id]: one.score for one in found.related}
    return Asked([labels[article.url] for article in stored], stored, stories, scores)


def all_pairs(alike: Sequence[Sequence[float]]) -> dict[int, dict[int, float]]:
    """A simple method's lists: every other article by its cosine."""
    scores: dict[int, dict[int, float]] = {place: {} for place in range(len(alike))}
    for one, other in combinations(range(len(alike)), 2):
        scores[one][other] = scores[other][one] = float(alike[one][other])
    return scores
