"""How much cheaper editions are with fragments than rendered whole, for the same bytes.

Each round renders the same editions both ways, one after the other, in this process: only the ratio
matters, so a busy machine does no harm. Eight stories a chat out of some hundreds, seven topics a chat
out of 20,000, as in a morning's digests; six similar news under each story.

    python -m tests.benchmarks.bench_render [--chats 2000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from bot.digests.build import EditionView, SimilarItem, Source, StoryItem
from bot.messages.edition import Printed, print_edition
from bot.messages.fragments import Fragments
from bot.messages.render import Renderer
from storage.records import EditionState, StoryId

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
FLOOR = 4.0
WORDS = [
    "Nordkorea",
    "Atom-U-Boot",
    "Klimaschutz",
    "Landtag",
    "Haushalt",
    "Streit",
    "Gericht",
    "Urteil",
    "Flughafen",
    "Warnstreik",
    "Bahn",
    "Hochwasser",
    "Küste",
    "Windpark",
    "Rente",
    "Tarif",
    "Verhandlung",
    "Gipfel",
    "Gespräche",
    "Forscher",
    "Impfstoff",
    "Halbfinale",
]


def stories(count: int, rng: random.Random) -> list[StoryItem]:
    def sentence(length: int) -> str:
        return " ".join(rng.choices(WORDS, k=length)) + "."

    def story(number: int) -> StoryItem:
        at = NOW - timedelta(minutes=rng.randrange(30, 1400))
        outlets = rng.sample([f"Blatt {name}" for name in range(40)], 7)
        return StoryItem(
            story_id=StoryId(number),
            version=1,
            headline=sentence(8)[:-1],
            url=f"https://blatt.example/artikel/{number}?id={number}&quelle=feed",
            publisher=outlets[0],
            published_at=at,
            first_at=at - timedelta(hours=rng.randrange(1, 9)),
            last_at=at,
            language="de",
            summary=tuple(sentence(16) for _ in range(3)),
            sources=tuple(Source(publisher=name, is_wire=rng.random() < 0.3) for name in outlets),
            similar=tuple(
                SimilarItem(
                    title=sentence(9)[:-1],
                    publisher=name,
                    url=f"https://anderes.example/{number}/{place}",
                    published_at=at - timedelta(minutes=place * 7),
                    is_same_story=place < 4,
                )
                for place, name in enumerate(outlets[1:])
            ),
        )

    return [story(number) for number in range(count)]


def editions(count: int, rng: random.Random) -> list[EditionView]:
    known = stories(400, rng)
    return [
        EditionView(
            local_date=NOW.date(),
            due_at=NOW,
            state=EditionState.ISSUED,
            items=tuple(rng.sample(known, 8)),
            left_over=rng.randrange(0, 12),
            topics=tuple(f"{rng.choice(WORDS)} {rng.randrange(20_000)}" for _ in range(7)),
            checked=None,
            next_due_at=NOW + timedelta(hours=rng.choice((10, 11, 24))),
            slot="2026-03-11T07:30",
        )
        for _ in range(count)
    ]


def rendered(
    renderer: Renderer, views: list[EditionView], fragments: Fragments | None
) -> tuple[float, list[Printed]]:
    """CPU seconds a chat, and the messages."""
    started = time.process_time()
    made = [
        print_edition(renderer, view, language="de", zone="Europe/Berlin", now=NOW, fragments=fragments)
        for view in views
    ]
    return (time.process_time() - started) / len(views), made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chats", type=int, default=2000, help="editions with fragments; a tenth whole")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    rng = random.Random(20260311)
    renderer, views = Renderer(), editions(chosen.chats, rng)
    some = views[: max(chosen.chats // 10, 1)]
    whole, cached, ratios = [], [], []
    for _ in range(chosen.rounds):
        slow, as_whole = rendered(renderer, some, None)
        # A new minute each round: the fragments are made anew, and that is counted.
        fast, as_cached = rendered(renderer, views, Fragments())
        if as_cached[: len(some)] != as_whole:
            raise SystemExit("the messages differ")
        whole.append(slow)
        cached.append(fast)
        ratios.append(slow / fast)
    size = statistics.mean(sum(len(part.html) for part in made.parts) for made in as_whole)
    ratio = statistics.median(ratios)
    print(
        f"an edition: 8 stories, {size:.0f} characters of source; {len(views)} chats, {chosen.rounds} rounds"
    )
    print(f"rendered whole       {statistics.median(whole) * 1e6:8.0f} µs of CPU")
    print(f"with fragments       {statistics.median(cached) * 1e6:8.0f} µs of CPU")
    print(f"ratio                {ratio:8.1f}  (at least {FLOOR:.0f}); the same bytes: yes")
    raise SystemExit(ratio < FLOOR)


if __name__ == "__main__":
    main()
