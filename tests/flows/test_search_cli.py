"""depesche search and depesche topic, as a person and as a program meets them."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import pipeline
from bot.app import open_services
from bot.articles.reading import read_path
from bot.cli import app
from bot.settings import Settings

LINES = [
    ("Nordkorea weiht Atom-U-Boot ein", "Das Boot lief in Sinpo vom Stapel.", "Tagblick"),
    (
        "Nordkoreanische Führung feiert Atomuboot",
        "Die Führung in Pjöngjang feiert mit einer Parade.",
        "Rheinkurier",
    ),
    ("Atom U-Boot: Seoul ist skeptisch", "Südkorea zweifelt an den Angaben aus Pyongyang.", "Donaubote"),
    ("Putin reist nach China", "Der russische Präsident spricht in Peking über Gas.", "Tagblick"),
]


def filled(folder, lines, *, grouped=True):
    """A database with these articles."""
    path = folder / "news.jsonl"
    path.write_text(
        "\n".join(
            json.dumps(
                {
                    "url": f"https://example.org/{number}",
                    "title": title,
                    "text": text,
                    "publisher": publisher,
                    "language": "de",
                    "published_at": f"2026-03-0{number % 9 + 1}T06:00:00+00:00",
                }
            )
            for number, (title, text, publisher) in enumerate(lines)
        ),
        encoding="utf-8",
    )
    url = f"sqlite:///{folder / 'depesche.db'}"

    async def fill():
        async with open_services(Settings(database_url=SecretStr(url))) as services:
            await pipeline.take_in(services, list(read_path(path)))
            if grouped:
                await pipeline.group(services)

    asyncio.run(fill())
    return url


@pytest.fixture
def database(tmp_path):
    return filled(tmp_path, LINES)


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def found(database, query, *more):
    result = run("search", query, "--json", "--database", database, *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def titles(answer):
    return {hit["article"]["title"] for hit in answer["hits"]}


def test_spellings_of_a_compound_and_forms_of_a_country_find_the_same(database):
    boats = {title for title, _, _ in LINES[:3]}
    for query in ("Atom U-Boot", "Atom-U-Boot", "Atomuboot"):
        assert titles(found(database, query)) == boats
    for query in ("Nordkorea", "nordkoreanisch", "North Korea"):
        assert titles(found(database, query)) == {LINES[0][0], LINES[1][0]}
    assert titles(found(database, "Pjöngjang")) == {LINES[1][0], LINES[2][0]}


def test_the_json_says_what_was_found_and_where(database):
    answer = found(database, "Pjöngjang Parade -Putin quelle:rhein")
    assert (answer["query"], answer["total"], answer["total_is_exact"]) == (
        "Pjöngjang Parade -Putin quelle:rhein",
        1,
        True,
    )
    [hit] = answer["hits"]
    assert hit["score"] == 1.0
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["Pjöngjang", "Parade"]
    assert hit["article"]["published_at"] == "2026-03-02T06:00:00+00:00"
    assert found(database, "Atomuboot", "--limit", "1")["total"] == 3


def test_a_program_gets_all_there_is_and_a_person_the_best(tmp_path):
    database = filled(
        tmp_path, [(f"Brücke {number} gesperrt", "", "Tagblick") for number in range(320)], grouped=False
    )

    answer = found(database, "Brücken")
    assert (answer["total"], answer["total_is_exact"], len(titles(answer))) == (320, True, 320)
    assert len(found(database, "Brücken", "--limit", "0")["hits"]) == 320
    assert len(found(database, "Brücken", "--limit", "310")["hits"]) == 310
    few = found(database, "Brücken", "--limit", "5")
    assert (few["total"], few["total_is_exact"], len(few["hits"])) == (300, False, 5)
    shown = run("search", "Brücken", "--database", database)
    assert shown.stdout.startswith("more than 300 articles")


def test_nothing_found_is_no_error_and_a_bad_query_is_one(database):
    nothing = run("search", "Zwetschgenkuchen", "--database", database)
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing found for Zwetschgenkuchen.\n")
    assert found(database, "Zwetschgenkuchen")["hits"] == []
    bad = run("search", '"offen', "--database", database)
    assert bad.exit_code == 1
    assert bad.stderr == "depesche: a quotation mark is not closed\n"


def test_a_topic_shows_its_stories_with_their_sources(database):
    answer = json.loads(run("topic", "Nordkorea", "--json", "--database", database).stdout)
    assert "nordkoreanisch" in answer["aliases"]
    shown = {article["title"] for story in answer["stories"] for article in story["articles"]}
    assert {LINES[0][0], LINES[1][0]} <= shown
    assert LINES[3][0] not in shown
    assert "Tagblick" in run("topic", "Nordkorea", "--database", database).stdout
    nothing = run("topic", "Zwetschgenkuchen", "--database", database)
    assert (nothing.exit_code, nothing.stdout, nothing.stderr.count("\n")) == (1, "", 1)
    assert run("topic", "", "--database", database).exit_code == 1


def test_the_index_is_rebuilt_and_checked(database):
    built = run("db", "reindex", "--database", database)
    assert built.exit_code == 0, built.output
    assert "4 articles" in built.output
    assert run("db", "check", "--database", database).exit_code == 0
    assert json.loads(run("search", "Atomuboot", "--json", "--database", database).output)["total"] == 3
    assert run("db", "reindex", "--index-only", "--database", database).exit_code == 0


def test_a_search_loads_no_more_than_it_needs(database):
    code = (
        "import sys; from bot.cli import main; sys.argv = ['depesche', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "search", "Rakete", "--database", database],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    loaded = {name.partition(".")[0] for name in result.stdout.split()}
    assert "sqlalchemy" in loaded
    assert loaded.isdisjoint(
        {"numpy", "jinja2", "telegram", "aiohttp", "apscheduler", "alembic", "trafilatura"}
    )
