"""Which other stories belong beside a story, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.stories.member import LiveStory, Member
from bot.stories.reasons import Read, reason
from bot.stories.window import Placement, Window
from storage.records import Related, StoryId

MOST = 12


@dataclass(frozen=True, slots=True)
class Link:
    """Two stories of the window that belong beside each other."""

    one: LiveStory
    other: LiveStory
    score: float
    reason: tuple[str, ...]


def links_of(placements: Iterable[Placement], window: Window) -> list[Link]:
    """What these placements bring together: the strongest pair of articles stands for two stories."""
    strongest: dict[tuple[LiveStory, LiveStory], tuple[float, Member, Member]] = {}
    for article_id, nearest in (found for placement in placements for found in placement.found):
        newer, one = window.member(article_id)
        for other_id, score in nearest:
            older, other = window.member(other_id)
            if one is other:
                continue
            if score > strongest.get((one, other), (0.0,))[0]:
                strongest[one, other] = (score, newer, older)
    links = []
    for (one, other), (score, newer, older) in strongest.items():
        if words := why(newer, older, window):
            links.append(Link(one, other, score, words))
    return links


def why(one: Member, other: Member, window: Window) -> tuple[str, ...]:
    """The telling words both share, and what both are about; none where only style is alike."""
    marks = window.shared_marks(one.article_id, other.article_id)
    return reason(_read(one), _read(other), marks, rarity=window.likeness.rarity)


def _read(member: Member) -> Read:
    return Read(member.title, member.lead, member.language)


def without(lists: Mapping[StoryId, list[Related]], story_ids: set[StoryId]) -> dict[StoryId, list[Related]]:
    """The lists less every link of these stories: what they were linked for may have left them."""
    return {
        story_id: [link for link in links if link.other_id not in story_ids]
        for story_id, links in lists.items()
        if story_id not in story_ids
    }


def related_lists(
    links: Iterable[Link], before: Mapping[StoryId, list[Related]], gone: Mapping[StoryId, StoryId]
) -> dict[StoryId, list[Related]]:
    """New lists for the stories concerned: old links and new, those of merged stories handed on."""
    found: dict[StoryId, dict[StoryId, Related]] = {}

    def note(one: StoryId, other: StoryId, score: float, reason: tuple[str, ...]) -> None:
        one, other = gone.get(one, one), gone.get(other, other)
        known = found.setdefault(one, {}).get(other)
        if one != other and (known is None or score > known.score):
            found[one][other] = Related(story_id=one, other_id=other, score=score, reason=reason)

    for old in (link for part in before.values() for link in part):
        note(old.story_id, old.other_id, old.score, old.reason)
    for link in links:
        if link.one.story_id is not None and link.other.story_id is not None:
            note(link.one.story_id, link.other.story_id, link.score, link.reason)
            note(link.other.story_id, link.one.story_id, link.score, link.reason)
    return {one: _best(links.values()) for one, links in found.items()}


def _best(links: Iterable[Related]) -> list[Related]:
    return sorted(links, key=lambda link: (-link.score, -link.other_id))[:MOST]
