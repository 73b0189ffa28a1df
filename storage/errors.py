"""What storage can refuse, by what the caller can do.

StorageError
  NotFound          the row is not there (any more)
  AlreadyExists     the unique key is taken: the step was done before
  Busy              the database is locked or away: try again
  WrongDatabase     the address or the schema cannot be used: stop and say why
"""


class StorageError(Exception):
    """Base of everything storage raises."""


class NotFound(StorageError):
    """No row has this key."""


class AlreadyExists(StorageError):
    """A row with this key is there already."""


class Busy(StorageError):
    """The database is locked or unreachable; the same call may succeed later."""


class WrongDatabase(StorageError):
    """The database cannot be used as configured; the text says what to do."""
