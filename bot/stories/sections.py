"""What a publisher's section says of an event: a match is no politics, however alike the names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from storage.records import Article

_SPORT = re.compile(
    r"^(?:sports?|fu(?:ss|ß)ball|football|soccer|bundesliga|tennis|olympia|formel-?1)\b", re.IGNORECASE
)


def is_sport(article: Article) -> bool:
    """By the section it is filed under, else by the folders of its address."""
    if article.section:
        return bool(_SPORT.match(article.section))
    return any(_SPORT.match(folder) for folder in urlsplit(article.url).path.split("/")[1:-1])
