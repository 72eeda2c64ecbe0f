"""What clients say about their answers after sending: fewer may see them, or nobody; never more than before.

Nothing here tells what is stored. It holds at once for whoever reads afresh; a month that is frozen stays as it is.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement

from triad.domain import release
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import forms, ratings
from triad.store.ratings import Invitation


def by_page(actor: Actor, page: str, asked: str) -> None:
    """From the thanks, while their page is open. Unfit for an `asked` that is none of `NARROWING` but the first."""
    with context.work(actor) as ctx:
        open_still = Invitation.page_expires_at > ctx.now
        _narrow(ctx, asked, Invitation.page_hash.in_(ctx.hashes("page", page)), open_still)


def by_link(actor: Actor, token: str, asked: str) -> None:
    """From the link that was used up, with no end: whoever may withdraw may do it at any time. Unfit as above."""
    with context.work(actor) as ctx:
        _narrow(ctx, asked, Invitation.token_hash.in_(ctx.hashes("link", token)))


def _narrow(ctx: Context, asked: str, *where: ColumnElement[bool]) -> None:
    access.need(ctx, May.USE_FORM)
    release.narrowed(asked, asked)
    encounter_id = forms.sent(ctx.session, *where)
    row = forms.given(ctx.session, encounter_id) if encounter_id else None
    if row is None or row.withdrawn_at:
        return
    choice = release.narrowed(row.choice, asked)
    if choice == row.choice:
        return
    if choice == release.ERASE:
        ratings.clear(ctx.session, row.id)
        row.withdrawn_at, choice = ctx.now, release.COUNTED
    row.choice = choice
    ctx.audit("withdrawals.narrow", row.encounter_id, to=asked)
