"""The stories of the last days in memory: places each new article once, in order.

The window is a function of the articles in it: loaded from the database it answers as the one that
saw them arrive. Whoever cannot store what it decided must let it forget and load it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.stories import rules
from bot.stories.areas import is_elsewhere
from bot.stories.arrays import Floats, Ints
from bot.stories.facts import announced, is_news
from bot.stories.holding import Holding
from bot.stories.likeness import Compared, Near, Probe
from bot.stories.lookalikes import is_another
from bot.stories.member import LiveStory, Member
from bot.stories.sections import is_sport
from bot.stories.sketch import lead
from bot.stories.splitting import APART, LEAST_ARTICLES, is_time_to_look, second_event
from bot.stories.teller import is_one_teller, teller
from bot.stories.wire import first_told, is_copy
from storage.records import Analysis, Article, ArticleId

# Of a long story its newest articles stand for all.
NEWEST = 48
STORIES = 12
LINKS = 12
COPY_CANDIDATES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """A story told two events: the part with its first article keeps its id, the other is a story now."""

    story: LiveStory
    part: LiveStory
    article_ids: tuple[ArticleId, ...]
    """The articles that went with the part."""
    links: tuple[tuple[ArticleId, tuple[tuple[ArticleId, float], ...]], ...]
    """Each article of both, with those of other stories whose subject is nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs and what follows from it."""

    article_id: ArticleId
    story: LiveStory
    is_new: bool
    """The article starts the story."""
    is_news: bool
    """It adds to the story what none of its articles told before."""
    absorbed: tuple[LiveStory, ...]
    """Stories that turn out to be this one."""
    copies: tuple[tuple[ArticleId, ArticleId], ...]
    """Articles now known to be wire copies, each with the one it copies."""
    links: tuple[tuple[ArticleId, float], ...]
    """The articles that resemble it most, best first, with how much."""
    kin: tuple[tuple[ArticleId, float], ...] = ()
    """Articles of other stories whose subject is nearest, best first, with how near."""
    parting: Parting | None = None
    """What the story turned out to hold besides."""

    @property
    def found(self) -> tuple[tuple[ArticleId, tuple[tuple[ArticleId, float], ...]], ...]:
        """The article, and those of stories that parted, each with what resembles it most."""
        return ((self.article_id, self.kin), *(self.parting.links if self.parting else ()))

    @property
    def is_copy(self) -> bool:
        return any(copy == self.article_id for copy, _ in self.copies)


@dataclass(frozen=True, slots=True)
class _Fit:
    score: float
    story: LiveStory
    strangers: int
    """How many of its articles do not resemble the newcomer at all."""


class Window(Holding):
    """Places articles among those it holds."""

    def place(self, article: Article, analysis: Analysis) -> Placement:
        """Find the article's story, or start one, and take it in."""
        probe = self._probe(article, analysis)
        near, compared, resemblance = self._compare(probe)
        documents = near.documents
        alike = self.likeness.alike(probe, near, compared.direct)
        joins = self._fits(article, probe, documents, alike)
        story = joins[0].story if joins else LiveStory()
        told = self.facts(story)
        number = self._remember(article, analysis, probe, story)
        copies = tuple(self._find_copies(number, documents[np.argsort(-compared.direct, kind="stable")]))
        is_copy_itself = any(copy == article.id for copy, _ in copies)
        absorbed = tuple(self._absorb(story, [fit.story for fit in joins[1:]]))
        return Placement(
            article_id=article.id,
            story=story,
            is_new=not joins,
            is_news=bool(joins) and not is_copy_itself and is_news(announced(article, analysis) - told),
            absorbed=absorbed,
            copies=copies,
            links=tuple(self._links(documents, resemblance)),
            kin=self._kin(documents, compared.kin, resemblance, self._story_of[number]),
            parting=self._part(story) if joins and joins[0].strangers >= LEAST_ARTICLES else None,
        )

    def facts(self, story: LiveStory) -> frozenset[str]:
        """Numbers and names its articles have told."""
        return frozenset().union(*(member.stated for member in self.members(story)))

    def _compare(self, probe: Probe) -> tuple[Near, Compared, Floats]:
        """Articles worth a look, what is shared with each, and resemblance with what the neighbours know."""
        first = self.likeness.near(self.likeness.candidates(probe))
        found, compared = first.documents, self.likeness.compare(probe, first)
        order = np.argsort(-compared.direct, kind="stable")
        best = order[: rules.NEIGHBOURS]
        best = best[compared.direct[best] >= rules.IS_NEIGHBOUR]
        stories = dict.fromkeys(self._story_of[number] for number in found[order].tolist())
        newest = [story.documents[-NEWEST:] for story in list(stories)[:STORIES]]
        more = np.setdiff1d(np.array([n for part in newest for n in part], np.int64), found)
        rest = self.likeness.near(more)
        whole = first.plus(rest)
        beyond = self.likeness.beyond(probe, whole, found[best], compared.direct[best])
        compared = compared.plus(self.likeness.compare(probe, rest))
        combined = (1 - rules.BEYOND) * compared.direct + rules.BEYOND * beyond
        return whole, compared, np.maximum(compared.direct, combined)

    def _fits(self, article: Article, probe: Probe, documents: Ints, alike: Floats) -> list[_Fit]:
        """The stories the article can join, the one that fits best first."""
        places: dict[LiveStory, list[int]] = {}
        for place, number in enumerate(documents.tolist()):
            places.setdefault(self._story_of[number], []).append(place)
        faded = self.likeness.fading(probe, documents)
        fits, words_each = [], self.likeness.words_each
        for story, own in places.items():
            if len(own) < min(len(story.documents), NEWEST):
                continue  # too far down the list to have been looked at whole
            each = rules.still_told(alike[own], faded[own])
            if each.max() < rules.LEAST_NEEDED:
                continue
            members = [self._members[number] for number in documents[own].tolist()]
            nearest = members[int(np.argmax(each))]
            score = rules.fit(
                each,
                language=probe.language,
                same_publisher=all(is_one_teller(teller(article), member.teller) for member in members),
                other_section=is_sport(article) != any(member.is_sport for member in members),
                is_abroad=nearest.language != probe.language,
                lead_length=min(len(lead(article)), *(len(member.lead) for member in members)),
                words_each=words_each,
            )
            if score >= 1 and not is_another(article, nearest) and not is_elsewhere(article, members):
                fits.append(_Fit(score, story, int(np.count_nonzero(each < APART))))
        return sorted(fits, key=lambda fit: -fit.score)

    def _absorb(self, story: LiveStory, others: list[LiveStory]) -> Iterator[LiveStory]:
        """Of the stories the article fits as well, those that are the same event."""
        for other in others:
            if not self._are_one(story, other):
                continue
            for number in other.documents:
                self._story_of[number] = story
            story.take_over(other)
            yield other

    def _are_one(self, story: LiveStory, other: LiveStory) -> bool:
        mine, theirs = self.members(story), self.members(other)
        if any(one.is_sport for one in mine) != any(one.is_sport for one in theirs):
            return False
        if any(is_elsewhere(one, mine) for one in theirs):
            return False
        some, more = (np.array(one.documents[-NEWEST:], np.int64) for one in (story, other))
        languages = {one.language for one in (*mine, *theirs)}
        return rules.become_one(self.likeness.between(some, more), languages=len(languages))

    def _part(self, story: LiveStory) -> Parting | None:
        """Take a second event out of the story, if it holds one."""
        if not is_time_to_look(len(story.documents)) or len(story.documents) > NEWEST:
            return None
        numbers = np.array(story.documents, np.int64)
        places = second_event(self.likeness.between(numbers, numbers))
        if places is None:
            return None
        leaving = numbers[places].tolist()
        part = LiveStory(documents=leaving)
        for number in leaving:
            self._story_of[number] = part
        story.documents = [number for number in story.documents if number not in set(leaving)]
        return Parting(
            story=story,
            part=part,
            article_ids=tuple(self._members[number].article_id for number in leaving),
            links=tuple(map(self._links_of, numbers.tolist())),
        )

    def _links_of(self, number: int) -> tuple[ArticleId, tuple[tuple[ArticleId, float], ...]]:
        probe = self.likeness.recall(number)
        near, compared, resemblance = self._compare(probe)
        kin = self._kin(near.documents, compared.kin, resemblance, self._story_of[number])
        return self._members[number].article_id, kin

    def _kin(
        self, documents: Ints, kin: Floats, resemblance: Floats, story: LiveStory
    ) -> tuple[tuple[ArticleId, float], ...]:
        """The subject says who belongs beside it, the resemblance too in which order: it may be the event."""
        score = (kin + resemblance) / 2
        order = np.argsort(-score, kind="stable")
        order = order[kin[order] >= rules.RELATED]
        others = [place for place in order.tolist() if self._story_of[int(documents[place])] is not story]
        return tuple(
            (self._members[int(documents[place])].article_id, round(float(score[place]), 4))
            for place in others[:LINKS]
        )

    def _find_copies(self, number: int, nearest: Ints) -> Iterator[tuple[ArticleId, ArticleId]]:
        """The new article's copies and originals, set right and told as (copy, original)."""
        new = self._members[number]
        found = (self._members[other] for other in nearest[:COPY_CANDIDATES].tolist())
        origins = [self._origin(member) for member in found if is_copy(new, member)]
        if not origins:
            return
        original = first_told([new, *origins])
        for member in [new, *origins, *self._copies_of(origins)]:
            is_original = member.article_id == original.article_id
            if not is_original and member.wire_of != original.article_id:
                self._members.set_wire_of(self._numbers[member.article_id], original.article_id)
                yield member.article_id, original.article_id
        self._members.set_wire_of(self._numbers[original.article_id], None)

    def _copies_of(self, origins: list[Member]) -> Iterator[Member]:
        ids = {member.article_id for member in origins}
        for story in {self._story_of[self._numbers[id_]] for id_ in ids}:
            yield from (member for member in self.members(story) if member.wire_of in ids)

    def _origin(self, member: Member) -> Member:
        number = self._numbers.get(member.wire_of) if member.wire_of is not None else None
        return member if number is None else self._members[number]

    def _links(self, documents: Ints, resemblance: Floats) -> Iterator[tuple[ArticleId, float]]:
        best = np.argsort(-resemblance, kind="stable")[:LINKS]
        for number, score in zip(documents[best].tolist(), resemblance[best].tolist(), strict=True):
            if score > 0:
                yield self._members[number].article_id, round(score, 4)
