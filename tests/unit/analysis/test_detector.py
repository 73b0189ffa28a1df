"""The tables of languages: written once, shared, and done without where they cannot be kept."""

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.analysis import detector
from bot.analysis.detector import detector_of

CODES = ("de", "en", "sr", "ja")
TEXTS = (
    "Die Regierung teilte am Mittwoch mit, dass zwei Raketen im Meer niedergegangen sind.",
    "The government said on Wednesday that two missiles had fallen into the sea.",
    "Влада је у среду саопштила да су две ракете пале у море.",
    "政府は水曜日、ミサイル2発が海に落下したと発表した。",
    "1234",
)


@pytest.fixture(scope="module")
def original():
    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(list(CODES))
    return made


def test_the_tables_are_written_once_and_answer_as_the_model_does(tmp_path, monkeypatch, original):
    detector_of(CODES, folder=tmp_path / "new")
    monkeypatch.setattr(detector, "LanguageIdentifier", only_from_tables(detector.LanguageIdentifier))
    again = detector_of(CODES, folder=tmp_path / "new")

    assert [again.rank(text) for text in TEXTS] == [original.rank(text) for text in TEXTS]
    assert [again.rank(text)[0][0] for text in TEXTS[:4]] == list(CODES)
    assert len(list((tmp_path / "new").iterdir())) == 1


def only_from_tables(kind):
    class OnlyFromTables(kind):
        __slots__ = ()

        @classmethod
        def from_model_file(cls, *_, **__):
            raise AssertionError("the model was unpacked again")

    return OnlyFromTables


@pytest.mark.parametrize("name", ["moves.npy", "codes.txt"])
def test_damaged_tables_are_written_anew(tmp_path, original, name):
    detector_of(CODES, folder=tmp_path)
    [folder] = tmp_path.iterdir()
    (folder / name).write_bytes(b"")

    assert detector_of(CODES, folder=tmp_path).rank(TEXTS[0]) == original.rank(TEXTS[0])
    assert (folder / name).stat().st_size


def test_without_a_place_to_write_the_model_is_kept_in_memory(tmp_path, original):
    (tmp_path / "file").write_text("in the way")

    assert detector_of(CODES, folder=tmp_path / "file").rank(TEXTS[0]) == original.rank(TEXTS[0])
