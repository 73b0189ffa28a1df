"""Text into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.sentences import ends_in_abbreviation, first_sentence, is_balanced, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Es regnet. Es schneit.", ["Es regnet.", "Es schneit."]),
        ("Das 75. Jubiläum war groß. Alle kamen.", ["Das 75. Jubiläum war groß.", "Alle kamen."]),
        ("Am 3. März kam Dr. Meier. Er ging.", ["Am 3. März kam Dr. Meier.", "Er ging."]),
        ("Die Zahl stieg auf 41. Das sagte das Amt.", ["Die Zahl stieg auf 41.", "Das sagte das Amt."]),
        (
            "Rund 2,5 Mio. Euro, z.B. für J. K. Meyer. Gut.",
            ["Rund 2,5 Mio. Euro, z.B. für J. K. Meyer.", "Gut."],
        ),
        ("„Ich gehe. Dann komme ich.“ Er schwieg.", ["„Ich gehe. Dann komme ich.“", "Er schwieg."]),
        ("„Warum?“, fragte sie. Niemand wusste es!", ["„Warum?“, fragte sie.", "Niemand wusste es!"]),
        ("Die «Iris» ist da. Alle jubeln.", ["Die «Iris» ist da.", "Alle jubeln."]),
        ("»Ich gehe. Dann komme ich.« Er schwieg.", ["»Ich gehe. Dann komme ich.«", "Er schwieg."]),
        ("Er rief an.Zuletzt gab es Streit.", ["Er rief an.", "Zuletzt gab es Streit."]),
        ("The U.S. Senate voted. Mr. Hale left.", ["The U.S. Senate voted.", "Mr. Hale left."]),
        ("Erste Zeile\nZweite Zeile.", ["Erste Zeile", "Zweite Zeile."]),
        ("", []),
        (" \n \n", []),
        ("...", ["..."]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


@given(st.text(alphabet="aB1 .!?…„“»«\"'\n", max_size=60))
def test_no_letter_is_lost(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("sentence", "balanced"),
    [
        ("Er sagte „nein“ und ging.", True),
        ("Er sagte „nein und ging.", False),
        ("“No,” she said.", True),
        ("und ging“, sagte er.", False),
        ("Wer (heute) kommt.", True),
        ("Wer (heute kommt.", False),
    ],
)
def test_balance(sentence, balanced):
    assert is_balanced(sentence) is balanced


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Es regnet  sehr. Es schneit.", "Es regnet  sehr."),
        ("Am Sa. Abend und am 3. März. Dann nicht mehr.", "Am Sa. Abend und am 3. März."),
        ("König Ludwig II. Denkmal enthüllt! Viele kamen.", "König Ludwig II. Denkmal enthüllt!"),
        ("Ohne Punkt\nZweite Zeile.", "Ohne Punkt"),
        (" \n", ""),
    ],
)
def test_the_first_sentence_stands_in_the_text_as_it_is(text, first):
    assert first_sentence(text) == first
    assert text.strip().startswith(first)


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("Prof", True),
        ("am 3", True),
        ("Ludwig II", True),
        ("z.B", True),
        ("im Jahr 2026", False),
        ("so", False),
        ("Haus", False),
    ],
)
def test_a_full_stop_may_belong_to_the_word(text, goes_on):
    assert ends_in_abbreviation(text) is goes_on
