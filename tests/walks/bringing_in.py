"""Files that are not what they say, or say more than they may, brought in by a coordinator and by a program."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.programs import key_of
from tests.services import folders
from tests.walks import entering
from triad.formats import tables
from triad.services import imports
from triad.store import intake_encounters, journal
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client, Credential, Interpreter, LanguageSkill, Room, Site, Therapist
from triad.store.db import db
from triad.store.diaries import Diary, Taken
from triad.store.encounters import Assignment, Encounter, Series, Slot
from triad.store.ledger import AuditEntry, ImportBatch
from triad.store.people import LoginSession, Person, RoleGrant, TimeOff, WeeklyHours

WRITTEN = {
    table.__tablename__
    for table in (
        Site, Room, Person, Client, Interpreter, Therapist, LanguageSkill, Credential, WeeklyHours, TimeOff, Diary,
        Taken, Case, LanguageNeed, Series, Encounter, Slot, Assignment,
    )
}  # fmt: skip
"""What an import is for. No rating, role, account, consent, note, exclusion, link, key or setting is among them."""
ITS_OWN = (AuditEntry.__tablename__, ImportBatch.__tablename__, LoginSession.__tablename__)
"""What every import leaves, undone or not; and logins, whose time is written down now and then."""
KINDS = (
    "text/csv", "text/plain", "application/xml", "text/xml", "application/octet-stream", "application/x-yaml", "",
    "application/vnd.ms-excel", "application/zip", "multipart/form-data; boundary=cut", "application/x-pickle",
    "application/x-www-form-urlencoded",
)  # fmt: skip
Rows = dict[str, list[str]]
Files = Mapping[str, bytes]


def forged(url: str, hostile: Mapping[str, Files]) -> tuple[list[str], int]:
    """What files wrote that they may not, or that was left after it was taken back; how many batches were written."""
    wrong, batches = [], 0
    with entering.opened(url) as (app, who):
        browser = cast.signed_in(app, who.kora)
        for name, files in hostile.items():
            before = _dump()
            page = _upload(browser, files)
            if _dump() != before:
                wrong.append(f"{name}: written by looking")
            if page.status_code != 200:
                wrong += [] if page.status_code in (400, 413, 422) else [f"{name}: {page.status_code}"]
                continue
            done = browser.post("/import/batches", data=_kept(page.text))
            after = _dump()
            if done.status_code not in (303, 422, 409):
                wrong.append(f"{name}: {done.status_code}")
            changed = {table for table, rows in after.items() if rows != before[table]}
            if changed - WRITTEN or (changed and done.status_code != 303):
                wrong.append(f"{name}: wrote {sorted(changed - WRITTEN) or 'what it refused'}")
            if done.status_code == 303:
                batches += 1
                wrong += _taken_back(who, name, before)
    return wrong, batches


def _dump() -> Rows:
    """What an import may change or must not; the tables are left to others at once."""
    found = folders.dump(ITS_OWN)
    db.session.remove()
    return found


def _taken_back(who: Cast, name: str, before: Rows) -> list[str]:
    newest = imports.batches(who.kora)[0]
    imports.undo(who.kora, newest.id)
    left = {table for table, rows in _dump().items() if rows != before[table]}
    return [f"{name}: left in {sorted(left)}"] if left else []


def _upload(client: Any, files: Files) -> Any:
    """As a browser sends it; names are sent as they are."""
    token = cast.token(client.get("/import").text).encode()
    parts = [b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token]
    for name, content in files.items():
        head = b'--cut\r\nContent-Disposition: form-data; name="files"; filename="' + name.encode() + b'"\r\n\r\n'
        parts.append(head + content)
    body = b"\r\n".join(parts) + b"\r\n--cut--\r\n"
    return client.post("/import", data=body, content_type="multipart/form-data; boundary=cut")


def _kept(page: str) -> dict[str, list[str]]:
    found = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("name", "content", "csrf_token")}
    return {name: [unescape(one) for one in values] for name, values in found.items()} | {
        "csrf_token": found["csrf_token"][:1]
    }


def unparsed(app: Flask, who: Cast) -> tuple[list[str], int]:
    """Bodies of other kinds that a program was not answered 415 for, or that a table was read from."""
    wrong, read, key = [], list[bytes](), key_of(who.kora)
    reading = tables.read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "read", lambda content: (read.append(content), reading(content))[1])
        for kind in KINDS:
            for place in ("/api/imports", "/api/imports/preview"):
                shown = {"Authorization": f"Bearer {key}", "Content-Type": kind}
                body = b'{"files": {"sites.csv": "external_ref,name,zone\\nS8,Ost,Europe/Berlin\\n"}}'
                answer = app.test_client().post(place, data=body, headers=shown)
                wrong += [] if answer.status_code == 415 else [f"{place} {kind}: {answer.status_code}"]
    return wrong + ["a table was read"] * bool(read), 2 * len(KINDS)


@contextlib.contextmanager
def generous() -> Iterator[None]:
    """An import that gives whoever brings it in another role."""
    write = intake_encounters.write

    def more(writer: Any, accepted: Any, entry: Any) -> None:
        write(writer, accepted, entry)
        writer.session.add(RoleGrant(account_id="a-kora", name="auditor"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake_encounters, "write", more)
        yield


@contextlib.contextmanager
def for_good() -> Iterator[None]:
    """An import that cannot be taken back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "undo", lambda *_: None)
        yield
