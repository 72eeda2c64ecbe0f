"""A clinic tablet in a client's hands: it shows one form and nothing else, until staff take it back.

Only the case's therapist hands one over or says a code; an interpreter never, as for any way to the client's form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from triad.domain import errors, forms, typed_numbers
from triad.domain.forms import TABLET, State
from triad.domain.instruments import Wording
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import forms as kept
from triad.store import tablets as store
from triad.store.ratings import Invitation
from triad.store.tablets import Tablet

LASTS = timedelta(hours=1)
"""How long a tablet stays with a client at most."""
CODE_LASTS, TRIES = timedelta(minutes=15), 5


@dataclass(frozen=True)
class Standing:
    """What a locked tablet shows: the words of the form that was just handed over, or None while it waits for a code.

    `opened_by` is the account whose password unlocks it.
    """

    wording: Wording | None
    opened_by: str


def hand_over(actor: Actor, encounter_id: str, token: str) -> str:
    """Make a tablet of this browser, for a link that was just issued; the value it holds from now on.

    Another tablet that was open for the encounter ends. Closed for a token that opens nothing.
    """
    with context.work(actor) as ctx:
        access.encounter(ctx, encounter_id, to=May.INVITE_CLIENT)
        row = kept.by_link(ctx.session, ctx.hashes("link", token), ctx.now, lock=True)
        if row.encounter_id != encounter_id:
            raise errors.NotFound
        store.close_earlier(ctx.session, encounter_id, ctx.now)
        value = actor.clinic.secret()
        ctx.session.add(
            Tablet(
                id=ctx.fresh_id(),
                invitation_id=row.id,
                opened_by=actor.account_id,
                hash=ctx.keyed("tablet", value),
                opened_at=ctx.now,
                expires_at=ctx.now + LASTS,
            )
        )
        ctx.audit("tablets.hand_over", encounter_id)
        return value


def at(actor: Actor, held: str) -> Standing:
    """Closed when the tablet was taken back, its hour is over, or it never was one."""
    with context.look(actor) as ctx:
        row = _live(ctx, held)
        invitation = ctx.session.get_one(Invitation, row.invitation_id)
        ended = invitation.spent_at or invitation.revoked_at or invitation.expires_at <= ctx.now
        waits = ended or not row.ready
        return Standing(None if waits else access.form(ctx, invitation).wording, row.opened_by)


def enter(actor: Actor, held: str) -> str:
    """The first touch after the tablet was handed over: a page value, as for a link. Closed on any later one."""
    with context.work(actor) as ctx:
        row = _live(ctx, held, lock=True)
        if not row.ready:
            raise errors.Closed
        row.ready = False
        return _page(ctx, row)


def say_code(actor: Actor, encounter_id: str) -> str:
    """A fresh code for the tablet that is open for the encounter, to be said aloud; an earlier one ends.

    Works alike whether or not the form was sent. Closed where no tablet is open.
    """
    with context.work(actor) as ctx:
        access.encounter(ctx, encounter_id, to=May.INVITE_CLIENT)
        row = store.standing(ctx.session, encounter_id, ctx.now)
        figures = typed_numbers.drawn(actor.clinic.secret(), typed_numbers.CODE)
        row.code_hash, row.code_tries = ctx.keyed("code", f"{row.id} {figures}"), 0
        row.code_expires_at, row.ready = ctx.now + CODE_LASTS, False
        ctx.audit("tablets.say_code", encounter_id)
        return typed_numbers.grouped(figures)


def try_code(actor: Actor, held: str, typed: str) -> str:
    """A page value, or "" for what opens nothing; after five tries, or a right one, the code is used up."""
    with context.work(actor) as ctx:
        row = _live(ctx, held, lock=True)
        if row.code_hash is None or row.code_expires_at is None or row.code_expires_at <= ctx.now:
            return ""
        right = row.code_hash in ctx.hashes("code", f"{row.id} {typed_numbers.plain(typed)}")
        row.code_tries += 1
        if right or row.code_tries >= TRIES:
            row.code_hash = None
        try:
            return _page(ctx, row) if right else ""
        except errors.Closed:
            return ""


def stay(actor: Actor, page: str) -> None:
    """Somebody is still there: the page's ninety seconds begin anew, within its half hour."""
    with context.work(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        row = kept.by_page(ctx.session, ctx.hashes("page", page), ctx.now, lock=True)
        row.page_expires_at = forms.visit_ends(row.page_opened_at or ctx.now, ctx.now, TABLET)


def promised(actor: Actor, page: str) -> State:
    """Where the form stands of which a tablet sent what it kept, its page over or not. Closed as for a link."""
    with context.look(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        return access.form(ctx, kept.promised(ctx.session, ctx.hashes("page", page), ctx.now, lock=False))


def forget(actor: Actor, held: str) -> None:
    """Blank: whatever page this tablet had open is over, whoever might still hold it."""
    with context.work(actor) as ctx:
        row = _live(ctx, held)
        invitation = ctx.session.get_one(Invitation, row.invitation_id)
        if invitation.progress.get("way") == TABLET or invitation.spent_at:
            invitation.page_hash = None


def take_back(actor: Actor, held: str) -> None:
    """Staff have shown who they are: the browser is an ordinary one again."""
    with context.work(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        row = store.held(ctx.session, ctx.hashes("tablet", held), lock=True)
        if row and not row.closed_at:
            row.closed_at, row.code_hash = ctx.now, None
            ctx.session.get_one(Invitation, row.invitation_id).page_hash = None
            ctx.audit("tablets.take_back", row.id)


def _live(ctx: Context, held: str, lock: bool = False) -> Tablet:
    access.need(ctx, May.USE_FORM)
    row = store.held(ctx.session, ctx.hashes("tablet", held), lock)
    if row is None or row.closed_at or row.expires_at <= ctx.now:
        raise errors.Closed
    return row


def _page(ctx: Context, tablet: Tablet) -> str:
    """Closed where the form was sent since, or a newer link has ended it."""
    row = kept.opened(ctx.session, tablet.invitation_id, ctx.now)
    value = ctx.actor.clinic.secret()
    row.page_hash, row.page_opened_at = ctx.keyed("page", value), ctx.now
    row.page_expires_at = forms.visit_ends(ctx.now, ctx.now, TABLET)
    row.progress = {**row.progress, "way": TABLET, "ahead": ctx.settings.offline_tablets == "yes"}
    return value
