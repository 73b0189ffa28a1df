"""What is asked of an article before it joins a story."""

import numpy as np
import pytest

from bot.stories import rules


def fit(*, language, same_publisher=False, lead_length=rules.LONG_LEAD):
    return rules.fit(
        np.full(3, 0.15, np.float32),
        language=language,
        same_publisher=same_publisher,
        other_section=False,
        is_abroad=False,
        lead_length=lead_length,
        words_each=40.0,
    )


def test_the_longer_two_texts_are_the_less_their_marks_count():
    short, between, long = rules.by_marks(np.array([5, 32, 300]))

    assert short == pytest.approx(rules.BY_MARKS)
    assert long == pytest.approx(rules.BY_MARKS_LONG)
    assert short > between > long


def test_a_publisher_telling_again_at_length_needs_little_more_than_another():
    def harder(language, lead_length):
        other = fit(language=language, lead_length=lead_length)
        return other / fit(language=language, lead_length=lead_length, same_publisher=True)

    assert harder("en", rules.LONG_LEAD) == pytest.approx(rules.SAME_PUBLISHER_LONG)
    assert harder("en", 0) == pytest.approx(rules.SAME_PUBLISHER)
    assert harder("de", rules.LONG_LEAD) == pytest.approx(rules.SAME_PUBLISHER)


def test_long_texts_whose_compounds_stay_whole_have_to_share_more_than_german_ones():
    assert fit(language="en") < fit(language="de")
    assert fit(language="en", lead_length=80) > fit(language="de", lead_length=80)
