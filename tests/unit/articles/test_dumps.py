"""Aggregator pages as text: lead and body found, noise dropped, listed items taken apart."""

from pathlib import Path

import pytest

from bot.articles.draft import Draft, Refusal
from bot.articles.dumps import read_dump

PAGE = (Path(__file__).parents[2] / "data" / "aggregator_page.txt").read_text()
HEADER = "Similar News:You can also read news stories similar to this one."
LEAD = "Ein Zug ist am Montag bei Linz entgleist. Niemand wurde verletzt.\n"
BODY = "Die Strecke bleibt nach Angaben der Bahn bis Dienstag gesperrt.\n"
ITEMS = [
    "Zug entgleist bei LinzDie Strecke ist gesperrt.",
    "Bahnverkehr steht stillWer reisen will, braucht Geduld.",
]


def read(text):
    return list(read_dump(text, "dump.txt"))


def titles(draft):
    return [item.title for item in draft.listed]


def test_a_page_gives_its_article_and_what_it_lists():
    [draft] = read(PAGE)

    assert draft.title == "In der Hauptstadt begann am Samstag das Fest zum 75. Jahrestag der Republik"
    assert draft.summary.endswith("Der Nachbar schickte Grüße und ein Schiff.")
    assert draft.text.startswith("Präsident Anton Berg")
    assert draft.text.endswith("ihre Häfen gemeinsam auszubauen.")
    assert "ein langes Gespräch. Zuletzt gab es" in draft.text
    for noise in ("Canada", "Similar", "Jeden Tag", "Read more"):
        assert noise not in draft.text + draft.summary
    assert titles(draft) == [
        "Seeland weiht ersten elektrischen Fischkutter ein",
        "Seeland zeigt ersten „leisen Kutter“",
        "Bergland zahlt 'Fischgeld' an Seeland – Abgeordneter regt sich auf",
    ]
    assert draft.listed[1].text.startswith("Offen ist, wie weit")


@pytest.mark.parametrize(
    ("section", "header", "marker"),
    [
        ("Canada Latest News, Canada Headlines", "Similar News:You can also read these.", "Read more »"),
        (
            "Deutschland Neuesten Nachrichten, Deutschland Schlagzeilen",
            "Similar News:Sie können auch lesen",
            "Weiterlesen »",
        ),
        (
            "Österreich Aktuelle Nachrichten, Österreich Schlagzeilen",
            "Ähnliche Nachrichten:",
            "Lesen Sie mehr »",
        ),
        (
            "France Dernières Nouvelles, France Actualités",
            "Nouvelles similaires:Vous pouvez",
            "Lire la suite »",
        ),
        ("España Últimas Noticias, España Titulares", "Noticias similares:", "Leer más »"),
        ("Italia Ultime Notizie, Italia Notizie", "Notizie simili:", "Leggi di più »"),
        ("United States Latest News, United States Headlines", "Similar News:", "Weiter zum Text »"),
    ],
)
def test_the_marks_are_known_in_other_languages(section, header, marker):
    text = LEAD + BODY + f"{section}\n{header}\n" + "".join(f"{item}\n{marker}\n" for item in ITEMS)
    [draft] = read(text)
    assert titles(draft) == ["Zug entgleist bei Linz", "Bahnverkehr steht still"]
    assert draft.text == BODY.strip()


@pytest.mark.parametrize("marker", ["", "Read more »\n"])
@pytest.mark.parametrize("gap", ["", "\n", "\n\n----------\n", "\f\n"])
def test_several_pages_in_one_file_are_told_apart(marker, gap):
    page = LEAD + BODY + HEADER + "\n" + "".join(f"{item}\n{marker}" for item in ITEMS)
    second = page.replace("Linz", "Graz").replace("Montag", "Freitag")

    first, second = read(page + gap + second)

    assert first.title == "Ein Zug ist am Montag bei Linz entgleist"
    assert second.title == "Ein Zug ist am Freitag bei Graz entgleist"
    assert titles(first) == ["Zug entgleist bei Linz", "Bahnverkehr steht still"]
    assert titles(second) == ["Zug entgleist bei Graz", "Bahnverkehr steht still"]
    assert first.where == "dump.txt:1"
    assert int(second.where.split(":")[1]) > 4


def test_some_items_without_their_mark_are_found():
    text = LEAD + BODY + f"{HEADER}\n{ITEMS[0]}\n{ITEMS[1]}\nRead more »\n{ITEMS[0].replace('Zug', 'Bus')}\n"
    [draft] = read(text)
    assert titles(draft) == ["Zug entgleist bei Linz", "Bahnverkehr steht still", "Bus entgleist bei Linz"]


def test_an_item_on_two_lines_has_its_title_on_the_first():
    [draft] = read(
        LEAD + BODY + HEADER + "\nZug entgleist bei Linz\nDie Strecke ist gesperrt.\nRead more »\n"
    )
    assert [(item.title, item.text) for item in draft.listed] == [
        ("Zug entgleist bei Linz", "Die Strecke ist gesperrt.")
    ]


def test_windows_line_ends_change_nothing():
    [draft] = read(PAGE)
    [windows] = read(PAGE.replace("\n", "\r\n"))
    assert windows == draft


def test_a_headline_above_the_lead_is_kept_as_title():
    [draft] = read("Zug bei Linz entgleist\n" + LEAD + BODY + HEADER + "\n")
    assert (draft.title, draft.summary) == ("Zug bei Linz entgleist", LEAD.strip())


def test_a_named_source_is_the_publisher():
    [draft] = read(
        LEAD
        + BODY
        + "Source: Der Bote\n"
        + HEADER
        + "\n"
        + ITEMS[0]
        + "\nSource: Der Anzeiger\nRead more »\n"
    )
    assert draft.publisher == "Der Bote"
    assert "Source" not in draft.text
    assert titles(draft) == ["Zug entgleist bei Linz"]


def test_a_last_sentence_that_only_looks_like_a_motto_stays():
    [draft] = read(LEAD + BODY.strip() + " Er kam. Er sah.\n" + HEADER + "\n")
    assert draft.text.endswith("Er kam. Er sah.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Read more »\nRead more »",
        HEADER,
        "Canada Latest News, Canada Headlines\n" + HEADER,
        "nur drei Wörter",
        "-----\n=====",
    ],
)
def test_a_dump_without_a_text_is_refused_in_one_sentence(text):
    [refusal] = read(text)
    assert isinstance(refusal, Refusal)
    assert (refusal.where, refusal.reason) == ("dump.txt", "there is no text in it that reads like news")


def test_a_plain_text_is_an_article_without_a_list():
    [draft] = read(LEAD + BODY)
    assert isinstance(draft, Draft)
    assert draft.listed == ()


def test_a_list_that_lost_its_article_still_gives_its_items():
    drafts = read(HEADER + "\n" + "".join(f"{item}\nRead more »\n" for item in ITEMS))
    assert [draft.title for draft in drafts] == ["Zug entgleist bei Linz", "Bahnverkehr steht still"]
