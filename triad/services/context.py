"""The frame every verb runs in: who acts, when, on which clinic. The only place that commits or rolls back."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from triad.domain import errors
from triad.domain.parties import Role
from triad.settings import Settings
from triad.store import diaries, types
from triad.store.db import WRITES, db
from triad.store.ledger import AuditEntry, AuditLine, OutboxMessage

log = structlog.get_logger()
_writing = threading.Lock()
WORKING = "working"
AUDIT_LOCK = 7_412_001
"""Any fixed number: the PostgreSQL advisory lock under which the audit chain grows."""
LAST_LINE = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)


@dataclass(frozen=True)
class Clinic:
    """What a verb may know of the house: settings, the one clock, the one source of chance and of secrets."""

    settings: Settings
    clock: Callable[[], datetime]
    chance: Callable[[], str]
    secret: Callable[[], str]
    """32 random bytes as text, for links and invitations; `chance` is for ids, which are no secret."""

    def keyed(self, purpose: str, value: str) -> str:
        """Keyed hash (hex, 64 characters) of a secret value, useless for any other purpose."""
        key = self.settings.pepper.encode()
        return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Actor:
    """Who acts. `person_id` is "" for nobody, for the house itself and for a client who came by a link."""

    clinic: Clinic
    account_id: str = ""
    person_id: str = ""
    name: str = ""
    roles: frozenset[Role] = frozenset()
    source: str = "page"
    scope: frozenset[str] | None = None
    """The verbs an API key is narrowed to; None where the roles alone decide."""

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


@dataclass
class Context:
    actor: Actor
    now: datetime
    session: Session
    _audit: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    _after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.actor.clinic.settings

    def fresh_id(self) -> str:
        return self.actor.clinic.chance()

    def keyed(self, purpose: str, value: str) -> str:
        return self.actor.clinic.keyed(purpose, value)

    def audit(self, verb: str, subject: str, **details: Any) -> None:
        """One line for the trail: codes and ids only, never content, never a rating value."""
        self._audit.append((verb, subject, details))

    def post(self, person_id: str, kind: str, subject: str) -> None:
        """A message that goes out after commit; neutral, the reader's language is looked up when it is sent."""
        self.session.add(
            OutboxMessage(id=self.fresh_id(), person_id=person_id, kind=kind, subject=subject, written_at=self.now)
        )

    def tell(self, act: Callable[[], None]) -> None:
        """Run `act` after the commit; its failure is logged and undoes nothing."""
        self._after.append(act)


@contextmanager
def look(actor: Actor) -> Iterator[Context]:
    """A reading context: any attempt to write inside it raises RuntimeError."""
    session = db.session()
    if WORKING in session.info:
        raise RuntimeError("a reading context would end the writing one around it")
    session.info["looking"] = True
    try:
        yield Context(actor, actor.clinic.clock(), session)
    finally:
        session.info.pop("looking", None)
        # What was read stays usable, and no reader's lock outlives its verb: it would hold up every writer.
        session.close()


@contextmanager
def work(actor: Actor) -> Iterator[Context]:
    """The only writer: commits on leaving, rolls back on any error, then runs what was left to tell.

    Inside another one it joins that one: a single transaction, which the outer one ends.
    """
    session = db.session()
    if outer := session.info.get(WORKING):
        if outer.actor is not actor:
            raise RuntimeError("a verb within a verb acts for the same actor")
        yield outer
        session.flush()
        return
    session.close()
    lite = session.get_bind().dialect.name == "sqlite"
    with _writing if lite else nullcontext():
        try:
            session.connection(execution_options={WRITES: True})
            ctx = session.info[WORKING] = Context(actor, actor.clinic.clock(), session)
            yield ctx
            session.flush()
            _append_audit(ctx, lite)
            session.commit()
        except IntegrityError as error:
            session.rollback()
            raise _refusal(error) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(WORKING, None)
    for act in ctx._after:
        try:
            act()
        except Exception as error:
            log.error("after_commit_failed", kind=type(error).__name__)


def _append_audit(ctx: Context, lite: bool) -> None:
    if not ctx._audit:
        return
    if not lite:
        ctx.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})
    seq, previous = ctx.session.execute(LAST_LINE).one_or_none() or (0, "")
    rows = []
    for number, (verb, subject, details) in enumerate(ctx._audit, seq + 1):
        line = AuditLine(number, ctx.now, ctx.actor.account_id or "-", verb, subject, details)
        previous = chained(ctx.actor.clinic, previous, line)
        rows.append({**line._asdict(), "hash": previous})
    ctx.session.execute(insert(types.table(AuditEntry)), rows)


def chained(clinic: Clinic, previous: str, line: AuditEntry | AuditLine) -> str:
    """The keyed hash that ties a line to all lines before it."""
    body = [previous, line.seq, line.at.isoformat(), line.actor, line.verb, line.subject, line.details]
    return clinic.keyed("audit", json.dumps(body, sort_keys=True, separators=(",", ":")))


def _refusal(error: IntegrityError) -> errors.TriadError:
    """A constraint that refused is a conflict: somebody was faster. Overlap has its own name."""
    if diaries.OVERLAP in str(error.orig):
        return errors.Clash(who="somebody")
    return errors.Conflict()


@event.listens_for(Session, "before_flush")
def _refuse_writes(session: Session, *_: Any) -> None:
    changed = session.new or session.deleted or any(map(session.is_modified, session.dirty))
    if session.info.get("looking") and changed:
        raise RuntimeError("a reading request tried to write")
