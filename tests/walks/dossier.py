"""One case with an encounter in each state, and something of all that hangs on a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests import cast, filled, proposed
from tests.conftest import NOW
from triad.services import agreements, context, keys, moves
from triad.services.context import Actor
from triad.store.cases import CulturalNote, Exclusion, Goal, LanguageNeed
from triad.store.clinic import Credential, Room
from triad.store.contacts import ContactWish
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Encounter, Series, Slot
from triad.store.holidays import Holiday, Skipped
from triad.store.offers import Acquaintance, Offer
from triad.store.people import TimeOff

SIDES = ("own", "other", "dual")
STATES = ("ahead", "begun", "held", "cancelled", "unfilled", "void")
STEADY = {"TI": 75.0, "TC": 75.0, "IT": 75.0, "IC": 75.0, "CT": 87.5, "CI": 75.0}
CASES = {"own": ("T-1001", "thea", "ines"), "other": ("T-2002", "otto", "ivo"), "dual": ("T-3003", "dora", "ivo")}
DAYS = {
    "ahead": (date(2027, 3, 2), time(14, 30)),
    "begun": (date(2027, 3, 1), time(9, 30)),
    "held": (date(2027, 2, 26), time(14, 30)),
    "cancelled": (date(2027, 3, 3), time(11)),
    "unfilled": (date(2027, 3, 4), time(10)),
    "void": (date(2027, 3, 5), time(16)),
}
RULES = ("confidentiality", "first_person", "clarify", "contact", "side_talk", "telephones")


def case(who: cast.Cast, actor: Actor, side: str) -> dict[str, str]:
    """Gives the ids by what they stand for."""
    code, therapist, interpreter = CASES[side]
    case_id, therapist_id = f"case-{code}", f"p-{therapist}"
    ids = {
        "case": case_id,
        "need": f"need-{code}",
        "spare": f"spare-{side}",
        "therapist": therapist_id,
        "site": "site-nord",
    }
    ids |= {
        "interpreter": f"p-{interpreter}",
        "excluded": "p-ivo" if side == "own" else "p-ines",
        "site": "site-nord",
    }
    ids |= {name: f"{name}-{side}" for name in ("note", "goal", "wish", "room", "credential", "off")}
    ids |= {"skill": f"sk-{interpreter}"}
    ids |= {"client": {"own": "p-cleo", "other": "p-carl", "dual": "p-dana"}[side], "hours": f"wh-{interpreter}-0"}
    for state, (day, at) in DAYS.items():
        sits = "" if state == "unfilled" else ids["interpreter"]
        ids[state] = f"{state}-{side}"
        cast.encounter(who, day, at, interpreter=sits, case_id=case_id, held=state == "held", id_=f"{state}-{side}")
    # Asked for another day: what else happens in the walks happens before.
    ids["asked"], ids["offer"] = f"asked-{side}", f"offer-{side}"
    cast.encounter(who, date(2027, 3, 9), time(14, 30), case_id=case_id, id_=ids["asked"])
    ids["given_up"] = f"given-{side}"
    cast.encounter(who, date(2027, 3, 11), time(14, 30), case_id=case_id, id_=ids["given_up"])
    own: dict[str, Any] = {"case_id": case_id, "language": "en", "written_at": NOW}
    with context.work(Actor(who.clinic, source="test")) as ctx:
        _cancel(ctx, ids["cancelled"])
        _void(ctx, ids["void"])
        _offer(ctx, ids)
        _series(ctx, ids, side)
        ids["holiday"], ids["acquaintance"] = f"holiday-{side}", f"known-{side}"
        day = date(2027, 12, 24) + timedelta(days=SIDES.index(side))
        ctx.session.add(Holiday(id=ids["holiday"], site_id="site-nord", day=day, name="Closed"))
        ctx.session.add(
            Acquaintance(
                id=ids["acquaintance"],
                client_id=ids["client"],
                interpreter_id=ids["excluded"],
                source="x",
                noted_at=NOW,
            )
        )
        ctx.session.get_one(Slot, f"sl-{ids['given_up']}").state = "closed_unfilled"
        for id_, state in ((f"request-{side}", "submitted"), (f"draft-{side}", "draft")):
            ids[id_.split("-")[0]] = id_
            ctx.session.add(proposed.request(id_, case_id, ids["need"], therapist_id, state))
        ctx.session.add(LanguageNeed(id=ids["spare"], case_id=case_id, language="en"))
        note = {"topic": "other", "whose": "client", "source": "client", "author_id": therapist_id}
        for id_, audience in ((ids["note"], "all"), (f"{ids['note']}-t", "therapist")):
            ctx.session.add(CulturalNote(id=id_, text="Shoes off.", audience=audience, **note, **own))
        ctx.session.add(Goal(id=ids["goal"], words="To sleep.", agreed_by=["client"], **own))
        ctx.session.add(
            Exclusion(id=f"x-{side}", client_id=ids["client"], interpreter_id=ids["excluded"], reason="r")
        )
        ids["another"] = f"another-{side}"
        for id_, session in ((ids["wish"], None), (ids["another"], ids["held"])):
            wish = {"case_id": case_id, "encounter_id": session, "about_therapist": False}
            ctx.session.add(ContactWish(id=id_, asked_at=NOW, **wish))
        if side != "dual":
            _belongings(ctx, ids, 30 + SIDES.index(side))
    rules = {f"{rule}-en": "Agreed." for rule in RULES}
    agreements.write(actor, case_id, {"version": "0", "languages": "en", **rules})
    ids["key"] = _key_id(actor)
    return ids


def course(who: cast.Cast, ids: Mapping[str, str], side: str) -> None:
    """Six sessions of which the last falls, so that the picture speaks; and the staff's newest forms."""
    raters = {"therapist": ids["therapist"], "interpreter": ids["interpreter"], "client": ids["client"]}

    def fill(encounter_id: str, day: date, parties: Iterable[str], six: Mapping[str, float]) -> None:
        locked = datetime.combine(day, time(16), UTC)
        for party in parties:
            filled.rating(who, encounter_id, party, locked, six, rater=raters[party])

    for week in range(6):
        day, id_ = date(2027, 1, 4) + timedelta(weeks=week), f"course-{side}-{week}"
        cast.encounter(who, day, interpreter=ids["interpreter"], case_id=ids["case"], held=True, id_=id_)
        fill(id_, day, raters, STEADY if week < 5 else {**STEADY, "CT": 12.5})
    fill(ids["held"], DAYS["held"][0], ("therapist", "interpreter"), STEADY)


def _series(ctx: context.Context, ids: dict[str, str], side: str) -> None:
    """The sessions in each state are dates of one series, from which one was left out."""
    ctx.session.add(Series(id=f"series-{side}", case_id=ids["case"], every_weeks=1))
    ctx.session.flush()
    for state in STATES:
        ctx.session.get_one(Encounter, ids[state]).series_id = f"series-{side}"
        ctx.session.get_one(Slot, f"sl-{ids[state]}").need_id = ids["need"]
    ids["skipped"] = f"skipped-{side}"
    ctx.session.add(Skipped(id=ids["skipped"], series_id=f"series-{side}", day=date(2027, 4, 20), cause="chosen"))


def _offer(ctx: context.Context, ids: dict[str, str]) -> None:
    slot = ctx.session.get_one(Slot, f"sl-{ids['asked']}")
    slot.state = "on_offer"
    ctx.session.add(
        Offer(
            id=ids["offer"],
            slot_id=slot.id,
            interpreter_id=ids["interpreter"],
            tier=1,
            sent_by="p-kora",
            made_at=NOW,
            opens_at=NOW,
            expires_at=NOW + timedelta(days=7),
            told_at=NOW,
        )
    )


def _cancel(ctx: context.Context, encounter_id: str) -> None:
    row = ctx.session.get_one(Encounter, encounter_id)
    row.status, row.cancelled_by, row.cancelled_at, row.reason = "cancelled", "clinic", ctx.now, "Snow."
    ctx.session.get_one(Slot, f"sl-{encounter_id}").state = "released"
    live = ctx.session.get_one(Assignment, f"as-{encounter_id}")
    live.ended_at, live.reason = ctx.now, "cancelled"
    ctx.session.add(proposed.cancellation(encounter_id, ctx.now, "rule"))


def _void(ctx: context.Context, encounter_id: str) -> None:
    row, live = ctx.session.get_one(Encounter, encounter_id), ctx.session.get_one(Assignment, f"as-{encounter_id}")
    row.status, row.void_from, row.void_at = "void", "scheduled", ctx.now
    ctx.session.get_one(Slot, f"sl-{encounter_id}").state = "released"
    live.ended_at, live.reason = ctx.now, moves.VOID


def _belongings(ctx: context.Context, ids: dict[str, str], diary: int) -> None:
    person = ids["interpreter"]
    ctx.session.add(Diary(id=diary, kind="room"))
    ctx.session.flush()
    ctx.session.add(Room(id=ids["room"], site_id="site-nord", name=f"Room of {ids['case']}", diary_id=diary))
    ctx.session.add(
        Credential(id=ids["credential"], interpreter_id=person, body="BDUE", kind="sworn", language="ti", number="1")
    )
    until = datetime(2027, 8, 2, tzinfo=UTC)
    ctx.session.add(TimeOff(id=ids["off"], person_id=person, starts_at=until - timedelta(days=1), ends_at=until))


def _key_id(actor: Actor) -> str:
    keys.create(actor, {"name": "spare", "expires_on": "2027-12-31"}, ["read-schedule"])
    return keys.mine(actor)[0][0].id
