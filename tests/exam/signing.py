"""Who comes in, how, and for how long (S); and how far a guesser gets (T4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.exam import corpora
from tests.exam.sheet import Reached, Size, address, row
from tests.programs import key_of
from tests.walks import confirming, entering, guessing
from triad.domain import forms, passwords, throttling
from triad.services import accounts, invitations, logins
from triad.web import confirm
from triad.web.sessions import LoginState, ServerSessions


@row(
    "S1-4",
    "a login is a value of its own, ended for real, over in time, in cookies for this host and no script",
    "50 fixations: 0; replay refused; idle 15 min (client 10), max 12 h (client 30 min); `__Host-` flags",
)
def logins_are_their_owners(size: Size) -> Reached:
    told, holds, red = [], True, True
    count, half_way = size.of(50, 8), size.of(10, 1)
    for database in size.databases:
        with address(database, synced=False) as url:
            with entering.opened(url) as (app, who):
                clock = app.extensions["triad"].clock
                opened = entering.planted(app, who, count)
                lasts = entering.limits(app, who, clock)
                replayed = entering.replayed(app, who)
                opened += entering.planted_half_way(app, who, clock, half_way)
            loose, cookies = entering.flags(url)
            red &= _unguarded(url)
        holds &= not opened and not replayed and not loose and cookies == 3 and lasts == LASTS
        told.append(
            f"{database}: {count} + {half_way} fixations, {len(opened)} opened; {len(entering.ENDS)} ends, "
            f"{len(replayed)} replayed; {cookies} cookies, {len(loose)} loose"
        )
    visit = (forms.VISIT, forms.LONGEST_VISIT)
    holds &= visit == (timedelta(minutes=10), timedelta(minutes=30))
    return Reached("; ".join(told) + "; 15 min idle, 12 h in all", holds, red)


LASTS = {"idle": timedelta(minutes=15), "whole": timedelta(hours=12)}


def _unguarded(url: str) -> bool:
    """Does each of the four fail where its guard is missing?"""
    with entering.opened(url) as (app, who):
        with pytest.MonkeyPatch.context() as patch:
            keep = property(lambda self: self.get("_user_id"), lambda self, value: None)
            patch.setattr(LoginState, "was", keep, raising=False)
            planted = entering.planted(app, who, 2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(logins, "_over", lambda *_: False)
            lasts = entering.limits(app, who, app.extensions["triad"].clock)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(logins, "end", lambda actor, value: None)
            patch.setattr(accounts.stored, "end_logins", lambda *_: None)
            replayed = entering.replayed(app, who)
    with pytest.MonkeyPatch.context() as patch:
        made = ServerSessions.__init__

        def careless(self: ServerSessions, clinic: object) -> None:
            made(self, clinic)  # type: ignore[arg-type]
            self.secure, self.cookie = False, "triad"

        patch.setattr(ServerSessions, "__init__", careless)
        loose, _ = entering.flags(url)
    both = min(lasts.values()) > timedelta(hours=12)
    return bool(planted) and len(replayed) > 3 and both and bool(loose)


@row(
    "S5-8",
    "no answer tells who has an account; guesses are slowed, weak passwords refused, what matters is asked about",
    "AUC <= 0.60; <= 300 of 10^4 guesses evaluated; lock <= 15 min; length >= 12; factor <= 5 min old",
)
def guessing_leads_nowhere(size: Size) -> Reached:
    told, holds, red = [], True, True
    weak = [*corpora.TOO_SHORT, *corpora.weak_passwords()][:: size.of(1, 9)]
    for database in size.databases:
        with address(database, synced=False) as url, entering.opened(url) as (app, who):
            clock = app.extensions["triad"].clock
            unasked, steps = confirming.unasked(app, who, clock)
            chosen = guessing.taken(app, who, weak)
            # Many places, at one account and at as many; on the slower database the one that gets furthest.
            shapes = ((10_000, 1), (10_000, 10_000))[database == "postgresql" :]
            stopped = [guessing.looked_at(who, clock, size.of(10_000, 310), *shape) for shape in shapes]
            clock.forward(days=1)
            guessing.people(who)
            alike = len(guessing.told(app)) == len(guessing.work(app)) == 1
            red &= _heedless(app, who, weak)
            holds &= not unasked and not chosen and alike
            holds &= max(one.looked_at for one in stopped) <= 300 * stopped[0].guesses / min(
                10_000, stopped[0].guesses
            )
            holds &= max(one.longest for one in stopped) <= throttling.LONGEST == timedelta(minutes=15)
            counts = " and ".join(str(one.looked_at) for one in stopped)
            told.append(
                f"{database}: the same bytes and work for 4 kinds of addresses; {counts} of {stopped[0].guesses} "
                f"guesses looked at; {len(chosen)} of {len(weak)} weak passwords taken; {steps - len(unasked)} of "
                f"{steps} steps ask"
            )
    if size.whole:
        calm, hasty = _paces()
        told.append(f"AUC {calm:.2f} at n = 200, {hasty:.2f} where the work is spared")
        holds &= calm <= 0.60
        red &= hasty > 0.60
    return Reached("; ".join(told), holds, red)


def _heedless(app: Flask, who: cast.Cast, weak: Sequence[str]) -> bool:
    """Is each of them found where its guard is missing?"""
    clock = app.extensions["triad"].clock
    with guessing.hasty():
        works = len(guessing.work(app))
    clock.forward(days=1)
    with guessing.unlimited():
        many = guessing.looked_at(who, clock, 310, 310, 1).looked_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "fault", lambda *_: {})
        chosen = guessing.taken(app, who, weak[:3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirm, "ASKS", frozenset())
        clock.forward(days=1)
        unasked, steps = confirming.unasked(app, who, clock)
    return works > 1 and many > 300 and len(chosen) == len(weak[:3]) and len(unasked) == steps


def _paces() -> tuple[float, float]:
    with entering.opened() as (app, who), guessing.unlimited():
        calm = guessing.pace(app, who, 200)
        with guessing.hasty():
            return calm, guessing.pace(app, who, 40)


@row(
    "T4",
    "who guesses is stopped, by address, by network and in the whole clinic; who holds the right thing is not",
    "429 after 30 fails/10 min; genuine holder passes 200 of 200",
)
def guessers_are_stopped(size: Size) -> Reached:
    told, holds, red = [], True, True
    times = size.of(200, 12)
    for database in size.databases:
        kinds = tuple(guessing.GUESSES)[:: size.of(1, 4) if database == "sqlite" else 3]
        ways = tuple(guessing.AROUND)[: size.of(3, 1)]
        with address(database, synced=False) as url, entering.opened(url) as (app, who):
            clock = app.extensions["triad"].clock
            wrong = [guessing.stops(app, clock, "key", "address")]
            wrong += [guessing.stops(app, clock, kind, around) for kind in kinds for around in ways]
            begun = cast.encounter(who, clock.now.date() + timedelta(days=1), time(9, 30), interpreter="p-ines")
            clock.forward(days=2)
            link = invitations.issue(who.thea, begun, "ar")
            found = guessing.genuine(app, who, clock, times, link, key_of(who.kora))
            with guessing.unlimited():
                red &= bool(guessing.stops(app, clock, "key", "address"))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(throttling, "keys", _one_for_all)
                shut_out = guessing.genuine(app, who, clock, 8, link, key_of(who.kora))
            red &= shut_out.passed["password"] < 8
        wrong = [one for one in wrong if one]
        holds &= not wrong and set(found.passed.values()) == {times} and found.refused > 0
        told.append(
            f"{database}: {len(ways) * len(kinds) + 1} guessers, {len(wrong)} not stopped in time; "
            f"{min(found.passed.values())} of {times} came in by password, link and key, while {found.refused} of "
            f"{found.guesses} guesses from the same address met 429"
        )
    return Reached("; ".join(told) if holds else f"{told} {wrong}", holds, red)


def _one_for_all(
    hashed: Callable[[str, str], str], purpose: str, origin: Any, who: str = "", known: bool = False
) -> Any:
    """As if a device that is known counted for nothing."""
    return KEYS(hashed, purpose, origin, who)


KEYS = throttling.keys
