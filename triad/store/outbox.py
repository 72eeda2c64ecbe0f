"""Messages waiting to go out: writing them, finding the next, and what each of them is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from triad.domain import telling
from triad.domain.calendars import Entry
from triad.domain.parties import Role
from triad.domain.telling import News, Notice
from triad.store import calendars, queries
from triad.store.encounters import Encounter
from triad.store.ledger import OutboxMessage
from triad.store.people import Account, Person

TRIED = ("failed", "unsure")
MODES = {Role.THERAPIST: "mode_t", Role.INTERPRETER: "mode_i"}


@dataclass(frozen=True)
class Reader:
    """Whom a message is for. `locale` is never "": the clinic's own where the person chose none."""

    id: str
    name: str
    email: str
    phone: str
    zone: str
    locale: str


@dataclass(frozen=True)
class Subject:
    """A message with all it is made from; `entry` None where no calendar is touched."""

    reader: Reader
    notice: Notice
    entry: Entry | None


def add(
    session: Session,
    fresh_id: Callable[[], str],
    now: datetime,
    person_id: str,
    kind: str,
    subject: str,
    starts_at: datetime | None = None,
) -> None:
    """One message, and a short one beside it for whoever wants those."""
    channels = ["email"]
    if kind in telling.SHORT:
        person = session.get(Person, person_id)
        channels += ["sms"] if person and person.sms_since and person.phone else []
    for channel in channels:
        row = OutboxMessage(id=fresh_id(), person_id=person_id, kind=kind, subject=subject, written_at=now)
        row.channel, row.starts_at = channel, starts_at
        session.add(row)


def next_due(session: Session, channels: Collection[str], now: datetime) -> OutboxMessage | None:
    """What goes out next, held against other workers: first what was never tried, then what is to be tried again."""
    due = or_(OutboxMessage.next_try_at.is_(None), OutboxMessage.next_try_at <= now)
    fresh = select(OutboxMessage).where(OutboxMessage.state == "waiting", due).order_by(OutboxMessage.written_at)
    again = select(OutboxMessage).where(OutboxMessage.state.in_(TRIED), OutboxMessage.next_try_at <= now)
    return _first(session, fresh, channels) or _first(session, again.order_by(OutboxMessage.next_try_at), channels)


def _first(session: Session, query: Any, channels: Collection[str]) -> OutboxMessage | None:
    query = query.where(OutboxMessage.channel.in_(list(channels))).limit(1).with_for_update(skip_locked=True)
    found: OutboxMessage | None = session.scalars(query).one_or_none()
    return found


def locked(session: Session, id_: str) -> OutboxMessage | None:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.id == id_).with_for_update()).one_or_none()


def give_back(session: Session, now: datetime) -> int:
    """What a worker took and never said a word about: it may have gone out. How many there were."""
    lost = update(OutboxMessage).where(
        OutboxMessage.state == "sending", OutboxMessage.claimed_at <= now - telling.LEASE
    )
    values = {"state": "unsure", "doubtful": True, "problem": "cut_off", "next_try_at": now, "claimed_at": None}
    return session.execute(lost.values(**values)).rowcount  # type: ignore[attr-defined]


def reader(session: Session, person_id: str, default: str) -> Reader | None:
    """None for somebody who is gone."""
    query = select(Person, Account.locale).outerjoin(Account, Account.person_id == Person.id)
    row = session.execute(query.where(Person.id == person_id)).one_or_none()
    if row is None:
        return None
    person, locale = row
    return Reader(person.id, person.name, person.email or "", person.phone or "", person.zone, locale or default)


def subject(session: Session, row: OutboxMessage, default: str, address: str) -> Subject | None:
    """What this message says now; None when nobody is there to read it. `address`: what links begin with, or ""."""
    who = reader(session, row.person_id, default)
    if who is None:
        return None
    if row.kind not in telling.ABOUT_ENCOUNTER:
        notice = Notice(row.kind, News.BARE, "", who.locale, who.zone, link=address, doubtful=row.doubtful)
        return Subject(who, notice, None)
    encounter = queries.encounter(session, row.subject)
    if encounter is None:
        return None
    return _about(encounter, row, who, address)


def _about(encounter: Encounter, row: OutboxMessage, who: Reader, address: str) -> Subject:
    audience = calendars.audience(encounter, who.id)
    live = queries.live_assignment(encounter)
    attached = who.id in (encounter.case.therapist_id, live.interpreter_id if live else "")
    starts_at = row.starts_at or encounter.starts_at
    news = telling.news(
        row.kind,
        audience,
        on=encounter.status == "scheduled",
        attached=attached,
        interpreted=live is not None,
        same_time=starts_at == encounter.starts_at,
    )
    notice = Notice(
        row.kind,
        news,
        audience,
        who.locale,
        who.zone,
        link=_link(row.kind, encounter.id, address, attached),
        starts_at=starts_at,
        minutes=encounter.minutes,
        place_zone=encounter.zone,
        mode=getattr(encounter, MODES[Role(audience)]),
        area=encounter.site.name if encounter.site else "",
        languages=(encounter.slot.need.language, *encounter.case.therapist.languages[:1]),
        code=encounter.case.code,
        doubtful=row.doubtful,
    )
    entry = calendars.entry(encounter, who.id, starts_at) if news in (News.REQUEST, News.CANCEL) else None
    return Subject(who, notice, entry)


def _link(kind: str, encounter_id: str, address: str, attached: bool) -> str:
    if address and kind == "offer":
        return f"{address}/my-offers"
    return f"{address}/sessions/{encounter_id}" if address and attached else address


def last_reminded(session: Session, people: Collection[str], since: datetime) -> set[tuple[str, str]]:
    """Person and encounter of every reminder written since."""
    query = select(OutboxMessage.person_id, OutboxMessage.subject).where(
        OutboxMessage.kind == "reminder", OutboxMessage.written_at >= since, OutboxMessage.person_id.in_(list(people))
    )
    return {(person, about) for person, about in session.execute(query)}


def ahead(session: Session, now: datetime) -> Sequence[Encounter]:
    """Scheduled encounters that begin within two days."""
    return queries.encounters(
        session,
        Encounter.status == "scheduled",
        Encounter.starts_at > now,
        Encounter.starts_at <= now + timedelta(days=2),
    )


def zones(session: Session, people: Collection[str]) -> dict[str, str]:
    rows = session.execute(select(Person.id, Person.zone).where(Person.id.in_(list(people))))
    return {row.id: row.zone for row in rows}


def listed(
    session: Session, where: Sequence[ColumnElement[bool]], page: int, size: int
) -> tuple[Sequence[tuple[OutboxMessage, str]], int]:
    """Messages with the name of who reads them, newest first, and how many there are."""
    count = session.scalar(select(func.count()).select_from(OutboxMessage).where(*where)) or 0
    query = select(OutboxMessage, Person.name).outerjoin(Person, Person.id == OutboxMessage.person_id).where(*where)
    query = query.order_by(OutboxMessage.written_at.desc(), OutboxMessage.id).limit(size).offset((page - 1) * size)
    return [(row, name or "") for row, name in session.execute(query)], count
