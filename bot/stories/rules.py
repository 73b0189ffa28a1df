"""Does an article join a story? The measures of the window in, yes or no out.

The numbers were found on one half of a day of German front pages (by hash of the story's label) and
one half of the sample news, and confirmed on the other halves; tests/quality/test_stories.py holds them.
"""

from __future__ import annotations

import numpy as np

from bot.stories.arrays import Floats

# A story of one article offers one comparison: it has to be a clear one, the more so when there is
# little text to compare.
JOINS_ONE = 0.24
JOINS_ONE_LONG = 0.15
SHORT_LEAD = 200
LONG_LEAD = 600
JOINS_TWO = 0.14
JOINS_MANY = 0.145
# One publisher tells an event again under another headline less often than it tells a similar event.
SAME_PUBLISHER = 1.1
# A match and a missile test share the names of two countries: one under sport needs a clearer case.
OTHER_SECTION = 2.0
# Two stories become one when their articles resemble each other as those within a story do.
MERGES = 0.15
# How many of a story's articles must resemble the newcomer: one may be there by mistake.
NEAREST = 3
# Share of the resemblance seen through the newcomer's nearest neighbours, who know other words for
# the event.
BEYOND = 0.3
NEIGHBOURS = 5
IS_NEIGHBOUR = 0.2
# Resemblance counts half after four days: an event is rarely told so much later.
HALF_LIFE_H = 96.0
# Across languages names and numbers alone resemble each other.
ACROSS_LANGUAGES = 4.0


def fading(hours: Floats) -> Floats:
    """What is left of a resemblance over this distance in time."""
    faded: Floats = np.power(0.5, np.abs(hours) / HALF_LIFE_H).astype(np.float32)
    return faded


def fit(direct: Floats, combined: Floats, *, same_publisher: bool, lead_length: int) -> float:
    """How well an article fits a story, from its resemblance to each of the story's articles; 1 joins.

    `lead_length` is that of the shortest lead compared, in characters.
    """
    if len(direct) == 1:
        needed = float(np.interp(lead_length, (SHORT_LEAD, LONG_LEAD), (JOINS_ONE, JOINS_ONE_LONG)))
        return float(direct[0]) / (needed * (SAME_PUBLISHER if same_publisher else 1.0))
    nearest = float(np.mean(np.sort(combined)[::-1][:NEAREST]))
    return nearest / (JOINS_TWO if len(direct) == 2 else JOINS_MANY)


def become_one(resemblance: Floats) -> bool:
    """Rows are one story's articles, columns the other's."""
    return kinship(resemblance) >= MERGES


def kinship(resemblance: Floats) -> float:
    """How much each article of either story resembles its nearest in the other, on average."""
    there = np.sort(resemblance, axis=1)[:, ::-1][:, :NEAREST].mean(axis=1)
    back = np.sort(resemblance, axis=0)[::-1, :][:NEAREST, :].mean(axis=0)
    return float(np.concatenate((there, back)).mean())
