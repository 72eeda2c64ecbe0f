"""Who may not know what somebody else answered finds nothing (V)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.exam.sheet import ASKED, Reached, Size, address, row
from tests.walks import clinic, early, revoked, taken_back, worlds
from tests.walks.worlds import World
from triad.domain import release
from triad.domain.release import COUNTED, ERASE, TO_LEAD, TO_THERAPIST
from triad.services import ratings, withdrawals


@row(
    "V1",
    "two worlds that differ only in what the client did look alike to whoever may not know it",
    "500 requests: 0 differing bytes, mails, counts after a published nonce mask",
    short_form="tests/walks/test_worlds.py::test_no_reader_can_tell_a_rating_from_none_after_the_forms_have_closed",
)
def worlds_look_alike(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database, synced=False) as url, worlds.opened(url) as app:
            some = worlds.SOME if database == "sqlite" else worlds.SOME[::2]
            found, compared = worlds.play(app, worlds.ALL if size.name == ASKED else some)
            unmasked, _ = worlds.play(app, worlds.SOME[:2], ["nobody"], list(worlds.PHASES)[:1], nonces=[])
        holds &= not found and compared >= 500
        red &= bool(unmasked)
        told.append(f"{database}: {compared} answers compared, {len(found)} differ")
    return Reached("; ".join(told), holds, red)


GRACE = worlds.ENDED + timedelta(minutes=9)
UNSHARED = (worlds.SILENT, World("1", TO_LEAD), World("5", TO_LEAD), World("1", COUNTED), World("5", COUNTED))


@row(
    "V2-4",
    "a therapist reads no answer of the client's before the own form is locked, none that was not shared, "
    "and changes nothing after reading",
    "0 bytes differ; 1,000 runs: 0 early reads; 0 of 200 edits",
)
def nothing_is_read_early(size: Size) -> Reached:
    some = worlds.ALL if size.whole else worlds.SOME[:2]
    with clinic.application() as (app, _), pytest.MonkeyPatch.context() as patch:
        patch.setitem(worlds.PHASES, "in the grace", GRACE)
        patch.setitem(worlds.READERS, "thea", lambda _: True)
        phases = list(worlds.PHASES)
        found, compared = worlds.play(app, some, ["thea"], phases[: size.of(2, 1)], raters=("ines",))
        more = worlds.play(app, some, ["thea"], phases[2:])
        after = worlds.play(app, UNSHARED[: size.of(5, 1)], ["thea"], phases[1:2])
        found, compared = [*found, *more[0], *after[0]], compared + more[1] + after[1]
        early_, missing, looked = early.play(app, size.of(1_000, 20))
        patch.setattr(release, "visible", lambda *_: frozenset(release.PARTIES))
        loose, _, _ = early.play(app, size.of(50, 20))
    with clinic.opened() as house:
        taken, tried = early.edits(house, size.of(200, 8))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ratings, "_ensure_open", lambda _: None)
            changed, _ = early.edits(house, 4)
    told = f"{compared} answers compared, {len(found)} differ; {size.of(1_000, 20)} runs, {looked} looks, "
    told += f"{len(early_)} scores early, {len(missing)} late; {taken} of {tried} edits"
    return Reached(told, not found and not early_ and not missing and not taken, bool(loose and changed))


@row(
    "V5",
    "what a client takes back is gone at once, from pages, files and tables, as if it had never been",
    "<= 1 s, 0 words",
)
def what_is_taken_back_is_gone(size: Size) -> Reached:
    told, holds = [], True
    back = (worlds.SILENT, World("5", TO_THERAPIST, then=ERASE), World("5", TO_THERAPIST, then=COUNTED))
    for database in size.databases:
        with address(database) as url, clinic.opened(url) as house, revoked.beside(house) as other:
            wrong, slowest, looks = taken_back.play(house, [house.app, other])
            found, compared = worlds.play(house.app, back[: size.of(3, 2)], ["thea", "lena"][: size.of(2, 1)])
        # How soon is a figure of a machine that does nothing else.
        holds &= not wrong and not found and (slowest <= 1 or not size.whole)
        told.append(
            f"{database}: gone within {slowest:.2f} s in both programs, {len(wrong)} of {looks} looks found some, "
            f"{compared} answers compared with never, {len(found)} differ"
        )
    with clinic.opened() as house, pytest.MonkeyPatch.context() as patch:
        patch.setattr(withdrawals, "_narrow", lambda *_: None)
        kept, _, _ = taken_back.play(house, [house.app])
    return Reached("; ".join(told), holds, bool(kept))
