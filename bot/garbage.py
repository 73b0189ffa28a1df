"""How often Python looks for garbage that lies in cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Python begins after 700 new objects, and a feed of 25 entries makes thousands that live until they are
# stored: a fifth of what collecting it took was spent on finding none of them to be garbage.
# Portions are kept so small that looking through one holds nothing up for more than some milliseconds.
OBJECTS, GENERATIONS = 10_000, (10, 10)


@contextmanager
def not_sought() -> Iterator[None]:
    """So much is made inside, and stays, that looking through it time and again takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@contextmanager
def seldom_sought() -> Iterator[None]:
    """What is loaded by now stays; what comes is looked at in large portions, while inside."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS, *GENERATIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
