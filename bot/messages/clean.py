"""Makes foreign text harmless: what feeds and readers wrote is shown, and does nothing."""

from __future__ import annotations

import ipaddress
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

import regex

JOINER = "\u2060"
"""WORD JOINER: invisible, no line break, and the only one after which Telegram links neither `a.zip` nor `x://`."""

MOST_LINK = 2048
MOST_MARKS = 3

# Variation selectors and the two joiners are part of emoji and of some scripts; all else invisible goes.
_INVISIBLE = regex.compile(
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]"
    r"--[\s\u200c\u200d\ufe00-\ufe0f]]+",
    regex.V1,
)
_SPACES = regex.compile(r"[\s\u0085\u2800\u2028\u2029]+")
_LOOSE_JOINERS = regex.compile(
    r"(?<![\p{L}\p{M}\p{So}\p{Sk}\ufe0f])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{So}\u2640\u2642])"
)
_MARKS = regex.compile(rf"(\p{{M}}{{{MOST_MARKS}}})\p{{M}}+")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
# What makes Telegram turn the next character into something to tap.
_TRIGGERS = regex.compile(
    r"[@#$](?=\w)"
    r"|(?<!\w)/(?=\w)"
    r"|:(?=//)"
    r"|\.(?=[^\s.\d])|(?<=\d)\.(?=\d{1,3}\.\d)"
    r"|\d(?=(?:[ -]?\d){12})"  # a bank card's number
)
_UNSAFE = regex.compile(r"""[\s\p{C}"<>\\^`{|}]""")
# A Cyrillic "а" in a host looks like a Latin one; umlauts look like what they are.
_FOREIGN_LETTER = regex.compile(r"[^\p{Latin}\d.-]")
_DOMAIN = regex.compile(r"(?<![\w@.-])(?:https?://)?((?:[\p{L}\d-]+\.)+\p{L}{2,})(?![\w-])", regex.IGNORECASE)


class Clean(str):
    """Text that has been made harmless; escaping it for HTML is still to be done."""

    __slots__ = ()


def plain(text: str) -> str:
    """One line of visible, composed text: no control, bidi or filler characters, no towers of accents."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    text = _LOOSE_JOINERS.sub("", _MARKS.sub(r"\1", text))
    return str(_SPACES.sub(" ", text)).strip()


def clean(text: str) -> Clean:
    """`plain`, and nothing becomes a command, mention, tag or link; right-to-left text keeps to itself."""
    return _harmless(plain(text))


def cut(text: str, length: int) -> Clean:
    """`clean`, at most so many code points, cut between words where possible and never inside a character."""
    shown = plain(text)
    if len(shown) <= length:
        return _harmless(shown)
    kept = ""
    for character in regex.findall(r"\X", shown):
        if len(kept) + len(character) > length - 1:
            break
        kept += character
    word_end = kept.rfind(" ")
    if word_end > length * 2 // 3:
        kept = kept[:word_end]
    return _harmless(kept.rstrip(" ,;:–-") + "…")


def _harmless(text: str) -> Clean:
    text = _TRIGGERS.sub(lambda match: match[0] + JOINER, text)
    if _RIGHT_TO_LEFT.search(text):
        text = f"\u2068{text}\u2069"
    return Clean(text)


def web_address(url: str) -> str:
    """The address if a reader may be sent there, else empty: http(s), a named host, nobody's password."""
    url = url.strip()
    return _checked(url) if url and len(url) <= MOST_LINK else ""


@lru_cache(maxsize=2048)
def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or parts.username is not None or not _is_named(host):
        return ""
    return str(_UNSAFE.sub(lambda match: quote(match[0]), url))


def _is_named(host: str) -> bool:
    if "." not in host or host.endswith((".localhost", ".local", ".")):
        return False
    if not regex.fullmatch(r"[\p{L}\p{M}\d.-]+", host) or host.rsplit(".", 1)[1].isdigit():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def host_of(url: str) -> str:
    """The host as people know it, without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def real_host(text: str, url: str) -> str:
    """The host to show beside the text because the text names another one or the host hides its letters."""
    host = host_of(url)
    named = [match[1].lower().removeprefix("www.") for match in _DOMAIN.finditer(plain(text))]
    if any(host != name and not host.endswith(f".{name}") for name in named):
        return host
    return host if "xn--" in host or _FOREIGN_LETTER.search(host) else ""
