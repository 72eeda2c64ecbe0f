"""The client's form as rows: the right behind a link or a page, what is kept of it, who hears of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session

from triad.domain import errors, scoring
from triad.domain.forms import TABLET
from triad.domain.parties import Role
from triad.store import reviews, types
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.ratings import Draft, Invitation, Rating
from triad.store.voices import VoiceClip


class Seen(NamedTuple):
    """What is read of an invitation where its form is only shown."""

    id: str
    version_key: str
    edition: str
    language: str
    policy: str
    spent_at: datetime | None
    progress: dict[str, Any]


class Beside(NamedTuple):
    """What a form turns on beside its own row. `answered` are the keys of lines, one below the other; None for none.

    `voiced`: is there a clip of any form in its language? `news` as in `reviews.NEWS`.
    """

    interpreted: bool
    answered: str | None
    voiced: bool
    news: tuple[Any, ...]

    @property
    def done(self) -> frozenset[str]:
        return frozenset((self.answered or "").split("\n")) - {""}


_ATTACHED = exists().where(
    Slot.encounter_id == Invitation.encounter_id, Assignment.slot_id == Slot.id, Assignment.ended_at.is_(None)
)
_ANSWERED = select(func.aggregate_strings(Draft.line, "\n")).where(Draft.invitation_id == Invitation.id)
_VOICED = exists().where(VoiceClip.language == Invitation.language)
BESIDE = (_ATTACHED, _ANSWERED.scalar_subquery(), _VOICED, *reviews.NEWS)
_OF_ONE = select(*BESIDE).where(Invitation.id == bindparam("id"))
_VISIT = select(*(types.table(Invitation).c[name] for name in Seen._fields), *BESIDE).where(
    Invitation.page_hash.in_(bindparam("hashes", expanding=True)),
    Invitation.page_expires_at > bindparam("now"),
    Invitation.expires_at > bindparam("now"),
    Invitation.revoked_at.is_(None),
)
"""Written once: to build a statement takes longer than to ask it, and each screen of each form asks this one."""


def visit(session: Session, hashes: Collection[str], now: datetime) -> tuple[Seen, Beside]:
    """What a page still shows, as `by_page`, and all that its screens turn on; one statement, and no object."""
    found = session.connection().execute(_VISIT, {"hashes": hashes, "now": now}).one_or_none()
    if found is None:
        raise errors.Closed
    own = len(Seen._fields)
    return Seen(*found[:own]), _beside(*found[own:])


def beside(session: Session, invitation_id: str) -> Beside:
    return _beside(*session.execute(_OF_ONE, {"id": invitation_id}).one())


def _beside(interpreted: bool, answered: str | None, voiced: bool, *news: Any) -> Beside:
    return Beside(interpreted, answered, voiced, news)


def by_link(session: Session, hashes: Collection[str], now: datetime, lock: bool) -> Invitation:
    """What a link still opens. Closed when it was sent, revoked, is over, or never was, whichever."""
    return _live(session, now, lock, Invitation.token_hash.in_(hashes), Invitation.spent_at.is_(None))


def by_page(session: Session, hashes: Collection[str], now: datetime, lock: bool) -> Invitation:
    """What a page still shows, thanks for a form that was sent included; Closed as for a link."""
    return _live(session, now, lock, Invitation.page_hash.in_(hashes), Invitation.page_expires_at > now)


def opened(session: Session, invitation_id: str, now: datetime) -> Invitation:
    """What may still be answered, locked. Closed as for a link."""
    return _live(session, now, True, Invitation.id == invitation_id, Invitation.spent_at.is_(None))


def promised(session: Session, hashes: Collection[str], now: datetime, lock: bool) -> Invitation:
    """What a tablet may send that was told to keep answers while it has no network, its page over or not.

    A form that was sent included; Closed as for a link, and where nothing of the kind was told.
    """
    row = _live(session, now, lock, Invitation.page_hash.in_(hashes))
    if not (row.spent_at or keeps(row)):
        raise errors.Closed
    return row


def keeps(row: Invitation | Seen) -> bool:
    """Is it open on a tablet that was told to keep answers while it has no network?"""
    return row.progress.get("way") == TABLET and bool(row.progress.get("ahead"))


def _live(session: Session, now: datetime, lock: bool, *where: ColumnElement[bool]) -> Invitation:
    query = select(Invitation).where(*where, Invitation.revoked_at.is_(None), Invitation.expires_at > now)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise errors.Closed
    return row


def sent(session: Session, *where: ColumnElement[bool]) -> str | None:
    """The encounter a form was sent about, by its link or its page; None for a form that was not sent."""
    return session.scalar(select(Invitation.encounter_id).where(*where, Invitation.spent_at.is_not(None)))


def given(session: Session, encounter_id: str) -> Rating | None:
    """What the client gave about an encounter; nobody else changes it until this transaction is over."""
    query = select(Rating).where(Rating.encounter_id == encounter_id, Rating.party == Role.CLIENT.value)
    return session.scalars(query.with_for_update()).one_or_none()


def unspent(session: Session, encounter_id: str) -> Sequence[Invitation]:
    query = select(Invitation).where(Invitation.encounter_id == encounter_id, Invitation.spent_at.is_(None))
    return session.scalars(query).all()


def keep(session: Session, invitation_id: str, line: str, mark: int | str) -> None:
    draft = session.get(Draft, (invitation_id, line))
    if draft is None:
        draft = Draft(invitation_id=invitation_id, line=line)
        session.add(draft)
    draft.value, draft.missing = (None, mark) if isinstance(mark, str) else (mark, None)


def kept(session: Session, invitation_id: str) -> dict[str, int | str]:
    """Line key -> value on the scale or missing code."""
    query = select(Draft.line, Draft.value, Draft.missing).where(Draft.invitation_id == invitation_id)
    rows = session.execute(query)
    # A licensed form may have a mark of 0.
    return {line: (missing or scoring.NOT_REACHED) if value is None else value for line, value, missing in rows}


def forget(session: Session, invitation_id: str) -> None:
    session.execute(delete(Draft).where(Draft.invitation_id == invitation_id))


def interpreter(session: Session, encounter_id: str) -> str | None:
    """The person id of who is attached to the encounter now; None while nobody is."""
    query = select(Assignment.interpreter_id).join(Slot, Slot.id == Assignment.slot_id)
    return session.scalar(query.where(Slot.encounter_id == encounter_id, Assignment.ended_at.is_(None)))


def is_rated(session: Session, encounter_id: str) -> bool:
    """Whether there is a rating of the client's already; who else asks waits until this transaction is over."""
    session.execute(select(Encounter.id).where(Encounter.id == encounter_id).with_for_update())
    query = select(Rating.id).where(Rating.encounter_id == encounter_id, Rating.party == Role.CLIENT.value)
    return session.scalar(query) is not None
