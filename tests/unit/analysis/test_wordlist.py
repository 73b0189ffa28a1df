"""The word list's file: written once, shared, and done without where it cannot be kept."""

from bot.analysis.wordlist import WordList


def test_the_list_is_written_once_and_read_by_the_next(tmp_path):
    first = WordList.open("ms", folder=tmp_path / "new")
    [path] = (tmp_path / "new").iterdir()
    written = path.stat().st_mtime_ns
    second = WordList.open("ms", folder=tmp_path / "new")

    forms = list(first.forms())
    assert len(forms) > 1000
    assert [second.get(form) for form in forms] == [first.get(form) for form in forms]
    assert path.stat().st_mtime_ns == written
    assert second.get("gibtesnicht") is None
    assert forms[0] in second


def test_a_damaged_file_is_written_anew(tmp_path):
    WordList.open("ms", folder=tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(b"not a trie")

    assert len(list(WordList.open("ms", folder=tmp_path).forms())) > 1000
    assert path.read_bytes() != b"not a trie"


def test_without_a_place_to_write_the_list_is_kept_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert len(list(WordList.open("ms", folder=tmp_path / "file").forms())) > 1000
