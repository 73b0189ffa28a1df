"""A SQLite file has one worker; a server has as many as like to."""

import os
import subprocess
import sys

import pytest

from storage.database import Storage
from storage.errors import WrongDatabase

HOLDING = """
import sys
from storage.database import Storage
with Storage(sys.argv[1]).alone():
    print("in", flush=True)
    sys.stdin.read()
"""


def test_a_second_worker_on_a_file_is_told_who_has_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'depesche.db'}"
    with Storage(url).alone():
        told = pytest.raises(WrongDatabase, match=rf"process {os.getpid()} .*depesche.db already")
        with told, Storage(url).alone():
            pytest.fail("two are in")
        with Storage(f"sqlite:///{tmp_path / 'other.db'}").alone():
            pass
    with Storage(url).alone():
        pass


def test_whoever_is_killed_lets_go_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'depesche.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"in\n"
        with pytest.raises(WrongDatabase, match=f"process {holder.pid} "), Storage(url).alone():
            pytest.fail("two are in")
        holder.kill()
        holder.wait()
        with Storage(url).alone():
            pass


def test_a_server_keeps_nobody_out():
    url = "postgresql://somebody@localhost/depesche"
    with Storage(url).alone(), Storage(url).alone():
        pass
