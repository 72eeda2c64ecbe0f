"""Everybody's time for one encounter: whose diaries it takes, whether they are free, taking it and giving it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triad.domain import errors, lifecycle, matching, occupancy
from triad.domain.parties import Role
from triad.domain.timespans import TimeSpan
from triad.store import cancellations, candidates, offers, queries
from triad.store.clinic import Interpreter, Room
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Assignment, Encounter

OF_THE_DAY = frozenset({"GAP", "LOAD_MAX", "EXPOSURE_CAP", "TIME_OFF", "AVAILABILITY"})
"""Reasons that were set aside for one day and say nothing about another."""


class Attached(NamedTuple):
    """An interpreter whose time is concerned, with skills and credentials loaded."""

    row: Interpreter
    waived: frozenset[str]


@dataclass(frozen=True)
class Bookings:
    """What is done to everybody's time within one transaction."""

    session: Session
    rules: candidates.Rules
    fresh_id: Callable[[], str]

    def attached(self, assignment: Assignment) -> Attached:
        (row,) = queries.interpreters(self.session, Interpreter.id == assignment.interpreter_id)
        return Attached(row, frozenset(assignment.waived) - OF_THE_DAY)

    def lock(self, encounter: Encounter, room: Room | None, who: Attached | None) -> dict[str, Diary]:
        """Whose time it is -> the locked diary: therapist, client, perhaps room and interpreter."""
        ids = {"therapist": encounter.case.therapist.diary_id, "client": encounter.case.client.diary_id}
        ids |= ({"room": room.diary_id} if room else {}) | ({"interpreter": who.row.diary_id} if who else {})
        locked = queries.lock_diaries(self.session, ids.values())
        return {name: locked[id_] for name, id_ in ids.items()}

    def ensure_fresh(self, encounter: Encounter, version: int) -> None:
        """Stale when it changed since `version` was read, or between our reading and our locks."""
        query = select(Encounter.version).where(Encounter.id == encounter.id).with_for_update()
        if not self.session.scalar(query) == encounter.version == version:
            raise errors.Stale

    def ensure_active(self, diaries: Mapping[str, Diary]) -> None:
        """Inactive, naming the first who takes no new bookings; of the interpreter `against` speaks."""
        gone = queries.inactive(self.session, [diary.id for diary in diaries.values()])
        for who in diaries:
            if who in gone and who != Role.INTERPRETER:
                raise errors.Inactive(who=who)

    def ensure_free(self, encounter: Encounter, span: TimeSpan, diaries: Mapping[str, Diary]) -> None:
        """Clash, naming the first who is taken; of the interpreter `against` speaks."""
        for who, diary in diaries.items():
            held = self._held(who, span)
            if who != Role.INTERPRETER and queries.taken(self.session, [diary.id], held.start, held.end):
                raise errors.Clash(who=who, day=encounter.day)

    def against(self, encounter: Encounter, who: Attached) -> tuple[matching.Reason, ...]:
        """The reasons that stand against the interpreter at the encounter's time, whoever works here now."""
        (candidate,) = candidates.gather(self.session, encounter, [who.row])
        verdict = matching.examine(candidate, candidates.demand(self.session, encounter, self.rules))
        found = verdict.reasons if isinstance(verdict, matching.Misfit) else ()
        return matching.unresolved(found, who.waived)

    def take(self, encounter: Encounter, span: TimeSpan, diaries: Mapping[str, Diary]) -> None:
        for who, diary in diaries.items():
            held = self._held(who, span)
            taken = Taken(id=self.fresh_id(), encounter_id=encounter.id, starts_at=held.start, ends_at=held.end)
            diary.book(self.session, taken)

    def attach(self, encounter: Encounter, who: str, diary: Diary, state: str, by: str, now: datetime) -> Assignment:
        """The interpreter has the encounter and their time is taken; `state` is the slot's from now on."""
        row = Assignment(id=self.fresh_id(), slot_id=encounter.slot.id, interpreter_id=who, made_by=by, made_at=now)
        row.source, row.waived = "page", []
        self.session.add(row)
        self.take(encounter, TimeSpan(encounter.starts_at, encounter.ends_at), {Role.INTERPRETER.value: diary})
        encounter.slot.state = state
        encounter.version += 1
        return row

    def detach(self, encounter: Encounter, state: str, reason: str, now: datetime) -> Assignment:
        """The assignment that is over; the row stays, the interpreter's time is free again."""
        live = queries.live_assignment(encounter)
        assert live is not None
        live.ended_at, live.reason = now, reason
        own = Taken.encounter_id == encounter.id, Taken.diary_id == live.interpreter.diary_id
        self.session.execute(delete(Taken).where(*own))
        encounter.slot.state = state
        encounter.version += 1
        # Before another one is written: one slot has one live assignment at a time.
        self.session.flush()
        return live

    def cancel(
        self,
        encounter: Encounter,
        by: str,
        reason: str,
        now: datetime,
        account: str,
        notice_at: datetime | None = None,
    ) -> dict[str, str]:
        """Everybody's time is free, nobody is asked any more: person -> the kind of message each is to have.

        BadTransition for what is not planned. `by` is a role or "clinic"; `notice_at`, when they said so, is `now`
        unless given. Whether that was late is kept with it.
        """
        encounter.status = lifecycle.ensure("encounter", encounter.status, "cancel")
        encounter.cancelled_by, encounter.cancelled_at, encounter.reason = by, now, reason
        encounter.version += 1
        cancellations.note(self.session, self.fresh_id, encounter, account, now, notice_at or now)
        told = dict.fromkeys(offers.end_open(self.session, encounter.slot.id, "withdrawn", now), "offer_over")
        if live := queries.live_assignment(encounter):
            live.ended_at, live.reason = now, "cancelled"
            told[live.interpreter_id] = "cancelled"
        encounter.slot.state = "released"
        self.free(encounter)
        return told | {encounter.case.therapist_id: "cancelled"}

    def ask_anew(self, encounter: Encounter, now: datetime) -> list[str]:
        """A yes was for the old time: the slot is released and filled with the same person; offers are taken back.

        The interpreters who had heard of an offer.
        """
        slot, live = encounter.slot, queries.live_assignment(encounter)
        if live and (live.confirmed_at or live.source == "offer"):
            slot.state = lifecycle.ensure("slot", lifecycle.ensure("slot", slot.state, "release"), "assign")
            live.confirmed_at, live.source = None, "move"
        if slot.state != "on_offer":
            return []
        slot.state = lifecycle.ensure("slot", slot.state, "offers_ended")
        return offers.end_open(self.session, slot.id, "withdrawn", now)

    @staticmethod
    def gone() -> tuple[matching.Reason, ...]:
        """What stands against an interpreter who stopped working, beside all else."""
        return (matching.Reason("AVAILABILITY", {}, "N"),)

    def free(self, encounter: Encounter) -> None:
        self.session.execute(delete(Taken).where(Taken.encounter_id == encounter.id))

    def _held(self, who: str, span: TimeSpan) -> TimeSpan:
        briefing, debrief = (timedelta(minutes=minutes) for minutes in (self.rules.briefing, self.rules.debrief))
        return occupancy.held(who, span, occupancy.Margins(briefing, debrief))
