"""The smallest Bot API that can be measured against: a process of its own that answers at once, or after a delay."""

from __future__ import annotations

import asyncio
import sys

import orjson

_RESULT = {
    "message_id": 1,
    "date": 1773208800,
    "chat": {"id": 1, "type": "private", "first_name": "A"},
    "from": {"id": 42, "is_bot": True, "first_name": "B", "username": "b_bot"},
    "text": "x" * 1000,
}
_BODY = orjson.dumps({"ok": True, "result": _RESULT})
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_BODY) + _BODY
)


class Answering(asyncio.Protocol):
    """Reads one request after the other, as far as its length is given."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            self._data = self._data[end + 4 + length :]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_ANSWER)


async def main(delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Answering(delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
