"""How well search finds what is meant in the sample news: floors that only rise."""

import json
import re
from collections import defaultdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.analysis.analyser import Analyser
from bot.topics.evaluate import Content
from bot.topics.matching import score_of
from bot.topics.query import neighbours, parse
from bot.topics.relevance import rarity, relevance

# Measured on the sample of 340 articles; see docs/search.md.
FLOORS = {"inflected": 0.975, "country": 0.98, "hyphen": 0.99, "compound": 0.98, "umlaut": 0.9}
MEAN_FLOOR = 0.965
KNOWN_ITEM_FLOOR = 0.9
NOW = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
ANALYSER = Analyser()


@pytest.fixture(scope="module")
def archive():
    text = files("bot.localchat.sample").joinpath("articles.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in text.splitlines()]
    return [
        (
            entry,
            ANALYSER.analyse(
                title=entry["title"],
                summary=entry.get("summary", ""),
                text=entry["text"],
                language=entry["language"],
            ),
        )
        for entry in entries
    ]


def frequencies(archive):
    counts = defaultdict(int)
    for _, found in archive:
        for term in {*found.title_terms, *found.title_also, *found.text_terms, *found.text_also}:
            counts[term] += 1
    return counts


def understood(text, counts):
    known = {joined for joined in neighbours(text) if counts.get(joined)}
    return parse(text, analyser=ANALYSER, now=NOW, zone=ZoneInfo("UTC"), known=known).terms


def scores(archive):
    """(kind, query, F1, missed, wrong) for each labelled query."""
    counts = frequencies(archive)
    lines = Path(__file__).with_name("search_queries.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        kind, query, meant, *may = line.split("\t")
        pattern, allowed = re.compile(meant), re.compile(may[0] if may else r"(?!)")
        texts = [f"{e['title']}\n{e.get('summary', '')}\n{e['text']}" for e, _ in archive]
        wanted = {n for n, text in enumerate(texts) if pattern.search(text)}
        terms = understood(query, counts)
        found = {n for n, (_, content) in enumerate(archive) if score_of(terms, Content(content))}
        found -= {n for n in found - wanted if allowed.search(texts[n])}
        if not wanted:
            assert not found, query
            continue
        f1 = 2 * len(wanted & found) / (len(wanted) + len(found))
        yield kind, query, f1, wanted - found, found - wanted


def test_every_kind_of_query_reaches_its_floor(archive):
    kinds = defaultdict(list)
    report = []
    for kind, query, f1, missed, wrong in scores(archive):
        kinds[kind].append(f1)
        report.append(f"{kind:10} {f1:.3f} {query} missed {sorted(missed)} wrong {sorted(wrong)}")
    means = {kind: sum(found) / len(found) for kind, found in kinds.items()}
    mean = sum(means.values()) / len(means)
    print("\n".join(report), means, mean, sep="\n")
    assert {kind: mean for kind, mean in means.items() if mean < FLOORS[kind]} == {}
    assert mean >= MEAN_FLOOR


def test_an_article_is_found_by_words_of_its_title(archive):
    counts = frequencies(archive)
    weigh = rarity(counts, len(archive))
    reciprocal = []
    for number, (entry, _) in enumerate(archive):
        query = " ".join(re.findall(r"[\w-]{4,}", entry["title"])[:3])
        terms = understood(query, counts)
        found = [
            (relevance(terms.match, Content(c), weigh), n)
            for n, (_, c) in enumerate(archive)
            if score_of(terms, Content(c))
        ]
        order = [n for _, n in sorted(found, reverse=True)]
        reciprocal.append(1 / (order.index(number) + 1) if number in order else 0.0)
    mean = sum(reciprocal) / len(reciprocal)
    print(mean)
    assert mean >= KNOWN_ITEM_FLOOR
