"""An index of many topics matches an article as each topic's query alone would."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.analyser import Analyser
from bot.errors import BadQuery
from bot.topics.evaluate import LEAD_WORDS, Lines
from bot.topics.matching import TopicIndex, score_of
from bot.topics.query import parse
from storage.records import Topic, TopicId

ANALYSER = Analyser()
NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
FACTS = {"publisher": "Tagblick", "language": "de", "published_at": NOW}

NEWS_WORDS = [
    "Haus",
    "Häuser",
    "Boot",
    "Atom-U-Boot",
    "Krieg",
    "Nordkorea",
    "Klimaschutzgesetz",
    "Bote",
    "und",
]
PIECES = [
    *NEWS_WORDS,
    "Klimaschutz",
    "DVRK",
    "OR",
    "-Krieg",
    "-Haus",
    '"Haus Boot"',
    '"Krieg und Haus"',
    "titel:Haus",
    "titel:Boot",
    "Bo*",
    "Krie*",
    "quelle:Tagblick",
    "quelle:Bote",
    "sprache:de",
    "aliase:aus",
]
TEXTS = st.lists(st.sampled_from(NEWS_WORDS), max_size=6).map(" ".join)
FILLER = " ".join(f"w{number}" for number in range(LEAD_WORDS))


def understood(text):
    try:
        return parse(text, analyser=ANALYSER, now=NOW, zone=ZoneInfo("UTC")).terms
    except BadQuery:
        return None


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join), max_size=8),
    TEXTS,
    TEXTS,
    st.booleans(),
)
def test_the_index_finds_what_each_query_would(queries, title, text, is_late):
    text = f"{FILLER} {text}" if is_late else text
    analysed = ANALYSER.analyse(title=title, text=text, language="de")
    wanted = {}
    index = TopicIndex(ANALYSER)
    for number, text_ in enumerate(queries, 1):
        query = understood(text_)
        index.add(Topic(id=TopicId(number), key=text_, query=text_))
        if query is not None and query.admits(**FACTS) and (much := score_of(query, Lines.of(analysed))):
            wanted[number] = much

    assert index.match(analysed, **FACTS) == sorted(wanted.items())
