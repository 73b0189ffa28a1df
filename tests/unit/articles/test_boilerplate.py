"""Lines that stand on many pages of an outlet."""

from bot.articles.boilerplate import digest, repeated_lines, without_lines

PROMO = "Abonniere hier unseren Morgenbrief und erfahre alles zuerst."


def text(n, *more):
    return "\n".join([f"Satz {n} {k} über ein eigenes Thema des Tages." for k in range(4)] + list(more))


def test_a_line_of_three_pages_belongs_to_none_of_them():
    found = repeated_lines(text(1, PROMO), [text(2, PROMO), text(3, PROMO.upper()), text(4)])
    assert found == {digest(PROMO)}
    assert without_lines(text(1, PROMO), found) == text(1)


def test_a_line_of_two_pages_may_be_a_coincidence():
    assert repeated_lines(text(1, PROMO), [text(2, PROMO), text(3)]) == set()


def test_the_same_text_twice_is_no_furniture():
    assert repeated_lines(text(1), [text(1), text(1), text(1, PROMO)]) == set()


def test_a_long_paragraph_of_background_stays():
    background = "Der Hintergrund des Streits reicht viele Jahre zurück. " * 8
    assert repeated_lines(text(1, background), [text(2, background), text(3, background)]) == set()
