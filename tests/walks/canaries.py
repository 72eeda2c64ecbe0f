"""A word that stands nowhere else in each field that is not for everybody: who is answered with it, page by page."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote
from zipfile import ZipFile

import structlog
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.walks import routes, writes
from tests.walks.clinic import CASES, NOBODY, STAFF, STATES, House
from triad.services import context
from triad.services.context import Actor
from triad.store.cases import Agreement, CulturalNote, Exclusion, Goal, LanguageNote
from triad.store.clinic import Client, Credential
from triad.store.encounters import Assignment, Encounter
from triad.store.factors import Passkey
from triad.store.keys import ApiKey
from triad.store.ledger import AuditEntry, OutboxMessage
from triad.store.marks import MarkAnswer
from triad.store.people import Account, Person

SCRIPTS = {"latin": "bcdfghjkvwxz", "arabic": "بتثجحخدذرزسش", "ethiopic": "ሀለሐመሠረሰሸቀበተቸ"}
LENGTH = 9
EVERYBODY = (*STAFF, NOBODY)
LATER = 4
"""Days from now until no session is near enough for anybody to read shared notes."""


class Field(NamedTuple):
    """`readers` by letter: C coordinator, T the case's therapist, i its interpreter while notes are open, L leads,
    A admin, S the interpreter it is about."""

    table: Any
    id: str
    column: str
    readers: str


FIELDS = (
    Field(Person, "client", "name", "CT"),
    Field(Person, "client", "phone", "CT"),
    Field(Person, "client", "email", "CT"),
    Field(Client, "client", "contact_note", "CT"),
    Field(CulturalNote, "note", "text", "Ti"),
    Field(CulturalNote, "note-t", "text", "T"),
    Field(LanguageNote, "remark", "text", "Ti"),
    Field(Goal, "goal", "words", "T"),
    Field(Goal, "goal", "aim", "T"),
    Field(Goal, "goal", "tasks", "T"),
    Field(Exclusion, "exclusion", "reason", "T"),
    Field(Encounter, "cancelled", "reason", "CT"),
    Field(Assignment, "seat", "waiver_reason", "C"),
    Field(Assignment, "seat", "reason", "C"),
    Field(Agreement, "agreement", "texts", "Ti"),
    Field(MarkAnswer, "said-t", "reason", "T"),
    Field(MarkAnswer, "said-l", "reason", "L"),
    Field(Person, "interpreter", "phone", "C"),
    Field(Person, "interpreter", "email", "C"),
    Field(Account, "seated", "email", "AS"),
    Field(Credential, "credential", "number", "C"),
    Field(Person, "therapist", "phone", "C"),
    Field(ApiKey, "key", "name", "TA"),
    Field(Passkey, "passkey", "name", "T"),
)


def word(script: str, number: int) -> str:
    """A word of this script that belongs to this number alone."""
    letters = SCRIPTS[script]
    digits = [number // len(letters) ** place % len(letters) for place in range(2)]
    return letters[:3] + "".join(letters[digit] for digit in digits) + letters[3 : LENGTH - 2]


def plant(house: House) -> dict[str, tuple[Field, str]]:
    """The words of each field and side, one in each script, written into the tables."""
    words: dict[str, tuple[Field, str]] = {}
    with context.work(Actor(house.who.clinic, source="test")) as ctx:
        for side in ("own", "other"):
            ids = _rows(ctx, house, side)
            for field in FIELDS:
                mine = [word(script, len(words)) for script in SCRIPTS]
                words |= dict.fromkeys(mine, (field, side))
                row = ctx.session.get_one(field.table, ids[field.id])
                setattr(row, field.column, _held(row, field.column, " ".join(mine)))
    return words


def _held(row: Any, column: str, found: str) -> Any:
    if column != "texts":
        return found
    # The ground rules are texts by language and rule.
    return {tag: {**one, "rules": dict.fromkeys(one["rules"], found)} for tag, one in row.texts.items()}


def _rows(ctx: context.Context, house: House, side: str) -> dict[str, str]:
    """Ids of the rows the fields are in; those that a side has not yet are added to it."""
    ids = dict(house.ids[side])
    add, case = ctx.session.add, ids["case"]
    own = {"case_id": case, "language": "en", "author_id": ids["therapist"], "written_at": ctx.now}
    add(LanguageNote(id=f"remark-{side}", text="x", **own))
    seat = Assignment(id=f"seat-{side}", slot_id=f"sl-{ids['cancelled']}", interpreter_id=ids["interpreter"])
    seat.made_by, seat.source, seat.waived, seat.made_at, seat.ended_at = "a-kora", "test", [], ctx.now, ctx.now
    add(seat)
    for viewer in ("therapist", "lead"):
        answer = MarkAnswer(id=f"said-{viewer[0]}-{side}", case_id=case, viewer=viewer, key=ids["mark"])
        answer.step, answer.by, answer.at, answer.found = "dismissed", "a-kora", ctx.now, {}
        answer.reason = "x"
        add(answer)
    ctx.session.flush()
    agreement = ctx.session.scalars(select(Agreement.id).where(Agreement.case_id == case)).first()
    ids |= {
        "exclusion": f"x-{side}",
        "agreement": agreement or "",
        "seat": f"seat-{side}",
        "remark": f"remark-{side}",
    }
    ids |= {"note-t": f"{ids['note']}-t", "seated": f"a-{CASES[side][2]}"}
    return ids | {f"said-{one}": f"said-{one}-{side}" for one in "tl"}


def readers(field: Field, side: str, notes_open: bool) -> set[str]:
    _, therapist, interpreter = CASES[side]
    letters = {"C": {"kora"}, "T": {therapist}, "A": {"ada"}, "S": {interpreter}}
    letters |= {"L": {"lena", "dora"}, "i": {interpreter} if notes_open else set()}
    return set().union(*(letters[letter] for letter in field.readers))


def answers(house: House, every: int = 1, only: str = "") -> Iterator[tuple[str, str, str]]:
    """Reader, request and everything they are answered with: pages, files, refusals of empty forms; every n-th."""
    asked = [one for one in requests(house) if only in one[1]]
    for name in EVERYBODY:
        for method, path, fields in asked[EVERYBODY.index(name) % every :: every]:
            answer = writes.send(house, name, method, path, fields)
            yield name, f"{method} {path}", _text(answer)
            answer.close()
            if "Set-Cookie" in answer.headers or (method != "GET" and answer.status_code < 400):
                house.restore()


def requests(house: House) -> Iterator[tuple[str, str, dict[str, Any]]]:
    seen = set()
    for method, rule in writes.rules(house.app):
        taken = rule.endpoint.startswith("exports.take")
        for side in ("own", "other"):
            for state in STATES if rule.rule.startswith(("/sessions/<", "/api/encounters/<")) else ("ahead",):
                path = writes.address(rule, writes.values(rule, house.ids[side], state))
                if (method, path) not in seen and rule.endpoint != "static":
                    seen.add((method, path))
                    yield method, path, {"file": "triad.zip"} if taken and method == "POST" else {}
        if query := routes.QUERIES.get(rule.rule):
            yield from (("GET", f"{rule.rule}?{one}", {}) for one in query)
    for tab, id_ in (
        ("clients", "p-cleo"),
        ("clients", "p-carl"),
        ("therapists", "p-thea"),
        ("therapists", "p-otto"),
    ):
        yield "GET", f"/people/{tab}/{id_}/change", {}
    yield from (("GET", f"{at}?q={script[:3]}", {}) for script in SCRIPTS.values() for at in ("/search", "/people"))


def _text(answer: TestResponse) -> str:
    """Headers and body, with what is escaped or packed laid open."""
    body = answer.get_data()
    if answer.mimetype == "application/zip":
        with ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    text = body.decode("utf-8", "replace")
    if answer.mimetype.endswith("json"):
        text += json.dumps(json.loads(text), ensure_ascii=False)
    return f"{unquote(str(answer.headers))}\n{text}"


def strays(
    words: dict[str, tuple[Field, str]], notes_open: bool, seen: Iterator[tuple[str, str, str]]
) -> tuple[list[str], set[str], int]:
    """Who read what is not theirs, the words that somebody read, and how many answers there were."""
    any_word = re.compile("|".join(words))
    wrong, read, count = [], set(), 0
    for name, request, text in seen:
        count += 1
        for found in set(any_word.findall(text)):
            field, side = words[found]
            read.add(found)
            if name not in readers(field, side, notes_open):
                wrong.append(f"{name} reads {field.table.__name__}.{field.column} of {side} in {request}")
    return wrong, read, count


def leftovers(house: House) -> str:
    """Messages and the audit trail, as they lie in the tables."""
    with context.look(house.who.aud) as ctx:
        rows = [*ctx.session.scalars(select(OutboxMessage)), *ctx.session.scalars(select(AuditEntry))]
        return "\n".join(str({key: held for key, held in vars(row).items() if key[0] != "_"}) for row in rows)


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, by us and by the libraries."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    kept, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        with structlog.testing.capture_logs() as ours:
            yield lines
        lines += map(str, ours)
    finally:
        root.removeHandler(kept)
        root.setLevel(level)
