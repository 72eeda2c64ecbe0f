"""The named cast: Thea therapist, Ines interpreter, Cleo client, Kora coordinator, Lena lead, Ada admin,
Aud auditor, Otto outsider (a therapist of another case) and Ivo (an interpreter of another case).

Their case is in Tigrinya; Ines speaks it. Ivo speaks Arabic only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from triad.domain.parties import Role
from triad.services import context
from triad.services.context import Actor, Clinic
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Interpreter, LanguageSkill, Room, Site, Therapist
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Account, Person, RoleGrant, WeeklyHours

PASSWORD = "a long enough sentence"
BERLIN = "Europe/Berlin"


@dataclass
class Cast:
    clinic: Clinic
    kora: Actor
    thea: Actor
    otto: Actor
    ines: Actor
    ivo: Actor
    lena: Actor
    ada: Actor
    aud: Actor
    cleo_id: str
    case_id: str
    other_case_id: str
    site_id: str
    room_id: str
    need_id: str
    other_need_id: str
    keys: dict[str, str] = field(default_factory=dict)
    """API keys by name, where a test gave any."""


def enter(clinic: Clinic) -> Cast:
    house = Actor(clinic, source="test")
    with context.work(house) as ctx:
        add = ctx.session.add
        site = Site(id="site-nord", name="Site Nord", zone=BERLIN, address="Nordweg 1", external_ref="S1")
        add(site)
        room_diary = Diary(id=1, kind="room")
        add(room_diary)
        ctx.session.flush()
        add(Room(id="room-1", site_id=site.id, name="Room 1", diary_id=1))
        hashed = hash_password(PASSWORD)
        actors: dict[str, Any] = {
            name: _person(ctx, clinic, hashed, name, role)
            for name, role in {
                "kora": Role.COORDINATOR,
                "thea": Role.THERAPIST,
                "otto": Role.THERAPIST,
                "ines": Role.INTERPRETER,
                "ivo": Role.INTERPRETER,
                "lena": Role.LEAD,
                "ada": Role.ADMIN,
                "aud": Role.AUDITOR,
            }.items()
        }
        for number, name in enumerate(("thea", "otto"), 2):
            add(Diary(id=number, kind="therapist"))
            ctx.session.flush()
            add(Therapist(id=f"p-{name}", site_id=site.id, diary_id=number, languages=["en"]))
        for number, (name, language) in enumerate((("ines", "ti"), ("ivo", "ar")), 4):
            _interpreter(ctx, name, number, language)
        for number, name in enumerate(("cleo", "carl"), 6):
            add(Person(id=f"p-{name}", name=f"{name.title()} Client", zone=BERLIN))
            add(Diary(id=number, kind="client"))
            ctx.session.flush()
            add(Client(id=f"p-{name}", code=f"K-{name}", diary_id=number, spoken=["ti"], form_language="ar"))
        ctx.session.flush()
        needs = [_case(ctx, *row) for row in (("T-1001", "cleo", "thea", "ti"), ("T-2002", "carl", "otto", "ar"))]
    _renumber(clinic)
    return Cast(
        clinic,
        **actors,
        cleo_id="p-cleo",
        case_id="case-T-1001",
        other_case_id="case-T-2002",
        site_id="site-nord",
        room_id="room-1",
        need_id=needs[0],
        other_need_id=needs[1],
    )


def machine(cast: Cast) -> Actor:
    """Whoever commands the host: nobody is signed in."""
    return Actor(cast.clinic, source="cli")


def _renumber(clinic: Clinic) -> None:
    """Diaries were numbered by hand: tell PostgreSQL's own counter where to go on."""
    with context.work(Actor(clinic, source="test")) as ctx:
        if ctx.session.get_bind().dialect.name == "postgresql":
            from sqlalchemy import text

            ctx.session.execute(text("SELECT setval(pg_get_serial_sequence('diary', 'id'), 100)"))


def _person(ctx: context.Context, clinic: Clinic, hashed: str, name: str, role: Role) -> Actor:
    person = Person(id=f"p-{name}", name=name.title(), email=f"{name}@example.org", zone=BERLIN, gender="woman")
    account = Account(
        id=f"a-{name}",
        person_id=person.id,
        email=person.email,
        password=hashed,
        fs_uniquifier=f"fs-{name}",
        roles=[RoleGrant(name=role.value)],
    )
    ctx.session.add(person)
    ctx.session.flush()
    ctx.session.add(account)
    return Actor(clinic, account.id, person.id, person.name, frozenset({role}))


def _interpreter(ctx: context.Context, name: str, diary: int, language: str) -> None:
    ctx.session.add(Diary(id=diary, kind="interpreter"))
    ctx.session.flush()
    ctx.session.add(
        Interpreter(
            id=f"p-{name}",
            site_id="site-nord",
            diary_id=diary,
            modes=["in_person", "video", "telephone"],
            training_hours=120,
            ethics_on=date(2025, 1, 1),
            check_expires=date(2030, 1, 1),
            max_week_minutes=None,
            skills=[LanguageSkill(id=f"sk-{name}", language=language, into="en", level=5)],
            credentials=[],
        )
    )
    for weekday in range(7):
        ctx.session.add(
            WeeklyHours(
                id=f"wh-{name}-{weekday}",
                person_id=f"p-{name}",
                weekday=weekday,
                start="07:00",
                end="20:00",
                zone=BERLIN,
            )
        )


def _case(ctx: context.Context, code: str, client: str, therapist: str, language: str) -> str:
    need = LanguageNeed(id=f"need-{code}", language=language)
    ctx.session.add(
        Case(
            id=f"case-{code}",
            code=code,
            client_id=f"p-{client}",
            therapist_id=f"p-{therapist}",
            site_id="site-nord",
            opened_on=date(2026, 12, 1),
            needs=[need],
            external_ref=code,
        )
    )
    return need.id


def encounter(
    cast: Cast,
    day: date = date(2027, 3, 2),
    at: time = time(14, 30),
    *,
    interpreter: str = "",
    case_id: str = "",
    held: bool = False,
    id_: str = "",
) -> str:
    """An encounter of 50 minutes written straight into the tables (no diary taken); its id."""
    from zoneinfo import ZoneInfo

    start = datetime.combine(day, at, ZoneInfo(BERLIN)).astimezone(UTC)
    case_id = case_id or cast.case_id
    need = cast.need_id if case_id == cast.case_id else cast.other_need_id
    with context.work(Actor(cast.clinic, source="test")) as ctx:
        id_ = id_ or ctx.fresh_id()
        slot = Slot(id=f"sl-{id_}", need_id=need, state="filled" if interpreter else "unfilled", demand_at=ctx.now)
        ctx.session.add(
            Encounter(
                id=id_,
                case_id=case_id,
                day=day,
                at=at,
                zone=BERLIN,
                minutes=50,
                starts_at=start,
                ends_at=start + timedelta(minutes=50),
                site_id=cast.site_id,
                status="held" if held else "scheduled",
                slot=slot,
            )
        )
        ctx.session.flush()
        if interpreter:
            ctx.session.add(
                Assignment(
                    id=f"as-{id_}",
                    slot_id=slot.id,
                    interpreter_id=interpreter,
                    made_by="a-kora",
                    source="test",
                    waived=[],
                    made_at=ctx.now,
                )
            )
    # Requests have sessions of their own: what the test asks afterwards is not what it wrote here.
    db.session.close()
    return id_


def signed_in(app: Flask, actor: Actor) -> FlaskClient:
    """A browser-like client, through the real sign-in form. It sends the CSRF token by itself."""
    client = app.test_client()
    page = client.get("/sign-in").text
    answer = client.post(
        "/sign-in",
        data={"email": f"{actor.person_id[2:]}@example.org", "password": PASSWORD, "csrf_token": token(page)},
    )
    assert answer.status_code == 302, answer.text
    return client


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no CSRF token on this page"
    return found[1]


def unstamped(page: str) -> str:
    """The page without its CSRF token, which is another one each second."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def post(client: FlaskClient, url: str, fields: dict[str, Any] | None = None, page: str = "") -> Any:
    """POST as the page `page` (default: the address itself) would, with its CSRF token."""
    return client.post(url, data={**(fields or {}), "csrf_token": token(client.get(page or url).text)})
