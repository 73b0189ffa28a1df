"""Lists of feeds, in and out."""

import pytest

from bot.errors import BadInput
from bot.feeds.opml import read_opml, write_opml
from storage.records import NewFeed


def test_folders_become_sections_and_each_feed_comes_once():
    found = read_opml(
        b"""<opml version="1.0"><body><outline text="Politik"><outline text="Der Bote" xmlURL="https://bote.example/a"/>
        <outline title="Anzeiger" text="x" xmlUrl="https://anzeiger.example/b" language="de-AT" country="at"/></outline>
        <outline text="Bote noch einmal" xmlUrl="https://bote.example/a"/><outline text="leer"/></body></opml>"""
    )
    assert [(feed.url, feed.publisher, feed.section) for feed in found] == [
        ("https://bote.example/a", "Der Bote", "Politik"),
        ("https://anzeiger.example/b", "Anzeiger", "Politik"),
    ]
    assert (found[1].language, found[1].country) == ("de", "AT")


def test_what_is_written_is_read_back():
    feeds = [
        NewFeed(
            url="https://x.example/?a=1&b=<2>",
            publisher='B & "Söhne"',
            title="Alles",
            country="CH",
            language="fr",
            section="Wirtschaft",
        ),
        NewFeed(url="https://y.example/", publisher="Y"),
    ]
    first, second = read_opml(write_opml(feeds))
    assert first == feeds[0]
    assert (second.url, second.publisher) == ("https://y.example/", "Y")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<opml>",
        b"<rss/>",
        b"<opml><body/></opml>",
        b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body/></opml>',
        b"\0\1",
    ],
)
def test_what_is_no_list_is_refused(body):
    with pytest.raises(BadInput, match=r"OPML|no feeds"):
        read_opml(body)
