"""Each way to take somebody's time: what four send at once who all want the same hour, two programs and two pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flask import Flask

FIRST = date(2027, 3, 3)
WAIVED = {"interpreter": "p-nell", "waived": ["TRAINING_HOURS"], "reason": "Learns beside a colleague."}


class Call(NamedTuple):
    """What somebody sends; on a page it is a form, else JSON with a key."""

    who: str
    path: str
    fields: Mapping[str, Any]
    page: bool = False
    version: int = 0


class House:
    """The cast with three more interpreters of the same language, of whom one still learns.

    By who writes: a key, and what an open login holds (its cookie and a token for forms).
    """

    def __init__(self, app: Flask) -> None:
        clinic = app.extensions["triad"]
        from tests import cast
        from tests.programs import key_of
        from triad.services import context
        from triad.services.context import Actor
        from triad.store.clinic import Interpreter
        from triad.store.people import Person

        self.who = cast.enter(clinic)
        with context.work(Actor(clinic, source="test")) as ctx:
            ctx.session.get_one(Person, "p-ines").external_ref = "R-ines"
            for number, name in enumerate(("noor", "nina", "nell"), 44):
                ctx.session.add(Person(id=f"p-{name}", name=name.title(), zone=cast.BERLIN))
                ctx.session.flush()
                cast._interpreter(ctx, name, number, "ti")
            ctx.session.flush()
            ctx.session.get_one(Interpreter, "p-nell").training_hours = 10
        self.keys = {name: key_of(getattr(self.who, name)) for name in ("kora", "ines")}
        self.logins = {name: self._login(app, name) for name in self.keys}

    def _login(self, app: Flask, name: str) -> tuple[str, str]:
        from tests import cast

        client = cast.signed_in(app, getattr(self.who, name))
        held = client.get_cookie("triad")
        assert held
        return held.value, cast.token(client.get("/me").text)

    def open(self, day: date, at: time, interpreter: str = "", minutes: int = 0) -> str:
        """A session, with its interpreter booked; `minutes` later than `at`."""
        from tests import cast
        from triad.services import assignments

        start = (datetime.combine(day, at) + timedelta(minutes=minutes)).time()
        id_ = cast.encounter(self.who, day, start)
        if interpreter:
            assignments.assign_interpreter(self.who.kora, id_, interpreter)
        return id_


Path = Callable[[House, date], list[Call]]


def both(
    who: str, api: str, page: str, fields: Mapping[str, Any], form: Mapping[str, Any], version: int = 0
) -> list[Call]:
    return [Call(who, api, fields, version=version), Call(who, page, form, page=True)]


def create(house: House, day: date) -> list[Call]:
    return _planned(house, day, "10:00", 1)


def in_series(house: House, day: date) -> list[Call]:
    """Each first date in an even week, its second in the odd one after it: no round meets another."""
    weeks, weekday = divmod((day - FIRST).days, 7)
    return _planned(house, FIRST + timedelta(weeks=2 * weeks, days=weekday), "18:00", 2)


def _planned(house: House, day: date, start: str, count: int) -> list[Call]:
    case = house.who.case_id
    when = {"day": day.isoformat(), "start": start, "count": count, "need": house.who.need_id}
    api = {**when, "zone": "Europe/Berlin", "minutes": 50}
    page = {**when, "minutes": "50", "site": "site-nord|Europe/Berlin", "mode": "in_person"}
    page |= {"every": "1", "step": "save"}
    return 2 * both("kora", f"/api/cases/{case}/encounters", f"/cases/{case}/plan", api, page)


def accept(house: House, day: date) -> list[Call]:
    from triad.services import offers

    found = []
    for minutes in (0, 20):
        id_ = house.open(day, time(10), minutes=minutes)
        offers.send(house.who.kora, id_, {"p-ines": 1}, answer_hours=24)
        (offer,) = (one.id for one in offers.asked(house.who.kora, id_))
        found += both("ines", f"/api/my-offers/{offer}/accept", f"/my-offers/{offer}/accept", {}, {})
    return found


def move(house: House, day: date) -> list[Call]:
    from triad.services import encounters

    found = []
    for at in (time(8), time(16)):
        id_ = house.open(day, at, "p-ines")
        version = encounters.show(house.who.kora, id_).version
        when = {"day": day.isoformat(), "start": "12:00"}
        api = {
            **when,
            "scope": "this",
            "zone": "Europe/Berlin",
            "minutes": 50,
            "site": "site-nord",
            "mode": "in_person",
        }
        page = {**when, "minutes": "50", "site": "site-nord|Europe/Berlin", "mode": "in_person", "version": version}
        found += both("kora", f"/api/encounters/{id_}/series/move", f"/sessions/{id_}/change", api, page, version)
    return found


def replace(house: House, day: date) -> list[Call]:
    from triad.services import encounters

    found = []
    for minutes, name in ((0, "p-noor"), (20, "p-nina")):
        id_ = house.open(day, time(10), name, minutes)
        version = encounters.show(house.who.kora, id_).version
        swap = {"reason": "ill", "interpreter": "p-ines"}
        pair = f"/api/encounters/{id_}/replacement", f"/sessions/{id_}/replace"
        found += both("kora", *pair, swap, {**swap, "version": version}, version)
    return found


def restore(house: House, day: date) -> list[Call]:
    from triad.services import encounters

    return _brought_back(house, day, lambda id_: encounters.cancel(house.who.kora, id_, "clinic"), "restore")


def unvoid(house: House, day: date) -> list[Call]:
    from triad.services import encounters, moves

    return _brought_back(
        house,
        day,
        lambda id_: moves.void(house.who.kora, id_, encounters.show(house.who.kora, id_).version),
        "void/undo",
    )


def _brought_back(house: House, day: date, end: Callable[[str], object], word: str) -> list[Call]:
    """Somebody brings a session back while others give its interpreter another one at the same time."""
    from triad.services import encounters

    gone = house.open(day, time(10), "p-ines")
    end(gone)
    other = house.open(day, time(10), minutes=20)
    form = {"version": encounters.show(house.who.kora, gone).version}
    back = Call("kora", f"/sessions/{gone}/{word}", form, page=True)
    pair = f"/api/encounters/{other}/assignment", f"/sessions/{other}/assignment"
    booked = both("kora", *pair, {"interpreter": "p-ines"}, {"interpreter": "p-ines"})
    return [booked[0], back, booked[0], back]


def bring_in(house: House, day: date) -> list[Call]:
    from triad.web.uploads import pack

    found = []
    for number in range(2):
        table = (
            "external_ref,case_ref,date,start,minutes,zone,language,interpreter_ref,status\n"
            f"E{day:%m%d}{number},T-1001,{day},{10}:{number}0,50,Europe/Berlin,ti,R-ines,scheduled\n"
        )
        form = {"name": "encounters.csv", "content": pack(table.encode())}
        found += both("kora", "/api/imports", "/import/batches", {"files": {"encounters.csv": table}}, form)
    return found


def override(house: House, day: date) -> list[Call]:
    found = []
    for minutes in (0, 20):
        id_ = house.open(day, time(10), minutes=minutes)
        found += both("kora", f"/api/encounters/{id_}/assignment", f"/sessions/{id_}/assignment", WAIVED, WAIVED)
    return found


PATHS: dict[str, Path] = {
    "create": create,
    "accept": accept,
    "move": move,
    "replace": replace,
    "un-cancel": restore,
    "un-void": unvoid,
    "series": in_series,
    "import": bring_in,
    "override": override,
}
