"""A client with something in every table that can hold it. What says anything contains NEEDLE; ids say nothing."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

from tests import proposed
from tests.cast import BERLIN, Cast
from triad.services import context
from triad.services.context import Actor, Context
from triad.store import (
    briefings,
    bulk,
    cases,
    clinic,
    contacts,
    diaries,
    encounters,
    holidays,
    ledger,
    marks,
    offers,
    people,
    ratings,
    requests,
    sheets,
    staffing,
    tablets,
)

NEEDLE = "xnadelx"
CODE = f"K-{NEEDLE}"
PERSON, CASE, ENCOUNTER = "opaque-person", "opaque-case", "opaque-encounter"


def client(cast: Cast) -> None:
    """Written straight into the tables, in the order in which they point at each other."""
    with context.work(Actor(cast.clinic, source="test")) as ctx:
        for rows in (_person(ctx), _case(ctx), _words(ctx), _meeting(ctx), _given(ctx), _copies(ctx)):
            for row in rows:
                ctx.session.add(row)
                ctx.session.flush()
        ctx.audit("cases.open", CASE)


def _person(ctx: Context) -> list[Any]:
    contact = {"email": f"{NEEDLE}@example.org", "phone": f"+49 {NEEDLE}", "external_ref": f"R-{NEEDLE}"}
    off = {"starts_at": ctx.now, "ends_at": ctx.now + timedelta(hours=1)}
    return [
        people.Person(id=PERSON, name=f"Zara {NEEDLE}", zone=BERLIN, **contact),
        diaries.Diary(id=901, kind="client"),
        clinic.Client(id=PERSON, code=CODE, diary_id=901, spoken=["ti"], contact_note=f"ring {NEEDLE}"),
        people.WeeklyHours(id="opaque-hours", person_id=PERSON, weekday=1, start="08:00", end="09:00", zone=BERLIN),
        people.TimeOff(id="opaque-off", person_id=PERSON, **off),
    ]


def _case(ctx: Context) -> list[Any]:
    case = {"client_id": PERSON, "therapist_id": "p-thea", "opened_on": date(2027, 1, 1)}
    found = {"rule": f"{NEEDLE}", "n": 3}
    mark = {"case_id": CASE, "viewer": "therapist", "key": f"gap:{NEEDLE}", "step": "talked", "by": "p-thea"}
    return [
        cases.Case(id=CASE, code=f"T-{NEEDLE}", external_ref=f"F-{NEEDLE}", needs=[], **case),
        cases.LanguageNeed(id="opaque-need", case_id=CASE, language="ti", dialect=NEEDLE),
        cases.Exclusion(id="opaque-not", client_id=PERSON, interpreter_id="p-ivo", reason=f"his {NEEDLE}"),
        contacts.ContactWish(id="opaque-wish", case_id=CASE, about_therapist=True, asked_at=ctx.now),
        marks.MarkAnswer(id=f"m-{NEEDLE}", reason=f"about {NEEDLE}", at=ctx.now, found=found, **mark),
    ]


def _words(ctx: Context) -> list[Any]:
    own: dict[str, Any] = {"case_id": CASE, "language": "en", "written_at": ctx.now}
    note = {"topic": "other", "whose": "client", "source": "client", "audience": "all"}
    return [
        cases.CulturalNote(id="opaque-note", author_id="p-thea", text=f"never {NEEDLE}", **note, **own),
        cases.LanguageNote(id="opaque-word", author_id="p-ines", text=f"say {NEEDLE}", **own),
        cases.Agreement(
            id="opaque-agreed", case_id=CASE, version=1, texts={"en": f"rule {NEEDLE}"}, written_at=ctx.now
        ),
        cases.Consent(agreement_id="opaque-agreed", party="client", person_id=PERSON, agreed_at=ctx.now),
        cases.Goal(id="opaque-goal", words=f"to {NEEDLE}", aim=f"aim {NEEDLE}", agreed_by=["client"], **own),
    ]


def _meeting(ctx: Context) -> list[Any]:
    when = {"day": date(2027, 3, 2), "at": time(8), "zone": BERLIN, "minutes": 50}
    span = {"starts_at": ctx.now + timedelta(days=1), "ends_at": ctx.now + timedelta(days=1, hours=1)}
    made = {"made_by": "a-kora", "source": "test", "waived": [], "made_at": ctx.now}
    return [
        encounters.Series(id="opaque-series", case_id=CASE, every_weeks=1),
        encounters.Encounter(
            id=ENCOUNTER, case_id=CASE, series_id="opaque-series", reason=f"since {NEEDLE}", **when, **span
        ),
        encounters.Slot(id="opaque-slot", encounter_id=ENCOUNTER, need_id="opaque-need", demand_at=ctx.now),
        encounters.Assignment(
            id="opaque-as", slot_id="opaque-slot", interpreter_id="p-ines", reason=f"for {NEEDLE}", **made
        ),
        proposed.run("opaque-run", urgent_id=ENCOUNTER),
        staffing.StaffingLine(run_id="opaque-run", encounter_id=ENCOUNTER),
        contacts.ContactWish(
            id="opaque-wish-2", case_id=CASE, about_therapist=False, encounter_id=ENCOUNTER, asked_at=ctx.now
        ),
        encounters.Attendance(id="opaque-there", encounter_id=ENCOUNTER, party="client", mark="came"),
        briefings.Briefing(
            id="opaque-talk",
            encounter_id=ENCOUNTER,
            part="before",
            state="done",
            points=[NEEDLE],
            said_at=ctx.now,
            said_by="-",
        ),
        bulk.Bulk(id="opaque-step", kind="cancel", asked_by="a-kora", asked_at=ctx.now, terms={"reason": ""}),
        bulk.BulkLine(bulk_id="opaque-step", encounter_id=ENCOUNTER, seen=1, people=[], before={"slot": "unfilled"}),
        proposed.cancellation(ENCOUNTER, ctx.now, None, waived_reason=f"ill: {NEEDLE}"),
        holidays.Skipped(id="opaque-skip", series_id="opaque-series", day=date(2027, 3, 9), cause="chosen"),
        offers.Offer(
            id="opaque-offer",
            slot_id="opaque-slot",
            interpreter_id="p-ivo",
            tier=1,
            sent_by="p-kora",
            made_at=ctx.now,
            opens_at=ctx.now,
            expires_at=ctx.now + timedelta(hours=1),
            reason=NEEDLE,
        ),
        offers.Acquaintance(
            id="opaque-known", client_id=PERSON, interpreter_id="p-ivo", source=NEEDLE, noted_at=ctx.now
        ),
        requests.Request(
            id="opaque-ask",
            case_id=CASE,
            need_id="opaque-need",
            asked_by="p-thea",
            made_at=ctx.now,
            code=NEEDLE,
            **when,
        ),
        requests.Planned(request_id="opaque-ask", encounter_id=ENCOUNTER),
        requests.Closure(
            id="opaque-shut", slot_id="opaque-slot", cause=NEEDLE, closed_at=ctx.now, closed_by="p-kora"
        ),
        diaries.Taken(id="opaque-taken", diary_id=901, encounter_id=ENCOUNTER, **span),
        diaries.Taken(id="opaque-taken-2", diary_id=4, encounter_id=ENCOUNTER, **span),
    ]


def _given(ctx: Context) -> list[Any]:
    form = {"version_key": "triad-session-form", "edition": "brief", "language": "ti", "policy": "client-choice"}
    link = {"token_hash": "h" * 64, "issued_at": ctx.now, "expires_at": ctx.now, "progress": {"helped": NEEDLE}}
    sent = {"mode": "own_device", "choice": "therapist", "submitted_at": ctx.now, "locked_at": ctx.now}
    rating = {"encounter_id": ENCOUNTER, "interpreter_id": "p-ines", **form, **sent}
    paper = {"typed": [f"bond.1:{NEEDLE}"], "printed_at": ctx.now}
    tablet = {"opened_by": "a-thea", "opened_at": ctx.now, "expires_at": ctx.now}
    return [
        ratings.Invitation(id="opaque-link", encounter_id=ENCOUNTER, client_id=PERSON, **form, **link),
        sheets.Sheet(invitation_id="opaque-link", number_hash=f"{NEEDLE}-n", language="ti", wording=NEEDLE, **paper),
        tablets.Tablet(id="opaque-tablet", invitation_id="opaque-link", hash=f"{NEEDLE}-t", **tablet),
        ratings.Draft(invitation_id="opaque-link", line=f"bond.1:{NEEDLE}", value=2),
        ratings.Rating(id="opaque-rating", party="client", rater_id=PERSON, answers=[], scores=[], **rating),
        ratings.Rating(id="opaque-rating-t", party="therapist", rater_id="p-thea", answers=[], scores=[], **rating),
        ratings.Answer(rating_id="opaque-rating", item="bond.1", direction="CT", value=1, wording=NEEDLE),
        ratings.Answer(rating_id="opaque-rating", item="goal.1", direction="CT", missing="declined", wording=NEEDLE),
        ratings.EarlierAnswer(
            rating_id="opaque-rating-t", revision=1, item="bond.1", direction="TC", value=1, wording=NEEDLE
        ),
        ratings.LicensedScore(
            rating_id="opaque-rating", direction="CT", subscale=NEEDLE, value=3.5, answered=4, scorer="1"
        ),
        ratings.Score(rating_id="opaque-rating", direction="CT", facet="bond", pomp=12.5, answered=1, scorer="1"),
    ]


def _copies(ctx: Context) -> list[Any]:
    """What no foreign key leads to. One line of each batch and one repeat are somebody else's."""
    before = {"id": PERSON, "name": f"Old {NEEDLE}"}
    undo = [
        {"table": "person", "id": PERSON, "before": before, "after": "0"},
        {
            "table": "slot",
            "id": "long-gone",
            "before": {"id": "long-gone", "encounter_id": "gone-too"},
            "after": None,
        },
        {"table": "encounter", "id": "gone-too", "before": {"case_id": CASE, "reason": NEEDLE}, "after": None},
        {"table": "person", "id": "p-carl", "before": None, "after": "1"},
    ]
    answer = {"id": ENCOUNTER, "client_code": CODE}
    repeat = {"body_hash": "b" * 64, "status": 201, "at": ctx.now}
    return [
        ledger.OutboxMessage(id="opaque-post", person_id="p-thea", kind=NEEDLE, subject=CASE, written_at=ctx.now),
        ledger.ImportBatch(id="opaque-batch", at=ctx.now, by="a-kora", counts={}, undo=json.dumps(undo)),
        ledger.Repeat(key="k" * 64, answer=json.dumps(answer), **repeat),
        ledger.Repeat(key="c" * 64, answer=json.dumps({"id": "p-carl"}), **repeat),
    ]
