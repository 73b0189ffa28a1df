"""Which addresses Telegram accepts as a link, and how it writes them down."""

import ipaddress
import re
from typing import Final

from bot.localchat.spans import ascii_lower

_SPACES: Final = " \t\r\n\0\v"
_SCHEME: Final = re.compile(r"([^:/?#]*)://")
_HOST: Final = re.compile(r"(?:[a-z0-9.\-_!$,~*'();&+=\u0080-\U0010ffff]|%[0-9a-f]{2})+")
_LOGIN: Final = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=:\u0080-\U0010ffff]|%[0-9A-Fa-f]{2})*")
_APP_HOST: Final = re.compile(r"[A-Za-z0-9_-]+")
_USER_LINK: Final = re.compile(
    r"tg://user/?\?(?:[^#]*?&)?id=([1-9][0-9]*)(?:[&#].*)?", re.IGNORECASE | re.DOTALL
)
_LARGEST_USER_ID: Final = (1 << 40) - 1
_APP_SCHEMES: Final = ("tg", "ton", "tonsite")


def accepted_address(link: str) -> str:
    """The link in Telegram's spelling; empty if Telegram would drop it without a word."""
    for scheme in _APP_SCHEMES:
        if ascii_lower(link[: len(scheme) + 1]) == f"{scheme}:":
            return _app_address(scheme, link[len(scheme) + 1 :].removeprefix("//"))
    return _web_address(link)


def mentioned_user(link: str) -> int:
    """The user that a tg://user link mentions, 0 if it is no such link."""
    found = _USER_LINK.fullmatch(accepted_address(link))
    number = int(found[1]) if found else 0
    return number if number <= _LARGEST_USER_ID else 0


def _web_address(link: str) -> str:
    found = _SCHEME.match(link)
    scheme, rest = (ascii_lower(found[1]), link[found.end() :]) if found else ("http", link)
    if scheme not in ("http", "https"):
        return ""
    parts = _parts(rest)
    if parts is None:
        return ""
    login, host, port, tail = parts
    if "." not in host and not host.startswith("["):
        return ""
    return f"{scheme}://{login}{host}{port}{tail}"


def _app_address(scheme: str, rest: str) -> str:
    parts = _parts(rest)
    if parts is None or "://" in re.split("[/?#]", rest, maxsplit=1)[0]:
        return ""
    login, host, port, tail = parts
    name = host.replace(".", "-") if scheme == "tonsite" else host
    if login or port or not _APP_HOST.fullmatch(name):
        return ""
    return f"{scheme}://{host}{tail.removeprefix('/') if tail.startswith('/?') else tail}"


def _parts(rest: str) -> tuple[str, str, str, str] | None:
    """Login with its @, host, port with its colon, and the rest from the slash on; None if wrong."""
    cut = re.search("[/?#]", rest)
    authority, tail = (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")
    login, _, place = authority.rpartition("@")
    host, port = _host_and_port(place)
    if port is None or not _is_host(host):
        return None
    if not host.startswith("[") and not _LOGIN.fullmatch(login):
        return None
    return (f"{login}@" if login else "", ascii_lower(host), port, _tail(tail))


def _host_and_port(place: str) -> tuple[str, str | None]:
    host, colon, digits = place.rpartition(":")
    if not colon or "]" in digits or not host:
        return place, ""
    if not re.fullmatch("[0-9]+", digits) or not 0 < int(digits) <= 65535:
        return host, None
    return host, f":{int(digits)}"


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        try:
            return not ipaddress.IPv6Address(host[1:-1]).scope_id
        except ValueError:
            return False
    return host != "." and _HOST.fullmatch(ascii_lower(host)) is not None


def _tail(tail: str) -> str:
    kept = tail.rstrip(_SPACES)
    if not kept.startswith("/"):
        kept = f"/{kept}"
    return "".join(f"%{ord(character):02X}" if character <= " " else character for character in kept)
