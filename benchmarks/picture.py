"""The picture of a case with 60 sessions: gathered by one statement, decided under the release rules, and drawn.

And the list of the lead over 25 and over 200 cases: its statements, and how much memory it takes at its peak.
"""

from __future__ import annotations

import gc
import random
import re
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, insert

from tests import cast
from tests.cast import Cast
from tests.walks import crowd, served
from triad.domain.parties import DIRECTIONS, LETTERS, PARTIES
from triad.services import alliance, context
from triad.services.context import Actor
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client
from triad.store.db import db
from triad.store.diaries import Diary
from triad.store.people import Person
from triad.store.ratings import Rating, Score
from triad.web import bonds, drawings, gaps

ENCOUNTERS, ROUNDS, FEW, MANY, EACH = 60, 40, 25, 200, 12
ASKED = 0.005
FIRST = datetime(2024, 1, 8, 9, tzinfo=UTC)
OTHERS = re.compile(r"audit_entry|advisory_xact|setting_change")
FACETS = {"TC": ("bond", "goal", "task"), "CT": ("bond", "goal", "task")}


def main() -> bool:
    with tempfile.TemporaryDirectory() as folder, served.opened(f"sqlite:///{Path(folder) / 'picture.db'}") as app:
        who = crowd.people(app)
        rated(who, ENCOUNTERS)
        fine = one_case(app, who)
        weights = {}
        for count in (FEW, MANY):
            add_cases(who, count)
            weights[count] = weigh(who)
    few, many = weights[FEW], weights[MANY]
    print(f"pictures of {MANY} cases       {many / 2**20:5.1f} MiB at the peak, of {FEW} {few / 2**20:.1f} MiB")
    return fine


def one_case(app: Flask, who: Cast) -> bool:
    """Medians of each step; the whole against what was asked for."""
    with app.test_request_context():
        picture = alliance.for_case(who.thea, who.case_id)
        assert len(picture.meetings) == ENCOUNTERS
        assert all(score is not None for one in picture.meetings for score in one.scores.values())
        with statements() as seen:
            alliance.for_case(who.thea, who.case_id)
        steps: dict[str, Callable[[], Any]] = {
            "gathered and decided": lambda: alliance.for_case(who.thea, who.case_id),
            "drawn": lambda: (drawings.of_case(picture, bonds.throughout(picture)), gaps.of_case(picture)),
            "noted": lambda: note(who),
        }
        took = {name: median(step) for name, step in steps.items()}
    # Who looked is noted in the trail, as in every other reading: a commit, which waits for the disk.
    took["gathered and decided"] -= (noted := took.pop("noted"))
    whole = sum(took.values())
    parts = ", ".join(f"{name} {1000 * seconds:.1f} ms" for name, seconds in took.items())
    print(f"picture of {ENCOUNTERS} sessions       {1000 * whole:5.1f} ms (asked <= {1000 * ASKED:.0f}): {parts}")
    print(f"picture of {ENCOUNTERS} sessions       {len(seen)} SQL statement (asked 1)")
    print(f"noting who looked            {1000 * noted:5.1f} ms, not in the above")
    return whole <= ASKED and len(seen) == 1


def note(who: Cast) -> None:
    with context.look(who.thea) as ctx:
        ctx.audit("alliance.read", who.case_id)


def weigh(who: Cast) -> float:
    """Bytes at the peak while the lead's list is made; the lines of the list itself are in it."""
    alliance.for_lead(who.lena)
    gc.collect()
    tracemalloc.start()
    with statements() as seen:
        lines = alliance.for_lead(who.lena)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"pictures of {len(lines)} cases: {len(seen)} SQL statement")
    return float(peak)


def median(verb: Callable[[], Any]) -> float:
    for _ in range(3):
        verb()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        verb()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def sent(_: Any, __: Any, statement: str, *___: Any) -> None:
        # The trail and the settings in force are no part of a picture.
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")) and not OTHERS.search(statement):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", sent)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", sent)


def add_cases(who: Cast, count: int) -> None:
    """So many cases in all, each with sessions that all three rated."""
    with context.look(who.lena) as ctx:
        held = ctx.session.query(Case).count() - 2
    for number in range(held, count - 2):
        code = f"N-{number:04}"
        with context.work(Actor(who.clinic, source="test")) as ctx:
            ctx.session.add_all(
                (Person(id=code, name=code, zone=cast.BERLIN), Diary(id=5000 + number, kind="client"))
            )
            ctx.session.flush()
            ctx.session.add(Client(id=code, code=code, diary_id=5000 + number, spoken=["ti"], form_language="ar"))
            ctx.session.flush()
            need = LanguageNeed(id=f"need-{code}", language="ti")
            ctx.session.add(
                Case(
                    id=code,
                    code=code,
                    client_id=code,
                    therapist_id="p-otto",
                    opened_on=date(2024, 1, 1),
                    needs=[need],
                )
            )
        rated(replace(who, case_id=code, need_id=f"need-{code}", cleo_id=code), EACH, code)


def rated(who: Cast, count: int, prefix: str = "enc") -> None:
    """Sessions week after week, with all three forms of each, everybody sharing."""
    dice = random.Random(prefix)
    ids = crowd.encounters(who, count, lambda number: FIRST + timedelta(weeks=number), prefix=prefix)
    ratings: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for number, id_ in enumerate(ids):
        locked = FIRST + timedelta(weeks=number, hours=6)
        for party in PARTIES:
            ratings.append(_rating(who, id_, LETTERS[party], party.value, locked))
            scores += _scores(ratings[-1]["id"], LETTERS[party], dice)
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.execute(insert(Rating), ratings)
        ctx.session.execute(insert(Score), scores)


def _rating(who: Cast, encounter_id: str, letter: str, party: str, locked: datetime) -> dict[str, Any]:
    return {
        "id": f"{letter}-{encounter_id}",
        "encounter_id": encounter_id,
        "party": party,
        "rater_id": {"T": "p-thea" if encounter_id.startswith("enc") else "p-otto", "I": "p-ines"}.get(
            letter, who.cleo_id
        ),
        "interpreter_id": "p-ines",
        "version_key": "triad-session-form",
        "edition": "brief",
        "language": "en",
        "mode": "own_device",
        "choice": "therapist",
        "policy": "client-choice",
        "submitted_at": locked,
        "locked_at": locked,
    }


def _scores(rating_id: str, letter: str, dice: random.Random) -> Iterator[dict[str, Any]]:
    for key in (dyad.key for dyad in DIRECTIONS if dyad.key[0] == letter):
        for facet in FACETS.get(key, ("bond",)):
            pomp = min(100.0, max(0.0, 12.5 * round(dice.gauss(75, 11) / 12.5)))
            yield {
                "rating_id": rating_id,
                "direction": key,
                "facet": facet,
                "pomp": pomp,
                "answered": 2,
                "scorer": "1",
            }
