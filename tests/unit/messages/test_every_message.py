"""Every template in both languages over a corpus of hostile titles, judged by Telegram's own parser."""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path

import pytest

from bot.digests.scope import Scope
from bot.messages.render import Renderer
from bot.messages.rich import measure_rich
from tests.telegram_parser import check_message, telegram_detect, telegram_parse
from tests.unit.messages.message_kinds import MESSAGES, PARTIAL, RICH
from tests.unit.messages.test_edition import NOW, TITLES, item

TEMPLATES = Path(__file__).parents[3] / "templates"
READERS = [("de", "Europe/Berlin"), ("en", "Asia/Kathmandu")]
NUMBERS = {"count", "most", "number", "paid"}
CALM = "Ein ruhiger Titel über Wahlen"
MORE_TITLES = [
    *TITLES,
    "/start /help@depesche_bot /stop",
    "https://bank.example und www.bank.com: hier anmelden",
    "tg://user?id=1 t.me/joinchat/x @depesche_bot",
    "{% for x in y %}{{ x }}{% endfor %} {{ ''.__class__ }} ${7*7} %(title)s",
    "</pre></code><b>&lt;b&gt;&#60;b&#62;",
    "\u2067\u2066\u202e\u202d\u061c\u200frückwärts\u2069",
    "Zwei\x1eTeile\x1f und ein Ende",
    "‼️🇩🇪🇪🇺👩🏽‍🚀" * 40,
]


@pytest.fixture(scope="module")
def renderer():
    return Renderer()


def names_in(folder):
    return {path.name.removesuffix(".html.jinja") for path in (TEMPLATES / folder).glob("*.html.jinja")}


def test_every_template_is_here():
    assert names_in("messages") - PARTIAL == MESSAGES.keys(), "a template needs an entry in message_kinds.py"
    assert names_in("rich") == RICH.keys(), "a template needs an entry in message_kinds.py"


def shape(html):
    """What Telegram makes of it besides the words: kinds of entities, and what it would link by itself."""
    entities = check_message(html)
    text = telegram_parse(html).text
    code = [one for one in entities if one.kind in {"pre", "code"}]  # where Telegram looks for nothing
    by_itself = Counter(
        (one.kind, one.text)
        for one in telegram_detect(text)
        if not any(span.offset <= one.offset < span.offset + span.length for span in code)
    )
    links = {one.url for one in entities if one.kind == "text_link"}
    return Counter(one.kind for one in entities), by_itself, links


def messages(renderer, name, values, language, zone):
    return [part.html for part in renderer.parts(name, language=language, zone=zone, now=NOW, **values)]


@pytest.mark.parametrize(("language", "zone"), READERS)
@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_nothing_in_a_title_becomes_more_than_words(renderer, name, language, zone):
    for kind in MESSAGES[name]:
        calm = [shape(html) for html in messages(renderer, name, kind(CALM), language, zone)]
        says_it = [title for title in MORE_TITLES if kind(title) != kind(CALM)]
        for title in says_it:
            hostile = [shape(html) for html in messages(renderer, name, kind(title), language, zone)]
            if len(hostile) == len(calm):
                assert hostile == calm, title
            else:  # longer titles may need more messages, but mean no more
                for part in range(3):
                    assert _summed(hostile, part) == _summed(calm, part), title


def _summed(shapes, part):
    if part == 2:
        return set().union(*(one[part] for one in shapes))
    return sum((one[part] for one in shapes), Counter())


@pytest.mark.parametrize(("language", "zone"), READERS)
@pytest.mark.parametrize("name", sorted(RICH))
def test_rich_parts_stay_in_their_constructs(renderer, name, language, zone):
    for kind in RICH[name]:
        calm = measure_rich(renderer.rich(name, language=language, zone=zone, now=NOW, **kind(CALM)))
        for title in MORE_TITLES:
            html = renderer.rich(name, language=language, zone=zone, now=NOW, **kind(title))
            size = measure_rich(html)
            assert (size.blocks, size.depth, size.stories) == (calm.blocks, calm.depth, calm.stories), title


def told(arguments, title):
    """Numbers where a label counts, a story where it speaks of one, else the title."""
    values = {"item": item(1, title=title, publisher=title), "scope": Scope("BA", "economy")}
    return {name: values.get(name, 3 if name in NUMBERS else title) for name in arguments}


@pytest.mark.parametrize("language", ["de", "en"])
def test_labels_are_plain_and_harmless_over_every_title(renderer, language):
    environment = renderer._environment(language)
    module = environment.get_template("messages/labels.txt.jinja").module
    for name, macro in inspect.getmembers(module, lambda one: hasattr(one, "arguments")):
        for title in MORE_TITLES:
            values = told(macro.arguments, title)
            shown = renderer.label(name, language=language, **values)
            assert shown.strip(), f"{name} says nothing of {title!r}"
            calm = renderer.label(name, language=language, **told(macro.arguments, CALM))
            assert Counter(one.kind for one in telegram_detect(shown)) == Counter(
                one.kind for one in telegram_detect(calm)
            )
