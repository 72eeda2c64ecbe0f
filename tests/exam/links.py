"""A link is worth what it was given for, once, to whom it was given (T)."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import structlog
from flask import request
from sqlalchemy import select

from tests.exam.sheet import Reached, Size, row
from tests.walks import bearer, clinic, leaks
from triad.app import secret
from triad.domain import errors
from triad.formats import keyed
from triad.services import invitations
from triad.settings import Settings
from triad.store import forms
from triad.store.db import db
from triad.store.ratings import Draft, Invitation
from triad.web import room

OPEN = 200
"""Links that are open while somebody guesses."""


@row(
    "T1, T2",
    "a link's token is 32 random bytes; what is stored of it opens nothing, and nobody guesses one",
    "dump gives 0 usable; 10^6 guesses: 0",
)
def tokens_are_secret(size: Size) -> Reached:
    with clinic.opened() as house:
        held = bearer.sizes(secret)
        values = bearer.dumped(size.of(8, 60))[:: size.of(1, 3)]
        usable = [value for value in values if bearer.opens(house.app, value)]
        made = bearer.plant(house, OPEN)
        hits = bearer.guessed(made, secret, size.of(1_000_000, 10_000))
        let_in = bearer.asked(house.app, size.of(2_000, 8))
        short = bearer.plant(house, OPEN, _two_bytes)
        found = bearer.guessed(short, _two_bytes, 10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "hashes", _as_it_is)
        with clinic.opened() as house:
            plain = bearer.opens(house.app, next(one for one in bearer.dumped() if one == house.ids["own"]["token"]))
    count, tries = size.of(1_000_000, 10_000), size.of(2_000, 8)
    told = f"{max(held)} bytes; {len(values)} values of a dump, {len(usable)} usable; {count:,} guesses "
    told += f"in the store at {OPEN} open links, {hits} hits; {tries} at each of 5 doors, {let_in} let in"
    return Reached(told, held == {32} and not usable and not hits and not let_in, bool(found and plain))


HASHES = keyed.hashes


def _as_it_is(settings: Settings, purpose: str, value: str) -> tuple[str, ...]:
    """A clinic that stores what it gives out."""
    return (value,) if purpose in ("link", "page") else HASHES(settings, purpose, value)


def _two_bytes() -> str:
    return secrets.token_urlsafe(2)


@row(
    "T5, T6",
    "a link is bound to what it is for, to its session and its time; only a POST uses it up",
    "purpose, encounter and expiry bound; refused at +1 s; 1,000 GET/HEAD harmless",
)
def links_are_bound(size: Size) -> Reached:
    with clinic.opened() as house:
        wrong = bearer.misused(house) + bearer.outlived(house)
        left, sent = bearer.harmless(house, size.of(1_000, 40))
        other = invitations.issue(house.who.otto, house.ids["other"]["begun"], "ar")
        wrong += bearer.elsewhere(house, [house.ids["own"]["token"], other])
        house.restore()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forms, "_live", _live_for_ever)
            late = bearer.outlived(house)
            peek = invitations.peek
            patch.setattr(invitations, "peek", lambda *one: (peek(*one), invitations.open_link(*one))[0])
            spent, _ = bearer.harmless(house, 4)
    told = f"{len(bearer.DOORS)} kinds of secrets at {len(bearer.DOORS)} doors and at their end, {len(wrong)} wrong; "
    return Reached(
        f"{told}{sent} GET, HEAD, OPTIONS, {len(left)} left something", not wrong and not left, bool(late and spent)
    )


def _live_for_ever(session: Any, _: Any, __: bool, *where: Any) -> Invitation:
    found = session.scalars(select(Invitation).where(where[0])).one_or_none()
    if found is None:
        raise errors.Closed
    return found


@row(
    "T7-9",
    "the token leaves the address at once; page, title and QR code say nothing; no answer comes back",
    "0 token bytes in logs, Referer, backup; neutral QR, title, sender; write-only",
)
def links_leave_no_trace(size: Size) -> Reached:
    with clinic.opened() as house:
        back = leaks.told_back(house)
        wrong, searched = leaks.play(house)
        house.restore()
        with pytest.MonkeyPatch.context() as patch:
            asked = room._asked
            patch.setattr(room, "_asked", lambda state, line: {**asked(state, line), "about": _kept(line.key)})
            shown = leaks.told_back(house)
            patch.setattr(keyed, "hashes", _as_it_is)
            patch.setitem(house.app.before_request_funcs, None, [*house.app.before_request_funcs[None], _log_address])
            logged, _ = leaks.play(house)
    told = (
        f"{searched} pages, headers, lines, files searched, {len(wrong)} traces; {len(back)} screens told an answer"
    )
    caught = {"a token in the log", "a token in a backup"} <= set(logged)
    return Reached(
        f"{told}; letters link to pages behind the sign-in alone", not wrong and not back, bool(shown) and caught
    )


def _kept(line: str) -> str:
    return str(db.session.scalar(select(Draft.value).where(Draft.line == line)))


def _log_address() -> None:
    structlog.get_logger().info("asked", path=request.path)
