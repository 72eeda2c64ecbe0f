"""A plan end to end: the seeded week in the tables of a clinic, read, solved and kept, against the engine alone.

Begun by `benchmarks.staffing`. The engine alone is the same week, solved as always in a process of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks import weeks as invented
from triad.app import create_app
from triad.domain import laying
from triad.domain.parties import Role
from triad.domain.staffing import Weights
from triad.engines import staffing_apart
from triad.services import context, solving, staffing
from triad.services.context import Actor
from triad.services.solving import Wish
from triad.store import types, weeks
from triad.store.candidates import Rules
from triad.store.cases import Case, Exclusion, LanguageNeed
from triad.store.clinic import Client, Interpreter, LanguageSkill, Site, Therapist, Travel
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.encounters import Encounter, Slot
from triad.store.people import Person, WeeklyHours
from triad.store.types import Base

SESSIONS, PEOPLE, LANGUAGES = 1_000, 150, 40
MONDAY = date(2027, 3, 8)
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MODES = {"in_person": "in_person", "phone": "telephone", "video": "video"}
GENDERS = {"F": "woman", "M": "man", "": ""}
Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True)
class Ran:
    """Medians of three, in seconds. `engine`: in a process of its own; `inside`: in this one, without its start."""

    engine: float
    inside: float
    read: float
    laid: float
    whole: float
    pairs: int


def run() -> Ran:
    from triad.engines import staffing as engine

    with clinic() as actor:
        with context.look(actor) as ctx:
            range_ = weeks.Range(ctx.now, ctx.now + timedelta(days=20), ctx.now)
            read = _timed(lambda: weeks.gather(ctx.session, range_, Rules.of(ctx.settings)))
            known = weeks.gather(ctx.session, range_, Rules.of(ctx.settings))
        weights = Weights.of(actor.clinic.settings)
        laid = _timed(lambda: laying.laid(replace(known), weights))
        week = laying.laid(known, weights).week
        return Ran(
            engine=_timed(lambda: staffing_apart.plan(week)),
            inside=_timed(lambda: engine.solved(week, 60.0)),
            read=read,
            laid=laid,
            whole=_timed(lambda: _planned(actor)),
            pairs=sum(map(len, week.pairs)),
        )


def _planned(actor: Actor) -> None:
    solving.begin(actor, Wish(MONDAY, MONDAY + timedelta(days=6)))
    assert staffing.runs(actor)[0].state == "done"


def _timed(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[1]


@contextmanager
def clinic() -> Iterator[Actor]:
    """A coordinator of a clinic with the seeded week in it."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'clinic.db'}"
        app = create_app("testing", clock=lambda: NOW, database_url=address)
        with app.app_context():
            db.create_all()
            week = invented.week(SESSIONS, PEOPLE, LANGUAGES)
            with context.work(Actor(app.extensions["triad"], source="test")) as ctx:
                for model, rows in laid_out(week).items():
                    ctx.session.execute(insert(types.table(model)), rows)
            yield Actor(app.extensions["triad"], "a-kora", "p-kora", "Kora", frozenset({Role.COORDINATOR}))
            db.session.remove()
            db.engine.dispose()


def laid_out(week: dict[str, Any]) -> Rows:
    """Rows by table, in an order in which each stands behind those it points at."""
    rows: Rows = {model: [] for model in (Site, Diary, Person, Interpreter, Therapist, Client, LanguageSkill)}
    rows |= {model: [] for model in (WeeklyHours, Travel, Case, LanguageNeed, Exclusion, Encounter, Slot)}
    for n, ways in enumerate(week["travel"]):
        rows[Site].append({"id": f"s{n}", "name": f"Site {n}", "zone": "UTC", "address": ""})
        rows[Travel] += [{"from_id": f"s{n}", "to_id": f"s{m}", "minutes": way} for m, way in enumerate(ways) if way]
    for n in range(60):
        _person(rows, f"t{n}", n + 1, "therapist", "")
        rows[Therapist].append({"id": f"t{n}", "diary_id": n + 1, "languages": [], "active": True})
    for n, one in enumerate(week["interpreters"]):
        _interpreter(rows, n, one)
    for n, one in enumerate(week["clients"]):
        _client(rows, n, one)
    for n, one in enumerate(week["sessions"]):
        _session(rows, n, one)
    return rows


TAGS = [
    *("ar", "fa", "ti", "uk", "ru", "tr", "so", "ps", "am", "ur", "kmr", "ckb", "fr", "es", "pt", "ro", "pl", "vi"),
    *("sw", "bn", "sq", "bg", "hr", "cs", "da", "et", "fi", "ka", "el", "he", "hi", "hu", "id", "it", "ja", "ko"),
    *("lv", "lt", "mk", "ne"),
]


def _person(rows: Rows, id_: str, diary: int, kind: str, gender: str) -> None:
    rows[Diary].append({"id": diary, "kind": kind, "version": 1})
    rows[Person].append({"id": id_, "name": id_.upper(), "zone": "UTC", "gender": gender})


def _interpreter(rows: Rows, n: int, one: dict[str, Any]) -> None:
    id_, diary = f"i{n:03}", 1_000 + n
    _person(rows, id_, diary, "interpreter", GENDERS[one["gender"]])
    rows[Interpreter].append(
        {
            "id": id_,
            "diary_id": diary,
            "site_id": f"s{min(range(len(one['dist'])), key=one['dist'].__getitem__)}",
            "modes": [MODES[mode] for mode in one["modes"]],
            "attributes": [],
            "training_hours": 120,
            "ethics_on": date(2025, 1, 1),
            "check_expires": date(2030, 1, 1),
            "adult": True,
            "max_week_minutes": one["max_week"] * 3 // 2,
            "active": True,
            "version": 1,
        }
    )
    for tag, _, level in one["langs"]:
        skill = {"language": TAGS[tag], "into": "en", "dialect": "", "level": level, "works": "both"}
        rows[LanguageSkill].append({"id": f"k{n}-{tag}", "interpreter_id": id_, **skill})
    for day, first, last in one["avail"]:
        hours = {"weekday": day, "start": _wall(first - 60), "end": _wall(last + 60), "zone": "UTC"}
        rows[WeeklyHours].append({"id": f"h{n}-{day}", "person_id": id_, **hours})


def _client(rows: Rows, n: int, one: dict[str, Any]) -> None:
    id_, diary = f"c{n:04}", 2_000 + n
    _person(rows, id_, diary, "client", "")
    texts = {"dialect": "", "reads": "", "form_language": "", "contact_note": ""}
    rows[Client].append({"id": id_, "code": id_, "diary_id": diary, "spoken": [], "active": True, **texts})
    usual = None if one["prev"] is None else f"i{one['prev']:03}"
    therapist = f"t{n % 60}"
    case = {"client_id": id_, "therapist_id": therapist, "usual_interpreter_id": usual, "version": 1}
    rows[Case].append({"id": f"e{id_}", "code": f"T-{n}", "opened_on": date(2026, 1, 1), **case})
    need = {"language": TAGS[one["lang"]], "dialect": "", "strict": False, "min_level": one["min_prof"]}
    wish: dict[str, Any] = {
        "gender_wish": GENDERS[one["gender"]],
        "wish_kind": "require" if one["gender"] else "none",
        "wishes": {},
    }
    seats = dict.fromkeys(("mode_t", "mode_i", "mode_c"), "in_person")
    rows[LanguageNeed].append({"id": f"n{id_}", "case_id": f"e{id_}", "direction": "both", **need, **wish, **seats})
    for who in one["exclude"]:
        rows[Exclusion].append({"id": f"x{n}-{who}", "client_id": id_, "interpreter_id": f"i{who:03}", "reason": ""})


def _session(rows: Rows, n: int, one: dict[str, Any]) -> None:
    id_, client, day = f"z{n:04}", f"c{one['client']:04}", MONDAY + timedelta(days=one["day"])
    start = datetime.combine(day, clock(), UTC) + timedelta(minutes=one["start"])
    mode, site = MODES[one["mode"]], None if one["site"] < 0 else f"s{one['site']}"
    plain = {"status": "scheduled", "cancelled_by": "", "reason": "", "void_from": "", "version": 1, "fold": 0}
    where = {"site_id": site, "mode_t": mode, "mode_i": mode, "mode_c": mode}
    when = {"day": day, "at": start.time(), "zone": "UTC", "minutes": one["dur"], "starts_at": start}
    end = {"ends_at": start + timedelta(minutes=one["dur"])}
    rows[Encounter].append({"id": id_, "case_id": f"e{client}", **plain, **where, **when, **end})
    slot = {"encounter_id": id_, "need_id": f"n{client}", "state": "unfilled", "demand_at": NOW}
    rows[Slot].append({"id": f"l{id_}", **slot})


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
