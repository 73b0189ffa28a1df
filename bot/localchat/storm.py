"""Bad weather on order: a share of all calls goes wrong, by a seed, so that it can go wrong again."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Final

from bot.localchat.faults import GATEWAY_PAGE, Body, Close, Fault, Hold, Refuse, Reset
from bot.localchat.refusals import too_many_requests

SENDS: Final = frozenset({"sendMessage", "sendRichMessage"})
LONGEST_HOLD_S: Final = 8.0


@dataclass(slots=True, kw_only=True)
class Storm:
    """How many of a hundred sends meet which fault; give it to `Faults.weather`."""

    seed: int
    reset_before: float = 5
    reset_after: float = 3
    page: float = 2
    page_after: float = 1
    junk: float = 1
    throttled: float = 1
    held: float = 2
    closed: float = 10
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def __call__(self, method: str) -> Fault | None:
        if method not in SENDS:
            return None
        names = ("reset_before", "reset_after", "page", "page_after", "junk", "throttled", "held", "closed")
        draw = self._chance.random() * 100
        for name in names:
            draw -= getattr(self, name)
            if draw < 0:
                return self._fault(name)
        return None

    def _fault(self, name: str) -> Fault:
        match name:
            case "reset_before" | "reset_after":
                return Reset(accept=name == "reset_after")
            case "page" | "page_after":
                accept = name == "page_after"
                return Body(status=502, body=GATEWAY_PAGE, content_type="text/html", accept=accept)
            case "junk":
                return Body(status=200, body=b'{"ok":tr', content_type="application/json", accept=True)
            case "throttled":
                return Refuse(too_many_requests(self._chance.randint(1, 3)))
            case "held":
                seconds = self._chance.uniform(0.5, LONGEST_HOLD_S)
                return Hold(until=asyncio.Event(), seconds=seconds)
            case _:
                return Close()
