"""Uses the installed command as a new user would, from an empty folder; any surprise ends it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

TIMEOUT_S = 120


def main(command: str, scratch: str) -> None:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    database = f"sqlite:///{folder / 'news.db'}"

    def depesche(*arguments: str, expect: int = 0) -> str:
        done = subprocess.run(
            [command, *arguments], cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        if done.returncode != expect:
            sys.exit(
                f"depesche {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    news = folder / "news.jsonl"
    news.write_text(
        json.dumps(
            {"url": "https://a.example/1", "title": "Neue Brücke eröffnet", "text": "Die Brücke ist offen."}
        )
    )
    assert "import" in depesche("--help")
    assert json.loads(depesche("import", str(news), "--json", "--database", database))["stored"] == 1
    assert json.loads(depesche("import", str(news), "--json", "--database", database))["known"] == 1
    assert json.loads(depesche("search", "Brücken", "--json", "--database", database))["total"] == 1
    depesche("import", str(folder / "missing"), "--database", database, expect=1)

    demo = subprocess.Popen(
        [command, "demo", "--port", "0", "--no-browser"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        address = _address(demo)
        with urllib.request.urlopen(address, timeout=10) as page:
            assert page.status == 200
            assert b"Depesche" in page.read()
    finally:
        demo.terminate()
        code = demo.wait(timeout=20)
    assert code == 0, f"the demo ended with {code}"
    print("the installed wheel works")


def _address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        line = demo.stdout.readline()
        if not line:
            sys.exit(f"the demo ended early with {demo.wait()}")
        for word in line.split():
            if word.startswith("http://127.0.0.1:"):
                return word
    sys.exit("the demo never said where its page is")


if __name__ == "__main__":
    main(*sys.argv[1:])
