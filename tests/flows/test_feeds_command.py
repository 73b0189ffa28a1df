"""depesche feeds: adding, importing, listing, pausing from the command line."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli import app

OPML = '<opml version="2.0"><body><outline text="Der Bote" xmlUrl="https://bote.example/feed" country="AT"/></body></opml>'


@pytest.fixture
def depesche(tmp_path):
    url = f"sqlite:///{tmp_path / 'depesche.db'}"

    def call(*words):
        result = CliRunner().invoke(app, [*map(str, words), "--database", url])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return call


def feeds(depesche):
    return json.loads(depesche("feeds", "list", "--json").stdout)


def test_a_list_of_feeds_is_imported_once_and_exported_again(depesche, tmp_path):
    path = tmp_path / "feeds.opml"
    path.write_text(OPML)
    assert depesche("feeds", "import", path).stdout == "1 added, 0 known, 0 refused\n"
    assert depesche("feeds", "import", path).stdout == "0 added, 1 known, 0 refused\n"

    exported = depesche("feeds", "export").stdout

    assert 'xmlUrl="https://bote.example/feed"' in exported
    [feed] = feeds(depesche)
    assert (feed["publisher"], feed["country"], feed["state"]) == ("Der Bote", "AT", "active")


def test_in_a_pipe_each_feed_is_one_line_with_its_whole_address(depesche):
    address = f"https://bote.example/{'sehr-lang/' * 20}feed.xml"
    depesche("feeds", "add", address, "--unseen", "--publisher", "Der Bote")

    head, row, count = depesche("feeds", "list").stdout.splitlines()

    assert head.split()[:2] == ["id", "publisher"]
    assert row.split()[-1] == address
    assert count == "1 feed: 1 new"


def test_a_feed_is_paused_and_woken_by_id_or_address(depesche):
    depesche("feeds", "add", "https://bote.example/feed", "--unseen", "--publisher", "Der Bote")
    depesche("feeds", "pause", "1")
    assert feeds(depesche)[0]["state"] == "paused"
    assert depesche("fetch").exit_code == 1
    depesche("feeds", "wake", "https://bote.example/feed")
    assert feeds(depesche)[0]["state"] == "active"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/feed", "file:///etc/passwd", "bote.example", "http://[::ffff:10.0.0.1]/"]
)
def test_an_address_that_is_not_allowed_is_one_sentence_and_adds_nothing(depesche, url):
    result = depesche("feeds", "add", url, "--unseen")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert feeds(depesche) == []


def test_what_goes_wrong_is_said_in_one_sentence(depesche, tmp_path):
    path = tmp_path / "none.opml"
    assert (
        depesche("feeds", "import", path).stderr
        == f"depesche: {path}: the file cannot be read: No such file or directory\n"
    )
    path.write_text("<html>")
    assert (
        depesche("feeds", "import", path).stderr
        == f"depesche: {path}: it is no list of feeds (OPML) that can be read\n"
    )
    assert depesche("feeds", "pause", "7").stderr.startswith("depesche: there is no feed '7'")
    assert "no active feeds" in depesche("fetch").stderr
    depesche("feeds", "add", "https://bote.example/feed", "--unseen")
    assert "there already" in depesche("feeds", "add", "https://bote.example/feed", "--unseen").stderr


def test_the_starter_list_keeps_its_own_rules(depesche):
    assert " 0 refused" in depesche("feeds", "starter").stdout
    found = feeds(depesche)
    publishers = [(feed["publisher"], feed["language"]) for feed in found]
    assert len(found) >= 60
    assert all(feed["url"].startswith("https://") and feed["country"] and feed["section"] for feed in found)
    assert {"DE", "AT", "CH"} <= {feed["country"] for feed in found}
    assert max(map(publishers.count, publishers)) <= 4
    assert sum(language == "de" for _, language in publishers) > len(found) * 0.7
