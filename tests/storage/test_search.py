"""The text index: the sample news give the same answers on both databases, and to topics as to searches."""

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from bot.analysis.analyser import Analyser
from bot.reindex import tend
from bot.search import search
from bot.topics.evaluate import Lines
from bot.topics.matching import TopicIndex, score_of
from bot.topics.query import parse
from storage import completions, finding
from storage import search as storage_search
from storage.checks import inconsistencies
from storage.dialects import postgresql, sqlite
from storage.publisher_terms import publisher_term
from storage.queries import MOST_READINGS, AllOf, AnyOf, Phrase, Prefix, Term, TermQuery, readings
from storage.records import Analysis, NewArticle, Origin, Topic, TopicId
from storage.schema import articles as articles_table
from storage.schema import frequent_terms

ANALYSER = Analyser()
NOW = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
QUERIES = (
    "Nordkorea",
    "Atom-U-Boot",
    "Boot -Nordkorea",
    '"nach eigenen Angaben"',
    "Klima*",
    "Regierung OR Opposition",
    "titel:Nordkorea",
    "quelle:tagblick",
    "Japan OR Rakete quelle:harbour",
    "sprache:en Japan",
    "Kanzler seit:2026-03-05 bis:2026-03-08",
    "-quelle:tagblick Rakete",
    "land:at",
    "Muenchen",
    "gibtesnirgends",
    "Robert'); DROP TABLE articles;--",
)


def sample():
    text = files("bot.localchat.sample").joinpath("articles.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


async def fill(storage, entries):
    async with storage.write() as tx:
        articles = await tx.articles.add_many(
            [
                NewArticle(
                    url=entry["url"],
                    title=entry["title"],
                    text=entry["text"],
                    summary=entry.get("summary", ""),
                    publisher=entry["publisher"],
                    language=entry["language"],
                    published_at=datetime.fromisoformat(entry["published_at"]),
                    first_seen_at=NOW,
                    origin=Origin.FILE,
                )
                for entry in entries
            ]
        )
        analyses = [
            ANALYSER.analyse(title=a.title, summary=a.summary, text=a.text, language=a.language).for_article(
                a.id
            )
            for a in articles
        ]
        await tx.analyses.put(analyses)
    return articles, analyses


def understood(text):
    return parse(text, analyser=ANALYSER, now=NOW, zone=ZONE)


async def pass_over_ids(storage, *, upto):
    """The next article has the id after this one, as if others had been and gone."""
    async with storage.engine.begin() as connection:
        if storage.dialect == "postgresql":
            await connection.execute(select(func.setval("articles_id_seq", upto)))
            return
        first = (await connection.execute(select(articles_table).limit(1))).mappings().one()
        passed = {"id": upto, "url": f"passed {upto}", "url_key": f"passed {upto}"}
        await connection.execute(insert(articles_table).values({**first, **passed}))


async def fill_far_apart(storage, entries):
    """Some articles are neighbours by id, some are not, and nobody is between."""
    articles, analyses = await fill(storage, entries[:150])
    for portion, upto in ((entries[150:300], 5_000), (entries[300:], 21_000)):
        await pass_over_ids(storage, upto=upto)
        more, more_analyses = await fill(storage, portion)
        articles, analyses = articles + more, analyses + more_analyses
    async with storage.engine.begin() as connection:
        await connection.execute(delete(articles_table).where(articles_table.c.url.startswith("passed")))
    return articles, analyses


WAYS = {
    "as a rule": {},
    "neighbours by neighbours": {"is_gathered": lambda _what: False},
    "all at once": {"is_gathered": lambda _what: True},
}


@pytest.mark.parametrize("way", WAYS)
async def test_both_databases_and_the_topics_find_the_same(
    sqlite_storage, postgresql_storage, way, monkeypatch
):
    for name, decision in WAYS[way].items():
        monkeypatch.setattr(postgresql, name, decision)
        monkeypatch.setattr(sqlite, name, decision, raising=False)
    entries = sample()
    articles, analyses = await fill_far_apart(sqlite_storage, entries)
    await fill_far_apart(postgresql_storage, entries)
    index = TopicIndex(ANALYSER)
    index.load(Topic(id=TopicId(n), key=q, query=understood(q).text) for n, q in enumerate(QUERIES))
    matched = {n: [] for n in range(len(QUERIES))}
    for article, analysis in zip(articles, analyses, strict=True):
        facts = {"publisher": article.publisher, "language": article.language}
        for topic_id, score in index.match(analysis, published_at=article.published_at, **facts):
            assert 0 < score <= 1
            matched[topic_id].append(article.id)

    found_any = 0
    for number, text in enumerate(QUERIES):
        query = understood(text).terms
        async with sqlite_storage.read() as lite, postgresql_storage.read() as post:
            found = await lite.search.find(query, limit=1000)
            assert await post.search.find(query, limit=1000) == found
            assert sorted(matched[number]) == sorted(found), text
            assert await post.search.count(query, most=5) == min(len(found), 5)
            assert await lite.search.count(query, most=5) == min(len(found), 5)
            assert await lite.search.find(query, limit=3) == found[:3]
            if len(found) > 1:
                assert await lite.search.find(query, limit=9, before_id=found[0]) == found[1:10]
                assert await post.search.find(query, limit=9, before_id=found[0]) == found[1:10]
        found_any += bool(found)
    assert found_any >= len(QUERIES) - 3


TERMS = st.sampled_from(["a", "b", "c", "ab", "abc", "_kp", "3_5", "москва"])
WORDS = st.lists(TERMS, max_size=5).map(tuple)
LEAVES = st.one_of(
    st.builds(Term, st.lists(TERMS, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()),
    st.builds(
        Phrase,
        st.lists(st.lists(TERMS, min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=3).map(
            tuple
        ),
        st.booleans(),
    ),
    st.builds(Prefix, st.sampled_from(["a", "ab", "мос"]), st.booleans()),
)
MATCHES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("frequent", [(), ("a", "b", "москва")], ids=["", "by pairs"])
async def test_the_index_finds_what_the_topics_match_whatever_the_query(any_storage, frequent):
    storage = any_storage
    cases = []
    async with storage.write() as tx:
        for term in frequent:
            known = insert(frequent_terms).values(term=term, looked_to=0, is_complete=True)
            await tx.search._connection.execute(known)

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None, database=None)
    @given(
        st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=4), MATCHES, st.none() | LEAVES
    )
    def collect(contents, match, unwanted):
        cases.append((contents, match, unwanted))

    collect()
    for number, (contents, match, unwanted) in enumerate(cases):
        async with storage.write() as tx:
            articles = await tx.articles.add_many(
                [
                    NewArticle(
                        url=f"https://example.org/{number}/{place}",
                        title="t",
                        text="",
                        publisher=f"case {number}",
                        published_at=NOW,
                        first_seen_at=NOW,
                        origin=Origin.FILE,
                    )
                    for place in range(len(contents))
                ]
            )
            analyses = [
                Analysis(
                    article_id=article.id,
                    language="de",
                    title_terms=title,
                    title_also=title_also,
                    text_terms=text,
                    text_also=text_also,
                    entities=(),
                )
                for article, (title, title_also, text, text_also) in zip(articles, contents, strict=True)
            ]
            await tx.analyses.put(analyses)
            query = TermQuery(match=match, unwanted=unwanted, publishers=(f"case {number}",))
            found = await tx.search.find(query, limit=99)
            mine = {article.id for article in articles}
            wanted = {one.article_id for one in analyses if score_of(query, Lines.of(one))}
            assert set(found) & mine == wanted, (match, unwanted, contents)


async def add_alike(tx, differing, title="Krieg"):
    """Articles with this title, one for each dictionary of what is different about it."""
    usual = {"title": title, "text": "", "published_at": NOW, "first_seen_at": NOW, "origin": Origin.FILE}
    articles = [
        await tx.articles.add(NewArticle(**{"url": f"https://bote.example/{title}/{place}", **usual, **each}))
        for place, each in enumerate(differing)
    ]
    found = ANALYSER.analyse(title=title, language="de")
    await tx.analyses.put([found.for_article(article.id) for article in articles])
    return articles


@pytest.mark.parametrize("few", [5, 2_000])
async def test_the_newest_articles_with_a_phrase_are_found_be_they_few_or_many(any_storage, monkeypatch, few):
    monkeypatch.setattr(sqlite, "FEW", few)
    async with any_storage.write() as tx:
        told = await add_alike(
            tx, [{"publisher": "Bote" if place < 3 else "Kurier"} for place in range(12)], "Ende Krieg"
        )
        await add_alike(tx, [{}] * 12, "Krieg Ende")
        phrase = Phrase((("ende",), ("krieg",)))
        for publishers, limit, wanted in (((), 4, told[-4:]), ((), 99, told), (("bote",), 4, told[:3])):
            query = TermQuery(match=phrase, publishers=publishers)
            found = await tx.search.find(query, limit=limit)
            assert found == [one.id for one in reversed(wanted)]
            some = await tx.search.candidates(query, newest=limit, titled=2)
            assert [one.article_id for one in some.newest] == found
            older = [] if len(found) < limit else told[-len(found) - 2 : -len(found)]
            assert [one.article_id for one in some.by_title] == [one.id for one in reversed(older)]


@pytest.mark.parametrize(
    ("match", "is_seldom"),
    [
        (Phrase((("ende",), ("krieg",))), True),
        (AnyOf((Term(("ende·krieg",)), Phrase((("enden",), ("krieg",))))), True),
        (AllOf((Term(("atom",)), Phrase((("ende",), ("krieg",))))), True),
        (AnyOf((Term(("endkrieg",)), Phrase((("ende",), ("krieg",))))), False),
        (AllOf((Term(("krieg",)), Term((publisher_term("Bote"),)))), False),
        (Prefix("kri"), False),
    ],
)
def test_what_has_to_be_a_phrase_is_seldom(match, is_seldom):
    assert finding.rests_on_phrase(match) == is_seldom


async def test_filters_alone_find_articles(any_storage):
    articles, _ = await fill(any_storage, sample()[:40])
    async with any_storage.read() as tx:
        everything = TermQuery(match=None)
        assert await tx.search.find(everything, limit=99) == [a.id for a in reversed(articles)]
        late = TermQuery(match=None, since=max(a.published_at for a in articles) - timedelta(minutes=1))
        assert 1 <= len(await tx.search.find(late, limit=99)) < 40
        assert await tx.search.article_count() == articles[-1].id


async def test_what_is_new_is_found_by_when_it_was_published_however_late_it_was_seen(
    any_storage, monkeypatch
):
    """Also where the newest ids are walked alone: some were seen days after they were published."""
    monkeypatch.setattr(finding, "SHORT", 40)
    monkeypatch.setattr(sqlite, "FEW", 5)
    day = timedelta(days=1)
    seen = [NOW - (60 - place) * day for place in range(60)]
    seen[52:55] = [NOW - 11.5 * day] * 3  # as if the clock had been set back meanwhile
    published = [at - place % 5 * day for place, at in enumerate(seen)]
    async with any_storage.write() as tx:
        articles = await add_alike(
            tx,
            [{"published_at": at, "first_seen_at": since} for at, since in zip(published, seen, strict=True)],
        )
        for days in (0, 1, 2, 10, 10.6, 30, 39, 40, 45, 59, 70):
            since = NOW - days * day
            wanted = [one.id for one in reversed(articles) if one.published_at >= since]
            query = TermQuery(match=Term(("krieg",)), since=since)
            assert await tx.search.find(query, limit=99) == wanted, days
            until = TermQuery(match=Term(("krieg",)), since=since, until=NOW - 5 * day)
            older = [one.id for one in reversed(articles) if since <= one.published_at < NOW - 5 * day]
            assert await tx.search.find(until, limit=99) == older, days


async def test_older_titles_of_a_short_time_are_looked_for_within_it(sqlite_storage, monkeypatch):
    # Fewer than have the word, and more than likely have it in the title.
    monkeypatch.setattr(sqlite, "FEW", 20)
    asked = []
    selected = sqlite.selected
    monkeypatch.setattr(sqlite, "selected", lambda what: asked.append(what) or selected(what))
    day = timedelta(days=1)
    async with sqlite_storage.write() as tx:
        times = [NOW - (40 - place) * day for place in range(40)]
        articles = await add_alike(tx, [{"published_at": at, "first_seen_at": at} for at in times])
        query = TermQuery(match=Term(("krieg",)), since=NOW - 10 * day)
        some = await tx.search.candidates(query, newest=3, titled=99)
    newest = [one.id for one in reversed(articles)]
    assert [one.article_id for one in some.newest] == newest[:3]
    assert [one.article_id for one in some.by_title] == newest[3:10]
    assert [what.between for what in asked] == [(articles[29].id, articles[-1].id)] * 2


async def test_no_more_is_walked_for_one_answer_than_is_worth_it_but_a_few_hits_are_found(
    any_storage, monkeypatch
):
    monkeypatch.setattr(storage_search, "WALKED", 20)
    async with any_storage.write() as tx:
        articles = await add_alike(
            tx, [{"publisher": "Bote" if place % 2 else "Kurier"} for place in range(40)]
        )
        for publishers, least, count in (((), 5, 21), (("bote",), 5, 7), (("bote",), 12, 12)):
            query = TermQuery(match=Term(("krieg",)), publishers=publishers)
            some = await tx.search.candidates(query, newest=30, least=least)
            theirs = [one.id for one in reversed(articles) if not publishers or one.publisher == "Bote"]
            assert [one.article_id for one in some.newest] == theirs[:count]
            assert some.is_cut
        monkeypatch.setattr(storage_search, "WALKED", 60)
        for publishers, count in (((), 40), (("bote",), 20)):
            query = TermQuery(match=Term(("krieg",)), publishers=publishers)
            every = await tx.search.candidates(query, newest=50, least=5)
            assert (len(every.newest), every.is_cut) == (count, False)


@pytest.mark.parametrize(
    ("walked", "publishers", "count"),
    [(40, (), 2), (8, (), 0), (80, (), 5), (100, ("bote",), 5), (60, ("bote",), 1), (40, ("bote",), 0)],
)
async def test_no_more_older_titles_are_looked_for_than_are_worth_it(
    any_storage, monkeypatch, walked, publishers, count
):
    monkeypatch.setattr(storage_search, "WALKED", walked)
    async with any_storage.write() as tx:
        articles = await add_alike(
            tx, [{"publisher": "Bote" if place % 2 else "Kurier"} for place in range(40)]
        )
        query = TermQuery(match=Term(("krieg",)), publishers=publishers)
        some = await tx.search.candidates(query, newest=3, titled=5)
        theirs = [one.id for one in reversed(articles) if not publishers or one.publisher == "Bote"]
        assert [one.article_id for one in some.newest] == theirs[:3]
        assert [one.article_id for one in some.by_title] == theirs[3 : 3 + count]


def test_a_publisher_is_no_matter_of_titles():
    war, theirs = Term(("krieg",)), Term((publisher_term("Bote"),))
    found = storage_search.title_only(AllOf((war, theirs)), {"krieg": 9})
    assert found == AllOf((Term(("krieg",), in_title=True), theirs))


async def test_both_databases_rank_alike_by_full_order(sqlite_storage, postgresql_storage):
    await fill(sqlite_storage, sample())
    await fill(postgresql_storage, sample())
    some = 0
    for text in (
        *QUERIES,
        "Regierung",
        "Haus",
        "Berlin Regierung",
        "Deutsch*",
        "Boot OR Bahn",
        "Präsident -Boot",
    ):
        answers = []
        for storage in (sqlite_storage, postgresql_storage):
            services = SimpleNamespace(
                storage=storage, analyser=ANALYSER, clock=SimpleNamespace(now=lambda: NOW)
            )
            for by_story in (False, True):
                result = await search(services, text, limit=25, zone=ZONE, by_story=by_story)
                answers.append(
                    (result.total, [(hit.article.id, hit.score, hit.snippet) for hit in result.hits])
                )
        assert answers[:2] == answers[2:], text
        some += answers[0][0] > 5
    assert some > 10


async def test_tending_puts_the_index_together_and_lists_the_common_beginnings(any_storage, monkeypatch):
    entries = sample()
    for begin in range(0, len(entries), 40):  # many pieces
        await fill(any_storage, entries[begin : begin + 40])
    monkeypatch.setattr(completions, "BROAD", 20)
    query = understood("Regier*").terms
    async with any_storage.read() as tx:
        before = await tx.search.find(query, limit=999)
        assert await tx.search.has_stale_completions()

    rounds = 1
    while await tend(any_storage):
        rounds += 1

    assert rounds == 1 or any_storage.dialect == "sqlite"
    assert not await tend(any_storage)
    async with any_storage.read() as tx:
        assert not await tx.search.has_stale_completions()
        assert await tx.search.find(query, limit=999) == before != []
    assert await inconsistencies(any_storage) == []


async def test_a_phrase_of_ever_so_many_readings_is_asked_by_the_likeliest(any_storage):
    words = (("rat", "raete"),) * 40
    assert len(readings(words)) == MOST_READINGS
    assert readings(words)[0] == " ".join(["rat"] * 40)
    async with any_storage.read() as tx:
        for in_title in (False, True):
            assert await tx.search.find(TermQuery(match=Phrase(words, in_title)), limit=5) == []
