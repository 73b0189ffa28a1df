"""Does an article join a story? The measures of the window in, yes or no out.

The numbers were found on one half of a day of German front pages (by hash of the story's label) and one
half of the sample news, as full texts and as headlines alone; tests/quality/test_similar_news.py holds what
they come to on the other halves.
"""

from __future__ import annotations

import numpy as np

from bot.stories.arrays import Floats

# A story of one article offers one comparison: it has to be a clear one, the more so when there is
# little text to compare.
JOINS_ONE = 0.21
JOINS_ONE_LONG = 0.13
SHORT_LEAD = 200
LONG_LEAD = 600
# In a window of headlines alone (so many words in each on average, seen beside some of the usual length) two
# reports of one event share no more than this; beside texts such a headline shares as much by chance.
JOINS_ONE_BARE = 0.13
BARE_WINDOW, MIXED_WINDOW = 9.5, 12.0
# So does a story of two: with three articles one more has others to agree with.
JOINS_TWO = 0.155
JOINS_MANY = 0.14
# One publisher tells an event again under another headline less often than it tells a similar event.
SAME_PUBLISHER = 1.35
# A match and a missile test share the names of two countries: one under sport needs a clearer case.
OTHER_SECTION = 2.2
# Two stories become one when their articles resemble each other as those within a story do.
MERGES = 0.14
# Resemblance across languages is a rougher measure: stories told in several have to resemble each other more.
MERGES_ACROSS = 0.165
# How many of a story's articles must resemble the newcomer: one may be there by mistake.
NEAREST = 3
# A resemblance that rests on one shared word is a subject ("Pyrotechnik"), not an event: it counts in
# full when this share of it is left without its strongest word, and less the less is left.
BROAD = 0.7
NARROW_COUNTS = 0.7
# German alone is taken apart into the parts of its compounds: elsewhere two short reports of one event share
# fewer words, and one of them is a larger share. Found on a half of tests/quality/other_languages.tsv.
NARROW_COUNTS_WHOLE = 0.3
WHOLE = 0.75
# Long ones share more than German ones do: names and what is said of every event of a subject, uncut. Of 300
# real reports of one English broadcaster three dozen became one story where long ones were asked no more.
WHOLE_SHORT, WHOLE_MIDDLE, WHOLE_LONG = (100, WHOLE), (160, 1.1), (LONG_LEAD, 1.3)
# English hardly inflects, and writes its names in several common words ("United States"): where the window
# holds headlines alone, two of them share as much by chance.
WHOLE_BARE_ENGLISH = 1.0
BARE_ENGLISH, MIXED_ENGLISH = 12.0, 13.5
# There capitals mark names alone, not every noun: names, places and figures are this much of the resemblance.
BY_MARKS = 1 / 3
LEAST_BROAD = 0.02
# Where no article of a story resembles the newcomer so much `fit` is below 1, whoever tells it, wherever.
LEAST_NEEDED = WHOLE * min(JOINS_ONE_LONG, JOINS_ONE_BARE, JOINS_TWO, JOINS_MANY)
# Share of the resemblance seen through the newcomer's nearest neighbours, who know other words for
# the event.
BEYOND = 0.3
NEIGHBOURS = 5
IS_NEIGHBOUR = 0.2
# Resemblance counts half after four days: an event is rarely told so much later.
HALF_LIFE_H = 96.0
# Of years nothing is left, and nothing can be shared by it.
LEAST_FADED = 1e-6
# Across languages less is shared: half marks, half pieces, times this.
ACROSS_LANGUAGES = 1.8
# Of marks the kind of event counts this, and so many times what names, places and figures do: budgets in
# Madrid and in Paris share their kind alone.
KIND_ALONE = 0.15
KIND_COUNTS = 4.0

# Below this people no longer see what the subjects of two articles have to do with each other: of what lies
# between .13 and .15 every other link was wrong on the tuning half of tests/quality/related_stories.tsv.
RELATED = 0.15
# So many different words make a text as good for this as any; a text of a quarter of them is compared as one.
LONG_ENOUGH = 70
SHORTEST = 0.25


def fading(hours: Floats) -> Floats:
    """What is left of a resemblance over this distance in time."""
    faded: Floats = np.power(0.5, np.abs(hours) / HALF_LIFE_H).astype(np.float32)
    return faded


def still_told(alike: Floats, faded: Floats) -> Floats:
    """The resemblance of a story's articles, of each with what time has left of it, as the story's own.

    A story that several have told is as old as what was told of it last: the distance of that article counts
    as much as the own one.
    """
    if len(alike) < NEAREST:
        return alike
    regained: Floats = alike * np.sqrt(faded.max() / np.maximum(faded, LEAST_FADED))
    return regained


def breadth(strongest: Floats, *, has_parts: bool = True) -> Floats:
    """What a resemblance counts for, from the share of it that its strongest word has; 0 to 1."""
    left = np.maximum(1 - strongest, LEAST_BROAD) / BROAD
    narrow = NARROW_COUNTS if has_parts else NARROW_COUNTS_WHOLE
    counts: Floats = np.power(np.minimum(left, 1), narrow).astype(np.float32)
    return counts


def has_parts(language: str) -> bool:
    """Whether analysis takes the language's compounds apart."""
    return language == "de"


def fit(
    alike: Floats,
    *,
    language: str,
    same_publisher: bool,
    other_section: bool,
    is_abroad: bool,
    lead_length: int,
    words_each: float,
) -> float:
    """How well an article fits a story, from its resemblance to each of the story's articles; 1 joins.

    `lead_length` is that of the shortest lead compared, in characters; `same_publisher` says that all
    of the story is told by the article's own publisher; `words_each` is how many different words the
    articles of the window have on average; `is_abroad` says that the nearest of them is in another language.
    """
    if len(alike) == 1 and not lead_length:
        needed = float(np.interp(words_each, (BARE_WINDOW, MIXED_WINDOW), (JOINS_ONE_BARE, JOINS_ONE)))
    elif len(alike) == 1:
        needed = float(np.interp(lead_length, (SHORT_LEAD, LONG_LEAD), (JOINS_ONE, JOINS_ONE_LONG)))
    else:
        needed = JOINS_TWO if len(alike) == 2 else JOINS_MANY
    if not has_parts(language):
        needed *= WHOLE if is_abroad else _whole(lead_length, language, words_each)
    needed *= SAME_PUBLISHER if same_publisher else 1.0
    needed *= OTHER_SECTION if other_section else 1.0
    return float(np.mean(np.sort(alike)[::-1][:NEAREST])) / needed


def _whole(lead_length: int, language: str, words_each: float) -> float:
    """What is asked of leads of this length where compounds stay whole, beside what German needs."""
    if language == "en" and not lead_length:
        windows = (BARE_ENGLISH, MIXED_ENGLISH)
        return float(np.interp(words_each, windows, (WHOLE_BARE_ENGLISH, WHOLE)))
    lengths, shares = zip(WHOLE_SHORT, WHOLE_MIDDLE, WHOLE_LONG, strict=True)
    return float(np.interp(lead_length, lengths, shares))


def become_one(alike: Floats, *, languages: int = 1) -> bool:
    """Rows are one story's articles, columns the other's; they are told in so many languages."""
    return kinship(alike) >= (MERGES if languages == 1 else MERGES_ACROSS)


def kinship(alike: Floats) -> float:
    """How much each article of either story resembles its nearest in the other, on average."""
    there = np.sort(alike, axis=1)[:, ::-1][:, :NEAREST].mean(axis=1)
    back = np.sort(alike, axis=0)[::-1, :][:NEAREST, :].mean(axis=0)
    return float(np.concatenate((there, back)).mean())
