"""The frame every verb runs in: who acts, when, on which clinic. The only place that commits or rolls back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

import structlog
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from triad.domain import errors
from triad.domain.parties import Role
from triad.formats import keyed
from triad.formats import settings as texts
from triad.settings import Settings
from triad.store import calendars, faults, outbox, types
from triad.store import settings as stored
from triad.store.db import WRITES, Unsafe, db
from triad.store.ledger import AuditEntry, AuditLine

log = structlog.get_logger()
_writing = threading.Lock()
WORKING, KEPT = "working", "kept"
"""Marks of a session: a verb is at work in it; something was committed in it."""
AUDIT_LOCK = 7_412_001
"""Any fixed number: the PostgreSQL advisory lock under which the audit chain grows."""
EVERY = 10.0
"""Seconds after which a worker asks whether somebody changed a setting in another one."""
LAST_LINE = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)


@dataclass(eq=False)
class Clinic:
    """What a verb may know of the house: settings, the one clock, the one source of chance and of secrets."""

    settings: Settings
    """Those in force: `filed`, as files and environment have them, and over them what was changed in here."""
    clock: Callable[[], datetime]
    chance: Callable[[], str]
    secret: Callable[[], str]
    """32 random bytes as text, for links and invitations; `chance` is for ids, which are no secret."""
    ticks: Callable[[], float]
    """Seconds since whenever, which nobody can set."""
    later: Callable[[Callable[[], None]], None] = lambda act: act()
    """Does what takes long, after whoever asked was answered; at once where there is no server around."""
    worded: dict[str, tuple[Any, Any]] = field(default_factory=dict, init=False)
    """Instrument key to its wordings as `access.worded` made them, and the news of the reviews they were made of."""
    filed: Settings = field(init=False)
    _due: float = field(default=-inf, init=False)
    _turn: object = field(default_factory=object, init=False)

    def __post_init__(self) -> None:
        self.filed = self.settings

    @property
    def due(self) -> bool:
        """Are the changed settings to be read again?"""
        return self.ticks() >= self._due

    def adopt(self, changed: Callable[[], Mapping[str, str]]) -> None:
        """Read what was changed, key to text; it holds for `EVERY` seconds, or until `outdate`."""
        turn, began = self._turn, self.ticks()
        self.settings, self._due = texts.over(self.filed, changed()), began + EVERY
        if turn is not self._turn:
            # Somebody changed a setting here while we read the old one.
            self._due = -inf

    def outdate(self) -> None:
        """Settings were changed in here: whoever comes next reads them again."""
        self._turn, self._due = object(), -inf

    def keyed(self, purpose: str, value: str) -> str:
        """Keyed hash (hex, 64 characters) of a secret value, useless for any other purpose."""
        return keyed.hashes(self.settings, purpose, value)[0]


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
    settings: Settings
    """Those in force when the verb began: they do not change under its hands."""
    _audit: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    _after: list[Callable[[], None]] = field(default_factory=list)

    def fresh_id(self) -> str:
        return self.actor.clinic.chance()

    def keyed(self, purpose: str, value: str) -> str:
        return self.actor.clinic.keyed(purpose, value)

    def hashes(self, purpose: str, value: str) -> tuple[str, ...]:
        """To find what may have been kept under an older pepper; new rows are kept under `keyed`, the first one."""
        return keyed.hashes(self.actor.clinic.settings, purpose, value)

    def audit(self, verb: str, subject: str, **details: Any) -> None:
        """One line for the trail: codes and ids only, never content, never a rating value."""
        self._audit.append((verb, subject, details))

    def post(self, person_id: str, kind: str, subject: str, starts_at: datetime | None = None) -> None:
        """A message that goes out after commit, in the reader's language; `starts_at` of its encounter."""
        outbox.add(self.session, self.fresh_id, self.now, person_id, kind, subject, starts_at)

    def tell(self, act: Callable[[], None]) -> None:
        """Run `act` after the commit; its failure is logged and undoes nothing."""
        self._after.append(act)


@contextmanager
def look(actor: Actor) -> Iterator[Context]:
    """A reading context: any attempt to write inside it raises RuntimeError.

    Its audit lines are written when it is over: what cannot be noted is not shown either.
    """
    session = db.session()
    if WORKING in session.info:
        raise RuntimeError("a reading context would end the writing one around it")
    session.info["looking"] = True
    with _refused(session):
        try:
            ctx = Context(actor, actor.clinic.clock(), session, _settings(actor.clinic, session))
            yield ctx
        finally:
            session.info.pop("looking", None)
            # What was read stays usable, and no reader's lock outlives its verb: it would hold up every writer.
            session.close()
    if ctx._audit:
        with work(actor) as noting:
            noting._audit += ctx._audit


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
    with _writing if lite else nullcontext(), _refused(session):
        try:
            session.connection(execution_options={WRITES: True})
            settings = _settings(actor.clinic, session)
            ctx = session.info[WORKING] = Context(actor, actor.clinic.clock(), session, settings)
            session.info[calendars.NOW] = ctx.now
            yield ctx
            session.flush()
            _append_audit(ctx, lite)
            session.commit()
            session.info[KEPT] = True
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


@contextmanager
def _refused(session: Session) -> Iterator[None]:
    """A database that said no, or cannot go on, is a refusal as every other."""
    try:
        yield
    except (SQLAlchemyError, Unsafe) as error:
        if found := refusal(error, KEPT in session.info):
            raise found from error
        raise


def refusal(error: BaseException, written: bool = True) -> errors.TriadError | None:
    """What a fault of the database means to whoever asked; None for any other. `faults` has the list."""
    found = faults.refusal(error, written)
    if isinstance(found, errors.Unavailable):
        log.error("database_unavailable", why=found.why)
    return found


def nothing_kept_yet() -> None:
    """From here on it counts anew whether something was committed: what came before is no part of what begins."""
    db.session().info.pop(KEPT, None)


def keep_up(clinic: Clinic) -> None:
    """For what asks no verb and yet shows the clinic as it is: changed settings reach it in `EVERY` seconds too."""
    if clinic.due:
        with look(Actor(clinic)):
            pass


def _settings(clinic: Clinic, session: Session) -> Settings:
    if clinic.due:
        clinic.adopt(lambda: stored.in_force(session))
    return clinic.settings


def _append_audit(ctx: Context, lite: bool) -> None:
    if not ctx._audit:
        return
    if not lite:
        ctx.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})
    seq, previous = ctx.session.execute(LAST_LINE).one_or_none() or (0, "")
    rows = []
    for number, (verb, subject, details) in enumerate(ctx._audit, seq + 1):
        line = AuditLine(number, ctx.now, ctx.actor.account_id or "-", verb, subject, details)
        previous = keyed.chained(ctx.actor.clinic.settings, previous, line)[0]
        rows.append({**line._asdict(), "hash": previous})
    ctx.session.execute(insert(types.table(AuditEntry)), rows)


@event.listens_for(Session, "before_flush")
def _refuse_writes(session: Session, *_: Any) -> None:
    changed = session.new or session.deleted or any(map(session.is_modified, session.dirty))
    if session.info.get("looking") and changed:
        raise RuntimeError("a reading request tried to write")
