"""The messages as a coordinator sees them: each with its state, what it says, and another try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from triad.domain import errors, telling
from triad.domain.telling import News
from triad.formats import letters
from triad.formats.letters import Letter
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import outbox
from triad.store.ledger import OutboxMessage

PAGE = 50
FILTERS: dict[str, tuple[str, ...]] = {
    "all": telling.STATES,
    "waiting": ("waiting", "sending", "failed"),
    "trouble": ("failed", "unsure", "given_up"),
    "sent": ("sent",),
}
OVER = ("overtaken", "before_mail")
"""Given up because it is no news any more: no trouble of anybody's."""


@dataclass(frozen=True)
class Line:
    """`about` is the id of the session it concerns, "" for none."""

    id: str
    to: str
    kind: str
    about: str
    channel: str
    state: str
    problem: str
    doubtful: bool
    tries: int
    written_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None

    @property
    def can_again(self) -> bool:
        return self.state in telling.AGAIN and self.problem not in OVER


@dataclass(frozen=True)
class Shown:
    """A message with its words; `letter` None where nobody is there to read it, or it is no news any more."""

    line: Line
    address: str
    letter: Letter | None


@dataclass(frozen=True)
class Ways:
    """Is there a server for e-mail, a gateway for short messages?"""

    email: bool
    sms: bool


def listed(actor: Actor, which: str = "all", page: int = 1) -> tuple[list[Line], int]:
    """Newest first, 50 a page, and how many there are. An unknown filter shows all.

    That a client asked for somebody is no concern of a coordinator: those messages are left out.
    """
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_MESSAGES)
        rows, count = outbox.listed(ctx.session, _which(which), page, PAGE)
        return [_line(row, name) for row, name in rows], count


def counts(actor: Actor) -> dict[str, int]:
    """How many messages each filter would show."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_MESSAGES)
        return {name: outbox.listed(ctx.session, _which(name), 1, 1)[1] for name in FILTERS}


def ways(actor: Actor) -> Ways:
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_MESSAGES)
        return Ways(bool(ctx.settings.smtp_host and ctx.settings.mail_from), bool(ctx.settings.sms_url))


def show(actor: Actor, message_id: str) -> Shown:
    """NotFound also for what is no concern of a coordinator."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_MESSAGES)
        row = _found(ctx, message_id)
        found = outbox.subject(ctx.session, row, ctx.settings.locale, ctx.settings.address)
        if found is None:
            return Shown(_line(row, ""), "", None)
        address = found.reader.email if row.channel == "email" else found.reader.phone
        words = letters.compose if row.channel == "email" else letters.short
        # What went out is shown as it would go out now: no copy is kept of it.
        gone = found.notice.news is News.OVERTAKEN and row.state != "sent"
        return Shown(_line(row, found.reader.name), address, None if gone else words(found.notice))


def again(actor: Actor, message_id: str) -> None:
    """Another try, at once. Where the last one had no answer, the message says that it may come twice.

    BadTransition for what is under way, went out, or is no news any more.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.SEND_AGAIN)
        row = _found(ctx, message_id, lock=True)
        if not _line(row, "").can_again:
            raise errors.BadTransition(noun="message", state=row.state, event="again")
        row.state, row.tries, row.next_try_at, row.problem = "waiting", 0, None, ""
        ctx.audit("outbox.again", row.id)


def _found(ctx: Context, message_id: str, lock: bool = False) -> OutboxMessage:
    row = outbox.locked(ctx.session, message_id) if lock else ctx.session.get(OutboxMessage, message_id)
    if row is None or row.kind in telling.PRIVATE:
        raise errors.NotFound
    return row


def _which(name: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [OutboxMessage.kind.not_in(sorted(telling.PRIVATE))]
    if name in FILTERS and name != "all":
        found.append(OutboxMessage.state.in_(FILTERS[name]))
    if name == "trouble":
        found.append(OutboxMessage.problem.not_in(OVER))
    return found


def _line(row: OutboxMessage, name: str) -> Line:
    return Line(
        id=row.id,
        to=name,
        kind=row.kind,
        about=row.subject if row.kind in telling.ABOUT_ENCOUNTER else "",
        channel=row.channel,
        state=row.state,
        problem=row.problem,
        doubtful=row.doubtful,
        tries=row.tries,
        written_at=row.written_at,
        next_try_at=row.next_try_at,
        sent_at=row.sent_at,
    )
