"""Errors by what the caller can do about them.

DepescheError
  SettingsError        stop: the environment must be corrected
  NotAllowed           tell the person: this is not theirs to do
  BadInput             tell the person what was wrong with what they gave
    BadQuery           a query that cannot be understood
    IngestError        this text cannot become an article
  FeedError            count it, look again later
    FeedUnreachable
    FeedUnreadable
"""


class DepescheError(Exception):
    """Base of all errors that carry a sentence for a person."""


class SettingsError(DepescheError):
    """A setting is missing or wrong; the text names each."""


class NotAllowed(DepescheError):
    """The person may not do this."""


class BadInput(DepescheError):
    """What was given cannot be used; the text says what and why."""


class BadQuery(BadInput):
    """A query that cannot be understood."""


class IngestError(BadInput):
    """A text that cannot become an article."""


class FeedError(DepescheError):
    """A feed could not be collected this time."""


class FeedUnreachable(FeedError):
    """No usable answer came from the feed's address."""


class FeedUnreadable(FeedError):
    """The answer came but is no feed."""
