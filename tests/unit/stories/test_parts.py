"""The small judgements stories are made of."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories import spelling
from bot.stories.agencies import agency
from bot.stories.arrays import Growing, stretches, sums
from bot.stories.bags import SIZE, SMALL, Bag, bag_of, code
from bot.stories.facts import is_news, numbers
from bot.stories.headline import describe, lead_article
from bot.stories.importance import importance
from bot.stories.index import Index
from bot.stories.lookalikes import is_lookalike
from bot.stories.marks import mark_code
from bot.stories.member import member_of
from bot.stories.reasons import Read, reason
from bot.stories.rules import LEAST_NEEDED, fit
from bot.stories.similar import SAME_STORY, related_articles, same_story
from bot.stories.sketch import kicker, sketch, without_kicker
from bot.stories.wire import LONG_TEXT, is_copy, voices
from storage.records import Related, Story, StoryId
from tests.unit.stories.news import NOON, analysed, article


@given(st.lists(st.lists(st.floats(-5, 5, width=32), max_size=6), max_size=6))
def test_sums_of_stretches(parts):
    values = np.array([value for part in parts for value in part], np.float32)
    lengths = np.array([len(part) for part in parts], np.int64)
    starts = np.cumsum(lengths) - lengths

    places, ends = stretches(starts, lengths)

    assert places.tolist() == list(range(len(values)))
    assert sums(values, ends) == pytest.approx([sum(part) for part in parts], abs=1e-4)


@given(st.lists(st.integers(0, 9), max_size=3000))
def test_a_growing_array_holds_what_was_added(added):
    array = Growing(np.int32)
    for number in added:
        array.extend(np.array([number, number], np.int32))

    assert array.values.tolist() == [number for number in added for _ in range(2)]


def test_an_array_forgets_its_front_and_gives_the_room_back():
    array = Growing(np.int32)
    array.extend(np.arange(100_000, dtype=np.int32))
    before = array.memory

    array.drop(30_000)
    array.extend(np.array([7], np.int32))

    assert array.values.tolist() == [*range(30_000, 100_000), 7]
    assert array.memory < before


def test_whoever_reads_in_an_array_keeps_what_was_there_when_it_grows():
    array = Growing(np.int32)
    array.extend(np.arange(1000, dtype=np.int32))
    before = array.values

    array.extend(np.arange(100_000, dtype=np.int32))
    array.values[:1000] = -1

    assert before.tolist() == list(range(1000))
    assert array.values[1000:].tolist() == list(range(100_000))


def bag(counts):
    return bag_of([([code(term)] * count, 1) for term, count in counts.items()])


def made_up(count):
    rng = np.random.default_rng(3)
    return [bag({f"t{term}": 1 for term in rng.zipf(1.5, 30) % 500}) for _ in range(count)]


def test_an_index_gives_a_document_back_as_it_was_added():
    index = Index()
    made = Bag(np.array([SIZE - 1, 0, 7], np.uint32), np.array([255, 1, 2], np.uint8))
    other = Bag(np.array([7], np.uint32), np.array([3], np.uint8))

    numbers = [index.add(made), index.add(other)]

    for number, one in zip(numbers, (made, other), strict=True):
        found = index.document(number)
        assert (found.terms.tolist(), found.counts.tolist()) == (one.terms.tolist(), one.counts.tolist())


def test_the_index_finds_what_a_full_comparison_finds():
    index, documents = Index(), made_up(200)
    for counts in documents:
        index.add(index.ordered(counts))
    query = index.vector(documents[17])
    everything = index.rows(np.arange(len(index)))

    exact = index.cosines([(1.0, query)], everything)
    found, _ = index.candidates(index.ordered(documents[17]), limit=50)

    assert exact[17] == pytest.approx(1, abs=1e-5)
    assert int(found[0]) == 17
    assert set(np.argsort(-exact)[:10].tolist()) <= set(found.tolist())
    assert index.cosines([(0.5, query), (0.5, query)], everything) == pytest.approx(exact, abs=1e-5)


def test_an_index_answers_the_same_however_it_was_filled():
    one_by_one, at_once, documents = Index(), Index(), made_up(1500)
    for counts in documents:
        one_by_one.add(counts)
    for start, end in ((0, 700), (700, 1500)):
        part = documents[start:end]
        lengths = np.array([len(one) for one in part], np.int64)
        at_once.add_many(
            np.concatenate([one.terms for one in part]), np.concatenate([one.counts for one in part]), lengths
        )

    for query in documents[::100]:
        (here, alike), (there, too) = (index.candidates(query, limit=40) for index in (one_by_one, at_once))
        assert here.tolist() == there.tolist()
        assert alike.tolist() == too.tolist()


def test_a_day_that_is_dropped_is_as_if_it_had_never_been():
    index, fresh, documents = Index(), Index(), made_up(900)
    for day in (documents[:300], documents[300:600]):
        index.end_day()
        for counts in day:
            index.add(counts)
    index.end_day()
    index.drop(300)
    for counts in documents[600:]:
        index.add(counts)
    for counts in documents[300:]:
        fresh.add(counts)

    for query in documents[::50]:
        (here, alike), (there, too) = (one.candidates(query, limit=40) for one in (index, fresh))
        assert (here - 300).tolist() == there.tolist()
        assert alike.tolist() == too.tolist()
        rows, own = index.rows(here), fresh.rows(there)
        vector = index.vector(query)
        assert index.cosines([(1.0, vector)], rows).tolist() == fresh.cosines([(1.0, vector)], own).tolist()
    assert len(index) == len(fresh) == 600


@pytest.mark.parametrize(
    ("one", "other", "same_publisher", "expected"),
    [
        ("Lottozahlen vom Mittwoch, 7. Januar", "Lottozahlen vom Samstag, 10. Januar", False, True),
        ("Nordstadt – Südheim 2:1", "Nordstadt – Südheim 0:3", False, True),
        ("Wetter in Bayern: Sturm am Abend", "Wetter in Hessen: Sturm am Abend", True, True),
        ("Wetter in Bayern: Sturm am Abend", "Wetter in Hessen: Sturm am Abend", False, False),
        ("23 Masernfälle nach Hochzeit in Marchau", "41 Masernfälle nach Hochzeit in Marchau", True, False),
        ("Beben erschüttert Samora", "Lokführer streiken ab Montag", True, False),
    ],
)
def test_lookalikes(one, other, same_publisher, expected):
    assert is_lookalike(one, other, same_publisher=same_publisher) is expected


@pytest.mark.parametrize(
    ("author", "text", "expected"),
    [
        ("", "Berlin (dpa) – Der Bundestag hat beschlossen.", "dpa"),
        ("", "Wien/Graz (APA/dpa). Es schneit.", "apa"),
        ("", "Der Bundestag hat beschlossen. © dpa-infocom, dpa:260311-930-1/2", ""),
        ("", "Der Bundestag hat beschlossen. /dpa", "dpa"),
        ("dpa", "Der Bundestag hat beschlossen.", "dpa"),
        ("Anna Reuters-Mayer", "Ein Text.", ""),
        ("", "Die SPD (rot) und die Union (schwarz) stritten.", ""),
        ("", "", ""),
    ],
)
def test_agency_marks(author, text, expected):
    assert agency(author, text) == expected


def test_voices_count_copies_and_agency_texts_once():
    told = [
        article(1, "A", "Seoul (nda) – Text.", publisher="Eins"),
        article(2, "B", "Text.", publisher="Zwei", wire_of=1),
        article(3, "C", "Busan (nda) – Anderes.", publisher="Drei"),
        article(4, "D", "Eigenes.", publisher="Vier"),
        article(5, "E", "Eigenes mehr.", publisher="Vier"),
    ]

    assert voices(told) == 2


def test_numbers_are_figures_and_not_dates():
    assert numbers("Am 3. März 2026 um 12.30 Uhr starben 12 von 7.500 Menschen, 3,5 Prozent") == {
        "12",
        "7500",
        "3.5",
    }
    assert is_news({"41"})
    assert not is_news({"sinpo"})
    assert is_news({"sinpo", "paektusan"})
    assert not is_news(())


def test_a_kicker_that_repeats_counts_as_teaser():
    one, found = analysed(article(1, "Krieg in der Ukraine: Strom fällt aus"))

    assert kicker(one.title) == "krieg in der ukraine"
    assert without_kicker(one.title) == "Strom fällt aus"
    assert kicker("Strom fällt aus") == ""
    once, often = sketch(one, found), sketch(one, found, kicker_repeats=True)
    assert count(once.pieces, "krie") == 2
    assert count(often.pieces, "krie") == 1
    assert count(often.pieces, "stro") == count(once.pieces, "stro") == 2


def count(bag, piece):
    [counted] = bag.counts[bag.terms == code(piece, SMALL)]
    return counted


def shared(one, other, language="de"):
    return reason(Read(*one, language), Read(*other, language), [], rarity=len)


def test_shared_words_are_names_in_their_shortest_spelling():
    found = shared(
        ("Nordkoreas neues Atom-U-Boot", "Die Werft in Sinpo hat das Boot gebaut."),
        ("Nordkorea zeigt Atom-U-Boot", "Bilder aus Sinpo zeigen das Boot."),
    )

    assert set(found) == {"Nordkorea", "Atom-U-Boot", "Sinpo"}
    assert shared(("Das ist die Lage", "Und so weiter"), ("Das ist der Tag", "Und so fort")) == ()
    assert shared(("Putins Rede", ""), ("Putin und Putins General", "")) == ("Putin",)


def test_a_word_is_shared_in_any_of_its_forms_and_as_part_of_a_longer_one():
    assert shared(("Gold im Schließfach", ""), ("Diebe an den Schließfächern", "")) == ("Schließfach",)
    assert shared(("Ein Loch im Tresor", ""), ("Diebe im Tresorraum", "")) == ("Tresor",)


def test_other_languages_write_what_is_shared_small():
    strike = shared(
        ("La huelga paraliza los trenes", ""), ("Segundo día de huelga en el transporte", ""), language="es"
    )
    nothing = shared(("Cómo dormir bien", ""), ("Cómo comer bien", ""), language="es")

    assert strike == ("huelga",)
    assert nothing == ()


def test_what_foreign_articles_share_is_said_in_german_where_it_has_a_name():
    deal = Read("Ireland votes on methane", "Ministers voted for hours.", "en")
    other = Read("Methane: Ireland holds out", "The ministers voted again.", "en")
    marks = [(mark_code("concept", "Streik/strike"), 5.0)]

    assert reason(deal, other, marks, rarity=len) == ("Streik", "Ireland")


def test_a_storys_headline_informs():
    told = [
        article(1, "WAHNSINN! SO HEFTIG WAR DAS BEBEN AUF SAMORA", "Text."),
        article(2, "Erdbeben auf Samora: Zwölf Tote in der Hafenstadt Belun", "Text."),
        article(3, "Warum bebte auf Samora die Erde?", "Text."),
        article(4, "Samora", "Text."),
        article(5, "Earthquake on Samora kills twelve in the port of Belun", "Text.", language="en"),
    ]

    assert describe(told).lead_id == 2
    assert describe(told).language == "de"
    assert describe(told).article_count == 5
    assert lead_article(told, language="en").id == 5


def test_importance_grows_with_sources_and_fades_with_time():
    def story(sources, hours):
        return Story(
            id=StoryId(1), headline="", lead_id=1, language="de", first_at=NOON, article_count=sources,
            last_at=NOON - timedelta(hours=hours), independent_count=sources,
        )  # fmt: skip

    def weight(of, articles=(), **countries):
        return importance(of, articles, countries=countries, now=NOON)

    assert weight(story(5, 1)) > weight(story(2, 1)) > weight(story(2, 30))
    copies = [article(number, "A", publisher="Eins") for number in (1, 2)]
    spread = [article(number, "A") for number in (1, 2)]
    assert weight(story(2, 1), spread) > weight(story(2, 1), copies)
    neighbours = [article(1, "A", publisher="Eins"), article(2, "A", publisher="Zwei")]
    assert weight(story(2, 1), neighbours, Eins="at", Zwei="ch") > weight(story(2, 1), neighbours, Eins="at")
    assert weight(story(2, 1), neighbours, Eins="at", Zwei="at") == weight(story(2, 1), neighbours)
    old = [replace(one, published_at=NOON - timedelta(hours=4)) for one in spread]
    assert weight(story(2, 1), spread) > weight(story(2, 1), old)


def test_similar_news_come_best_first_the_nearest_of_each_story_before_the_rest():
    own = article(1, "Nordkorea lässt U-Boot zu Wasser", story=1)
    near = article(2, "Nordkorea testet Rakete", story=2)
    far = article(3, "Nordkorea ehrt Sportler", story=2)
    stray = article(4, "Nordkorea: Wetter", story=3)
    twin = article(5, "U-Boot aus Nordkorea", story=1)
    link = Related(story_id=StoryId(1), other_id=StoryId(2), score=0.3, reason=("Nordkorea",))

    found = related_articles([link], {2: [far, near]}, {2: 0.3, 4: 0.01}, limit=5)

    assert [one.article.id for one in found] == [2, 3]
    assert found[0].score == SAME_STORY * 0.3
    assert found[0].reason == ("Nordkorea",)
    assert same_story(own, [own, stray, twin], {5: 0.8}) == (twin, stray)


def test_a_related_article_that_resembles_comes_before_one_near_by_its_subject():
    event, subject = article(2, "Atom-U-Boot getauft", story=2), article(3, "U-Boot im Museum", story=3)
    links = [
        Related(story_id=StoryId(1), other_id=StoryId(3), score=0.30, reason=("U-Boot",)),
        Related(story_id=StoryId(1), other_id=StoryId(2), score=0.28, reason=("Nordkorea",)),
    ]

    found = related_articles(links, {2: [event], 3: [subject]}, {2: 0.2}, limit=5)

    assert [one.article.id for one in found] == [2, 3]
    assert all(0 < one.score < SAME_STORY for one in found)


def test_two_headlines_join_more_easily_where_nobody_has_more_than_headlines():
    def score(words_each):
        return fit(
            np.array([0.15], np.float32),
            language="de",
            same_publisher=False,
            other_section=False,
            is_abroad=False,
            lead_length=0,
            words_each=words_each,
        )

    assert score(8.0) > 1 > score(16.0)


@pytest.mark.parametrize(("language", "joins"), [("en", False), ("fr", True)])
def test_english_headlines_have_to_share_more_where_nobody_has_more_than_headlines(language, joins):
    def score(words_each):
        return fit(
            np.array([0.14, 0.13, 0.12], np.float32),
            language=language,
            same_publisher=False,
            other_section=False,
            is_abroad=False,
            lead_length=0,
            words_each=words_each,
        )

    assert score(16.0) > 1
    assert (score(9.0) > 1) is joins


def test_long_english_reports_have_to_share_more_than_short_ones_or_than_german_and_english():
    def score(lead_length, *, is_abroad):
        return fit(
            np.array([0.15, 0.15, 0.12], np.float32),
            language="en",
            same_publisher=False,
            other_section=False,
            is_abroad=is_abroad,
            lead_length=lead_length,
            words_each=40.0,
        )

    assert score(80, is_abroad=False) > 1 > score(600, is_abroad=False)
    assert score(600, is_abroad=True) > 1


@pytest.mark.parametrize("mark", ["AFP", "Reuters", "KEYSTONE-SDA", "APA", "dpa"])
def test_every_agency_is_known_by_dateline_end_and_author(mark):
    told = "Der Bundestag hat beschlossen."

    assert agency("", f"BERN ({mark}) – {told}") == mark.lower()
    assert agency("", f"{told} ({mark})") == mark.lower()
    assert agency(mark, told) == mark.lower()


def test_a_long_copy_cut_to_half_is_one_and_an_own_report_is_none():
    wire = " ".join(
        f"Satz {number} erzählt vom Beben auf Samora und von Haus {number * 7}." for number in range(40)
    )
    own = " ".join(
        f"In Belun sah Nachbarin {number} die Erde beben, Straße {number * 3}." for number in range(40)
    )
    first, cut, other = (
        member_of(*analysed(article(number, f"Titel {number}", text)))
        for number, text in enumerate((wire, wire[: len(wire) // 2], own))
    )

    assert len(wire) // 2 > LONG_TEXT
    assert is_copy(first, cut)
    assert not is_copy(first, other)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.sampled_from(["de", "fr"]), st.integers(0, 700))
def test_what_resembles_too_little_fits_nowhere(values, language, lead_length):
    alike = np.array(values, np.float32)
    score = fit(
        alike,
        language=language,
        same_publisher=False,
        other_section=False,
        is_abroad=False,
        lead_length=lead_length,
        words_each=9.0,
    )

    assert score < 1 or max(values) >= LEAST_NEEDED - 1e-6


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Selenskyj", "selenskyj"),
        ("Große Öfen in Łódź", "grosse oefen in lodz"),
        ("„Erdoğan“ – čas", "„erdogan“ – cas"),
        ("Groß " * 40, "gross " * 40),
    ],
)
def test_one_spelling_for_words_and_texts(text, folded):
    assert spelling.fold(text) == folded
