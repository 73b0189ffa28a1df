"""Words become terms that all their forms share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.analyser import Analyser
from bot.analysis.fingerprint import fingerprint, similarity
from bot.analysis.folding import fold, fold_bare
from bot.analysis.tokens import words

ANALYSER = Analyser()


def term(word, language="de"):
    found = ANALYSER.words.word(word, language)
    return found.term if found else None


@pytest.mark.parametrize(
    "forms",
    [
        ("Haus", "Häuser", "Hauses", "Häusern", "Haeuser"),
        ("Atom-U-Boot", "Atom-U-Boote", "Atomuboot", "Atom-U-Boots"),
        ("Klimaschutz", "Klima-Schutz", "Klimaschutzes"),
        ("Selenskyj", "Selenskyjs", "Selenskyj's"),
        ("Trump", "Trumps"),
        ("Straße", "Strasse", "STRASSE", "Straßen"),
        ("nordkoreanisch", "nordkoreanische", "nordkoreanischen"),
        ("G-20", "G20"),
        ("Bürger", "Bürger:innen", "Bürger*innen", "BürgerInnen"),
        ("7.500", "7,500", "7500"),
        ("3,5", "3.5"),
        ("gewinnen", "gewann", "gewonnen", "gewonnene", "gewonnenen"),
        ("evakuieren", "evakuiert", "evakuierte", "evakuierter"),
        ("verlieren", "verloren", "verlorene", "verlorener"),
        ("letzte", "letzten", "letzter", "letztes"),
        ("hart", "härter", "härteste"),
        ("überraschend", "überraschende", "überraschenden"),
        ("künstlich", "künstliche", "Künstliche", "künstlicher"),
        ("Ware", "Waren"),
        ("tot", "Tote", "Toten", "toter"),
    ],
)
def test_forms_of_one_word_share_a_term(forms):
    assert len({term(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bau", "Bauer"),
        ("schön", "schonen"),
        ("Reise", "Reis"),
        ("fordern", "fördern"),
        ("arbeiten", "abarbeiten"),
        ("überraschen", "überraschend"),
        ("bekannt", "bekennen"),
        ("hart", "härten"),
    ],
)
def test_words_that_only_look_alike_stay_apart(one, other):
    assert term(one) != term(other)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Klimaschutzgesetz", {"klimaschutz", "klima", "schutz", "gesetz"}),
        ("Atomuboot", {"atom", "uboot"}),
        ("Bundestagswahl", {"bundestag", "wahl"}),
        ("Ukraine-Krieg", {"ukraine", "krieg"}),
        ("US-Präsident", {"us", "praesident"}),
        ("Schlossberg", {"schloss", "berg"}),
        ("Höhenflug", {"hoehe", "flug"}),
        ("Familienunternehmen", {"familie", "unternehmen"}),
        ("Kriegsverbrechen", {"krieg", "verbrechen"}),
        ("Erdbeben", {"erde", "beben"}),
    ],
)
def test_a_compound_is_found_by_its_parts(word, parts):
    assert parts <= set(ANALYSER.words.word(word, "de").also)


@pytest.mark.parametrize(
    "word",
    [
        "Wirtschaft",
        "Minister",
        "Unternehmen",
        "Zusammenarbeit",
        "Regierung",
        "Demokratie",
        "Sonntag",
        "Interessen",
        "Überleben",
    ],
)
def test_what_is_no_compound_stays_whole(word):
    assert ANALYSER.words.compounds.parts(word.lower()) == []


@pytest.mark.parametrize("word", ["der", "und", "über", "UEBER"])
def test_little_words_are_passed_over(word):
    assert term(word) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("erzahlte", "erzählte"),
        ("beruhmten", "berühmt"),
        ("ubernachsten", "übernächsten"),
        ("Nordbrucke", "Nordbrücke"),
        ("Muenchen", "München"),
    ],
)
def test_a_word_typed_without_umlauts_is_read_as_the_one_it_lost_them_from(typed, meant):
    assert term(meant) in ANALYSER.words.readings(typed, "de")


def test_a_verb_in_small_letters_is_no_noun():
    assert ANALYSER.words.readings("tagen", "de") == ("tagen",)
    assert "reise" in ANALYSER.words.readings("reise", "de")
    assert "haus" in ANALYSER.words.readings("haus", "de")


def test_abbreviations_are_no_little_words():
    assert term("US", "en") == "us"
    assert term("U.S.", "en") == "us"
    assert term("us", "en") is None


@pytest.mark.parametrize(
    ("text", "language", "group"),
    [
        ("Nordkoreas Machthaber", "de", "_kp"),
        ("nordkoreanische Soldaten", "de", "_kp"),
        ("Die DVRK droht", "de", "_kp"),
        ("North Korea fires", "en", "_kp"),
        ("la Corée du Nord", "fr", "_kp"),
        ("im Ukrainekrieg", "de", "_ua"),
        ("US-Präsident", "de", "_us"),
        ("Vereinigten Staaten", "de", "_us"),
        ("Kyjiw", "de", "_kiew"),
        ("Zelensky", "en", "_selenskyj"),
        ("Pyongyang", "en", "_pjoengjang"),
    ],
)
def test_names_of_one_thing_share_a_group(text, language, group):
    _terms, also = ANALYSER.terms(text, language)
    assert group in also


@pytest.mark.parametrize(
    ("text", "language", "group"),
    [
        ("Nordirland", "de", "_ie"),
        ("Südamerika", "de", "_us"),
        ("un crime à Paris", "fr", "_krim"),
        ("Südkorea", "de", "_kp"),
    ],
)
def test_other_things_are_not_in_the_group(text, language, group):
    assert group not in ANALYSER.terms(text, language)[1]


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("Nordkorea weiht Atom-U-Boot ein", "", "de"),
        ("Nordkorea weiht Atom-U-Boot ein", "de", "de"),
        ("North Korea launches what it calls its first nuclear submarine", "de", "en"),
        ("La Corée du Nord met à l’eau un sous-marin présenté comme nucléaire", "de", "fr"),
        ("Северная Корея спустила на воду подводную лодку", "de", "ru"),
        ("北朝鮮が原子力潜水艦を進水させた", "", "ja"),
        ("2:1", "de", "de"),
        ("", "de-AT", "de"),
    ],
)
def test_the_language_of_short_texts(text, prior, language):
    assert ANALYSER.languages.of(text, prior=prior) == language


def test_names_are_found_without_what_they_are_called_by():
    found = ANALYSER.analyse(
        title="Kanzlerin Merkel trifft Wladimir Putin in der Hafenstadt Sinpo",
        text="Der Sprecher Han Do-yun sagte, Putin habe gewartet. Die EU schweigt. Das Boot lag im Hafen.",
    )
    assert {"Wladimir Putin", "Sinpo", "EU"} <= set(found.entities)
    assert not {"Kanzlerin", "Boot", "Hafen", "Hafenstadt"} & set(found.entities)


def test_copies_share_a_fingerprint_and_others_do_not():
    text = (
        "Der Kanzler hat am Montag in Berlin die neuen Pläne der Regierung zur Rente vorgestellt und verteidigt. "
        * 3
    )
    other = (
        "In Hamburg ist am Abend ein Schiff mit Getreide auf Grund gelaufen, verletzt wurde dabei niemand. "
        * 3
    )
    copy = f"Berlin (dpa) – {text} (dpa)"
    assert similarity(fingerprint(text), fingerprint(text)) == 1.0
    assert similarity(fingerprint(text), fingerprint(copy)) > 0.85
    assert similarity(fingerprint(text), fingerprint(other)) < 0.1
    assert similarity(fingerprint("zu kurz"), fingerprint(text)) == 0.0


@given(st.text())
def test_any_text_gives_plain_terms(text):
    found = ANALYSER.analyse(title=text, summary=text, text=text)
    for one in (*found.title_terms, *found.title_also, *found.text_terms, *found.text_also):
        assert one
        assert all(letter.isalnum() or letter == "_" for letter in one)
        assert one == one.lower()


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert fold_bare(fold_bare(text)) == fold_bare(text)


@given(st.text())
def test_words_stand_in_the_text_in_order(text):
    place = 0
    for word in words(text.replace("\u00ad", "")):
        place = text.replace("\u00ad", "").find(word[0], place)
        assert place >= 0
