"""Turns the HTML of feeds into plain text: paragraphs on lines, no scripts, no tags."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml import etree

# libxml2 handles what browsers survive; deeper or larger than this nobody wrote by hand.
MOST_CHARACTERS = 2_000_000
_BLOCKS = frozenset(
    {
        "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr",
        "table", "section", "article", "header", "footer", "hr", "dt", "dd", "figure", "figcaption",
    }
)  # fmt: skip
_SILENT = frozenset({"script", "style", "noscript", "template", "iframe", "svg", "form", "button", "head"})
# What stands around words in a tidy fragment and neither breaks a line nor hides anything.
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "address", "aside", "audio", "b", "bdi", "bdo", "big", "center",
        "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label",
        "main", "mark", "nav", "nobr", "picture", "q", "s", "samp", "small", "source", "span",
        "strike", "strong", "sub", "sup", "td", "tbody", "tfoot", "th", "thead", "time", "tt", "u",
        "var", "video", "wbr", "dl", "caption", "col", "colgroup",
    }
)  # fmt: skip
_LOOKS_LIKE_MARKUP = re.compile(r"<[a-zA-Z!/][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31});")
# Markup as programs write it: every tag is closed, and no "<" or ">" stands in a quoted value.
_TAG = re.compile(
    r"<(/?[a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>\"']*(?:\"[^<>\"]*\"[^<>\"']*|'[^<>']*'[^<>\"']*)*)?/?>"
)
_IN_PLACE = {
    f"{slash}{spelt}": "\n" if name in _BLOCKS else ""
    for name in _BLOCKS | _INLINE
    for spelt in (name, name.upper())
    for slash in ("", "/")
}


def has_markup(text: str) -> bool:
    """Whether tags or entities stand in it."""
    return _LOOKS_LIKE_MARKUP.search(text) is not None


def plain_text(markup: str) -> str:
    """The words of an HTML fragment, one paragraph a line."""
    if "<" not in markup:
        return (html.unescape(markup) if "&" in markup and has_markup(markup) else markup).strip()
    words = _without_a_tree(markup)
    if words is None:
        if not has_markup(markup):
            return markup.strip()
        words = _from_a_tree(markup)
    if "  " not in words and words.replace("\n", " ").isprintable():
        # No spaces but single ones: only the ends of lines are left to be tidied.
        return "\n".join(filter(None, map(str.strip, words.split("\n"))))
    return "\n".join([" ".join(line) for line in map(str.split, words.split("\n")) if line])


def plain_line(markup: str) -> str:
    """The same on one line."""
    if "<" in markup or "&" in markup:
        markup = plain_text(markup)
    return " ".join(markup.split())


def _without_a_tree(markup: str) -> str | None:
    """The words of tidy markup; None for the rest."""
    # Words and tags by turns.
    parts: list[str] = _TAG.split(_flat(markup))
    try:
        parts[1::2] = [_IN_PLACE[tag] for tag in parts[1::2]]
    except KeyError:
        return None
    words = "".join(parts)
    if "<" in words or len(markup) > MOST_CHARACTERS:
        return None
    return html.unescape(words) if "&" in words else words


def _from_a_tree(markup: str) -> str:
    try:
        # Left open at the end: an element without an end would swallow the closing tags as its text.
        root = lxml.html.document_fromstring("<html><body>" + markup[:MOST_CHARACTERS].replace("\0", ""))
    except (etree.LxmlError, ValueError, AssertionError):
        return html.unescape(re.sub(r"<[^>]*>", " ", markup)).strip()
    parts: list[str] = []
    _collect(root, parts)
    return "".join(parts)


def _collect(root: lxml.html.HtmlElement, parts: list[str]) -> None:
    silent: list[lxml.html.HtmlElement] = []
    # Walked by events, not by recursion: hostile markup nests deeper than Python can call.
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if tag in _SILENT:
                silent.append(node)
            if tag in _BLOCKS:
                parts.append("\n")
            if node.text and not silent:
                parts.append(_flat(node.text))
            continue
        if event == "end":
            if silent and silent[-1] is node:
                silent.pop()
            if tag in _BLOCKS:
                parts.append("\n")
        if node.tail and not silent and node is not root:
            parts.append(_flat(node.tail))


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")
