"""From a draft to an article: cleaned, dated, identified, or refused with a reason."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.draft import Draft
from bot.articles.identity import content_hash, is_telling, to_new_article
from bot.articles.text import clean_text, cut
from bot.errors import IngestError
from storage.records import Origin

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def draft(**values):
    return Draft(**{"origin": Origin.FILE, "title": "Titel", "url": "https://example.org/a", **values})


def test_a_draft_becomes_a_clean_article():
    article = to_new_article(
        draft(
            url="https://www.example.org/a/?utm_source=rss",
            title="  Haus\u00a0&\n Hof\u200b ",
            text="Erster\x00 Absatz.\r\n\r\n  Zweiter\u202e Absatz.",
            publisher=" Der  Bote ",
            language="de-AT",
        ),
        now=NOW,
    )
    assert (article.url, article.url_key) == ("https://www.example.org/a/", "example.org/a")
    assert (article.title, article.publisher, article.language) == ("Haus & Hof", "Der Bote", "de")
    assert article.text == "Erster Absatz.\nZweiter Absatz."


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, NOW),
        (NOW - timedelta(hours=3), NOW - timedelta(hours=3)),
        (NOW + timedelta(days=300), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
        (datetime(2026, 3, 10, 6, 0), datetime(2026, 3, 10, 6, 0, tzinfo=UTC)),  # noqa: DTZ001
        (
            datetime(2026, 3, 10, 6, 0, tzinfo=timezone(timedelta(hours=1))),
            datetime(2026, 3, 10, 5, 0, tzinfo=UTC),
        ),
    ],
)
def test_a_date_nobody_can_have_meant_gives_way_to_first_seen(said, kept):
    assert to_new_article(draft(published_at=said), now=NOW).published_at == kept


def test_a_text_without_address_is_known_by_its_content():
    one = to_new_article(draft(url="", text="Ein  Text."), now=NOW)
    same = to_new_article(draft(url="", text="Ein Text. "), now=NOW + timedelta(days=1))
    other = to_new_article(draft(url="", text="Ein anderer Text."), now=NOW)
    assert one.url.startswith("urn:depesche:")
    assert one.url == one.url_key == same.url
    assert other.url != one.url


def test_a_text_without_title_is_headed_by_its_first_sentence():
    article = to_new_article(draft(title="", text="Zum 75. Jubiläum kam Dr. Weiß. Dann ging er."), now=NOW)
    assert article.title == "Zum 75. Jubiläum kam Dr. Weiß"


@pytest.mark.parametrize("title", ["", " \u200b\n", "…", "---"])
def test_a_draft_without_words_is_refused(title):
    with pytest.raises(IngestError, match="neither a title nor a text"):
        to_new_article(draft(title=title), now=NOW)


def test_a_text_that_is_only_the_teaser_again_is_kept_once():
    article = to_new_article(draft(text="Ein Satz.", summary="Ein Satz."), now=NOW)
    assert (article.text, article.summary) == ("Ein Satz.", "")


def test_content_is_the_same_however_spaced_and_another_publishers_is_not():
    assert content_hash("Titel", "Ein  Text", "Bote") == content_hash("titel ", "ein text\n", "Bote")
    assert content_hash("Titel", "Text", "Bote") != content_hash("Titel", "Text", "Anzeiger")
    assert content_hash("ab", "c") != content_hash("a", "bc")
    judged = to_new_article(draft(title=" Der  Rat", text="Ein\n\nText ", publisher="Bote"), now=NOW)
    assert judged.content_hash == content_hash("der rat", "ein text", "bote")


@pytest.mark.parametrize(
    ("values", "telling"),
    [
        ({"publisher": "Bote", "text": "Wort " * 40}, True),
        ({"publisher": "", "text": "Wort " * 40}, False),
        ({"publisher": "Bote", "text": "Das Wetter in Bayern."}, False),
    ],
)
def test_only_a_text_of_substance_tells_one_article_from_another(values, telling):
    assert is_telling(to_new_article(draft(**values), now=NOW)) is telling


def test_a_long_title_is_cut_between_words():
    title = to_new_article(draft(title="Donaudampfschifffahrt " * 200), now=NOW).title
    assert len(title) <= 400
    assert title.endswith("Donaudampfschifffahrt…")


def test_a_pile_of_marks_is_levelled_and_a_family_stays_together():
    assert len(clean_text("a" + "\u0301" * 50)) <= 5
    family = "👨‍👩‍👧‍👦"
    assert cut(family * 10, 30).rstrip("…") in {family * n for n in range(5)}


# Characters at which a quick look and a thorough one could come apart.
ODD = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\xad\u2000\u2028\u2029\u200b\u200d\u202e\u3000\u0301\u0308\u037e\ufeff\ud800\u1100\u1161abäß😀"


@given(st.text(alphabet=st.sampled_from(ODD), max_size=40) | st.text(max_size=100))
def test_text_without_anything_odd_is_cleaned_by_a_quick_look_just_as_by_a_thorough_one(text):
    # Something invisible at the end makes it look closely, and leaves nothing.
    assert clean_text(text) == clean_text(text + "\u200b")


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_comes_is_storable_and_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    once.encode()
    assert "\x00" not in once
    assert clean_text(once) == once
    assert len(cut(once, 50)) <= 50
