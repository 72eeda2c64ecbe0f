"""What keeps a clinic from running safely, found before somebody else finds it."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.settings import Settings, shipped
from triad.store import db as database
from triad.store import migrations


@dataclass(frozen=True)
class Finding:
    """`check` names what was looked at; `wrong` says what was found, "" when all is well."""

    check: str
    wrong: str = ""


def examine(actor: Actor) -> list[Finding]:
    """One finding per check; the audit chain is `audit.first_broken`. Raises NotFound."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_SETTINGS)
        return [*_settings(ctx.settings), *_engine(ctx), _tables(), _catalogues()]


def shipped_secrets() -> frozenset[str]:
    """The secrets everybody can read, because they come with the code."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in shipped("config").glob("*.toml")]
    return frozenset(file[key] for file in files for key in ("secret_key", "pepper") if file.get(key))


def private(path: Path) -> bool:
    """Is the file for its owner alone?"""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def _settings(settings: Settings) -> Iterator[Finding]:
    known = settings.profile == "production" and {settings.secret_key, settings.pepper} & shipped_secrets()
    yield Finding("secrets", "shipped" if known else "")
    plain = settings.profile == "production" and not settings.https
    yield Finding("https", "off" if plain else "")


def _engine(ctx: Context) -> Iterator[Finding]:
    yield Finding("engine", "; ".join(database.unsafe(ctx.session.connection())))
    path = database.db.engine.url.database
    if database.db.engine.dialect.name == "sqlite" and path and Path(path).exists():
        yield Finding("file", "" if private(Path(path)) else path)


def _tables() -> Finding:
    at = migrations.current(database.db.engine)
    return Finding("tables", "" if at == migrations.head() else (at or "none"))


def _catalogues() -> Finding:
    home = shipped("translations")
    folders = [path for path in home.iterdir() if path.is_dir()] if home.is_dir() else []
    missing = [folder.name for folder in folders if not (folder / "LC_MESSAGES" / "messages.po").is_file()]
    return Finding("catalogues", ", ".join(sorted(missing)) if folders else "none")
