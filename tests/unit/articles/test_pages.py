"""Pages: titles, dates, linked data and walls where pages contradict themselves or are broken."""

from datetime import UTC, datetime

import orjson
import pytest

from bot.articles.page_texts import is_furniture
from bot.articles.page_walls import Obstacle
from bot.articles.page_worker import from_wire, page_text, to_wire
from bot.articles.pages import examine
from bot.errors import IngestError

TEXT = "".join(
    f"<p>Der Rat hat am Abend Punkt {n} der Tagesordnung lange beraten und beschlossen.</p>" for n in range(6)
)


def read(head="", body="<h1>Rat beschließt neuen Haushalt</h1>", lang="de"):
    return examine(
        f"<html lang='{lang}'><head>{head}</head><body><main><article>{body}{TEXT}</article></main></body></html>"
    )


def ld(text):
    return f"<script type='application/ld+json'>{text}</script>"


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Rat beschließt neuen Haushalt | Der Bote</title><meta property='og:site_name' content='Der Bote'>", "", "Rat beschließt neuen Haushalt"),
        ("", "<h1><span class='kicker'>Etat</span>Rat beschließt<br>neuen Haushalt</h1>", "Rat beschließt neuen Haushalt"),
        ("", "<h1><em>Rat</em> beschließt<span> neuen</span>, nein <b>alten</b> Haushalt</h1>", "Rat beschließt neuen, nein alten Haushalt"),
        ("<meta property='og:title' content='Rat beschließt neuen Haushalt'>", "<h1>Etat: Rat beschließt neuen Haushalt</h1>", "Rat beschließt neuen Haushalt"),
        ("<meta property='og:title' content='Rat beschließt neuen Haushalt: so viel kostet es'>", "<h1>Rat beschließt neuen Haushalt</h1>", "Rat beschließt neuen Haushalt"),
        (ld('{"@type":"NewsArticle","headline":"Rat beschließt neuen …"}'), "<h1>Rat beschließt neuen Haushalt</h1>", "Rat beschließt neuen Haushalt"),
        (ld('{"@type":"NewsArticle","headline":"Rat sagt: "Nein"","datePublished":"x"}'), "<h1>Rat sagt Nein</h1>", "Rat sagt Nein"),
        (ld('{"@type":"NewsArticle","headline":"Rat &amp; Land: &quot;Haushalt&quot;"}'), "", 'Rat & Land: "Haushalt"'),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_alone(head, heading, title):
    assert read(head, heading).draft.title == title


@pytest.mark.parametrize(
    ("head", "body", "at"),
    [
        (ld('{"@type":"Article","datePublished":"2026-03-11T07:30:00+01:00"}'), "", (6, 30)),
        (ld('{"@type":"Article","datePublished":"2026-03-11T07:30"}'), "", (6, 30)),
        # Called UTC, meant locally: the time element knows the offset.
        (ld('{"@type":"Article","datePublished":"2026-03-11T07:30:00Z"}'), "<time datetime='2026-03-11T07:30:00+01:00'></time>", (6, 30)),
        (ld('{"@type":"Article","datePublished":"2026-03-11"}'), "<div class='datum'>11.03.2026, 7.30 Uhr</div>", (6, 30)),
        ("", "<p>Aktualisiert: <time datetime='2026-03-12T09:00+01:00'></time></p><p>Vom <time datetime='2026-03-11T07:30+01:00'></time></p>", (6, 30)),
        (ld('{"@type":"Article","datePublished":"0001-01-01T00:00:00Z"}'), "<p class='date'>11. März 2026 | 07:30 Uhr</p>", (6, 30)),
        ("<meta name='date' content='Wed Mar 11 2026 07:30:00 GMT+0100 (CET)'>", "", (6, 30)),
        ("<meta name='date' content='1773210600000'>", "", (6, 30)),
        ("", "<h1>Rat tagt</h1><p>11.03.26 - 07:30 Uhr</p>", (6, 30)),
        ("", "<h1>Rat tagt</h1><p>Aktualisiert 12.03.2026, 9.00 Uhr Publiziert 11.03.2026, 7.30 Uhr</p>", (6, 30)),
        (ld('{"@type":"Article","datePublished":{"@value":"2026-03-11T07:30:00+01:00[Europe/Berlin]"}}'), "", (6, 30)),
        (ld('{"@type":"Article","headline":"Rat "x"","datePublished":"2026-03-11T07:30:00+01:00"}'), "", (6, 30)),
        (ld('{"@type":"WebPage","datePublished":"2026-03-11T06:30:00+00:00"}'), "", (6, 30)),
    ],
)  # fmt: skip
def test_the_date_is_the_first_publication(head, body, at):
    assert read(head, body).draft.published_at == datetime(2026, 3, 11, *at, tzinfo=UTC)


def test_a_page_without_a_date_has_none():
    assert read().draft.published_at is None


@pytest.mark.parametrize(
    "data",
    [
        '{"@graph":[{"@type":"Person","@id":"#p","name":"Eva Maria"},{"@type":["NewsArticle"],"headline":"T","author":{"@id":"#p"}}]}',
        '[{"@type":"Organization"},{"@type":"https://schema.org/NewsArticle","headline":"T","author":["Eva Maria"]},]',
        '<!-- {"@type":"ReportageNewsArticle","author":{"name":"Eva Maria"}} -->',
        '{"@type":"WebPage","mainEntity":{"@type":"Article","author":[{"name":"Eva Maria"},{"name":"Eva Maria"}]}}',
    ],
)
def test_linked_data_is_read_in_every_form(data):
    assert read(ld(data)).draft.author == "Eva Maria"


def test_of_several_objects_the_one_about_this_page_counts():
    other = ld(
        '{"@type":"NewsArticle","headline":"Anderes","articleSection":"Sport","datePublished":"2020-01-01"}'
    )
    own = ld('{"@type":"NewsArticle","headline":"Rat beschließt neuen Haushalt","articleSection":"Politik"}')
    assert read(other + own).draft.section == "Politik"


def test_broken_linked_data_and_deep_nesting_do_no_harm():
    deep = "[" * 500 + "]" * 500
    assert (
        read(ld("{broken") + ld(deep) + ld('{"@type":"Article","author":{"name":{"x":1}}}')).draft.author
        == ""
    )


@pytest.mark.parametrize("said", ["false", '"False"', '"http://schema.org/False"'])
def test_a_page_that_calls_itself_paid_gives_no_text(said):
    reading = read(ld(f'{{"@type":"NewsArticle","isAccessibleForFree":{said}}}'))
    assert (reading.obstacle, reading.draft.text) == (Obstacle.PAYWALL, "")
    assert reading.draft.title


def test_news_about_cookies_is_no_consent_wall():
    article = "".join(
        f"<p>Das Gericht in Luxemburg hat im Streit um Cookies die Klage Nummer {n} abgewiesen, weil der "
        "Verein nach Ansicht der Richter nicht selbst betroffen war und andere Wege offenstehen.</p>"
        for n in range(6)
    )
    assert (
        examine(f"<html><body><article><h1>Urteil zu Cookies</h1>{article}</article></body></html>").obstacle
        == Obstacle.NONE
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Größe".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("<meta charset='windows-1252'>Größe".encode("cp1252"), "text/html"),
        ("Größe".encode(), "text/html; charset=nonsense"),
        ("<meta charset='iso-8859-1'>Größe".encode("utf-8-sig"), ""),
    ],
)
def test_a_page_is_decoded_as_it_was_meant(body, content_type):
    assert page_text(body, content_type).endswith("Größe")


def test_a_reading_survives_the_pipe_with_halves_of_characters():
    reading = read("", "<h1>Rat beschließt neuen Haushalt</h1>")
    assert from_wire(orjson.loads(to_wire(reading))) == reading


@pytest.mark.parametrize("html", ["", " ", "<!-- -->", "\0"])
def test_what_is_no_page_says_so(html):
    with pytest.raises(IngestError):
        examine(html)


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("dpa/lno", True),
        ("(AFP, Reuters, red.)", True),
        ("Mit Material von dpa und AFP", True),
        ("Per E-Mail teilen", True),
        ("Fehler gefunden? Jetzt melden.", True),
        ("Kontakt zur Redaktion: lokales@bote.example", True),
        ("dpa meldet am Abend einen Brand in der Altstadt.", False),
        ("Mit Material aus dem alten Rathaus baut die Stadt eine Brücke, sagte die Bürgermeisterin am Abend im Rat, in dem es laut wurde und lange dauerte.", False),
        ("Kontakt zu den Behörden habe es nie gegeben, sagt der Anwalt.", False),
    ],
)  # fmt: skip
def test_lines_of_the_page_are_told_from_lines_of_the_article(line, furniture):
    assert is_furniture(line) is furniture
