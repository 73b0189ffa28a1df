"""The house rules that a linter does not know."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(path for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py"))
MODULES = [path for path in CODE if "migrations" not in path.parts]
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "core"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is_for(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_MODULE
    assert path.stem not in NAMELESS
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "a module begins with a sentence that says what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            length = (node.end_lineno or node.lineno) - node.lineno - docstring.count("\n")
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_importing_does_nothing(tmp_path):
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES
    ]
    program = (
        "import importlib, logging, sys, threading\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not logging.getLogger().handlers, 'logging is configured'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": "",
            "HOME": str(tmp_path),
            "DATABASE_URL": "nonsense",
            "PORT": "x",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_every_command_of_the_command_line_is_there():
    from bot.cli import COMMANDS

    for module in COMMANDS.values():
        assert importlib.import_module(f"bot.cli.{module}").app


def test_every_dependency_is_pinned_and_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?==\S+(?:\s+#\s*(\S.*))?", line)
        if match:
            pins[re.sub(r"[-_.]+", "-", match[1]).lower()] = match[2]
    for dependency in project["dependencies"]:
        name = re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9_.-]+", dependency)[0]).lower()
        assert pins.get(name), f"{name} needs a pin and its reason in requirements.txt"


def test_the_readme_and_docs_point_to_what_exists():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} points to {target}, which is not there"


def test_the_list_of_faults_names_tests_that_exist():
    there = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"\btest_\w+", (ROOT / "docs/faults.md").read_text(encoding="utf-8")))
    assert len(named) > 100
    assert sorted(named - there) == []


def test_no_words_for_readers_are_missing_in_german():
    from babel.messages.pofile import read_po

    path = ROOT / "templates/locale/de/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="de")
    missing = [
        message.id
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    assert missing == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_no_python_module_holds_words_in_german():
    """Words for readers live in templates and catalogues; data and query keywords are no sentences."""
    sentence = re.compile(r"\b(?:nicht|wurde|werden|deine?|bitte|keine?)\b", re.IGNORECASE)
    for path in MODULES:
        if "analysis" in path.parts or "articles" in path.parts:
            continue  # they read German news: stop words and phrases of publishers
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) > 3:
                assert not sentence.search(node.value), f"{name_of(path)}:{node.lineno}: {node.value[:60]}"
