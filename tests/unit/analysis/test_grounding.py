"""What a language model wrote is told only as far as the articles bear it out."""

from bot.analysis.grounding import grounded
from tests.unit.stories.news import article

BOAT = article(
    1,
    "Nordkorea lässt Atom-U-Boot zu Wasser",
    text="In der Werft von Sinpo ist am Freitag ein 92 Meter langes U-Boot getauft worden, meldet die Agentur.",
)
REACTOR = article(
    2,
    "Reaktor läuft wieder",
    text="Der Reaktor in Hollenfeld geht nach sechs Wochen Stillstand wieder ans Netz, sagt der Betreiber.",
)


def test_a_sentence_the_articles_bear_out_is_kept_with_its_article():
    found = grounded(
        "In der Werft von Sinpo ist ein 92 Meter langes U-Boot getauft worden. "
        "Der Reaktor in Hollenfeld geht nach sechs Wochen wieder ans Netz.",
        [BOAT, REACTOR],
    )

    assert [one.article_id for one in found] == [1, 2]


def test_what_nobody_told_is_dropped():
    invented = "Die Regierung in Wien hat am Montag neue Steuern auf Schokolade beschlossen."
    wrong_figure = "In der Werft von Sinpo ist ein 120 Meter langes U-Boot getauft worden."
    mixed = "Der Reaktor in der Werft von Sinpo kostet den Betreiber Milliarden Franken im Jahr."

    assert grounded(f"{invented} {wrong_figure} {mixed}", [BOAT, REACTOR]) == ()


def test_what_does_not_stand_alone_and_what_is_no_text_is_dropped():
    assert grounded("Es wurde in der Werft von Sinpo am Freitag getauft, meldet die Agentur.", [BOAT]) == ()
    assert grounded("", [BOAT]) == ()
    assert grounded("In der Werft von Sinpo ist ein U-Boot getauft worden.", []) == ()
