"""Passkeys as a way in: what a browser is asked for, and whom its answer opens the house to."""

from __future__ import annotations

from collections.abc import Sequence

from triad.formats import passkeys
from triad.formats.passkeys import New, Place
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import factors as stored
from triad.store.factors import Passkey


def creation(actor: Actor, place: Place, challenge: str, label: str) -> dict[str, object]:
    """What the browser is asked for to make a passkey."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_OWN_ACCOUNT)
        had = [key.credential for key in stored.passkeys(ctx.session, actor.account_id)]
        alias = _alias(ctx, actor.account_id)
        return passkeys.creation(place, ctx.settings.clinic_name, challenge, alias, label, had)


def request(actor: Actor, place: Place, challenge: str, account_id: str = "") -> dict[str, object]:
    """What the browser is asked for to show a passkey; without `account_id` any that it has for this clinic."""
    with context.look(actor) as ctx:
        keys: Sequence[Passkey] = stored.passkeys(ctx.session, account_id) if account_id else ()
        return passkeys.request(place, challenge, [key.credential for key in keys])


def by_key(actor: Actor, answer: str, place: Place, challenge: str) -> tuple[str, str] | None:
    """Id and uniquifier of the account this answer opens; None for anything but a true one to `challenge`."""
    with context.work(actor) as ctx:
        credential = passkeys.credential(answer)
        found = stored.by_credential(ctx.session, credential) if credential and challenge else None
        if found is None or not found[1].active:
            return None
        key, account = found
        known = New(key.credential, key.public_key, key.sign_count)
        aliases = ctx.hashes("passkey", account.id)
        counts = (passkeys.shown(answer, place, challenge, alias, known) for alias in aliases)
        count = next((one for one in counts if one is not None), None)
        if count is None:
            return None
        key.sign_count, key.used_at = count, ctx.now
        return account.id, account.fs_uniquifier


def _alias(ctx: Context, account_id: str) -> str:
    """What a device calls the account: nothing that could be read."""
    return ctx.keyed("passkey", account_id)
