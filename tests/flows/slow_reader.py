"""A process that reads documents for the tests: b"slow" for ever, b"ends" never, all others at once."""

import os
import signal
import sys

from bot.feeds.processes import serve


def read(body, request):
    if body == b"slow":
        signal.pause()
    if body == b"ends":
        os._exit(1)
    return body.upper()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, read)
