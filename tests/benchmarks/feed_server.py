"""Feeds on loopback, each with its own entries and an ETag: `python -m tests.benchmarks.feed_server COUNT`.

Prints its port. Listens on several loopback addresses, so that feeds are of several hosts.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache

from aiohttp import web

HOSTS = 50
ENTRIES = 25
NOUNS = [
    "Rat",
    "Land",
    "Markt",
    "Streik",
    "Wahl",
    "Brücke",
    "Schule",
    "Klima",
    "Hafen",
    "Gericht",
    "Verein",
    "Bahn",
    "Kabinett",
    "Bauernhof",
]
VERBS = ["plant", "prüft", "verschiebt", "beschließt", "verlässt", "eröffnet", "verteidigt", "sucht"]


def host(number: int) -> str:
    return f"127.0.{number % HOSTS // 25}.{number % 25 + 1}"


def words(seed: int, count: int) -> str:
    """German-looking sentences, the same for the same seed."""
    found = []
    for place in range(count):
        seed = (seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        found.append(NOUNS[seed // 7 % len(NOUNS)] if place % 2 else VERBS[seed // 11 % len(VERBS)])
    return " ".join(found)


@lru_cache(maxsize=20_000)
def feed(number: int) -> bytes:
    items = []
    for entry in range(ENTRIES):
        seed = number * 1_000 + entry
        items.append(
            f"<item><title>{words(seed, 7)} {seed}</title><link>https://bote{number}.example/politik/{entry}.html</link>"
            f'<guid isPermaLink="false">bote{number}-{entry}</guid><dc:creator>Redaktion</dc:creator>'
            f"<pubDate>Wed, 11 Mar 2026 {entry % 24:02}:00:00 +0100</pubDate><category>Politik</category>"
            f"<description>&lt;p&gt;{words(seed + 1, 40)}.&lt;/p&gt;</description></item>"
        )
    text = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Bote {number}</title><link>https://bote{number}.example/</link><language>de</language>"
        f"{''.join(items)}</channel></rss>"
    )
    return text.encode()


async def answer(request: web.Request) -> web.Response:
    etag = f'"{request.match_info["number"]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    body = feed(int(request.match_info["number"]))
    return web.Response(body=body, headers={"ETag": etag}, content_type="application/rss+xml")


async def main(count: int) -> None:
    for number in range(count):
        feed(number)
    application = web.Application()
    application.router.add_get("/{number:\\d+}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0, backlog=1024)  # noqa: S104 - all of loopback
    await site.start()
    [address] = runner.addresses
    print(address[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
