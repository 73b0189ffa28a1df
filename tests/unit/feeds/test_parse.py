"""Feeds of every kind, as bytes."""

from datetime import UTC, datetime

import orjson
import pytest

from bot.errors import FeedUnreadable
from bot.feeds.markup import plain_text
from bot.feeds.parse import parse

ITEM = "<item><title>{}</title><link>{}</link><guid>{}</guid></item>"
AT = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def rss(*items, extra=""):
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://bote.example/</link>{extra}{"".join(items)}</channel></rss>'.encode()


def test_rss_atom_rdf_and_json_feed_say_the_same():
    feeds = {
        "rss": b"""<rss version="2.0"><channel><title>T</title><item><title>Haus &amp; Hof</title><link>https://bote.example/a</link>
            <guid>g</guid><pubDate>Wed, 11 Mar 2026 07:30:00 +0100</pubDate><description>&lt;p&gt;Kurz.&lt;/p&gt;</description></item></channel></rss>""",
        "atom": b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>Haus &amp; Hof</title><id>g</id>
            <link href="https://bote.example/a"/><published>2026-03-11T07:30:00+01:00</published><summary type="html">&lt;p&gt;Kurz.&lt;/p&gt;</summary></entry></feed>""",
        "rdf": b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <channel><title>T</title></channel><item rdf:about="g"><title>Haus &amp; Hof</title><link>https://bote.example/a</link>
            <dc:date>2026-03-11T06:30:00Z</dc:date><description>Kurz.</description></item></rdf:RDF>""",
        "json": orjson.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "T",
                "items": [
                    {
                        "id": "g",
                        "url": "https://bote.example/a",
                        "title": "Haus & Hof",
                        "summary": "Kurz.",
                        "date_published": "2026-03-11T07:30:00+01:00",
                    }
                ],
            }
        ),
    }
    for body in feeds.values():
        parsed = parse(body)
        [entry] = parsed.entries
        assert parsed.title == "T"
        assert (entry.title, entry.url, entry.summary, entry.published_at) == (
            "Haus & Hof",
            "https://bote.example/a",
            "Kurz.",
            AT,
        )


def test_markup_becomes_paragraphs_and_scripts_vanish():
    content = "<content:encoded><![CDATA[<p>Eins <b>zwei</b></p><script>x()</script><p>drei<br>vier</p><style>p{}</style>]]></content:encoded>"
    body = rss(f"<item><title>a &lt;b&gt;fetter&lt;/b&gt; Titel</title>{content}</item>").replace(
        b'version="2.0"', b'version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    [entry] = parse(body).entries
    assert entry.title == "a fetter Titel"
    assert entry.text == "Eins zwei\ndrei\nvier"


def test_a_name_all_entries_share_names_none_of_them():
    parsed = parse(
        rss(
            ITEM.format("A", "https://x.example/a", "same"),
            ITEM.format("B", "https://x.example/b", "same"),
            ITEM.format("C", "https://x.example/c", "own"),
            "<item><title>D</title></item>",
            "<item><title>E</title></item>",
        )
    )
    names = [entry.identity for entry in parsed.entries]
    assert names[:3] == ["https://x.example/a", "https://x.example/b", "own"]
    assert len(set(names)) == 5


def test_an_address_different_entries_share_is_none_of_theirs():
    guid = "<item><title>{}</title><guid>https://x.example/start</guid><description>{}</description></item>"
    shared = parse(rss(*(guid.format(title, text) for title, text in ("AA", "AB", "BA")))).entries
    assert [entry.url for entry in shared] == [""] * 3
    assert len({entry.identity for entry in shared}) == 3
    [again, _] = parse(rss(*[guid.format("A", "A")] * 2)).entries
    assert again.url == "https://x.example/start"

    def links(*titles):
        items = [ITEM.format(title, "https://x.example/start", title) for title in titles]
        posts = [{"id": title, "url": "https://x.example/start", "title": title} for title in titles]
        json = orjson.dumps({"version": "https://jsonfeed.org/version/1.1", "items": posts})
        return [{entry.url for entry in parse(body).entries} for body in (rss(*items), json)]

    assert links("Podcast 1", "Podcast 2", "Podcast 3") == [{""}] * 2
    assert links("Rat tagt", "Rat vertagt", "Rat tagt") == [{"https://x.example/start"}] * 2


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "tg://resolve?domain=x", "file:///etc/passwd", "http://", "https://[::1"]
)
def test_a_link_that_leads_nowhere_is_dropped(link):
    [entry] = parse(rss(f"<item><title>A</title><link>{link}</link></item>")).entries
    assert (entry.title, entry.url) == ("A", "")


def test_a_relative_link_starts_at_the_site_and_a_guid_may_be_the_link():
    first, second = parse(
        rss(
            "<item><title>A</title><link>/a</link></item>",
            "<item><title>B</title><guid>https://x.example/b</guid></item>",
        )
    ).entries
    assert (first.url, second.url) == ("https://bote.example/a", "https://x.example/b")


def test_german_dates_and_dates_without_zone_are_understood():
    item = "<item><title>A</title><pubDate>{}</pubDate></item>"
    parsed = parse(
        rss(
            item.format("Mi, 11 März 2026 07:30:00 +0100"),
            item.format("2026-03-11 07:30"),
            item.format("bald"),
            extra="<language>de</language>",
        )
    )
    assert [entry.published_at for entry in parsed.entries] == [AT, AT, None]


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
def test_the_wrong_charset_loses_no_entry(declared):
    body = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item><title>Größe</title></item></channel></rss>'
    assert [entry.title for entry in parse(body.encode("cp1252")).entries] == ["Größe"]


def test_a_feed_that_breaks_off_gives_what_came():
    body = rss(ITEM.format("A", "https://x.example/a", "1"), ITEM.format("B", "https://x.example/b", "2"))
    assert [entry.title for entry in parse(body[:-60]).entries][:1] == ["A"]


def test_an_entity_bomb_and_a_foreign_file_stay_outside(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("geheim")
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    body = f'<?xml version="1.0"?>{bomb}<!ENTITY x SYSTEM "file://{canary}">]><rss version="2.0"><channel><item><title>A &j; &x;</title></item></channel></rss>'
    for entry in parse(body.encode()).entries:
        assert "geheim" not in entry.title
        assert len(entry.title) < 1_000


def test_deep_markup_is_no_deep_recursion():
    parsed = parse(
        rss(f"<item><title>A</title><description><![CDATA[{'<b>' * 5_000}x]]></description></item>")
    )
    assert len(parsed.entries) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>Hallo</body></html>", "web page"),
        (b"\xef\xbb\xbf<html><head></head></html>", "web page"),
        (b"nur Text", "no feed"),
        (b"\x89PNG\r\n\x1a\n", "no feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "broken JSON"),
    ],
)
def test_what_is_no_feed_is_said_in_a_sentence(body, reason):
    with pytest.raises(FeedUnreadable, match=reason):
        parse(body)


@pytest.mark.parametrize("written", ["&#55357;&#56832;", "&#xD83D;&#xDE00;", "<![CDATA[&#xD83D;&#xDE00;]]>"])
def test_a_character_written_as_its_halves_is_whole_and_a_lone_half_is_replaced(written):
    found = parse(rss(ITEM.format(f"Sieg {written}", "https://x.example/a", "g")))
    assert found.entries[0].title == "Sieg \U0001f600"
    found = parse(rss(ITEM.format("Halb &#xD83D; und &#56832;", "https://x.example/a", "g")))
    assert found.entries[0].title == "Halb \ufffd und \ufffd"


def test_a_body_is_never_taken_for_the_name_of_a_file(tmp_path):
    secret = tmp_path / "geheim.xml"
    secret.write_bytes(rss(ITEM.format("Geheim", "https://x.example/a", "g")))
    with pytest.raises(FeedUnreadable):
        parse(str(secret).encode())


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>Eins <b>zwei</b></p><p>drei<br/>vier</p>", "Eins zwei\ndrei\nvier"),
        ("Eins &amp; zwei &uuml;ber &#8211; drei", "Eins & zwei über – drei"),
        ('<a href="x?a=1&amp;b=2" title="a > b">Text</a> danach', "Text danach"),
        ("<p>Eins<script>x < y</script></p>zwei", "Eins\nzwei"),
        ("<!-- still -->Text<p>mehr", "Text\nmehr"),
        ("1 < 2 und 3 > 2", "1 < 2 und 3 > 2"),
        ("<P>Laut<TD>leise</P>", "Lautleise"),
        ("a\nb <i\nclass='x'>c</i>", "a b c"),
        ("Eins<textarea>zwei", "Einszwei"),
        ("<p>Eins</p></body>zwei", "Eins\nzwei"),
        ("Film: <object>hier ansehen</object>", "Film: hier ansehen"),
    ],
)
def test_markup_becomes_its_words(markup, words):
    assert plain_text(markup) == words
