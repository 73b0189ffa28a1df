"""Addresses of articles: the one to show, and the key by which two spellings of it are known as one."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from bot.errors import IngestError

MOST_CHARACTERS = 2048
URN = "urn:depesche:"

# What campaigns, feeds and share buttons add to an address; none of it chooses what is shown.
_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|hsa_|at_|wt_|wt\.|xtor|ns_|vero_|sc_)\w*[\w.]*"
    r"|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_ga|_gl|icid|ocid|ito|wtrid|wtmc|sara_ecid"
    r"|maca|tblci|dicbo|oborigurl|obref|google_editors_picks|traffic_source|cmpid|xing_share|ftag|smid|partner_?id",
    re.IGNORECASE,
)
_CAMPAIGN_NAMES = frozenset(
    {"source", "src", "from", "ref", "referrer", "via", "channel", "partner", "campaign", "cmp"}
)
_AMP_PARAMETERS = frozenset({"amp", "outputtype"})
_AMP_VIEWERS = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]+/amp|[^/]+\.cdn\.ampproject\.org/[cv])/(s/)?", re.IGNORECASE
)
_AMP_PATH = re.compile(r"(?:/amp|[./]amp(?=\.html?$))(?:/)?(?=$|\.html?$)", re.IGNORECASE)
# What most addresses are: nothing in them has to be quoted, mended or made small.
_TIDY = re.compile(
    r"(https?://((?:[a-z0-9-]{1,63}\.)+[a-z]{2,63})(/[A-Za-z0-9/:@!$&'()*+,;=~._-]*))"
    r"(?:\?([^\s#]*))?(?:#\S*)?"
)
_SAFE_QUERY = re.compile(r"[A-Za-z0-9/%:@!$&'()*+,;=~._?-]*")
_SIDE_DOOR = re.compile(r"^(?:www\d?|m|mobil|mobile|amp)\.(?=[^.]+\.[^.])")


def canonical_url(url: str) -> str:
    """The address without campaign and fragment; raises IngestError for what is no web address."""
    return identify(url)[0]


def url_key(url: str) -> str:
    """What stays the same between http and https, www, mobile and AMP pages of one article.

    Of a canonical address.
    """
    if url.startswith(URN):
        return url
    parts = urlsplit(url)
    return _key(parts.netloc, unquote(parts.path), parts.query)


@lru_cache(maxsize=4_096)
def identify(url: str) -> tuple[str, str]:
    """The canonical address and its key; raises IngestError for what is no web address."""
    tidy = (
        None
        if len(url) > MOST_CHARACTERS or "google." in url or "ampproject" in url
        else _TIDY.fullmatch(url)
    )
    if tidy is None:
        canonical = _canonical(url)
        return canonical, url_key(canonical)
    page, host, path, query = tidy.groups()
    query = _query(query) if query else ""
    return f"{page}?{query}" if query else page, _key(host, path, query)


def _key(host: str, path: str, query: str) -> str:
    if "amp" in path.lower():
        path = _AMP_PATH.sub("", path)
    found = _SIDE_DOOR.sub("", host) + path.rstrip("/")
    if not query:
        return found
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = sorted(pair for pair in pairs if pair[0].lower() not in _AMP_PARAMETERS)
    return found + (f"?{urlencode(kept)}" if kept else "")


def _canonical(url: str) -> str:
    text = re.sub(r"[\t\r\n]", "", url).strip()
    if len(text) > MOST_CHARACTERS:
        raise IngestError("the address is too long")
    if text.startswith(URN):
        return text
    viewer = _AMP_VIEWERS.match(text)
    if viewer:
        text = f"http{'s' if viewer[1] else ''}://{text[viewer.end() :]}"
    try:
        parts = urlsplit(text)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise IngestError("the address cannot be read") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise IngestError("the address is no http or https address")
    scheme = parts.scheme.lower()
    default = {"http": 80, "https": 443}[scheme]
    place = f"{host}:{port}" if port and port != default else host
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/"
    return urlunsplit((scheme, place, path, _query(parts.query), ""))


def content_urn(content_hash: str) -> str:
    """The address of a text that has none."""
    return URN + content_hash


def short_hash(*parts: str) -> str:
    """A digest of the parts, long enough never to meet by chance."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _host(name: str) -> str:
    name = name.lower().rstrip(".")
    if re.search(r"[\s/\\<>\"'`{}|^%]", name):
        raise ValueError("not a host name")
    # The literal form of IPv6 goes without its brackets in `hostname`.
    if ":" in name:
        return f"[{name}]"
    name = name if name.isascii() else name.encode("idna").decode()
    if name and any(not label or len(label) > 63 for label in name.split(".")):
        raise ValueError("not a host name")
    return name


def _query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _is_tracking(part)]
    query = "&".join(kept)
    return query if _SAFE_QUERY.fullmatch(query) else quote(query, safe="/%:@!$&'()*+,;=~-._?")


def _is_tracking(part: str) -> bool:
    name, _, value = part.partition("=")
    name = unquote(name)
    if name.lower() in _CAMPAIGN_NAMES:
        return re.search(r"rss|feed|newsletter|share", value, re.IGNORECASE) is not None
    return _TRACKING.fullmatch(name) is not None
