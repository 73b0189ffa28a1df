"""Forms and their dictionary forms in one small file, mapped into memory: 5 MB instead of 110.

Simplemma keeps its lists compressed for reading whole; unpacked they fill memory, and each process pays a
second. The first process to need a list writes it down as a trie in the user's cache folder, the others
share those pages. A form's value says how many bytes to cut from its end and what to put there.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Self

import marisa_trie
import platformdirs

log = logging.getLogger(__name__)

# Of the file's layout; another number makes every process write its lists anew.
LAYOUT = 1


class WordList:
    """A language's forms; asked hundreds of times for one text."""

    def __init__(self, trie: marisa_trie.BytesTrie) -> None:
        self._get = trie.get
        self._trie = trie

    @classmethod
    def open(cls, language: str, *, folder: Path | None = None) -> Self:
        """From its file, which is written when it is not there; in memory where none can be written."""
        folder = folder or Path(platformdirs.user_cache_dir("depesche"))
        path = folder / f"words-{language}-{version('simplemma')}-{LAYOUT}.marisa"
        trie = marisa_trie.BytesTrie()
        try:
            trie.mmap(os.fspath(path))
        except (OSError, RuntimeError):  # not there yet, or damaged
            trie = _trie(language)
            _keep(trie, path)
        return cls(trie)

    def get(self, form: str) -> str | None:
        """The dictionary form; None for a form that is not in the list."""
        found = self._get(form)
        return _changed(form, found[0]) if found else None

    def __contains__(self, form: object) -> bool:
        return form in self._trie

    def forms(self) -> Iterable[str]:
        """All of them."""
        forms: list[str] = self._trie.keys()
        return forms


def _trie(language: str) -> marisa_trie.BytesTrie:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # noqa: PLC0415 - heavy

    forms = DefaultDictionaryFactory().get_dictionary(language)
    pairs: Iterator[tuple[str, bytes]] = ((form, _change(form, lemma)) for form, lemma in forms.items())
    return marisa_trie.BytesTrie(pairs)


def _keep(trie: marisa_trie.BytesTrie, path: Path) -> None:
    """Whole or not at all: several processes may be at it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
        os.close(handle)
        trie.save(draft)
        Path(draft).replace(path)
    except OSError as error:
        log.warning("the word list cannot be kept", extra={"path": str(path), "reason": str(error)})


def _change(form: str, lemma: str) -> bytes:
    old, new = form.encode(), lemma.encode()
    same = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    same = min(len(old), len(new)) if same is None else same
    return bytes([len(old) - same]) + new[same:]


def _changed(form: str, change: bytes) -> str:
    old = form.encode()
    return (old[: len(old) - change[0]] + change[1:]).decode()
