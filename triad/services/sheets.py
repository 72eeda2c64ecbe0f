"""Paper: a number for a sheet that is printed, and typing in what came back. What was typed is never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from triad.domain import errors, forms, scoring, typed_numbers
from triad.domain.forms import CHOICES, MODES, PAPER, State
from triad.domain.giving import Given
from triad.domain.instruments import Line, Wording
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import forms as kept
from triad.store import sheets as store
from triad.store.ratings import Invitation
from triad.store.sheets import Sheet

LONGER = timedelta(days=14)
"""So long after a link would have ended a sheet can still be typed in: paper lies in trays."""
MISSING = (scoring.DECLINED, scoring.NOT_UNDERSTOOD, scoring.UNTOUCHED)
"""What a line on paper can hold besides a value; the last is for none, several, or a cross nobody can read."""
SHOWN = (*forms.BEFORE, *forms.AFTER[:-1])
"""Screens that a sheet has in one."""


@dataclass(frozen=True)
class Printed:
    """What a sheet shows: `number` in groups, the words, the lines in their order."""

    number: str
    given: Given
    sealed: bool
    interpreted: bool

    @property
    def wording(self) -> Wording:
        return self.given.wording

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.given.lines


@dataclass(frozen=True)
class Typing:
    """How far a sheet has been typed in. `typed` are keys of lines; what was marked on them is not told, nor which
    choice of who may see it was typed in where one is `chosen`."""

    given: Given
    typed: frozenset[str]
    sealed: bool
    chosen: bool
    contact_asked: bool
    interpreted: bool

    @property
    def wording(self) -> Wording:
        return self.given.wording

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.given.lines

    @property
    def left(self) -> tuple[str, ...]:
        return tuple(line.key for line in self.lines if line.key not in self.typed)


def number(actor: Actor, encounter_id: str, token: str) -> Printed:
    """Make a sheet of a link that was just issued. Its number is in no table, and so can be printed this once.

    Closed for a token that opens nothing; NotFound where it is one of another encounter.
    """
    with context.work(actor) as ctx:
        access.encounter(ctx, encounter_id, to=May.INVITE_CLIENT)
        row = kept.by_link(ctx.session, ctx.hashes("link", token), ctx.now, lock=True)
        if row.encounter_id != encounter_id:
            raise errors.NotFound
        figures = typed_numbers.checked(typed_numbers.drawn(actor.clinic.secret(), typed_numbers.SHEET - 1))
        state = access.form(ctx, row)
        row.expires_at += LONGER
        ctx.session.add(
            Sheet(
                invitation_id=row.id,
                number_hash=ctx.keyed("sheet", figures),
                language=row.language,
                wording=state.wording.hash,
                typed=[],
                printed_at=ctx.now,
            )
        )
        ctx.audit("sheets.number", encounter_id, language=row.language)
        number = typed_numbers.grouped(figures)
        return Printed(number, state.given, state.sealed, state.interpreted)


def open_sheet(actor: Actor, typed: str) -> str:
    """Trade a sheet's number for a page value, as a link is. A page that was open for the same form ends.

    Unfit for a number that was mistyped. Closed for every other that opens nothing, whichever: sent already, ended by
    a newer link, too old, of a case the actor is party to, or never printed.
    """
    figures = typed_numbers.plain(typed)
    if len(figures) != typed_numbers.SHEET or not typed_numbers.is_checked(figures):
        raise errors.Unfit({"number": "mistyped"})
    with context.work(actor) as ctx:
        access.need(ctx, May.TRANSCRIBE)
        found = store.by_number(ctx.session, ctx.hashes("sheet", figures))
        if found is None:
            raise errors.Closed
        sheet, row = found
        _ensure_no_party(ctx, row)
        if row.spent_at or row.revoked_at or row.expires_at <= ctx.now:
            raise errors.Closed
        value = actor.clinic.secret()
        row.page_hash, row.page_opened_at = ctx.keyed("page", value), ctx.now
        row.page_expires_at = forms.visit_ends(ctx.now, ctx.now)
        # Whoever began on a telephone and then took paper has said it on paper.
        row.language, row.progress = sheet.language, {**row.progress, "way": PAPER}
        ctx.audit("sheets.open", row.id)
        return value


def at(actor: Actor, page: str) -> Typing:
    """Closed when the page is over, the sheet was sent, or there is none."""
    with context.look(actor) as ctx:
        return _typing(ctx, *_found(ctx, page))


def keep(
    actor: Actor, page: str, marks: Mapping[str, int | str], helped: str = "", choice: str | None = None
) -> Typing:
    """Keep some lines, or all: a line key -> a value on the scale or one of MISSING. An earlier mark is replaced.

    Once no line is left the sheet can be sent, by the verb that sends every form. `helped` is a key of MODES and
    `choice` one of CHOICES; "" where the sheet does not say, and a choice of None leaves the one there is. Unfit, and
    nothing is kept, where one of them is neither.
    """
    with context.work(actor) as ctx:
        sheet, row, state = _found(ctx, page, lock=True)
        allowed = (*state.given.values, *MISSING)
        wrong = {key: "choose_one" for key, mark in marks.items() if mark not in allowed}
        wrong |= {key: "unknown_field" for key in marks if state.line(key) is None}
        wrong |= {} if helped in ("", *MODES) else {"helped": "choose_one"}
        wrong |= {} if choice in (None, "", *CHOICES) else {"choice": "choose_one"}
        if wrong:
            raise errors.Unfit(wrong)
        for key, mark in marks.items():
            kept.keep(ctx.session, row.id, key, mark)
        sheet.typed = sorted({*sheet.typed, *marks})
        worded = {**row.progress.get("worded", {}), **dict.fromkeys(marks, sheet.wording)}
        row.progress = {**row.progress, "worded": worded, "helped": helped or row.progress.get("helped", "nobody")}
        if choice is not None:
            row.progress = {**row.progress, "choice": choice}
        row.page_expires_at = forms.visit_ends(row.page_opened_at or ctx.now, ctx.now)
        found = _typing(ctx, sheet, row, state)
        if not found.left:
            row.policy = state.policy
            row.progress = {**row.progress, "done": sorted({*row.progress.get("done", ()), *SHOWN})}
        ctx.session.flush()
        return found


def _found(ctx: Context, page: str, lock: bool = False) -> tuple[Sheet, Invitation, State]:
    access.need(ctx, May.TRANSCRIBE)
    row = kept.by_page(ctx.session, ctx.hashes("page", page), ctx.now, lock)
    sheet = store.of(ctx.session, row.id)
    if sheet is None or row.spent_at or row.progress.get("way") != PAPER:
        raise errors.Closed
    _ensure_no_party(ctx, row)
    return sheet, row, access.form(ctx, row)


def _ensure_no_party(ctx: Context, row: Invitation) -> None:
    """To a party of the case the sheet is as none: "not yours" would tell that it waits to be typed in."""
    try:
        access.outline(ctx, row.encounter_id, to=May.TRANSCRIBE)
    except (errors.NotAllowed, errors.NotFound):
        raise errors.Closed from None


def _typing(ctx: Context, sheet: Sheet, row: Invitation, state: State) -> Typing:
    return Typing(
        given=state.given,
        typed=frozenset(sheet.typed),
        sealed=state.sealed,
        chosen="choice" in row.progress,
        contact_asked=state.contact_asked,
        interpreted=state.interpreted,
    )
