"""What is over goes when its time has come, and nothing else; the trail says that it was done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import cast, proposed
from tests.conftest import NOW, Clock
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import audit, context, retention
from triad.services.context import Actor
from triad.store import types
from triad.store.bulk import Bulk
from triad.store.db import db
from triad.store.ledger import OutboxMessage, Repeat
from triad.store.people import AccountInvitation, LoginSession
from triad.store.ratings import Draft, Invitation
from triad.store.signins import KnownDevice, SignIn
from triad.store.staffing import StaffingLine, StaffingRun
from triad.store.tries import FailedTry

DAY = timedelta(days=1)


@pytest.fixture
def host(cast_: cast.Cast) -> Actor:
    return Actor(cast_.clinic, source="cli", roles=frozenset({Role.ADMIN, Role.AUDITOR}))


def lay(ctx: context.Context, name: str, at: datetime, link_ends: datetime) -> None:
    """One of each kind, begun at `at`, with links that end or are used up at `link_ends`."""
    form: dict[str, Any] = {"version_key": "v", "edition": "brief", "language": "ti", "policy": "never"}
    link = {"encounter_id": "enc", "client_id": "p-cleo", "issued_at": at, "progress": {}, **form}
    for row in (
        LoginSession(hash=f"l{name}", contents="{}", started_at=at, seen_at=at),
        SignIn(id=f"s{name}", at=at, browser="x"),
        KnownDevice(hash=f"d{name}", account_id="a-kora", seen_at=at),
        FailedTry(try_id=name, key="k", at=at),
        Repeat(key=f"r{name}", body_hash="b", status=201, answer="{}", at=at),
        Bulk(id=f"b{name}", kind="confirm", asked_by="a-kora", asked_at=at, terms={}),
        proposed.run(f"p{name}", asked_at=at),
        OutboxMessage(id=f"m{name}", person_id="p-thea", kind="k", subject="s", written_at=at),
        Invitation(id=f"over-{name}", token_hash=f"o{name}", expires_at=link_ends, **link),
        Invitation(id=f"revoked-{name}", token_hash=f"v{name}", expires_at=NOW + DAY, revoked_at=link_ends, **link),
        Invitation(id=f"used-{name}", token_hash=f"u{name}", expires_at=link_ends, spent_at=link_ends, **link),
        AccountInvitation(id=f"a{name}", account_id="a-kora", token_hash=f"t{name}", expires_at=link_ends),
        AccountInvitation(
            id=f"as{name}", account_id="a-kora", token_hash=f"ts{name}", expires_at=NOW + DAY, spent_at=link_ends
        ),
    ):
        ctx.session.add(row)
    ctx.session.flush()
    ctx.session.add(Draft(invitation_id=f"over-{name}", line="bond.1:CT", value=1))
    ctx.session.add(StaffingLine(run_id=f"p{name}", encounter_id="enc", after_id="p-ines"))


@pytest.fixture
def lain(cast_: cast.Cast) -> None:
    cast.encounter(cast_, id_="enc", held=True)
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        lay(ctx, "old", NOW - 400 * DAY, NOW - 90 * DAY)
        lay(ctx, "new", NOW - timedelta(minutes=1), NOW - 90 * DAY + timedelta(minutes=1))


def rows() -> dict[str, int]:
    models = (
        LoginSession,
        SignIn,
        KnownDevice,
        FailedTry,
        Repeat,
        Bulk,
        StaffingRun,
        StaffingLine,
        OutboxMessage,
        Invitation,
        AccountInvitation,
        Draft,
    )
    db.session.remove()
    with db.engine.connect() as connection:
        return {
            model.__tablename__: connection.scalar(select(func.count()).select_from(types.table(model))) or 0
            for model in models
        }


@pytest.mark.usefixtures("lain")
def test_what_is_over_goes_and_nothing_else(host: Actor) -> None:
    before = rows()
    assert retention.state(host) == retention.State(None, 10 - 2)
    gone = retention.tidy(host)
    # Drafts go with their link, and the lines of a plan with it; these are not counted.
    once = {name: 1 for name in before if name not in ("draft", "staffing_line")}
    assert gone == {**once, "invitation": 2, "account_invitation": 2}
    assert {name: before[name] - count for name, count in rows().items()} == {
        **dict.fromkeys(before, 1),
        "invitation": 2,
        "account_invitation": 2,
    }
    with db.engine.connect() as connection:
        left = sorted(connection.scalars(select(Invitation.id)))
    assert left == ["over-new", "revoked-new", "used-new", "used-old"]
    assert retention.tidy(host) == {}


@pytest.mark.usefixtures("lain")
def test_the_trail_says_that_and_not_how_much(host: Actor, clock: Clock) -> None:
    retention.tidy(host)
    (line,) = audit.entries(host, verb="retention.tidy").lines
    assert (line.actor, line.subject, line.details) == ("-", "database", {})
    assert retention.state(host) == retention.State(clock.now, 0)


@pytest.mark.parametrize("name", ["kora", "thea", "ines", "lena", "ada", "aud"])
def test_nobody_tidies_from_a_page(cast_: cast.Cast, name: str) -> None:
    with pytest.raises(errors.NotFound):
        retention.tidy(getattr(cast_, name))
