"""The doctor finds what is unsafe, and leaves alone what is well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import cast
from triad.domain import errors
from triad.services import doctor
from triad.services.context import Actor
from triad.settings import Settings
from triad.store import erasure, migrations
from triad.store.db import db

OWN = {"secret_key": "o" * 40, "pepper": "p" * 40, "backup_key": "b" * 40, "https": True, "profile": "production"}
OWN |= {"proxies": 1}


def wrong(actor: Actor, **changed: object) -> dict[str, str]:
    """What the doctor finds under these settings, check by check; the well ones left out."""
    settings: Settings = replace(actor.clinic.settings, **changed)  # type: ignore[arg-type]
    found = doctor.examine(replace(actor, clinic=replace(actor.clinic, settings=settings)))
    return {finding.check: finding.wrong for finding in found if finding.wrong}


@pytest.fixture
def admin(cast_: cast.Cast) -> Actor:
    """An administrator of a clinic that is well: newest tables, a file for its owner alone."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.head()})
    if db.engine.name == "sqlite":
        Path(db.engine.url.database or "").chmod(0o600)
    return cast_.ada


def test_a_sound_clinic_is_well(admin: Actor) -> None:
    assert wrong(admin, **OWN) == {}


def test_public_secrets_are_found_in_production_only(admin: Actor) -> None:
    public = admin.clinic.settings.secret_key
    assert wrong(admin, **OWN | {"secret_key": public}) == {"secrets": "shipped"}
    assert wrong(admin, profile="demo") == {}


def test_backups_that_could_not_be_closed_are_found(admin: Actor) -> None:
    assert wrong(admin, **OWN | {"backup_key": ""}) == {"backup_key": "none"}
    assert wrong(admin, profile="demo", backup_key="") == {}


def test_a_restore_that_broke_off_is_found(admin: Actor) -> None:
    with db.engine.begin() as connection:
        erasure.CARRIED.create(connection)
    assert wrong(admin, **OWN) == {"restore": "broke off"}
    with db.engine.begin() as connection:
        erasure.CARRIED.drop(connection)


def test_cookies_in_the_open_are_found(admin: Actor) -> None:
    assert wrong(admin, **OWN | {"https": False}) == {"https": "off"}


def test_a_proxy_that_is_not_counted_is_found(admin: Actor) -> None:
    assert wrong(admin, **OWN | {"proxies": 0}) == {"proxies": "none"}
    assert wrong(admin, **OWN | {"proxies": 0, "https": False}) == {"https": "off"}


def test_old_tables_are_found(admin: Actor) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert wrong(admin, **OWN) == {"tables": "none"}


def test_a_database_others_can_read_is_found(admin: Actor) -> None:
    path = db.engine.url.database or ""
    if db.engine.name == "sqlite":
        Path(path).chmod(0o640)
    assert wrong(admin, **OWN) == ({"file": path} if db.engine.name == "sqlite" else {})


def test_unsafe_engine_settings_are_found(admin: Actor) -> None:
    setting = {"sqlite": "PRAGMA secure_delete = 0", "postgresql": "SET synchronous_commit TO off"}
    said = {"sqlite": "secure_delete is 0, must be 1", "postgresql": "synchronous_commit is off, must be on"}
    db.session.remove()
    db.session.connection().exec_driver_sql(setting[db.engine.name])
    assert wrong(admin, **OWN) == {"engine": said[db.engine.name]}
    db.session.remove()
    db.engine.dispose()


def test_others_do_not_examine(cast_: cast.Cast) -> None:
    with pytest.raises(errors.NotFound):
        doctor.examine(cast_.thea)
