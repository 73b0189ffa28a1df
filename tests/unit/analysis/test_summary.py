"""Summaries of whole sentences."""

import json
import re
from pathlib import Path

import pytest

from bot.analysis.selection import MOST_CHARACTERS
from bot.analysis.standing import stands_alone, without_marks
from bot.analysis.summary import summarise, summarised
from tests.unit.stories.news import article

ROOT = Path(__file__).parents[3]
BODY = (
    "Harven (dpa) – Das Parlament von Seeland hat am Mittwoch die Reform der Küstenwache beschlossen. "
    "Sie soll zum Jahresende in Kraft treten. Ministerin Tessa Orlin sprach von einem guten Tag für alle "
    "Fischer des Landes. Lesen Sie auch: Warum die Küste bröckelt und was das kostet, erklären wir hier.\n"
    "Foto: Anna Berg/Seeland-Bild, alle Rechte liegen bei der Agentur in Harven.\n"
    "Die Opposition hält die Ausgaben von 40 Millionen Euro für zu hoch. (dpa)"
)


def test_a_summary_is_whole_sentences_that_stand_alone():
    made = summarise([article(1, "Seeland reformiert die Küstenwache", BODY)])

    texts = [sentence.text for sentence in made.sentences]
    assert texts[0] == "Das Parlament von Seeland hat am Mittwoch die Reform der Küstenwache beschlossen."
    assert 2 <= len(texts) <= 3
    assert {sentence.article_id for sentence in made.sentences} == {1}
    assert not any(word in made.text for word in ("Lesen Sie", "Foto", "dpa"))


LEANING = "Sie soll zum Jahresende in Kraft treten und zehn Jahre lang gelten."


def test_a_sentence_that_leans_comes_right_after_what_it_leans_on():
    opening = "Das Parlament von Seeland hat die Reform der Küstenwache beschlossen."
    told = summarised(
        [article(1, "Seeland reformiert die Küstenwache", f"{opening} {LEANING}")], language="de"
    )

    assert told == (opening, LEANING)


@pytest.mark.parametrize(
    "before",
    [
        "Was wird aus der Küstenwache von Seeland?",  # no sentence to tell
        "Ministerin Tessa Orlin sprach von einem guten Tag für alle Fischer des Landes.\n",  # a paragraph before
    ],
)
def test_a_sentence_that_leans_on_what_is_not_told_is_left_out(before):
    text = f"{before} {LEANING} Ministerin Orlin lobte die Reform der Küstenwache am Abend in Harven."
    told = summarised([article(1, "Seeland reformiert die Küstenwache", text)], language="de")

    assert told
    assert LEANING not in told


def test_a_report_is_told_by_its_beginning_a_long_text_by_what_it_says_again():
    scene = "Morgens um sechs riecht es am Kai von Harven nach Teer und nach kaltem Kaffee."
    news = "Die Reform der Küstenwache bringt Seeland dreizehn Schiffe und neunzig Stellen."
    again = "Für {} heißt die Reform der Küstenwache: Schiffe und Stellen in Seeland kommen nach {}."
    places = [f"{name}sand" for name in ("Ast", "Bor", "Cal", "Dor", "Ein", "Fal", "Gor", "Hul")]
    towns = [f"{name}wik" for name in ("Kor", "Lem", "Mor", "Nal", "Oll", "Pel", "Qua", "Ros")]
    filler = [f"{place} hat einen Markt, {town} ein altes Rathaus." for place in places for town in towns[:2]]
    body = [again.format(place, town) for place, town in zip(places, towns, strict=True)]
    title = "Was die Reform der Küstenwache bringt"

    short = summarised([article(1, title, " ".join([scene, news, *body[:2]]))], language="de")
    long = summarised([article(1, title, " ".join([scene, *filler, news, *body]))], language="de")

    assert short[:2] == (scene, news)
    assert any("Reform der Küstenwache" in sentence for sentence in long)
    assert scene not in long


def test_a_further_article_is_told_only_where_it_tells_the_same_story():
    other = "In Belun hat ein Zirkus mit vier Kamelen seine Zelte auf dem Rathausplatz aufgeschlagen."
    told = [
        article(1, "Seeland reformiert die Küstenwache", "Seeland reformiert nach Jahren seine Küstenwache."),
        article(2, "Zirkus in Belun", other),
    ]

    assert other not in summarised(told, language="de")


def test_a_summary_keeps_to_its_room():
    long = "Die Küstenwache von Seeland bekommt dreizehn Schiffe, und das Parlament in Harven " + "und " * 40
    text = (
        f"{long}beschloss es am Mittwoch. " * 2 + "Ministerin Tessa Orlin lobte die Küstenwache von Seeland."
    )
    made = summarise([article(1, "Seeland reformiert die Küstenwache", text)])

    assert made.sentences
    assert len(made.text) <= MOST_CHARACTERS


def test_the_publishers_teaser_comes_first():
    teaser = "Seelands Küstenwache bekommt neue Schiffe und mehr Personal, beschloss das Parlament."
    made = summarise([article(1, "Seeland reformiert die Küstenwache", BODY, summary=teaser)])

    assert made.sentences[0].text == teaser


def test_a_storys_summary_says_nothing_twice_and_keeps_to_one_language():
    twin = BODY.replace("am Mittwoch ", "").replace("Fischer des Landes", "Fischer im Land")
    english = "Parliament in Seeland has passed the reform of the coast guard after a long debate."
    told = [
        article(1, "Seeland reformiert die Küstenwache", BODY),
        article(2, "Küstenwache: Seeland beschließt Reform", twin),
        article(3, "Seeland passes coast guard reform", english, language="en"),
    ]

    german = summarised(told, language="de")
    assert len([text for text in german if "Reform der Küstenwache beschlossen" in text]) == 1
    assert summarised(told, language="en") == (english,)
    assert summarised(told, language="fr") == german


@pytest.mark.parametrize(
    "text", ["", "Hier klicken", "Er kam. Sie ging. Das war es.", "???", "ohne Punkt und Ende"]
)
def test_nothing_rather_than_half_a_sentence(text):
    assert summarise([article(1, "Titel", text)]).sentences == ()


def test_no_articles_have_no_summary():
    assert summarised([], language="de") == ()


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("Das Boot liegt seit gestern Abend im Hafen von Harven.", True),
        ("Das berichteten die Staatsmedien in Harven am frühen Morgen.", False),
        ("Das teilte die Polizei am Mittwoch in Harven mit.", False),
        ("Dabei wurden drei Menschen in der Hafenstadt verletzt.", False),
        ("Guards in Harven will walk out for three days.", True),
        ("„Wir gehen, sagte Orlin im Parlament von Harven.", False),
        ("Wird die Küstenwache in Seeland jetzt wirklich besser?", False),
        ("Mehr dazu in unserem Newsletter aus dem Hafen von Harven.", False),
        ("Die Küstenwache in Seeland bekommt neue Schiffe und …", False),
        ("Die Zahl der Toten stieg auf fünf.", True),
        ("Dann war es still.", False),
        ("Das kündigte die Küstenwache am Abend in Harven an.", False),
        ("Das Unternehmen mit 22 Schiffen stellte am Mittwoch einen Antrag.", True),
        ("„Wir öffnen den Hafen im Mai“, sagte Ministerin Tessa Orlin.", True),
        ("„Wir öffnen den Hafen im Mai“, sagte er am Mittwoch.", False),
        ("„Sie ist ein Oldtimer“, sagte Ministerin Tessa Orlin.", False),
        ("„Der Bär hat einen anderen Kalender als wir alle.“", False),
        ("Um 4.30 Uhr sah er Flammen aus dem Dach schlagen.", False),
        ("Zuerst hielten die Ruderer es für einen Baumstamm.", False),
        ("In der Nacht hat es im Hafen von Harven gebrannt.", True),
        ("Ministerin Orlin sagte, dass sie zurücktreten werde.", True),
        ("Er kam von einer Party: Finn Aldag hat am Morgen dreizehn Menschen gerettet.", True),
        ("Er sagte am Abend nur: Die Lage im Hafen von Harven ist ernst.", False),
        ("Es war kurz vor sechs Uhr, als in Harven die Erde bebte.", True),
        ("Patienten seien zu keiner Zeit in Gefahr gewesen.", False),
        ("Patienten seien nie in Gefahr gewesen, teilte die Klinik mit.", True),
        ("Fälle wie diesen beschreiben Ärzte aus Harven in einer Studie.", False),
        ("Die Polizei in Harven nahm eine Anzeige gegen den Mann auf.", True),
        ("Anzeige: Jetzt Urlaub an der Küste von Seeland buchen.", False),
    ],
)
def test_standing_alone(sentence, alone):
    assert stands_alone(sentence, title="Titel", language="de") is alone


@pytest.mark.parametrize(
    ("sentence", "language", "alone"),
    [
        ("On Sunday the harbour of Harven was closed to all ships.", "en", True),
        ("On ferme le port de Harven à tous les bateaux.", "fr", False),
        ("He said the harbour of Harven would stay closed.", "en", False),
        ("It’s a cold day in the harbour of Harven for all of them.", "en", False),
        ("Il governo di Harven chiude il porto per tre giorni.", "it", True),
        ("Il ferme le port de Harven pour trois jours de plus.", "fr", False),
        ("Not everyone in Harven subscribes to the new rules.", "en", True),
        ("On Sunday the harbour of Harven was closed to all ships.", "", False),
    ],
)
def test_words_lean_in_their_own_language(sentence, language, alone):
    assert stands_alone(sentence, title="Titel", language=language) is alone


def test_datelines_and_marks_are_no_part_of_the_news():
    assert without_marks("Harven/Belun (APA). Es schneit.") == "Es schneit."
    assert without_marks("Seoul. Das Boot schwimmt.") == "Das Boot schwimmt."
    assert without_marks("Seoul – Riesiger Rumpf, viel Volk.") == "Riesiger Rumpf, viel Volk."
    assert without_marks("Es schneit. /dpa") == "Es schneit."
    assert without_marks("Es schneit in Harven (Seeland) sehr.") == "Es schneit in Harven (Seeland) sehr."


def test_every_sample_articles_summary_is_its_own_words():
    rows = (ROOT / "bot/localchat/sample/articles.jsonl").read_text(encoding="utf-8").splitlines()
    told = 0
    for number, row in enumerate(map(json.loads, rows)):
        one = article(
            number, row["title"], row["text"], summary=row.get("summary", ""), language=row["language"]
        )
        made = summarise([one], language=one.language)
        told += bool(made.sentences)
        own = re.sub(r"\s+", " ", f"{one.summary} {one.text}")
        for sentence in made.sentences:
            assert sentence.text in own
            assert sentence.text[-1] in '.!"“”»«’)'
        assert len(made.text) <= MOST_CHARACTERS + 20
    assert told >= 0.97 * len(rows)


def test_what_was_to_come_is_left_out_once_it_has_come():
    soon = "Die Sonde Iris soll heute Mittag am Südpol des Mondes landen."
    first = article(1, "Die Sonde Iris soll heute Mittag landen", f"{soon} Darmstadt hat Sekt kaltgestellt.")
    landed = "Die Sonde Iris ist am Südpol des Mondes gelandet."
    later = article(2, "Die Sonde Iris ist gelandet", landed, hours=6)

    assert soon in summarised([first], language="de")
    assert soon not in summarised([later, first], language="de")
    assert summarised([first, later], language="de")[-1].endswith("gelandet.")
