"""Turns templates and values into Telegram HTML: foreign text harmless, words and times the reader's.

In a template every plain string is cleaned and escaped by itself; only `_()`, macros and the filters
here return markup. Addresses go through `link`, times through `time`, `date`, `moment`, `ago`, `tg_time`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from jinja2 import BaseLoader, Environment, PackageLoader
from jinja2.ext import extract_from_ast
from markupsafe import escape

from bot.clock import zone_of
from bot.messages import filters
from bot.messages.split import SECTION_END, pack
from bot.messages.words import IncompleteCatalogue, MessageId, Words, load_words, require_complete
from storage.messages import MessagePart

_FOLDER = "messages/"
_FOLDERS = (_FOLDER, "rich/")
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_QUOTE_EDGES = re.compile(r"(<blockquote[^>]*>)\s+|\s+(</blockquote>)")
_LINE_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


class Renderer:
    """All templates in all languages, read and checked once."""

    def __init__(self, *, loader: BaseLoader | None = None, words: Mapping[str, Words] | None = None) -> None:
        """Raises IncompleteCatalogue when a language lacks words of the templates."""
        loader = loader or PackageLoader("templates", package_path="")
        self._words = dict(words or load_words())
        self._environments = {
            language: filters.environment(loader, found) for language, found in self._words.items()
        }
        require_complete(self._words.values(), self.wanted())

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._environments)

    def render(self, name: str, /, *, language: str, zone: str, now: datetime, **values: object) -> str:
        """The template's HTML for one reader, without section marks."""
        return tidy(self._raw(name, language, zone, now, values).replace(SECTION_END, ""))

    def sections(
        self, name: str, /, *, language: str, zone: str, now: datetime, **values: object
    ) -> list[str]:
        """The template's HTML, cut where it says `{{ may_split }}`."""
        return self._raw(name, language, zone, now, values).split(SECTION_END)

    def parts(
        self,
        name: str,
        /,
        *,
        language: str,
        zone: str,
        now: datetime,
        keyboard: str = "",
        preview_url: str = "",
        silent: bool = False,
        **values: object,
    ) -> tuple[MessagePart, ...]:
        """As many messages as the limits ask for: the preview in the first, the keyboard under the last."""
        texts = pack(self.sections(name, language=language, zone=zone, now=now, **values))
        return tuple(
            MessagePart(
                html=tidy(text),
                keyboard=keyboard if number == len(texts) else "",
                preview_url=preview_url if number == 1 else "",
                silent=silent,
            )
            for number, text in enumerate(texts, start=1)
        )

    def label(self, name: str, /, *, language: str, **values: object) -> str:
        """A plain text of labels.txt.jinja: a button's words, a menu line, the answer to a press."""
        return filters.macro(self._environment(language), f"{_FOLDER}labels.txt.jinja", name, values)

    def rich(self, name: str, /, *, language: str, zone: str, now: datetime, **values: object) -> str:
        """The same kind as a rich message's HTML."""
        return tidy(self._raw(name, language, zone, now, values, folder="rich/"))

    def topic(self, query: str, *, language: str) -> str:
        """A topic as `topic` prints it, as HTML."""
        return str(escape(filters.topic(self._environment(language), query)))

    def wanted(self) -> dict[MessageId, str]:
        """Every text the templates translate, with the template that does."""
        environment = next(iter(self._environments.values()))
        wanted: dict[MessageId, str] = {}
        for template in environment.list_templates(filter_func=_is_message):
            source, _, _ = environment.loader.get_source(environment, template)  # type: ignore[union-attr]
            for line, function, found in extract_from_ast(environment.parse(source), ("_", "ngettext")):
                strings = [found] if isinstance(found, str) else list(found or ())
                count = 2 if function == "ngettext" else 1
                text = [string for string in strings[:count] if string is not None]
                if len(text) != count:
                    raise IncompleteCatalogue(f"{template}:{line}: {function} needs literal text")
                wanted[text[0] if count == 1 else (text[0], text[1])] = f"{template}:{line}"
        return wanted

    def _environment(self, language: str) -> Environment:
        return self._environments.get(language) or self._environments["en"]

    def _raw(  # noqa: PLR0917 - the reader is three values
        self,
        name: str,
        language: str,
        zone: str,
        now: datetime,
        values: Mapping[str, object],
        folder: str = _FOLDER,
    ) -> str:
        template = self._environment(language).get_template(f"{folder}{name}.html.jinja")
        return template.render({**values, "language": language, "zone": zone_of(zone), "now": now})


def tidy(html: str) -> str:
    """No blanks at line ends, no more than one empty line, nothing around the text or a quote's."""
    html = _QUOTE_EDGES.sub(r"\1\2", html)
    return _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("", html)).strip()


def _is_message(name: str) -> bool:
    return name.startswith(_FOLDERS) and name.endswith(".jinja")
