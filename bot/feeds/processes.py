"""Processes that read hostile bytes for us and are killed when they take too long or too much memory.

A document can be made so that reading it never ends; in a process it costs its own time only.
Messages both ways: a length of eight bytes, then JSON; the document follows its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any, Self

import orjson

from bot.errors import FeedUnreadable

MOST_SECONDS = 10.0
MOST_MEMORY = 1_000_000_000
LENGTH_BYTES = 8

Read = Callable[[bytes, Mapping[str, Any]], bytes]
"""Reads one document and answers in JSON; raises FeedUnreadable with the reason when it cannot."""


class ProcessPool:
    """Some processes of one module, which calls `serve`; started when first needed."""

    def __init__(
        self, module: str, *, what: str = "the feed", size: int = 2, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._module = module
        self._what = what
        self._most_seconds = most_seconds
        self._idle: asyncio.LifoQueue[asyncio.subprocess.Process | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._idle.put_nowait(None)
        self._running: set[asyncio.subprocess.Process] = set()

    async def ask(self, request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
        """The process's answer; raises FeedUnreadable, also when the process had to be ended."""
        process = await self._idle.get()
        try:
            if process is None or process.returncode is not None:
                process = await self._start()
            async with asyncio.timeout(self._most_seconds):
                answer = await _ask(process, orjson.dumps(request), body)
        except TimeoutError:
            await self._end(process)
            process = None
            raise FeedUnreadable(
                f"reading {self._what} took longer than {self._most_seconds:g} seconds"
            ) from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            await self._end(process)
            process = None
            raise FeedUnreadable(f"reading {self._what} needed too much memory") from None
        except asyncio.CancelledError:
            await self._end(process)
            process = None
            raise
        finally:
            self._idle.put_nowait(process)
        if "error" in answer:
            raise FeedUnreadable(answer["error"])
        return answer

    async def close(self) -> None:
        for process in tuple(self._running):
            await self._end(process)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
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


def serve(requests: IO[bytes], answers: IO[bytes], read: Read) -> None:
    """The life of such a process: one document after the other until the requests end."""
    while (request := _receive(requests)) is not None:
        body = _receive(requests) or b""
        try:
            answer = read(body, orjson.loads(request))
        except FeedUnreadable as error:
            answer = orjson.dumps({"error": str(error)})
        answers.write(len(answer).to_bytes(LENGTH_BYTES) + answer)
        answers.flush()


def _receive(requests: IO[bytes]) -> bytes | None:
    length = requests.read(LENGTH_BYTES)
    return requests.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def limit_memory() -> None:
    """No more than `MOST_MEMORY` for this process, where the system can say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - some systems have none

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
