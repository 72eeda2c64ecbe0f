"""More rows of everything than fit a page, how many of them each list gives away at once, and where ids come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count, pairwise
from typing import Any

from sqlalchemy import String, select

from tests import cast, filled
from tests.conftest import NOW
from tests.walks import writes
from tests.walks.clinic import STEADY, House
from triad.services import context, imports, keys, settings
from triad.services.context import Actor
from triad.store.cases import Case, CulturalNote, Goal, LanguageNeed
from triad.store.clinic import Client, Interpreter, Site, Therapist
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.encounters import Encounter
from triad.store.people import Account, Person, RoleGrant
from triad.store.types import Base

MANY = 60
LISTS = {
    "kora": (
        "/cases",
        "/people?tab=interpreters",
        "/people?tab=therapists",
        "/people?tab=clients",
        "/people?tab=sites",
        "/search?q=many",
        "/api/cases",
        "/api/cases/case-T-1001/encounters",
        "/api/encounters?first=2027-03-01&last=2027-03-31",
        "/api/encounters/unfilled-own/candidates",
        "/api/imports",
        "/api/interpreters",
        "/api/sites",
        "/api/unfilled",
        "/import",
    ),
    "ada": ("/accounts", "/keys", "/grants", "/settings"),
    "aud": ("/audit", "/grants"),
    "lena": ("/cases", "/pictures", "/api/cases"),
    "thea": (
        "/me/keys",
        "/me/trail",
        "/api/cases/case-T-1001/goals",
        "/api/cases/case-T-1001/notes",
        "/api/cases/case-T-1001/picture",
        "/api/my-encounters?first=2027-03-01&last=2027-03-31",
    ),
}
BODY = re.compile(r"<tbody>.*?</tbody>|<ul class=\"hits.*?</ul>", re.DOTALL)


def fill(house: House, many: int = MANY) -> None:
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        for number in range(many):
            _add(ctx, f"{number:03}", count(1000 + 10 * number))
    for number in range(many):
        day = date(2027, 3, 5) + timedelta(days=number // 5)
        cast.encounter(house.who, day, id_=f"many-{number}")
        met = cast.encounter(house.who, date(2027, 2, 1), case_id="case-T-2002", held=True, id_=f"met-{number}")
        with context.work(Actor(house.who.clinic, source="test")) as ctx:
            ctx.session.get_one(Encounter, met).case_id = f"many-{number:03}"
        filled.all_three(house.who, met, NOW - timedelta(days=10), STEADY)
        keys.create(house.who.thea, {"name": f"many {number}", "expires_on": "2027-12-01"}, ["read-schedule"])
        table = f"external_ref,name,zone\nX{number},X{number},Europe/Berlin\n"
        imports.commit(house.who.kora, {"sites": table.encode()})
        settings.change(house.who.ada, {"notice": f"many {number}"}, (), number + 1)


def _add(ctx: context.Context, number: str, diary: Any) -> None:
    add, own = ctx.session.add, {"language": "en", "written_at": NOW, "case_id": "case-T-1001"}
    kinds: dict[str, Any] = {"interpreter": Interpreter, "therapist": Therapist, "client": Client}
    add(Site(id=f"many-{number}", name=f"many {number}", zone=cast.BERLIN))
    for kind, table in kinds.items():
        id_, place = f"many-{kind[0]}-{number}", next(diary)
        add(Person(id=id_, name=f"many {number}", zone=cast.BERLIN))
        add(Diary(id=place, kind=kind))
        ctx.session.flush()
        more = {"client": {"code": f"many-{number}", "spoken": ["ti"]}, "therapist": {"languages": ["en"]}}
        add(table(id=id_, diary_id=place, **more.get(kind, {"modes": ["video"]})))
    ctx.session.flush()
    account = Account(id=f"many-{number}", person_id=f"many-t-{number}", email=f"{number}@example.org")
    account.fs_uniquifier, account.roles = f"many-{number}", [RoleGrant(name="therapist")]
    add(account)
    case = Case(id=f"many-{number}", code=f"many-{number}", client_id=f"many-c-{number}", therapist_id="p-otto")
    case.opened_on, case.needs = date(2027, 1, 1), [LanguageNeed(id=f"many-{number}", language="ti")]
    add(case)
    note = {"topic": "other", "whose": "client", "source": "client", "author_id": "p-thea", "audience": "all"}
    add(CulturalNote(id=f"many-{number}", text="x", **note, **own))
    add(Goal(id=f"many-{number}", words="x", agreed_by=[], **own))


def longest(house: House) -> dict[str, int]:
    """Rows of the longest list in each answer."""
    found = {}
    for name, paths in LISTS.items():
        for path in paths:
            answer = writes.send(house, name, "GET", path, {})
            assert answer.status_code == 200, (path, answer.status_code)
            if path.startswith(writes.API):
                found[f"{path} as {name}"] = len(answer.get_json()["items"])
            else:
                parts = BODY.findall(answer.text)
                found[f"{path} as {name}"] = max((len(re.findall("<tr|<li", part)) for part in parts), default=0)
    return found


def telling_ids(chance: Callable[[], str], draws: int = 10_000) -> list[str]:
    """What ids from this source give away: too short, met twice, or in an order."""
    drawn = [chance() for _ in range(draws)]
    wrong = [] if len(drawn) == len(set(drawn)) else ["twice"]
    wrong += [] if all(re.fullmatch(r"[\w-]{16,24}", id_) for id_ in drawn) else ["shape"]
    rises = sum(one < next_ for one, next_ in pairwise(drawn)) / draws
    return wrong + ([] if 0.45 < rises < 0.55 else ["order"])


def made_elsewhere(house: House) -> list[str]:
    """Keys of rows that no source of chance has made: with them somebody could count what there is."""
    before = set(_keys())
    for method, rule in writes.unsafe(house.app):
        work = writes.WORKS[rule.endpoint]
        path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
        writes.send(house, work.by, method, path, writes.body(house, rule, "own")).close()
    fresh = set(_keys()) - before
    house.restore()
    assert len({table for table, _ in fresh}) > 10, fresh
    return [f"{table} {key}" for table, key in sorted(fresh) if not key.startswith("id0")]


def _keys() -> Iterator[tuple[str, str]]:
    """Keys that stand in addresses: single columns of text."""
    db.session.close()
    for table in Base.metadata.sorted_tables:
        columns = list(table.primary_key.columns)
        if len(columns) == 1 and isinstance(columns[0].type, String) and columns[0].name == "id":
            yield from ((table.name, key) for key in db.session.scalars(select(columns[0])))
    db.session.close()
