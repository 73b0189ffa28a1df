"""Reads text dumps of aggregator pages: articles, the site's noise, and the similar items each page lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from bot.articles.draft import Draft, Refusal
from bot.articles.glue import boundaries, split_item, unglue
from bot.articles.headline import headline_of
from bot.articles.noise import is_marker, is_noise, is_rule, is_similar_header, source_of, without_slogan
from bot.articles.text import clean_line, clean_text
from storage.records import Origin

MOST_HEADLINE = 160
LONGEST_ITEM = 900
_WITHOUT_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\P{L}]{6,}")
# Chinese and Japanese put no spaces between words.
_SENTENCE = regex.compile(
    r"\p{L}.*\s.*[.!?…][\"”“’»«)]*$|[\p{Han}\p{Hiragana}\p{Katakana}].*[。！？][」』”]*$"
)
_FORM_FEED = "\f"


@dataclass(slots=True)
class _Page:
    """The lines of one article and of what it lists."""

    line: int
    body: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    publisher: str = ""


def read_dump(text: str, where: str) -> Iterator[Draft | Refusal]:
    """The articles of a dump, each with the items its page lists."""
    found = False
    for page in _pages(text):
        for draft in _drafts(page, f"{where}:{page.line}"):
            found = True
            yield draft
    if not found:
        yield Refusal(where, "there is no text in it that reads like news")


def _pages(text: str) -> Iterator[_Page]:
    """Cut at drawn lines, and wherever a text follows a list of similar items."""
    lines = [(number, clean_line(line)) for number, line in enumerate(_lines(text), start=1)]
    start = 0
    while start < len(lines):
        page, start = _page(lines, start)
        yield page


def _lines(text: str) -> list[str]:
    return text.replace(_FORM_FEED, "\n---\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _page(lines: Sequence[tuple[int, str]], start: int) -> tuple[_Page, int]:
    page = _Page(line=lines[start][0])
    at = start
    while at < len(lines):
        number, line = lines[at]
        at += 1
        if is_similar_header(line):
            page.items, at = _items([text for _, text in lines], at)
            break
        if is_rule(line):
            break
        if source_of(line):
            page.publisher = source_of(line)
        elif line and not is_noise(line):
            if not page.body:
                page.line = number
            page.body.append(line)
    return page, at


def _items(lines: Sequence[str], start: int) -> tuple[list[str], int]:
    """The similar items from here on, and where the next text begins."""
    end = next(
        (at for at in range(start, len(lines)) if is_rule(lines[at]) or is_similar_header(lines[at])),
        len(lines),
    )
    markers = [at for at in range(start, end) if is_marker(lines[at])]
    if not markers:
        return _unmarked(lines, start, end)
    items: list[str] = []
    for first, marker in zip([start, *(at + 1 for at in markers)], markers, strict=False):
        items.extend(_between(lines[first:marker]))
    # Behind the last marker stand items of their own only at the end of all.
    after, rest = markers[-1] + 1, end
    if end == len(lines) or is_rule(lines[end]):
        more, rest = _unmarked(lines, after, end)
        return items + more, rest
    return items, after


def _between(lines: Sequence[str]) -> list[str]:
    """What stands between two markers: one item, or several whose markers are missing."""
    texts = [line for line in lines if line and not is_noise(line) and not source_of(line)]
    if len(texts) > 1 and all(_is_item(line) for line in texts):
        return texts
    if len(texts) > 1 and not _is_item(texts[0]):
        return ["\n".join(texts)]
    return [" ".join(texts)] if texts else []


def _unmarked(lines: Sequence[str], start: int, end: int) -> tuple[list[str], int]:
    """Items without markers: they go on as long as lines fall into title and snippet."""
    items: list[str] = []
    for at in range(start, end):
        line = lines[at]
        if not line or is_noise(line) or source_of(line):
            continue
        if not _is_item(line):
            return items, at
        items.append(line)
    return items, end


def _is_item(line: str) -> bool:
    return (
        len(line) <= LONGEST_ITEM
        and bool(split_item(line)[1])
        and any(found.score >= 2.5 for found in boundaries(line))
    )


def _drafts(page: _Page, where: str) -> tuple[Draft, ...]:
    """The article with its list; the listed alone when the page has lost its text."""
    paragraphs = [unglue(paragraph) for paragraph in page.body]
    if paragraphs:
        paragraphs[-1] = without_slogan(paragraphs[-1])
    listed = tuple(_item(item, where) for item in page.items)
    headline = ""
    if len(paragraphs) > 1 and _is_headline(paragraphs[0]):
        headline, *paragraphs = paragraphs
    if not any(_SENTENCE.search(paragraph) for paragraph in paragraphs):
        return listed
    lead, *body = paragraphs
    article = Draft(
        origin=Origin.DUMP,
        title=headline or headline_of(lead),
        summary=lead if body else "",
        text="\n".join(body) or lead,
        publisher=page.publisher,
        where=where,
        listed=listed,
    )
    return (article,)


def _is_headline(line: str) -> bool:
    """A line without a sentence's end, short enough to stand above a text."""
    is_long_enough = len(line.split()) >= 3 or _WITHOUT_SPACES.fullmatch(line) is not None
    return is_long_enough and len(line) <= MOST_HEADLINE and line[-1] not in ".…。"


def _item(item: str, where: str) -> Draft:
    # An item on two lines has its title on the first.
    title, snippet = item.split("\n", 1) if "\n" in item else split_item(item)
    return Draft(
        origin=Origin.DUMP, title=title, text=clean_text(unglue(snippet.replace("\n", " "))), where=where
    )
