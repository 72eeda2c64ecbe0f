"""Three cases with something of all that hangs on a case, in every state, and the people around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_security import hash_password

from tests import cast, made_up, proposed, reviewed, sounds
from tests.programs import key_of
from tests.walks import dossier
from tests.walks.dossier import CASES, SIDES
from triad.domain.bulk import Terms
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.services import (
    alliance,
    bulk,
    context,
    feeds,
    imports,
    instruments,
    invitations,
    resets,
    reviews,
    settings,
    sheets,
    tablets,
    voices,
)
from triad.services.accounts import invite
from triad.services.context import Actor, Clinic
from triad.store.clinic import Client, Interpreter, LanguageSkill, Therapist
from triad.store.diaries import Diary
from triad.store.people import Account, Person, RoleGrant
from triad.store.staffing import StaffingLine
from triad.web.bulk import verbs

STAFF = ("kora", "thea", "otto", "dora", "ines", "ivo", "lena", "ada", "aud")
TONGUES = {"tag": "uk", "changed": "es", "judged": "fa", "signed": "ti", "out": "prs"}
SPARE = {"shut": "", "theo": "therapist", "iris": "interpreter"}


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
    _rules(who)
    dora = _dora(who)
    house = Furniture(who, {name: dora if name == "dora" else getattr(who, name) for name in STAFF})
    for side in SIDES:
        actor = house.actors[CASES[side][1]]
        house.ids[side] = dossier.case(who, actor, side) | {"rule": "rule", "idle_rule": "idle-rule"}
        dossier.course(who, house.ids[side], side)
    _accounts(house)
    settings.change(who.ada, {"window_days": "5"}, (), 0)
    for side in SIDES:
        house.ids[side] |= TONGUES
    _wordings(house)
    _brought_along(house)
    house.keys = {name: key_of(actor) for name, actor in house.actors.items()}
    for side, (_, therapist, _) in CASES.items():
        thing, actor = house.ids[side], house.actors[therapist]
        entries = alliance.for_case(actor, thing["case"]).entries
        thing["mark"] = next((entry.key for entry in entries if entry.waits), "none")
    ids = house.ids["own"]
    ids["token"] = invitations.issue(who.thea, ids["begun"], "ar")
    ids["page"] = invitations.open_link(Actor(clinic), ids["token"])
    ids["feed"] = feeds.make(who.thea)
    host = Actor(clinic, source="cli", roles=frozenset({Role.ADMIN}))
    ids["reset"] = resets.make(host, "otto@example.org")
    ids["message"] = proposed.message(who)
    ids["batch"] = imports.commit(who.kora, {"sites": b"external_ref,name,zone\nS8,Ost,Europe/Berlin\n"})
    _plan(house)
    _many(house)
    _paper(house)
    return house


def _rules(who: cast.Cast) -> None:
    """A rule for late cancellations that decided, and one that never did."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add_all([proposed.rule("rule"), proposed.rule("idle-rule", party="clinic")])


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


def _many(house: Furniture) -> None:
    """A step that was looked at, and one that was carried out on a session of its own; the same for everybody."""
    who, done = house.who, cast.encounter(house.who, date(2027, 3, 12), interpreter="p-ines", id_="many")
    looked = bulk.begin(who.kora, "confirm", [house.ids["own"]["ahead"]], Terms(), verbs(who.kora))
    made = bulk.begin(who.kora, "confirm", [done], Terms(), verbs(who.kora))
    bulk.commit(who.kora, made, verbs(who.kora))
    for side in SIDES:
        house.ids[side] |= {"bulk": looked, "bulk_done": made}


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


def _brought_along(house: Furniture) -> None:
    """A recording in two languages, a licensed form that may be handed on, one in use; the same for everybody."""
    who = house.who
    for tag in (TONGUES["tag"], "ar"):
        voices.put(who.lena, tag, [("anchor_1.ogg", sounds.OGG)])
    free = instruments.load(who.ada, made_up.file(made_up.changed("licence.may.redistribute", True)))
    used = instruments.load(who.ada, made_up.file(made_up.form(key="used-scale")))
    instruments.activate(who.lena, used.id, used.hash)
    found = {"unit": "anchor:1", "origin": "recorded", "used": used.id}
    for side in SIDES:
        house.ids[side] |= {**found, "instrument": free.id, "seen_instrument": free.hash}


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
