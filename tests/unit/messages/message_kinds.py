# ruff: noqa: ARG005 - every kind is told a title, whether it says it or not
"""Every kind of message with what it is told: a title stands wherever feeds or readers can put words.

A new template needs an entry here; a list of entries where it says different things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Some
from typing import Any

from bot.digests.build import Checked
from bot.digests.scope import EVERYTHING, Scope
from bot.trends import Trend
from tests.unit.messages.test_edition import NOW, edition, item

Values = dict[str, Any]
Kind = Callable[[str], Values]
SOON = NOW + timedelta(hours=11)
EARLY = datetime(2026, 1, 2, tzinfo=UTC)


def article(title: str) -> Some:
    return Some(
        title=title,
        url="https://x.example/1",
        publisher=title,
        published_at=NOW - timedelta(hours=3),
        story_id=1,
    )


def trend(name: str) -> Trend:
    return Trend(name=name, told=4, usual=0.5, story_ids=())


def story(title: str, **changes: Any) -> Any:
    return item(1, title=title, publisher=title, **changes)


def view(title: str, *, is_empty: bool = False, **changes: Any) -> Any:
    items = () if is_empty else (story(title), item(2, title=title))
    made = edition(*items, topics=[title] * 6, left_over=3)
    checked = Checked(articles=312, publishers=10, since=NOW - timedelta(hours=12), stale=(title, title))
    return replace(made, checked=checked, **changes)


def broadcast(state: str, **more: Any) -> Kind:
    count = Some(total=9, sent=5, pending=1, failed=1, unknown=1, recalled=1, blocked=1, stale=1)
    progress = Some(bar="▓▓▓░", percent=60, rate=27.5, seconds_left=90)
    return lambda title: {
        "item": Some(title=title, text=title, url="https://x.example/1", capped=2),
        "state": state,
        "count": count,
        "progress": progress,
        "asks_recall": state == "running",
        **more,
    }


def preview(**changes: Any) -> Kind:
    def values(title: str) -> Values:
        audience = Some(reached=12, all=4, topics=8, told=2)
        draft = Some(edits_id=None, story_id=1, paid=True, **changes)
        made = Some(audience=audience, broadcast=draft, topics=[title] * 3, seconds=300, stars=12)
        return {"preview": made, "needs_approval": True, "minutes": 2}

    return values


def feed(title: str) -> Values:
    def one(condition: str, fault: str) -> Some:
        known = Some(publisher=title, section=title, failures=3, last_success_at=NOW - timedelta(days=2))
        return Some(
            condition=condition,
            fault=fault,
            status=503,
            feed=known,
            full_text=0.7,
            a_day=12.0,
            delay=timedelta(minutes=20),
        )

    conditions = ("well", "failing", "paused", "braked", "silent", "new")
    feeds = [one(condition, "status") for condition in conditions]
    return {"counts": dict.fromkeys(conditions, 2), "feeds": feeds, "page": 1, "pages": 2, "total": 12}


def hit(title: str) -> Some:
    return Some(
        article=article(title),
        snippet=Some(text=f"Treffer {title[:300]}", marks=((0, 7),)),
        others=(article(title).publisher,) * 2,
    )


def related(title: str) -> Some:
    return Some(article=article(title), reason=(title, title))


def why(title: str) -> Values:
    found = [Some(topic=title, words=(title[:40], "Wort"), article=article(title))] * 2
    voices = [Some(article=article(title), is_copy=copy, agency="dpa") for copy in (True, False)]
    told = Some(headline=title, article_count=9, independent_count=2)
    return {"why": Some(story=told, found=found, voices=voices, shared=(title[:40], "Wort"))}


def _sent(title: str) -> str:
    """As a person can have sent it: Telegram passes on no half characters."""
    return title.encode(errors="ignore").decode()


def nothing(_title: str) -> Values:
    return {}


def settings_chat(**changes: Any) -> Some:
    return Some(timezone="Europe/Berlin", breaking="topics", **{"paused_until": None, **changes})


QUERY_FAULTS = ("only_exclusions", "only_stop_words", "quote", "unknown_field", "")
FLAWS = (
    "empty",
    "long_title",
    "long_text",
    "bad_address",
    "unknown_address",
    "all_told",
    "over",
    "secret",
    "nobody",
)
BROADCAST_STATES = ("waiting", "paused", "recalling", "recalled", "cancelled", "done", "running")

MESSAGES: dict[str, list[Kind]] = {
    "admins_only": [nothing],
    "alert": [
        lambda title: {"cause": "edition", "about": "7", "reason": title},
        lambda title: {"cause": "story", "about": title, "reason": title},
        lambda title: {"cause": "update", "about": title, "reason": ""},
        lambda title: {"cause": "paused", "about": "", "reason": "", "until": NOW + timedelta(hours=9)},
        lambda title: {"cause": "paused", "about": "-100123", "reason": "", "until": NOW + timedelta(days=1)},
        lambda title: {"cause": "place_closed", "about": "-100123", "reason": title},
    ],
    "breaking": [
        lambda title: {"item": Some(title=title, text=f"{title}\n{title}", url="https://x.example/1")}
    ],
    "breaking_approve": [lambda title: {"minutes": 2, "reached": 1200}],
    "breaking_approved": [nothing],
    "breaking_cancelled": [nothing],
    "breaking_confirm": [preview()],
    "breaking_corrected": [nothing],
    "breaking_how": [
        lambda title: {"waits": True, "is_correction": False},
        lambda title: {"waits": False, "is_correction": False},
        lambda title: {"waits": True, "is_correction": True},
    ],
    "breaking_late": [nothing],
    "breaking_refused": [
        lambda title, flaw=flaw: {"flaw": flaw, "most_title": 200, "most_text": 2500} for flaw in FLAWS
    ],
    "broadcast_report": [broadcast(state) for state in BROADCAST_STATES],
    "delete_ask": [nothing],
    "delete_done": [nothing],
    "delete_kept": [nothing],
    "digest_without_topics": [nothing],
    "edition_empty": [
        lambda title: {"edition": view(title, is_empty=True)},
        lambda title: {"edition": view(title, is_empty=True, topics=())},
    ],
    "edition_foot": [lambda title: {"edition": view(title)}],
    "edition_head": [
        lambda title: {"edition": view(title), "count": 2},
        lambda title: {"edition": view(title, topics=(title,)), "count": 1},
        lambda title: {"edition": view(title, topics=()), "count": 2},
        lambda title: {"edition": view(title, topics=(), scope=Scope("AT", "sport")), "count": 2},
        lambda title: {"edition": view(title, is_follow=True), "count": 1},
    ],
    "edition_part": [lambda title: {"part": 1, "count": 3}],
    "edition_story": [
        lambda title: {"edition": view(title), "item": story(title), "number": 1},
        lambda title: {"edition": view(title), "item": story(title, news=(title,)), "number": 12},
        lambda title: {"edition": view(title), "item": story(title, similar=0), "number": 1},
    ],
    "export": [lambda title: {"count": 2, "number": 1, "document": f'{{"topic": "{_sent(title)}"}}'}],
    "failed": [nothing],
    "feeds": [feed],
    "format_question": [nothing],
    "format_set": [lambda title: {"is_rich": True}, lambda title: {"is_rich": False}],
    "format_unavailable": [nothing],
    "group_admins_only": [nothing],
    "group_hello": [nothing],
    "headlines": [
        lambda title: {
            "items": [story(title), story(title)],
            "scope": EVERYTHING,
            "trends": [trend(title)] * 2,
        },
        lambda title: {"items": [story(title)], "scope": Scope("BA", "economy"), "trends": []},
        lambda title: {"items": [], "scope": EVERYTHING, "trends": []},
        lambda title: {"items": [], "scope": Scope(section="sport"), "trends": []},
    ],
    "headlines_unclear": [lambda title: {"text": title}],
    "help": [lambda title: {"is_admin": True}],
    "inline_story": [lambda title: {"item": story(title)}],
    "not_followed": [lambda title: {"topic": title}],
    "not_your_words": [nothing],
    "pause": [
        lambda title: {
            "is_paused": False,
            "until": None,
            "resumed": False,
            "unclear": title,
            "next_due_at": None,
        },
        lambda title: {
            "is_paused": False,
            "until": None,
            "resumed": True,
            "unclear": "",
            "next_due_at": SOON,
        },
        lambda title: {
            "is_paused": True,
            "until": SOON,
            "resumed": False,
            "unclear": "",
            "next_due_at": SOON,
        },
        lambda title: {
            "is_paused": True,
            "until": None,
            "resumed": False,
            "unclear": "",
            "next_due_at": SOON,
        },
    ],
    "privacy": [nothing],
    "query_unclear": [
        lambda title, fault=fault: {"fault": fault, "text": title, "about": title, "suggestion": title}
        for fault in QUERY_FAULTS
    ],
    "quiet": [
        lambda title: {"hours": ("22:00", "7:00"), "unclear": ""},
        lambda title: {"hours": (), "unclear": title},
    ],
    "remove_all_ask": [lambda title: {"total": 3}],
    "remove_all_done": [lambda title: {"total": 3}],
    "saved": [
        lambda title: {"items": [story(title)] * 3, "total": 9, "first": 1, "page": 1, "pages": 3},
        lambda title: {"items": [], "total": 0, "first": 1, "page": 1, "pages": 1},
    ],
    "schedule": [
        lambda title: {
            "changed": True,
            "digests": [("7:30", 127), ("18:00", 5)],
            "next_due_at": SOON,
            "topic_count": 0,
            "is_paused": False,
        },
        lambda title: {
            "changed": False,
            "digests": [("7:30", 127)],
            "next_due_at": SOON,
            "topic_count": 1,
            "is_paused": True,
        },
        lambda title: {
            "changed": False,
            "digests": [],
            "next_due_at": None,
            "topic_count": 0,
            "is_paused": False,
        },
    ],
    "schedule_unclear": [lambda title: {"text": title}],
    "search": [
        lambda title: {
            "first": 1,
            "hits": [hit(title)] * 5,
            "is_exact": True,
            "page": 1,
            "pages": 3,
            "query": title,
            "total": 12,
        },
        lambda title: {
            "first": 1,
            "hits": [hit(title)],
            "is_exact": False,
            "page": 1,
            "pages": 1,
            "query": title,
            "total": 1,
        },
    ],
    "search_empty": [
        lambda title: {"query": title, "suggestion": title, "without": ""},
        lambda title: {"query": title, "suggestion": title, "without": title},
        lambda title: {"query": title, "suggestion": "", "without": ""},
    ],
    "search_how": [nothing],
    "settings": [
        lambda title: {
            "chat": settings_chat(),
            "next_due_at": SOON,
            "quiet": ("22:00", "7:00"),
            "is_paused": False,
        },
        lambda title: {"chat": settings_chat(), "next_due_at": SOON, "quiet": (), "is_paused": True},
    ],
    "similar": [
        lambda title: {
            "article": article(title),
            "same_story": [article(title)] * 8,
            "related": [related(title)] * 6,
        },
        lambda title: {"article": article(title), "same_story": [], "related": []},
    ],
    "similar_how": [nothing],
    "similar_unknown": [nothing],
    "patience": [nothing],
    "slow_down": [nothing],
    "sources": [
        lambda title: {
            "publishers": [
                Some(
                    publisher=title,
                    article_count=7,
                    last_published_at=NOW - timedelta(hours=1),
                    last_seen_at=EARLY,
                )
            ]
            * 5,
            "quiet_since": NOW - timedelta(days=3),
            "more": 4,
        },
        lambda title: {"publishers": [], "quiet_since": NOW, "more": 0},
    ],
    "start": [lambda title: {"is_group": True}, lambda title: {"is_group": False}],
    "start_done": [
        lambda title: {"topics": [title] * 3, "next_due_at": SOON},
        lambda title: {"topics": [], "next_due_at": None},
    ],
    "start_times": [lambda title: {"count": 2}, lambda title: {"count": 0}],
    "start_zone": [
        lambda title: {"chosen": True, "zone_name": title},
        lambda title: {"chosen": False, "zone_name": ""},
    ],
    "status": [
        lambda title: {
            "active": [title] * 25,
            "paused": [title] * 2,
            "digests": [("7:30", 31), ("9:00", 96)],
            "next_due_at": SOON,
            "chat": settings_chat(paused_until=SOON),
            "is_paused": True,
            "quiet": ("22:00", "7:00"),
            "last_seen_at": NOW - timedelta(minutes=4),
            "publisher_count": 9,
            "fresh": 240,
        },
        lambda title: {
            "active": [],
            "paused": [],
            "digests": [],
            "next_due_at": None,
            "chat": settings_chat(),
            "is_paused": True,
            "quiet": (),
            "last_seen_at": None,
            "publisher_count": 0,
            "fresh": 0,
        },
    ],
    "subscribe_how": [nothing],
    "subscribe_offer": [
        lambda title: {
            "known": False,
            "topic": title,
            "count": 12,
            "days": 7,
            "is_exact": True,
            "aliases": [title] * 3,
            "only_as_written": False,
            "items": [story(title)] * 3,
        },
        lambda title: {
            "known": True,
            "topic": title,
            "count": 0,
            "days": 7,
            "is_exact": True,
            "aliases": [],
            "only_as_written": True,
            "items": [],
        },
    ],
    "subscribed": [
        lambda title: {"topic": title, "next_due_at": SOON, "has_new_times": True},
        lambda title: {"topic": title, "next_due_at": None, "has_new_times": False},
    ],
    "subscriptions": [
        lambda title: {
            "total": 2,
            "topics": [(title, True), (title, False)],
            "first": 1,
            "next_due_at": SOON,
        },
        lambda title: {"total": 0, "topics": [], "first": 1, "next_due_at": None},
    ],
    "too_long": [lambda title: {"most": 500}],
    "topic": [lambda title: {"topic": title, "items": [story(title), story(title)]}],
    "topic_empty": [
        lambda title: {"topic": title, "days": 7, "suggestion": title},
        lambda title: {"topic": title, "days": 1, "suggestion": ""},
    ],
    "topic_how": [nothing],
    "unknown_command": [
        lambda title: {"command": title, "suggestion": ""},
        lambda title: {"command": title, "suggestion": "suche"},
    ],
    "unsubscribed": [lambda title: {"topic": title}],
    "why": [why, lambda title: {"why": Some(**{**vars(why(title)["why"]), "found": [], "shared": ()})}],
    "why_how": [nothing],
    "why_which": [nothing],
    "zone": [nothing],
    "zone_gone": [lambda title: {"name": title}],
    "zone_unknown": [lambda title: {"text": title}],
}

RICH: dict[str, list[Kind]] = {
    "edition_contents": [lambda title: {"contents": [(title, 2), (title, 3)]}],
    "edition_foot": [lambda title: {"edition": view(title)}],
    "edition_head": [
        lambda title: {"edition": view(title), "count": 2, "outlets": 4},
        lambda title: {"edition": view(title, is_follow=True), "count": 1, "outlets": 1},
    ],
    "edition_part": [lambda title: {"part": 1, "count": 2}],
    "edition_story": [
        lambda title: {
            "item": story(title),
            "number": 1,
            "sentences": 3,
            "with_related": True,
            "most_sources": 6,
        },
        lambda title: {
            "item": story(title, news=(title,), similar=0),
            "number": 1,
            "sentences": 2,
            "with_related": False,
            "most_sources": 3,
        },
    ],
    "edition_top": [nothing],
    "edition_topic": [lambda title: {"topic": title, "number": 1}],
    "format_sample": [nothing],
}

PARTIAL = {"story", "days", "feed_trouble"}
"""Macros of the others."""
