"""The bundled sample news keep what their README promises."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SAMPLE = Path(__file__).parents[2] / "bot" / "localchat" / "sample"
FIRST = datetime.fromisoformat("2026-03-02T05:00:00+01:00")
LAST_DAY = datetime.fromisoformat("2026-03-11T06:00:00+01:00")
END = datetime.fromisoformat("2026-03-11T20:00:00+01:00")
SWISS = "Aareblatt"
AGENCIES = {"nda", "alp", "seawire"}
REQUIRED = {
    "url", "title", "summary", "text", "published_at", "publisher", "language", "section", "story",
}  # fmt: skip
OPTIONAL = {"author", "wire"}
WEEKDAYS = re.compile(
    r"\b(?:(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)\w*"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|märz|march \d+|\d+ march|\d+ mars)\b",
    re.IGNORECASE,
)
# Words that are frequent in one language and rare in the others.
ENGLISH = re.compile(r"\b(?:the|and|with|which|from|were|their|would)\b", re.IGNORECASE)
GERMAN = re.compile(r"\b(?:und|nicht|eine|wurde|werden|nach|auch|dass)\b", re.IGNORECASE)
FRENCH = re.compile(r"\b(?:le|la|les|une|est|dans|pour|qui)\b", re.IGNORECASE)
OWN_WORDS = {"de": GERMAN, "en": ENGLISH, "fr": FRENCH}

Article = dict[str, str]


def read_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return read_lines("articles.jsonl")


@pytest.fixture(scope="module")
def publishers() -> dict[str, dict]:
    return {row["name"]: row for row in read_lines("publishers.jsonl")}


def written(article: Article) -> str:
    return "\n".join((article["title"], article["summary"], article["text"]))


def when(article: Article) -> datetime:
    return datetime.fromisoformat(article["published_at"])


def event(article: Article) -> str:
    """The label without its chapter."""
    return article["story"].split("/")[0]


def by_event(articles: Iterable[Article]) -> dict[str, list[Article]]:
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[event(article)].append(article)
    return groups


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def overlap(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """The part of the shorter text that stands in the longer one."""
    return len(one & other) / min(len(one), len(other))


def offenders(articles: Iterable[Article], wrong: Iterable[bool]) -> list[str]:
    return [article["url"] for article, is_wrong in zip(articles, wrong, strict=True) if is_wrong]


def test_every_article_has_its_fields(articles):
    for article in articles:
        assert set(article) >= REQUIRED, article["url"]
        assert set(article) <= REQUIRED | OPTIONAL, article["url"]
        assert all(isinstance(value, str) for value in article.values()), article["url"]
        assert all(article[field] for field in REQUIRED - {"summary"}), article["url"]


def test_there_is_enough_to_read_in_each_language(articles):
    languages = Counter(article["language"] for article in articles)
    assert languages["de"] >= 165
    assert languages["en"] >= 35
    assert languages["fr"] >= 6
    assert set(languages) == {"de", "en", "fr"}


def test_publishers_are_the_ones_listed(articles, publishers):
    assert 10 <= len(publishers) <= 12
    assert {article["publisher"] for article in articles} == set(publishers)
    for row in publishers.values():
        assert urlsplit(row["address"]).hostname == f"www.{row['publisher']}"
    assert Counter(row["language"] for row in publishers.values()) == {"de": 8, "en": 2, "fr": 1}
    assert {"AT", "CH"} < {row["country"] for row in publishers.values()}


def test_addresses_are_unique_and_lead_nowhere(articles, publishers):
    addresses = [article["url"] for article in articles]
    assert len(set(addresses)) == len(addresses)
    for article in articles:
        parts = urlsplit(article["url"])
        row = publishers[article["publisher"]]
        assert parts.scheme == "https"
        assert parts.hostname == f"www.{row['publisher']}"
        assert parts.hostname.endswith(".example")
        assert article["language"] == row["language"]
        assert re.fullmatch(r"[a-z0-9/._-]+", parts.path), article["url"]


def test_articles_come_in_order_within_the_ten_days(articles):
    times = [when(article) for article in articles]
    assert times == sorted(times)
    assert times[0] >= FIRST
    assert times[-1] <= END
    # One zone for all: the demo moves the clock on the wall to other days.
    assert {time.utcoffset() for time in times} == {timedelta(hours=1)}
    assert len({time.date() for time in times}) == 10


def test_the_last_day_is_busy_from_morning_to_evening(articles):
    live = [when(article) for article in articles if when(article).date() == LAST_DAY.date()]
    assert len(live) >= 45
    assert min(live) >= LAST_DAY
    assert len({time.hour for time in live}) >= 12


def test_texts_have_the_length_of_news(articles):
    lengths = [len(article["text"].split()) for article in articles]
    assert offenders(articles, (not 38 <= length <= 450 for length in lengths)) == []
    assert offenders(articles, (not 20 <= len(article["title"]) <= 120 for article in articles)) == []
    assert sum(90 <= length <= 260 for length in lengths) > len(articles) * 0.6
    assert sum(length >= 300 for length in lengths) >= 4
    assert sum(length <= 80 for length in lengths) >= 20
    teased = sum(bool(article["summary"]) for article in articles)
    assert len(articles) * 0.6 < teased < len(articles)


def test_texts_are_clean(articles):
    for article in articles:
        for field in ("title", "summary", "text"):
            value = article[field]
            assert value == value.strip(), article["url"]
            assert "  " not in value, article["url"]
            assert not re.search(r"\n{3,}|(?<!\n)\n(?!\n)|[ \t]\n|\n[ \t]|[<>{}\t]", value), article["url"]
            assert not re.search(r" [,.;]|,,|(?<!\.)\.\.(?!\.)", value), article["url"]


def test_texts_are_in_the_language_they_claim(articles):
    for article in articles:
        found = {
            language: len(words.findall(article["text"])) / len(article["text"].split())
            for language, words in OWN_WORDS.items()
        }
        # Lottery numbers have few little words.
        if len(article["text"].split()) >= 90:
            assert max(found, key=lambda language: found[language]) == article["language"], article["url"]
        if article["language"] == "de":
            assert found["en"] < 0.01, article["url"]


def test_no_text_names_a_day_that_the_demo_would_move(articles):
    assert [hit[0] for article in articles for hit in WEEKDAYS.finditer(written(article))] == []


def test_german_quotes_are_balanced(articles):
    for article in articles:
        if article["language"] != "de":
            continue
        opening, closing = ("«", "»") if article["publisher"] == SWISS else ("„", "“")
        for part in (article["title"], article["summary"], *article["text"].split("\n\n")):
            depth = 0
            for sign in part:
                depth += (sign == opening) - (sign == closing)
                assert depth in {0, 1}, (article["url"], part)
            assert depth == 0, (article["url"], part)
            assert not set(part) & (set('"”„“«»') - {opening, closing}), (article["url"], part)
            assert part.count("‚") == part.count("‘"), (article["url"], part)


def test_the_swiss_outlet_writes_no_eszett(articles):
    swiss = [article for article in articles if article["publisher"] == SWISS]
    assert offenders(swiss, ("ß" in written(article) for article in swiss)) == []
    assert any("gross" in article["text"] for article in swiss)
    others = [a for a in articles if a["language"] == "de" and a["publisher"] != SWISS]
    swiss_forms = re.compile(r"\b(?:gross|Strasse|heiss|weiss nicht|ausser|Fuss)\b")
    assert offenders(others, (bool(swiss_forms.search(written(article))) for article in others)) == []


def test_the_austrian_outlet_sounds_austrian(articles):
    text = "\n".join(written(article) for article in articles if article["publisher"] == "Donaubote")
    assert all(word in text for word in ("Jänner", "heuer", "Spital"))
    assert "Januar" not in text


def test_many_events_are_told_by_several_outlets(articles):
    outlets = {
        label: len({article["publisher"] for article in told}) for label, told in by_event(articles).items()
    }
    assert sum(count >= 2 for count in outlets.values()) >= 28
    assert sum(count >= 4 for count in outlets.values()) >= 10
    assert sum(count == 1 for count in outlets.values()) >= 20


def test_events_go_on_over_days(articles):
    days = [{when(article).date() for article in told} for told in by_event(articles).values()]
    assert sum(len(found) >= 2 for found in days) >= 8
    assert sum(len(found) >= 3 for found in days) >= 4


def test_a_chapter_follows_the_one_before(articles):
    first_told: dict[str, datetime] = {}
    for article in articles:
        first_told.setdefault(article["story"], when(article))
    chapters = [label for label in first_told if "/" in label]
    assert len(chapters) >= 5
    for label in chapters:
        name, number = label.split("/")
        before = name if number == "2" else f"{name}/{int(number) - 1}"
        assert first_told[before] < first_told[label]


def test_events_cross_languages(articles):
    languages = [{article["language"] for article in told} for told in by_event(articles).values()]
    assert sum({"de", "en"} <= found for found in languages) >= 6
    assert any({"de", "en", "fr"} <= found for found in languages)


def test_wire_copies_are_nearly_the_same_text_and_name_their_agency(articles):
    copies: dict[tuple[str, str], list[Article]] = defaultdict(list)
    for article in articles:
        if "wire" in article:
            assert article["wire"] in AGENCIES
            assert f"({article['wire']})" in article["text"].casefold(), article["url"]
            copies[article["story"], article["wire"]].append(article)
    assert len(copies) >= 5
    for (story, _), told in copies.items():
        assert len({article["publisher"] for article in told}) == len(told) >= 2, story
        for one, other in combinations(told, 2):
            assert overlap(shingles(one["text"]), shingles(other["text"])) > 0.6, (one["url"], other["url"])
            assert one["title"] != other["title"]


def test_a_wire_copy_stands_beside_an_own_text(articles):
    for told in by_event(articles).values():
        if any("wire" in article for article in told):
            assert any("wire" not in article for article in told), told[0]["story"]


def test_other_tellings_are_really_different(articles):
    pieces = [shingles(article["text"]) for article in articles]
    for (one, left), (other, right) in combinations(zip(articles, pieces, strict=True), 2):
        same_wire = "wire" in one and one.get("wire") == other.get("wire") and one["story"] == other["story"]
        # The lottery's sentences are a form: other numbers, the same words.
        form = event(one).startswith("lotto") and event(other).startswith("lotto")
        if not same_wire and not form:
            assert overlap(left, right) < 0.1, (one["url"], other["url"])


def test_no_two_titles_are_the_same(articles):
    titles = Counter(article["title"].casefold() for article in articles)
    assert [title for title, count in titles.items() if count > 1] == []


def test_lookalikes_are_different_events(articles):
    known = {article["story"] for article in articles}
    groups = read_lines("lookalikes.jsonl")
    assert len(groups) >= 10
    for group in groups:
        assert group["why"]
        assert len(group["stories"]) >= 2
        assert set(group["stories"]) <= known
        events = [label.split("/")[0] for label in group["stories"]]
        assert len(set(events)) == len(events)


@pytest.mark.parametrize(
    ("word", "at_least"),
    [
        ("nordkorea", 12),
        ("klimaschutz", 5),
        (r"\bbahn", 5),
        ("fu(?:ß|ss)ball", 5),
        (r"künstliche[nr]? intelligenz|\bki\b", 5),
        ("krankenh(?:aus|äus)", 5),
        (r"\beu\b", 5),
        ("raumfahrt", 5),
        ("schweiz", 5),
        ("österreich", 5),
        (r"\bmiete", 5),
        (r"\bwohnung", 5),
    ],
)
def test_topics_find_enough_to_read(articles, word, at_least):
    pattern = re.compile(word, re.IGNORECASE)
    found = [a for a in articles if a["language"] == "de" and pattern.search(written(a))]
    assert len(found) >= at_least
    assert len({event(article) for article in found}) >= 2


def test_north_korea_is_followed_all_along(articles):
    pattern = re.compile("nordkorea|pjöngjang|dvrk", re.IGNORECASE)
    found = [a for a in articles if a["language"] == "de" and pattern.search(written(a))]
    assert len({event(article) for article in found}) >= 5
    assert len({when(article).date() for article in found}) >= 8
    text = "\n".join(map(written, articles))
    for form in ("Nordkoreas", "nordkoreanisch", "Nordkoreaner", "DVRK", "Pjöngjang", "Pyongyang"):
        assert form in text
    for form in ("Atom-U-Boot", "Atom U-Boot", "Atomuboot", "Kiew", "Kyjiw", "Kyiv", "G-20", "G20"):
        assert form in text
    for form in ("Tschaikowskyj", "Tschaikowskij", "Tschaikowsky", "Chaikovskyi", "Tchaïkovsky"):
        assert re.search(rf"\b{form}\b", text)


def test_the_breaking_item_belongs_to_a_story_that_goes_on(articles):
    item = json.loads((SAMPLE / "breaking.json").read_text(encoding="utf-8"))
    at = datetime.fromisoformat(item["published_at"])
    told = [article for article in articles if article["story"] == item["story"]]
    linked = next(article for article in told if article["url"] == item["url"])
    assert LAST_DAY <= when(linked) <= at <= END
    later = {article["publisher"] for article in told if when(article) > at}
    assert len(later) >= 3
    assert len(item["title"]) <= 120
    assert 100 <= len(item["text"]) <= 600
    assert not WEEKDAYS.search(item["title"] + item["text"])


def test_the_readme_gives_the_right_counts(articles):
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    languages = Counter(article["language"] for article in articles)
    last_day = sum(when(article) >= LAST_DAY for article in articles)
    assert (
        f"{len(articles)}: {languages['de']} German, {languages['en']} English, {languages['fr']} French; "
        f"{last_day} on the last day"
    ) in readme
    assert f"| events (labels before the slash) | {len(by_event(articles))}," in readme
