"""Reading feeds beside feedparser: `python -m tests.benchmarks.bench_parse [FILE...] [--rounds N]`.

Feeds of the usual kinds, made up with the sizes real ones have, or the files named; every field that is
kept is read, markup turned into plain text, dates into instants. CPU of this process, best of the rounds.
feedparser runs as it comes; what it does to markup is cleaning, not turning it into text.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import feedparser
from rich.console import Console
from rich.table import Table

from bot.feeds import parse, quick
from tests.benchmarks.feed_server import feed, words

TARGET = 15.0
URL = "https://bote.example/feed.xml"
ENTRIES = 25
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def _markup(seed: int, paragraphs: int) -> str:
    """An article's markup as content systems write it."""
    parts = [
        (
            f'<figure class="wp-block-image"><img src="https://bote.example/{seed}.jpg" alt="{words(seed, 5)}" width="800"'
            f' height="450" srcset="https://bote.example/{seed}-2.jpg 2x"/><figcaption>{words(seed, 8)}</figcaption></figure>'
        )
    ]
    parts += [
        f'<p class="text">{words(seed + n, 28)}, <a href="https://bote.example/{n}?a=1&amp;b=2" rel="noopener">{words(n, 3)}</a>'
        f" &#8211; <strong>{words(n, 4)}</strong>. {words(seed + n + 9, 14)}.</p>"
        for n in range(paragraphs)
    ]
    return "\n".join(parts)


def _rss(number: int, paragraphs: int) -> bytes:
    items = []
    for entry in range(ENTRIES):
        seed = number * 1_000 + entry
        teaser = f'<p>{words(seed, 40)}.</p><p><a href="https://bote.example/{entry}">weiter</a></p>'
        full = (
            f"<content:encoded><![CDATA[{_markup(seed, paragraphs)}]]></content:encoded>"
            if paragraphs
            else ""
        )
        items.append(
            f"<item><title>{words(seed, 7)} &amp; {seed}</title><link>https://bote.example/politik/{entry}-{seed}.html</link>"
            f'<guid isPermaLink="false">bote-{seed}</guid><dc:creator><![CDATA[Anna Weiß]]></dc:creator>'
            f"<pubDate>Wed, 11 Mar 2026 {entry % 24:02}:00:00 +0100</pubDate><category><![CDATA[Politik]]></category>"
            f"<category>Inland</category><description><![CDATA[{teaser}]]></description>{full}"
            f'<media:content url="https://bote.example/{seed}.jpg" medium="image" width="800"><media:credit>dpa</media:credit>'
            f"</media:content><slash:comments>{entry}</slash:comments></item>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_NAMESPACES}><channel><title>Bote</title>'
        f'<atom:link href="{URL}" rel="self" type="application/rss+xml"/><link>https://bote.example/</link>'
        f"<description>Nachrichten</description><language>de-DE</language>{''.join(items)}</channel></rss>"
    ).encode()


def _atom(number: int, paragraphs: int) -> bytes:
    entries = []
    for entry in range(ENTRIES):
        seed = number * 1_000 + entry
        entries.append(
            f'<entry><title type="html">{words(seed, 7)} &amp;amp; {seed}</title><link rel="alternate" type="text/html"'
            f' href="https://bote.example/{seed}"/><id>tag:bote.example,2026:{seed}</id><published>2026-03-11T07:{entry:02}:00+01:00'
            f"</published><updated>2026-03-11T08:{entry:02}:00Z</updated><author><name>Anna Weiß</name></author>"
            f'<category term="Politik"/><content type="html">{escape(_markup(seed, paragraphs))}</content></entry>'
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Bote</title>'
        f'<link href="{URL}" rel="self"/><id>tag:bote.example</id><updated>2026-03-11T08:00:00Z</updated>{"".join(entries)}</feed>'
    ).encode()


def made_up() -> dict[str, bytes]:
    return {
        "RSS, bare teasers": feed(1),
        "RSS, teasers with markup": _rss(2, 0),
        "RSS, short texts": _rss(3, 8),
        "RSS, long texts": _rss(4, 30),
        "Atom, short texts": _atom(5, 8),
        "Atom, long texts": _atom(6, 30),
    }


def best(work: Callable[[], object], rounds: int) -> float:
    """CPU seconds of the quickest."""
    found = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("files", type=Path, nargs="*")
    asking.add_argument("--rounds", type=int, default=7)
    asked = asking.parse_args()
    bodies = {path.name: path.read_bytes() for path in asked.files} or made_up()
    table = Table(box=None, pad_edge=False, title="Reading a feed, ms", title_justify="left")
    for head in ("", "kB", "feedparser", "quick and understood", "times"):
        table.add_column(head, justify="left" if not head else "right")
    theirs = ours = 0.0
    for name, body in bodies.items():
        try:
            quick.read(body, url=URL)
        except quick.Declined as reason:
            table.add_row(name, f"{len(body) / 1000:.0f}", "", f"left to feedparser: {reason}", "")
            continue
        slow = best(lambda body=body: feedparser.parse(io.BytesIO(body)), asked.rounds)
        fast = best(lambda body=body: parse.parse(body, url=URL), asked.rounds * 3)
        theirs, ours = theirs + slow, ours + fast
        kilobytes = f"{len(body) / 1000:.0f}"
        table.add_row(name, kilobytes, f"{slow * 1000:.1f}", f"{fast * 1000:.2f}", f"{slow / fast:.1f}")
    table.add_row("all", "", f"{theirs * 1000:.1f}", f"{ours * 1000:.2f}", f"{theirs / ours:.1f}")
    Console(width=100).print(table)
    if theirs < TARGET * ours:
        sys.exit(f"less than {TARGET:g} times as fast as feedparser")


if __name__ == "__main__":
    main()
