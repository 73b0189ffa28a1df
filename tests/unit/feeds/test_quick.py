"""The quick parser reads a feed exactly as feedparser does, or leaves it to feedparser."""

import pytest
from feedparser.mixin import _FeedParserMixin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import FeedUnreadable
from bot.feeds import names, quick, quick_entry, slow
from tests.unit.feeds.made_up import damaged, feeds

URL = "https://bote.example/rss/feed.xml"
TYPES = ["", "application/rss+xml", "text/xml", "text/xml; charset=iso-8859-1", "text/html; charset=utf-8"]


def agree(body, content_type=""):
    """Whether the quick parser took the feed; fails when it reads anything else than feedparser."""
    try:
        found = quick.read(body, url=URL, content_type=content_type)
    except quick.Declined:
        return False
    assert found == slow.read(body, url=URL, content_type=content_type)
    return True


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(feeds(), st.sampled_from(TYPES))
def test_what_the_quick_parser_reads_feedparser_reads_as_well(body, content_type):
    agree(body, content_type)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(feeds(), st.integers(0, 10**6))
def test_damage_is_never_read_another_way(body, seed):
    try:
        agree(damaged(body, seed))
    except FeedUnreadable as error:
        pytest.fail(f"the quick parser reads what feedparser calls no feed: {error}")


ITEM = """<item><title>Haus &amp; Hof</title><link>https://bote.example/a</link><guid isPermaLink="false">7</guid>
<pubDate>Wed, 11 Mar 2026 07:30:00 +0100</pubDate><dc:creator>Anna</dc:creator><category>Politik</category>
<description>Kurz.</description><content:encoded><![CDATA[<p>Länger.</p>]]></content:encoded>
<media:group><media:content url="x.jpg"><media:title>Bild</media:title></media:content></media:group>{}</item>"""
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
xmlns:atom="http://www.w3.org/2005/Atom" xmlns:haus="https://verlag.example/ns"><channel><title>Bote</title>
<link>https://bote.example/</link><language>de-DE</language><atom:link href="/feed" rel="self"/>{}{}</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Bote</title><id>tag:x</id>
<entry><title type="html">Haus &amp;amp; Hof</title><link href="https://bote.example/a"/><id>tag:x,1</id>
<updated>2026-03-11T07:30:00+01:00</updated><author><name>Anna</name><email>a@b.example</email></author>
<content type="html" xml:base="/x/">&lt;p&gt;Länger.&lt;/p&gt;</content></entry></feed>"""


def rss(item="", channel=""):
    return RSS.format(channel, ITEM.format(item)).encode()


@pytest.mark.parametrize(
    "body",
    [
        rss(),
        rss('<source url="https://dpa.example/">dpa</source><haus:teaser>x</haus:teaser>'),
        rss(channel="<image><url>x</url><title>Logo</title><link>https://l.example/</link></image>"),
        ATOM.encode(),
    ],
)
def test_ordinary_feeds_are_read_quickly(body):
    assert agree(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rss()[:-9], "it is not well-formed"),
        (b"<!DOCTYPE rss>" + rss(), "it declares a document type"),
        (rss("<description><p>x</p></description>"), "there is markup in a text"),
        (rss("<date>x</date>"), "there is an element 'date'"),
        (rss("<haus:x><title>x</title></haus:x>"), "an element 'title' stands where it is not expected"),
        (rss().replace(b"purl.org/dc/elements", b"verlag.example"), "a prefix stands for something else"),
        (rss().replace(b"<rss", b'<rss xmlns="https://x.example/"'), "the namespace is not known"),
        (rss().replace(b"<title>", b'<title haus:type="x">'), "an attribute has a namespace"),
        (ATOM.replace('"html"', '"xhtml"').encode(), "a text is of another type"),
        (rss("<dc:title><![CDATA[&#55357;]]></dc:title>"), "it has halves of characters"),
        (b"<opml/>", "it is no feed of a usual kind"),
        (b"<rss><channel/></rss>", "it has no entries"),
    ],
)
def test_the_quick_parser_says_why_it_declines(body, reason):
    with pytest.raises(quick.Declined, match=reason):
        quick.read(body, url=URL)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("<!-- <rss> --><!DOCTYPE rss [<!ENTITY a 'b'>]>", "it declares a document type"),
        ("<?x <rss ?><!DOCTYPE rss>", "it declares a document type"),
        ("<!DOCTYPE rss>", "it declares a document type"),
    ],
)
def test_a_document_type_is_seen_wherever_it_hides(before, reason):
    declaration = b'<?xml version="1.0" encoding="utf-8"?>'
    with pytest.raises(quick.Declined, match=reason):
        quick.read(rss().replace(declaration, declaration + before.encode()), url=URL)


@pytest.mark.parametrize(
    "content_type", [*TYPES, "text/xml; charset=utf-8", "application/xml;charset=koi8-r"]
)
@pytest.mark.parametrize("tail", ["", "<?x encoding='iso-8859-1'?>", "<!-- ß -->"])
def test_what_all_call_utf_8_is_read_as_feedparser_reads_it(content_type, tail):
    body = rss("<dc:subject>Straße</dc:subject>") + tail.encode()
    assert agree(body, content_type) or content_type.endswith("koi8-r")


def test_no_element_that_feedparser_handles_is_forgotten():
    handled = {
        name.split("_", 2)[2].lower()
        for name in dir(_FeedParserMixin)
        if name.startswith(("_start_", "_end_"))
    }
    ours = set(quick_entry.HANDLERS) | names.IDLE | names.REFUSED
    structure = {"channel", "entry", "item", "textinput", "abstract"}
    foreign = {name for name in handled if name.startswith(("geo", "gml", "psc", "xhtml"))}
    assert handled - ours - structure - foreign == set()
