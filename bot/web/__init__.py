"""One small web server: health, metrics, and the way in for Telegram's updates."""
