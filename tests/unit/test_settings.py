"""Settings: each checked at start, secrets never shown."""

import pytest

from bot.errors import SettingsError
from bot.log import mask
from bot.settings import data_path, load, masked, require_token

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in ("DATABASE_URL", "PORT", "DEPESCHE_TOKEN", "DEPESCHE_ADMINS", "DEPESCHE_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_enough_to_start():
    settings = load()
    assert settings.database_url.get_secret_value().startswith("sqlite:///")
    assert settings.timezone == "Europe/Berlin"
    assert data_path(settings).name == "depesche.db"


def test_the_environment_is_read(monkeypatch):
    monkeypatch.setenv("DEPESCHE_ADMINS", "12, 34;56")
    monkeypatch.setenv("PORT", "9000")
    settings = load()
    assert settings.admins == {12, 34, 56}
    assert settings.port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("DEPESCHE_TOKEN", "placeholder"),
        ("DEPESCHE_ADMINS", "clara"),
        ("DEPESCHE_TIMEZONE", "Berlin/Europe"),
        ("DEPESCHE_LANGUAGE", "fr"),
        ("DEPESCHE_API_URL", "telegram"),
        ("DEPESCHE_WEBHOOK_SECRET", "short"),
        ("DEPESCHE_RATE_LIMIT", "-1"),
        ("DEPESCHE_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_every_wrong_setting_has_its_line(monkeypatch):
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("DEPESCHE_TIMEZONE", "nowhere")
    with pytest.raises(SettingsError) as caught:
        load()
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_token_says_how_to_get_one():
    with pytest.raises(SettingsError, match="@BotFather"):
        require_token(load())


def test_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("DEPESCHE_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:secret@db/news")
    shown = repr(load()) + repr(masked(load()))
    assert "AAbb" not in shown
    assert "secret@" not in shown
    assert require_token(load()) == TOKEN


def test_a_token_in_any_text_is_cut_out():
    text = mask(f"GET https://api.telegram.org/bot{TOKEN}/getMe postgresql://bot:secret@db/news")
    assert "AAbb" not in text
    assert "secret" not in text
