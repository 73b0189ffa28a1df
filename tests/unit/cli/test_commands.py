"""The command line's frame: what it says to a command it does not know, and to settings that are wrong."""

import click
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli import COMMANDS, app

runner = CliRunner()


@pytest.mark.parametrize(("typed", "hint"), [("serch", "depesche search"), ("quatsch", "--help")])
def test_an_unknown_command_is_one_line_with_a_way_on(typed, hint):
    result = runner.invoke(app, [typed])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert typed in result.stderr
    assert hint in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    result = runner.invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_the_list_of_commands_says_what_each_is_for():
    context = click.Context(get_command(app))
    for name in COMMANDS:
        assert get_command(app).get_command(context, name).get_short_help_str(), name


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["stories", "--database", "mysql://x/y"], "sqlite or postgresql"),
        (["stories", "--database", "nonsense"], "DATABASE_URL"),
        (["stories", "--database", "postgresql://a:secret@127.0.0.1:9/x"], "127.0.0.1:9"),
    ],
)
def test_a_wrong_database_is_one_line_without_secrets(arguments, word):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert word in result.stderr
    assert "secret" not in result.stderr


def test_running_without_a_token_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.delenv("DEPESCHE_TOKEN", raising=False)
    result = runner.invoke(app, ["run", "--database", f"sqlite:///{tmp_path / 'x.db'}"])
    assert result.exit_code == 2
    assert "@BotFather" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--database", "mysql://x/y", "stories"],
        ["--database", "mysql://x/y", "feeds", "list"],
        ["feeds", "--database", "mysql://x/y", "list"],
        ["--database", "sqlite:///good.db", "stories", "--database", "mysql://x/y"],
    ],
)
def test_the_database_may_be_named_anywhere(arguments, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert "sqlite or postgresql" in result.stderr


@pytest.mark.parametrize(("words", "where"), [(["db", "check"], "stderr"), (["doctor"], "stdout")])
def test_looking_at_a_database_that_is_not_there_makes_none(words, where, monkeypatch, tmp_path):
    monkeypatch.delenv("DEPESCHE_TOKEN", raising=False)
    result = runner.invoke(app, [*words, "--database", f"sqlite:///{tmp_path / 'deep' / 'x.db'}"])
    assert result.exit_code != 0
    assert "depesche db upgrade" in " ".join(getattr(result, where).split())
    assert list(tmp_path.iterdir()) == []
