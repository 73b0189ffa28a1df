"""Makes a headline for a text that came without one."""

from __future__ import annotations

from bot.articles.sentences import first_sentence
from bot.articles.text import clean_text, cut

MOST_CHARACTERS = 160


def headline_of(text: str) -> str:
    """The text's first sentence without its full stop, cut between words when it is long."""
    sentence = first_sentence(clean_text(text))
    if sentence.endswith(".") and not sentence.endswith(".."):
        sentence = sentence[:-1]
    return cut(sentence, MOST_CHARACTERS)
