"""Text into whole sentences, as German and English newspapers write them."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    """
    abs abb allg art az bd bspw bzgl bzw ca co corp dipl dr ebd etc evtl ev fa ff fr frl gegr geb
    gen ggf hl hr hrsg inc inkl ing jr kl ltd lt max med min mio mr mrd mrs ms mt mwst nr no op phil
    prof rep rev s sen sog sr st std str tel u ua usw v vgl vs z zb zzt gov lt col sgt capt jan feb
    mrz mär apr jun jul aug sep sept okt oct nov dez dec jh chr mag frhr gest corp hl
    """.split()  # noqa: SIM905 - a list of words reads better so
)
# Days are abbreviated with a capital alone: "so" ends sentences, "So" does not.
_DAYS = frozenset({"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"})
_ROMAN = re.compile(r"[IVXL]+")
# After a number with a full stop these begin a sentence: an ordinal is followed by what it counts.
_OPENERS = frozenset(
    """
    Das Der Die Dem Den Ein Eine Einen Er Sie Es Wir Ich Im In Am An Auf Aus Bei Beim Mit Nach Vor
    Von Zu Zum Zur Auch Doch Aber Und Laut Dabei Damit Danach Zudem Zuvor Seit Bis Dies Diese Dieser
    Dieses The A An He She It They In On At But And For This That These
    """.split()  # noqa: SIM905
)
_ORDINAL_BEFORE = re.compile(
    r"\b(?:am|vom|zum|der|dem|den|des|die|das|im|beim|ab|bis|seit)\s+\d{1,3}\.$", re.IGNORECASE
)
_END = re.compile(r"[.!?…]+[\"“”»«’‘')\]]*")
_GLUED = re.compile(r"(?<=[a-zäöüß][.!?])(?=[A-ZÄÖÜ][a-zäöü]{2})")
_OPENING, _CLOSING = "„»‚“«", "“«‘”»"
LONGEST_QUOTE = 400


def sentences(text: str) -> list[str]:
    """In order; a line's end ends a sentence, a quotation is not cut in its middle."""
    found: list[str] = []
    for line in text.splitlines():
        # Where a page's paragraphs were run together, the space after the full stop is lost.
        found += _of_line(" ".join(_GLUED.sub(" ", line).split()))
    return found


def first_sentence(text: str) -> str:
    """The first sentence of a text as it stands there, all of its first line when no end is found."""
    line = text.strip().split("\n", 1)[0].strip()
    return next(iter(_of_line(line)), "")


def ends_in_abbreviation(text: str) -> bool:
    """Whether a full stop after this text would belong to its last word."""
    return _is_inner_stop(text, "", ".")


def is_balanced(sentence: str) -> bool:
    """Every quotation that opens in the sentence closes in it."""
    return (
        sentence.count("„") == len(re.findall("[“”]", sentence)) - _bare_english(sentence)
        and sentence.count("»") == sentence.count("«")
        and sentence.count('"') % 2 == 0
        and sentence.count("(") == sentence.count(")")
    )


def _bare_english(sentence: str) -> int:
    """English quotation marks: opening and closing ones are a pair and open nothing in German."""
    if "„" in sentence:
        return 0
    opened, closed = sentence.count("“"), sentence.count("”")
    return opened + closed if opened == closed else 0


def _of_line(line: str) -> list[str]:
    found, start = [], 0
    for end in _END.finditer(line):
        if end.start() < start or not _ends_here(line, start, end):
            continue
        found.append(line[start : end.end()].strip())
        start = end.end()
    rest = line[start:].strip()
    return [*found, rest] if rest else found


def _ends_here(line: str, start: int, end: re.Match[str]) -> bool:
    after = line[end.end() :]
    if not after:
        return True
    if not after[0].isspace() or not _may_begin(after.lstrip()):
        return False
    if _is_within_quote(line[start : end.end()]):
        return False
    return end[0][0] != "." or not _is_inner_stop(line[start : end.start()], after.lstrip(), end[0])


def _may_begin(rest: str) -> bool:
    bare = rest.lstrip("„»“\"‚'([+–-«‹› ")
    return bool(bare) and (bare[0].isupper() or bare[0].isdigit())


def _is_within_quote(part: str) -> bool:
    """A quotation has been opened and not closed, and not so long ago that it was a slip."""
    # Germans print »so«, Swiss and French «so»: what comes first opens.
    first = re.search("[«»]", part)
    angled = ("«", "»") if first and first[0] == "«" else ("»", "«")
    for opening, closings in (("„", "“”"), angled, ("“", "”")):
        opened = part.rfind(opening)
        if opened < 0 or (opening == "“" and "„" in part):
            continue
        if not any(closing in part[opened + 1 :] for closing in closings):
            return len(part) - opened < LONGEST_QUOTE
    return False


def _is_inner_stop(before: str, after: str, stop: str) -> bool:
    """The full stop belongs to an abbreviation, an initial or an ordinal."""
    if len(stop) > 1 and stop[:2] == "..":
        return False
    match = re.search(r"[^\s(„»“\"]+$", before)
    if match is None:
        return False
    word = match[0]
    if re.fullmatch(r"\d{1,3}", word):
        opener = re.match(r"[^\W\d_]+", after)
        is_opener = opener is not None and opener[0] in _OPENERS
        return not is_opener or bool(_ORDINAL_BEFORE.search(f"{before}."))
    if len(word) == 1 and word.isalpha():
        return True
    if word in _DAYS or _ROMAN.fullmatch(word):
        return True
    # "z.B", "U.S" and "d.h" end in a stop of their own.
    return word.lower().strip(".") in _ABBREVIATIONS or bool(re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word))
