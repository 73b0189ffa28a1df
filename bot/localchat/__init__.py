"""Talk to the bot without a token: a Bot API inside the process, and a chat page on top of it."""
