"""Names of languages: the list against CLDR, from which it was made."""

import pytest
from babel import Locale

from bot.analysis.data.reading import data_lines
from bot.analysis.languages import code_of


@pytest.mark.parametrize("line", data_lines("languages.txt"))
def test_a_language_is_found_by_its_code_and_its_names(line):
    code = line[:2]
    names = [Locale(locale).languages[code] for locale in ("de", "en", code)]
    assert [code_of(name) for name in (code, *names)] == [code] * 4


@pytest.mark.parametrize(
    ("name", "code"), [("Deutsche", "de"), ("SPANISCHE", "es"), ("englisches", None), ("", None)]
)
def test_inflected_or_unknown(name, code):
    assert code_of(name) == code
