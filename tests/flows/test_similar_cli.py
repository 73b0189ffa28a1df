"""depesche similar, stories and summary, as a person and as a program meets them."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import pipeline
from bot.app import open_services
from bot.articles.reading import read_path
from bot.cli import app
from bot.settings import Settings

QUAKE = "Ein Erdbeben der Stärke 6,4 hat die Insel Samora erschüttert. In der Hafenstadt Belun stürzten Häuser ein."
QUAKE_TOO = (
    "Die Erde bebte auf Samora mit Stärke 6,4. Helfer suchen in der Hafenstadt Belun nach Verschütteten."
)
OLDER = "Vor zehn Jahren zerstörte ein Erdbeben die Hafenstadt Belun auf der Insel Samora. Ein Denkmal erinnert daran."
STRIKE = "Die Lokführer der Nordbahn legen ab Montag die Arbeit nieder. Die Gewerkschaft fordert mehr Lohn."
LINES = (
    ("Schweres Erdbeben erschüttert Insel Samora", QUAKE, "Bote", "2026-03-11T06:00:00+00:00"),
    ("Erdbeben auf Samora: Helfer suchen Verschüttete", QUAKE_TOO, "Kurier", "2026-03-11T08:00:00+00:00"),
    ("Denkmal für die Opfer von Belun enthüllt", OLDER, "Blick", "2026-02-20T08:00:00+00:00"),
    ("Lokführer der Nordbahn streiken ab Montag", STRIKE, "Bote", "2026-03-11T09:00:00+00:00"),
)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "news.jsonl"
    rows = [
        {
            "url": f"https://example.org/{number}",
            "title": title,
            "text": text,
            "publisher": publisher,
            "language": "de",
            "published_at": at,
        }
        for number, (title, text, publisher, at) in enumerate(LINES)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'depesche.db'}"

    async def fill():
        async with open_services(Settings(database_url=SecretStr(url))) as services:
            await pipeline.take_in(services, list(read_path(path)))
            await pipeline.group(services)

    asyncio.run(fill())
    return url


def run(*arguments):
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_explain_says_how_much_and_why(database):
    plain = run("similar", "https://example.org/0", "--database", database)
    explained = run("similar", "https://example.org/0", "--explain", "--database", database)

    assert LINES[1][0] in plain
    assert "resemblance" not in plain
    [same] = [line for line in explained.splitlines() if LINES[1][0] in line]
    [related] = [line for line in explained.splitlines() if LINES[2][0] in line]
    assert "resemblance 0." in same
    assert "nearness 0." in related
    assert "Belun" in related.split("both:")[1]
    assert LINES[3][0] not in explained


def test_a_program_gets_scores_and_reasons_on_one_scale(database):
    found = json.loads(run("similar", "https://example.org/0", "--json", "--database", database))

    [same], [related] = found["same_story"], found["related"]
    assert (same["title"], related["article"]["title"]) == (LINES[1][0], LINES[2][0])
    assert same["score"] >= 0.5 > related["score"] > 0
    assert related["reason"]


def test_the_summary_is_traceable_to_its_source(database):
    found = json.loads(run("summary", "https://example.org/0", "--json", "--database", database))

    assert found["sentences"]
    for sentence in found["sentences"]:
        assert sentence["text"] in QUAKE
