"""What Telegram links by itself in plain text: addresses, commands, mentions, hashtags, cashtags.

The endings of bare domains are the countries' and the common general ones, not Telegram's whole list.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.localchat.spans import Span

_COUNTRIES: Final = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv "
    "bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es "
    "et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu "
    "id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt "
    "lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no "
    "np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si "
    "sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk "
    "us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERAL: Final = (
    "com org net info biz edu gov mil int arpa name pro museum coop aero jobs mobi travel tel cat asia "
    "post xxx app dev page zip mov foo bar blog news media press online site website shop store club xyz "
    "top live life world today tech technology digital agency berlin bayern hamburg koeln cologne nrw "
    "ruhr saarland wien tirol swiss zuerich london paris nyc tokyo cloud space fun icu vip work works "
    "design art music film movie video radio photo photos pics gallery email support help wiki guru "
    "expert zone center city town country house family kids games game play sport football fitness run "
    "yoga health care doctor clinic hospital bank money cash credit finance fund insurance market markets "
    "trade trading company business ventures capital holdings group team social chat link click download "
    "stream review reviews report science academy school university college education institute training "
    "law legal energy solar green eco bio farm garden wine beer pizza cafe coffee restaurant pub food "
    "kitchen taxi auto cars bike shoes fashion gold gifts toys baby wedding love casino bet poker lotto "
    "win bid auction deals sale promo buy google youtube amazon apple microsoft onion gmbh immo "
    "versicherung reise reisen schule haus kaufen jetzt"
)
_LABEL: Final = r"[^\W_](?:[^\W_]|-(?=[^\W_]|-))*"
_ENDING: Final = "|".join(sorted(f"{_COUNTRIES} {_GENERAL}".split(), key=len, reverse=True))
_TAIL: Final = r"(?P<tail>[/?#][^\s<>\"«»“”„]*)?"
_ADDRESS: Final = re.compile(
    rf"(?<![\w@/.:\-])(?:(?P<scheme>https?|ftp)://)?(?:[\w.:+\-]+@(?!\s))?"
    rf"(?P<host>(?:{_LABEL}\.)+(?P<ending>{_LABEL})|\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?P<port>:\d{{1,5}})?"
    rf"{_TAIL}(?![\w@–])",
    re.IGNORECASE,
)
_APP: Final = re.compile(r"(?<![\w@/.:\-])(?:tg|ton|tonsite)://[A-Za-z0-9_.\-]+" + _TAIL, re.IGNORECASE)
_KNOWN_ENDING: Final = re.compile(rf"(?:{_ENDING})|(?:{_ENDING.upper()})")
_EMAIL: Final = re.compile(
    rf"(?<![\w+\-@])(?:[A-Za-z0-9_\-]{{1,26}}[.+:])*[A-Za-z0-9_\-+]{{1,35}}@"
    rf"(?:{_LABEL}\.)+[A-Za-z]{{2,8}}(?![\w@])"
)
_OTHERS: Final = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{5,32}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=[\w·]*[^\W\d_])[\w·]{1,256}(?:@[A-Za-z0-9_]{3,32})?(?![\w#])"),
    "cashtag": re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?:@[A-Za-z0-9_]{3,32})?(?![\w$])"),
}
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}


def detected(text: str) -> list[Span]:
    """The spans Telegram would find in the text, none inside another."""
    spans: list[Span] = []
    for span in (*_emails(text), *_addresses(text), *_marked(text)):
        if all(span.end <= other.start or other.end <= span.start for other in spans):
            spans.append(span)
    return sorted(spans, key=lambda span: span.start)


def _emails(text: str) -> Iterator[Span]:
    for found in _EMAIL.finditer(text):
        if "://" not in text[max(0, found.start() - 3) : found.end()] and not _is_login(found):
            start = found.start() + (len("mailto:") if found[0].startswith("mailto:") else 0)
            yield Span(kind="email", start=start, end=found.end())


def _is_login(found: re.Match[str]) -> bool:
    """A colon before the @ makes it a name and password of an address."""
    return ":" in found[0].partition("@")[0] and not found[0].startswith("mailto:")


def _addresses(text: str) -> Iterator[Span]:
    for found in _ADDRESS.finditer(text):
        ending = found["ending"] or ""
        dotted_quad = found["host"].replace(".", "").isdigit() and found["host"].count(".") == 3
        if found["scheme"] or dotted_quad or _KNOWN_ENDING.fullmatch(ending):
            yield Span(kind="url", start=found.start(), end=_without_punctuation(text, found))
    for found in _APP.finditer(text):
        yield Span(kind="url", start=found.start(), end=_without_punctuation(text, found))


def _without_punctuation(text: str, found: re.Match[str]) -> int:
    """Where the address ends when the sentence's own signs are left out."""
    end = found.end()
    start = found.start("tail") if found["tail"] else end
    while end > start:
        last = text[end - 1]
        tail = text[start:end]
        unbalanced = last in _CLOSING and tail.count(last) > tail.count(_CLOSING[last])
        if last not in ".,:;!?'…" and not unbalanced and not (end - 1 == start and last in "?#"):
            break
        end -= 1
    return end


def _marked(text: str) -> Iterator[Span]:
    for kind, pattern in _OTHERS.items():
        for found in pattern.finditer(text):
            yield Span(kind=kind, start=found.start(), end=found.end())
