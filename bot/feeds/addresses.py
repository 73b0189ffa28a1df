"""Which addresses the collector may touch: the open internet, nothing inside the operator's network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import AF_UNSPEC, AddressFamily
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.errors import FeedUnreachable

# Said to whoever adds a feed: what lies behind an inner address is nobody's business.
NOT_ALLOWED = "the address is not allowed"
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_SITE_LOCAL = IPv6Network("fec0::/10")
# "127.1", "0x7f.1", "2130706433": system resolvers read these as addresses, people do not write them.
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)


# A feed's address is asked for again and again, and what may be asked does not change.
@lru_cache(maxsize=16_384)
def check_url(url: str, *, allow_private: bool = False) -> str:
    """The address itself when the collector may ask it; raises FeedUnreachable."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise FeedUnreachable("the address cannot be read") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise FeedUnreachable("the address is no http or https address")
    if parts.username is not None or parts.password is not None:
        raise FeedUnreachable(NOT_ALLOWED)
    if not allow_private:
        _check_host(host.rstrip("."))
    return url


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, whatever it is wrapped in."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:
        return False
    return _is_public_v6(ip) if isinstance(ip, IPv6Address) else _is_public(ip)


class GuardedResolver(AbstractResolver):
    """Answers only with addresses that were checked; the connection goes to these very addresses."""

    def __init__(self, inner: AbstractResolver | None = None, *, allow_private: bool = False) -> None:
        self._inner = inner or ThreadedResolver()
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        found: Sequence[ResolveResult] = await self._inner.resolve(host, port, family)
        # One inner address among public ones is an attempt, not an accident.
        if not self._allow_private and not all(is_public(each["host"]) for each in found):
            raise FeedUnreachable(NOT_ALLOWED)
        return list(found)

    async def close(self) -> None:
        await self._inner.close()


def _check_host(host: str) -> None:
    try:
        ip: Any = ip_address(host.partition("%")[0])
    except ValueError:
        ip = None
    looks_numeric = all(_NUMBER.fullmatch(label) for label in host.split("."))
    inner_name = host.lower() == "localhost" or host.lower().endswith((".localhost", ".local", ".internal"))
    if inner_name or (ip is None and looks_numeric) or (ip is not None and not is_public(host)):
        raise FeedUnreachable(NOT_ALLOWED)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip in _NAT64_LOCAL or ip in _SITE_LOCAL or ip.teredo is not None:
        return False
    inside = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inside = IPv4Address(int(ip) & 0xFFFFFFFF)
    if inside is not None:
        return _is_public(inside)
    # The forgotten `::a.b.c.d`.
    return int(ip) > 0xFFFFFFFF and _is_public(ip)
