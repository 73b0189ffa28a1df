"""depesche import, from the files a person has to the articles the program keeps."""

import json
import tracemalloc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Storage

PAGE = Path(__file__).parents[1] / "data" / "aggregator_page.txt"
LINE = {"url": "https://example.org/a", "title": "Zug bei Linz entgleist", "text": "Niemand wurde verletzt."}


@pytest.fixture
def depesche(tmp_path):
    """Runs a command on a database of its own."""
    url = f"sqlite:///{tmp_path / 'data' / 'depesche.db'}"

    def call(*words):
        result = CliRunner().invoke(app, [*map(str, words), "--database", url])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    call.url = url
    return call


def write(path, *lines):
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def outcome(result):
    return json.loads(result.stdout)


def test_an_aggregator_page_is_stored_once_with_what_it_lists(depesche):
    first = outcome(depesche("import", PAGE, "--json"))
    again = outcome(depesche("import", PAGE, "--json"))

    assert (first["stored"], first["known"], first["refused"]) == (4, 0, [])
    assert (again["stored"], again["known"], again["articles"]) == (0, 4, [])
    assert first["articles"][0]["title"].startswith("In der Hauptstadt begann")
    assert all(article["url"].startswith("urn:depesche:") for article in first["articles"])
    assert all(article["language"] == "de" and article["story_id"] for article in first["articles"])


async def test_the_page_keeps_its_list(depesche, tmp_path):
    import asyncio

    found = outcome(await asyncio.to_thread(depesche, "import", PAGE, "--json"))
    ids = [article["id"] for article in found["articles"]]

    async with Storage(depesche.url) as storage, storage.read() as tx:
        assert await tx.articles.listed(ids[0]) == ids[1:]


def test_a_bad_line_is_reported_and_the_rest_is_stored(depesche, tmp_path):
    path = write(
        tmp_path / "a.jsonl",
        LINE,
        {"url": "https://example.org/b"},
        {**LINE, "url": "https://example.org/c", "title": "Brand"},
    )

    result = depesche("import", path)

    assert result.exit_code == 0
    assert "2 stored, 0 known, 1 refused" in result.stdout
    assert f"{path}:2: the key title, text is missing" in result.stderr


def test_one_article_under_two_addresses_is_stored_once(depesche, tmp_path):
    text = {"publisher": "Der Bote", "text": "Die Strecke zwischen Linz und Wels bleibt gesperrt. " * 4}
    path = write(
        tmp_path / "a.jsonl",
        {**LINE, **text},
        {**LINE, **text, "url": "http://www.example.org/a/?utm_source=rss"},
        {**LINE, **text, "url": "https://example.org/politik/a"},
        {**LINE, **text, "url": "https://anzeiger.example/a", "publisher": "Der Anzeiger"},
    )
    found = outcome(depesche("import", path, "--json"))
    assert (found["stored"], found["known"]) == (2, 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (bytes(range(256)) * 20, "it is binary data, no text"),
        (b"<html><body><h1>Start</h1><a href='/'>x</a></body></html>", "there is no article on the page"),
        (b"Similar News:\nRead more \xc2\xbb\n", "there is no text in it that reads like news"),
        (b'{"url": 1', "it is broken JSON"),
        (None, "there is no such file or folder"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_stores_nothing(depesche, tmp_path, content, reason):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)

    result = depesche("import", path)

    assert result.exit_code == 1
    assert result.stdout == "0 stored, 0 known, 1 refused\n"
    assert result.stderr == f"depesche: {path}: {reason}\n"
    assert outcome(depesche("import", path, "--json"))["refused"] == [{"where": str(path), "reason": reason}]


def test_one_path_that_fails_fails_the_command_and_the_others_are_stored(depesche, tmp_path):
    result = depesche("import", PAGE, tmp_path / "none")
    assert result.exit_code == 1
    assert "4 stored" in result.stdout
    assert result.stderr == f"depesche: {tmp_path / 'none'}: there is no such file or folder\n"


def test_a_folder_is_imported_with_what_in_it_can_be_used(depesche, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    write(folder / "a.jsonl", LINE)
    (folder / "logo.png").write_bytes(bytes(range(256)) * 20)

    result = depesche("import", folder)

    assert result.exit_code == 0
    assert "1 stored, 0 known, 1 refused" in result.stdout
    assert "logo.png: it is binary data, no text" in result.stderr


def test_an_empty_folder_is_an_error(depesche, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    result = depesche("import", folder)
    assert (result.exit_code, result.stderr) == (1, f"depesche: {folder}: the folder is empty\n")


def test_a_wrong_database_is_one_sentence(tmp_path):
    result = CliRunner().invoke(app, ["import", str(PAGE), "--database", "mysql://localhost/x"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_reading_a_large_file_keeps_no_more_than_a_batch(tmp_path):
    from bot.articles.reading import read_path

    path = tmp_path / "large.jsonl"
    with path.open("w") as file:
        for number in range(50_000):
            file.write(
                json.dumps({**LINE, "url": f"https://example.org/{number}", "text": "Wort " * 60}) + "\n"
            )

    tracemalloc.start()
    count = sum(1 for _ in read_path(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50_000
    assert path.stat().st_size > 15_000_000
    assert peak < 3_000_000


def test_an_article_imported_with_other_words_keeps_the_old_ones(depesche, tmp_path):
    depesche("import", write(tmp_path / "a.jsonl", LINE))
    depesche("import", write(tmp_path / "b.jsonl", {**LINE, "title": "Zug bei Linz aus den Schienen"}))

    found = outcome(depesche("versions", LINE["url"], "--json"))
    assert (found["version"], found["article"]["title"]) == (2, "Zug bei Linz aus den Schienen")
    assert [one["title"] for one in found["earlier"]] == ["Zug bei Linz entgleist"]
    shown = depesche("versions", "1").stdout
    assert shown.index("Zug bei Linz entgleist") < shown.index("Zug bei Linz aus den Schienen")
