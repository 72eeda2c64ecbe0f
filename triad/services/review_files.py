"""Reviewers from outside: a language's texts taken out as a file, and what comes back read in, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triad.domain import errors, packs
from triad.domain.notes import Fields
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.domain.reviews import Desk, Unit
from triad.formats import review_table, wordings
from triad.formats.review_table import Line
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import reviews as store

LONGEST = 200
FIELDS = {"verdict": "verdict", "proposed": "proposed", "comment": "comment", "back": "back_translation"}
"""Of an opinion, and the columns they came from."""


@dataclass(frozen=True)
class Refused:
    """Why a row stays out. `column` is where; `unit` is what the row says."""

    row: int
    unit: str
    column: str
    code: str


@dataclass(frozen=True)
class Preview:
    """`fresh` would be written; `known` were said before; `silent` rows say nothing; `refused` has each row once."""

    fresh: tuple[tuple[Unit, Said], ...]
    known: int
    silent: int
    refused: tuple[Refused, ...]


def take(actor: Actor, language: str, notes: Mapping[str, tuple[str, str]]) -> bytes:
    """The texts as CSV. `notes` say of each unit where it stands and what to mind, in the reviewer's words."""
    with context.work(actor) as ctx:
        desk = access.wording(ctx, language, to=May.REVIEW_WORDING)
        ctx.audit("reviews.take", language, wording=desk.wording.hash[:12])
        return review_table.written(desk.units, notes)


def preview(actor: Actor, language: str, content: bytes, written: Mapping[str, str]) -> Preview:
    """What reading this file in would do; nothing is written. Fields: `name` of the reviewer, and `interprets`, which
    is ticked for somebody who interprets here. Unfit by field, or `file`."""
    with context.look(actor) as ctx:
        desk = access.wording(ctx, language, to=May.REVIEW_WORDING)
        return _preview(desk, actor.account_id, _reviewer(written)[0], review_table.read(content))


def commit(actor: Actor, language: str, content: bytes, written: Mapping[str, str]) -> int:
    """Write down every row that fits, all at once; how many. The refused stay out. Unfit `file` for nothing new."""
    with context.work(actor) as ctx:
        desk = access.wording(ctx, language, to=May.REVIEW_WORDING)
        name, interprets = _reviewer(written)
        fresh = _preview(desk, actor.account_id, name, review_table.read(content)).fresh
        if not fresh:
            raise errors.Unfit({"file": "nothing_new"})
        for unit, said in fresh:
            store.say(
                ctx.session,
                said,
                language=language,
                version_key=wordings.DEFAULT,
                unit=unit.key,
                about=packs.about(unit.source, unit.text),
                by=actor.account_id,
                name=name,
                # Somebody who interprets may bring in a file, but not make it anybody else's word.
                interprets=interprets or actor.has(Role.INTERPRETER),
                at=ctx.now,
            )
        ctx.audit("reviews.import", language, units=len(fresh))
        return len(fresh)


def _reviewer(written: Mapping[str, str]) -> tuple[str, bool]:
    fields = Fields(written)
    name, interprets = fields.text("name", LONGEST), fields.yes("interprets")
    fields.settle()
    return name, interprets


def _preview(desk: Desk, account_id: str, name: str, lines: list[Line]) -> Preview:
    fresh: dict[str, tuple[Unit, Said]] = {}
    refused, known, silent = [], 0, 0
    for line in lines:
        if line.said == Said(""):
            silent += 1
            continue
        unit = desk.unit(line.unit)
        column, code = _against(line, unit, line.unit in fresh)
        own = [one.said for one in unit.opinions if (one.by, one.name) == (account_id, name)] if unit else []
        if code or unit is None:
            refused.append(Refused(line.number, line.unit, column, code))
        elif line.said in own[-1:]:
            known += 1
        else:
            fresh[unit.key] = (unit, line.said)
    return Preview(tuple(fresh.values()), known, silent, tuple(refused))


def _against(line: Line, unit: Unit | None, is_second: bool) -> tuple[str, str]:
    """Column and code of the first thing that keeps a row out; both empty where nothing does."""
    if unit is None:
        return "unit", "unknown"
    if is_second:
        return "unit", "twice"
    if not review_table.is_same(line.source, unit.source):
        return "source", "source_changed"
    if not review_table.is_same(line.draft, unit.text):
        return "draft", "text_changed"
    for field, code in packs.unfit(line.said, unit.source, unit.text).items():
        return FIELDS[field], "which_verdict" if (field, code) == ("verdict", "choose_one") else code
    return "", ""
