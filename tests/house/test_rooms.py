"""Who may import whom, where the clock is read, who commits, how long a file is: kept true by reading the code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import triad

ROOT = Path(triad.__file__).parent
MODULES = {
    ".".join(("triad", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
    if "versions" not in path.parts
}
MAY_IMPORT = {
    "domain": {"domain"},
    "engines": {"engines", "domain"},
    "formats": {"formats", "domain", "settings"},
    "store": {"store", "domain"},
    "services": {"services", "store", "engines", "formats", "domain", "settings"},
    "web": {"web", "services", "engines", "formats", "domain", "settings"},
    "jobs": {"jobs", "services", "store", "engines", "formats", "domain", "settings", ""},
    "cli": {"cli", "services", "store", "engines", "formats", "domain", "settings", ""},
    "settings": set(),
    "": {"app"},
}
FRAMEWORKS = {"flask", "flask_security", "flask_sqlalchemy", "flask_wtf", "flask_smorest", "marshmallow", "babel"}
FOREIGN = {
    "services": FRAMEWORKS,
    "store": FRAMEWORKS - {"flask_sqlalchemy", "flask_security"},
    "engines": FRAMEWORKS | {"sqlalchemy"},
    "formats": FRAMEWORKS | {"sqlalchemy"},
    "web": {"sqlalchemy", "alembic"},
}
STARTS = {("triad.cli.worker", "triad.jobs")}
"""The one command that lets the jobs come round."""
SHARED_VERBS = {"context", "policy", "access"}
CHANCE = {"secrets", "random", "uuid"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "os.urandom"}
ONE_PLACE = {"triad.app"}
COMMITS = {"triad.services.context", "triad.store.db"}
LONGEST_FILE, LONGEST_FUNCTION = 250, 40


def floor(module: str) -> str:
    return [*module.split("."), ""][1]


def imports(module: str, tree: ast.AST) -> Iterator[str]:
    """Every module named in an import, at any depth; `from triad.services import audit` names the module audit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            within = [f"{source}.{name.name}" for name in node.names]
            yield from (name if name in MODULES else source for name in within)


def wrong_imports(module: str, source: str) -> list[str]:
    own, found = floor(module), []
    for name in sorted(set(imports(module, ast.parse(source)))):
        top = name.split(".")[0]
        if name.startswith("."):
            found.append(f"{module}: relative import {name}")
        elif top == "triad" and own != "app":
            # A package itself (`from triad.store import db`) says no more than its floor.
            if floor(name) not in MAY_IMPORT[own] and (module, name) not in STARTS:
                found.append(f"{module}: imports {name}")
            if own == "services" and _neighbour(module, name):
                found.append(f"{module}: imports its neighbour {name}")
            if own == "web" and {*module.split(".")[2:3], *name.split(".")[2:3]} == {"api", "pages"}:
                found.append(f"{module}: imports {name}")
        elif (own == "domain" and top not in sys.stdlib_module_names) or top in FOREIGN.get(own, ()):
            found.append(f"{module}: imports {name}")
    return found


def _neighbour(module: str, name: str) -> bool:
    return (
        name.startswith("triad.services.")
        and name.split(".")[2] not in SHARED_VERBS
        and module.split(".")[2] != name.split(".")[2]
    )


def clocks(module: str, source: str) -> list[str]:
    """Readings of the clock and of chance outside the one place; `random.Random(seed)` is neither."""
    if module in ONE_PLACE:
        return []
    tree = ast.parse(source)
    drawn = [name for name in used(tree) if name.startswith("random.")]
    seeded = bool(drawn) and set(drawn) == {"random.Random"}
    found = {name for name in imports(module, tree) if name.split(".")[0] in CHANCE}
    found -= {"random"} if seeded else set()
    found |= {name for name in map(dotted, calls(tree)) if any(name.endswith(f".{c}") or name == c for c in CLOCKS)}
    return [f"{module}: {name}" for name in sorted(found)]


def commits(module: str, source: str) -> list[str]:
    if module in COMMITS:
        return []
    tree = ast.parse(source)
    # A verb may be called `commit` too: `imports.commit` takes a batch of rows, it ends no transaction.
    verbs = {name.rsplit(".", 1)[-1] for name in imports(module, tree) if name.startswith("triad.services.")}
    found = (name.rpartition(".") for name in map(dotted, calls(tree)))
    return [f"{module}: {on}.{last}" for on, _, last in found if last in ("commit", "rollback") and on not in verbs]


def used(tree: ast.AST) -> list[str]:
    return [dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]


def calls(tree: ast.AST) -> Iterator[ast.expr]:
    return (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def too_long(module: str, source: str) -> list[str]:
    lines = len(source.splitlines())
    found = [f"{module}: {lines} lines"] if lines > LONGEST_FILE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            found += [f"{module}: {node.name} has {length} lines"] if length > LONGEST_FUNCTION else []
    return found


CHECKS = (wrong_imports, clocks, commits, too_long)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check: object) -> None:
    assert callable(check)
    found = [line for module, path in MODULES.items() for line in check(module, path.read_text("utf-8"))]
    assert found == []


def test_every_floor_is_read() -> None:
    assert {floor(module) for module in MODULES} >= {"domain", "store", "services", "web", "cli", "formats", "app"}


PLANTED = [
    (wrong_imports, "triad.domain.x", "import sqlalchemy"),
    (wrong_imports, "triad.domain.x", "def f():\n    from triad.store import db"),
    (
        wrong_imports,
        "triad.store.x",
        "if TYPE_CHECKING:\n    import triad.services",
    ),
    (wrong_imports, "triad.store.x", "import flask"),
    (wrong_imports, "triad.services.x", "from flask import g"),
    (wrong_imports, "triad.services.x", "from babel import dates"),
    (wrong_imports, "triad.services.x", "from triad.web import guard"),
    (wrong_imports, "triad.services.x", "from triad.services import ratings, context"),
    (wrong_imports, "triad.services.x", "from triad.services.logins import load"),
    (wrong_imports, "triad.services.context", "from triad.services import logins"),
    (wrong_imports, "triad.web.x", "from triad.store import queries"),
    (wrong_imports, "triad.web.x", "import sqlalchemy as sa"),
    (wrong_imports, "triad.web.pages.x", "from triad.web.api import encounters"),
    (wrong_imports, "triad.web.api.x", "import triad.web.pages.home"),
    (wrong_imports, "triad.web.pages.x", "from . import home"),
    (wrong_imports, "triad.cli.x", "from triad.app import create_app"),
    (wrong_imports, "triad.cli.x", "from triad.web import i18n"),
    (wrong_imports, "triad.cli.x", "from triad import jobs"),
    (wrong_imports, "triad.jobs.x", "from triad.web import i18n"),
    (wrong_imports, "triad.settings", "from triad.domain import errors"),
    (clocks, "triad.services.x", "from datetime import datetime, UTC\nnow = datetime.now(UTC)"),
    (clocks, "triad.web.x", "import datetime\nnow = datetime.date.today()"),
    (clocks, "triad.web.x", "import time\nnow = time.time()"),
    (clocks, "triad.store.x", "def f():\n    import secrets"),
    (clocks, "triad.domain.x", "from random import choice"),
    (clocks, "triad.domain.x", "import random\nmark = random.random()"),
    (commits, "triad.services.x", "def f(ctx):\n    ctx.session.commit()"),
    (commits, "triad.cli.x", "from triad.services import context\ndef f(session):\n    session.commit()"),
    (commits, "triad.cli.x", "def f(db):\n    db.session.rollback()"),
    (too_long, "triad.web.x", "\n" * 251),
    (too_long, "triad.web.x", "def f():\n" + "    g()\n" * 40),
]


@pytest.mark.parametrize(("check", "module", "source"), PLANTED)
def test_a_planted_breach_is_found(check: object, module: str, source: str) -> None:
    assert callable(check)
    assert len(check(module, source)) == 1


SOUND = [
    (wrong_imports, "triad.domain.x", "from collections import abc\nfrom triad.domain import errors"),
    (
        wrong_imports,
        "triad.services.x",
        "from triad.services import access\nfrom triad.store import queries",
    ),
    (wrong_imports, "triad.web.pages.x", "from triad.services import ratings\nfrom triad.web import guard"),
    (wrong_imports, "triad.cli.x", "from triad import cli, create_app\nfrom triad.services import ratings"),
    (clocks, "triad.services.x", "from datetime import datetime\ndef f(ctx):\n    return ctx.now"),
    (commits, "triad.cli.x", "from triad.services import imports\nimports.commit()"),
    (commits, "triad.services.context", "def f(session):\n    session.commit()"),
    (too_long, "triad.web.x", "\n" * 250),
    (too_long, "triad.web.x", "def f():\n" + "    g()\n" * 39),
]


@pytest.mark.parametrize(("check", "module", "source"), SOUND)
def test_sound_code_is_left_alone(check: object, module: str, source: str) -> None:
    assert callable(check)
    assert check(module, source) == []
