"""Ten stories of a labelled set with their articles, and the ten worst mistakes with why.

    python -m tests.quality.stories_shown [SET]

A mistake is an event in several stories or a story of several events; the worse, the more articles are out of place.
Why: how much the nearest pair across the gap resembles each other, as evidence of one event, and what both say.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from bot.analysis.analyser import Analyser
from bot.stories.member import LiveStory, Member
from bot.stories.related import why
from bot.stories.window import Window
from storage.records import ArticleId
from tests.quality.measures import event
from tests.quality.similar_lists import articles_of
from tests.quality.similar_news import SETS

SHOWN = 10


@dataclass(frozen=True)
class Mistake:
    what: str
    out_of_place: list[int]
    """Numbers of articles in the window."""
    beside: list[int]
    """Where the others are: of their event, or those whose story they are in."""


def placed(name: str) -> tuple[Window, dict[ArticleId, str]]:
    """The set in a window, and the labels of its articles."""
    labels, articles = articles_of(name)
    analyser, window = Analyser(), Window()
    for one in articles:
        found = analyser.analyse(title=one.title, summary=one.summary, text=one.text, language=one.language)
        window.place(one, found.for_article(one.id))
    return window, {one.id: label for label, one in zip(labels, articles, strict=True) if label}


def mistakes(window: Window, labels: dict[ArticleId, str]) -> list[Mistake]:
    """The worst first; chapters of one event may be together or apart."""
    by_story: dict[LiveStory, list[ArticleId]] = defaultdict(list)
    by_label: dict[str, list[ArticleId]] = defaultdict(list)
    for article_id, label in labels.items():
        by_story[window.member(article_id)[1]].append(article_id)
        by_label[label].append(article_id)
    found = [
        _strays("story of several events", ids, [event(labels[id_]) for id_ in ids])
        for ids in by_story.values()
    ]
    found += [
        _strays("event in several stories", ids, [id(window.member(id_)[1]) for id_ in ids])
        for ids in by_label.values()
    ]
    return sorted((one for one in found if one.out_of_place), key=lambda one: -len(one.out_of_place))


def _strays(what: str, ids: list[ArticleId], kinds: list[str] | list[int]) -> Mistake:
    [(most, _)] = Counter(kinds).most_common(1)
    return Mistake(
        what,
        [id_ for id_, kind in zip(ids, kinds, strict=True) if kind != most],
        [id_ for id_, kind in zip(ids, kinds, strict=True) if kind == most],
    )


def told(member: Member) -> str:
    return f"{member.title}  ({member.publisher}, {member.published_at:%d.%m. %H:%M})"


def explain(window: Window, mistake: Mistake) -> str:
    here, there = mistake.out_of_place, mistake.beside
    table = window.likeness.between(np.array(here), np.array(there))
    row, column = divmod(int(table.argmax()), len(there))
    one, other = (window.member(ArticleId(number))[0] for number in (here[row], there[column]))
    shared = ", ".join(why(one, other, window)) or "nothing telling"
    return f"nearest {table.max():.2f}: {one.title} / {other.title}; both: {shared}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", nargs="?", default=SETS[0], choices=SETS)
    window, labels = placed(parser.parse_args().set)
    stories = {window.member(article_id)[1] for article_id in labels}
    for story in sorted(stories, key=lambda story: -len(story.documents))[:SHOWN]:
        print(f"\n{len(story.documents)} articles")
        for member in window.members(story):
            print(f"  {labels.get(member.article_id, '-'):>24}  {told(member)}")
    for mistake in mistakes(window, labels)[:SHOWN]:
        print(f"\n{mistake.what}; {len(mistake.out_of_place)} out of place: {explain(window, mistake)}")
        for number in mistake.out_of_place:
            print(f"  {told(window.member(ArticleId(number))[0])}")


if __name__ == "__main__":
    main()
