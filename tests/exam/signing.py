"""Who comes in, how, and for how long (S); and how far a guesser gets (T4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import entering
from triad.domain import forms
from triad.services import accounts, logins
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
