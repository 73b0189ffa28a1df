"""Templates, words and times."""

from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import ChoiceLoader, DictLoader, PackageLoader, UndefinedError

from bot.messages.render import Renderer
from bot.messages.words import IncompleteCatalogue, load_words, read_words, require_complete

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
HEAD = 'msgid ""\nmsgstr "Language: de\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture(scope="module")
def words():
    return load_words()


def renderer(words, **templates):
    mine = {f"messages/{name.replace('_', '.', 1)}.jinja": source for name, source in templates.items()}
    times = PackageLoader("templates", "")

    class Few(ChoiceLoader):
        def list_templates(self):
            return [*mine, "messages/times.txt.jinja"]

    return Renderer(loader=Few([DictLoader(mine), times]), words=words)


def shown(words, source, *, language="de", zone="Europe/Berlin", **values):
    return renderer(words, x_html=source).render("x", language=language, zone=zone, now=NOW, **values)


def test_plain_strings_are_escaped_and_harmless_by_themselves(words):
    html = shown(words, "{{ title }} {{ title | upper }}", title="<b>A & B</b> /stop")
    assert (
        html
        == "&lt;b&gt;A &amp; B&lt;/\u2060b&gt; /\u2060stop &lt;B&gt;A &amp; B&lt;/\u2060B&gt; /\u2060STOP"
    )


def test_values_of_sentences_are_escaped_and_harmless_too(words):
    source = '{{ _("today, %(time)s", time=title) }}'
    assert shown(words, source, title="<i>@all") == "heute, &lt;i&gt;@\u2060all"


def test_a_link_leads_only_where_one_may_go(words):
    source = "{{ title | link(url) }}"
    assert shown(words, source, title="A<", url="https://x.example/?a=1&b=2") == (
        '<a href="https://x.example/?a=1&amp;b=2">A&lt;</a>'
    )
    assert shown(words, source, title="A<", url="javascript:x") == "A&lt;"
    assert shown(words, source, title="zu bank.com", url="https://evil.example/") == (
        '<a href="https://evil.example/">zu bank.\u2060com</a> [evil.\u2060example]'
    )


def test_an_undefined_name_fails(words):
    with pytest.raises(UndefinedError):
        shown(words, "{{ nothing }}")


@pytest.mark.parametrize(
    ("language", "span", "text"),
    [
        ("de", timedelta(seconds=30), "gerade eben"),
        ("de", timedelta(minutes=1), "vor einer Minute"),
        ("de", timedelta(minutes=59), "vor 59\u00a0Minuten"),
        ("de", timedelta(hours=1, minutes=59), "vor einer Stunde"),
        ("de", timedelta(hours=23, minutes=59), "vor 23\u00a0Stunden"),
        ("de", timedelta(hours=25), "gestern"),
        ("de", timedelta(days=3), "vor 3\u00a0Tagen"),
        ("de", timedelta(days=9), "2.\u00a0März"),
        ("de", timedelta(days=200), "23.\u00a0August 2025"),
        ("de", -timedelta(hours=3), "gerade eben"),
        ("en", timedelta(hours=1), "an hour ago"),
        ("en", timedelta(days=1, hours=1), "yesterday"),
        ("en", timedelta(days=9), "2\u00a0March"),
    ],
)
def test_ages(words, language, span, text):
    assert shown(words, "{{ at | ago }}", language=language, at=NOW - span) == text


@pytest.mark.parametrize(
    ("language", "span", "text"),
    [
        ("de", timedelta(0), "heute, 7:30\u00a0Uhr"),
        ("de", timedelta(hours=11), "heute, 18:30\u00a0Uhr"),
        ("de", timedelta(days=1), "morgen, 7:30\u00a0Uhr"),
        ("de", -timedelta(hours=12), "gestern, 19:30\u00a0Uhr"),
        ("de", timedelta(days=3), "Samstag, 7:30\u00a0Uhr"),
        ("de", timedelta(days=30), "10.\u00a0April, 8:30\u00a0Uhr"),
        ("en", timedelta(days=1), "tomorrow, 07:30"),
    ],
)
def test_moments(words, language, span, text):
    assert shown(words, "{{ at | moment }}", language=language, at=NOW + span) == text


def test_times_are_the_readers_and_telegrams(words):
    assert shown(words, "{{ at | time }} {{ at | date }}", zone="Asia/Kathmandu", at=NOW) == (
        "12:15\u00a0Uhr Mittwoch, 11.\u00a0März"
    )
    assert shown(words, "{{ at | tg_time }}", at=NOW - timedelta(hours=3)) == (
        '<tg-time unix="1773199800" format="r">vor 3\u00a0Stunden</tg-time>'
    )


def test_a_zone_the_world_has_dropped_is_utc(words):
    assert shown(words, "{{ at | time }}", zone="US/Pacific-New", at=NOW) == "6:30\u00a0Uhr"


def test_lists_numbers_and_topics(words):
    source = "{{ names | map('topic') | listed }}; {{ 12000 | number }}"
    names = ["Nordkorea", "Klimaschutz -Auto", "<b>"]
    assert shown(words, source, names=names) == "Nordkorea, „Klimaschutz -Auto“ und &lt;b&gt;; 12.000"


def test_plural_forms(words):
    source = '{{ ngettext("%(number)s source", "%(number)s sources", n) }}'
    assert [shown(words, source, n=n) for n in (0, 1, 1200)] == ["0 Quellen", "1 Quelle", "1.200 Quellen"]
    assert shown(words, source, n=1, language="en") == "1 source"


def test_an_unknown_language_is_english(words):
    assert shown(words, "{{ at | moment }}", language="fr", at=NOW) == "today, 07:30"


def test_a_text_without_a_translation_stops_the_start(words):
    with pytest.raises(IncompleteCatalogue, match=r"de lacks 'Never said before'.*x\.html\.jinja:2"):
        renderer(words, x_html='\n{{ _("Never said before") }}')
    with pytest.raises(IncompleteCatalogue, match="literal"):
        renderer(words, x_html="{{ _(name) }}")


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ('msgid "a"\nmsgstr ""', "a"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', "a"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] ""', ("a", "as")),
        ('msgid "a"\nmsgstr "b"', ("a", "as")),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "bs"', "a"),
    ],
)
def test_half_a_translation_is_none(entry, wanted):
    made = read_words("de", (HEAD + entry).encode())
    with pytest.raises(IncompleteCatalogue):
        require_complete([made], {wanted: "here"})


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        HEAD.encode() + b'msgid "a"\nmsgstr "b"\nnonsense\n',
        HEAD.encode() + b'#, python-format\nmsgid "%(a)s"\nmsgstr "%(b)s"',
    ],
)
def test_a_broken_catalogue_is_named(content):
    with pytest.raises(IncompleteCatalogue, match="'de'"):
        read_words("de", content)


def test_the_shipped_catalogues_have_every_text_and_no_other(words):
    wanted = Renderer(words=words).wanted()
    known = {message.id for message in words["de"].catalog if message.id}
    assert known == set(wanted)


def test_labels_are_plain_text(words):
    made = renderer(words, labels_txt="{% macro follow(topic) %}Follow {{ topic }}{% endmacro %}")
    assert made.label("follow", language="de", topic="A & B") == "Follow A & B"


def test_a_long_message_is_split_where_it_may_be(words):
    source = "{% for line in lines %}{{ line }}\n{{ may_split }}{% endfor %}"
    made = renderer(words, x_html=source)
    lines = [f"{number} " + "x" * 1000 for number in range(10)]

    parts = made.parts(
        "x", language="de", zone="UTC", now=NOW, keyboard="K", preview_url="https://p.example", lines=lines
    )

    assert [part.html.count("\n") + 1 for part in parts] == [4, 4, 2]
    assert [part.keyboard for part in parts] == ["", "", "K"]
    assert [part.preview_url for part in parts] == ["https://p.example", "", ""]
    assert "\n".join(part.html for part in parts) == "\n".join(lines)
