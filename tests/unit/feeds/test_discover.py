"""A site's feeds: in its page, in its header, where they usually lie."""

import pytest

from bot.errors import FeedError, FeedUnreadable
from bot.feeds.discover import Candidate, find_feeds, in_header, in_page
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Failed, Fetched

SITE = "https://bote.example/politik/"
PAGE = b"""<html><head><base href="/neu/">
<link rel="alternate" type="application/rss+xml" title="Der  Bote" href="rss">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="//bote.example/atom">
<link rel="alternate" type="application/rss+xml" title="Kommentare" href="/k">
<link rel="alternate" type="application/rss+xml" href="feed://bote.example/feed">
<link rel="alternate" type="text/html" hreflang="en" href="/en">
<link rel="stylesheet" href="/s.css"><link rel="alternate" type="application/rss+xml" href="javascript:x()">
</head><body></body></html>"""


def site(**answers):
    asked = []

    async def ask(url):
        asked.append(url)
        found = answers.get(url.removeprefix("https://bote.example"))
        if isinstance(found, bytes):
            return Fetched(body=found, url=url)
        return found or Failed(reason="the server answers 404", status=404)

    async def parse(fetched):
        if b"<rss" not in fetched.body:
            raise FeedUnreadable("the answer is a web page, no feed")
        return ParsedFeed(title="Ein Feed")

    return ask, parse, asked


def test_a_page_names_its_feeds_without_those_of_comments():
    assert in_page(PAGE, SITE) == [
        Candidate("https://bote.example/neu/rss", "Der Bote"),
        Candidate("https://bote.example/atom"),
        Candidate("https://bote.example/feed"),
    ]
    assert in_page(b"", SITE) == []


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            '</feed>; rel="alternate"; type="application/rss+xml"; title="Neu"',
            [Candidate("https://bote.example/feed", "Neu")],
        ),
        (
            "</x.css>; rel=preload; as=style, </a>; rel=alternate; type=application/atom+xml",
            [Candidate("https://bote.example/a")],
        ),
        ("", []),
        ("<;;", []),
    ],
)
def test_a_header_names_feeds(header, found):
    assert in_header(header, SITE) == found


async def test_a_feed_is_its_own_candidate_wherever_it_leads():
    ask, parse, _ = site(**{"/politik/": Fetched(body=b"<rss/>", url="https://bote.example/elsewhere")})
    assert await find_feeds(SITE, ask, parse) == [Candidate(SITE, "Ein Feed")]


async def test_a_site_offers_what_it_names_each_once():
    fetched = Fetched(body=PAGE, url=SITE, links="</atom>; rel=alternate; type=application/atom+xml")
    ask, parse, asked = site(**{"/politik/": fetched})
    found = await find_feeds(SITE, ask, parse)
    assert [one.url.rsplit("/", 1)[1] for one in found] == ["atom", "rss", "feed"]
    assert asked == [SITE]


async def test_where_nothing_is_named_the_usual_places_are_tried():
    ask, parse, asked = site(
        **{"/politik/": b"<html></html>", "/rss": b"<html></html>", "/rss.xml": b"<rss/>"}
    )
    assert await find_feeds(SITE, ask, parse) == [Candidate("https://bote.example/rss.xml", "Ein Feed")]
    assert asked[1] == "https://bote.example/politik/feed"


async def test_a_site_without_a_feed_or_an_answer_is_said_so():
    ask, parse, _ = site(**{"/politik/": b"<html></html>"})
    with pytest.raises(FeedError, match="names no feed"):
        await find_feeds(SITE, ask, parse)
    with pytest.raises(FeedError, match="answers 404"):
        await find_feeds("https://bote.example/", ask, parse)
