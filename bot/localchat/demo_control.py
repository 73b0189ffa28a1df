"""What the chat page may know of the demo's time and news, and turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoState:
    """How the demo stands now."""

    now: datetime
    speed: float
    speeds: tuple[float, ...]
    paused: bool
    arrived: int
    total: int


class DemoControl(Protocol):
    """The demo's levers; the page shows a bar for them when it is given one."""

    def state(self) -> DemoState: ...

    def run_at(self, speed: float) -> None:
        """Let time pass at one of the speeds."""

    def pause(self, paused: bool) -> None:
        """Hold the news back, or let them come again."""

    async def bring_next(self) -> bool:
        """Let the next article arrive now; False if there is none left."""
        ...
