"""What the window holds in memory: its articles, which story each is in, and what finds them.

It is a function of the stored articles in the order they were placed: read from the database it is as the
one that saw them arrive. Days come and go whole.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.stories.likeness import Likeness, Probe
from bot.stories.member import LiveStory, Member, member_of
from bot.stories.members import Members
from bot.stories.packing import kicker_code, packed, unpacked
from bot.stories.sketch import kicker, sketch
from bot.stories.teller import teller
from storage.records import Analysis, Article, ArticleId, KeptSketch, StoryId

# From its third time on a publisher's kicker names a series.
KICKER_REPEATS = 3


class Holding:
    """Empty at first; see `load` and `restore`."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        """Held by whoever loads the window or places articles in it."""
        self.owner = secrets.token_hex(8)
        """Who this is among the processes that could place articles."""
        self.forget()

    def forget(self) -> None:
        """What is in memory may not be what is stored: start over."""
        self.last: int | None = None
        """Number of the last stored sketch it knows; None until it is loaded."""
        self.likeness = Likeness()
        self._members = Members()
        self._days: list[tuple[int, int]] = []
        self._story_of: dict[int, LiveStory] = {}
        self._numbers: dict[ArticleId, int] = {}
        self._stories: dict[StoryId, LiveStory] = {}
        self._kicker_of: dict[int, int] = {}
        self._kickers: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    @property
    def day(self) -> int:
        """The day that articles are placed on now."""
        return self._days[-1][0] if self._days else 0

    @property
    def memory(self) -> int:
        """Memory its arrays and texts take."""
        return self.likeness.memory + self._members.memory

    def begin_day(self, day: int) -> None:
        """Articles from now on belong to this day, as the caller counts days; never to an earlier one."""
        if day > self.day or not self._days:
            self.likeness.end_day()
            self._days.append((day, self._members.end))

    def drop_days(self, before: int) -> None:
        """Forget the articles placed on earlier days."""
        ends = [first for _, first in self._days[1:]] + [self._members.end]
        gone = [end for (day, _), end in zip(self._days, ends, strict=False) if day < before]
        if not gone:
            return
        self._days = [(day, first) for day, first in self._days if day >= before]
        if not self._days:
            self.likeness.end_day()
        for number in [number for number in self._story_of if number < gone[-1]]:
            self._leave(number, gone[-1])
        self.likeness.drop(gone[-1])
        self._members.drop(gone[-1])

    def load(self, rows: Iterable[tuple[Article, Analysis]]) -> None:
        """Take in articles that have their stories already, in the order they were placed."""
        for article, analysis in rows:
            if article.story_id is None:
                continue
            story = self._stories.setdefault(article.story_id, LiveStory(article.story_id))
            self._remember(article, analysis, self._probe(article, analysis), story)

    def restore(self, rows: Sequence[KeptSketch]) -> None:
        """Take in articles as `kept` gave them away, in order of their numbers; in portions as one likes."""
        for day, of_day in groupby(rows, key=lambda row: row.day):
            self.begin_day(day)
            portion = [(row, unpacked(row.data)) for row in of_day]
            number = self.likeness.add_many([found.probe for _, found in portion])
            for row, found in portion:
                story = self._stories.setdefault(row.story_id, LiveStory(row.story_id))
                self._members.append_tail(found.tail, row.wire_of)
                self._hold(number, row.article_id, found.kicker, story)
                number += 1

    def kept(self, article_id: ArticleId) -> bytes:
        """What `restore` needs to know of an article."""
        number = self._numbers[article_id]
        return packed(
            self.likeness.recall(number), self._kicker_of.get(number, 0), self._members.tail(number)
        )

    def named(self, story: LiveStory, story_id: StoryId) -> None:
        """The story was stored under this id."""
        story.story_id = story_id
        self._stories[story_id] = story

    def members(self, story: LiveStory) -> list[Member]:
        return [self._members[number] for number in story.documents]

    def member(self, article_id: ArticleId) -> tuple[Member, LiveStory]:
        """An article of the window, and its story."""
        number = self._numbers[article_id]
        return self._members[number], self._story_of[number]

    def shared_marks(self, one: ArticleId, other: ArticleId) -> list[tuple[int, float]]:
        """Codes of what two articles say in any language, each with how telling it is."""
        return self.likeness.shared_marks(self._numbers[one], self._numbers[other])

    def _probe(self, article: Article, analysis: Analysis) -> Probe:
        key = kicker_code(teller(article), kicker(article.title))
        seen = self._kickers[key] if key else 0
        made = sketch(article, analysis, kicker_repeats=seen + 1 >= KICKER_REPEATS)
        language = analysis.language or article.language
        return self.likeness.probe(made, language=language, published_at=article.published_at)

    def _remember(self, article: Article, analysis: Analysis, probe: Probe, story: LiveStory) -> int:
        number = self.likeness.add(probe)
        self._members.append(member_of(article, analysis))
        self._hold(number, article.id, kicker_code(teller(article), kicker(article.title)), story)
        return number

    def _hold(self, number: int, article_id: ArticleId, kicker: int, story: LiveStory) -> None:
        if kicker:
            self._kickers[kicker] += 1
            self._kicker_of[number] = kicker
        self._story_of[number] = story
        self._numbers[article_id] = number
        story.documents.append(number)

    def _leave(self, number: int, before: int) -> None:
        """One of the articles with lower numbers than `before` goes, as all of them will."""
        self._numbers.pop(self._members[number].article_id)
        kicker = self._kicker_of.pop(number, 0)
        if kicker:
            self._kickers[kicker] -= 1
        story = self._story_of.pop(number)
        if story.documents and story.documents[0] < before:
            story.documents = [kept for kept in story.documents if kept >= before]
            if not story.documents and story.story_id is not None:
                self._stories.pop(story.story_id, None)
