"""Feeds made to do harm, one after the other: `python -m tests.benchmarks.hostile_feeds`.

Each is collected beside a harmless neighbour by the real client, reading processes and storage. Printed are what
became of it, how long the neighbour waited, how long the visit took, and how much memory this process needed
more. Addresses inside the network are tried as well; a canary on loopback counts who reaches it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from aiohttp import web
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import pipeline
from bot.app import open_services
from bot.articles.feed_session import FeedSession, open_session
from bot.feeds.fetch import Failed, fetch, open_client
from bot.feeds.report import Visit
from bot.services import Services
from bot.settings import Settings
from storage.queries import TermQuery
from storage.records import NewFeed

MOST_DELAY_S = 2.0
MOST_MEMORY_MB = 200.0
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
INNER = (
    "http://127.1:{port}/", "http://0x7f.1:{port}/", "http://2130706433:{port}/", "http://0:{port}/",
    "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/", "http://user@127.0.0.1:{port}/", "http://localhost:{port}/",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/", "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
)  # fmt: skip


def rss(*items: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()


def item(number: object, more: str = "") -> str:
    return (
        f"<item><title>Der Rat tagt {number}</title><link>https://bote.example/{number}</link>"
        f'<guid isPermaLink="false">{number}</guid>{more}</item>'
    )


def body(content: bytes, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=content, headers={"Content-Type": "application/rss+xml", **headers})

    return answer


def status(code: int, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=code, headers=headers)

    return answer


def leads_to(target: str) -> Answer:
    return status(302, Location=target)


async def drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(3_600):
            await response.write(b" ")
            await asyncio.sleep(1)
    return response


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"<item>" * 10_000)
    return response


async def never_answers(_: web.Request) -> web.Response:
    await asyncio.sleep(3_600)
    return web.Response()


async def on_and_on(request: web.Request) -> web.Response:
    hops = int(request.query.get("n", 0))
    return web.Response(status=302, headers={"Location": f"{request.path}?n={hops + 1}"})


def bomb(layers: int = 1) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(1_000)) + packer.flush()
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


def cases(folder: Path) -> dict[str, Answer]:
    secret = folder / "secret"
    secret.write_text("geheim")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    attributes = b"<a " + b" ".join(b'a%d="x"' % n for n in range(40_000)) + b">"
    return {
        "an item with 40,000 attributes, 600,000 open tags": body(
            b'<rss version="2.0"><channel><item>' + attributes + b"<b>" * 600_000
        ),
        "600,000 open tags in a description": body(rss(item(1, f"<description>{'&lt;b&gt;' * 600_000}</description>"))),
        "a description of 9 MB, an author of 32 KB": body(
            rss(item(2, f"<author>{'a' * 32_000}</author><description>{'Wort ' * 1_800_000}</description>"))
        ),
        "billion laughs": body(
            f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss><channel>{item("&l11;")}</channel></rss>'.encode()
        ),
        "a large entity named 50,000 times": body(
            f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]><rss><channel>{item("&a;" * 50_000)}</channel></rss>'.encode()
        ),
        "an entity that is a file of ours": body(
            f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file://{secret}">]><rss><channel>{item("&a;")}</channel></rss>'.encode()
        ),
        "100,000 elements inside each other": body(b"<rss><channel>" + b"<x>" * 100_000 + b"</x>" * 100_000),
        "gzip: 1 MB that is 1 GB": body(bomb(), **{"Content-Encoding": "gzip"}),
        "gzip in gzip in gzip": body(bomb(3), **{"Content-Encoding": "gzip, gzip, gzip"}),
        "packed as nobody asked": body(b"xx", **{"Content-Encoding": "br"}),
        "a body without end": endless,
        "one byte a second": drips,
        "headers that never come": never_answers,
        "redirects without end": on_and_on,
        "a redirect to a file": leads_to("file:///etc/passwd"),
        "10,000 entries at once": body(rss(*(item(f"v{n}") for n in range(10_000)))),
        "20,000 entries": body(rss(*(item(f"w{n}") for n in range(20_000)))),
        "entries with nothing in them": body(rss(*["<item/>"] * 50)),
        "one name for all": body(
            rss(*(f"<item><title>Titel {n}</title><guid isPermaLink='false'>x</guid></item>" for n in range(20)))
        ),
        "dates in 1970, 2099 and nowhere": body(
            rss(
                item("d1", "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"),
                item("d2", "<pubDate>Tue, 01 Jan 2099 00:00:00 GMT</pubDate>"),
                item("d3", "<pubDate>irgendwann</pubDate>"),
            )
        ),
        "UTF-16 without a mark": body(rss(item("ü16")).decode().replace("utf-8", "utf-16").encode("utf-16-le")),
        "Latin-1 called UTF-8": body(rss(item("größe")).decode().encode("latin-1")),
        "zeros and halves of characters": body(
            b"<rss><channel>" + item("n\0u&#xD800;l").encode() + b"</channel></rss>"
        ),
        "markup, scripts and commands in titles": body(
            rss("<item><title>&lt;b&gt;{{7*7}} %s /stop @all &lt;script&gt;x&lt;/script&gt;</title><link>javascript:alert(1)</link></item>")
        ),
        "a web page": body(b"<!doctype html><html><body>Wartung</body></html>", **{"Content-Type": "text/html"}),
        "gone (410)": status(410),
        "busy (429), come back in an hour": status(429, **{"Retry-After": "3600"}),
        "a password wanted (401)": status(401),
        "a server in trouble (503)": status(503),
    }  # fmt: skip


@dataclass
class Row:
    case: str
    outcome: str
    delay_s: float
    took_s: float
    memory_mb: float


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    status_text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status_text.partition("VmHWM:")[2].split()[0]) / 1000


def said(visit: Visit) -> str:
    if visit.error:
        return f"{visit.outcome}: {visit.error}"
    return f"{visit.stored} stored, {visit.known} known, {visit.refused} refused"


async def try_case(services: Services, session: FeedSession, place: int, case: str, base: str) -> Row:
    async with services.storage.write() as tx:
        for feed in await tx.feeds.all():
            await tx.feeds.remove(feed.id)
        hostile = await tx.feeds.add(
            NewFeed(url=f"{base}/case/{place}", publisher="Feind", language="de"), now=services.clock.now()
        )
        await tx.feeds.add(
            NewFeed(url=f"{base.replace('127.0.0.1', '127.0.0.2')}/neighbour/{place}", publisher="Nachbar", language="de"),
            now=services.clock.now(),
        )  # fmt: skip
    _forget_peak()
    before, started = psutil.Process().memory_info().rss / 1e6, time.perf_counter()
    seen: dict[int, tuple[float, Visit]] = {}

    def note(visit: Visit) -> None:
        seen[visit.feed.id] = (time.perf_counter() - started, visit)

    done = await pipeline.collect(services, session, every=True, limit=10, seen=note)
    assert len(done.visits) == 2
    took, visit = seen.pop(hostile.id)
    [(delay, neighbour)] = seen.values()
    assert neighbour.stored == 1, neighbour
    return Row(case, said(visit), delay, took, _peak_mb() - before)


async def inner_addresses(port: int) -> dict[str, str]:
    """What is said of each; the canary hears nobody."""
    found = {}
    async with open_client(user_agent="Depesche/0.1 (hostile feeds)") as client:
        for address in INNER:
            url = address.format(port=port)
            answer = await fetch(client, url)
            found[url] = answer.reason if isinstance(answer, Failed) else "ANSWERED"
    return found


async def run(folder: Path) -> tuple[list[Row], dict[str, str], int]:
    canary = [0]
    given = cases(folder)
    answers = list(given.values())
    application = web.Application()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await answers[int(request.match_info["place"])](request)

    async def neighbour(request: web.Request) -> web.Response:
        return web.Response(
            body=rss(item(f"neighbour-{request.match_info['place']}")), content_type="text/xml"
        )

    async def sing(_: web.Request) -> web.Response:
        canary[0] += 1
        return web.Response(text="geheim")

    application.router.add_get("/case/{place}", answer)
    application.router.add_get("/neighbour/{place}", neighbour)
    application.router.add_get("/", sing)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await web.TCPSite(runner, "127.0.0.2", port).start()
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{folder / 'hostile.db'}"), private_feeds=True, fetch_pages=False
    )
    rows = []
    async with open_services(settings) as services, open_session(settings) as session:
        services.analyser.analyse(title="Der Rat tagt", text="Der Rat tagt.", language="de")
        await asyncio.gather(*(session.readers.parse(rss(item(0))) for _ in range(2)))
        for place, case in enumerate(given):
            # What hosts asked for is forgotten: each case has the host to itself.
            fresh = replace(session, patience=type(session.patience)())
            rows.append(await try_case(services, fresh, place, case, f"http://127.0.0.1:{port}"))
        async with services.storage.read() as tx:
            ids = await tx.search.find(TermQuery(match=None), limit=50_000)
            texts = await tx.articles.get_many(ids)
        assert not any("geheim" in f"{one.title} {one.text} {one.summary}" for one in texts.values())
    inner = await inner_addresses(port)
    await runner.cleanup()
    return rows, inner, canary[0]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        rows, inner, heard = asyncio.run(run(Path(name)))
    console = Console(width=150)
    table = Table(box=None, pad_edge=False)
    for head in ("feed", "outcome", "neighbour s", "took s", "MB more"):
        table.add_column(head, justify="left" if head in {"feed", "outcome"} else "right")
    for row in rows:
        table.add_row(
            row.case, row.outcome, f"{row.delay_s:.2f}", f"{row.took_s:.1f}", f"{row.memory_mb:.0f}"
        )
    console.print(table)
    for url, reason in inner.items():
        console.print(f"  {url}: {reason}", highlight=False, markup=False)
    slowest, largest = max(row.delay_s for row in rows), max(row.memory_mb for row in rows)
    console.print(
        f"the canary was heard {heard} times; slowest neighbour {slowest:.2f} s; most memory {largest:.0f} MB more"
    )
    sys.exit(
        bool(heard or slowest > MOST_DELAY_S or largest > MOST_MEMORY_MB or "ANSWERED" in inner.values())
    )


if __name__ == "__main__":
    main()
