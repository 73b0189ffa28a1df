"""Collecting from real servers on loopback: feeds that behave, feeds that do not, and what is left in the database."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles.feed_session import FeedSession
from bot.articles.feed_worker import FeedReaders
from bot.errors import FeedUnreadable
from bot.feeds.fetch import Failed, Fetched, Unchanged, fetch, open_client
from bot.feeds.processes import ProcessPool
from bot.feeds.report import Outcome
from bot.settings import Settings
from storage.queries import TermQuery
from storage.records import FeedState, NewFeed


def rss(*numbers, title="Titel"):
    items = "".join(
        f"<item><title>{title} {n}</title><link>https://bote.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>Wed, 11 Mar 2026 0{n % 5}:00:00 +0000</pubDate><description>Text {n}.</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>T</title><language>de</language>{items}</channel></rss>'


class Server:
    """Answers each path with what it was told, and remembers what was asked."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.base = ""

    async def handle(self, request):
        self.asked.append(request)
        answer = self.answers[request.path]
        return await answer(request) if callable(answer) else answer()

    def serve(self, path, body, **headers):
        """A body with an ETag, which is honoured."""

        async def answer(request):
            etag = f'"{hash(body)}"'
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304)
            return web.Response(
                body=body.encode(), headers={"ETag": etag, **headers}, content_type="application/rss+xml"
            )

        self.answers[path] = answer
        return self.base + path


@pytest.fixture
async def server():
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield served
    await runner.cleanup()


@pytest.fixture
async def services(tmp_path, clock):
    settings = Settings(database_url=SecretStr(f"sqlite:///{tmp_path / 'd.db'}"), private_feeds=True)
    async with open_services(settings, clock=clock) as opened:
        yield opened


@asynccontextmanager
async def opened_client(**options):
    async with open_client(user_agent="Depesche/0.1 (test)", **options) as client:
        yield client


@pytest.fixture
async def session():
    async with opened_client(allow_private=True) as client, FeedReaders(size=1) as readers:
        # On a busy machine the first visit takes longer than a round waits for it.
        yield FeedSession(client=client, readers=readers, allow_private=True, chance=lambda: 0.0, within=None)


async def add(services, *urls):
    async with services.storage.write() as tx:
        return [
            await tx.feeds.add(
                NewFeed(url=url, publisher=f"Bote {n}", language="de"), now=services.clock.now()
            )
            for n, url in enumerate(urls)
        ]


async def stored(services):
    async with services.storage.read() as tx:
        ids = await tx.search.find(TermQuery(match=None), limit=1000)
        found = await tx.articles.get_many(ids)
        return sorted(found.values(), key=lambda article: article.published_at, reverse=True)


async def test_the_first_look_fills_the_archive_and_the_next_brings_news(services, session, server, clock):
    await add(services, server.serve("/feed", rss(1, 2)))

    first = await pipeline.collect(services, session)
    clock.advance(hours=5)
    server.serve("/feed", rss(1, 2, 3))
    second = await pipeline.collect(services, session)

    assert [(v.outcome, v.stored, v.known) for v in (*first.visits, *second.visits)] == [
        (Outcome.NEW, 2, 0),
        (Outcome.NEW, 1, 2),
    ]
    articles = {article.title: article for article in await stored(services)}
    assert {title: article.is_archive for title, article in articles.items()} == {
        "Titel 1": True,
        "Titel 2": True,
        "Titel 3": False,
    }
    assert articles["Titel 3"].publisher == "Bote 0"
    assert articles["Titel 3"].feed_id is not None


async def test_what_is_unchanged_is_not_asked_for_again(services, session, server, clock):
    [feed] = await add(services, server.serve("/feed", rss(1)))
    await pipeline.collect(services, session)
    assert (await pipeline.collect(services, session)).visits == ()
    clock.advance(hours=5)

    again = await pipeline.collect(services, session)

    assert [visit.outcome for visit in again.visits] == [Outcome.UNCHANGED]
    assert "If-None-Match" in server.asked[-1].headers
    assert server.asked[-1].headers["User-Agent"] == "Depesche/0.1 (test)"
    async with services.storage.read() as tx:
        assert (await tx.feeds.get(feed.id)).etag != ""


async def test_the_same_body_is_known_by_its_hash_where_the_server_knows_no_etag(
    services, session, server, clock
):
    async def answer(_request):
        return web.Response(text=rss(1))

    server.answers["/feed"] = answer
    await add(services, server.base + "/feed")
    await pipeline.collect(services, session)
    clock.advance(hours=5)
    assert [visit.outcome for visit in (await pipeline.collect(services, session)).visits] == [
        Outcome.UNCHANGED
    ]


async def test_an_entry_in_two_feeds_is_one_article(services, session, server):
    await add(services, server.serve("/a", rss(1, 2)), server.serve("/b", rss(2, 3)))
    visits = (await pipeline.collect(services, session)).visits
    assert sum(visit.stored + visit.known + visit.refused for visit in visits) == 4
    assert len(await stored(services)) == 3


async def test_entries_that_share_a_permalink_are_articles_of_their_own(services, session, server, clock):
    def feed(*numbers):
        items = "".join(
            f"<item><title>Meldung {n}</title><guid>https://bote.example/</guid><description>Text {n}.</description></item>"
            for n in numbers
        )
        return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'

    await add(services, server.serve("/feed", feed(1, 2)))
    await pipeline.collect(services, session)
    clock.advance(hours=5)
    server.serve("/feed", feed(3, 2, 1))
    [visit] = (await pipeline.collect(services, session)).visits

    assert (visit.stored, visit.known) == (1, 2)
    assert {article.title for article in await stored(services)} == {f"Meldung {n}" for n in (1, 2, 3)}


async def test_an_entry_that_moves_to_another_address_stays_the_same(services, session, server, clock):
    await add(services, server.serve("/feed", rss(1)))
    await pipeline.collect(services, session)
    clock.advance(hours=5)
    server.serve("/feed", rss(1).replace("bote.example/1", "bote.example/politik/1-neu"))
    [visit] = (await pipeline.collect(services, session)).visits
    assert (visit.stored, visit.known) == (0, 1)


async def test_a_crash_before_the_commit_costs_a_visit_and_no_entry(services, session, server, clock):
    await add(services, server.serve("/feed", rss(1, 2)))

    class Crash(BaseException):
        pass

    class Dying:
        """An analyser whose process is killed."""

        def analyse(self, **_):
            raise Crash

    import dataclasses

    with pytest.raises(Crash):
        await pipeline.collect(dataclasses.replace(services, analyser=Dying()), session)
    assert await stored(services) == []
    assert (await pipeline.collect(services, session)).visits == ()
    clock.advance(minutes=11)

    [visit] = (await pipeline.collect(services, session)).visits
    assert visit.stored == 2


async def test_one_feeds_trouble_is_its_own(services, session, server, clock):
    async def page(_request):
        return web.Response(text="<!DOCTYPE html><html><body>Hallo</body></html>", content_type="text/html")

    async def busy(_request):
        return web.Response(status=429, headers={"Retry-After": "7200"})

    server.answers |= {"/page": page, "/busy": busy}
    feeds = await add(
        services,
        server.base + "/page",
        server.base + "/busy",
        server.serve("/good", rss(1)).replace("127.0.0.1", "localhost"),
        "http://127.0.0.1:1/none",
    )

    visits = (await pipeline.collect(services, session)).visits

    assert [(visit.outcome, visit.error) for visit in visits] == [
        (Outcome.FAILED, "the answer is a web page, no feed"),
        (Outcome.FAILED, "the server answers 429"),
        (Outcome.NEW, ""),
        (Outcome.FAILED, "the server cannot be reached"),
    ]
    async with services.storage.read() as tx:
        page_feed, busy_feed = await tx.feeds.get(feeds[0].id), await tx.feeds.get(feeds[1].id)
    assert (page_feed.failures, page_feed.last_error) == (1, "the answer is a web page, no feed")
    assert busy_feed.next_fetch_at == clock.now() + timedelta(hours=2)


async def test_a_feed_that_is_gone_is_paused_the_third_time(services, session, server, clock):
    async def gone(_request):
        return web.Response(status=410)

    server.answers["/feed"] = gone
    [feed] = await add(services, server.base + "/feed")
    outcomes = []
    for _ in range(4):
        collected = await pipeline.collect(services, session)
        outcomes += [visit.outcome for visit in collected.visits]
        clock.advance(days=2)
    assert outcomes == [Outcome.FAILED, Outcome.FAILED, Outcome.PAUSED]
    async with services.storage.read() as tx:
        assert (await tx.feeds.get(feed.id)).state is FeedState.PAUSED


# --- one address, asked directly -------------------------------------------------------------


async def ask(server, path, **options):
    async with opened_client(allow_private=True) as client:
        return await fetch(client, server.base + path, allow_private=True, **options)


async def test_a_packed_body_is_unpacked_and_a_bomb_is_not(server):
    bomb = gzip.compress(b"\0" * 200_000_000)

    def packed(body):
        async def answer(_request):
            return web.Response(body=body, headers={"Content-Encoding": "gzip"})

        return answer

    server.answers |= {
        "/good": packed(gzip.compress(rss(1).encode())),
        "/bomb": packed(bomb),
        "/bad": packed(b"\x1f\x8b\x08garbage"),
    }
    assert (await ask(server, "/good")).body == rss(1).encode()
    assert await ask(server, "/bomb") == Failed(reason="the answer is larger than 10 MB")
    assert await ask(server, "/bad") == Failed(reason="the compressed answer is damaged")


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
async def test_a_packing_nobody_asked_for_is_refused(server, encoding):
    async def answer(_request):
        return web.Response(body=b"x", headers={"Content-Encoding": encoding})

    server.answers["/"] = answer
    assert await ask(server, "/") == Failed(reason="the answer is packed in a way we did not ask for")


async def test_an_endless_body_and_a_slow_one_end(server):
    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    async def flood(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 1_000_000)

    server.answers |= {"/drip": drip, "/flood": flood}
    assert await ask(server, "/drip", within=0.3) == Failed(reason="no complete answer within 0.3 seconds")
    assert await ask(server, "/flood") == Failed(reason="the answer is larger than 10 MB")


async def test_redirects_are_followed_five_times_and_each_is_checked(server):
    def to(target):
        async def answer(_request):
            return web.Response(status=301, headers={"Location": target})

        return answer

    server.serve("/end", rss(1))
    server.answers |= {
        "/a": to("/b"),
        "/b": to(server.base + "/end"),
        "/loop": to("/loop"),
        "/file": to("file:///etc/passwd"),
        "/odd": to("http://user@127.0.0.1/"),
    }
    found = await ask(server, "/a")
    assert isinstance(found, Fetched)
    assert found.url == server.base + "/end"
    assert await ask(server, "/loop") == Failed(reason="the address leads on more than 5 times")
    assert await ask(server, "/file") == Failed(reason="the address is no http or https address")
    assert await ask(server, "/odd") == Failed(reason="the address is not allowed")


class LeadsTo:
    """A client whose every request is led on to one address."""

    def __init__(self, target):
        self._target = target
        self.asked = []

    @asynccontextmanager
    async def get(self, url, **_):
        self.asked.append(url)
        yield SimpleNamespace(status=302, headers={"Location": self._target})


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//127.1/",
        "http://[::ffff:10.0.0.1]/",
        "ftp://bote.example/",
    ],
)
async def test_a_redirect_into_the_network_is_not_followed(target):
    client = LeadsTo(target)
    answer = await fetch(client, "http://bote.example/feed")
    assert answer.reason in {"the address is not allowed", "the address is no http or https address"}
    assert client.asked == ["http://bote.example/feed"]


async def test_an_encrypted_address_does_not_lead_to_an_open_one():
    answer = await fetch(LeadsTo("http://bote.example/"), "https://bote.example/feed")
    assert answer == Failed(reason="the address leads from https to http")


class Names:
    """Resolves each name to the addresses given for it."""

    def __init__(self, **names):
        self._names = names

    async def resolve(self, host, port=0, *_):
        return [
            {"hostname": host, "host": ip, "port": port, "family": 2, "proto": 6, "flags": 0}
            for ip in self._names[host.split(".")[0]]
        ]

    async def close(self):
        pass


async def test_a_name_that_leads_inside_reaches_nobody(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.base)
    port = server.base.rsplit(":", 1)[1]
    async with opened_client(resolver=Names(inner=["127.0.0.1"], both=["127.0.0.1", "192.0.2.1"])) as client:
        for url in (
            f"http://inner.example:{port}/",
            f"http://both.example:{port}/",
            server.base,
            f"http://127.1:{port}/",
        ):
            assert await fetch(client, url) == Failed(reason="the address is not allowed")
    assert server.asked == []


async def test_an_answer_is_compared_with_the_last(server):
    server.serve("/feed", rss(1), **{"Cache-Control": "public, max-age=600"})
    first = await ask(server, "/feed")
    assert isinstance(await ask(server, "/feed", etag=first.etag), Unchanged)
    assert isinstance(await ask(server, "/feed", body_hash=first.body_hash), Unchanged)
    assert first.max_age == timedelta(minutes=10)


async def test_a_feed_that_hangs_delays_no_other(services, session, server):
    go_on = asyncio.Event()

    async def hang(_request):
        await go_on.wait()
        return web.Response(text=rss(1))

    server.answers["/hangs"] = hang
    await add(services, server.base + "/hangs", server.serve("/well", rss(2)))
    impatient = replace(session, within=timedelta(seconds=0.5))

    done = await pipeline.collect(services, impatient)
    while not done.visits:  # a busy machine
        done = await pipeline.collect(services, impatient)
    go_on.set()
    late = await pipeline.collect(services, replace(session, late=impatient.late))

    assert [visit.feed.publisher for visit in (*done.visits, *late.visits)] == ["Bote 1", "Bote 0"]


# --- reading processes -----------------------------------------------------------------------


FLOOD = b'<rss version="2.0"><channel><a ' + b" ".join(b'a%d="x"' % n for n in range(40_000)) + b">"


async def test_what_a_process_has_before_it_behind_a_slow_feed_is_read_by_another():
    async with FeedReaders(size=2) as pool:
        await asyncio.gather(*(pool.parse(rss(1).encode()) for _ in range(2)))
        slow = asyncio.create_task(pool.parse(FLOOD))
        others = await asyncio.gather(*(pool.parse(rss(n).encode()) for n in range(12)))

        assert not slow.done()
        assert [one.entries[0].title for one in others] == [f"Titel {n}" for n in range(12)]


@pytest.mark.parametrize(
    ("bad", "reason"), [(b"slow", "longer than 3 seconds"), (b"ends", "too much memory")]
)
async def test_what_a_process_that_is_ended_has_not_read_is_read_by_the_next(bad, reason):
    async with ProcessPool("tests.flows.slow_reader", size=1, most_seconds=3) as pool:
        refused, *others = await asyncio.gather(
            pool.ask({}, bad), *(pool.ask({}, body) for body in (b"a", b"b", b"c")), return_exceptions=True
        )

        assert isinstance(refused, FeedUnreadable)
        assert reason in str(refused)
        assert others == [b"A", b"B", b"C"]


async def test_an_error_of_our_own_in_a_process_is_told_and_ends_nothing():
    async with ProcessPool("tests.flows.slow_reader", size=1) as pool:
        failed, *others = await asyncio.gather(
            *(pool.ask({}, body) for body in (b"fails", b"a", b"b")), return_exceptions=True
        )

        assert isinstance(failed, ChildProcessError)
        assert 'raise ValueError("no idea")' in str(failed)  # the whole of it, to be logged
        assert str(failed).splitlines()[-1] == "ValueError: no idea"
        assert others == [b"A", b"B"]


async def test_a_process_that_cannot_even_start_keeps_nobody_waiting():
    async with ProcessPool("tests.flows.no_such_module", size=1) as pool:
        for error in await asyncio.gather(pool.ask({}, b"a"), pool.ask({}, b"b"), return_exceptions=True):
            assert isinstance(error, FeedUnreadable | ChildProcessError)


async def test_a_feed_that_never_ends_costs_its_own_time_alone():
    hostile = FLOOD + b"<b>" * 600_000
    async with FeedReaders(size=1, most_seconds=0.05) as pool:
        with pytest.raises(FeedUnreadable, match=r"longer than 0.05 seconds"):
            await pool.parse(hostile)
    async with FeedReaders(size=1) as pool:
        assert len((await pool.parse(rss(1, 2).encode())).entries) == 2
        with pytest.raises(FeedUnreadable, match="web page"):
            await pool.parse(b"<!DOCTYPE html><html></html>")
        assert (await pool.parse(rss(3).encode())).entries[0].title == "Titel 3"
