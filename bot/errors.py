"""Errors by what the caller can do about them.

DepescheError
  SettingsError        stop: the environment must be corrected
  BadInput             tell the person what was wrong with what they gave
    BadQuery           a query that cannot be understood
    IngestError        this text cannot become an article
  FeedError            count it, look again later
    FeedUnreachable
    FeedUnreadable
  NotRetold            the language model gave nothing to use
  NotIssued            an edition somebody waits for cannot be made
"""

from enum import StrEnum


class DepescheError(Exception):
    """Base of all errors that carry a sentence for a person."""


class SettingsError(DepescheError):
    """A setting is missing or wrong; the text names each."""


class BadInput(DepescheError):
    """What was given cannot be used; the text says what and why."""


class QueryFault(StrEnum):
    """What is wrong with a query; the reader's words for it stand in templates."""

    EMPTY = "empty"
    ONLY_STOP_WORDS = "only_stop_words"
    ONLY_EXCLUSIONS = "only_exclusions"
    TOO_LONG = "too_long"
    QUOTE = "quote"
    OR = "or"
    SHORT_PREFIX = "short_prefix"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_VALUE = "missing_value"
    CANNOT_EXCLUDE = "cannot_exclude"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_COUNTRY = "unknown_country"
    BAD_DATE = "bad_date"
    EMPTY_RANGE = "empty_range"
    NOT_ON_OR_OFF = "not_on_or_off"


class BadQuery(BadInput):
    """A query that cannot be understood: what is wrong, about which piece of it, what may be meant."""

    def __init__(self, fault: QueryFault, sentence: str, *, about: str = "", suggestion: str = "") -> None:
        super().__init__(sentence)
        self.fault = fault
        self.about = about
        self.suggestion = suggestion


class IngestError(BadInput):
    """A text that cannot become an article."""


class FeedError(DepescheError):
    """A feed could not be collected this time."""


class FeedUnreachable(FeedError):
    """No usable answer came from the feed's address."""


class FeedUnreadable(FeedError):
    """The answer came but is no feed."""


class NotIssued(DepescheError):
    """An edition somebody waits for cannot be made; the cause says why."""


class NotRetold(DepescheError):
    """The language model did not answer, or not with a text; the text says what it did."""
