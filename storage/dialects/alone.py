"""One process works on a SQLite file: the system itself keeps a second one out.

On PostgreSQL any number may run, and roles are held by lease instead. A lease would do here as well, but
whoever starts again after a crash would wait for it; the system lets go of a lock when its holder dies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from storage.errors import WrongDatabase


@contextmanager
def alone_on(url: URL) -> Iterator[None]:
    """While inside, nobody else gets in; raises WrongDatabase when somebody is."""
    if url.get_backend_name() != "sqlite" or sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    # A file of its own: to open and close the database's would take SQLite's locks off it.
    path = Path(f"{url.database}-worker")
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "of another machine"
            msg = (
                f"the process {holder} works on {url.database} already: stop it first,"
                " or let several processes share a PostgreSQL database (DATABASE_URL)"
            )
            raise WrongDatabase(msg) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
