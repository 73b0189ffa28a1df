"""The query language: what is understood, and that everything else is refused in a sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.analysis.analyser import Analyser
from bot.errors import BadQuery, QueryFault
from bot.topics.meant import telling_terms
from bot.topics.query import parse, without_filters
from storage.queries import AllOf, AnyOf, Phrase, Prefix, Term

ANALYSER = Analyser()
NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def understood(text, **more):
    return parse(text, **({"analyser": ANALYSER, "now": NOW, "zone": ZONE, "counts": {}} | more))


@pytest.mark.parametrize(
    "same",
    [
        ("Nordkorea", "nordkoreanisch", "NORTH KOREA", "Nordkoreas", "DVRK", "Corée du Nord"),
        ("Klimaschutz", "Klima-Schutz", "Klima Schutz", "Klimaschutzes"),
        ("Haus OR Boot", "Boot ODER Haus", "Haus|Boot"),
        ("Kiew", "Kyjiw", "Kyiv"),
        ("quelle:Tagblick Rente", "Rente source:tagblick"),
        ("Rente -Auto", "Rente –Auto"),
    ],
)
def test_spellings_of_one_wish_have_one_key(same):
    assert len({understood(text).key for text in same}) == 1


def test_what_the_archive_knows_as_a_compound_is_looked_for_as_one():
    asked = {"atom", "atomuboot", "uboot", "ubootjapan", "japan"}
    assert set(telling_terms("Atom U-Boot Japan", ANALYSER)) == asked
    found = {
        understood(text, counts={"atomuboot": 1}).terms
        for text in ("Atom U-Boot", "Atom-U-Boot", "Atomuboot")
    }
    assert found == {
        understood("Atom-U-Boot").terms,
    }
    assert len(understood("Trump Putin").terms.match.parts) == 2


@pytest.mark.parametrize(
    ("typed", "counts", "is_one"),
    [
        ("Bahn Streik", {"bahn": 400, "streik": 900, "bahnstreik": 4}, True),
        ("Bahn Streik", {"bahn": 401, "streik": 900, "bahnstreik": 4}, False),
        ("Bahn Streik", {"bahn": 400, "streik": 900}, False),
        ("Berlin Wahl", {"berlin": 5000, "wahl": 9000, "berlinwahl": 3}, False),
        ("Bahn Streik", {}, True),
        ("Berlin Wahl", {}, False),
    ],
)
def test_words_that_seldom_are_a_compound_are_looked_for_each(typed, counts, is_one):
    query = understood(typed, counts=counts)
    assert isinstance(query.terms.match, AnyOf if is_one else AllOf)
    # A topic keeps the text alone, and what the archive has changes.
    assert understood(query.text, counts=None) == query


@pytest.mark.parametrize(
    ("typed", "counts", "respelt"),
    [
        ("Hauser", {"hauser": 2, "haus": 400}, "Hauser OR Häuser"),
        ("titel:Rente Lander", {"land": 90}, "titel:Rente Lander OR Länder"),
        ("Hauser", {"hauser": 40, "haus": 400}, "Hauser"),
        ("Hauser", {"hauser": 2, "haus": 5}, "Hauser"),
        ("-Hauser Rente", {"haus": 400}, "-Hauser Rente"),
        ('"Hauser"', {"haus": 400}, '"Hauser"'),
        ("Ware", {"waere": 400}, "Ware"),
    ],
)
def test_a_word_the_archive_hardly_has_may_have_lost_its_umlaut(typed, counts, respelt):
    query = understood(typed, counts=counts)
    assert query.text == respelt
    assert query.terms == understood(respelt).terms


def test_each_piece_of_the_language():
    assert understood('"Krieg in der Ukraine"').terms.match == Phrase((("krieg",), ("ukraine",)))
    assert understood("Boot*").terms.match == Prefix("boot")
    assert understood("titel:Rente").terms.match == Term(("rente",), in_title=True)
    assert isinstance(understood("Rente OR Pension").terms.match, AnyOf)
    assert understood("land:at Rente").terms.match == AllOf((Term(("_at",)), Term(("rente",))))
    query = understood("Rente -Auto quelle:Tagblick -quelle:bild sprache:deutsch seit:7d bis:gestern").terms
    assert query.unwanted == Term(("auto",))
    assert (query.publishers, query.unwanted_publishers, query.languages) == (
        ("tagblick",),
        ("bild",),
        ("de",),
    )
    assert query.since == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert query.until == datetime(2026, 3, 10, 23, 0, tzinfo=UTC)


def test_aliases_are_shown():
    query = understood("Nordkorea Raketen")
    assert query.words == ("Nordkorea", "Raketen")
    assert {"nordkoreanisch", "Nordkoreaner", "DVRK", "North Korea"} <= set(query.aliases)


@pytest.mark.parametrize(
    ("text", "fault", "suggestion"),
    [
        ("", QueryFault.EMPTY, ""),
        (" 🎉 !", QueryFault.EMPTY, ""),
        ("der die das", QueryFault.ONLY_STOP_WORDS, ""),
        ("-Putin", QueryFault.ONLY_EXCLUSIONS, ""),
        ("Rente " * 60, QueryFault.TOO_LONG, ""),
        ("a1 " * 30, QueryFault.TOO_LONG, ""),
        ('"offen', QueryFault.QUOTE, ""),
        ("Rente OR", QueryFault.OR, ""),
        ("OR Rente", QueryFault.OR, ""),
        ("Ab*", QueryFault.SHORT_PREFIX, ""),
        ("quele:bild", QueryFault.UNKNOWN_FIELD, "quelle"),
        ("Rente seit:", QueryFault.MISSING_VALUE, ""),
        ("Rente -seit:7d", QueryFault.CANNOT_EXCLUDE, ""),
        ("sprache:klingonisch Rente", QueryFault.UNKNOWN_LANGUAGE, ""),
        ("land:xx", QueryFault.UNKNOWN_COUNTRY, ""),
        ("Rente seit:2026-99-01", QueryFault.BAD_DATE, ""),
        ("Rente seit:9999y", QueryFault.BAD_DATE, ""),
        ("Rente seit:2026-03-01 bis:2026-02-01", QueryFault.EMPTY_RANGE, ""),
    ],
)
def test_what_is_wrong_is_said(text, fault, suggestion):
    with pytest.raises(BadQuery) as caught:
        understood(text)
    assert caught.value.fault == fault
    assert caught.value.suggestion == suggestion
    assert "\n" not in str(caught.value)


PIECES = st.sampled_from(
    [
        "Nordkorea",
        "Atom",
        "U-Boot",
        '"',
        "„",
        "“",
        "-",
        "OR",
        "|",
        "*",
        "Boot*",
        "quelle:",
        "seit:",
        "7d",
        "bis:gestern",
        "titel:",
        "land:",
        "at",
        "sprache:de",
        "der",
        "🎉",
        "\x00",
        "'",
        ");--",
        "NEAR(",
        "a",
        "Straße",
        ":",
        "\n",
        "Нью",
    ]
)
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
)


@example("\x1b|0")
@example("seit:7d \x1b|0")
@example(";".join("0" * 17))
@given(QUERIES)
def test_any_text_is_understood_or_refused(text):
    try:
        query = understood(text)
    except BadQuery:
        return
    again = understood(query.text)
    assert (again.terms, again.key) == (query.terms, query.key)


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("Krieg seit:7d", "Krieg", "seit:7d"),
        ("Quelle:bote titel:Krieg OR Frieden -Japan", "titel:Krieg OR Frieden -Japan", "quelle:bote"),
        ('land:at "Krieg und Frieden" -quelle:bote', 'land:at "Krieg und Frieden"', "-quelle:bote"),
        ("sprache:en", "", "sprache:en"),
        ("Krieg aliase:aus", "Krieg aliase:aus", ""),
    ],
)
def test_words_and_filters_are_told_apart(text, words, filters):
    assert without_filters(text) == (words, filters)
