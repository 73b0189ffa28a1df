"""How near summaries come to the publishers' teasers, which are withheld; `summaries.py` prints the table."""

from __future__ import annotations

from tests.quality.summaries import measure, measure_stories

# As measured on the testing half, less five thousandths.
FLOOR, STORIES_FLOOR = 0.164, 0.111


def test_summaries_come_nearer_to_teasers_than_simple_methods():
    found = measure("testing")

    print({name: (round(near.cut, 3), round(near.whole, 3)) for name, near in found.items()})
    simple = [near for name, near in found.items() if name not in {"lead", "Depesche", "best possible"}]
    assert found["Depesche"].cut > max(near.cut for near in simple)
    assert found["Depesche"].whole > max(near.whole for near in simple)
    assert found["Depesche"].cut >= FLOOR


def test_a_storys_summary_comes_nearer_to_its_teasers_than_the_newest_articles_beginning():
    found = measure_stories("testing")

    print({name: round(value, 3) for name, value in found.items()})
    assert found["Depesche"] >= max(STORIES_FLOOR, found["lead"])
