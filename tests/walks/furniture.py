"""Three cases with something of all that hangs on a case, in every state, and the people around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_security import hash_password

from tests import cast, filled, proposed, reviewed
from tests.conftest import NOW
from tests.programs import key_of
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.services import (
    agreements,
    alliance,
    context,
    feeds,
    imports,
    invitations,
    keys,
    moves,
    reviews,
    settings,
    sheets,
    tablets,
)
from triad.services.accounts import invite
from triad.services.context import Actor, Clinic
from triad.store.cases import CulturalNote, Exclusion, Goal, LanguageNeed
from triad.store.clinic import Client, Credential, Interpreter, LanguageSkill, Room, Therapist
from triad.store.contacts import ContactWish
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Encounter, Series, Slot
from triad.store.holidays import Holiday, Skipped
from triad.store.ledger import OutboxMessage
from triad.store.offers import Acquaintance, Offer
from triad.store.people import Account, Person, RoleGrant, TimeOff
from triad.store.requests import Request
from triad.store.staffing import StaffingLine

STAFF = ("kora", "thea", "otto", "dora", "ines", "ivo", "lena", "ada", "aud")
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
TONGUES = {"tag": "uk", "changed": "es", "judged": "fa", "signed": "ti", "out": "prs"}
SPARE = {"shut": "", "theo": "therapist", "iris": "interpreter"}
RULES = ("confidentiality", "first_person", "clarify", "contact", "side_talk", "telephones")


@dataclass
class Furniture:
    """`ids` by side: what the places in an address and in a body stand for. `keys` are API keys, by name."""

    who: cast.Cast
    actors: dict[str, Actor]
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def furnish(clinic: Clinic) -> Furniture:
    """Fills empty tables."""
    who = cast.enter(clinic)
    dora = _dora(who)
    house = Furniture(who, {name: dora if name == "dora" else getattr(who, name) for name in STAFF})
    for side in SIDES:
        house.ids[side] = _case(house, side)
        _course(house, side)
    _accounts(house)
    settings.change(who.ada, {"window_days": "5"}, (), 0)
    for side in SIDES:
        house.ids[side] |= TONGUES
    _wordings(house)
    house.keys = {name: key_of(actor) for name, actor in house.actors.items()}
    for side, (_, therapist, _) in CASES.items():
        thing, actor = house.ids[side], house.actors[therapist]
        entries = alliance.for_case(actor, thing["case"]).entries
        thing["mark"] = next((entry.key for entry in entries if entry.waits), "none")
    ids = house.ids["own"]
    ids["token"] = invitations.issue(who.thea, ids["begun"], "ar")
    ids["page"] = invitations.open_link(Actor(clinic), ids["token"])
    ids["feed"] = feeds.make(who.thea)
    ids["message"] = _message(who)
    ids["batch"] = imports.commit(who.kora, {"sites": b"external_ref,name,zone\nS8,Ost,Europe/Berlin\n"})
    _plan(house)
    _paper(house)
    return house


def _paper(house: Furniture) -> None:
    """A tablet for each session that was held, and a sheet of one of them, half typed in; the same for everybody."""
    who, tokens = house.who, {}
    for side, (_, therapist, _) in CASES.items():
        actor, held = house.actors[therapist], house.ids[side]["held"]
        tokens[side] = invitations.issue(actor, held, "ar")
        tablets.hand_over(actor, held, tokens[side])
    sheet = sheets.number(who.thea, house.ids["own"]["held"], tokens["own"])
    page = sheets.open_sheet(who.lena, sheet.number)
    sheets.keep(who.lena, page, {"bond.2:CT": 3})
    for side in SIDES:
        house.ids[side] |= {"sheet": sheet.number, "sheet_page": page}


def _plan(house: Furniture) -> None:
    """One that is done, with a line for each case that fills what is unfilled, and one that stays as it is."""
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        ctx.session.add(proposed.run("run-1"))
        ctx.session.flush()
        for side in SIDES:
            ids = house.ids[side] = house.ids[side] | {"run": "run-1"}
            ctx.session.add(StaffingLine(run_id="run-1", encounter_id=ids["unfilled"], after_id=ids["interpreter"]))
            ahead = {"before_id": ids["interpreter"], "after_id": ids["interpreter"]}
            ctx.session.add(StaffingLine(run_id="run-1", encounter_id=ids["ahead"], **ahead))


def _message(who: cast.Cast) -> str:
    """One that could not be sent."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        row = OutboxMessage(id="m-lost", person_id="p-thea", kind="moved", subject="ahead-own", written_at=ctx.now)
        row.state, row.problem = "given_up", "no_address"
        ctx.session.add(row)
        return row.id


def _wordings(house: Furniture) -> None:
    """A language at each station of its way out of draft; the same for everybody."""
    who = house.who
    said = {"bond.1:CT": Said("change", proposed="Hoy confié en mi terapeuta.")}
    reviews.say(who.thea, TONGUES["changed"], reviewed.seen(who.thea, TONGUES["changed"]), said)
    reviewed.all_right(who.thea, TONGUES["judged"])
    reviewed.walk(who, TONGUES["signed"])
    reviewed.out(who, TONGUES["out"])
    found = {f"seen_{name}": reviewed.seen(who.thea, tag) for name, tag in TONGUES.items()}
    found["seen_draft"] = found.pop("seen_tag")
    unit = reviews.show(who.thea, TONGUES["changed"]).desk.unit("bond.1:CT")
    assert unit is not None
    found["opinion"] = str(unit.opinions[0].number)
    for side in SIDES:
        house.ids[side] |= found


def _dora(who: cast.Cast) -> Actor:
    roles = frozenset({Role.THERAPIST, Role.LEAD})
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add(Person(id="p-dora", name="Dora", email="dora@example.org", zone=cast.BERLIN))
        ctx.session.add_all([Diary(id=20 + number, kind=kind) for number, kind in enumerate(("therapist", "client"))])
        ctx.session.flush()
        ctx.session.add(Therapist(id="p-dora", site_id=who.site_id, diary_id=20, languages=["en"]))
        account = Account(id="a-dora", person_id="p-dora", email="dora@example.org", fs_uniquifier="fs-dora")
        account.password, account.roles = hash_password(cast.PASSWORD), [RoleGrant(name=role.value) for role in roles]
        ctx.session.add_all([account, Person(id="p-dana", name="Dana Client", zone=cast.BERLIN)])
        ctx.session.flush()
        ctx.session.add(Client(id="p-dana", code="K-dana", diary_id=21, spoken=["ar"], form_language="ar"))
        ctx.session.flush()
        cast._case(ctx, "T-3003", "dana", "dora", "ar")
    return Actor(who.clinic, "a-dora", "p-dora", "Dora", roles)


def _case(house: Furniture, side: str) -> dict[str, str]:
    """One case with an encounter in each state, and something of all that hangs on a case."""
    code, therapist, interpreter = CASES[side]
    case_id, therapist_id, actor = f"case-{code}", f"p-{therapist}", house.actors[therapist]
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
        cast.encounter(
            house.who, day, at, interpreter=sits, case_id=case_id, held=state == "held", id_=f"{state}-{side}"
        )
    # Asked for another day: what else happens in the walks happens before.
    ids["asked"], ids["offer"] = f"asked-{side}", f"offer-{side}"
    cast.encounter(house.who, date(2027, 3, 9), time(14, 30), case_id=case_id, id_=ids["asked"])
    ids["given_up"] = f"given-{side}"
    cast.encounter(house.who, date(2027, 3, 11), time(14, 30), case_id=case_id, id_=ids["given_up"])
    own: dict[str, Any] = {"case_id": case_id, "language": "en", "written_at": NOW}
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
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
            ctx.session.add(_request(ids, id_, state))
        ctx.session.add(LanguageNeed(id=ids["spare"], case_id=case_id, language="en"))
        note = {"topic": "other", "whose": "client", "source": "client", "author_id": therapist_id}
        for id_, audience in ((ids["note"], "all"), (f"{ids['note']}-t", "therapist")):
            ctx.session.add(CulturalNote(id=id_, text="Shoes off.", audience=audience, **note, **own))
        ctx.session.add(Goal(id=ids["goal"], words="To sleep.", agreed_by=["client"], **own))
        ctx.session.add(
            Exclusion(id=f"x-{side}", client_id=ids["client"], interpreter_id=ids["excluded"], reason="r")
        )
        ctx.session.add(ContactWish(id=ids["wish"], case_id=case_id, about_therapist=False, asked_at=NOW))
        if side != "dual":
            _belongings(ctx, ids, 30 + SIDES.index(side))
    rules = {f"{rule}-en": "Agreed." for rule in RULES}
    agreements.write(actor, case_id, {"version": "0", "languages": "en", **rules})
    ids["key"] = _key_id(actor)
    return ids


def _series(ctx: context.Context, ids: dict[str, str], side: str) -> None:
    """The sessions in each state are dates of one series, from which one was left out."""
    ctx.session.add(Series(id=f"series-{side}", case_id=ids["case"], every_weeks=1))
    ctx.session.flush()
    for state in STATES:
        ctx.session.get_one(Encounter, ids[state]).series_id = f"series-{side}"
        ctx.session.get_one(Slot, f"sl-{ids[state]}").need_id = ids["need"]
    ids["skipped"] = f"skipped-{side}"
    ctx.session.add(Skipped(id=ids["skipped"], series_id=f"series-{side}", day=date(2027, 4, 20), cause="chosen"))


def _request(ids: dict[str, str], id_: str, state: str) -> Request:
    when = {"day": date(2027, 4, 13), "at": time(15, 0), "zone": cast.BERLIN, "minutes": 50}
    row = Request(id=id_, case_id=ids["case"], need_id=ids["need"], state=state, made_at=NOW, amended=[], **when)
    row.asked_by = ids["therapist"]
    return row


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


def _course(house: Furniture, side: str) -> None:
    """Six sessions of which the last falls, so that the picture speaks; and the staff's newest forms."""
    ids = house.ids[side]
    raters = {"therapist": ids["therapist"], "interpreter": ids["interpreter"], "client": ids["client"]}

    def fill(encounter_id: str, day: date, parties: Iterable[str], six: Mapping[str, float]) -> None:
        locked = datetime.combine(day, time(16), UTC)
        for party in parties:
            filled.rating(house.who, encounter_id, party, locked, six, rater=raters[party])

    for week in range(6):
        day, id_ = date(2027, 1, 4) + timedelta(weeks=week), f"course-{side}-{week}"
        cast.encounter(house.who, day, interpreter=ids["interpreter"], case_id=ids["case"], held=True, id_=id_)
        fill(id_, day, raters, STEADY if week < 5 else {**STEADY, "CT": 12.5})
    fill(ids["held"], DAYS["held"][0], ("therapist", "interpreter"), STEADY)


def _accounts(house: Furniture) -> None:
    """An account nobody has opened yet, one that is shut, and two people who work here without one."""
    house.ids["own"] |= {"account": "a-otto", "open": "a-aud"}
    house.ids["own"]["welcome"] = invite(house.who.ada, "Neva", "neva@example.org", ["auditor"])
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        ctx.session.add_all(
            Person(id=f"p-{name}", name=name.title(), zone=cast.BERLIN, external_ref=name) for name in SPARE
        )
        ctx.session.add_all(Diary(id=40 + number, kind=kind) for number, kind in enumerate(SPARE.values()) if kind)
        ctx.session.flush()
        ctx.session.add(Therapist(id="p-theo", diary_id=41, languages=["en"]))
        ctx.session.add(Interpreter(id="p-iris", diary_id=42, modes=["video"]))
        ctx.session.add(Person(id="p-noor", name="Noor", zone=cast.BERLIN))
        ctx.session.flush()
        # Noor can take the place of whoever interprets.
        cast._interpreter(ctx, "noor", 44, "ti")
        ctx.session.add(LanguageSkill(id="sk-noor2", interpreter_id="p-noor", language="ar", into="en", level=4))
        ctx.session.add(
            Account(id="a-shut", person_id="p-shut", email="shut@example.org", fs_uniquifier="s", active=False)
        )
        ctx.session.flush()
        fresh = ctx.session.query(Account).filter_by(email="neva@example.org").one().id
    for side in SIDES:
        house.ids[side] |= {"account": "a-otto", "fresh": fresh, "shut": "a-shut", "batch": "none", "idle": "p-theo"}
        house.ids[side]["stand_in"] = "p-noor"
