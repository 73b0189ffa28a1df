"""The new part of a story told before."""

from bot.stories.developments import new_part
from tests.unit.stories.news import analysed, article

FIRST = "In Marchau sind nach einer Hochzeit 23 Menschen an Masern erkrankt. Das Gesundheitsamt impft."


def test_the_sentence_with_the_new_number_is_quoted():
    text = (
        "In Marchau sind nach einer Hochzeit Menschen an Masern erkrankt."
        " Die Zahl der Fälle ist in der Nacht auf 41 gestiegen. Das Gesundheitsamt impft."
    )

    sentence, facts = new_part(
        *analysed(article(2, "Masern in Marchau", text)), [article(1, "Masern", FIRST)]
    )

    assert sentence == "Die Zahl der Fälle ist in der Nacht auf 41 gestiegen."
    assert facts[0] == "41"


def test_the_same_again_has_no_new_part():
    again = article(2, "Masern in Marchau", FIRST)

    assert new_part(*analysed(again), [article(1, "Masern", FIRST)]) == ("", ())


def test_a_new_fact_in_a_sentence_that_leans_on_another_is_not_quoted():
    text = "In Marchau sind Menschen an Masern erkrankt. Sie waren zu 41 Prozent nicht gegen Masern geimpft."

    sentence, facts = new_part(
        *analysed(article(2, "Masern in Marchau", text)), [article(1, "Masern", FIRST)]
    )

    assert not sentence
    assert facts == ("41",)
