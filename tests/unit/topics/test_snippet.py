"""The piece of a text that answers a query: the right sentence, every form marked, no word looked at in vain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.analyser import Analyser
from bot.analysis.tokens import spans
from bot.topics import snippet
from bot.topics.snippet import Snippets, _words, _words_at

FILLER = "Am Morgen blieb es in der Stadt noch ruhig."


@pytest.fixture(scope="module")
def analyser():
    return Analyser()


def wanted(analyser, *words):
    readings = [analyser.read(word) for word in words]
    return frozenset(term for one in readings for term in (*one.terms, one.group) if term)


def marked(snippet):
    return [snippet.text[start:end] for start, end in snippet.marks]


def found(analyser, text):
    terms, also = analyser.terms(text, "de")
    return f" {' '.join(terms)} ", f" {' '.join(also)} "


@pytest.mark.parametrize(
    ("word", "sentence", "forms"),
    [
        ("Rakete", "Zwei Raketen und ein Raketentest beunruhigen Tokio.", ["Raketen", "Raketentest"]),
        ("Haus", "Die Häuser am Fluss stehen leer.", ["Häuser"]),
        ("gehen", "Er ging ohne ein Wort.", ["ging"]),
        ("Nordkorea", "Der nordkoreanische Machthaber schweigt.", ["nordkoreanische"]),
        ("Nordkorea", "Die DVRK schweigt.", ["DVRK"]),
    ],
)
def test_the_sentence_with_any_form_is_shown_and_the_form_marked(analyser, word, sentence, forms):
    snippets = Snippets(wanted(analyser, word), analyser=analyser)
    text = f"{FILLER} {sentence} {FILLER}"

    snippet = snippets.of(text, "de", terms=found(analyser, text))

    assert snippet.text == sentence
    assert marked(snippet) == forms


@pytest.mark.parametrize(
    "sentence",
    [
        "Um 16.21 Uhr kam die Entwarnung am Bahnhof.",
        "Am 18. März sperrt die Stadt den Bahnhof.",
        "Die Kosten des Bahnhofs stiegen (plus 9. Nachtrag) auf 18.500.000 Euro!",
    ],
)
@pytest.mark.parametrize("before", ["", f"{FILLER} ", "„Wir warten.“ "])
def test_a_dot_within_a_time_a_date_or_a_number_ends_no_sentence(analyser, before, sentence):
    snippets = Snippets(wanted(analyser, "Bahnhof"), analyser=analyser)

    assert snippets.of(f"{before}{sentence} {FILLER}", "de").text == sentence


def test_in_the_sentence_that_is_shown_irregular_forms_are_marked_too(analyser):
    snippets = Snippets(wanted(analyser, "Minister", "gehen"), analyser=analyser, most=2)

    snippet = snippets.of(f"{FILLER} Der Minister ging. {FILLER}", "de")

    assert marked(snippet) == ["Minister", "ging"]


def test_a_text_without_any_of_the_terms_is_not_read_word_by_word(analyser, monkeypatch):
    snippets = Snippets(wanted(analyser, "Rakete"), analyser=analyser)
    terms = found(analyser, FILLER)
    monkeypatch.setattr(analyser, "found_by", None)

    snippet = snippets.of(FILLER, "de", terms=terms)

    assert snippet.text == FILLER
    assert snippet.marks == ()


@given(
    st.lists(
        st.sampled_from(["Boot/Krieg", "U.S.", "3.500,", "Atom-U-Boot", "(da!)", "_kp", "Bürger:innen", "–"])
    ),
    st.sets(st.integers(0, 80)),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_the_words_at_some_places_are_those_that_reading_all_finds_there(written, places, before, after):
    text = " ".join(written)
    start, end = min(before, len(text)), max(len(text) - after, min(before, len(text)))
    within = {place for place in places if start <= place < end}
    wanted = [word for word in _words(text, start, end) if any(word[0] <= at < word[1] for at in within)]
    assert list(_words_at(text, start, end, within)) == wanted


def test_what_has_no_space_is_read_once_however_often_it_looks_like_a_word_wanted(analyser, monkeypatch):
    read = []
    monkeypatch.setattr(snippet, "spans", lambda text: read.append(len(text)) or spans(text))
    text = "Boot/" * 1_000
    shown = Snippets(wanted(analyser, "Boot", "Krieg"), analyser=analyser, most=2).of(text, "de")
    assert shown.marks
    assert sum(read) <= 3 * len(text)
