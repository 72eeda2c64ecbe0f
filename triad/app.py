"""The factory: named steps, in order. The one module that knows everybody."""

from __future__ import annotations

import secrets
import time
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask_security import Security
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from triad import settings as settings_
from triad.domain.parties import STAFF
from triad.services.context import Clinic
from triad.settings import Settings
from triad.store import db as database
from triad.store.people import Account, RoleGrant
from triad.web import again, api, confirm, errors, guard, i18n, lines, pages, shell, signing
from triad.web.addresses import LateRule
from triad.web.sessions import Accounts, ServerSessions

csrf = CSRFProtect()


def utc_now() -> datetime:
    return datetime.now(UTC)


def opaque() -> str:
    return secrets.token_urlsafe(12)


def secret() -> str:
    return secrets.token_urlsafe(32)


def create_app(
    profile: str = "",
    clock: Callable[[], datetime] = utc_now,
    chance: Callable[[], str] = opaque,
    ticks: Callable[[], float] = time.monotonic,
    **overrides: Any,
) -> Flask:
    """A ready application. Raises SettingsError or RuntimeError rather than start unsafe."""
    # Zone rules come from the locked package, never from a machine that may be years behind.
    zoneinfo.reset_tzpath(to=())
    settings = settings_.load(profile, **overrides)
    app = Flask("triad.web", static_folder="static", template_folder="templates")
    app.url_rule_class = LateRule
    app.extensions["triad"] = Clinic(settings, clock, chance, secret, ticks)
    configure(app, settings)
    lines.register(app)
    trust(app, settings)
    open_store(app)
    open_doors(app, settings)
    shell.register(app)
    errors.register(app)
    pages.register(app)
    api.register(app, csrf)
    guard.check_doors(app)
    i18n.check()
    again.register(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 1024, "argon2__parallelism": 1}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        # The last one signs: a form that was open when the key changed can still be sent.
        WTF_CSRF_SECRET_KEY=[*settings.secret_key_fallbacks, settings.secret_key],
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            # What people wrote must not come along with a fault.
            "hide_parameters": True,
        },
        WTF_CSRF_TIME_LIMIT=None,
        # Our pages send no referrer at all; `guard.refuse_foreign` looks at the Origin instead.
        WTF_CSRF_SSL_STRICT=False,
        SECURITY_PASSWORD_SALT=settings.pepper,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=cheap if settings.profile == "testing" else {},
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGIN_USER_TEMPLATE="pages/sign_in.html",
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        # Its page to confirm oneself knows a password only, and its clock is not ours: see `web/confirm.py`.
        SECURITY_FRESHNESS=timedelta(days=-1),
        REMEMBER_COOKIE_DURATION=0,
        SECURITY_FLASH_MESSAGES=False,
    )


def trust(app: Flask, settings: Settings) -> None:
    """Who has to show more than a password, and whose word counts for where a request comes from."""
    if unknown := sorted(set(settings.factor_for) - set(STAFF)):
        raise settings_.SettingsError(f"factor_for names no role: {', '.join(unknown)}")
    if settings.proxies < 0:
        raise settings_.SettingsError("proxies counts proxies: none is 0")
    if settings.proxies:
        # Only what our own proxies wrote: whatever a sender put in front of it is theirs to invent.
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, x_proto=0)  # type: ignore[method-assign]


def open_store(app: Flask) -> None:
    database.db.init_app(app)
    with app.app_context():
        database.prepare(database.db.engine)
        with database.db.engine.connect() as connection:
            if wrong := database.unsafe(connection):
                raise RuntimeError(f"unsafe database settings: {'; '.join(wrong)}")


def open_doors(app: Flask, settings: Settings) -> None:
    app.session_interface = ServerSessions(app.extensions["triad"])
    # Before the tokens are looked at: without a database no login is known, and no token can be right.
    app.before_request(guard.keep_up)
    app.before_request(guard.refuse_garbled)
    csrf.init_app(app)
    security = Security(app, Accounts(database.db, Account, RoleGrant), login_form=signing.SignIn)
    security.two_factor_plugins = signing.SecondStep()
    # The library would also take a token of its own from any JSON body, which it reads before the doors do.
    app.login_manager.request_loader(lambda _: None)  # type: ignore[attr-defined]
    app.before_request(guard.refuse_foreign)
    app.before_request(guard.stand_before)
    app.before_request(confirm.stand_before)
    app.after_request(guard.add_headers)
