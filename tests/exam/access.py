"""Nobody reaches what is not theirs (A), by any route; and nobody is told of an exclusion (V7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.exam import corpora
from tests.exam.sheet import Reached, Size, address, row
from tests.walks import canaries, clinic, foreign, law, likeness, lists, matrix, revoked, taken_back, writes
from tests.walks.clinic import House
from triad.app import opaque
from triad.domain import errors, parties
from triad.services import access, logins, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import queries
from triad.store.cases import Case
from triad.store.encounters import Encounter
from triad.web import guard

BRIEFED = {
    datetime(2027, 1, 1, 13, 29, tzinfo=UTC): False,
    datetime(2027, 1, 1, 13, 31, tzinfo=UTC): True,
    datetime(2027, 3, 3, 14, 19, tzinfo=UTC): True,
    datetime(2027, 3, 3, 14, 21, tzinfo=UTC): False,
}
"""72 hours before Ines's first session with the case, to 24 after her last: may she read the shared notes?"""


@row(
    "A1, A2",
    "every route decides as the law says, for every role, relation and state",
    "route x verb x role x relation x state: 100% decided and agreeing, HTML and JSON; no policy, no start",
)
def the_matrix_agrees(size: Size) -> Reached:
    with clinic.opened() as house:
        asked = list(matrix.places(house))
        wrong, count = matrix.play(house, asked if size.whole else asked[::48])
        wrong += matrix.hours(house, BRIEFED)
        wrong += matrix.own_account(house)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(policy.TABLE, May.WRITE_NOTE, ((policy.therapist,),))
            patch.setitem(policy.TABLE, May.SEE_CASE, ((policy.lead,), (policy.their_therapist,)))
            loose = [place for place in asked if guard.verb_of(house.app, place.rule.endpoint) in LOOSENED]
            negated, _ = matrix.play(house, loose[:: 1 if size.whole else 3])
        bare = _starts_without_a_policy(house)
    told = f"{count + len(BRIEFED) + 2} places, {len(wrong)} decided otherwise; {len(law.WHO)} routes in the law"
    return Reached(told, not wrong and not bare, bool(negated))


@row(
    "A4",
    "a word that stands in one field only is read by whom the field is for, and by nobody else",
    "each sensitive field, 3 scripts, 10,000 responses, mails, logs: 0 strays",
)
def no_canary_strays(size: Size) -> Reached:
    wrong: list[str] = []
    counted, seen = 0, set[str]()
    with clinic.opened() as house:
        words = canaries.plant(house)
        house.keep()
        for open_ in (True, False) if size.whole else (True,):
            if not open_:
                house.move(days=canaries.LATER)
            with canaries.logged() as lines:
                answers = canaries.answers(house, size.of(1, 40))
                strays, read, count = canaries.strays(words, open_, answers)
            wrong, counted, seen = wrong + strays, counted + count, seen | read
            left = "\n".join([*lines, canaries.leftovers(house)])
            wrong += [f"{word} is left in a log, a message or the trail" for word in words if word in left]
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(policy.TABLE, May.SEE_ALL_NOTES, ((policy.therapist,),))
            loose, _, _ = canaries.strays(words, False, canaries.answers(house, 2, "/notes"))
    told = (
        f"{len(words)} words in {len(canaries.FIELDS)} fields of two cases, {counted} responses, {len(seen)} words "
    )
    return Reached(f"{told}read by whom they are for: {len(wrong)} strays", not wrong, bool(loose))


@row(
    "A5, A6",
    "an id of something else opens nothing, in an address or a field; a field nobody asked for is refused",
    "20 foreign ids per parameter: 404 or the field's refusal; forged fields on all write routes: 422",
)
def nothing_foreign_opens(size: Size) -> Reached:
    every = size.of(1, 20)
    with clinic.opened() as house:
        opened, addresses = foreign.in_addresses(house, corpora.mangled, every)
        named, fields = foreign.in_fields(house, corpora.mangled, every)
        written, forged, routes = foreign.forged(house, corpora.FORGED, every)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(access, "_check", lambda *_: None)
            patch.setattr(guard, "_refuse_unknown", lambda _: None)
            loose = [
                foreign.in_addresses(house, lambda _: (), only="/notes")[0],
                foreign.forged(house, corpora.FORGED, 5, only="/sessions/")[0],
            ]
    told = f"{addresses} ids in addresses, {fields} in fields, {forged} forged fields on {routes} routes: "
    hits = len(opened) + len(named) + len(written)
    return Reached(f"{told}{hits} not refused", not hits, all(loose))


@row(
    "A7",
    "what is somebody else's and what never was are answered alike, to the byte and in the same time",
    "same bytes; timing AUC <= 0.60, n = 200",
)
def missing_is_forbidden(size: Size) -> Reached:
    asked = likeness.QUESTIONS
    with clinic.opened() as house:
        differ = likeness.differing(house)
        area, where = likeness.slowest_tell(house, asked) if size.whole else (0.5, "not measured")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(access, "case", _loaded_first)
            loose = likeness.differing(house, asked[:2])
            told_apart = likeness.telling(house, asked[0], 400) if size.whole else 1
    told = f"{len(asked)} questions, {len(differ)} differ in a byte or a statement"
    told += f"; AUC <= {area:.2f} ({where}), {told_apart:.2f} without the guard" if size.whole else ""
    return Reached(told, not differ and area <= LARGEST_AREA, bool(loose) and told_apart > LARGEST_AREA)


LARGEST_AREA = 0.6


def _loaded_first(ctx: Context, id_: str, to: May) -> Case:
    """The door as many build it: it gathers the case and its sessions, and then asks whose it is."""
    row = queries.case(ctx.session, id_)
    queries.encounters(ctx.session, Encounter.case_id == (row.id if row else ""))
    subject = access.about_case(ctx, id_) if row else None
    if row is None or subject is None or not policy.allows(to, ctx.actor, subject):
        raise errors.NotFound
    return row


LOOSENED = (May.WRITE_NOTE, May.SEE_CASE)


def _starts_without_a_policy(house: House) -> list[str]:
    """Routes whose verb could be taken out of the policy without the start being refused."""
    found = []
    for endpoint in sorted({rule.endpoint for _, rule in writes.rules(house.app)}):
        verb = guard.verb_of(house.app, endpoint)
        with pytest.MonkeyPatch.context() as patch:
            patch.delitem(policy.TABLE, verb)
            try:
                guard.check_doors(house.app)
            except RuntimeError as error:
                found += [] if endpoint in str(error) else [endpoint]
            else:
                found.append(endpoint)
    return found


@row(
    "A8-10",
    "what ends has ended at the next request, in every program; no person wears two hats; ids and lists tell nothing",
    "next request, <= 1 s, all workers; every pair of roles at grant and import; opaque ids, page <= 50",
)
def rights_end(size: Size) -> Reached:
    with clinic.opened() as house, revoked.beside(house) as other:
        tries = revoked.play(house, other)
        house.restore()
        wrong, granted = revoked.pairs(house)
        wrong += lists.made_elsewhere(house) + lists.telling_ids(opaque)
        sequence = lists.telling_ids(house.who.clinic.chance)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parties, "FORBIDDEN_PAIRS", frozenset())
            hats, _ = revoked.pairs(house, size.of(1, 4))
            patch.setattr(logins, "load", _remembered(logins.load))
            stale = [one for one in revoked.play(house, other, "a login") if not one.refused]
        house.restore()
        lists.fill(house, size.of(60, 51))
        rows = lists.longest(house)
    if "postgresql" in size.databases:
        with address("postgresql") as url, clinic.opened(url) as house, revoked.beside(house) as other:
            tries += revoked.play(house, other)
    # How soon is a figure of a machine that does nothing else; that it is the next request holds anywhere.
    late = [one for one in tries if not one.refused or (one.after > 1 and size.whole)]
    told = (
        f"{len(tries)} tries of what had ended, {len(late)} got in or took over 1 s; {granted} grants, {len(wrong)} "
    )
    told += f"wrong; {len(rows)} registers, <= {max(rows.values())} rows a page (desk, week and one case show all)"
    return Reached(told, not late and not wrong and max(rows.values()) <= 50, bool(hats and stale and sequence))


def _remembered(load: Callable[..., Any]) -> Callable[..., Any]:
    """As many build it: a login that was good once is remembered by the program."""
    kept: dict[str, Any] = {}

    def remembering(actor: Actor, value: str) -> Any:
        return kept.setdefault(value, load(actor, value))

    return remembering


@row(
    "V7",
    "an interpreter cannot tell that a client is afraid of them",
    "two worlds that differ in an exclusion: 0 bytes",
)
def exclusions_are_unseen(size: Size) -> Reached:
    told, differ = [], 0
    for database in size.databases:
        with address(database) as url, clinic.opened(url) as house:
            before = taken_back.answers(house, size.of(1, 9))
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(policy.TABLE, May.SEE_CASE, ((policy.their_interpreter,),))
                patch.setitem(policy.TABLE, May.SEE_UNAVAILABLE, ((policy.interpreter,),))
                shown = taken_back.answers(house, only=f"/cases/{house.ids['own']['case']}")
                taken_back.exclude(house)
                loose = taken_back.answers(house, only=f"/cases/{house.ids['own']['case']}") != shown
            after = taken_back.answers(house, size.of(1, 9))
            found = [place for place in before if before[place] != after[place]]
        differ += len(found)
        told.append(f"{database}: {len(before)} answers compared, {len(found)} differ")
    return Reached("; ".join(told), not differ, loose)
