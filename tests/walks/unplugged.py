"""Two tablets keep whole forms while there is no network and send them while servers are killed: each arrives once.

They speak as the script on their page does, to real servers behind two ports. Long form:
`python -m tests.walks.unplugged --database sqlite --ratings 200 --kills 6`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import queue
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from tests.walks import crowd, served
from tests.walks.served import UP_WITHIN, Servers
from triad.services import invitations, settings, tablets
from triad.services.context import Actor

TABLETS, LANGUAGE = 2, "ti"
MORE_THAN_ONCE = 3
"""Of so many forms one is sent again after its answer has come, as if that had been lost on the way."""
WAIT = 0.05
PASSED = ("who_sees", "practice", "review")
STORED = """
SELECT rating.encounter_id, answer.item || ':' || answer.direction, answer.value
FROM rating JOIN answer ON answer.rating_id = rating.id WHERE rating.party = 'client'
"""
OFTEN = """
SELECT rating.encounter_id, count(*) FROM rating WHERE rating.party = 'client' GROUP BY rating.encounter_id
"""
SENT = """
SELECT invitation.encounter_id, (SELECT count(*) FROM audit_entry
WHERE audit_entry.subject = invitation.id AND audit_entry.verb = 'invitations.submit') FROM invitation
"""


@dataclass(frozen=True)
class Kept:
    """What a tablet holds of one form: the page it was given, its stamp, and the screens that came ahead."""

    encounter: str
    page: str
    stamp: str
    screens: tuple[str, ...]

    @property
    def marks(self) -> dict[str, int]:
        lines = [name for name in self.screens if ":" in name]
        return {line: 1 + (sum(self.encounter.encode()) + place) % 5 for place, line in enumerate(lines)}

    @property
    def steps(self) -> list[dict[str, str]]:
        """All of it, as the forms of the screens would be sent."""
        found: list[dict[str, str]] = []
        for name in self.screens:
            if name in self.marks:
                found.append({"to": "answer", "line": name, "answer": str(self.marks[name])})
            elif name == "choice":
                found.append({"to": "send", "choice": "lead_only"})
            else:
                helped = {} if name in PASSED else {"helped": "nobody"}
                found.append({"to": "step", "screen": name, **helped})
        return found


@dataclass
class Outcome:
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    again: int = 0
    """Forms that were sent once more although the answer had come."""
    kills: int = 0
    broken: int = 0
    missing: int = 0
    doubled: int = 0


def play(url: str, ratings: int, kills: int, servers: int = 1, *flags: str) -> Outcome:
    forms, outcome = prepare(url, ratings), Outcome()
    waiting, stop = queue.SimpleQueue[Kept](), threading.Event()
    for form in forms:
        waiting.put(form)
    with Servers(url, servers, *flags) as running:
        ports = [running.ports[number % servers] for number in range(TABLETS)]
        hands = [threading.Thread(target=_tablet, args=(port, waiting, outcome)) for port in ports]
        killer = threading.Thread(target=_kill, args=(running, kills, ratings, outcome, stop))
        for thread in (*hands, killer):
            thread.start()
        for thread in hands:
            thread.join()
        stop.set()
        killer.join()
    outcome.missing, outcome.doubled = count(url, forms)
    return outcome


def prepare(url: str, ratings: int) -> list[Kept]:
    """Forms on tablets that have just got their screens; then the network is gone."""
    with served.opened(url) as app:
        who = crowd.people(app)
        settings.change(who.ada, {"offline_tablets": "yes"}, [], 0)
        found, nobody = [], Actor(who.clinic)
        for id_ in crowd.encounters(who, ratings, crowd.just_begun):
            tablet = tablets.hand_over(who.thea, id_, invitations.issue(who.thea, id_, LANGUAGE))
            page = tablets.enter(nobody, tablet)
            invitations.choose_language(nobody, page, LANGUAGE)
            browser = app.test_client()
            browser.set_cookie("form", page, path="/f")
            browser.set_cookie("tablet", tablet)
            ahead = json.loads(browser.get("/f/ahead").text)
            names = tuple(one["name"] for one in ahead["screens"])
            found.append(Kept(id_, page, who.clinic.keyed("stamp", page), names))
    return found


def _tablet(port: int, waiting: queue.SimpleQueue[Kept], outcome: Outcome) -> None:
    while True:
        try:
            form = waiting.get_nowait()
        except queue.Empty:
            return
        # Every other form comes in two parts: the network was back for a moment, in the middle of it.
        middle = len(form.steps) // 2 if sum(form.encounter.encode()) % 2 else len(form.steps)
        for steps in filter(None, (form.steps[:middle], form.steps[middle:])):
            word = str(uuid.uuid4())
            statuses = [_until(port, form, word, steps, outcome)]
            if sum(form.encounter.encode()) % MORE_THAN_ONCE == 0:
                statuses.append(_until(port, form, word, steps, outcome))
                outcome.again += 1
            outcome.refused += sum(status != 200 for status in statuses)
        outcome.acknowledged.append(form.encounter)


def _until(port: int, form: Kept, word: str, steps: Sequence[Mapping[str, str]], outcome: Outcome) -> int:
    """The status of the first answer that is one; the same under the same word until then."""
    while True:
        try:
            status = _send(port, form, word, steps)
        except (OSError, http.client.HTTPException):
            outcome.broken += 1
            time.sleep(WAIT)
            continue
        if status < 500 and status not in (409, 429):
            return status
        time.sleep(WAIT)


def _send(port: int, form: Kept, word: str, steps: Sequence[Mapping[str, str]]) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"form={form.page}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        line.request(
            "POST",
            "/f/ahead",
            urlencode({"csrf_token": form.stamp, "key": word, "steps": json.dumps(steps)}),
            headers,
        )
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


def _kill(running: Servers, kills: int, ratings: int, outcome: Outcome, stop: threading.Event) -> None:
    """Spread over the run by what has been acknowledged, at a random moment of the request under way."""
    for number in range(kills):
        while len(outcome.acknowledged) < ratings * (number + 0.5) / (kills + 1):
            if stop.wait(0.002):
                return
        time.sleep(random.uniform(0, 0.05))
        port = random.choice(running.ports)
        running.kill(port)
        outcome.kills += 1
        assert running.start(port) < UP_WITHIN


def count(url: str, forms: Sequence[Kept]) -> tuple[int, int]:
    """Forms that are not in the database mark for mark, and how many are there, or recorded, once too often."""
    stored: dict[str, dict[str, int]] = {}
    engine = create_engine(url)
    with engine.connect() as connection:
        for encounter, line, value in connection.execute(text(STORED)):
            stored.setdefault(encounter, {})[line] = value
        often = Counter(dict(connection.execute(text(OFTEN)).all()))
        sent = Counter(dict(connection.execute(text(SENT)).all()))
    engine.dispose()
    missing = sum(stored.get(form.encounter) != form.marks for form in forms)
    return missing, sum(max(0, often[one.encounter] - 1) + max(0, sent[one.encounter] - 1) for one in forms)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--ratings", type=int, default=200)
    options.add_argument("--kills", type=int, default=6)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, crowd.address(chosen.database, Path(name)) as url:
        ended = play(url, chosen.ratings, chosen.kills, 1 if chosen.database == "sqlite" else 2)
    print(
        f"{chosen.database}: {len(ended.acknowledged)} forms of {TABLETS} tablets acknowledged, {ended.kills} kills, "
        f"{ended.broken} answers cut off, {ended.again} sent once more, {ended.refused} refused, "
        f"{ended.missing} missing, {ended.doubled} doubled"
    )
    return int(ended.missing + ended.doubled + ended.refused > 0)


if __name__ == "__main__":
    sys.exit(main())
