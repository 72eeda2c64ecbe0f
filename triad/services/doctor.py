"""What keeps a clinic from running safely, found before somebody else finds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triad.formats import mail, sms, smtp
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.settings import SECRETS, Settings, private, shipped
from triad.store import db as database
from triad.store import erasure, migrations


@dataclass(frozen=True)
class Finding:
    """`check` names what was looked at; `wrong` says what was found, "" when all is well."""

    check: str
    wrong: str = ""


def examine(actor: Actor) -> list[Finding]:
    """One finding per check; the audit chain is `audit.first_broken`. Raises NotFound."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_SETTINGS)
        return [
            *_settings(ctx.settings),
            *_engine(ctx),
            _tables(),
            _restore(),
            _catalogues(),
            *_sending(ctx.settings),
        ]


def reach_server(actor: Actor) -> Finding:
    """Does the mail server take us? `none` set, or what it refused: `no_server`, `no_tls`, `no_login`."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_SETTINGS)
        settings = ctx.settings
    return Finding("server", smtp.greeted(settings) if settings.smtp_host else "none")


def shipped_secrets() -> frozenset[str]:
    """The secrets everybody can read, because they come with the code."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in shipped("config").glob("*.toml")]
    return frozenset(file[key] for file in files for key in SECRETS if file.get(key))


def _settings(settings: Settings) -> Iterator[Finding]:
    real = settings.profile == "production"
    known = {getattr(settings, key) for key in SECRETS} & shipped_secrets()
    yield Finding("secrets", "shipped" if real and known else "")
    yield Finding("backup_key", "none" if real and not settings.backup_key else "")
    yield Finding("https", "off" if real and not settings.https else "")
    yield Finding("proxies", "none" if real and settings.https and not settings.proxies else "")


def _sending(settings: Settings) -> Iterator[Finding]:
    """What is set for mail and short messages; nothing set is well: then nothing leaves."""
    mailing = bool(settings.smtp_host)
    wrong = "" if mail.is_address(settings.mail_from) else "sender"
    if settings.smtp_security == "none" and settings.smtp_host not in smtp.LOCAL:
        wrong = wrong or "open"
    yield Finding("mail", wrong if mailing else "")
    yield Finding("sms", "gateway" if settings.sms_url and not sms.is_gateway(settings.sms_url) else "")
    reached = settings.address.startswith("https://") or settings.profile != "production"
    yield Finding("address", "" if reached or not mailing else "none")


def _engine(ctx: Context) -> Iterator[Finding]:
    yield Finding("engine", "; ".join(database.unsafe(ctx.session.connection())))
    path = database.db.engine.url.database
    if database.db.engine.dialect.name == "sqlite" and path and Path(path).exists():
        yield Finding("file", "" if private(Path(path)) else path)


def _restore() -> Finding:
    return Finding("restore", "broke off" if erasure.is_unfinished(database.db.engine) else "")


def _tables() -> Finding:
    at = migrations.current(database.db.engine)
    return Finding("tables", "" if at == migrations.head() else (at or "none"))


def _catalogues() -> Finding:
    home = shipped("translations")
    folders = [path for path in home.iterdir() if path.is_dir()] if home.is_dir() else []
    missing = [folder.name for folder in folders if not (folder / "LC_MESSAGES" / "messages.po").is_file()]
    return Finding("catalogues", ", ".join(sorted(missing)) if folders else "none")
