"""The copy a client takes along: what they gave and who opened it, and nothing that others wrote about them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from triad.domain import errors, instruments
from triad.domain.instruments import Wording
from triad.domain.parties import Role
from triad.formats import tables, wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import portable
from triad.store.clinic import Client
from triad.store.contacts import ContactWish

JSON, ANSWERS = "person.json", "answers.csv"
NAMES = (JSON, ANSWERS)
OPENED = {
    "alliance.read": "the picture of the ratings",
    "alliance.read_all": "the list of all pictures",
    "notes.read": "the notes",
    "notes.read_shared": "the shared notes",
    "exports.take": "a file of ratings",
    "portable.of_client": "a copy like this one",
}
"""Verbs that opened something of a client's, as the copy tells it."""
OF_ALL = ("released",)
"""What the trail calls all cases together that a lead may see: this client's may be among them."""
COLUMNS = ("form", "day", "question", "sentence", "answer", "not_answered", "language", "who_helped", "who_may_see")


def of_client(actor: Actor, code: str) -> Mapping[str, bytes]:
    """File name -> content: everything as JSON, and the answers as a table. NotFound for an unknown code."""
    with context.work(actor) as ctx:
        access.need(ctx, May.EXPORT_PERSON)
        client = portable.client(ctx.session, code)
        if client is None:
            raise errors.NotFound
        worded = {one.language: one for one in access.worded(ctx)}
        answers = _answers(portable.answers(ctx.session, client.id), worded)
        contents = {
            "person": _person(client),
            "answers": answers,
            "goals": [
                {"words": row.words, "language": row.language, "written_at": row.written_at.isoformat()}
                for row in portable.goals(ctx.session, client.id)
            ],
            "wishes": [
                {"text": row.text, "topic": row.topic, "language": row.language}
                for row in portable.wishes(ctx.session, client.id)
            ],
            "asked_for": [
                {"what": _asked(row), "at": row.asked_at.isoformat(), "done": row.closed_at is not None}
                for row in portable.asked(ctx.session, client.id)
            ],
            "agreed_to": [
                {"version": row.version, "rules": row.texts, "at": row.agreed_at.isoformat()}
                for row in portable.consents(ctx.session, client.id)
            ],
            "opened": _opened(ctx, client.id),
        }
        ctx.audit("portable.of_client", client.id)
    table = tables.written(COLUMNS, [[str(row[name]) for name in COLUMNS] for row in answers])
    return {JSON: json.dumps(contents, ensure_ascii=False, indent=1).encode(), ANSWERS: table}


def _opened(ctx: Context, client_id: str) -> list[Mapping[str, str]]:
    """By whom, what, on which day; once a day is enough. "" for whoever commands the machine."""
    zone = ZoneInfo(ctx.settings.zone)
    found = {
        (row.at.astimezone(zone).date().isoformat(), row.name or "", OPENED[row.verb]): None
        for row in portable.readings(ctx.session, client_id, tuple(OPENED), OF_ALL)
    }
    return [{"day": day, "by": name, "what": what} for day, name, what in found]


def _asked(row: ContactWish) -> str:
    if row.encounter_id:
        return "another interpreter"
    return "to be contacted, about the therapist" if row.about_therapist else "to be contacted"


def _person(client: Client) -> Mapping[str, Any]:
    """Who they are and which languages they use. The note on how to reach them is the clinic's own."""
    one = client.person
    return {
        "code": client.code,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "gender": one.gender,
        "zone": one.zone,
        "spoken": client.spoken,
        "dialect": client.dialect,
        "reads": client.reads,
        "form_language": client.form_language,
    }


def _answers(rows: Sequence[Row[Any]], worded: Mapping[str, Wording]) -> list[Mapping[str, Any]]:
    """With the sentence that was shown, as it is worded today; "" where there is no such wording any more."""
    forms: dict[str, int] = {}
    return [
        {
            "form": forms.setdefault(row.id, len(forms) + 1),
            "day": row.day.isoformat(),
            "question": f"{row.item}:{row.direction}",
            "sentence": _sentence(row, worded.get(row.language)),
            "answer": "" if row.value is None else row.value,
            "not_answered": row.missing or "",
            "language": row.language,
            "who_helped": row.mode,
            "who_may_see": row.choice,
        }
        for row in rows
    ]


def _sentence(row: Row[Any], wording: Wording | None) -> str:
    if wording is None or row.version_key not in wordings.versions():
        return ""
    version = wordings.version(row.version_key)
    asked = instruments.lines(version, row.edition, Role.CLIENT)
    found = [line for line in asked if (line.item_id, line.slot) == (row.item, row.direction)]
    return wording.texts.get(found[0].text_key, "") if found else ""
