"""Processes that read hostile bytes for us and are killed when they take too long or too much memory.

A document can be made so that reading it never ends; in a process it costs its own time only.
A process gets some documents ahead, so that it need not wait for us between them, and answers in order.
Messages both ways: a length of eight bytes, then so many. A question is two, a request in JSON and the
document; an answer is one, and its first byte says whether it is one, the reason why there is none, or an
error of our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from traceback import format_exc
from typing import IO, Any, Self, cast

import orjson

from bot.errors import FeedUnreadable

MOST_SECONDS = 10.0
MOST_MEMORY = 1_000_000_000
LENGTH_BYTES = 8
# What a process has before it at once; a large document goes alone.
MOST_AHEAD = 4
MOST_BYTES_AHEAD = 500_000
# Behind a document that takes so long nobody waits: the others are given to another process.
SLOW_SECONDS = 0.3
ANSWERED, REFUSED, BROKEN = b"=", b"!", b"?"

Read = Callable[[bytes, Mapping[str, Any]], bytes]
"""Reads one document and answers with bytes; raises FeedUnreadable with the reason when it cannot."""


@dataclass(slots=True, eq=False)
class _Question:
    message: bytes
    answer: asyncio.Future[bytes] | None
    """None when another process was asked, too."""

    def settle(self, answer: bytes) -> None:
        if self.answer is None or self.answer.done():
            return
        if answer.startswith(ANSWERED):
            self.answer.set_result(answer[1:])
        elif answer.startswith(BROKEN):
            self.answer.set_exception(ChildProcessError(answer[1:].decode(errors="replace")))
        else:
            self.answer.set_exception(FeedUnreadable(answer[1:].decode()))


class ProcessPool:
    """Some processes of one module, which calls `serve`; started when first needed."""

    def __init__(
        self, module: str, *, what: str = "the feed", size: int = 2, most_seconds: float = MOST_SECONDS
    ) -> None:
        self.what = what
        self.most_seconds = most_seconds
        self._module = module
        self._size = size
        self._waiting: deque[_Question] = deque()
        self._processes: set[_Process] = set()
        self._ending: set[_Process] = set()
        self._starting: set[asyncio.Task[None]] = set()

    async def ask(self, request: Mapping[str, Any], body: bytes) -> bytes:
        """The process's answer; raises FeedUnreadable, also when the process had to be ended.

        Raises ChildProcessError for an error of our own, with the process's traceback for its text.
        """
        asked = orjson.dumps(request)
        message = b"".join((len(asked).to_bytes(LENGTH_BYTES), asked, len(body).to_bytes(LENGTH_BYTES), body))
        question = _Question(message, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        self.hand_out()
        return await cast("asyncio.Future[bytes]", question.answer)

    def hand_out(self) -> None:
        """Give what waits to the processes that have least before them."""
        while self._waiting:
            if self._waiting[0].answer is None or self._waiting[0].answer.done():  # nobody waits any more
                self._waiting.popleft()
                continue
            ready = min(self._processes, key=lambda process: len(process.asked), default=None)
            if (ready is None or ready.asked) and len(self._processes) + len(self._starting) < self._size:
                self._starting.add(asyncio.create_task(self._start()))
            if ready is None or not ready.has_room(len(self._waiting[0].message)):
                return
            ready.ask(self._waiting.popleft())

    def give_back(self, questions: list[_Question]) -> None:
        """What a process got and will not answer in time is asked again, before all others."""
        self._waiting.extendleft(reversed([one for one in questions if one.answer is not None]))
        self.hand_out()

    def ended(self, process: _Process) -> None:
        """It answers no more; another takes its place."""
        self._processes.discard(process)
        self._ending.add(process)
        process.gone.add_done_callback(lambda _: self._ending.discard(process))

    async def close(self) -> None:
        self._size = 0
        await asyncio.gather(*self._starting, return_exceptions=True)
        for process in tuple(self._processes):
            process.end("was broken off")
        for question in self._waiting:
            question.settle(REFUSED + f"reading {self.what} was broken off".encode())
        await asyncio.gather(*(process.gone for process in self._ending))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _start(self) -> None:
        process = _Process(self)
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: process,
                sys.executable,
                "-m",
                self._module,
                stderr=asyncio.subprocess.DEVNULL,
                # It finds the same modules as we do and learns none of our secrets.
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "PATH": os.environ.get("PATH", ""),
                },
            )
            if not process.is_running:  # or the next would be started at once, and so on
                raise ChildProcessError(f"the process reading {self.what} ended at its start")
            self._processes.add(process)
        except OSError as error:
            if self._waiting and (answer := self._waiting.popleft().answer) and not answer.done():
                answer.set_exception(error)
        finally:
            self._starting.discard(cast("asyncio.Task[None]", asyncio.current_task()))
        self.hand_out()


class _Process(asyncio.SubprocessProtocol):
    """One of them, and what it was asked and has not answered yet, in order."""

    def __init__(self, pool: ProcessPool) -> None:
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self._is_over = False
        self._received = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._began = 0.0
        self.asked: deque[_Question] = deque()
        self.gone: asyncio.Future[None] = self._loop.create_future()

    @property
    def is_running(self) -> bool:
        return not self._is_over

    def has_room(self, size: int) -> bool:
        """Nothing more for one that is slow: its last question is nobody's any more."""
        if not self.asked:
            return True
        if len(self.asked) >= MOST_AHEAD or self.asked[-1].answer is None:
            return False
        return size + sum([len(one.message) for one in self.asked]) <= MOST_BYTES_AHEAD

    def ask(self, question: _Question) -> None:
        if not self.asked:
            self._began = self._loop.time()
        self.asked.append(question)
        if self._timer is None:
            self._look_again()
        if self._transport is not None:
            cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0)).write(question.message)

    def end(self, reason: str) -> None:
        """Kill it; what it was at gets the reason for an answer, what it was not yet at is asked again."""
        if self._is_over or self._transport is None:
            return
        self._is_over = True
        with contextlib.suppress(ProcessLookupError):
            self._transport.kill()  # its pipes end with it
        if self._timer is not None:
            self._timer.cancel()
        self._pool.ended(self)
        if self.asked:
            self.asked.popleft().settle(REFUSED + f"reading {self._pool.what} {reason}".encode())
        self._pool.give_back(list(self.asked))
        self.asked.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002 - there is one pipe only
        self._received += data
        while not self._is_over and len(self._received) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._received[:LENGTH_BYTES])
            if len(self._received) < end:
                return
            answer = bytes(self._received[LENGTH_BYTES:end])
            del self._received[:end]
            self._began = self._loop.time()
            if self.asked:
                self.asked.popleft().settle(answer)
            self._pool.hand_out()

    def process_exited(self) -> None:
        self.end("needed too much memory")
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if not self.gone.done():
            self.gone.set_result(None)

    def _look_again(self) -> None:
        """In time for what it is at; one timer for however many documents."""
        now = self._loop.time()
        is_late = now - self._began >= SLOW_SECONDS
        soon = (now if is_late else self._began) + SLOW_SECONDS
        self._timer = self._loop.call_at(min(soon, self._began + self._pool.most_seconds), self._look)

    def _look(self) -> None:
        self._timer = None
        if not self.asked:
            return
        spent = self._loop.time() - self._began
        if spent >= self._pool.most_seconds:
            self.end(f"took longer than {self._pool.most_seconds:g} seconds")
            return
        if spent >= SLOW_SECONDS and len(self.asked) > 1:
            behind = [self.asked.pop() for _ in range(len(self.asked) - 1)][::-1]
            # It has them already and will answer to nobody.
            self.asked.extend(_Question(b"", None) for _ in behind)
            self._pool.give_back(behind)
        self._look_again()


def serve(requests: IO[bytes], answers: IO[bytes], read: Read) -> None:
    """The life of such a process: one document after the other until the requests end."""
    while (request := _receive(requests)) is not None:
        body = _receive(requests) or b""
        try:
            answer = ANSWERED + read(body, orjson.loads(request))
        except FeedUnreadable as error:
            answer = REFUSED + str(error).encode()
        except MemoryError:  # no document is worth going on without
            raise
        except Exception:  # noqa: BLE001 - whoever asked logs it: nobody hears this process beside its answers
            answer = BROKEN + format_exc().encode(errors="replace")
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
