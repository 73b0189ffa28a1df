"""The running text of a page: what trafilatura finds, without the page's furniture."""

from __future__ import annotations

import re

import lxml.html
import regex

from bot.articles.page_tree import Page
from bot.articles.page_words import EMBEDDED, FURNITURE_LINES, FURNITURE_MARKS, LEADS
from bot.articles.text import clean_line, clean_text

LEAST_TEXT = 140
# What the page's own linked data gives is the text when it is not a mere beginning of it.
LEAST_BODY = 0.6
_LOWER = "translate({0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"


def _has(*words: str) -> str:
    """An XPath condition: one of the words stands in the class, id, test id or role."""
    marks = _LOWER.format(
        "concat(' ', @class, ' ', @id, ' ', @data-testid, ' ', @role, ' ', @data-component)"
    )
    return " or ".join(f"contains({marks}, '{word}')" for word in words)


# Boxes inside an article that belong to the page.
FURNITURE = (
    "//nav | //aside | //footer | //form | //button | //figure//figcaption | //dialog | //template"
    f" | //blockquote[{_has(*EMBEDDED.split())}]"
    " | //*[self::div or self::section or self::ul or self::p or self::span or self::figure]"
    f"[{_has(*FURNITURE_MARKS.split())}]"
)
_LEAD = re.compile("|".join(LEADS.split()), re.IGNORECASE)
LONGEST_LEAD = 700
_FURNITURE_LINE = regex.compile("|".join(FURNITURE_LINES.strip().splitlines()), regex.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…][\"“”’»«)]*$")
_AGENCY_MARK = regex.compile(r"\s*(?:©|\(c\)) ?(?:dpa|afp|apa|sda|reuters|ap)\b.{0,80}$", regex.IGNORECASE)


def text_of(page: Page, html: str, *, title: str) -> str:
    """One paragraph a line; empty when the page has no text that reads like an article's."""
    found = _extracted(html, precise=True)
    if len(found) < LEAST_TEXT:
        # The broader search brings lists and menus along, which have no sentences.
        found = _between_sentences(_extracted(html, precise=False))
    body = clean_text(re.sub(r"</?(?:p|br|div|h\d)\b[^>]*>", "\n", page.said("articleBody")))
    body = clean_text(re.sub(r"<[^>]+>", " ", body))
    if len(body) > LEAST_TEXT and len(found) < len(body) * LEAST_BODY:
        # What the tree hides, the linked data may tell.
        found = body
    lines = [line for line in found.split("\n") if not is_furniture(line)]
    lines = _without_head(lines, page, title)
    lead = _shown_lead(page)
    if lead and lines and _bare(lead) not in _bare(" ".join(lines[:3])):
        lines.insert(0, lead)
    return "\n".join(lines).strip()


def _shown_lead(page: Page) -> str:
    """The teaser, when the page shows it over the text; some systems count it to the head."""
    said = {
        _bare(clean_line(text)) for text in (page.said("description"), page.meta.get("og:description", ""))
    }
    said.discard("")
    for heading in (*page.headings()[:2], *list(page.tree.iter("h2"))[:2]):
        # Close by: in the heading's own box or in one that follows it.
        for node in list(heading.itersiblings())[:8] + list(heading.getparent().itersiblings())[:4]:
            shown = clean_line("".join(node.itertext())) if isinstance(node.tag, str) else ""
            if shown and (_bare(shown) in said or _is_lead(node, shown)):
                return shown
    return ""


def _is_lead(node: lxml.html.HtmlElement, shown: str) -> bool:
    """A sentence or some, in a box that is called one."""
    marks = f"{node.get('class') or ''} {node.get('itemprop') or ''}"
    is_text = len(shown) <= LONGEST_LEAD and len(shown.split()) >= 6 and _SENTENCE_END.search(shown)
    return bool(is_text) and _LEAD.search(marks) is not None


def _between_sentences(text: str) -> str:
    """From the first line that ends like a sentence to the last."""
    lines = text.split("\n")
    whole = [at for at, line in enumerate(lines) if _SENTENCE_END.search(line) and len(line.split()) > 4]
    return "\n".join(lines[whole[0] : whole[-1] + 1]) if whole else ""


def is_furniture(line: str) -> bool:
    """A line of the page, not of its article: credits, invitations, buttons."""
    return _FURNITURE_LINE.fullmatch(line.strip()) is not None


def _extracted(html: str, *, precise: bool) -> str:
    import trafilatura  # noqa: PLC0415 - half a second: only for the process that reads pages

    text = trafilatura.extract(
        html,
        favor_precision=precise,
        favor_recall=not precise,
        include_comments=False,
        include_tables=False,
        prune_xpath=FURNITURE if precise else None,
    )
    return clean_text(text or "")


def _without_head(lines: list[str], page: Page, title: str) -> list[str]:
    """Without headline, kicker and names that stand above the text again."""
    heads = {clean_line("".join(node.itertext())) for node in page.headings()} | {title}
    bare = {_bare(head) for head in heads if head}
    start = 0
    while start < min(3, len(lines) - 1) and _bare(lines[start]) in bare:
        start += 1
    kept = lines[start:]
    if kept:
        kept[-1] = _AGENCY_MARK.sub("", kept[-1])
    return [line for line in kept if line]


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
