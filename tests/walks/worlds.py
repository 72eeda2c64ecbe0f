"""Two worlds that differ only in what the client did: whoever may not know it finds them alike, to the byte.

Every GET route, its parameters filled in, is read in each world as each reader, while the forms are open and after
they have closed. Not among the parameters: the client's own link, which is the client to whoever holds it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import product
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests import cast, filled
from tests.conftest import NOW, Chance, Clock, FreshClient
from tests.programs import key_of
from tests.walks import crowd, routes
from triad.app import create_app
from triad.domain.forms import ANOTHER_INTERPRETER
from triad.domain.release import COUNTED, ERASE, TO_LEAD, TO_THERAPIST
from triad.services import accounts, context, invitations, ratings, withdrawals
from triad.services.context import Actor, Clinic
from triad.store.cases import CulturalNote, Goal
from triad.store.ledger import OutboxMessage
from triad.store.ratings import Rating

NONCES = (
    re.compile(r'(name="csrf_token"[^>]*value=")[^"]+'),
    re.compile(r"(\btriad=)[^;]+"),
    re.compile(r"(\nDate: )[^\r\n]+"),
)
"""All that may differ between two answers: the token of a form, the value of a login cookie, when a file was sent."""

CLIENTS_VERBS = r"(?:invitations\.submit|withdrawals\.narrow)"
CLIENTS_LINE = re.compile(rf'<tr><td class="num">\d+</td>(?:(?!</tr>).)*{CLIENTS_VERBS}.*?</tr>\n?', re.DOTALL)
LINES, NOTED = 45, r"/(picture|pictures|notes|briefing)\b"
NUMBER = re.compile(r'(<td class="num">)\d+')
"""The auditor reads the whole trail: in it, and in the numbers of its lines, what the client did shows."""

ENDED = NOW.replace(hour=14, minute=20)
PHASES = {"forms open": ENDED + timedelta(hours=2), "forms closed": ENDED + timedelta(days=8)}


@dataclass(frozen=True)
class World:
    """The client's marks, "" for no form at all, and for whom it was; `withdrawn` before anybody read it.

    `then` is what the client asked for by the link once it was sent, which is all that counts. `another`: for another
    interpreter too, with the form or without one.
    """

    marks: str = ""
    choice: str = ""
    withdrawn: bool = False
    then: str = ""
    another: bool = False

    def shown_to(self, *choices: str) -> bool:
        """Was it shared, in the end, by one of these choices?"""
        return (self.then or self.choice) in choices and not self.withdrawn


SILENT = World()
SOME = (
    SILENT,
    World("1", TO_THERAPIST),
    World("5", TO_LEAD),
    World("5", COUNTED, another=True),
    World("1", TO_THERAPIST, withdrawn=True),
    World("1", TO_THERAPIST, then=ERASE),
    World("5", TO_THERAPIST, then=COUNTED),
)
ALL = (
    SILENT,
    *(World(*row) for row in product("15", (TO_THERAPIST, TO_LEAD, COUNTED), (False, True))),
    *(World("5", *row) for row in product((TO_THERAPIST, TO_LEAD), (False,), (COUNTED, ERASE))),
    World("5", TO_THERAPIST, then=TO_LEAD),
    World(another=True),
    World("5", COUNTED, another=True),
)

READERS: dict[str, Callable[[World], bool]] = {
    **dict.fromkeys(("ines", "ivo", "otto", "ada", "aud", "nobody"), lambda _: True),
    "kora": lambda world: not world.another,
    "thea": lambda world: not world.shown_to(TO_THERAPIST),
    "lena": lambda world: not world.shown_to(TO_THERAPIST, TO_LEAD),
}
"""Who must not know a world from the silent one; therapist and lead only where nothing was shared with them, and a
coordinator where nobody asked for another interpreter."""


class Difference(NamedTuple):
    world: World
    reader: str
    phase: str
    address: str


@contextlib.contextmanager
def aside(clinic: Clinic) -> Iterator[None]:
    """Ids given to the client's rows come from elsewhere, so that all others are the same in each world."""
    chance = clinic.chance
    assert isinstance(chance, Chance)
    kept, chance.count = chance.count, 9_000_000
    try:
        yield
    finally:
        chance.count = kept


def live(app: Flask, world: World, raters: Sequence[str] = ("thea", "ines")) -> cast.Cast:
    """The same days in each world: two sessions of one case, one of another, and forms of all but the last client.

    `raters` send their own form about the second session, after its client.
    """
    clinic: Clinic = app.extensions["triad"]
    clock, chance = clinic.clock, clinic.chance
    assert isinstance(clock, Clock)
    assert isinstance(chance, Chance)
    clock.now, chance.count = NOW, 0
    who = crowd.people(app)
    day = date(2027, 3, 1)
    cast.encounter(who, date(2027, 2, 22), interpreter="p-ines", held=True, id_="enc-before")
    cast.encounter(who, day, interpreter="p-ines", held=True, id_="enc-rated")
    cast.encounter(who, day, time(16), interpreter="p-ivo", case_id=who.other_case_id, held=True, id_="enc-other")
    scores = dict.fromkeys(("TC", "TI", "IT", "IC", "CT", "CI"), 50.0)
    filled.all_three(who, "enc-before", NOW - timedelta(days=6), scores)
    _write_words(who)
    clock.now = ENDED + timedelta(minutes=5)
    token = invitations.issue(who.thea, "enc-rated", "ar")
    _act(who)
    if world.marks or world.another:
        with aside(clinic):
            send(clinic, token, world)
    for actor in (getattr(who, name) for name in raters):
        asked = ratings.form(actor, "enc-rated").questions
        ratings.submit(actor, "enc-rated", {question.key: "3" for question in asked})
    _act(who)
    who.keys = {name: key_of(getattr(who, name)) for name in READERS if name != "nobody"}
    return who


def _act(who: cast.Cast) -> None:
    """Something of everybody's that is recorded, before the client and after: a gap between the two would tell."""
    for actor in (who.ines, who.ivo, who.otto, who.kora, who.ada, who.aud, who.thea, who.lena):
        accounts.end_my_logins(actor)


def _write_words(who: cast.Cast) -> None:
    own = {"case_id": who.case_id, "language": "en", "written_at": NOW}
    with context.work(Actor(who.clinic, source="test")) as ctx:
        note = {"topic": "other", "whose": "client", "source": "client", "audience": "all"}
        ctx.session.add(CulturalNote(id="note-1", author_id="p-thea", text="Shoes off.", **note, **own))
        ctx.session.add(Goal(id="goal-1", words="To sleep.", agreed_by=["client"], **own))


def send(clinic: Clinic, token: str, world: World) -> None:
    """Everything the client does, by the verbs behind the form."""
    client = Actor(clinic)
    page = invitations.open_link(client, token)
    wishes = [ANOTHER_INTERPRETER] if world.another else []
    if not world.marks:
        invitations.ask(client, page, wishes)
        return
    while (screen := (state := invitations.at(client, page)).current) != "choice":
        if screen == "language":
            invitations.choose_language(client, page, "ar")
        elif state.line(screen):
            invitations.answer(client, page, screen, int(world.marks))
        else:
            invitations.step(client, page, screen, "nobody" if screen == "who_helped" else "")
    invitations.submit(client, page, world.choice, wishes)
    if world.then:
        withdrawals.by_link(client, token, world.then)
    if world.withdrawn:
        with context.work(Actor(clinic, source="test")) as ctx:
            own = (Rating.encounter_id == "enc-rated", Rating.party == "client")
            ctx.session.execute(update(Rating).where(*own).values(withdrawn_at=ctx.now))


def read(
    app: Flask, who: cast.Cast, reader: str, nonces: Sequence[re.Pattern[str]] = NONCES, only: str = ""
) -> dict[str, str]:
    """What this reader and their program are answered, address by address, without the nonces."""
    client: FlaskClient = app.test_client()
    client = client if reader == "nobody" else cast.signed_in(app, getattr(who, reader))
    seen = {}
    shown = {"Authorization": f"Bearer {who.keys.get(reader, '')}"}
    for address in filter(re.compile(only).search, routes.addresses(app)):
        answer = client.get(address, headers=shown if address.startswith("/api/") else {})
        text = f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=True)}"
        for nonce in nonces:
            text = nonce.sub(r"\1", text)
        if reader == "aud" and address.startswith("/audit"):
            text = NUMBER.sub(r"\1", CLIENTS_LINE.sub("", re.sub(r"Content-Length.*", "", text)))
            # A page has fifty lines, the client's own among them: without those its end is another one.
            text = "</tr>".join(text.split("</tr>")[:LINES])
        answer.close()
        seen[address] = text
    with context.look(who.kora) as ctx:
        query = select(OutboxMessage).where(OutboxMessage.person_id == f"p-{reader}").order_by(OutboxMessage.id)
        seen["messages"] = "\n".join(
            f"{row.id} {row.kind} {row.subject} {row.written_at}" for row in ctx.session.scalars(query)
        )
    return seen


def play(
    app: Flask,
    worlds: Sequence[World] = SOME,
    readers: Iterable[str] = tuple(READERS),
    phases: Iterable[str] = tuple(PHASES),
    nonces: Sequence[re.Pattern[str]] = NONCES,
    raters: Sequence[str] = ("thea", "ines"),
) -> tuple[list[Difference], int]:
    """Where a world could be told from the first one, and how many answers were compared."""
    first: dict[tuple[str, str], dict[str, str]] = {}
    found, compared = [], 0
    for world in worlds:
        who = live(app, world, raters)
        for phase, reader in product(phases, readers):
            who.clinic.clock.now = PHASES[phase]  # type: ignore[attr-defined]
            if not READERS[reader](world):
                # Whoever may know reads what is noted all the same: it stands in the trail, which others are shown.
                read(app, who, reader, nonces, NOTED)
                continue
            seen = read(app, who, reader, nonces)
            usual = first.setdefault((phase, reader), seen)
            compared += len(seen) if world != worlds[0] else 0
            found += [Difference(world, reader, phase, at) for at in seen if seen[at] != usual[at]]
    return found, compared


@contextlib.contextmanager
def opened(url: str) -> Iterator[Flask]:
    from triad.store.db import db

    app = create_app("testing", clock=Clock(), chance=Chance(), database_url=url)
    app.test_client_class = FreshClient
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
