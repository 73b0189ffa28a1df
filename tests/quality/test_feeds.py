"""Nothing that feedparser finds in a feed is lost: entries, titles, addresses, dates; whole feeds and broken ones."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.quality.feed_agreement import Agreement, compare
from tests.unit.feeds.made_up import damaged, feeds

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=120, suppress_health_check=CHECKS)
@given(feeds(), st.none() | st.integers(0, 10**6))
def test_all_that_feedparser_finds_is_found(body, accident):
    agreement = Agreement()
    compare(body if accident is None else damaged(body, accident), agreement, "made up")
    assert agreement.lost == []


def test_the_comparison_sees_what_is_missing():
    agreement = Agreement()
    agreement.note("titles", same=False, where="a feed", detail="Haus")
    agreement.note("titles", same=True, where="a feed", detail="Hof")
    assert agreement.share("titles") == 0.5
    assert agreement.asked == Counter(titles=2)
    assert agreement.lost == ["a feed: titles: Haus"]
