"""MESSAGE: from values to Telegram messages that Telegram accepts: render, measure, split."""
