"""Messages on their way out: taken one by one, handed over, and what came of it written down. Also reminders.

A message is marked as taken before anybody hears of it and as sent after; what lies between the two when a worker
dies is doubtful, goes out once more, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triad.domain import telling
from triad.domain.telling import Answer, News, Outcome
from triad.formats import ical, letters, mail, sms
from triad.formats.mail import Sender
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.settings import Settings
from triad.store import outbox, queries, resets
from triad.store.ledger import OutboxMessage
from triad.store.outbox import Subject

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Parcel:
    """A message a worker holds. `raw` is the whole e-mail, or the text of a short message."""

    id: str
    channel: str
    to: str
    raw: bytes
    claimed_at: datetime


Carry = Callable[[Parcel], Answer]


def channels(settings: Settings) -> tuple[str, ...]:
    """The ways out that are set."""
    ways = {"email": settings.smtp_host and settings.mail_from, "sms": settings.sms_url}
    return tuple(name for name, there in ways.items() if there)


def drain(actor: Actor, carry: Carry) -> int:
    """Send what is due, until nothing is or a server is of no use just now; how many were tried."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEND_MESSAGES)
        outbox.give_back(ctx.session, ctx.now)
        ways = channels(ctx.settings)
    tried = 0
    while ways and (parcel := take(actor, ways)):
        answer = carry(parcel)
        note(actor, parcel, answer)
        tried += 1
        if answer.stop:
            ways = tuple(way for way in ways if way != parcel.channel)
    return tried


def take(actor: Actor, ways: Collection[str]) -> Parcel | None:
    """The next message that has to go out, held for whoever asks; None when there is none."""
    while True:
        with context.work(actor) as ctx:
            access.need(ctx, May.SEND_MESSAGES)
            row = outbox.next_due(ctx.session, ways, ctx.now)
            if row is None:
                return None
            parcel = _packed(ctx, row)
        if parcel:
            return parcel


def note(actor: Actor, parcel: Parcel, answer: Answer) -> None:
    """What came of it. Nothing where the message is no longer held: it was taken for lost, and goes out again."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEND_MESSAGES)
        row = outbox.locked(ctx.session, parcel.id)
        if row is None or (row.state, row.claimed_at) != ("sending", parcel.claimed_at):
            return
        row.tries += 1
        row.state, row.next_try_at = telling.after(answer, row.tries, ctx.now)
        row.problem, row.claimed_at = answer.problem, None
        row.doubtful |= answer.outcome is Outcome.UNKNOWN
        if answer.outcome is Outcome.SENT:
            row.sent_at = ctx.now


def remind(actor: Actor) -> int:
    """Write a reminder to everybody who has a session tomorrow, on their own clock; how many."""
    with context.work(actor) as ctx:
        access.need(ctx, May.SEND_MESSAGES)
        parties = []
        for row in outbox.ahead(ctx.session, ctx.now):
            live = queries.live_assignment(row)
            people = [row.case.therapist_id, *([live.interpreter_id] if live else [])]
            parties += [(person, row.id, row.starts_at) for person in people]
        zones = outbox.zones(ctx.session, {person for person, _, _ in parties})
        told = outbox.last_reminded(ctx.session, set(zones), ctx.now - DAY)
        hour = ctx.settings.remind_hour
        due = [
            one
            for one in parties
            if one[:2] not in told and telling.is_reminder_due(ctx.now, zones[one[0]], one[2], hour)
        ]
        for person, encounter_id, starts_at in due:
            ctx.post(person, "reminder", encounter_id, starts_at)
        return len(due)


def _packed(ctx: Context, row: OutboxMessage) -> Parcel | None:
    """Ready to go; None for what does not go out now, or never: the row then says why."""
    found = outbox.subject(ctx.session, row, ctx.settings.locale, ctx.settings.address)
    if found is None or found.notice.news is News.OVERTAKEN:
        _give_up(row, "nobody" if found is None else "overtaken")
        return None
    if row.kind == "reset":
        if not resets.is_open(ctx.session, row.subject, ctx.now) or not ctx.settings.address:
            _give_up(row, "overtaken")
            return None
        link = f"{ctx.settings.address}/reset/{ctx.keyed(telling.RESET, row.subject)}"
        found = replace(found, notice=replace(found.notice, link=link))
    pack = _mail if row.channel == "email" else _short
    packed = pack(ctx, row, found)
    if packed is None:
        return None
    row.state, row.claimed_at, row.next_try_at = "sending", ctx.now, None
    return Parcel(row.id, row.channel, *packed, ctx.now)


def _mail(ctx: Context, row: OutboxMessage, found: Subject) -> tuple[str, bytes] | None:
    settings, to = ctx.settings, found.reader.email
    if not mail.is_address(to):
        _give_up(row, "no_address")
        return None
    letter = letters.compose(found.notice)
    event = b""
    if found.entry:
        event = ical.message(found.entry, letter.language, found.notice.news.value, settings.mail_from, to)
    sender = Sender(settings.mail_from, settings.mail_name)
    return to, mail.built(letter, sender, to, row.id, row.written_at, event, found.notice.news.value)


def _short(ctx: Context, row: OutboxMessage, found: Subject) -> tuple[str, bytes] | None:
    to = sms.number(found.reader.phone)
    if not to:
        _give_up(row, "no_number")
        return None
    quiet = (ctx.settings.quiet_from, ctx.settings.quiet_to)
    if later := telling.quiet_until(ctx.now, found.reader.zone, *quiet):
        row.next_try_at = later
        return None
    return to, letters.short(found.notice).text.encode()


def _give_up(row: OutboxMessage, why: str) -> None:
    row.state, row.problem, row.next_try_at = "given_up", why, None
