"""Which news agency a text comes from, by the marks it carries."""

from __future__ import annotations

import re

from bot.stories.spelling import fold

_AGENCIES = (
    "dpa-infocom|dpa-afx|keystone-sda|associated press|pa media|dpa|afp|apa|reuters|rtr|sda|afxp|ap|epd|kna"
    "|sid|dts|ots|ansa|efe|bloomberg|xinhua|yonhap|kyodo|interfax|tass|awp"
)
_DATELINE = re.compile(r"^[^\W\d_][^()\n]{1,50}\(([A-Za-z][A-Za-z/,. -]{1,24})\)\s*[-–—:.]")
_MARK = re.compile(
    rf"(?:^|[\s(/©])(?:\(c\)\s*)?({_AGENCIES})(?=[\s)/,.;:–—]|$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    rf"(?:Quelle|Source|Mit Material (?:von|der)|Von|By)\s*:?\s*({_AGENCIES})\b", re.IGNORECASE
)
_LAST = re.compile(rf"[/(]\s*({_AGENCIES})\s*\)?\s*$", re.IGNORECASE)


_SHOWN = {
    "dpa-infocom": "dpa",
    "dpa-afx": "dpa-AFX",
    "keystone-sda": "Keystone-SDA",
    "associated press": "AP",
    "pa media": "PA",
    "reuters": "Reuters",
    "rtr": "Reuters",
    "afxp": "AFP",
    "epd": "epd",
    "dpa": "dpa",
    "dts": "dts",
    "sda": "SDA",
    "bloomberg": "Bloomberg",
    "xinhua": "Xinhua",
    "yonhap": "Yonhap",
    "kyodo": "Kyodo",
    "interfax": "Interfax",
    "tass": "TASS",
    "ots": "ots",
}


def shown(agency: str) -> str:
    """The agency's name as people write it."""
    return _SHOWN.get(agency, agency.upper())


def agency(author: str, text: str) -> str:
    """The agency named as author, in the dateline or as the text's last mark; empty when there is none."""
    if match := _MARK.search(author):
        return fold(match[1])
    if match := _DATELINE.match(text):
        return fold(re.split(r"[/,]", match[1])[0].strip())
    end = text[-60:]
    if match := _CREDIT.search(end) or _LAST.search(end):
        return fold(match[1])
    return ""
