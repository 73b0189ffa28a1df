"""Parses feeds in processes of their own, which are killed when they take too long or too much memory.

A feed can be made so that parsing it never ends; in a process it costs its own time only.
Messages both ways: a length of eight bytes, then JSON; the body of the feed follows its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from types import TracebackType
from typing import IO, Any, Self

import orjson

from bot.errors import FeedUnreadable
from bot.feeds.entries import ParsedFeed
from bot.feeds.parse import parse
from bot.feeds.wire import from_wire, to_wire

MOST_SECONDS = 10.0
MOST_MEMORY = 1_000_000_000
LENGTH_BYTES = 8


class ParserPool:
    """Some parsing processes, started when first needed."""

    def __init__(self, *, size: int = 2, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._idle: asyncio.LifoQueue[asyncio.subprocess.Process | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._idle.put_nowait(None)
        self._running: set[asyncio.subprocess.Process] = set()

    async def parse(
        self, body: bytes, *, url: str = "", content_type: str = "", language: str = ""
    ) -> ParsedFeed:
        """As `bot.feeds.parse.parse`; raises FeedUnreadable also when the process had to be ended."""
        process = await self._idle.get()
        try:
            if process is None or process.returncode is not None:
                process = await self._start()
            request = {"url": url, "content_type": content_type, "language": language}
            async with asyncio.timeout(self._most_seconds):
                answer = await _ask(process, orjson.dumps(request), body)
        except TimeoutError:
            await self._end(process)
            process = None
            raise FeedUnreadable(
                f"reading the feed took longer than {self._most_seconds:g} seconds"
            ) from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            await self._end(process)
            process = None
            raise FeedUnreadable("reading the feed needed too much memory") from None
        except asyncio.CancelledError:
            await self._end(process)
            process = None
            raise
        finally:
            self._idle.put_nowait(process)
        if "error" in answer:
            raise FeedUnreadable(answer["error"])
        return from_wire(answer)

    async def close(self) -> None:
        for process in tuple(self._running):
            await self._end(process)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.feeds.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # It finds the same modules as we do and learns none of our secrets.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )
        self._running.add(process)
        return process

    async def _end(self, process: asyncio.subprocess.Process | None) -> None:
        if process is not None:
            self._running.discard(process)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # Reading on would wait for a pipe nobody writes to any more.
            await process.communicate()


async def _ask(process: asyncio.subprocess.Process, request: bytes, body: bytes) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    for part in (request, body):
        process.stdin.write(len(part).to_bytes(LENGTH_BYTES) + part)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
    answer: dict[str, Any] = orjson.loads(await process.stdout.readexactly(length))
    return answer


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """The life of a parsing process: one feed after the other until the requests end."""
    while (request := _receive(requests)) is not None:
        body = _receive(requests) or b""
        try:
            answer = to_wire(parse(body, **orjson.loads(request)))
        except FeedUnreadable as error:
            answer = {"error": str(error)}
        encoded = orjson.dumps(answer, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        answers.write(len(encoded).to_bytes(LENGTH_BYTES) + encoded)
        answers.flush()


def _receive(requests: IO[bytes]) -> bytes | None:
    length = requests.read(LENGTH_BYTES)
    return requests.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - some systems have none

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
