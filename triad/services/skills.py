"""What an interpreter can show: languages with a level, and credentials; added and removed by coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from triad.domain import errors, modes
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.clinic import Credential, Interpreter, LanguageSkill

Written = Mapping[str, str]


def add(actor: Actor, interpreter_id: str, written: Written) -> str:
    """A language; the id. Fields: language, into, dialect, level (1 to 5), works (which way, else both)."""
    with context.work(actor) as ctx:
        _ensure_there(ctx, interpreter_id)
        fields = Fields(written)
        language, into = fields.language("language"), fields.language("into")
        dialect, level = fields.text("dialect", 40, optional=True), fields.whole("level", 1, 5)
        works = fields.choice("works", modes.DIRECTIONS, modes.DIRECTIONS[0])
        if language and language == into:
            fields.fail("into", "unknown")
        same = (LanguageSkill.language == language, LanguageSkill.into == into)
        query = select(LanguageSkill.id).where(LanguageSkill.interpreter_id == interpreter_id, *same)
        if ctx.session.scalar(query):
            fields.fail("language", "taken")
        fields.settle()
        skill = LanguageSkill(
            id=ctx.fresh_id(),
            interpreter_id=interpreter_id,
            language=language,
            into=into,
            dialect=dialect,
            level=level,
            works=works,
        )
        ctx.session.add(skill)
        ctx.audit("skills.add", interpreter_id, language=language, into=into)
        return skill.id


def add_credential(actor: Actor, interpreter_id: str, written: Written) -> str:
    """The id. Fields: body, kind, language, issued, expires, number."""
    with context.work(actor) as ctx:
        _ensure_there(ctx, interpreter_id)
        fields = Fields(written)
        credential = Credential(
            id=ctx.fresh_id(),
            interpreter_id=interpreter_id,
            body=fields.text("body", 40),
            kind=fields.text("kind", 40),
            language=fields.language("language"),
            issued=fields.day("issued", optional=True),
            expires=fields.day("expires", optional=True),
            number=fields.text("number", 60, optional=True),
        )
        if credential.issued and credential.expires and credential.expires < credential.issued:
            fields.fail("expires", "order")
        fields.settle()
        ctx.session.add(credential)
        ctx.audit("skills.add_credential", interpreter_id, credential=credential.id)
        return credential.id


def remove(actor: Actor, interpreter_id: str, skill_id: str) -> None:
    """NotFound for a language of somebody else."""
    _remove(actor, LanguageSkill, interpreter_id, skill_id, "skills.remove")


def remove_credential(actor: Actor, interpreter_id: str, credential_id: str) -> None:
    """NotFound for a credential of somebody else."""
    _remove(actor, Credential, interpreter_id, credential_id, "skills.remove_credential")


def _remove(
    actor: Actor, table: type[LanguageSkill | Credential], interpreter_id: str, row_id: str, verb: str
) -> None:
    with context.work(actor) as ctx:
        _ensure_there(ctx, interpreter_id)
        row: Any = ctx.session.get(table, row_id)
        if row is None or row.interpreter_id != interpreter_id:
            raise errors.NotFound
        ctx.session.delete(row)
        ctx.audit(verb, interpreter_id, row=row_id)


def _ensure_there(ctx: Context, interpreter_id: str) -> None:
    access.need(ctx, May.CHANGE_PEOPLE)
    if ctx.session.get(Interpreter, interpreter_id) is None:
        raise errors.NotFound
