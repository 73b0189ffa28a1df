"""Waiting for something to change, without asking again and again."""

import asyncio


class Changes:
    """A bell that wakes all who wait for it, each time it rings."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Wait for the next ring; False if it did not ring in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._next.wait()
        except TimeoutError:
            return False
        return True
