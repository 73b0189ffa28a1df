"""Titles and snippets run together without a space, taken apart; each line is title|snippet."""

import pytest

from bot.articles.glue import split_item, unglue

ITEMS = """
Nordkorea stellt neues Atom-U-Boot in Dienst ein|Nordkorea hat am Mittwoch ein weiteres U-Boot mit Reaktor vorgestellt.
Südkorea zweifelt an „schwimmender Festung“|Offen bleibt, ob das Boot tauchen kann. Der Präsident in Seoul sprach von einer Drohung, die niemand überhören solle.
Kim will zweites Atom-U-Boot gebaut haben|Offen bleibt, ob das Boot tauchen kann.
Pjöngjang bringt U-Boot mit Raketen zu Wasser|Pjöngjang hat am Freitag ein U-Boot vorgestellt, das nach ersten Bildern Marschflugkörper tragen könnte.
Wien überweist 'Gasgeld' weiter – Abgeordneter regt sich auf|EU-Abgeordnete Huber nennt die 'Gasgeld'-Zahlung einen Fehler. Nun muss der Minister antworten.
Bombe im Paket – Putin-Vertrauter leicht verletzt|Bei einer Explosion im Vorzimmer wurde ein Berater des Präsidenten verletzt. Das Paket trug keinen Absender.
YouTube löscht tausende Videos|Die Plattform YouTube hat am Montag Videos gelöscht.
Neue Regeln für YouTube|Wer Videos hochlädt, muss bald mehr angeben.
Apple stellt neues iPhone vor|Das iPhone kommt im Herbst in den Handel.
Lange Schlangen vor dem iPhone|Am Freitag begann der Verkauf in Berlin.
Warnstreik bei McDonald's in Köln|Beschäftigte legten am Morgen die Arbeit nieder.
Umfrage: Mehrheit gegen Koalition mit der AfD|Die Partei verliert in drei Ländern an Zustimmung.
AfD-Parteitag beginnt in Essen|Tausende demonstrieren gegen die AfD.
Was wird aus dem Deutschlandticket?|Die Länder streiten über das Geld.
Jetzt reicht es!|Bürgermeisterin sperrt die Straße für Lastwagen.
„Das ist ein Skandal!“|Der Minister weist alle Vorwürfe zurück.
Scholz sagt "Nein"|Der Kanzler lehnt die Lieferung weiter ab.
Trump reagiert gereizt|"Das ist alles erfunden", sagte er vor Reportern.
Minister verteidigt Reform|„Wir haben keine andere Wahl“, sagte er in Wien.
Polizei sucht nach dem Unfall Zeugen|24 Menschen wurden bei dem Unfall verletzt.
Bahnhof nach Fund geräumt|Zwei Stunden lang fuhren keine Züge.
Hitzewelle: So heiß wird es 2027|Der Wetterdienst rechnet mit bis zu 40 Grad.
Inflation fällt auf 2,1 Prozent|Energie wurde im Juni deutlich billiger.
Mieten steigen in Zürich um 5%|Besonders Neubauten werden teurer.
Neuer Streit zwischen China und den USA|Die Regierung in Peking droht mit Zöllen.
Merz kritisiert Kurs der CDU|Der Parteichef fordert mehr Tempo.
Unwetter in Österreich.|Mehrere Straßen sind gesperrt.
Der Letzte macht das Licht aus …|Nach 80 Jahren schließt das Kino am Markt.
Gericht stoppt Rodung im Hambacher Forst (Video)|Aktivisten feiern die Entscheidung.
Zahl der SchülerInnen steigt wieder|In Hamburg fehlen Hunderte Lehrkräfte.
Zum 75. Jubiläum kamen Tausende|In der Stadt wurde bis in die Nacht gefeiert.
North Korea unveils nuclear-armed submarine|The vessel was launched on Wednesday, state media said.
Why is everyone leaving?|A new study looks for answers.
McCarthy faces a tough vote|House Republicans are divided over the budget.
LeBron James injured again|The Lakers lost to Denver on Sunday.
La Corée du Nord dévoile un sous-marin|Le pays affirme pouvoir lancer des armes nucléaires.
Corea del Norte presenta su submarino|El líder Kim asistió a la ceremonia.
BioNTech baut Werk in Afrika|Der Impfstoffhersteller investiert Millionen.
Bitcoin über 100.000 Dollar|Händler sprechen von einem Rausch.
Tod nach Messerangriff in Linz: Täter gefasst|Ein 31-Jähriger wurde am Bahnhof festgenommen.
Prinz Harry vor Gericht|Er klagt gegen einen Verlag.
Papst ruft zu Frieden auf|Zehntausende kamen auf den Petersplatz.
Das große Zittern beginnt|Rund 300 Stellen fallen weg.
""".strip().splitlines()


@pytest.mark.parametrize("line", ITEMS)
def test_title_and_snippet_are_told_apart(line):
    title, snippet = line.split("|")
    assert split_item(title + snippet) == (title, snippet)


@pytest.mark.parametrize(
    "title",
    [
        "YouTube sperrt Kanal",
        "McDonald's und die AfD",
        "Nordkorea feiert",
        "SpaceX startet Rakete zum Mond",
        "Was nun?",
    ],
)
def test_an_item_without_snippet_is_a_title(title):
    assert split_item(title) == (title, "")


def test_a_question_with_a_space_after_it_is_still_a_title():
    assert split_item("Was wird jetzt aus Kim? Nordkorea schweigt.") == (
        "Was wird jetzt aus Kim?",
        "Nordkorea schweigt.",
    )


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("ein Telefongespräch.Zuletzt gab es", "ein Telefongespräch. Zuletzt gab es"),
        ('zu gewinnen."Insgesamt gab', 'zu gewinnen." Insgesamt gab'),
        ("sagte er.„Das ist", "sagte er. „Das ist"),
        ("am Ende!Dann kam", "am Ende! Dann kam"),
        ("auf www.example.Org zu lesen", "auf www.example.Org zu lesen"),
        ("z.B. Dr.Weiß und usw.Die", "z.B. Dr.Weiß und usw.Die"),
        ("YouTube und McDonald's", "YouTube und McDonald's"),
        ("um 14.30 Uhr am 3.Mai", "um 14.30 Uhr am 3.Mai"),
        ("Ende.Er kam.Sie ging.", "Ende. Er kam. Sie ging."),
    ],
)
def test_a_sentence_glued_to_the_one_before_gets_its_space_back(glued, apart):
    assert unglue(glued) == apart
