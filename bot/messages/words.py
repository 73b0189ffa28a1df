"""The bot's languages: English stands in the templates, every other language in a gettext catalogue."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.errors import DepescheError

SOURCE_LANGUAGE = "en"
# British English: readers here expect 17:30 and 11 March.
SOURCE_LOCALE = Locale("en", "GB")

MessageId = str | tuple[str, str]


class IncompleteCatalogue(DepescheError):
    """A catalogue cannot be read or lacks words of the templates; the text names each."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words."""

    language: str
    locale: Locale
    catalog: Catalog | None
    form: Callable[[int], int]
    """Which plural form a number takes, counted from 0."""

    def one(self, text: str) -> str:
        found = self._find(text)
        return found.string if found and isinstance(found.string, str) and found.string else text

    def many(self, singular: str, plural: str, number: int) -> str:
        found = self._find(singular)
        form = self.form(number)
        if found and isinstance(found.string, tuple) and found.string[form]:
            return found.string[form]
        return singular if number == 1 else plural

    def _find(self, text: str) -> Message | None:
        message = self.catalog.get(text) if self.catalog is not None else None
        return message if message and not message.fuzzy else None

    def lacks(self, wanted: MessageId) -> bool:
        if self.catalog is None:
            return False
        found = self._find(wanted if isinstance(wanted, str) else wanted[0])
        if found is None:
            return True
        if isinstance(wanted, str):
            return not (isinstance(found.string, str) and found.string)
        strings = found.string if isinstance(found.string, tuple) else ()
        return found.id != wanted or len(strings) != self.catalog.num_plurals or not all(strings)


def load_words() -> dict[str, Words]:
    """English and every catalogue there is, by language code."""
    words = {SOURCE_LANGUAGE: Words(SOURCE_LANGUAGE, SOURCE_LOCALE, None, lambda number: int(number != 1))}
    for folder in sorted(files("templates").joinpath("locale").iterdir(), key=lambda entry: entry.name):
        path = folder.joinpath("LC_MESSAGES", "messages.po")
        if folder.is_dir() and path.is_file():
            words[folder.name] = read_words(folder.name, path.read_bytes())
    return words


def read_words(language: str, content: bytes) -> Words:
    """A catalogue's words; raises IncompleteCatalogue when it is none or a translation drops a value."""
    try:
        catalog = read_po(content.decode().splitlines(keepends=True), locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise IncompleteCatalogue(f"the catalogue of {language!r} cannot be read: {error}") from error
    wrong = [f"{message.id!r}: {errors[0]}" for message, errors in catalog.check()]
    if wrong:
        raise IncompleteCatalogue(f"the catalogue of {language!r} is wrong: {'; '.join(wrong)}")
    return Words(language, Locale(language), catalog, gettext.c2py(catalog.plural_expr))


def require_complete(words: Iterable[Words], wanted: Mapping[MessageId, str]) -> None:
    """Raises IncompleteCatalogue naming every text (and its template) some language lacks."""
    missing = [
        f"{language.language} lacks {text!r} ({where})"
        for language in words
        for text, where in wanted.items()
        if language.lacks(text)
    ]
    if missing:
        raise IncompleteCatalogue("translations are missing: " + "; ".join(missing))
