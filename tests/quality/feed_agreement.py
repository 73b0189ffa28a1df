"""Holds our reading of feeds against feedparser's: `python -m tests.quality.feed_agreement PATH... [--damaged N]`.

Takes feed files or folders of them, such as the `tests` folder of feedparser's source archive
(`pip download --no-binary feedparser feedparser==6.0.11`). Every entry, title, address and date that
feedparser finds must be found by us, and be the same; with `--damaged` also in N broken copies of each file.
"""

from __future__ import annotations

import argparse
import calendar
import html
import io
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
from rich.console import Console
from rich.table import Table

from bot.errors import FeedUnreadable
from bot.feeds import parse, quick
from bot.feeds.dates import home_zone, read_date
from bot.feeds.entries import Entry
from tests.unit.feeds.made_up import damaged

URL = "http://127.0.0.1:8097/feed.xml"
WHAT = ("entries", "titles", "links", "dates")


@dataclass(frozen=True)
class Wanted:
    """One entry as feedparser has it; the empty things are not asked for."""

    title: str
    link: str
    at: datetime | None
    written: tuple[str, ...]
    """The date as it stands in the feed, after those feedparser cannot read."""


@dataclass
class Agreement:
    files: int = 0
    quick: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def note(self, what: str, *, same: bool, where: str, detail: object) -> None:
        self.asked[what] += 1
        if same:
            self.found[what] += 1
        else:
            self.lost.append(f"{where}: {what}: {detail}")

    def share(self, what: str) -> float:
        return self.found[what] / self.asked[what] if self.asked[what] else 1.0


def compare(body: bytes, agreement: Agreement, where: str) -> None:
    """Both readings of one feed, entry by entry."""
    agreement.files += 1
    wanted = _wanted(body)
    try:
        feed = parse.parse(body, url=URL)
        found, zone = feed.entries, home_zone(feed.language)
    except FeedUnreadable:
        found, zone = (), home_zone("")
    try:
        quick.read(body, url=URL)
        agreement.quick += 1
    except quick.Declined:
        pass
    for place, (want, got) in enumerate(zip_longest(wanted, found)):
        name = f"{where}[{place}]"
        agreement.note("entries", same=bool(want) == bool(got), where=name, detail=want or got)
        if want is None or got is None:
            continue
        if want.title:
            # What calls itself plain text keeps its brackets with us.
            meant = {_letters(want.title), _letters(_without_tags(want.title))}
            same = _letters(got.title) in meant
            agreement.note("titles", same=same, where=name, detail=(want.title, got.title))
        if want.link:
            same = _same_address(want.link, got)
            agreement.note("links", same=same, where=name, detail=(want.link, got.url))
        if want.at is not None:
            # Without a zone feedparser takes the clock for UTC and we for the one of the language; and we
            # read dates in words that it leaves for the next.
            instants = {want.at, *(read_date(text, zone) for text in want.written)}
            agreement.note(
                "dates",
                same=got.published_at in instants,
                where=name,
                detail=(want.written, got.published_at),
            )


def _wanted(body: bytes) -> list[Wanted]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: Mapping[str, Any] = feedparser.parse(
                io.BytesIO(body), response_headers={"content-location": URL}
            )
        except Exception:  # noqa: BLE001 - what it cannot read it has not found
            return []
    return [_one(dict(item.items())) for item in found["entries"]]


def _one(item: Mapping[str, Any]) -> Wanted:
    at: datetime | None = None
    written: list[str] = []
    for name in ("published", "created", "updated"):
        written.append(str(item.get(name) or ""))
        if parsed := item.get(f"{name}_parsed"):
            at = _instant(parsed)
            break
    link = str(item.get("link") or "")
    return Wanted(
        title=str(item.get("title") or ""),
        link=link if re.match(r"https?://[^\s/]", link, re.IGNORECASE) else "",
        at=at,
        written=tuple(written),
    )


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _without_tags(title: str) -> str:
    """feedparser keeps markup in titles, and cleans it."""
    return html.unescape(re.sub(r"<!--.*?-->|<[^>]*>", " ", title, flags=re.DOTALL))


def _letters(title: str) -> str:
    return "".join(re.findall(r"\w+", title))


def _same_address(link: str, entry: Entry) -> bool:
    return urlsplit(link.strip()) == urlsplit(entry.url)


def files_of(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def show(agreement: Agreement, name: str, console: Console) -> None:
    table = Table(
        box=None,
        pad_edge=False,
        title=f"{name}: {agreement.files:,} feeds, {agreement.quick:,} by the quick parser",
    )
    for head in ("", *WHAT):
        table.add_column(head, justify="right")
    table.add_row("feedparser has", *(f"{agreement.asked[what]:,}" for what in WHAT))
    table.add_row("we have the same", *(f"{agreement.found[what]:,}" for what in WHAT))
    table.add_row("share", *(f"{agreement.share(what):.4f}" for what in WHAT))
    console.print(table)


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("paths", type=Path, nargs="+")
    asking.add_argument("--damaged", type=int, default=0, metavar="N")
    asked = asking.parse_args()
    console = Console(width=140)
    whole, broken = Agreement(), Agreement()
    for path in files_of(asked.paths):
        body = path.read_bytes()
        compare(body, whole, str(path))
        for seed in range(asked.damaged):
            compare(damaged(body, seed), broken, f"{path} damaged by {seed}")
    show(whole, "as they are", console)
    if asked.damaged:
        show(broken, "damaged", console)
    for line in (*whole.lost, *broken.lost)[:200]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(bool(whole.lost or broken.lost))


if __name__ == "__main__":
    main()
