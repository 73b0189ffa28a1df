"""What is left after the kills: compared with what was owed, with the local Bot API's ledger as witness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.schema_chats import chats, outbox
from tests.benchmarks.crash_world import OPEN, CrashWorld

if TYPE_CHECKING:
    from tests.benchmarks.kills import Trial

Copy = tuple[int, str]
# A deletion or an edit that is asked for again after a kill: what it wants is so already.
_DONE_BEFORE = ("message to delete not found", "message is not modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    kills: int
    deaths: dict[str, int]
    accepted: int
    under_way: int
    """Parts that were out when their sender died."""
    losses: int
    endless: int
    """Parts without an end."""
    given_up: int
    """Parts recorded as unknown: killed over twice."""
    lost_answers: int
    """Copies whose acceptance nobody could read."""
    duplicates: int
    inexcusable: int
    most_per_text: int
    missing_editions: int
    missing_articles: int
    unanswered: int
    not_forgotten: int
    unfinished_schemas: int
    left_after_recall: int
    """Copies of recalled items that still stand, beyond the repetitions nobody knows the number of."""
    violations: int
    fastest: int
    stall: float
    """Seconds for which the local Bot API itself stood still, at most."""
    refused: int
    reasons: Counter[str]
    secrets: int
    late_exits: int
    bad_codes: int

    @property
    def is_clean(self) -> bool:
        must_be_zero = (
            self.losses, self.endless, self.inexcusable, self.missing_editions, self.missing_articles,
            self.unanswered, self.not_forgotten, self.unfinished_schemas, self.left_after_recall, self.violations, self.refused,
            self.secrets, self.late_exits, self.bad_codes,
        )  # fmt: skip
        return not any(must_be_zero)

    def __str__(self) -> str:
        steps = ", ".join(f"{name} {count}" for name, count in sorted(self.deaths.items()))
        rows = [
            ("kills", f"{self.kills} ({steps})"),
            ("messages accepted", self.accepted),
            ("losses", self.losses),
            ("parts without an end", self.endless),
            ("parts recorded as unknown (killed over twice)", self.given_up),
            ("parts under way at a kill", self.under_way),
            ("answers lost on purpose", self.lost_answers),
            ("repetitions", f"{self.duplicates}, {self.duplicates / max(self.kills, 1):.2f} for each kill"),
            ("inexcusable ones among them", self.inexcusable),
            ("editions missing or double", self.missing_editions),
            ("articles missing or double", self.missing_articles),
            ("questions without an answer", self.unanswered),
            ("chats that were to be forgotten and are there", self.not_forgotten),
            ("schemas left unfinished", self.unfinished_schemas),
            ("recalled copies that still stand", self.left_after_recall),
            (
                "limit violations",
                f"{self.violations} (at most {self.fastest} in a second; longest stall of ours {self.stall:.2f} s)",
            ),
            ("requests refused as malformed", self.refused),
            ("secrets in logs", self.secrets),
            ("stops that took over 15 s or failed", self.late_exits + self.bad_codes),
        ]
        rows += [(f"  {reason}", number) for reason, number in self.reasons.most_common(12)]
        return "\n".join(f"{name:<48}{value}" for name, value in rows)


async def findings_of(world: CrashWorld, trial: Trial, *, log_path: Path) -> Findings:
    copies: Counter[Copy] = Counter((entry.chat_id or 0, entry.html) for entry in world.telegram.sent)
    # A copy whose acceptance nobody could read may come once more.
    excused = world.excused + Counter(
        (entry.chat_id or 0, entry.html) for entry in world.telegram.sent if not entry.is_answered
    )
    talkers = {person.id for person in world.talkers} | world.forgotten
    repeated = {copy: number - 1 for copy, number in copies.items() if number > 1 and copy[0] not in talkers}
    rows = await _rows(world)
    sent = {copy for copy, state in rows if state == "sent"}
    ended = {copy for copy, state in rows if state not in OPEN}
    # Whose number nobody knows cannot be deleted either.
    unknown = Counter(copy for copy, state in rows if state == "unknown")
    log = log_path.read_text(errors="replace")  # noqa: ASYNC240 - the workers have ended
    states = await world.states()
    rates = world.telegram.api.rates
    return Findings(
        kills=sum(trial.deaths.values()),
        deaths=dict(trial.deaths),
        accepted=len(world.telegram.sent),
        under_way=trial.under_way,
        losses=len(sent - copies.keys()) + len(world.expected - copies.keys() - ended),
        endless=sum(states[state] for state in OPEN),
        given_up=states["unknown"],
        lost_answers=sum(not entry.is_answered for entry in world.telegram.sent),
        duplicates=sum(repeated.values()),
        inexcusable=sum(max(0, number - excused[copy]) for copy, number in repeated.items()),
        most_per_text=max(repeated.values(), default=0),
        missing_editions=await world.missing_editions(),
        missing_articles=await world.missing_articles(),
        unanswered=_unanswered(world, log),
        unfinished_schemas=trial.unfinished_schemas,
        not_forgotten=await _still_there(world),
        left_after_recall=_left_after_recall(world, Counter(repeated) + unknown),
        violations=len(rates.violations) if rates else 0,
        fastest=rates.fastest if rates else 0,
        stall=world.stalls[0],
        refused=sum(
            request.status == 400 and not any(said in request.reason for said in _DONE_BEFORE)
            for request in world.telegram.requests
        ),
        reasons=Counter(
            f"{request.status} {request.method}: {request.reason}"
            for request in world.telegram.requests
            if request.status >= 400
        )
        + Counter(
            f"too fast for {one.chat_id or 'all'}: {one.method}"
            for one in (rates.violations if rates else ())
        ),
        secrets=log.count(world.telegram.token),
        late_exits=trial.late_exits,
        bad_codes=len(trial.bad_codes),
    )


def _unanswered(world: CrashWorld, log: str) -> int:
    """Questions nobody answered, beside those that were given up after two lost answers, as the log says."""
    missing = sum(
        max(0, world.asked[person.id] - len(world.telegram.replies(person))) for person in world.talkers
    )
    return max(0, missing - log.count("answer given up as unknown"))


async def _rows(world: CrashWorld) -> list[tuple[Copy, str]]:
    statement = select(chats.c.telegram_id, outbox.c.html, outbox.c.state).join(
        chats, chats.c.id == outbox.c.chat_id
    )
    async with world.services.storage.read() as tx:
        found = await tx.outbox._connection.execute(statement)
        return [((row.telegram_id, row.html), row.state) for row in found]


async def _still_there(world: CrashWorld) -> int:
    async with world.services.storage.read() as tx:
        return sum([await tx.chats.find(number) is not None for number in world.forgotten])


def _left_after_recall(world: CrashWorld, beyond_reach: Counter[Copy]) -> int:
    left = 0
    for title in world.recalled.values():
        for person in world.audience:
            standing = sum(title in message.text.split("\n") for message in world.telegram.replies(person))
            excess = sum(
                number
                for (chat, html), number in beyond_reach.items()
                if chat == person.id and f">{title}<" in html
            )
            left += max(0, standing - excess)
    return left
