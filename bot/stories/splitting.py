"""Whether the articles of a story tell two events after all, and which of them each.

An early article can hold two events together ("Die Lage am Morgen"): with few articles nobody can know.
When each event has articles of its own, they resemble each other and hardly those of the other event.
"""

from __future__ import annotations

import numpy as np

from bot.stories.arrays import Floats

# Parts of true stories resemble each other more than this, unrelated ones less (97 of 100 made-up pairs
# of events on the tuning halves). Far below what joins, so that a story does not come and go.
APART = 0.05
# Each part has to be a story by itself: a few articles that fit badly are no second event.
TOGETHER = 0.12
LEAST_ARTICLES = 3
LEAST_SHARE = 1 / 6
SMALLEST = 2 * LEAST_ARTICLES
# Every growth is looked at up to here, then every fourth: what is one event by then is hardly two.
LOOKED_AT_EACH = 12
THEN_EACH = 4


def is_time_to_look(size: int) -> bool:
    """By the number of articles alone, so that a window loaded anew looks when the old one would have."""
    return size >= SMALLEST and (size <= LOOKED_AT_EACH or size % THEN_EACH == 0)


def second_event(alike: Floats) -> list[int] | None:
    """Places of the articles that tell another event than the first article; None for one event.

    `alike` says of each article (row) how much it resembles each (column), in the order they came.
    """
    one, other = _halves(alike)
    if min(len(one), len(other)) < max(LEAST_ARTICLES, LEAST_SHARE * len(alike)):
        return None
    if _across(alike[np.ix_(one, other)]) >= APART:
        return None
    if min(_within(alike, one), _within(alike, other)) < TOGETHER:
        return None
    return other if 0 in one else one


def _halves(alike: Floats) -> tuple[list[int], list[int]]:
    """The two groups that average linkage comes to last."""
    links = np.array(alike, np.float64)
    np.fill_diagonal(links, -1)
    groups = {number: [number] for number in range(len(links))}
    while len(groups) > 2:
        left = list(groups)
        table = links[np.ix_(left, left)]
        row, column = divmod(int(np.argmax(table)), len(left))
        into, gone = left[row], left[column]
        here, there = len(groups[into]), len(groups[gone])
        links[into] = (here * links[into] + there * links[gone]) / (here + there)
        links[:, into] = links[into]
        links[into, into] = -1
        groups[into] += groups.pop(gone)
    one, other = (sorted(group) for group in groups.values())
    return one, other


def _across(alike: Floats) -> float:
    """Average resemblance of the parts, without the one article that holds them together."""
    averages = [float(alike.mean())]
    for axis in (0, 1):
        if alike.shape[axis] > LEAST_ARTICLES:
            bridge = int(alike.mean(axis=1 - axis).argmax())
            averages.append(float(np.delete(alike, bridge, axis).mean()))
    return min(averages)


def _within(alike: Floats, group: list[int]) -> float:
    """Average resemblance of the group's pairs."""
    table = alike[np.ix_(group, group)]
    pairs = len(group) * (len(group) - 1)
    return float(table.sum() - np.trace(table)) / pairs
