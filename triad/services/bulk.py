"""One step for many sessions: looked at first, done line by line, taken back as one.

Each line is the single verb, with all its rules, in a transaction of its own: it is done whole or not at all, and
what refuses one line stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from triad.domain import bulk as rules
from triad.domain import errors
from triad.domain.bulk import Terms, Verbs
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import bulk as stored
from triad.store import candidates, faults, queries, staffing
from triad.store.bulk import Bulk, BulkLine
from triad.store.clinic import Interpreter
from triad.store.encounters import Encounter

__all__ = ["Shown", "Terms", "Verbs", "begin", "commit", "latest", "show", "undo"]
SHOWN, AGAIN = 30, 3


@dataclass(frozen=True)
class Shown:
    """`names` by person, `by` who asked."""

    bulk: Bulk
    by: str
    lines: Sequence[BulkLine]
    names: Mapping[str, str]

    def of(self, outcome: str) -> list[BulkLine]:
        return [line for line in self.lines if line.outcome == outcome]

    def taken_back(self, outcome: str) -> list[BulkLine]:
        return [line for line in self.lines if line.undo == outcome]


class _Tried(Exception):
    """Ends the transaction of a trial, so that nothing of it remains."""


def begin(actor: Actor, kind: str, ids: Sequence[str], terms: Terms, verbs: Verbs) -> str:
    """Try it on each session, keep nothing of that but what would come of it; the id to carry it out under. Unfit.

    Never within another verb: what was tried ends with its own transaction.
    """
    if problems := rules.problems(kind, ids, terms):
        raise errors.Unfit(problems)
    lines = _trial(actor, kind, ids, terms, verbs)
    with context.work(actor) as ctx:
        row = Bulk(id=ctx.fresh_id(), kind=kind, asked_by=actor.account_id, asked_at=ctx.now, terms=asdict(terms))
        ctx.session.add(row)
        ctx.session.flush()
        for line in lines:
            line.bulk_id = row.id
        ctx.session.add_all(lines)
        return row.id


def show(actor: Actor, bulk_id: str) -> Shown:
    with context.look(actor) as ctx:
        row = _bulk(ctx, bulk_id)
        by = staffing.askers(ctx.session, [row.asked_by]).get(row.asked_by, "")
        return Shown(row, by, stored.lines(ctx.session, bulk_id), staffing.names(ctx.session))


def latest(actor: Actor) -> Sequence[Bulk]:
    """The last 30 that were carried out."""
    with context.look(actor) as ctx:
        access.need(ctx, May.CHANGE_MANY)
        return stored.latest(ctx.session, SHOWN)


def commit(actor: Actor, bulk_id: str, verbs: Verbs) -> None:
    """Carry it out. Sent twice, each line is done once; broken off, it goes on where it stopped."""

    def act(ctx: Context, row: Bulk, line: BulkLine) -> None:
        if line.outcome:
            return
        rules.act(row.kind, Terms.read(row.terms), rules.Step(line.encounter_id, line.seen, line.people), verbs)
        ctx.session.flush()
        line.outcome, line.after = rules.DONE, ctx.session.get_one(Encounter, line.encounter_id).version

    def refuse(line: BulkLine, codes: list[str]) -> None:
        if not line.outcome:
            line.outcome, line.why = rules.REFUSED, codes

    _each(actor, bulk_id, act, refuse)
    with context.work(actor) as ctx:
        row = _bulk(ctx, bulk_id)
        if row.settled_at is None:
            row.settled_at, row.terms = ctx.now, {**row.terms, "reason": ""}
            ctx.audit(
                f"bulk.{row.kind}",
                row.id,
                **rules.counted(line.outcome for line in stored.lines(ctx.session, row.id)),
            )


def undo(actor: Actor, bulk_id: str, verbs: Verbs) -> None:
    """Put back what was done and what nobody touched since; each of the others is refused by itself.

    BadTransition for what was not carried out.
    """
    with context.look(actor) as ctx:
        if _bulk(ctx, bulk_id).settled_at is None:
            raise errors.BadTransition(noun="bulk", event="undo")

    def act(ctx: Context, row: Bulk, line: BulkLine) -> None:
        if line.outcome != rules.DONE or line.undo:
            return
        step = rules.Step(line.encounter_id, line.after or 0)
        line.undo_why = rules.take_back(row.kind, line.before, step, verbs)
        line.undo = rules.DONE

    def refuse(line: BulkLine, codes: list[str]) -> None:
        if not line.undo:
            line.undo, line.undo_why = rules.REFUSED, codes

    _each(actor, bulk_id, act, refuse)
    with context.work(actor) as ctx:
        row = _bulk(ctx, bulk_id)
        if row.undone_at is None:
            row.undone_at = ctx.now
            ctx.audit("bulk.undo", row.id, **rules.counted(line.undo for line in stored.lines(ctx.session, row.id)))


def _trial(actor: Actor, kind: str, ids: Sequence[str], terms: Terms, verbs: Verbs) -> list[BulkLine]:
    """Each is tried after the ones before it, so that two which stand in each other's way are seen."""
    lines: list[BulkLine] = []
    try:
        with context.work(actor) as ctx:
            access.need(ctx, May.CHANGE_MANY)
            rows = queries.encounters(ctx.session, Encounter.id.in_(set(ids)))
            if len(rows) != len(set(ids)):
                raise errors.Unfit({"row": "unknown"})
            people = queries.interpreters(ctx.session, Interpreter.active.is_(True)) if kind == rules.OFFER else ()
            for row in rows:
                lines.append(_line(row, ctx, kind, terms))
                if not lines[-1].outcome:
                    _try(ctx, kind, terms, lines[-1], row, people, verbs)
            raise _Tried
    except _Tried:
        return lines


def _line(row: Encounter, ctx: Context, kind: str, terms: Terms) -> BulkLine:
    live = queries.live_assignment(row)
    now = rules.Standing(
        row.status, row.slot.state, live.interpreter_id if live else "", begun=row.starts_at <= ctx.now
    )
    needless = rules.needless(kind, now, terms.of, terms.to)
    return BulkLine(
        encounter_id=row.id,
        seen=row.version,
        people=[],
        before={"slot": now.slot, "interpreter": now.interpreter},
        outcome=rules.SKIPPED if needless else "",
        why=[needless] if needless else [],
    )


def _try(
    ctx: Context, kind: str, terms: Terms, line: BulkLine, row: Encounter, people: Sequence[Any], verbs: Verbs
) -> None:
    if kind == rules.OFFER:
        fits = candidates.panel(ctx.session, row, people, candidates.Rules.of(ctx.settings)).fits
        ids = [str(fit.candidate.id) for fit in fits]
        line.people = [one for one in ids if not terms.people or one in terms.people][: terms.count]
        if not line.people:
            line.outcome, line.why = rules.REFUSED, ["nobody_fits"]
            return
    try:
        with ctx.session.begin_nested():
            rules.act(kind, terms, rules.Step(row.id, line.seen, line.people), verbs)
            ctx.session.flush()
    except (errors.TriadError, SQLAlchemyError) as error:
        line.outcome, line.why = rules.REFUSED, _codes(error)


def _each(
    actor: Actor,
    bulk_id: str,
    act: Callable[[Context, Bulk, BulkLine], None],
    refuse: Callable[[BulkLine, list[str]], None],
) -> None:
    """One transaction for each line, and for a refusal another one that notes it."""
    with context.look(actor) as ctx:
        _bulk(ctx, bulk_id)
        ids = [line.encounter_id for line in stored.lines(ctx.session, bulk_id)]
    for id_ in ids:
        codes = _settled(actor, bulk_id, id_, act)
        if codes:
            with context.work(actor) as ctx:
                refuse(_locked(ctx, bulk_id, id_), codes)


def _settled(actor: Actor, bulk_id: str, id_: str, act: Callable[[Context, Bulk, BulkLine], None]) -> list[str]:
    """The codes against it, and nothing of it is written; or none, and all of it is."""
    for left in range(AGAIN, -1, -1):
        try:
            with context.work(actor) as ctx:
                row = _bulk(ctx, bulk_id)
                act(ctx, row, _locked(ctx, bulk_id, id_))
            return []
        except errors.Unavailable as error:
            # Two writers met, and this one was ended: it begins anew.
            if error.why != faults.MET or not left:
                raise
        except errors.TriadError as error:
            return _codes(error)
    raise AssertionError


def _codes(error: Exception) -> list[str]:
    """What stands against a line, as codes. What nobody foresaw, or what stops all, goes on its way."""
    found = error if isinstance(error, errors.TriadError) else context.refusal(error)
    if found is None or isinstance(found, errors.Unavailable):
        raise found or error
    if isinstance(found, errors.NotEligible):
        return list(dict.fromkeys(reason.code for reason in found.reasons))
    return [found.code]


def _locked(ctx: Context, bulk_id: str, id_: str) -> BulkLine:
    found = stored.line(ctx.session, bulk_id, id_)
    if found is None:
        raise errors.NotFound
    return found


def _bulk(ctx: Context, id_: str) -> Bulk:
    access.need(ctx, May.CHANGE_MANY)
    row = ctx.session.get(Bulk, id_)
    if row is None:
        raise errors.NotFound
    return row
