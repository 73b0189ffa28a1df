"""The detector of languages with its tables mapped into memory: 10 MB a process instead of 80.

Py3langid keeps its model compressed for reading whole, with three times the languages we look for. The first
process to need it writes down what is used, in the user's cache folder; the others share those pages.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs
from py3langid.langid import MODEL_FILE, LanguageIdentifier

log = logging.getLogger(__name__)

# Of the files' layout; another number makes every process write them anew.
LAYOUT = 1
_TABLES = ("ptc", "pc", "moves", "rows", "outputs")
"""Of each feature for each language, of each language, and of the automaton that finds the features."""


def detector_of(languages: Sequence[str], *, folder: Path | None = None) -> LanguageIdentifier:
    """It knows these languages alone; out of files, or in memory where none can be written."""
    folder = folder or Path(platformdirs.user_cache_dir("depesche"))
    kept = folder / f"languages-{version('py3langid')}-{LAYOUT}"
    found = _read(kept, languages)
    if found is not None:
        return found
    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(list(languages))
    _keep(made, kept)
    return _read(kept, languages) or made


def _read(folder: Path, languages: Sequence[str]) -> LanguageIdentifier | None:
    """None where the tables are not there yet, damaged, or of other languages."""
    try:
        return _out_of(folder, languages)
    except (OSError, EOFError, ValueError):
        return None


def _out_of(folder: Path, languages: Sequence[str]) -> LanguageIdentifier:
    found = {name: _mapped(folder / f"{name}.npy") for name in _TABLES}
    codes = (folder / "codes.txt").read_text().split()
    if set(codes) != set(languages) or len(codes) != len(found["pc"]):
        raise ValueError("tables of other languages")
    return LanguageIdentifier(
        found["ptc"],
        found["pc"],
        codes,
        # Asked a number at a time, which an array of numpy's answers slowly.
        found["moves"].data,
        found["outputs"].tolist(),
        norm_probs=True,
        tk_row=found["rows"].data,
    )


def _mapped(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r"))


def _keep(made: LanguageIdentifier, folder: Path) -> None:
    """Whole or not at all: several processes may be at it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name))
        tables = (made.nb_ptc, made.nb_pc, made.tk_nextmove, made.tk_row, made.tk_output)
        for name, table in zip(_TABLES, tables, strict=True):
            np.save(draft / f"{name}.npy", np.asarray(table))
        (draft / "codes.txt").write_text("\n".join(made.nb_classes))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        log.warning(
            "the tables of languages cannot be kept", extra={"path": str(folder), "reason": str(error)}
        )
