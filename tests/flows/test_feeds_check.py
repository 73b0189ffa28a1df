"""depesche feeds check and add, against real servers on loopback."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from bot.cli import app

ITEM = "<item><title>Der Rat hat am Abend {n} neue Straßen beschlossen</title><link>https://bote.example/{n}</link><guid>{n}</guid>{more}</item>"


def rss(count, *, more="<pubDate>Wed, 11 Mar 2026 05:00:00 +0000</pubDate>", language="de"):
    items = "".join(ITEM.format(n=n, more=more) for n in range(count))
    return f"<rss version='2.0'><channel><title>Der Bote</title><language>{language}</language>{items}</channel></rss>"


@pytest.fixture
def site():
    pages = {
        "/good": rss(5, more="<description>" + "Ein ganzer Text. " * 120 + "</description>"),
        "/dated": rss(5),
        "/empty": rss(0),
        "/page": "<html><body>Kein Feed</body></html>",
        "/one": "<html><head><link rel=alternate type=application/rss+xml href=/dated></head></html>",
        "/two": "<html><head><link rel=alternate type=application/rss+xml href=/good title=Alles>"
        "<link rel=alternate type=application/rss+xml href=/dated title=Politik></head></html>",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/xml" if b"<rss" in body else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def depesche(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPESCHE_PRIVATE_FEEDS", "true")
    url = f"sqlite:///{tmp_path / 'depesche.db'}"

    def call(*words):
        result = CliRunner().invoke(app, [*map(str, words), "--database", url])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def test_each_feed_is_looked_at_and_judged(depesche, site):
    for path, language in (
        ("/good", "de"),
        ("/dated", "en"),
        ("/empty", "de"),
        ("/page", "de"),
        ("/none", "de"),
    ):
        added = depesche("feeds", "add", site + path, "--unseen", "--language", language)
        assert added.exit_code == 0, added.output

    shown = depesche("feeds", "check", "--json")

    found = {one["url"].removeprefix(site): one for one in json.loads(shown.stdout)}
    assert (found["/good"]["entries"], found["/good"]["full_text"], found["/good"]["undated"]) == (5, 1.0, 5)
    assert found["/dated"]["newest_at"] == "2026-03-11T05:00:00+00:00"
    assert (found["/dated"]["language"], found["/dated"]["language_agrees"]) == ("de", False)
    assert found["/empty"]["error"] == "the feed has no entries"
    assert found["/page"]["error"] == "the answer is a web page, no feed"
    assert found["/none"]["error"] == "the server answers 404"
    assert shown.exit_code == 1
    assert shown.stderr == "depesche: 3 of 5 feeds gave nothing that can be used\n"

    table = depesche("feeds", "check", "1").stdout
    assert "1 of 1 feed can be used" in table
    assert "100%" in table
    assert depesche("feeds", "check", "99").stderr.startswith("depesche: there is no feed '99'")


def test_a_site_leads_to_its_feed_and_offers_several(depesche, site):
    assert f"{site}/dated" in depesche("feeds", "add", site + "/one").stdout
    again = depesche("feeds", "add", site + "/one")
    assert "there already" in again.stderr

    several = depesche("feeds", "add", site + "/two")
    assert several.exit_code == 1
    assert "Politik" in several.stdout
    assert "has 2 feeds; add the one you mean by its address" in several.stderr

    none = depesche("feeds", "add", site + "/page")
    assert "names no feed" in none.stderr
    [listed] = json.loads(depesche("feeds", "list", "--json").stdout)
    assert (listed["publisher"], listed["language"], listed["condition"]) == ("Der Bote", "de", "new")
