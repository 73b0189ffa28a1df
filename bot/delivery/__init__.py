"""8 DELIVERY: getting what is owed to Telegram, and what Telegram says to us, without losing any of it."""
