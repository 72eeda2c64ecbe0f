"""Names say what a thing is: the words that say nothing are not used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import triad

ROOT = Path(triad.__file__).parent
BANNED = {"manager", "helper", "helpers", "util", "utils", "misc", "process", "processor", "handle", "handler"}
BANNED |= {"do", "info"}
LIBRARY_HOOKS = {"process_bind_param", "process_result_value"}
"""Methods a library calls by these names."""


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def banned(name: str) -> bool:
    parts = words(name)
    return name not in LIBRARY_HOOKS and (not BANNED.isdisjoint(parts) or (len(parts) > 1 and parts[-1] == "data"))


def names(tree: ast.AST) -> Iterator[str]:
    """Every name this code gives to something: classes, functions, arguments, variables, fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def found_in(source: str) -> list[str]:
    return sorted({name for name in names(ast.parse(source)) if banned(name)})


def test_no_banned_name() -> None:
    paths = [path for path in sorted(ROOT.rglob("*.py")) if "versions" not in path.parts]
    found = {str(path.relative_to(ROOT)): found_in(path.read_text("utf-8")) for path in paths}
    found |= {f"{path.name} itself": [path.stem] for path in paths if banned(path.stem)}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("class SessionManager: ...", "SessionManager"),
        ("def handle_rating(): ...", "handle_rating"),
        ("def f(rating_data): ...", "rating_data"),
        ("case_info = 1", "case_info"),
        ("for do in (): ...", "do"),
        ("import triad.settings as utils", "utils"),
        ("def f():\n    with g() as helper: ...", "helper"),
    ],
)
def test_a_planted_name_is_found(source: str, name: str) -> None:
    assert found_in(source) == [name]


def test_sound_names_are_left_alone() -> None:
    source = "def domain(document): ...\nclass Dataset: ...\ndata = 1\ndef process_bind_param(value): ..."
    assert found_in(source) == []
