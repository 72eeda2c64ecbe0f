"""Sessions whose forms come in at random moments: who sees which score when, against the release told by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from flask import Flask

from tests import cast, filled
from tests.conftest import NOW, Clock
from tests.programs import key_of
from tests.walks import crowd, works, writes
from tests.walks.clinic import House
from triad.domain.parties import Role
from triad.domain.release import COUNTED, TO_LEAD, TO_THERAPIST
from triad.services import context
from triad.services.context import Actor
from triad.store.ratings import Rating

SCORES = dict.fromkeys(("TC", "TI", "IT", "IC", "CT", "CI"), 50.0)
WINDOW, GRACE = timedelta(days=7), timedelta(minutes=10)
BATCH, MOMENTS = 50, 8
"""Sessions looked at together, since one answer holds as many, and how often."""


@dataclass
class Run:
    """One session: when each party sent (None: never), the client's choice, and how the form was filled in."""

    id: str
    ended: datetime
    sent: dict[str, datetime]
    choice: str
    mode: str
    withdrawn: datetime | None
    stored: set[str] = field(default_factory=set)

    def locked(self, party: str, now: datetime) -> bool:
        at = self.sent.get(party)
        if party == "client":
            return at is not None and at <= now and not (self.withdrawn and self.withdrawn <= now)
        return at is not None and at + GRACE <= now

    def seen_by(self, reader: str, now: datetime) -> set[str]:
        """The directions this reader may see now: the therapist of the case, or a clinical lead."""
        everybody = all(self.locked(party, now) for party in filled.RATERS)
        choices = (TO_THERAPIST,) if reader == "thea" else (TO_THERAPIST, TO_LEAD)
        shared = self.locked("client", now) and self.choice in choices
        open_ = now >= self.ended + WINDOW or (everybody and shared)
        if reader == "thea":
            open_ = open_ and self.locked("therapist", now)
        parties = {"therapist", "interpreter"} if open_ else set()
        parties = {party for party in parties if self.locked(party, now)}
        if reader == "thea" and self.sent.get("therapist", now + WINDOW) <= now:
            parties.add("therapist")
        parties |= {"client"} if open_ and shared else set()
        led = self.locked("client", now) and self.mode == "read_by_interpreter"
        return {key for key in SCORES if PARTY[key[0]] in parties} - ({"CI"} if led else set())


PARTY = {"T": "therapist", "I": "interpreter", "C": "client"}


def batch(who: cast.Cast, chance: random.Random, number: int) -> list[Run]:
    """Sessions of one case that ended within a day, and what will become of their forms."""
    runs = []
    for place in range(BATCH):
        id_ = f"run-{number}-{place}"
        cast.encounter(who, date(2027, 3, 1), time(place % 20, 0), interpreter="p-ines", held=True, id_=id_)
        ended = datetime(2027, 3, 1, place % 20, 50, tzinfo=UTC) - timedelta(hours=1)
        within = [timedelta(minutes=chance.randint(1, 12_000)) for _ in filled.RATERS]
        comes = zip(filled.RATERS, within, strict=True)
        sent = {party: ended + later for party, later in comes if chance.random() < 0.85}
        gone = sent.get("client")
        runs.append(
            Run(
                id_,
                ended,
                sent,
                chance.choice((TO_THERAPIST, TO_THERAPIST, TO_LEAD, COUNTED)),
                chance.choice(("own_device", "own_device", "own_device", "read_by_interpreter")),
                gone + timedelta(minutes=chance.randint(1, 6000)) if gone and chance.random() < 0.15 else None,
            )
        )
    return runs


def play(app: Flask, runs: int, number: int = 1) -> tuple[list[str], list[str], int]:
    """Scores seen early, scores missing though released, and how many session-moments were looked at."""
    chance, early, missing, looked = random.Random(number), [], [], 0
    for number in range(-(-runs // BATCH)):
        who = crowd.people(app)
        clock = who.clinic.clock
        assert isinstance(clock, Clock)
        clock.now = NOW
        keys = {name: key_of(getattr(who, name)) for name in ("thea", "lena")}
        mine = batch(who, chance, number)
        for now in sorted(NOW + timedelta(minutes=chance.randint(0, 13_000)) for _ in range(MOMENTS)):
            clock.now = now
            _arrive(who, mine, now)
            for reader, key in keys.items():
                shown = _shown(app, key, who.case_id)
                for run in mine:
                    allowed = run.seen_by(reader, now)
                    seen = shown.get(run.id, set())
                    early += [f"{reader} sees {one} of {run.id} at {now}" for one in seen - allowed]
                    missing += [f"{reader} misses {one} of {run.id} at {now}" for one in allowed - seen]
                    looked += 1
    return early, missing, looked


def _arrive(who: cast.Cast, runs: Sequence[Run], now: datetime) -> None:
    """What has been sent, or taken back, by now."""
    for run in runs:
        for party, sent in run.sent.items():
            if sent <= now and party not in run.stored:
                run.stored.add(party)
                locked = sent if party == "client" else sent + GRACE
                filled.rating(who, run.id, party, locked, SCORES, choice=run.choice, mode=run.mode)
    gone = [run.id for run in runs if run.withdrawn and run.withdrawn <= now]
    with context.work(Actor(who.clinic, source="test")) as ctx:
        for row in ctx.session.query(Rating).filter(Rating.party == Role.CLIENT, Rating.encounter_id.in_(gone)):
            row.withdrawn_at = row.withdrawn_at or ctx.now


def _shown(app: Flask, key: str, case_id: str) -> dict[str, set[str]]:
    """By session the directions whose score the API tells the holder of this key."""
    answer = app.test_client().get(f"/api/cases/{case_id}/picture", headers={"Authorization": f"Bearer {key}"})
    items = answer.get_json()["items"]
    return {one["encounter"]: {key for key, score in one["scores"].items() if score is not None} for one in items}


def edits(house: House, count: int) -> tuple[int, int]:
    """Tries to change a locked form, by page and by key; how many were taken, and how many there were."""
    taken = 0
    tried = list(_tries(house, count))
    for name, path in tried:
        fields = dict.fromkeys(works.MARKED if name == "thea" else works.OTHER_ANSWERS, "1")
        body = {"answers": fields} if path.startswith(writes.API) else fields
        answer = writes.send(house, name, "POST", path, body)
        answer.close()
        taken += answer.status_code < 400
    return taken, len(tried)


def _tries(house: House, count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        id_ = (house.ids["own"]["held"], *(f"course-own-{week}" for week in range(6)))[number % 7]
        place = f"/api/encounters/{id_}/rating" if number % 4 < 2 else f"/sessions/{id_}/rating"
        yield ("thea", "ines")[number % 2], place
