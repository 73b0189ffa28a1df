"""Unpacks compressed answers piece by piece and never beyond a limit: a bomb is never held in memory."""

from __future__ import annotations

import zlib

from bot.errors import FeedUnreachable

_GZIP = zlib.MAX_WBITS | 16


class Unpacker:
    """For one answer; raises FeedUnreachable when it is too large, damaged or packed in another way."""

    def __init__(self, encoding: str, *, most_bytes: int) -> None:
        """`encoding`: the header Content-Encoding, of which one layer is understood."""
        self._most_bytes = most_bytes
        self._body = bytearray()
        self._encoding = encoding.strip().lower()
        self._unpack: zlib._Decompress | None = None
        self._left = b""
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FeedUnreachable("the answer is packed in a way we did not ask for")

    def feed(self, packed: bytes) -> None:
        if self._encoding in {"", "identity"}:
            self._add(packed)
            return
        try:
            self._inflate(packed)
        except zlib.error as error:
            raise FeedUnreachable("the compressed answer is damaged") from error

    def close(self) -> bytes:
        """The whole body: half a feed would be remembered as the whole."""
        if self._unpack is not None and not self._unpack.eof:
            raise FeedUnreachable("the compressed answer is damaged")
        return bytes(self._body)

    def _inflate(self, packed: bytes) -> None:
        left, self._left = self._left + packed, b""
        while left:
            if self._unpack is None:
                self._unpack = self._start(left)
            elif self._unpack.eof:
                # Another member follows; anything else is padding.
                if len(left) < 2:
                    self._left = left
                    return
                if not left.startswith(b"\x1f\x8b"):
                    return
                self._unpack = self._start(left)
            room = self._most_bytes + 1 - len(self._body)
            self._add(self._unpack.decompress(left, room))
            left = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail

    def _start(self, first: bytes) -> zlib._Decompress:
        if self._encoding != "deflate":
            return zlib.decompressobj(_GZIP)
        # Half the servers that say "deflate" leave its header out.
        has_header = first[0] & 0x0F == 8 and first[0] >> 4 <= 7
        return zlib.decompressobj() if has_header else zlib.decompressobj(-zlib.MAX_WBITS)

    def _add(self, piece: bytes) -> None:
        self._body += piece[: self._most_bytes + 1 - len(self._body)]
        if len(self._body) > self._most_bytes:
            raise FeedUnreachable(f"the answer is larger than {self._most_bytes // 1_000_000} MB")
