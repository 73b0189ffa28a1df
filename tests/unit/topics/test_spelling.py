"""What is proposed instead of a word is one that somebody wrote."""

import pytest

from bot.analysis.analyser import Analyser
from bot.topics.spelling import as_written, likest


@pytest.fixture(scope="module")
def analyser():
    return Analyser()


def test_a_stem_is_shown_as_the_word_it_was_cut_from(analyser):
    text = "Two houses burnt down. The house next door, a greenhouse, was spared."

    forms = as_written("hous", text, "en", analyser)

    assert forms == {"house", "houses"}
    assert likest(forms, "hose") == "house"


def test_the_form_likest_what_was_typed_is_proposed(analyser):
    text = "Die Küsten sind flach, die Küste ist lang, der Küstenort klein."

    assert likest(as_written("kueste", text, "de", analyser), "Kuste") == "Küste"
    assert likest(as_written("berg", text, "de", analyser), "Brg") == ""


@pytest.mark.parametrize(("typed", "term"), [("house", "hous"), ("houses", "hous")])
def test_a_borrowed_word_is_read_as_english_too(analyser, typed, term):
    assert term in analyser.read(typed).terms


@pytest.mark.parametrize("typed", ["reise", "regierung", "Berlin", "häuser"])
def test_a_german_word_is_read_as_german_alone(analyser, typed):
    german = set(analyser.words.readings(typed, "de"))

    assert set(analyser.read(typed).terms) <= german | {typed.lower()}
