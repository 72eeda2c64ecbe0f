"""What the clinic changed of its settings itself: steps that are only ever added, the last of each key in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ColumnElement, Select, String, event, func, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain.parties import Role
from triad.store.people import Account, Person
from triad.store.types import Base

CHANGED, PROPOSED, CONFIRMED, TAKEN_BACK = "changed", "proposed", "confirmed", "taken_back"
HOLD = (CHANGED, CONFIRMED)
"""Steps after which the value holds."""


class SettingChange(Base):
    """`was` and `now` are texts as somebody types them; with `from_file`, `now` is what the file said that moment.

    `number` counts all steps without a gap: two who saw the same page cannot both write the next one.
    """

    __tablename__ = "setting_change"
    __table_args__ = (CheckConstraint("step IN ('changed', 'proposed', 'confirmed', 'taken_back')", name="step"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(40), index=True)
    step: Mapped[str] = mapped_column(String(10))
    was: Mapped[str] = mapped_column(String(300))
    now: Mapped[str] = mapped_column(String(300))
    from_file: Mapped[bool]
    by: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


Named = tuple[SettingChange, str | None]
"""A step, and the name of who took it: None for the house itself."""

SQLITE_APPEND_ONLY = tuple(
    f"CREATE TRIGGER setting_append_only_{verb.lower()} BEFORE {verb} ON setting_change "
    "BEGIN SELECT RAISE(ABORT, 'what was set is only added to'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRES_APPEND_ONLY = (
    "CREATE FUNCTION setting_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'what was set is only added to'; END $$",
    "CREATE TRIGGER setting_append_only BEFORE UPDATE OR DELETE ON setting_change "
    "FOR EACH STATEMENT EXECUTE FUNCTION setting_append_only()",
)
for _statement in SQLITE_APPEND_ONLY:
    event.listen(SettingChange.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))
for _statement in POSTGRES_APPEND_ONLY:
    event.listen(SettingChange.__table__, "after_create", DDL(_statement).execute_if(dialect="postgresql"))
event.listen(
    SettingChange.__table__,
    "after_drop",
    DDL("DROP FUNCTION IF EXISTS setting_append_only()").execute_if(dialect="postgresql"),
)


def in_force(session: Session) -> dict[str, str]:
    """Key to text, of what was changed here and not given back to the file.

    Nothing where the tables are older than this one: before they are brought forward a backup is made.
    """
    if not inspect(session.connection()).has_table(SettingChange.__tablename__):
        return {}
    last = _last(SettingChange.step.in_(HOLD))
    return {row.key: row.now for row in session.scalars(last) if not row.from_file}


def waiting(session: Session) -> dict[str, Named]:
    """Key to the step that waits for a second person, and the name of who proposed it."""
    rows = session.execute(_named(_last())).all()
    return {row.key: (row, name) for row, name in rows if row.step == PROPOSED}


def newest(session: Session) -> int:
    """The number of the last step; 0 before the first."""
    return session.scalar(select(func.max(SettingChange.number))) or 0


def steps(session: Session, before: int | None, limit: int) -> list[Named]:
    """Newest first, older than number `before` if given, each with the name of who took it."""
    query = select(SettingChange).order_by(SettingChange.number.desc()).limit(limit)
    if before is not None:
        query = query.where(SettingChange.number < before)
    return [(row, name) for row, name in session.execute(_named(query))]


def leads(session: Session) -> Sequence[str]:
    """Person ids of those who can confirm."""
    query = select(Account.person_id).where(Account.active.is_(True), Account.roles.any(name=Role.LEAD.value))
    return session.scalars(query.order_by(Account.person_id)).all()


def _last(*where: ColumnElement[bool]) -> Select[Any]:
    numbers = select(func.max(SettingChange.number)).where(*where).group_by(SettingChange.key)
    return select(SettingChange).where(SettingChange.number.in_(numbers))


def _named(query: Select[Any]) -> Select[Any]:
    people = query.outerjoin(Account, Account.id == SettingChange.by).outerjoin(
        Person, Person.id == Account.person_id
    )
    return people.add_columns(Person.name)
