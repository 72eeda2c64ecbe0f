"""What a client takes back, read in two programs a moment later; and what nobody is told of an exclusion."""

from __future__ import annotations

import re
import time

from flask import Flask
from sqlalchemy import func, select

from tests import filled
from tests.walks import canaries, worlds, writes
from tests.walks.clinic import House
from tests.walks.dossier import STEADY
from tests.walks.worlds import World
from triad.domain.release import ERASE, TO_LEAD, TO_THERAPIST
from triad.services import context, exclusions
from triad.store.ledger import OutboxMessage
from triad.store.ratings import Answer, Rating, Score

READERS = {"thea": "/cases/case-T-1001/take-out", "lena": "/take-out"}
"""Who may read what the client shared, and where they take it out."""


def share(house: House) -> None:
    """The client has answered and shares it, the staff's forms are locked, and the window is over."""
    ids = house.ids["own"]
    worlds.send(house.who.clinic, ids["token"], World("5", TO_THERAPIST))
    for party in ("therapist", "interpreter"):
        filled.rating(house.who, ids["begun"], party, house.clock.now, STEADY)
    house.move(days=8)


def narrow(house: House, to: str) -> float:
    """The client asks for it by the link; the moment it was answered."""
    token = house.ids["own"]["token"]
    answer = writes.send(house, "nobody", "POST", f"/f/{token}", {"to": to})
    assert answer.status_code == 303, answer.text
    return time.monotonic()


def seen(house: House, app: Flask, name: str) -> int:
    """How much of the client's form this reader finds in this program: scores, and lines of files."""
    encounter, client = house.ids["own"]["begun"], app.test_client()
    shown = {"Authorization": f"Bearer {house.keys[name]}"}
    picture = client.get(f"/api/encounters/{encounter}/picture", headers=shown).get_json()["meeting"]
    scores = sum(picture["scores"][key] is not None for key in ("CT", "CI"))
    cookie = house.browser(name).get_cookie("triad")
    assert cookie is not None
    client.set_cookie("triad", cookie.value)
    taken = client.post(READERS[name], data={"csrf_token": house.tokens[name], "file": "ratings.csv"})
    lines = taken.text.splitlines()
    return scores + sum(",client," in line and ",2027-03-01," in line for line in lines)


def left(house: House) -> int:
    """Rows of answers and scores that are still there."""
    of_client = select(Rating.id).where(Rating.encounter_id == house.ids["own"]["begun"], Rating.party == "client")
    with context.look(house.who.thea) as ctx:
        return sum(
            ctx.session.scalar(select(func.count()).where(table.rating_id.in_(of_client))) or 0
            for table in (Answer, Score)
        )


STEPS = {TO_LEAD: ("thea",), ERASE: ("thea", "lena")}
"""What is asked for, one after the other, and who then sees nothing of it."""


def play(house: House, programs: list[Flask]) -> tuple[list[str], float, int]:
    """Where something was still seen, the seconds after which the last look began, and how many looks there were."""
    wrong, slowest, looks = [], 0.0, 0
    share(house)
    for name in READERS:
        before = [seen(house, app, name) for app in programs]
        assert min(before) > 0, (name, before)
    for to, blind in STEPS.items():
        asked = narrow(house, to)
        for name in blind:
            for number, app in enumerate(programs):
                slowest, looks = max(slowest, time.monotonic() - asked), looks + 1
                found = seen(house, app, name)
                wrong += [f"{name} sees {found} in program {number} after {to}"] if found else []
    wrong += [f"{left(house)} rows are left"] if left(house) else []
    return wrong, slowest, looks


OWN_READING = re.compile(
    r"^Content-Length: \d+\r?\n|<tr><td class=\"num\">\d+</td>(?:(?!</tr>).)*notes\.read(?:(?!</tr>).)*</tr>\s*",
    re.DOTALL | re.MULTILINE,
)


def answers(house: House, every: int = 1, only: str = "") -> dict[str, str]:
    """All that interpreters can ask for below an address, or every n-th of it; their messages; without the nonces."""
    found = {}
    asked = [path for method, path, _ in canaries.requests(house) if method == "GET" and path.startswith(only)]
    for name in ("ines", "ivo"):
        for path in asked[::every]:
            answer = writes.send(house, name, "GET", path, {})
            text = f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=True)}"
            answer.close()
            for nonce in worlds.NONCES:
                text = nonce.sub(r"\1", text)
            if path == "/me/trail":
                # This very walk reads shared notes, and everybody finds what they read in their own trail.
                text = OWN_READING.sub("", text)
            found[f"{path} as {name}"] = text
    with context.look(house.who.kora) as ctx:
        query = select(OutboxMessage.person_id, OutboxMessage.kind, OutboxMessage.subject).order_by(OutboxMessage.id)
        found["messages"] = "\n".join(map(str, ctx.session.execute(query)))
    return found


def exclude(house: House) -> None:
    """The client is afraid of the interpreter of the sessions to come; and no longer of another one."""
    with worlds.aside(house.who.clinic):
        exclusions.write(house.who.thea, house.ids["own"]["case"], {"interpreter": "p-ines", "reason": "Afraid."})
        exclusions.lift(house.who.thea, house.ids["own"]["case"], "p-ivo")
