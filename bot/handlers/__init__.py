"""What people can say to the bot: one file per command, listed in registry.py."""
