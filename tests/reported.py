"""Many sessions at once, written straight into the tables: a clinic large enough to be told of in figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert

from tests.cast import BERLIN, Cast
from triad.services import context
from triad.services.context import Actor
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Interpreter, LanguageSkill
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.encounters import Assignment, Attendance, Encounter, Slot
from triad.store.people import Person
from triad.store.types import table

FIRST_DIARY = 1_000


class Planted(NamedTuple):
    """A session of client `case`: `who` interprets (a number, None for nobody), `wait` hours after the demand."""

    case: int
    day: date
    who: int | None
    status: str = "held"
    cancelled_by: str = ""
    notice: float = 100.0
    absent: str = ""
    wait: float = 5.0


def clinic(cast: Cast, languages: dict[str, int], interpreters: int = 3, spelled: str = "") -> None:
    """So many cases in each language, `c0` on; Thea and Otto take turns. So many interpreters for each language."""
    people, diaries, clients, needs, cases, workers, skills = ([] for _ in range(7))
    number = FIRST_DIARY
    for language, count in languages.items():
        for place in range(interpreters):
            id_, number = f"p-{language}-{place}", number + 1
            people.append({"id": id_, "name": f"{spelled}{language} {place}", "zone": BERLIN})
            diaries.append({"id": number, "kind": "interpreter"})
            workers.append({"id": id_, "diary_id": number, "modes": ["video"]})
            skills.append({"id": f"sk-{id_}", "interpreter_id": id_, "language": language, "into": "en", "level": 5})
        for _ in range(count):
            case, number = len(cases), number + 1
            people.append({"id": f"p-c{case}", "name": f"Client {case}", "zone": BERLIN})
            diaries.append({"id": number, "kind": "client"})
            clients.append({"id": f"p-c{case}", "code": f"C-{case}", "diary_id": number, "spoken": [language]})
            cases.append(
                {
                    **{"id": f"c{case}", "code": f"N-{case}", "client_id": f"p-c{case}", "site_id": cast.site_id},
                    **{"therapist_id": ("p-thea", "p-otto")[case % 2], "opened_on": date(2026, 1, 1)},
                }
            )
            needs.append({"id": f"n{case}", "case_id": f"c{case}", "language": language})
    _write(
        cast,
        ((Person, people), (Diary, diaries), (Client, clients), (Interpreter, workers), (LanguageSkill, skills)),
        ((Case, cases), (LanguageNeed, needs)),
    )


def sessions(cast: Cast, planted: Iterable[Planted], languages: dict[str, int]) -> None:
    of = [language for language, count in languages.items() for _ in range(count)]
    encounters, slots, assignments, marks = ([] for _ in range(4))
    for number, one in enumerate(planted):
        start = datetime.combine(one.day, time(9), UTC)
        demand = start - timedelta(days=14)
        encounters.append(
            {
                **{"id": f"e{number}", "case_id": f"c{one.case}", "day": one.day, "at": time(10), "zone": BERLIN},
                **{"minutes": 50, "starts_at": start, "ends_at": start + timedelta(minutes=50)},
                **{"site_id": cast.site_id, "status": one.status, "cancelled_by": one.cancelled_by},
                "cancelled_at": start - timedelta(hours=one.notice) if one.status == "cancelled" else None,
            }
        )
        state = "filled" if one.who is not None else "unfilled"
        slots.append(
            {"id": f"s{number}", "encounter_id": f"e{number}", "need_id": f"n{one.case}"}
            | {"state": state, "demand_at": demand}
        )
        if one.who is not None:
            assignments.append(
                {
                    **{"id": f"a{number}", "slot_id": f"s{number}", "interpreter_id": f"p-{of[one.case]}-{one.who}"},
                    **{"made_by": "a-kora", "source": "test", "waived": []},
                    "made_at": demand + timedelta(hours=one.wait),
                }
            )
        if one.absent:
            marks.append({"id": f"m{number}", "encounter_id": f"e{number}", "party": one.absent, "mark": "absent"})
    _write(cast, ((Encounter, encounters), (Slot, slots), (Assignment, assignments), (Attendance, marks)))


def _write(cast: Cast, *batches: Iterable[tuple[Any, list[dict[str, Any]]]]) -> None:
    with context.work(Actor(cast.clinic, source="test")) as ctx:
        for batch in batches:
            for model, rows in batch:
                if rows:
                    ctx.session.execute(insert(table(model)), rows)
    db.session.close()
