"""An edition over hostile titles: shown literally, with the entities meant and no other."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digests.build import Checked, EditionView, SimilarItem, Source, StoryItem
from bot.messages.clean import plain
from bot.messages.edition import print_edition
from bot.messages.fragments import Fragments
from bot.messages.render import Renderer
from storage.records import EditionState, Length, StoryId
from tests.telegram_parser import check_message, telegram_detect, telegram_parse

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
TITLES = [
    "Ein <b>fetter</b> Titel & mehr",
    "&amp;amp; &lt;script&gt; &nbsp;",
    '</a></b></blockquote><a href="tg://user?id=1">x</a>',
    "{{ 7*7 }} {% raw %} %(count)s %s %d {0}",
    "say /stop now, /start@bot und @all, @durov",
    "report.zip, foo.py, spiegel.de, https://evil.example/x, tg://resolve?domain=x",
    "#Ampel $CASH max@example.org 1.2.3.4",
    "**fett** _kursiv_ `code` [link](https://x.example)",
    "Robert'); DROP TABLE stories;--",
    "\u202eumgekehrt\u2066 und \u200fversteckt",
    "שלום: שיחות השלום נמשכות 12.5%",
    "Z" + "\u0350\u0351\u0352\u0357\u035b" * 10 + "algo",
    "👨‍👩‍👧‍👦" * 60,
    "Wort " * 800,
    "x" * 4000,
    "„Anführung“ und ‚halbe‘ – Gedankenstrich … ½ ² ß ẞ",
    "Zeile\neins\r\nzwei\u2028drei\tTab\x00\x07",
    "\ud800 halbes Zeichen",
    "Öl, Äpfel, Übermut: 1.000.000 € (+3,5 %)",
]
ADDRESSES = [
    "https://www.küstenbote.example/a?x=1&y=2",
    "https://x.example/" + "a" * 1900,
    'https://x.example/mit "Anführung"<>',
    "javascript:alert(1)",
    "tg://user?id=1",
    "//x.example",
    "https://x.example/" + "a" * 9000,
    "urn:depesche:abc",
]


@pytest.fixture(scope="module")
def renderer():
    return Renderer()


def item(number=1, title="Titel", url="https://x.example/1", similar=6, publisher="Küstenbote", **changes):
    one = SimilarItem(
        title=title, publisher=publisher, url=url, published_at=NOW - timedelta(hours=3), is_same_story=True
    )
    made = StoryItem(
        story_id=StoryId(number),
        version=1,
        headline=title,
        url=url,
        publisher=publisher,
        published_at=NOW - timedelta(hours=3),
        first_at=NOW - timedelta(hours=30),
        last_at=NOW - timedelta(hours=1),
        language="de",
        summary=(title, title, title),
        sources=(Source(publisher=publisher, is_wire=False), Source(publisher="B", is_wire=True)),
        similar=tuple(replace(one, is_same_story=index < 3) for index in range(similar)),
        is_development=number % 2 == 0,
    )
    return replace(made, **changes)


def edition(*items, topics=("Nordkorea",), left_over=0, length=Length.NORMAL):
    return EditionView(
        local_date=NOW.date(),
        due_at=NOW,
        state=EditionState.ISSUED if items else EditionState.EMPTY,
        items=items,
        left_over=left_over,
        topics=tuple(topics),
        checked=Checked(articles=312, publishers=10, since=NOW - timedelta(hours=12)),
        length=length,
        next_due_at=NOW + timedelta(hours=11),
    )


def printed(renderer, view, language="de"):
    done = print_edition(renderer, view, language=language, zone="Europe/Berlin", now=NOW)
    for part in done.parts:
        check_message(part.html, json.loads(part.keyboard) if part.keyboard else None)
    return done


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_a_hostile_title_is_shown_literally(renderer, title, language):
    view = edition(item(title=title, publisher=title), item(2, title=title), topics=[title], left_over=0)
    for part in printed(renderer, view, language).parts:
        parsed = telegram_parse(part.html)
        kinds = {entity.kind for entity in parsed.entities}
        assert kinds <= {"bold", "italic", "text_link", "expandable_blockquote", "date_time"}
        links = {entity.url for entity in parsed.entities if entity.kind == "text_link"}
        assert links <= {"https://x.example/1"}
        assert telegram_detect(parsed.text) == ()
    begin = plain(title)[:20]
    whole = plain("".join(telegram_parse(part.html).text for part in printed(renderer, view, language).parts))
    assert begin in whole.replace("\u2060", "")


@pytest.mark.parametrize("url", ADDRESSES, ids=range(len(ADDRESSES)))
def test_a_headline_links_only_where_one_may_go(renderer, url):
    done = printed(renderer, edition(item(url=url)))
    links = [
        one for part in done.parts for one in telegram_parse(part.html).entities if one.kind == "text_link"
    ]
    is_good = ADDRESSES.index(url) < 3
    assert len(links) == (7 if is_good else 0)
    assert bool(done.parts[0].preview_url) is is_good


def test_the_entities_of_a_story_are_exactly_these(renderer):
    [part] = printed(renderer, edition(item(title="Nordkorea weiht U-Boot ein", similar=4))).parts
    found = [(one.kind, one.text) for one in telegram_parse(part.html).entities]
    title, others = "Nordkorea weiht U-Boot ein", 4
    assert [one for one in found if one[0] == "bold"] == [
        ("bold", "Depesche · Mittwoch, 11.\u00a0März"),
        ("bold", f"1. {title}"),
    ]
    assert [one for one in found if one[0] == "text_link"] == [("text_link", title)] * (1 + others)
    assert sum(kind == "expandable_blockquote" for kind, _ in found) == 1
    assert sum(kind == "date_time" for kind, _ in found) == 3 + others
    assert [kind for kind, _ in found].count("italic") == 2
    assert len(found) == 2 + 5 + 1 + 7 + 2


def test_parts_are_numbered_and_every_story_stands_whole_in_one_of_them(renderer):
    items = [item(number, title=f"Nummer {number} " + "lang " * 30) for number in range(1, 21)]
    done = printed(renderer, edition(*items, left_over=9, length=Length.LONG))

    count = len(done.parts)
    assert count > 2
    for number, part in enumerate(done.parts, start=1):
        assert part.html.endswith(f"<i>Teil {number} von {count}</i>")
        assert part.html.count("<blockquote") == part.html.count("</blockquote>")
        keys = [key["text"] for row in json.loads(part.keyboard)["inline_keyboard"] for key in row]
        assert [f"<b>{key}. " in part.html for key in keys] == [True] * part.html.count("<blockquote")
        assert part.silent is (number > 1)
    assert done.items == tuple(items)
    assert "9 weitere Nachrichten passten nicht mehr hinein" in done.parts[-1].html


@pytest.mark.parametrize(
    ("length", "sentences", "similar"), [(Length.SHORT, 1, 3), (Length.NORMAL, 2, 6), (Length.LONG, 3, 6)]
)
def test_the_length_is_the_readers(renderer, length, sentences, similar):
    view = edition(item(title="T", summary=("Eins.", "Zwei.", "Drei.")), length=length)
    [part] = printed(renderer, view).parts
    assert sum(word in part.html for word in ("Eins.", "Zwei.", "Drei.")) == sentences
    assert part.html.count("• ") == similar


def test_an_empty_edition_says_what_was_checked(renderer):
    [part] = printed(renderer, edition(topics=["Nordkorea", "Klima -Auto"])).parts
    assert telegram_parse(part.html).text.replace("\u00a0", " ") == (
        "Nichts Neues zu Nordkorea und „Klima -Auto“.\n"
        "Geprüft: 312 Meldungen aus 10 Medien seit gestern, 19:30 Uhr."
    )
    assert part.keyboard == ""


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        ([("A", False)], "Quelle: Küstenbote, vor 3 Stunden"),
        ([("A", False), ("B", False)], "2 Quellen; zuerst: A, gestern, zuletzt vor einer Stunde"),
        (
            [("A", False), ("B", True), ("C", False)],
            "3 Quellen, davon eine mit übernommenem Text; zuerst: A, gestern, zuletzt vor einer Stunde",
        ),
        (
            [("A", False), ("B", True), ("C", True)],
            "3 Quellen, davon 2 mit übernommenem Text; zuerst: A, gestern, zuletzt vor einer Stunde",
        ),
    ],
)
def test_the_sources_read_as_a_careful_editor_writes(renderer, sources, line):
    told = item(sources=tuple(Source(publisher=name, is_wire=is_wire) for name, is_wire in sources))
    [part] = printed(renderer, edition(told)).parts
    assert line in telegram_parse(part.html).text.replace("\u00a0", " ")


def test_nobody_is_told_an_edition_nothing_of_which_can_be_printed(renderer):
    broken = item(summary=(None,))
    with pytest.raises(ValueError, match="no story"):
        print_edition(renderer, edition(broken), language="de", zone="UTC", now=NOW)


HOSTILE = st.one_of(
    st.sampled_from([*TITLES, "Klima -Auto", "777000777. x", "Q7770Q", " "]), st.text(max_size=30)
)
STORIES = st.builds(
    lambda number, title, similar, is_development, hours: item(
        number,
        title=title,
        similar=similar,
        is_development=is_development,
        first_at=NOW - timedelta(hours=hours),
    ),
    number=st.integers(1, 4),
    title=HOSTILE,
    similar=st.integers(0, 6),
    is_development=st.booleans(),
    hours=st.integers(2, 90),
)
VIEWS = st.builds(
    lambda items, topics, left_over, length: edition(
        *items, topics=topics, left_over=left_over, length=length
    ),
    items=st.lists(STORIES, min_size=1, max_size=9),
    topics=st.lists(HOSTILE, max_size=7),
    left_over=st.integers(0, 3),
    length=st.sampled_from(Length),
)


@given(
    st.lists(
        st.tuples(
            VIEWS,
            st.sampled_from(["de", "en"]),
            st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia"]),
            st.integers(0, 200),
        ),
        min_size=2,
        max_size=4,
    ),
    st.sampled_from([3, 1000]),
)
@settings(max_examples=40)
def test_fragments_change_no_byte(renderer, readers, most):
    kept = Fragments(most)
    for view, language, zone, seconds in readers:
        now = NOW + timedelta(seconds=seconds)
        told = {"language": language, "zone": zone, "now": now}
        assert print_edition(renderer, view, fragments=kept, **told) == print_edition(renderer, view, **told)


def test_a_story_told_again_is_rendered_again_only_when_it_changed(renderer):
    kept, first = Fragments(), item(1, title="Eins")
    readers = {"language": "de", "zone": "Europe/Berlin", "now": NOW, "fragments": kept}
    for told in (first, replace(first, topics=("A",)), replace(first, topics=("B",))):
        print_edition(renderer, edition(item(9), told), **readers)
    assert (kept.misses, kept.hits) == (2, 4)

    changed = replace(first, sources=(*first.sources, Source(publisher="C", is_wire=False)))
    [part] = print_edition(renderer, edition(changed), **readers).parts
    assert "3 Quellen" in part.html
    assert kept.misses == 3
