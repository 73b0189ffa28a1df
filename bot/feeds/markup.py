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
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "svg", "form", "button", "head"}
)
_LOOKS_LIKE_MARKUP = re.compile(r"<[a-zA-Z!/][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,31});")


def has_markup(text: str) -> bool:
    """Whether tags or entities stand in it."""
    return _LOOKS_LIKE_MARKUP.search(text) is not None


def plain_text(markup: str) -> str:
    """The words of an HTML fragment, one paragraph a line."""
    if not has_markup(markup):
        return markup.strip()
    if "<" not in markup:
        return html.unescape(markup).strip()
    try:
        root = lxml.html.fragment_fromstring(markup[:MOST_CHARACTERS].replace("\0", ""), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return html.unescape(re.sub(r"<[^>]*>", " ", markup)).strip()
    parts: list[str] = []
    _collect(root, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def plain_line(markup: str) -> str:
    """The same on one line."""
    return " ".join(plain_text(markup).split())


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
