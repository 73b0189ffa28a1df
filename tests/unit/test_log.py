"""What is written to the log, and what never is."""

import logging

import pytest

from bot.log import configure


@pytest.fixture
def as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("as_it_was")
def test_secrets_are_in_no_line_even_at_debug(capsys):
    configure(level="debug", style="json")

    # The library tells its calls with all parameters: the webhook's secret, and readers' words.
    logging.getLogger("telegram.Bot").debug("Calling Bot API endpoint with %s", {"secret_token": "s" * 20})
    try:
        raise OSError("https://api.telegram.org/bot4242:AAbbccddeeffgghhiijjkkll/getMe")  # noqa: TRY301
    except OSError:
        logging.getLogger("bot").exception("failed", extra={"url": "postgresql://bot:secret@db/news"})

    said = capsys.readouterr().err
    assert "failed" in said
    for secret in ("s" * 20, "AAbbcc", "secret@"):
        assert secret not in said
