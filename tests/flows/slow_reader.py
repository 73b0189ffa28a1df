"""A process that reads documents for the tests: b"slow" for ever, b"ends" never, b"fails" not, others at once."""

import os
import signal
import sys

from bot.feeds.processes import serve


def read(body, request):
    if body == b"slow":
        signal.pause()
    if body == b"ends":
        os._exit(1)
    if body == b"fails":
        raise ValueError("no idea")
    return body.upper()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, read)
