"""Files of every kind, told apart by what is in them; whatever cannot be read is one sentence."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.articles.draft import Draft, Refusal
from bot.articles.reading import read_path
from storage.records import Origin

DATA = Path(__file__).parents[2] / "data"
LINE = {"url": "https://example.org/a", "title": "Titel", "text": "Text."}
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Der Bote</title><link>https://bote.example/</link><language>de-DE</language>
<item><title>Größe zählt</title><link>/a?utm_source=rss</link><guid>1</guid>
<pubDate>Mi, 11 März 2026 07:30:00 +0100</pubDate><description>&lt;p&gt;Ein Satz.&lt;/p&gt;</description></item>
<item><title>Ohne Link</title><link>javascript:alert(1)</link><guid isPermaLink="false">2</guid></item>
</channel></rss>"""
PARAGRAPH = "Die Strecke zwischen Linz und Wels bleibt nach Angaben der Bahn noch bis Dienstag gesperrt."
PAGE = """<!DOCTYPE html><html lang="de-AT"><head><title>Zug entgleist bei Linz | Der Bote</title>
<link rel="canonical" href="https://bote.example/zug?utm_source=x"><meta property="og:site_name" content="Der Bote">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"],
"headline": "Zug entgleist bei Linz", "datePublished": "2026-03-11T07:30:00+01:00",
"author": [{"@type": "Person", "name": "Eva Maria"}], "description": "Niemand wurde verletzt."}]}</script></head>
<body><nav><a href="/">Start</a></nav><article><h1>Zug entgleist bei Linz</h1>PARAGRAPHS</article>
<footer>Impressum</footer></body></html>""".replace(
    "PARAGRAPHS", "".join(f"<p>Absatz {n}: {PARAGRAPH}</p>" for n in range(5))
)


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path):
    return list(read_path(path))


def test_json_lines_are_articles_and_a_bad_line_is_named(tmp_path):
    good = {**LINE, "publisher": "Der Bote", "published_at": "2026-03-11T07:30:00+01:00", "extra": [1]}
    lines = [
        json.dumps(good),
        "",
        "{not json}",
        json.dumps({"url": "x"}),
        json.dumps({**LINE, "text": 7}),
        json.dumps({**LINE, "url": "javascript:x"}),
        json.dumps({**LINE, "published_at": "gestern"}),
        "[]",
        json.dumps(LINE),
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))

    found = read(path)

    assert [type(one) for one in found] == [Draft] + [Refusal] * 6 + [Draft]
    assert (found[0].publisher, found[0].published_at) == (
        "Der Bote",
        datetime(2026, 3, 11, 6, 30, tzinfo=UTC),
    )
    assert [one.where for one in found[1:7]] == [f"{path}:{number}" for number in (3, 4, 5, 6, 7, 8)]
    assert [one.reason.split(":")[0] for one in found[1:7]] == [
        "it is no JSON",
        "the key title, text is missing",
        "the key text holds no text",
        "the address is no http or https address",
        "published_at is no date; expected ISO 8601 such as 2026-03-11T07",
        "it is no JSON object",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_lines_of_other_systems_are_read(tmp_path, encoding, end):
    text = end.join(json.dumps({**LINE, "title": f"Größe {n}"}, ensure_ascii=False) for n in range(3)) + end
    found = read(write(tmp_path / "x", text.encode(encoding)))
    assert [draft.title for draft in found] == ["Größe 0", "Größe 1", "Größe 2"]


def test_a_large_file_is_read_line_by_line(tmp_path):
    path = tmp_path / "large.jsonl"
    with path.open("w") as file:
        for number in range(5_000):
            file.write(
                json.dumps({**LINE, "url": f"https://example.org/{number}", "text": "Wort " * 40}) + "\n"
            )

    lines = read_path(path)
    first = next(lines)

    assert first.url == "https://example.org/0"
    assert sum(isinstance(draft, Draft) for draft in lines) == 4_999


def test_a_line_beyond_all_measure_is_refused_and_the_next_goes_on(tmp_path):
    long = json.dumps({**LINE, "text": "x" * 21_000_000})
    found = read(write(tmp_path / "a.jsonl", f"{json.dumps(LINE)}\n{long}\n{json.dumps(LINE)}\n"))
    assert [type(one) for one in found] == [Draft, Refusal, Draft]
    assert found[1].reason == "the line is longer than 10 MB"


def test_a_json_list_is_read_as_its_items(tmp_path):
    found = read(write(tmp_path / "a.json", json.dumps([LINE, {"x": 1}], indent=2)))
    assert [type(one) for one in found] == [Draft, Refusal]
    assert found[1].where.endswith("a.json, item 2")


def test_a_feed_gives_its_entries(tmp_path):
    first, second = read(write(tmp_path / "feed", RSS))
    assert (first.url, first.title, first.summary) == ("https://bote.example/a", "Größe zählt", "Ein Satz.")
    assert (first.publisher, first.language, first.origin) == ("Der Bote", "de-DE", Origin.FEED)
    assert first.published_at == datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
    assert (second.url, second.title) == ("", "Ohne Link")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "iso-8859-1", "utf-16"])
def test_a_feed_in_another_encoding_keeps_its_umlauts(tmp_path, encoding):
    declared = RSS.replace('encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    assert read(write(tmp_path / "feed", declared.encode(encoding)))[0].title == "Größe zählt"


def test_a_saved_page_is_read_with_its_own_metadata(tmp_path):
    [draft] = read(write(tmp_path / "page.txt", PAGE))
    assert (draft.url, draft.title) == ("https://bote.example/zug", "Zug entgleist bei Linz")
    assert (draft.publisher, draft.author, draft.language) == ("Der Bote", "Eva Maria", "de-AT")
    assert draft.published_at == datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
    assert draft.summary == "Niemand wurde verletzt."
    assert draft.text.startswith("Absatz 0")
    assert "Impressum" not in draft.text


@pytest.mark.parametrize(
    ("charset", "title"),
    [
        ("iso-8859-1", "Größe zählt"),
        ("windows-1250", "Měření přesnosti"),
        ("koi8-r", "Парламент принял закон"),
        ("shift_jis", "国会が法律を可決した"),
    ],
)
def test_a_saved_page_is_read_in_the_encoding_it_names(tmp_path, charset, title):
    page = PAGE.replace("Zug entgleist bei Linz", title).replace("<head>", f"<head><meta charset={charset}>")
    [draft] = read(write(tmp_path / "page.html", page.encode(charset)))
    assert draft.title == title


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path / "pipe") == [Refusal(str(tmp_path / "pipe"), "it is no file")]


def test_a_text_without_spaces_is_a_text(tmp_path):
    text = "议会通过新的气候法\n议会周二通过了一项新的气候法，此前执政联盟内部进行了数月的辩论。\n新法将于明年生效。\n"
    [draft] = read(write(tmp_path / "dump.txt", text))
    assert draft.title == "议会通过新的气候法"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_dump_is_read_in_any_encoding(tmp_path, encoding, end):
    text = (DATA / "aggregator_page.txt").read_text()
    [draft] = read(write(tmp_path / "dump", text.replace("\n", end).encode(encoding)))
    assert "„gute Nachbarschaft“" in draft.text
    assert len(draft.listed) == 3


def test_a_compressed_file_is_unpacked(tmp_path):
    path = write(tmp_path / "a.jsonl.gz", gzip.compress((json.dumps(LINE) + "\n").encode() * 3))
    assert len(read(path)) == 3


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    write(tmp_path / "2.jsonl", json.dumps({**LINE, "title": "Zwei"}))
    (tmp_path / "1").mkdir()
    write(tmp_path / "1" / "a.jsonl", json.dumps({**LINE, "title": "Eins"}))
    write(tmp_path / ".hidden", b"\0\1")
    assert [draft.title for draft in read(tmp_path)] == ["Eins", "Zwei"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "it is binary data, no text"),
        (b"\0" * 5000, "it is binary data, no text"),
        (bytes(range(1, 32)) * 200, "it is binary data, no text"),
        (b"\x1f\x8b\x08\0garbage", "the compressed file is damaged"),
        (gzip.compress(b"x" * 9999, mtime=0)[:-20], "the compressed file is damaged"),
        (b"nur ein Wort", "there is no text in it that reads like news"),
        (b"<html><body><p>kurz</p></body></html>", "there is no article on the page"),
        (b"<opml version='2.0'><body/></opml>", "it is a list of feeds; `depesche feeds import` takes it"),
        (b'{"a":\n 1', "it is broken JSON"),
        (b"[]", "the list is empty"),
        (b"<rss><channel></chann", "the feed has no entries"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, content, reason):
    path = write(tmp_path / "file", content)
    assert read(path) == [Refusal(str(path), reason)]


def test_what_is_not_there_or_empty_is_named(tmp_path):
    assert read(tmp_path / "none") == [Refusal(str(tmp_path / "none"), "there is no such file or folder")]
    assert read(tmp_path) == [Refusal(str(tmp_path), "the folder is empty")]
