"""Compressed answers, good, broken and hostile."""

import gzip
import zlib

import pytest

from bot.errors import FeedUnreachable
from bot.feeds.unpack import Unpacker

TEXT = b"Der Rat tagt. " * 500


def unpacked(body, encoding, *, most=10_000_000, pieces=1_000):
    unpacker = Unpacker(encoding, most_bytes=most)
    for start in range(0, len(body), pieces):
        unpacker.feed(body[start : start + pieces])
    return unpacker.close()


def raw_deflate(text):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize("pieces", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT[:600], mtime=0) + gzip.compress(TEXT[600:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 20),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
)
def test_what_was_packed_is_unpacked(encoding, body, pieces):
    assert unpacked(body, encoding, pieces=pieces) == TEXT


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], "damaged"),
        ("gzip", b"\x1f\x8b\x08garbage", "damaged"),
        ("gzip", TEXT, "damaged"),
        ("deflate", zlib.compress(TEXT)[:-9], "damaged"),
        ("br", b"x", "did not ask"),
        ("zstd", b"x", "did not ask"),
        (", ".join(["gzip"] * 30), gzip.compress(TEXT, mtime=0), "did not ask"),
        ("gzip", gzip.compress(b"\0" * 3_000_000, mtime=0), "larger than 1 MB"),
        ("gzip", gzip.compress(b"\0" * 900_000, mtime=0) * 2, "larger than 1 MB"),
        ("deflate", zlib.compress(b"\0" * 3_000_000), "larger than 1 MB"),
        ("", b"\0" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_broken_or_too_large_is_refused(encoding, body, reason):
    with pytest.raises(FeedUnreachable, match=reason):
        unpacked(body, encoding, most=1_000_000)


def test_a_bomb_is_never_held_in_memory():
    import tracemalloc

    packed = gzip.compress(b"\0" * 300_000_000, mtime=0)
    tracemalloc.start()
    with pytest.raises(FeedUnreachable, match="larger"):
        unpacked(packed, "gzip", pieces=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
